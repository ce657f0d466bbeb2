"""Text made safe to show: what would steer a terminal, or hide or reorder what is read, becomes a visible sign."""

from __future__ import annotations

import re

# C0 but tab and line feed, DEL, C1; soft hyphen; zero-width, direction and tag characters; line and paragraph
# separators, which some terminals obey; lone surrogates, which no output can encode.
# Characters of one line that are shown: the longest of vLLM's code is a tenth of it, and every surface wraps lines in a
# time that grows by their square.
LONGEST = 4_000
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def _sign(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


def visible(text: str) -> str:
    """`text` with control, direction and other unseen characters made visible; tabs and line feeds are kept."""
    return _HIDDEN.sub(_sign, text)


def visible_line(text: str) -> str:
    """The same for what must stay on one line: a line feed becomes visible too."""
    return visible(text).replace("\n", "␊")


def bounded(line: str) -> str:
    """A line that nobody reads to its end, as bundled data has, ends with how much more there is of it."""
    if len(line) <= LONGEST:
        return line
    return f"{line[:LONGEST]} … and {len(line) - LONGEST:,} more characters of this line"


def source_lines(text: str) -> list[str]:
    """The lines as an editor numbers them, as they are, without their ends; a final line feed starts no further one."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines
