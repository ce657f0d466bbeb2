"""A page in words, one column, in the order in which it is read: nothing drawn, no sign that must be seen to be known.

For screen readers, and for whoever likes it plain. The words are those of `facts`; only how lines follow each other is
decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from reader import facts
from reader.excerpt import TAB, Fold, Line
from reader.guide import Look, StopView
from reader.prose.documents import dead_claims
from reader.terminal.notes import Laid, unlaid
from reader.terminal.sheet import Sheet, prose, words, wrapped, wrapped_code

if TYPE_CHECKING:
    from reader.excerpt import Excerpt, PlacedNote
    from reader.resolve import Site
    from reader.tour import Question


def spoken(view: StopView | Look, sheet: Sheet, answered: bool) -> list[list[Laid]]:
    """Section by section; some are empty."""
    plain = Sheet(min(sheet.width, 100))
    excerpt = view.excerpt
    body = [] if excerpt is None else [_loose(excerpt, plain), _outline(excerpt, plain), list(_rows(excerpt, plain))]
    body += [_dead(excerpt, plain)] if excerpt else []
    if isinstance(view, Look):
        return [_told(_place(view.site), plain), _warned(view, plain), *body]
    return [
        _told(_position(view), plain),
        _told([*_place(view.site), *_way(excerpt)], plain),
        _told([facts.crossing(view.crossing)] if view.crossing else [], plain),
        unlaid(prose(view.stop.why, plain)),
        _warned(view, plain),
        *body,
        _own(view, plain),
        [line for one in view.stop.questions for line in _question(one, plain, answered)],
    ]


def _told(sentences: Sequence[str], sheet: Sheet) -> list[Laid]:
    return [Laid(line) for one in sentences for line in wrapped(words(one), sheet.width)]


def _position(view: StopView) -> list[str]:
    stop = view.stop
    state, reason = facts.state(stop)
    worth = [f"State: {state}{reason}", *([facts.LANES[stop.lane]] if stop.lane else [])]
    worth += [f"{stop.stars} star{'s' * (stop.stars > 1)}"] if stop.stars else []
    worth += [f"{stop.minutes} minutes", facts.READ[view.read]]
    return [
        f"Tour {view.tour.name}, {view.tour.title}. Stop {view.index + 1} of {view.total}, {view.done} read.",
        f"Title: {stop.title}",
        ", ".join(worth) + ".",
    ]


def _place(site: Site) -> list[str]:
    where = site.path or str(site.ref)
    lines = f", lines {site.start} to {site.end}" if site.path and site.start else ""
    symbol = f", {site.symbol}" if site.symbol else ""
    found, means = facts.verdict(site)
    told = [f"Place: {where}{lines}{symbol}, {facts.release(site)}.", f"Verdict: {found}, {means}."]
    told += [facts.historic(site) or ""] if site.verdict == "historic" else []
    asked = facts.asked_for(site)
    told += [f"Asked for {asked}."] if asked else []
    told += [f"By {hop.path} line {hop.line}: {hop.how}." for hop in site.hops]
    told += [line for line in (site.message or "").split("\n") if line.strip()]
    kind = facts.candidates(site)
    return told + [f"{kind}: {one.path} line {one.line} {one.symbol or ''}" for one in site.candidates]


def _way(excerpt: Excerpt | None) -> list[str]:
    """How one comes here from another stop."""
    if excerpt is None:
        return []
    call, ends = excerpt.call_site, excerpt.ends
    if call is not None:
        by = f"Back from stop {call.stop}, called" if call.back else f"Called by stop {call.stop},"
        return [f"{by} at {call.path} line {call.line}: {facts.called(call)}"]
    if ends is not None:
        sent = f"sent at {ends.path} line {ends.sent}, received at line {ends.received}"
        return [f"Message from stop {ends.stop} over {ends.over}, {sent}."]
    return [f"Comes from: {excerpt.call_problem}"] if excerpt.call_problem else []


def _warned(view: StopView | Look, sheet: Sheet) -> list[Laid]:
    said = [*(view.excerpt.warnings if view.excerpt else ()), *([view.problem] if view.problem else [])]
    if isinstance(view, StopView) and view.unrecorded:
        said.append(f"not recorded: {view.unrecorded}")
    return _told([f"Warning: {' '.join(one.split())}" for one in said], sheet)


def _loose(excerpt: Excerpt, sheet: Sheet) -> list[Laid]:
    lines: list[Laid] = []
    for note in excerpt.notes:
        if note.line is None:
            lines += _told([f"Note {note.number} is loose: its line “{note.at}” {facts.lost(note)}."], sheet)
            lines += unlaid(prose(note.say, sheet))
    return lines


def _outline(excerpt: Excerpt, sheet: Sheet) -> list[Laid]:
    lines = _told(["Outline:"] if excerpt.outline else [], sheet)
    for block in excerpt.outline:
        shown = "shown below" if block.shown else "folded"
        text = words(f"lines {block.first} to {block.last}, {shown}: {block.label}")
        lines += [Laid(line, block) for line in wrapped(text, sheet.width)]
    return lines


def _rows(excerpt: Excerpt, sheet: Sheet) -> Iterator[Laid]:
    notes = {note.number: note for note in excerpt.notes}
    for entry in excerpt.entries:
        size = f"{entry.files} files" if entry.files else f"{entry.lines} lines"
        about = f": {entry.about}" if entry.about else ""
        yield from (Laid(one, entry) for one in wrapped(words(f"{entry.path}, {size}{about}"), sheet.width))
    for row in excerpt.rows:
        if isinstance(row, Fold):
            text = words(f"Lines {row.first} to {row.last} are folded" + f": {row.label}" * bool(row.label))
            yield from (Laid(one, row) for one in wrapped(text, sheet.width))
        else:
            yield from _line(row, sheet)
            for number in row.notes:
                yield from _note(notes[number], sheet)


def _dead(excerpt: Excerpt, sheet: Sheet) -> list[Laid]:
    if excerpt.claims is None or not excerpt.claims.dead:
        return []
    head, told = dead_claims(excerpt.claims, excerpt.site.release)
    return _told([head, *told], sheet)


def _line(row: Line, sheet: Sheet) -> Iterator[Laid]:
    text = row.text.expandtabs(TAB)
    lead, column = f"{row.number}  ", 0
    for index, piece in enumerate(wrapped_code(Text(text), max(sheet.width - len(lead), 8))):
        own = piece.plain.lstrip(" ") if index else piece.plain
        column = max(text.find(own, column), column)
        yield Laid(words(lead + own), row, len(lead), len(lead) + len(own), column)
        lead, column = "continued  ", column + len(own)


def _note(note: PlacedNote, sheet: Sheet) -> Iterator[Laid]:
    yield from unlaid(prose(f"Note {note.number} on line {note.line}: {note.say}", sheet))
    yield from _told([f"End of note {note.number}."], sheet)


def _own(view: StopView, sheet: Sheet) -> list[Laid]:
    lines: list[Laid] = []
    for number, note in enumerate(view.own, 1):
        when = datetime.fromtimestamp(note.at, None)
        lines += _told([f"Your note {number}, {when:%Y-%m-%d %H:%M}:"], sheet) + unlaid(prose(note.text, sheet))
    return lines


def _question(question: Question, sheet: Sheet, answered: bool) -> list[Laid]:
    lines = prose(f"Question: {question.ask}", sheet)
    if answered:
        lines += prose(f"Answer: {question.answer}", sheet)
        lines += wrapped(words(f"See {question.ref}."), sheet.width) if question.ref else []
    else:
        lines.append(words("Press a for the answer."))
    return [Laid(line, question) for line in lines]
