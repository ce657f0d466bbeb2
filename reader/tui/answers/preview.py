"""The few lines around a place, as its file has them."""

from __future__ import annotations

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.excerpt import visible_line
from reader.highlight import opened
from reader.syntax import Language, language_of
from reader.tui.answers.values import Place
from reader.value import frozen

_ABOVE = 0.3  # of the lines, those that stand above the place


@frozen
class Preview:
    """`first` is the number of the first line; `before` is what a lexer must be told to read on from there."""

    place: Place
    first: int = 1
    lines: tuple[str, ...] = ()
    language: Language = "text"
    before: str = ""
    problem: str | None = None


def preview(checkout: Checkout, place: Place, height: int) -> Preview:
    """At most `height` lines; of a directory what is in it."""
    try:
        if checkout.is_directory(place.path):
            return Preview(place, lines=checkout.entries(place.path)[: max(height, 1)])
        text = checkout.read(place.path).text
    except ReaderError as error:
        return Preview(place, problem=str(error))
    lines = text.split("\n")
    line = min(place.line or 1, len(lines))
    first = max(min(line - int(height * _ABOVE), len(lines) - height + 1), 1)
    language = language_of(place.path)
    shown = tuple(map(visible_line, lines[first - 1 : first - 1 + max(height, 1)]))
    return Preview(place, first, shown, language, opened("\n".join(lines[: first - 1]), language))
