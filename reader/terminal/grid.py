"""Cells in columns that fit the width: cells wrap, nothing is cut. rich's own Table costs 12 ms and pads its lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.text import Text

from reader.terminal.sheet import Sheet, wrapped

_GAP = 2
_LEAST = 6  # columns that a column keeps when all must shrink


def grid(
    rows: Sequence[Sequence[Text]], sheet: Sheet, *, header: bool = False, right: Sequence[int] = ()
) -> list[Text]:
    """`right` are the columns, from 0, whose cells stand at their right edge. A header has a rule under it."""
    return [line for lines in grid_rows(rows, sheet, header=header, right=right) for line in lines]


def grid_rows(
    rows: Sequence[Sequence[Text]], sheet: Sheet, *, header: bool = False, right: Sequence[int] = ()
) -> list[list[Text]]:
    """The same, with the lines of each row for themselves."""
    columns = max(map(len, rows), default=0)
    filled = [[*row, *[Text()] * (columns - len(row))] for row in rows]
    widths = _widths([[row[column].cell_len for row in filled] for column in range(columns)], sheet.width)
    drawn = [_row(row, widths, right) for row in filled]
    if header and drawn:
        for line in drawn[0]:
            line.stylize("bold")
        drawn[0].append(Text((" " * _GAP).join("─" * width for width in widths), "dim"))
    return drawn


def _row(cells: Sequence[Text], widths: Sequence[int], right: Sequence[int]) -> list[Text]:
    pieces = [wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for parts in zip_longest(*pieces, fillvalue=None):
        line = Text()
        for column, (part, width) in enumerate(zip(parts, widths, strict=True)):
            cell = part if part is not None else Text()
            pad = " " * max(width - cell.cell_len, 0)
            line.append(" " * (_GAP if column else 0))
            line = Text.assemble(line, pad, cell) if column in right else Text.assemble(line, cell, pad)
        line.rstrip()
        lines.append(line)
    return lines


def _widths(cells: Sequence[Sequence[int]], room: int) -> list[int]:
    """Each column gets what its widest cell needs; while that is too much, the widest column gives."""
    widths = [max(max(column, default=1), 1) for column in cells]
    spare = room - _GAP * (len(widths) - 1)
    while sum(widths) > spare and max(widths, default=0) > _LEAST:
        widest = widths.index(max(widths))
        second = max((width for index, width in enumerate(widths) if index != widest), default=_LEAST)
        give = min(sum(widths) - spare, max(widths[widest] - max(second, _LEAST), 1))
        widths[widest] -= give
    return widths
