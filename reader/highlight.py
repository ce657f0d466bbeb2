"""Source text in pieces, each with the kind of thing it is: the only pygments.

Every surface colours the kinds in its own way. Refuses to decide what a kind looks like, and knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from pygments.token import Token, _TokenType

from reader.excerpt import TAB, Excerpt, Fold, Line
from reader.syntax import Language

if TYPE_CHECKING:
    from pygments.lexer import RegexLexer

Kind = Literal[
    "comment", "directive", "include", "keyword", "constant", "type", "word", "function", "class", "decorator",
    "string", "number", "",
]  # fmt: skip
Piece = tuple[str, Kind]

_KINDS: dict[_TokenType, Kind] = {
    Token.Comment: "comment",
    Token.Comment.Preproc: "directive",
    Token.Comment.PreprocFile: "include",
    Token.Keyword: "keyword",
    Token.Keyword.Constant: "constant",
    Token.Keyword.Type: "type",
    Token.Operator.Word: "word",
    Token.Name.Function: "function",
    Token.Name.Class: "class",
    Token.Name.Decorator: "decorator",
    Token.Literal.String: "string",
    Token.Literal.Number: "number",
}


def pieces(lines: Sequence[str], language: Language) -> list[list[Piece]]:
    """Per line its text in pieces, tabs expanded, neighbours of one kind in one. The lines are lexed as one text, so
    that a string over many lines is one."""
    expanded = [line.expandtabs(TAB) for line in lines]
    lexer = _lexer(language)
    if lexer is None:
        return [[(line, "")] if line else [] for line in expanded]
    found: list[list[Piece]] = [[]]
    for _, token, value in lexer.get_tokens_unprocessed("\n".join(expanded) + "\n"):
        kind = _kind(token)
        for index, text in enumerate(value.split("\n")):
            if index:
                found.append([])
            if text:
                _add(found[-1], text, kind)
    return found[: len(lines)]


def _add(line: list[Piece], text: str, kind: Kind) -> None:
    if line and line[-1][1] == kind:
        line[-1] = (line[-1][0] + text, kind)
    else:
        line.append((text, kind))


def shown(excerpt: Excerpt) -> dict[int, list[Piece]]:
    """The pieces of each line that the excerpt shows, without the margin. Only what is shown is lexed (0.3 ms a line),
    stretch by stretch; a string or comment that was opened in a fold before a stretch is opened for it again."""
    start, cut = excerpt.site.start or 1, margin(excerpt.rows)
    found: dict[int, list[Piece]] = {}
    for run in _runs(excerpt.rows):
        before = opened("\n".join(excerpt.lines[: run[0].number - start]), excerpt.language)
        lines = [row.text.expandtabs(TAB)[cut:] for row in run]
        found.update(zip((row.number for row in run), pieces([before, *lines], excerpt.language)[1:], strict=True))
    return found


def whole(excerpt: Excerpt) -> dict[int, list[Piece]]:
    """The same of every line of the span, with those that are folded away."""
    cut = margin(excerpt.rows)
    lines = [_without(line.expandtabs(TAB), cut) for line in excerpt.lines]
    return dict(enumerate(pieces(lines, excerpt.language), excerpt.site.start or 1))


def margin(rows: Sequence[Line | Fold]) -> int:
    """The indent that all rows share, which says nothing and takes columns: a method stands as a function would."""
    plain = [row.text.expandtabs(TAB) for row in rows if isinstance(row, Line) and row.text.strip()]
    indents = [len(each) - len(each.lstrip(" ")) for each in plain]
    return min([*indents, *(row.indent for row in rows if isinstance(row, Fold))], default=0)


def opened(text: str, language: Language) -> str:
    """What a lexer must be told first to read on after `text`: the quotes or the sign of a comment still open in it."""
    if language == "python":
        return next((quotes for quotes in ('"""', "'''") if text.count(quotes) % 2), "")
    if language in ("cpp", "cuda"):
        return "/*" if text.rfind("/*") > text.rfind("*/") else ""
    return ""


def _without(line: str, cut: int) -> str:
    """What is folded may stand further to the left than all that is shown."""
    return line[min(cut, len(line) - len(line.lstrip(" "))) :]


def _runs(rows: Sequence[Line | Fold]) -> Iterator[list[Line]]:
    run: list[Line] = []
    for row in rows:
        if isinstance(row, Line):
            run.append(row)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _kind(token: _TokenType | None) -> Kind:
    while token:
        if token in _KINDS:
            return _KINDS[token]
        token = token.parent
    return ""


def _lexer(language: Language) -> RegexLexer | None:
    """Named, not looked up: the look-up scans the plug-ins of every installed package."""
    if language == "python":
        from pygments.lexers.python import PythonLexer  # 6 ms

        return PythonLexer()
    if language == "cuda":
        from pygments.lexers.c_like import CudaLexer  # 15 ms

        return CudaLexer()
    if language == "cpp":
        from pygments.lexers.c_cpp import CppLexer  # 6 ms

        return CppLexer()
    return None
