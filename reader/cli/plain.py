"""The signs that reader draws with, for a stdout that has no such characters: a Latin-1 or ASCII locale.

Owns the error handler of the output streams and nothing else: what a source file or a note says in other letters is
shown as its code point.
"""

from __future__ import annotations

import codecs

HANDLER = "reader.plain"

# A sign for a sign wherever there is one, so that columns stay columns.
SIGNS = {
    **dict.fromkeys("─━", "-"),
    **dict.fromkeys("│┃", "|"),
    "├": "|",
    "└": "`",
    **dict.fromkeys("▸❯→⇢", ">"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("–—", "-"),
    "█": "#",
    "░": ".",
    "·": "-",
    "†": "+",
    "★": "*",
    "✓": "v",
    "☐": "o",
    "☑": "x",
    "✎": "~",
    "↪": "\\",
    **dict.fromkeys("…⋯", "..."),
    "⟨": "<",
    "⟩": ">",
    "␡": "^?",
    **{chr(0x2400 + control): f"^{chr(64 + control)}" for control in range(32)},
    **{chr(ord("①") + number): str(number + 1) for number in range(20)},
}


def spelled(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    said = "".join(SIGNS.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in signs)
    return said, error.end


def register() -> None:
    codecs.register_error(HANDLER, spelled)
