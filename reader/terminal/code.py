"""The rows of an excerpt as numbered, coloured lines: code, and the outline that stands before a long function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from reader.excerpt import TAB, Excerpt, Fold, Line, Outlined
from reader.terminal.gutter import Gutter
from reader.terminal.highlight import coloured, opened
from reader.terminal.notes import ACCENT, Drawn, with_notes
from reader.terminal.sheet import Sheet, words, wrapped, wrapped_code

_SHARE = 0.65  # of a wide terminal, at most, for code that has notes beside it


def code(excerpt: Excerpt, sheet: Sheet) -> list[Text]:
    """Every row at the width that is there; a long line goes on under a hanging indent, none is cut."""
    gutter = Gutter.of(excerpt.rows)
    margin = _margin(excerpt.rows)
    texts = _texts(excerpt, margin, sheet.plain)
    width = sheet.width
    if gutter.beside(sheet):
        needed = gutter.width + max((text.cell_len for text in texts.values()), default=0)
        width = min(max(needed, sheet.width // 2), int(sheet.width * _SHARE))
    notes = {note.number: note for note in excerpt.notes}
    rows: list[Drawn] = []
    for row in excerpt.rows:
        if isinstance(row, Fold):
            rows.append(Drawn((gutter.fold(row, sheet.width, margin),)))
        else:
            lines = _line(row, texts[row.number], gutter, width)
            rows.append(Drawn(lines, tuple(notes[number] for number in row.notes)))
    return with_notes(rows, sheet, width, gutter.width)


def _margin(rows: Sequence[Line | Fold]) -> int:
    """The indent that all rows share, which says nothing and takes columns: a method stands as a function would."""
    plain = [row.text.expandtabs(TAB) for row in rows if isinstance(row, Line) and row.text.strip()]
    indents = [len(each) - len(each.lstrip(" ")) for each in plain]
    return min([*indents, *(row.indent for row in rows if isinstance(row, Fold))], default=0)


def _line(line: Line, text: Text, gutter: Gutter, width: int) -> tuple[Text, ...]:
    first, *more = wrapped_code(text, max(width - gutter.width, 8))
    lead = gutter.lead(line.number, line.notes)
    return (lead.append_text(first), *(gutter.blank("↪").append_text(piece) for piece in more))


def _texts(excerpt: Excerpt, margin: int, plain: bool) -> dict[int, Text]:
    """The coloured text of each shown line, without the margin. Only what is shown is lexed (0.3 ms a line), stretch by
    stretch; a string or comment that was opened in a fold before a stretch is opened for it again."""
    start = excerpt.site.start or 1
    texts: dict[int, Text] = {}
    for run in _runs(excerpt.rows):
        before = "" if plain else opened("\n".join(excerpt.lines[: run[0].number - start]), excerpt.language)
        lines = [row.text.expandtabs(TAB)[margin:] for row in run]
        drawn = coloured([before, *lines], excerpt.language, plain)[1:]
        texts.update({row.number: text for row, text in zip(run, drawn, strict=True)})
    return texts


def _runs(rows: Sequence[Line | Fold]) -> Iterator[list[Line]]:
    run: list[Line] = []
    for row in rows:
        if isinstance(row, Line):
            run.append(row)
        elif run:
            yield run
            run = []
    if run:
        yield run


def outline(blocks: tuple[Outlined, ...], sheet: Sheet) -> list[Text]:
    """The blocks of a long function, one a line; those that the excerpt shows something of are marked."""
    if not blocks:
        return []
    spans = [f"{block.first}-{block.last}" for block in blocks]
    room = max(map(len, spans))
    lines = [Text("outline, ▸ marks what is shown below", "dim")]
    for block, span in zip(blocks, spans, strict=True):
        sign = "▸" if block.shown else " "
        lead = Text.assemble((sign, ACCENT), " ", (span.rjust(room), "dim"), "  " + "  " * block.depth)
        style = "" if block.shown else "dim"
        lines += wrapped(words(block.label, style), sheet.width, lead, " " * lead.cell_len)
    return lines
