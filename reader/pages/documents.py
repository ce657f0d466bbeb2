"""A document stop: its groups at their lines, folds with their groups in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reader.excerpt import Excerpt, Fold, Line
from reader.highlight import pieces
from reader.pages.code import folded, indent_of, line_anchor
from reader.pages.text import bits, parts
from reader.pages.values import Cell, Folded, Group, Note, Row
from reader.prose import documents


def rows(stop: str, excerpt: Excerpt, known: Mapping[int, Note], home: str | None = None) -> tuple[Folded | Group, ...]:
    return tuple(
        _folded(stop, excerpt, one, home) if isinstance(one, Fold) else _group(stop, one, known)
        for one in documents.groups(excerpt)
    )


def _folded(stop: str, excerpt: Excerpt, fold: Fold, home: str | None) -> Folded:
    if home:
        return folded(replace(fold, indent=0), (), home=home)
    start = excerpt.site.start or 1
    lines = tuple(
        Line(number, excerpt.lines[number - start])
        for number in range(fold.first, fold.last + 1)
        if number - start < len(excerpt.lines)
    )
    return folded(replace(fold, indent=0), tuple(_only_groups(stop, documents.groups(replace(excerpt, rows=lines)))))


def _only_groups(stop: str, found: Iterator[documents.Group | Fold]) -> Iterator[Group]:
    for one in found:
        if isinstance(one, documents.Group):
            yield _group(stop, one, {})


def _group(stop: str, group: documents.Group, known: Mapping[int, Note]) -> Group:
    first = group.rows[0].number
    others = tuple(line_anchor(stop, row.number) for row in group.rows[1:])
    here = tuple(known[number] for row in group.rows for number in row.notes)
    made = Group("prose", first, line_anchor(stop, first), others, notes=here)
    if group.kind == "gap":
        return replace(made, kind="gap")
    if group.kind == "heading":
        level, words = documents.heading(group.rows[0].text)
        return replace(made, kind="heading", level=min(level + 2, 6), cells=(("", (Cell(bits(words)),)),))
    if group.kind == "table":
        head, found = documents.table(group.rows)
        cells = tuple((line_anchor(stop, row.number), tuple(Cell(bits(cell)) for cell in line)) for row, line in found)
        rulers = tuple(anchor for anchor in others if anchor not in dict(cells))
        return replace(made, kind="table", others=rulers, head=head, cells=cells)
    if group.kind in ("fence", "verbatim"):
        return replace(made, kind="code", others=(), notes=(), rows=tuple(_code(stop, group, known)))
    return replace(made, prose=parts(group.text))


def _code(stop: str, group: documents.Group, known: Mapping[int, Note]) -> Iterator[Row]:
    for row, line in zip(group.rows, pieces([row.text for row in group.rows], group.language), strict=True):
        here = tuple(known[number] for number in row.notes)
        yield Row(row.number, line_anchor(stop, row.number), indent_of(line), tuple(line), here)
