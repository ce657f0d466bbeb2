"""A document stop: Markdown drawn block by block, so that line numbers, folds and notes keep their places.

Everything in the source is shown, HTML and unknown syntax as it stands. Links are written out, never made live: a
document of a stranger does not choose where a click leads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from reader.excerpt import TAB, Claims, Excerpt, Fold, Line
from reader.prose.documents import DEAD, Group, dead_claims, groups, heading, table
from reader.terminal.grid import grid_rows
from reader.terminal.gutter import Gutter
from reader.terminal.highlight import coloured
from reader.terminal.notes import Drawn, Laid, unlaid, with_notes
from reader.terminal.sheet import PROSE, Sheet, inline, prose, words, wrapped, wrapped_code

_TABLE = 120  # columns that a table may have where there is room
_SHARE = 0.62


def document(excerpt: Excerpt, sheet: Sheet) -> list[Laid]:
    lines = _document(excerpt, sheet)
    if excerpt.claims is None or not excerpt.claims.dead:
        return lines
    for line in lines:
        line.text.highlight_words([DEAD], "bold red")
    return [*lines, *unlaid([Text(), *_dead(excerpt.claims, excerpt.site.release, sheet)])]


def _dead(claims: Claims, release: str, sheet: Sheet) -> Iterator[Text]:
    """Said at the foot, each once, with where it is now."""
    head, told = dead_claims(claims, release)
    yield from wrapped(words(head, "dim"), sheet.width, Text(f"{DEAD} ", "bold red"), "  ")
    for one in told:
        yield from wrapped(words(one, "dim"), sheet.width, Text("  "), "    ")


def _document(excerpt: Excerpt, sheet: Sheet) -> list[Laid]:
    found = list(groups(excerpt))
    gutter = Gutter.of(excerpt.rows, (group.notes for group in found if isinstance(group, Group)))
    beside = gutter.beside(sheet)
    width = min(PROSE + gutter.width, int(sheet.width * _SHARE) if beside else sheet.width)
    notes = {note.number: note for note in excerpt.notes}
    rows: list[Drawn] = []
    for group in found:
        if isinstance(group, Fold):
            rows.append(Drawn((Laid(gutter.fold(group, sheet.width if beside else width), group),)))
            continue
        room = width if beside or group.kind != "table" else min(sheet.width, _TABLE + gutter.width)
        for sources, body in _drawn(group, sheet.narrowed(room - gutter.width)):
            marks = tuple(number for row in sources for number in row.notes)
            first = gutter.lead(sources[0].number, marks)
            lines = []
            for index, line in enumerate(body or [Text()]):
                text = Text.assemble(gutter.blank() if index else first, line)
                lines.append(Laid(text, sources[0], len(first), len(text)))
            rows.append(Drawn(tuple(lines), tuple(notes[number] for number in marks)))
    return with_notes(rows, sheet, width, gutter.width)


def _drawn(group: Group, sheet: Sheet) -> Iterator[tuple[Sequence[Line], list[Text]]]:
    """The group in parts that bear a line number each: a table or a fence row by row, prose as a whole."""
    if group.kind == "table":
        yield from _table(group.rows, sheet)
    elif group.kind == "fence":
        texts = coloured([row.text for row in group.rows], group.language, sheet.plain)
        yield from (((row,), wrapped_code(text, sheet.width)) for row, text in zip(group.rows, texts, strict=True))
    elif group.kind == "verbatim":
        for row in group.rows:
            yield (row,), wrapped_code(Text(row.text.expandtabs(TAB), "dim"), sheet.width)
    elif group.kind == "heading":
        title = group.rows[0].text if sheet.plain else heading(group.rows[0].text)[1]
        yield group.rows, wrapped(inline(title, sheet.plain, "bold underline"), sheet.width)
    else:
        yield group.rows, prose(group.text, sheet)


def _table(rows: Sequence[Line], sheet: Sheet) -> Iterator[tuple[Sequence[Line], list[Text]]]:
    header, shown = table(rows)
    cells = [[inline(cell, sheet.plain) for cell in row] for _, row in shown]
    for (row, _), lines in zip(shown, grid_rows(cells, sheet, header=header), strict=True):
        yield (row,), lines
