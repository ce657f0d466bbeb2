"""What differs, line by line, with the tour's notes at the lines that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from reader.checkout.tree import of_release
from reader.terminal.changes import SAID
from reader.terminal.grid import grid
from reader.terminal.highlight import coloured
from reader.terminal.notes import Drawn, Laid, unlaid, with_notes
from reader.terminal.sheet import Sheet, words, wrapped, wrapped_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reader.guide.comparing import Comparison, Side
    from reader.history.difference import Difference, Row
    from reader.history.successors import Successor

# Sign and style; without colour the sign says it alone.
_SIGNS = {
    "same": (" ", ""),
    "removed": ("-", "red"),
    "added": ("+", "green"),
    "moved away": ("<", "yellow"),
    "moved here": (">", "cyan"),
}


def comparison(found: Comparison, sheet: Sheet) -> list[Text]:
    lines = [*_side("-", found.before, sheet), *_side("+", found.after, sheet), *_summary(found, sheet)]
    if found.difference and found.difference.rows and not found.difference.same:
        lines += [Text(), *_rows(found, found.difference, sheet)]
    return [*lines, *alike(found.successors, sheet)]


def alike(found: Sequence[Successor], sheet: Sheet) -> list[Text]:
    """Candidates, each with its figure."""
    lines = [Text("what may have taken its place, by likeness of the text alone", "dim")] if found else []
    for one in found:
        spot = sheet.place(one.path, one.line).append("  ").append(words(one.symbol, "cyan"))
        lines += wrapped(Text.assemble(f"  {one.likeness:4.0%} alike  ", spot), sheet.width, rest=" " * 14)
    return lines


def _side(sign: str, side: Side, sheet: Sheet) -> list[Text]:
    lead = Text(f"{sign * 3} ", "red" if sign == "-" else "green")
    what: list[Text | tuple[str, str] | str] = []
    if side.path:
        last = side.first + side.text.count("\n") if side.text is not None else None
        what.append(sheet.place(side.path, side.first if side.text else None, last))
        if side.symbol:
            what += ["  ", words(side.symbol, "cyan")]
    release = of_release(side.release) if side.release else "release unknown"
    what += ["  " if what else "", words(f"{release}, {side.label}" if side.label else release, "dim")]
    lines = wrapped(Text.assemble(*what), sheet.width, lead, "    ")
    if side.problem:
        lines += wrapped(words(side.problem), sheet.width, Text("    ! ", "bold red"), "      ")
    return lines


def _summary(found: Comparison, sheet: Sheet) -> list[Text]:
    if found.before.text is None and found.after.text is None:
        return wrapped(Text("in neither", "bold red"), sheet.width)
    is_part = found.level in ("signature", "body", "unknown")
    parts = [f"{SAID[found.level]} changed" if is_part else SAID[found.level]]
    if found.difference and not found.difference.same:
        parts.append(counts(found.difference))
        if found.level in ("same", "moved"):
            parts.append("comments and formatting only")
    return wrapped(Text(" · ".join(parts), "bold"), sheet.width)


def counts(found: Difference) -> str:
    told = f"+{found.added} -{found.removed}"
    return f"{told}, {found.moved} moved (< >)" if found.moved else told


def _rows(found: Comparison, lines: Difference, sheet: Sheet) -> list[Text]:
    old = max((row.before or 0 for row in lines.rows), default=1)
    new = max((row.after or 0 for row in lines.rows), default=1)
    widths = len(str(old)), len(str(new))
    room = sum(widths) + 5
    texts = _coloured(found, lines.rows, sheet)
    notes = {note.line: note for note in found.notes if note.line is not None}
    width = sheet.width if not notes or sheet.width < 110 else max(sheet.width * 6 // 10, 60)
    drawn = []
    for row, text in zip(lines.rows, texts, strict=True):
        if row.kind == "left out":
            drawn.append(Drawn((Laid(Text(f"{' ' * (room - 2)}⋯ {row.count} lines are the same", "dim")),)))
            continue
        sign, style = _SIGNS[row.kind]
        first, *rest = wrapped_code(text, max(width - room, 8))
        lead = Text.assemble(
            (f"{row.before or '':>{widths[0]}} {row.after or '':>{widths[1]}} ", "dim"), (f"{sign}│ ", style)
        )
        cells = (lead.append_text(first), *(Text(" " * (room - 2) + "↪ ", "dim").append_text(one) for one in rest))
        note = notes.get(row.after) if row.after is not None else None
        drawn.append(Drawn(tuple(unlaid(cells)), (note,) if note else ()))
    return [line.text for line in with_notes(drawn, sheet, width, room)]


def _coloured(found: Comparison, rows: Sequence[Row], sheet: Sheet) -> list[Text]:
    margin = min((len(row.text) - len(row.text.lstrip(" ")) for row in rows if row.text.strip()), default=0)
    drawn = coloured([row.text.expandtabs(4)[margin:] for row in rows], found.language, sheet.plain)
    for row, text in zip(rows, drawn, strict=True):
        if row.kind not in ("same", "left out"):
            text.stylize(_SIGNS[row.kind][1])
    return drawn


def table(found: Sequence[Comparison], sheet: Sheet) -> list[Text]:
    """One line a symbol."""
    rows = []
    for one in found:
        same = one.level == "same"
        told = counts(one.difference) if one.difference and not one.difference.same else ""
        level = Text(SAID[one.level], "dim" if same else "red")
        rows.append([level, Text(told), words(one.name), words(_place(one), "dim" if same else "cyan")])
    return grid(rows, sheet)


def _place(one: Comparison) -> str:
    before, after = one.before, one.after
    here = f"{after.path}::{after.symbol}" if after.symbol else after.path
    was = f"{before.path}::{before.symbol}" if before.symbol else before.path
    return f"{was} → {here}" if was and here and was != here else here or was or one.ref


def definitions(found: Comparison, sheet: Sheet) -> list[Text]:
    """Of one file: its two sides, then a line for each definition that is not the same."""
    from reader.guide.comparing import of_file

    rows = [[Text(SAID[level], "red"), words(symbol or "outside of definitions")] for symbol, level in of_file(found)]
    lines = [*_side("-", found.before, sheet), *_side("+", found.after, sheet), *_summary(found, sheet)]
    return [*lines, Text(), *grid(rows, sheet)] if rows else lines


def revisions(found: Sequence[Comparison], since: str, release: str, sheet: Sheet) -> list[Text]:
    """For an author: each stop that is not what it was, with the notes that may be untrue now."""
    from reader.guide.comparing import touched

    if not found:
        return wrapped(words(f"No stop shows other code at {release} than at {since}."), sheet.width)
    lines = wrapped(Text(f"{len(found)} stops are not at {release} what they were at {since}", "bold"), sheet.width)
    for one in found:
        told = counts(one.difference) if one.difference and not one.difference.same else ""
        at_risk = touched(one)
        notes = f"{len(at_risk)} of {len(one.notes)} notes to read again" if at_risk else "no note touched"
        lead = Text.assemble((f"{SAID[one.level]:<14} ", "red"), words(one.name, "bold"), f"  {told}  ", (notes, "dim"))
        lines += wrapped(lead, sheet.width, rest=" " * 15)
        for note in at_risk:
            line = f"line {note.line}" if note.line is not None else "loose"
            lines += wrapped(words(f"{line}: {note.at}", "dim"), sheet.width, Text(" " * 15), " " * 17)
    return lines
