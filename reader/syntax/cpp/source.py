"""C++ text made safe to scan: comments, literals and preprocessor lines are blanked, everything keeps its place.

Owns what is code and what is not. Offsets count characters of the text given; only this package sees them.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from reader.pattern import pattern
from reader.syntax.source import unify
from reader.value import frozen

_OPAQUE = pattern(
    r"""//(?:[^\\\n]|\\(?s:.))*
    | /\*(?s:.*?)(?:\*/|\Z)
    | "(?<=R")(?P<fence>[^()\\\s]{0,16})\((?s:.*?)\)(?P=fence)"
    | "(?:[^"\\\n]|\\(?s:.))*"?
    | '(?<![0-9a-fA-F]')(?:[^'\\\n]|\\(?s:.))*'
    | \#(?:/\*(?s:.*?)\*/|//(?:[^\\\n]|\\(?s:.))*|"(?:[^"\\\n]|\\(?s:.))*"|[^\\\n]|\\(?s:.))*
    """,
    re.VERBOSE,
)
_MACRO_BODY = pattern(r"\s*[A-Za-z_]\w*(?:\([^)]*\))?")
_PASTE = pattern(r"##?|\\\n")
_DIRECTIVE = pattern(r"#\s*(\w+)(?s:(.*))")
_COMMENT = pattern(r"//(?:[^\\\n]|\\(?s:.))*|/\*(?s:.*?)\*/")


@frozen
class Directive:
    """A preprocessor line with its continuations; `start` is the offset of its `#`, `rest` starts at `rest_at`."""

    word: str
    rest: str
    start: int
    end: int
    rest_at: int

    @property
    def condition(self) -> str:
        """The rest without comments and continuations, on one line."""
        return uncommented(self.rest)


@frozen
class Source:
    """`code` is `text` with comments, literals' insides and directives blanked, `expanded` the same with the bodies of
    macro definitions left in; all have the same length."""

    text: str
    code: str
    expanded: str
    starts: tuple[int, ...]
    directives: tuple[Directive, ...]
    comments: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, raw: str) -> Source:
        text = unify(raw)
        pieces: list[str] = []
        directives: list[Directive] = []
        comments: list[tuple[int, int]] = []
        done = 0
        for match in _OPAQUE.finditer(text):
            start, end = match.span()
            first = text[start]
            if first == "#":
                directive = _directive(text, start, end)
                if directive is not None:
                    directives.append(directive)
                    if directive.word == "define":
                        comments += (each.span() for each in _COMMENT.finditer(text, start, end))
            elif first == "/":
                comments.append((start, end))
            pieces += (text[done:start], _blanked(text[start:end]))
            done = end
        pieces.append(text[done:])
        starts = (0, *(match.end() for match in re.finditer("\n", text)))
        code = "".join(pieces)
        return cls(text, code, _expanded(text, code, directives), starts, tuple(directives), tuple(comments))

    def line(self, offset: int) -> int:
        return bisect_right(self.starts, offset)

    def column(self, offset: int) -> int:
        return offset - self.starts[self.line(offset) - 1] + 1

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The offsets of whole lines, clamped to the text."""
        lines = len(self.starts)
        begin = self.starts[min(max(first, 1), lines) - 1] if first <= lines else len(self.text)
        return begin, self.starts[last] if 0 <= last < lines else len(self.text)


def blank(piece: str) -> str:
    if "\n" not in piece:
        return " " * len(piece)
    return "\n".join([" " * len(line) for line in piece.split("\n")])


def _blanked(piece: str) -> str:
    if piece[0] in "\"'" and len(piece) > 1:
        return piece[0] + blank(piece[1:-1]) + (piece[0] if piece[-1] == piece[0] else " ")
    return blank(piece)


def _expanded(text: str, code: str, directives: list[Directive]) -> str:
    """The continuations and `#` of the macro bodies are blanked."""
    pieces: list[str] = []
    done = 0
    for directive in directives:
        match = _MACRO_BODY.match(directive.rest) if directive.word == "define" else None
        if match is None or match.end() == len(directive.rest):
            continue
        begin = directive.rest_at + match.end()
        pieces += (code[done:begin], _macro_body(text[begin : directive.end]))
        done = directive.end
    return "".join((*pieces, code[done:]))


def uncommented(piece: str) -> str:
    """A piece of text without its comments and line continuations, on one line."""
    return " ".join(_COMMENT.sub(" ", piece).replace("\\\n", " ").split())


def _macro_body(piece: str) -> str:
    pieces: list[str] = []
    done = 0
    for match in _OPAQUE.finditer(_PASTE.sub(_spaces, piece)):
        pieces += (piece[done : match.start()], _blanked(match[0]))
        done = match.end()
    pieces.append(piece[done:])
    return _PASTE.sub(_spaces, "".join(pieces))


def _spaces(match: re.Match[str]) -> str:
    return blank(match[0])


def _directive(text: str, start: int, end: int) -> Directive | None:
    if text[text.rfind("\n", 0, start) + 1 : start].strip():
        return None
    match = _DIRECTIVE.match(text, start, end)
    if match is None:
        return None
    return Directive(match[1], match[2], start, end, match.start(2))
