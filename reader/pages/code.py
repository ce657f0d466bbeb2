"""The rows of an excerpt of code: numbered lines in coloured pieces, their notes, and folds that hold their lines."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from reader.excerpt import Excerpt, Fold, Line, PlacedNote
from reader.facts import lost
from reader.highlight import Piece, margin, shown, whole
from reader.pages.text import parts
from reader.pages.values import Block, Folded, Group, Note, Row


def line_anchor(stop: str, number: int) -> str:
    return f"{stop}-L{number}"


def notes(stop: str, placed: Iterable[PlacedNote], anchors: Container[str] = ()) -> dict[int, Note]:
    """By their numbers. `anchors` are what their links may lead to."""
    return {
        one.number: Note(
            number=one.number,
            mark=sign(one.number),
            anchor=f"{stop}-n{one.number}",
            say=parts(one.say, anchors),
            at=one.at,
            lost=lost(one) if one.line is None else None,
        )
        for one in placed
    }


def sign(number: int) -> str:
    return chr(0x245F + number) if 1 <= number <= 20 else f"({number})"


def rows(stop: str, excerpt: Excerpt, known: Mapping[int, Note], home: str | None = None) -> tuple[Row | Folded, ...]:
    """Every line of the span, those in folds too; or the folds lead to the stop `home`, a link, that has them."""
    pieces = shown(excerpt) if home else whole(excerpt)
    cut = margin(excerpt.rows)
    made: list[Row | Folded] = []
    for row in excerpt.rows:
        if isinstance(row, Line):
            made.append(_row(stop, row.number, pieces[row.number], [known[one] for one in row.notes]))
        else:
            hidden = () if home else range(row.first, row.last + 1)
            inside = [_row(stop, number, pieces[number]) for number in hidden]
            made.append(folded(row, inside, cut, home))
    return tuple(made)


def folded(fold: Fold, inside: Sequence[Row | Group], cut: int = 0, home: str | None = None) -> Folded:
    href = line_anchor(home, fold.first) if home else None
    return Folded(fold.first, fold.last, fold.count, fold.label, max(fold.indent - cut, 0), tuple(inside), href)


def _row(stop: str, number: int, pieces: Sequence[Piece], here: Sequence[Note] = ()) -> Row:
    return Row(number, line_anchor(stop, number), indent_of(pieces), tuple(pieces), tuple(here))


def indent_of(pieces: Sequence[Piece]) -> int:
    text = "".join(text for text, _ in pieces)
    return len(text) - len(text.lstrip(" "))


def outline(stop: str, excerpt: Excerpt, home: str | None = None) -> tuple[Block, ...]:
    """`home` as for `rows`: what is folded away stands there."""
    here = {row.number for row in excerpt.rows if isinstance(row, Line)}
    return tuple(
        Block(
            span=f"{one.first}-{one.last}",
            label=one.label,
            shown=one.shown,
            depth=one.depth,
            href=line_anchor(home if home and one.first not in here else f"#{stop}", one.first),
        )
        for one in excerpt.outline
    )
