"""What stands above an excerpt: where one is in the tour, where the code is and how it was found, what it is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader import facts
from reader.resolve import Candidate, Site
from reader.terminal.notes import ACCENT
from reader.terminal.sheet import Sheet, words, wrapped

if TYPE_CHECKING:
    from reader.excerpt import Excerpt
    from reader.guide import StopView
    from reader.tour import Stop

_LABEL = 11  # columns of the labels on the left
_CELLS = 10


def position(view: StopView, sheet: Sheet) -> list[Text]:
    """The tour's title at the left, the place in it and the progress at the right, and a rule under both."""
    right = Text.assemble(
        (f"stop {view.index + 1} of {view.total}", "bold"), "  ", bar(view.done, view.total), f" {view.done} read"
    )
    title = words(view.tour.title, "dim")
    room = sheet.width - right.cell_len - title.cell_len
    if room < 2:
        return [*wrapped(title, sheet.width), right, rule(sheet)]
    return [Text.assemble(title, " " * room, right), rule(sheet)]


def bar(done: int, total: int) -> Text:
    """Ten cells; any progress at all fills one, and only all of it fills all."""
    filled = min(max(_CELLS * done // total, 1 if done else 0), _CELLS) if total else 0
    return Text.assemble(("█" * filled, "green"), ("░" * (_CELLS - filled), "dim"))


def rule(sheet: Sheet) -> Text:
    return Text("─" * sheet.width, "dim")


def heading(view: StopView, sheet: Sheet) -> list[Text]:
    lines = wrapped(words(view.stop.title, "bold underline"), sheet.width)
    return [*crossing(view, sheet), *lines, *wrapped(worth(view), sheet.width)]


def crossing(view: StopView, sheet: Sheet) -> list[Text]:
    """One line where another process takes over."""
    if view.crossing is None:
        return []
    return wrapped(Text(facts.crossing(view.crossing), "bold cyan"), sheet.width, Text("⇢ ", "bold cyan"), "  ")


def worth(view: StopView) -> Text:
    """State, lane, stars, minutes and read mark, each in words that need no colour."""
    stop = view.stop
    parts: list[Text] = [_state(stop)]
    if stop.lane:
        parts.append(Text(facts.LANES[stop.lane]))
    if stop.stars:
        parts.append(Text("★" * min(stop.stars, 5), ACCENT))
    parts.append(Text(f"{stop.minutes} min"))
    if view.read == "read":
        parts.append(Text("✓ read", "green"))
    elif view.read == "changed":
        parts.append(Text(facts.READ["changed"], "bold red"))
    line = parts[0]
    for part in parts[1:]:
        line = Text.assemble(line, (" · ", "dim"), part)
    return line


def _state(stop: Stop) -> Text:
    style = {"live": "green", "alias": "cyan", "optional": "cyan"}.get(stop.state, "bold red")
    return Text.assemble((stop.state, style), facts.state(stop)[1])


def where(site: Site, sheet: Sheet, excerpt: Excerpt | None = None) -> list[Text]:
    """Path, lines, symbol and release; then, for anything but `exact`, how one came here from what was asked for."""
    return [*wrapped(spot(site, sheet), sheet.width, rest="  "), *found(site, sheet, excerpt)]


def spot(site: Site, sheet: Sheet) -> Text:
    if site.path is not None:
        place = sheet.place(site.path, site.start, site.end, style="bold")
        if site.symbol:
            place.append("  ").append(words(site.symbol, "cyan"))
        return Text.assemble(place, _release(site))
    return Text.assemble(words(str(site.ref), "bold"), _release(site))


def found(site: Site, sheet: Sheet, excerpt: Excerpt | None = None) -> list[Text]:
    """How one came here from what was asked for."""
    lines = _verdict(site, sheet) if site.verdict != "exact" else []
    if excerpt is not None:
        lines += _way(excerpt, sheet)
    return lines


def historic(site: Site, sheet: Sheet) -> tuple[Sheet, Text]:
    """What stands before every line above code of another release than the one that is read, and the sheet beside it,
    which links to no file: what lies at the place here is another. Nothing for any other code."""
    if site.verdict != "historic":
        return sheet, Text()
    lead = words(f"{site.release} ▏", "bold red")
    return Sheet(max(sheet.width - lead.cell_len, 8), sheet.plain), lead


def _release(site: Site) -> Text:
    return words(f"  {facts.release(site)}", "bold red" if site.release == "unknown" else "dim")


def _verdict(site: Site, sheet: Sheet) -> list[Text]:
    style = "bold" if site.found and site.verdict != "historic" else "bold red"
    found_by, means = facts.verdict(site)
    lines = _labelled(found_by, [words(means)], sheet, style)
    asked = facts.asked_for(site)
    trail = [Text.assemble(("asked for ", "dim"), words(asked))] if asked else []
    for hop in site.hops:
        trail.append(Text.assemble(sheet.place(hop.path, hop.line), "  ", words(hop.how)))
    if site.message:
        trail += [words(line) for line in site.message.split("\n") if line.strip()]
    lines += _labelled("", trail, sheet)
    return lines + _candidates(site, sheet)


def _candidates(site: Site, sheet: Sheet) -> list[Text]:
    if not site.candidates:
        return []
    return _labelled(facts.candidates(site), [_candidate(one, sheet) for one in site.candidates], sheet, "dim")


def _candidate(one: Candidate, sheet: Sheet) -> Text:
    spot = sheet.place(one.path, one.line)
    return spot.append("  ").append(words(one.symbol)) if one.symbol else spot


def _way(excerpt: Excerpt, sheet: Sheet) -> list[Text]:
    """How one comes here from another stop."""
    call, ends = excerpt.call_site, excerpt.ends
    if call is not None:
        at = "  called at " if call.back else "  at "
        spot = Text.assemble(("stop ", "dim"), words(call.stop), (at, "dim"), sheet.place(call.path, call.line))
        label = "back from" if call.back else "called by"
        return _labelled(label, [spot, words(facts.called(call))], sheet)
    if ends is not None:
        spot = Text.assemble(("stop ", "dim"), words(ends.stop), ("  over ", "dim"), words(ends.over))
        sent = Text.assemble(("sent at ", "dim"), sheet.place(ends.path, ends.sent))
        received = Text.assemble(("received at line ", "dim"), str(ends.received))
        return _labelled("message", [Text.assemble(("from ", "dim"), spot), sent, received], sheet)
    return _labelled("comes from", [words(excerpt.call_problem)], sheet) if excerpt.call_problem else []


def _labelled(label: str, values: Iterable[Text], sheet: Sheet, style: str = "dim") -> list[Text]:
    lines: list[Text] = []
    for value in values:
        lead = Text((label if not lines else "").ljust(_LABEL), style)
        lines += wrapped(value, sheet.width, lead, " " * (_LABEL + 2))
    return lines


def warnings(view: StopView, sheet: Sheet) -> list[Text]:
    problems = []
    if view.problem:
        problems.append(f"this stop cannot be shown: {view.problem}")
    if view.unrecorded:
        problems.append(f"not recorded: {view.unrecorded}")
    return said(view.excerpt, problems, sheet)


def said(excerpt: Excerpt | None, problems: Sequence[str], sheet: Sheet) -> list[Text]:
    """What a reader must know before trusting what follows."""
    lines: list[Text] = []
    for each in (*(excerpt.warnings if excerpt else ()), *problems):
        for index, line in enumerate(each.split("\n")):
            lines += wrapped(words(line), sheet.width, Text("  " if index else "! ", "bold red"), "  ")
    return lines
