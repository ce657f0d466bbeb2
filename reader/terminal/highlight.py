"""Source text as coloured lines. Colours are the terminal's own sixteen, chosen to hold on dark and light grounds:
no yellow, blue, white or black among them, and comments are dim rather than grey, which some palettes hide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Span, Text

from reader.excerpt import TAB
from reader.highlight import Kind, Piece, pieces
from reader.syntax import Language

_STYLES: dict[Kind, str] = {
    "comment": "dim italic",
    "directive": "magenta",
    "include": "green",
    "keyword": "magenta",
    "constant": "cyan",
    "type": "cyan",
    "word": "magenta",
    "function": "bold",
    "class": "bold",
    "decorator": "cyan",
    "string": "green",
    "number": "cyan",
}


def coloured(lines: Sequence[str], language: Language, plain: bool) -> list[Text]:
    """One `Text` a line, tabs expanded. The lines are lexed as one text, so that a string over many lines is one."""
    if plain:
        return [Text(line.expandtabs(TAB)) for line in lines]
    return [styled(line) for line in pieces(lines, language)]


def styled(line: Iterable[Piece]) -> Text:
    text, spans = "", []
    for piece, kind in line:
        if kind:
            spans.append(Span(len(text), len(text) + len(piece), _STYLES[kind]))
        text += piece
    return Text(text, spans=spans)
