"""Notes beside the lines they are about, or under them: the one place that decides how the two columns stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from reader.excerpt import PlacedNote
from reader.facts import lost, mark
from reader.terminal.sheet import BESIDE, Sheet, prose, words, wrapped
from reader.value import frozen

if TYPE_CHECKING:
    from reader.excerpt import Entry, Fold, Line, Outlined
    from reader.tour import Question

ACCENT = "bold magenta"
_BAR = "┃ "
_GAP = 2
_DRIFT = 4  # rows that a note may stand below its line before the code waits for it


@frozen
class Laid:
    """A line as drawn, and what it shows, for a surface with a cursor. Characters `start` to `end` of the line are the
    row's own text, from its character `column` on, tabs expanded; `column` is None where they are not the same."""

    text: Text
    row: Line | Fold | Outlined | Entry | Question | None = None
    start: int = 0
    end: int = 0
    column: int | None = None


@frozen
class Drawn:
    """A row of an excerpt as drawn, gutter included, and the notes that belong to it."""

    lines: tuple[Laid, ...]
    notes: tuple[PlacedNote, ...] = ()


def texts(lines: Sequence[Laid]) -> list[Text]:
    return [line.text for line in lines]


def unlaid(lines: Sequence[Text]) -> list[Laid]:
    """Lines that show nothing of an excerpt."""
    return [Laid(line) for line in lines]


def with_notes(rows: Sequence[Drawn], sheet: Sheet, code_width: int, indent: int) -> list[Laid]:
    """`code_width` is what the rows were drawn in, `indent` where the code starts in it."""
    if not any(row.notes for row in rows):
        return [line for row in rows for line in row.lines]
    if sheet.width >= BESIDE:
        return _beside(rows, sheet, code_width)
    return _under(rows, sheet, indent)


def loose(notes: Sequence[PlacedNote], sheet: Sheet) -> list[Text]:
    """Notes without a line, each saying which line it lost and why."""
    lines: list[Text] = []
    for note in notes:
        if note.line is None:
            lead = _lead(note)
            hang = " " * lead.cell_len
            head = Text.assemble(
                ("loose: its line ", "bold red"), words(f"“{note.at}”", "bold"), " ", words(lost(note))
            )
            lines += wrapped(head, sheet.width, lead, hang)
            lines += [Text.assemble(hang, line) for line in prose(note.say, sheet.narrowed(sheet.width - len(hang)))]
    return lines


def _lead(note: PlacedNote) -> Text:
    return Text(mark(note.number) + " ", ACCENT)


def _card(note: PlacedNote, width: int, sheet: Sheet) -> list[Text]:
    lead = _lead(note)
    body = prose(note.say, sheet.narrowed(width - len(_BAR) - lead.cell_len)) or [Text()]
    hang = " " * lead.cell_len
    return [Text.assemble((_BAR, ACCENT), hang if index else lead, line) for index, line in enumerate(body)]


def _under(rows: Sequence[Drawn], sheet: Sheet, indent: int) -> list[Laid]:
    lines: list[Laid] = []
    start = max(indent - len(_BAR), 0)
    for row in rows:
        lines += row.lines
        for note in row.notes:
            lines += [Laid(Text.assemble(" " * start, line)) for line in _card(note, sheet.width - start, sheet)]
    return lines


def _beside(rows: Sequence[Drawn], sheet: Sheet, code_width: int) -> list[Laid]:
    room = sheet.width - code_width - _GAP
    left: list[Laid] = []
    right: list[Text] = []
    for row in rows:
        if row.notes:
            left += [Laid(Text())] * (len(right) - len(left) - _DRIFT)
            right += [Text()] * (len(left) - len(right))
        left += row.lines
        for note in row.notes:
            right += _card(note, room, sheet)
    left += [Laid(Text())] * (len(right) - len(left))
    right += [Text()] * (len(left) - len(right))
    return [_joined(*pair, code_width + _GAP) for pair in zip(left, right, strict=True)]


def _joined(left: Laid, right: Text, column: int) -> Laid:
    """A fold's label may use the room of the notes, but not where there is one."""
    if not right.plain:
        return left
    text = left.text
    if text.cell_len > column - _GAP:
        text.truncate(column - _GAP, overflow="ellipsis")
    return replace(left, text=Text.assemble(text, " " * (column - text.cell_len), right), end=min(left.end, len(text)))
