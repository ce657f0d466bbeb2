"""A document stop: Markdown drawn block by block, so that line numbers, folds and notes keep their places.

Everything in the source is shown, HTML and unknown syntax as it stands. Links are written out, never made live: a
document of a stranger does not choose where a click leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.text import Text

from reader.excerpt import TAB, Claims, Excerpt, Fold, Line
from reader.syntax import Language
from reader.terminal.grid import grid_rows
from reader.terminal.gutter import Gutter
from reader.terminal.highlight import coloured
from reader.terminal.notes import Drawn, with_notes
from reader.terminal.sheet import PROSE, Sheet, bullet, inline, prose, words, wrapped, wrapped_code
from reader.value import frozen

_FENCE = re.compile(r" {0,3}(?:[-*] +|\d+\. +)?\s*(`{3,}|~{3,})\s*([\w+-]*)")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_RULER = re.compile(r"[\s|:-]+$")
DEAD = "†"  # behind a path or a name that is not in the checkout
_TABLE = 120  # columns that a table may have where there is room
_SHARE = 0.62
_FENCED: dict[str, Language] = {
    "python": "python", "py": "python", "cpp": "cpp", "c++": "cpp", "c": "cpp", "cuda": "cuda", "cu": "cuda",
}  # fmt: skip


@frozen
class _Group:
    """Rows that are drawn as one: a paragraph, a list item, a heading, a table, the lines of a fence."""

    kind: str  # "prose", "heading", "table", "fence", "verbatim", "gap"
    rows: tuple[Line, ...]
    fence: str | None = None

    @property
    def notes(self) -> tuple[int, ...]:
        """Those that stand at its one number; in a table or a fence every row has its own."""
        return tuple(number for row in self.rows for number in row.notes) if self.kind == "prose" else ()


def document(excerpt: Excerpt, sheet: Sheet) -> list[Text]:
    if excerpt.claims is None or not excerpt.claims.dead:
        return _document(excerpt, sheet)
    lines = _document(replace(excerpt, rows=tuple(_marked(excerpt.rows, excerpt.claims))), sheet)
    for line in lines:
        line.highlight_words([DEAD], "bold red")
    return [*lines, Text(), *_dead(excerpt.claims, excerpt.site.release, sheet)]


def _marked(rows: Sequence[Line | Fold], claims: Claims) -> Iterator[Line | Fold]:
    """With a sign behind each claim that is dead, wherever it stands in the document."""
    texts = {one.text for one in claims.dead}
    at = {one.line for one in claims.dead}
    for row in rows:
        text = row.text if isinstance(row, Line) and row.number in at else ""
        for claim in sorted(texts, key=len):
            text = re.sub(
                rf"(`\s*{re.escape(claim)}\s*`|\]\(<?{re.escape(claim)}[^)]*\)|<{re.escape(claim)}>)",
                rf"\1{DEAD}",
                text,
            )
        yield replace(row, text=text) if isinstance(row, Line) and text else row


def _dead(claims: Claims, release: str, sheet: Sheet) -> Iterator[Text]:
    """Said at the foot, each once, with where it is now."""
    told = {one.text: one.now for one in claims.dead}
    one = claims.checked == 1
    head = (
        f"{len(told)} of the {claims.checked} paths and names of vLLM here" if not one else "The one path or name here"
    )
    verb = "is" if len(told) == 1 else "are"
    where = f"in {release}" if release != "unknown" else "in this checkout"
    yield from wrapped(words(f"{head} {verb} dead {where}:", "dim"), sheet.width, Text(f"{DEAD} ", "bold red"), "  ")
    for text, now in told.items():
        line = words(f"{text} → {now}" if now else text, "dim")
        yield from wrapped(line, sheet.width, Text("  "), "    ")


def _document(excerpt: Excerpt, sheet: Sheet) -> list[Text]:
    groups = list(_groups(excerpt))
    gutter = Gutter.of(excerpt.rows, (group.notes for group in groups if isinstance(group, _Group)))
    beside = gutter.beside(sheet)
    width = min(PROSE + gutter.width, int(sheet.width * _SHARE) if beside else sheet.width)
    notes = {note.number: note for note in excerpt.notes}
    rows: list[Drawn] = []
    for group in groups:
        if isinstance(group, Fold):
            rows.append(Drawn((gutter.fold(group, sheet.width if beside else width),)))
            continue
        room = width if beside or group.kind != "table" else min(sheet.width, _TABLE + gutter.width)
        for sources, body in _drawn(group, sheet.narrowed(room - gutter.width)):
            marks = tuple(number for row in sources for number in row.notes)
            first = gutter.lead(sources[0].number, marks)
            lines = [
                Text.assemble(gutter.blank() if index else first, line) for index, line in enumerate(body or [Text()])
            ]
            rows.append(Drawn(tuple(lines), tuple(notes[number] for number in marks)))
    return with_notes(rows, sheet, width, gutter.width)


def _drawn(group: _Group, sheet: Sheet) -> Iterator[tuple[Sequence[Line], list[Text]]]:
    """The group in parts that bear a line number each: a table or a fence row by row, prose as a whole."""
    if group.kind == "table":
        yield from _table(group.rows, sheet)
    elif group.kind == "fence":
        texts = coloured([row.text for row in group.rows], _FENCED.get(group.fence or "", "text"), sheet.plain)
        yield from (((row,), wrapped_code(text, sheet.width)) for row, text in zip(group.rows, texts, strict=True))
    elif group.kind == "verbatim":
        for row in group.rows:
            yield (row,), wrapped_code(Text(row.text.expandtabs(TAB), "dim"), sheet.width)
    elif group.kind == "heading":
        found = _HEADING.match(group.rows[0].text)
        title = found[2] if found and not sheet.plain else group.rows[0].text
        yield group.rows, wrapped(inline(title, sheet.plain, "bold underline"), sheet.width)
    else:
        yield group.rows, prose("\n".join(row.text for row in group.rows), sheet)


def _table(rows: Sequence[Line], sheet: Sheet) -> Iterator[tuple[Sequence[Line], list[Text]]]:
    shown = [row for row in rows if not _RULER.match(row.text)]
    cells = [[inline(cell, sheet.plain) for cell in _cells(row.text)] for row in shown]
    header = len(rows) > 1 and bool(_RULER.match(rows[1].text))
    for row, lines in zip(shown, grid_rows(cells, sheet, header=header), strict=True):
        yield (row,), lines


def _cells(row: str) -> list[str]:
    inner = row.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def _groups(excerpt: Excerpt) -> Iterator[_Group | Fold]:
    fences = _fences(excerpt)
    pending: list[Line] = []
    before: tuple[str, str | None] = ("", None)
    for row in excerpt.rows:
        now: tuple[str, str | None] = ("fold", None) if isinstance(row, Fold) else _kind(row, fences)
        starts = now != before or now[0] == "heading" or (now[0] == "prose" and bool(bullet(_text(row).strip())))
        if pending and starts:
            yield _Group(before[0], tuple(pending), before[1])
            pending = []
        if isinstance(row, Fold):
            yield row
        else:
            pending.append(row)
        before = now
    if pending:
        yield _Group(before[0], tuple(pending), before[1])


def _text(row: Line | Fold) -> str:
    return row.text if isinstance(row, Line) else ""


def _kind(row: Line, fences: dict[int, str]) -> tuple[str, str | None]:
    text = row.text.strip()
    if row.number in fences:
        return "fence", fences[row.number]
    if not text:
        return "gap", None
    if _HEADING.match(row.text):
        return "heading", None
    if text.startswith("|") and text.count("|") > 1:
        return "table", None
    if text.startswith(("<", "!!!", "???", "--8<--", "===", "---")) or row.text.startswith("\t"):
        return "verbatim", None
    return "prose", None


def _fences(excerpt: Excerpt) -> dict[int, str]:
    """The language of each line within a fence, fence lines included, told from the whole span."""
    within: dict[int, str] = {}
    opened, language = "", ""
    for number, text in _numbered(excerpt):
        found = _FENCE.match(text)
        if opened:
            within[number] = language
            if found and found[1].startswith(opened) and not found[2]:
                opened = ""
        elif found:
            opened, language = found[1], found[2].lower()
            within[number] = language
    return within


def _numbered(excerpt: Excerpt) -> Sequence[tuple[int, str]]:
    if excerpt.lines:
        return list(enumerate(excerpt.lines, excerpt.site.start or 1))
    return [(row.number, row.text) for row in excerpt.rows if isinstance(row, Line)]
