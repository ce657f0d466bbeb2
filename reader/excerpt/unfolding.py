"""Folds of an excerpt opened one by one, from the text that it already has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from reader.excerpt.parts import Excerpt, Fold, Line


def unfolded(excerpt: Excerpt, folds: Collection[Fold]) -> Excerpt:
    """With the lines of these folds in place of them."""
    return replace(excerpt, rows=tuple(_rows(excerpt, folds))) if folds else excerpt


def folds_of(excerpt: Excerpt) -> tuple[Fold, ...]:
    return tuple(row for row in excerpt.rows if isinstance(row, Fold))


def fold_around(excerpt: Excerpt, line: int) -> Fold | None:
    """The fold that a line of the file is in."""
    return next((fold for fold in folds_of(excerpt) if fold.first <= line <= fold.last), None)


def _rows(excerpt: Excerpt, folds: Collection[Fold]) -> Iterator[Line | Fold]:
    start = excerpt.site.start or 1
    for row in excerpt.rows:
        if isinstance(row, Fold) and row in folds:
            for number in range(row.first, row.last + 1):
                yield Line(number, excerpt.lines[number - start])
        else:
            yield row
