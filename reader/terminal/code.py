"""The rows of an excerpt as numbered, coloured lines: code, and the outline that stands before a long function."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rich.text import Text

from reader.excerpt import TAB, Excerpt, Fold, Line, Outlined
from reader.highlight import margin, shown
from reader.terminal.gutter import Gutter
from reader.terminal.highlight import styled
from reader.terminal.notes import ACCENT, Drawn, Laid, with_notes
from reader.terminal.sheet import Sheet, words, wrapped, wrapped_code

_SHARE = 0.65  # of a wide terminal, at most, for code that has notes beside it


def code(excerpt: Excerpt, sheet: Sheet) -> list[Laid]:
    """Every row at the width that is there; a long line goes on under a hanging indent, none is cut."""
    gutter = Gutter.of(excerpt.rows)
    cut = margin(excerpt.rows)
    texts = _texts(excerpt, cut, sheet.plain)
    width = sheet.width
    if gutter.beside(sheet):
        needed = gutter.width + max((text.cell_len for text in texts.values()), default=0)
        width = min(max(needed, sheet.width // 2), int(sheet.width * _SHARE))
    notes = {note.number: note for note in excerpt.notes}
    rows: list[Drawn] = []
    for row in excerpt.rows:
        if isinstance(row, Fold):
            rows.append(Drawn((Laid(gutter.fold(row, sheet.width, cut), row),)))
        else:
            lines = tuple(_line(row, texts[row.number], gutter, width, cut))
            rows.append(Drawn(lines, tuple(notes[number] for number in row.notes)))
    return with_notes(rows, sheet, width, gutter.width)


def _line(line: Line, text: Text, gutter: Gutter, width: int, cut: int) -> Iterator[Laid]:
    plain, column = text.plain, 0
    for index, piece in enumerate(wrapped_code(text, max(width - gutter.width, 8))):
        lead = gutter.blank("↪") if index else gutter.lead(line.number, line.notes)
        start = len(lead)
        if index:
            own = piece.plain.lstrip(" ")
            start += len(piece) - len(own)
            column = max(plain.find(own, column), column)  # a break takes away nothing but spaces
        drawn = lead.append_text(piece)
        yield Laid(drawn, line, start, len(drawn), cut + column)
        column += len(piece.plain.lstrip(" ")) if index else len(piece)


@lru_cache(maxsize=64)
def coloured_lines(excerpt: Excerpt) -> dict[int, Text]:
    """The coloured text of each shown line, without the margin: half of what a page costs, and the same at any width.
    Whoever has time before it is needed may ask for it then."""
    return {number: styled(line) for number, line in shown(excerpt).items()}


def _texts(excerpt: Excerpt, cut: int, plain: bool) -> dict[int, Text]:
    if not plain:
        return coloured_lines(excerpt)
    lines = (row for row in excerpt.rows if isinstance(row, Line))
    return {row.number: Text(row.text.expandtabs(TAB)[cut:]) for row in lines}


def outline(blocks: tuple[Outlined, ...], sheet: Sheet) -> list[Laid]:
    """The blocks of a long function, one a line; those that the excerpt shows something of are marked."""
    if not blocks:
        return []
    spans = [f"{block.first}-{block.last}" for block in blocks]
    room = max(map(len, spans))
    lines = [Laid(Text("outline, ▸ marks what is shown below", "dim"))]
    for block, span in zip(blocks, spans, strict=True):
        sign = "▸" if block.shown else " "
        lead = Text.assemble((sign, ACCENT), " ", (span.rjust(room), "dim"), "  " + "  " * block.depth)
        style = "" if block.shown else "dim"
        drawn = wrapped(words(block.label, style), sheet.width, lead, " " * lead.cell_len)
        lines += [Laid(line, block, lead.cell_len, len(line)) for line in drawn]
    return lines
