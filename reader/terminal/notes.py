"""Notes beside the lines they are about, or under them: the one place that decides how the two columns stand."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from reader.excerpt import PlacedNote
from reader.terminal.sheet import BESIDE, Sheet, prose, words, wrapped
from reader.value import frozen

ACCENT = "bold magenta"
_BAR = "┃ "
_GAP = 2
_DRIFT = 4  # rows that a note may stand below its line before the code waits for it


@frozen
class Drawn:
    """A row of an excerpt as drawn, gutter included, and the notes that belong to it."""

    lines: tuple[Text, ...]
    notes: tuple[PlacedNote, ...] = ()


def mark(number: int) -> str:
    return chr(0x245F + number) if 1 <= number <= 20 else f"({number})"


def with_notes(rows: Sequence[Drawn], sheet: Sheet, code_width: int, indent: int) -> list[Text]:
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
                ("loose: its line ", "bold red"), words(f"“{note.at}”", "bold"), " ", words(_lost(note))
            )
            lines += wrapped(head, sheet.width, lead, hang)
            lines += [Text.assemble(hang, line) for line in prose(note.say, sheet.narrowed(sheet.width - len(hang)))]
    return lines


def _lost(note: PlacedNote) -> str:
    return "is not found here" if note.why_loose == "not found" else note.why_loose or "has no place"


def _lead(note: PlacedNote) -> Text:
    return Text(mark(note.number) + " ", ACCENT)


def _card(note: PlacedNote, width: int, sheet: Sheet) -> list[Text]:
    lead = _lead(note)
    body = prose(note.say, sheet.narrowed(width - len(_BAR) - lead.cell_len)) or [Text()]
    hang = " " * lead.cell_len
    return [Text.assemble((_BAR, ACCENT), hang if index else lead, line) for index, line in enumerate(body)]


def _under(rows: Sequence[Drawn], sheet: Sheet, indent: int) -> list[Text]:
    lines: list[Text] = []
    start = max(indent - len(_BAR), 0)
    for row in rows:
        lines += row.lines
        for note in row.notes:
            lines += [Text.assemble(" " * start, line) for line in _card(note, sheet.width - start, sheet)]
    return lines


def _beside(rows: Sequence[Drawn], sheet: Sheet, code_width: int) -> list[Text]:
    room = sheet.width - code_width - _GAP
    left: list[Text] = []
    right: list[Text] = []
    for row in rows:
        if row.notes:
            left += [Text()] * (len(right) - len(left) - _DRIFT)
            right += [Text()] * (len(left) - len(right))
        left += row.lines
        for note in row.notes:
            right += _card(note, room, sheet)
    left += [Text()] * (len(right) - len(left))
    right += [Text()] * (len(left) - len(right))
    return [_joined(*pair, code_width + _GAP) for pair in zip(left, right, strict=True)]


def _joined(left: Text, right: Text, column: int) -> Text:
    """A fold's label may use the room of the notes, but not where there is one."""
    if not right.plain:
        return left
    if left.cell_len > column - _GAP:
        left.truncate(column - _GAP, overflow="ellipsis")
    return Text.assemble(left, " " * (column - left.cell_len), right)
