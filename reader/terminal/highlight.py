"""Source text to coloured lines. Colours are the terminal's own sixteen, chosen to hold on dark and light grounds:
no yellow, blue, white or black among them, and comments are dim rather than grey, which some palettes hide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pygments.token import Token, _TokenType
from rich.text import Text

from reader.excerpt import TAB
from reader.syntax import Language

if TYPE_CHECKING:
    from pygments.lexer import RegexLexer

_STYLES = {
    Token.Comment: "dim italic",
    Token.Comment.Preproc: "magenta",
    Token.Comment.PreprocFile: "green",
    Token.Keyword: "magenta",
    Token.Keyword.Constant: "cyan",
    Token.Keyword.Type: "cyan",
    Token.Operator.Word: "magenta",
    Token.Name.Function: "bold",
    Token.Name.Class: "bold",
    Token.Name.Decorator: "cyan",
    Token.Literal.String: "green",
    Token.Literal.Number: "cyan",
}


def coloured(lines: Sequence[str], language: Language, plain: bool) -> list[Text]:
    """One `Text` a line, tabs expanded. The lines are lexed as one text, so that a string over many lines is one."""
    expanded = [line.expandtabs(TAB) for line in lines]
    drawn = [Text(line) for line in expanded]
    lexer = None if plain else _lexer(language)
    if lexer is None:
        return drawn
    row, column = 0, 0
    for _, token, value in lexer.get_tokens_unprocessed("\n".join(expanded) + "\n"):
        style = _style(token)
        for index, piece in enumerate(value.split("\n")):
            if index:
                row, column = row + 1, 0
            if style and piece and row < len(drawn):
                drawn[row].stylize(style, column, column + len(piece))
            column += len(piece)
    return drawn


def opened(text: str, language: Language) -> str:
    """What a lexer must be told first to read on after `text`: the quotes or the sign of a comment still open in it."""
    if language == "python":
        return next((quotes for quotes in ('"""', "'''") if text.count(quotes) % 2), "")
    if language in ("cpp", "cuda"):
        return "/*" if text.rfind("/*") > text.rfind("*/") else ""
    return ""


def _style(token: _TokenType | None) -> str:
    while token:
        if token in _STYLES:
            return _STYLES[token]
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
