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
    columns = max(map(len, rows), default=0)
    filled = [[*row, *[Text()] * (columns - len(row))] for row in rows]
    widths = _widths([[row[column].cell_len for row in filled] for column in range(columns)], sheet.width)
    lines: list[Text] = []
    for index, row in enumerate(filled):
        if header and index == 0:
            row = [cell.copy() for cell in row]
            for cell in row:
                cell.stylize("bold")
        lines += _row(row, widths, right)
        if header and index == 0:
            lines.append(Text((" " * _GAP).join("─" * width for width in widths), "dim"))
    return lines


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
