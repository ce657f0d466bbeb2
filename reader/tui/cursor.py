"""The cursor on a page: where it stands, which name is under it, and how it finds its line again in another layout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from keyword import iskeyword
from typing import TYPE_CHECKING

from reader.excerpt import TAB, Fold, Line
from reader.terminal.notes import Laid
from reader.tui.leaf import Leaf
from reader.value import frozen

if TYPE_CHECKING:
    from reader.resolve import Site

_NAME = re.compile(r"[^\W\d]\w*")
_TOLD = re.compile(r"[\w./:-]*(?:::|/|_|\.[a-z]{1,4}\b|[a-z][A-Z]|\(\))[\w./:()-]*")  # a name, in the midst of prose


@frozen
class Anchor:
    """A character of a page, told so that it is found again however wide the page is drawn: of the row, or so many
    characters after the last row before it in its section."""

    section: int
    row: object
    characters: int


def names(line: Laid) -> list[tuple[int, int]]:
    """Where the names of a line begin and end, as characters of the line."""
    plain = line.text.plain
    if isinstance(line.row, Line):
        found = _NAME.finditer(plain, line.start, line.end)
        return [one.span() for one in found if not iskeyword(one[0])]
    if isinstance(line.row, Fold):
        return []
    return [found.span() for found in _TOLD.finditer(plain) if found[0].strip("./:-")]


def name_at(line: Laid, column: int) -> tuple[int, int] | None:
    """The name that a character is in, or that ends right before it."""
    pattern = _NAME if isinstance(line.row, Line) else _TOLD
    spans = [found.span() for found in pattern.finditer(line.text.plain)]
    return next((span for span in spans if span[0] <= column <= span[1]), None)


def word_at(line: Laid, column: int) -> str:
    span = name_at(line, column)
    return line.text.plain[slice(*span)].strip("./:()") if span else ""


def file_column(line: Laid, column: int) -> int | None:
    """The 1-based column in the file of a character of the line; None where it stands in no line of the file."""
    if not isinstance(line.row, Line) or line.column is None or not line.start <= column <= line.end:
        return None
    wanted, drawn = line.column + column - line.start, 0
    for index, sign in enumerate(line.row.text):
        if drawn >= wanted:
            return index + 1
        drawn += TAB - drawn % TAB if sign == "\t" else 1
    return len(line.row.text) + 1


def next_name(lines: Sequence[Laid], line: int, column: int, step: int) -> tuple[int, int] | None:
    """The next name after this character, or the one before it, on this line or on further ones."""
    order = range(line, len(lines)) if step > 0 else range(line, -1, -1)
    for at in order:
        starts = [start for start, _ in names(lines[at])]
        if at == line:
            starts = [start for start in starts if (start > column if step > 0 else start < column)]
        if starts:
            return at, starts[0] if step > 0 else starts[-1]
    return None


def first_place(leaf: Leaf, site: Site) -> tuple[int, int]:
    """Where a page is begun: on the name of what it defines, else on the first line of the excerpt."""
    name = (site.symbol or "").rpartition("::")[2].rpartition(".")[2]
    first = 0
    for index, line in enumerate(leaf.lines):
        if not isinstance(line.row, (Line, Fold)):
            continue
        first = first or index
        if isinstance(line.row, Line) and line.row.number == site.line:
            spans = [span for span in names(line) if line.text.plain[slice(*span)] == name]
            return index, spans[0][0] if spans else -1
    return first, -1


def line_showing(leaf: Leaf, number: int) -> int | None:
    """The line that shows this line of the file, or the fold that it is in."""
    for index, line in enumerate(leaf.lines):
        row = line.row
        if isinstance(row, Line) and row.number == number:
            return index
        if isinstance(row, Fold) and row.first <= number <= row.last:
            return index
    return None


def anchor(leaf: Leaf, line: int, column: int) -> Anchor:
    lines = leaf.lines
    section = sum(start <= line for start in leaf.sections) - 1
    first = leaf.sections[section] if section >= 0 else 0
    row, at = lines[line].row, line
    while at > first and (lines[at - 1].row is row if row is not None else lines[at].row is None):
        at -= 1
    if row is None and lines[at].row is not None:
        row, at = lines[at].row, at + 1
    before = sum(_weight(one) for one in lines[at:line])
    return Anchor(section, row, before + len(_own(lines[line])[: max(column - lines[line].start, 0)].replace(" ", "")))


def found(leaf: Leaf, wanted: Anchor) -> tuple[int, int]:
    """Line and column of an anchor in this layout."""
    lines = leaf.lines
    if wanted.row is None:
        start = leaf.sections[wanted.section] if 0 <= wanted.section < len(leaf.sections) else 0
    else:
        start = next((index for index, line in enumerate(lines) if _same(line.row, wanted.row)), 0)
    left = wanted.characters
    for index in range(start, len(lines)):
        weight = _weight(lines[index])
        last = index + 1 >= len(lines) or not (lines[index + 1].row is None or _same(lines[index + 1].row, wanted.row))
        if left < weight or last or (left == weight and lines[index + 1].row is None and not _weight(lines[index + 1])):
            return index, lines[index].start + _column(_own(lines[index]), left)
        left -= weight
    return 0, 0


def _same(row: object, other: object) -> bool:
    """A fold that was opened is found at its first line."""
    if isinstance(row, Line) and isinstance(other, Fold):
        return row.number == other.first
    if isinstance(row, Fold) and isinstance(other, Line):
        return row.first <= other.number <= row.last
    if isinstance(row, Line) and isinstance(other, Line):
        return row.number == other.number
    return row is other or (row is not None and row == other)


def _own(line: Laid) -> str:
    return line.text.plain[line.start : line.end] if line.end else line.text.plain


def _weight(line: Laid) -> int:
    return len(_own(line).replace(" ", ""))


def _column(text: str, characters: int) -> int:
    """Of the character that so many others stand before, blanks not counted."""
    for index, sign in enumerate(text):
        if sign != " ":
            if not characters:
                return index
            characters -= 1
    return len(text)
