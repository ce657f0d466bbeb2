"""An excerpt as Markdown: code in a fence with its folds and marks, a document's section, a directory's list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reader.excerpt import TAB, Excerpt, Fold, Line, Outlined, PlacedNote
from reader.facts import lost, mark
from reader.highlight import margin
from reader.leaflet.markdown import code, escaped, fenced, line, prose, quoted, sentence, table
from reader.prose import documents
from reader.syntax import Language

_FENCES: dict[Language, str] = {"python": "python", "cpp": "cpp", "cuda": "cuda"}
_COMMENTS: dict[str, str] = {"python": "#", "cpp": "//", "cuda": "//"}
_DEEPEST = 40  # columns that a fold is indented by, at most
_LONGEST = 110  # of a fold, and of a line that is named with its note


def body(excerpt: Excerpt) -> list[str]:
    """With the notes of its lines under it; those without a line stand first."""
    lines = [*_notes(excerpt, [note for note in excerpt.notes if note.line is None]), *_outline(excerpt.outline)]
    if excerpt.form == "directory":
        lines += _directory(excerpt)
    elif excerpt.form == "document":
        lines += _document(excerpt)
    elif excerpt.rows:
        lines += _code(excerpt)
    return [*lines, *_notes(excerpt, [note for note in excerpt.notes if note.line is not None])]


def _code(excerpt: Excerpt) -> list[str]:
    """Without the indent that all rows share; a line with a note bears its sign in a comment."""
    sign = _COMMENTS.get(excerpt.language, "")
    cut = margin(excerpt.rows)
    return ["", *fenced((_row(row, sign, cut) for row in excerpt.rows), _FENCES.get(excerpt.language, ""))]


def _row(row: Line | Fold, sign: str, cut: int) -> str:
    if isinstance(row, Fold):
        indent = " " * min(max(row.indent - cut, 0), _DEEPEST)
        label = f": {row.label}" if row.label else ""
        return _short(f"{indent}{sign} ⋯ lines {row.first}-{row.last}, {row.count} left out{label}").rstrip("\\")
    marks = "".join(map(mark, row.notes))
    text = row.text.expandtabs(TAB)[cut:]
    return f"{text}  {sign} {marks}".rstrip() if marks else text


def _notes(excerpt: Excerpt, notes: Sequence[PlacedNote]) -> Iterator[str]:
    """Each with the number and the text of its line, so that it can be found in any editor."""
    texts = {row.number: row.text.strip() for row in excerpt.rows if isinstance(row, Line)}
    for note in notes:
        head = f"**{mark(note.number)}{' loose:' if note.line is None else ''}**"
        if note.line is None:
            head += f" its line {code(note.at)} {escaped(lost(note))}"
        else:
            head += f" line {note.line}" + (f", {code(_short(texts[note.line]))}" if texts.get(note.line) else "")
        yield from ("", head, "", *prose(note.say))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _outline(blocks: Sequence[Outlined]) -> Iterator[str]:
    if not blocks:
        return
    yield from ("", "<details><summary>Outline</summary>", "")
    for block in blocks:
        shown = "" if block.shown else " (left out below)"
        yield f"{'    ' * block.depth}- {block.first}-{block.last} {escaped(block.label)}{shown}"
    yield from ("", "</details>")


def _directory(excerpt: Excerpt) -> Iterator[str]:
    rows = (
        (
            code(one.path),
            f"{one.files} files" if one.path.endswith("/") else f"{one.lines:,} lines",
            sentence(one.about),
        )
        for one in excerpt.entries
    )
    yield from ("", *table(("what", "size", "about"), rows, numbers=[1]))


def _document(excerpt: Excerpt) -> Iterator[str]:
    """As a quotation, block by block."""
    yield ""
    lines: list[str] = []
    for group in filter(None, map(_group, documents.groups(excerpt))):
        goes_on = lines and _is_item(lines[-1]) and _is_item(group[0])
        lines += group if goes_on or not lines else ["", *group]
    yield from quoted(lines)
    if excerpt.claims is not None and excerpt.claims.dead:
        head, claims = documents.dead_claims(excerpt.claims, excerpt.site.release)
        yield from ("", f"{documents.DEAD} {escaped(head)}", "", *(f"- {line(claim)}" for claim in claims))


def _is_item(line: str) -> bool:
    return line.lstrip(" ").startswith("- ")


def _group(group: documents.Group | Fold) -> list[str]:
    if isinstance(group, Fold):
        label = f": {escaped(group.label)}" if group.label else ""
        return [f"*⋯ lines {group.first}-{group.last}, {group.count} left out*{label}"]
    marks = "".join(mark(number) for row in group.rows for number in row.notes)
    if group.kind == "gap":
        return []
    if group.kind == "heading":
        return [f"**{escaped(documents.heading(group.rows[0].text)[1])}** {marks}".rstrip()]
    if group.kind == "table":
        return _table(group)
    if group.kind in ("fence", "verbatim"):
        return fenced((_row(row, "", 0) for row in _inside(group)), _FENCES.get(group.language, ""))
    lines = prose(group.text)
    if not marks or not lines:
        return lines
    return [*lines, "", marks] if lines[-1].startswith("```") else [*lines[:-1], f"{lines[-1]} {marks}"]


def _inside(group: documents.Group) -> tuple[Line, ...]:
    """Without the fence itself, which gets another."""
    rows = group.rows
    if group.kind == "fence" and len(rows) > 1:
        rows = rows[1:-1] if set(rows[-1].text.strip()) <= {"`", "~"} and rows[-1].text.strip() else rows[1:]
    return rows


def _table(group: documents.Group) -> list[str]:
    head, rows = documents.table(group.rows)
    cells = [[sentence(cell) for cell in row] for _, row in rows]
    for found, (row, _) in zip(cells, rows, strict=True):
        if row.notes and found:
            found[-1] += " " + "".join(map(mark, row.notes))
    columns = max(map(len, cells), default=0)
    cells = [[*found, *[""] * (columns - len(found))] for found in cells]
    return table(cells[0] if head else [""] * columns, cells[1:] if head else cells) if cells else []
