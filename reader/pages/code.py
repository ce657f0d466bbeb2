"""The rows of an excerpt of code: numbered lines in coloured pieces, their notes, and folds that hold their lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reader.excerpt import Excerpt, Fold, Line, PlacedNote
from reader.facts import lost
from reader.highlight import Piece, margin, whole
from reader.pages.text import parts
from reader.pages.values import Block, Folded, Note, Row


def line_anchor(stop: str, number: int) -> str:
    return f"{stop}-L{number}"


def notes(stop: str, placed: Iterable[PlacedNote]) -> dict[int, Note]:
    """By their numbers."""
    return {
        one.number: Note(
            number=one.number,
            mark=sign(one.number),
            anchor=f"{stop}-n{one.number}",
            say=parts(one.say),
            at=one.at,
            lost=lost(one) if one.line is None else None,
        )
        for one in placed
    }


def sign(number: int) -> str:
    return chr(0x245F + number) if 1 <= number <= 20 else f"({number})"


def rows(stop: str, excerpt: Excerpt, known: Mapping[int, Note]) -> tuple[Row | Folded, ...]:
    """Every line of the span, those in folds too."""
    pieces = whole(excerpt)
    cut = margin(excerpt.rows)
    made: list[Row | Folded] = []
    for row in excerpt.rows:
        if isinstance(row, Line):
            made.append(_row(stop, row.number, pieces[row.number], [known[one] for one in row.notes]))
        else:
            inside = tuple(_row(stop, number, pieces[number]) for number in range(row.first, row.last + 1))
            made.append(folded(row, inside, cut))
    return tuple(made)


def folded(fold: Fold, inside: Sequence[Row], cut: int = 0) -> Folded:
    return Folded(fold.first, fold.last, fold.count, fold.label, max(fold.indent - cut, 0), tuple(inside))


def _row(stop: str, number: int, pieces: Sequence[Piece], here: Sequence[Note] = ()) -> Row:
    return Row(number, line_anchor(stop, number), indent_of(pieces), tuple(pieces), tuple(here))


def indent_of(pieces: Sequence[Piece]) -> int:
    text = "".join(text for text, _ in pieces)
    return len(text) - len(text.lstrip(" "))


def outline(stop: str, excerpt: Excerpt) -> tuple[Block, ...]:
    return tuple(
        Block(
            span=f"{one.first}-{one.last}",
            label=one.label,
            shown=one.shown,
            depth=one.depth,
            href=f"#{line_anchor(stop, one.first)}",
        )
        for one in excerpt.outline
    )
