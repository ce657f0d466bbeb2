"""The study plan as drawn: weeks at a glance, a week's items with their stops, check lists, forecast, a sitting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader.terminal import header
from reader.terminal.grid import grid_rows
from reader.terminal.notes import ACCENT
from reader.terminal.sheet import Sheet, inline, prose, words, wrapped
from reader.terminal.tables import duration

if TYPE_CHECKING:
    from reader.plan import Phase
    from reader.study.checks import CheckState, PhaseState
    from reader.study.desk import StopState
    from reader.study.forecast import Forecast
    from reader.study.quiz import Asked
    from reader.study.sitting import Sitting
    from reader.study.weeks import ItemState, SectionState, WeekState

# Of the table of weeks: the columns of numbers, and the width from which the bar and the covered items have room.
_NUMBERS = (1, 4, 5, 6, 7)
_ROOM_FOR = {3: 90, 5: 66}

_KNOWLEDGE = {"new": "not asked yet", "missed": "not known last time", "known": "known last time"}


def weeks(states: Sequence[WeekState], sheet: Sheet) -> list[Text]:
    """One line a week under its phase; the week of the tour that was opened last is marked."""
    columns = [index for index in range(8) if sheet.width >= _ROOM_FOR.get(index, 0)]
    rows = [[Text(each) for each in ("", "week", "about", "", "done", "covered", "days", "spent")]]
    rows += [_week_row(one) for one in states]
    shown = [[row[index] for index in columns] for row in rows]
    right = [place for place, index in enumerate(columns) if index in _NUMBERS]
    head, *drawn = grid_rows(shown, sheet, header=True, right=right)
    lines = [*head]
    before: Phase | None = None
    for one, row in zip(states, drawn, strict=True):
        if one.phase != before:
            text = f"phase {one.phase.number}: {one.phase.title}, {_range(one.phase.hours)} hours a day"
            lines += wrapped(words(text, "dim"), sheet.width)
        before = one.phase
        lines += row
    items = [item for one in states for item in one.items]
    done, covered = sum(item.done for item in items), sum(bool(item.stops) for item in items)
    days = _range((sum(one.days[0] for one in states), sum(one.days[1] for one in states)))
    spent = duration(sum(one.seconds for one in states))
    said = f"{done} of {len(items)} items done, {covered} covered by stops; {spent} spent, {days} days planned"
    return [*lines, Text(), *wrapped(words(said, "dim"), sheet.width)]


def _week_row(one: WeekState) -> list[Text]:
    total = len(one.items)
    return [
        Text("▸" if one.here else " ", ACCENT),
        Text(str(one.week.number), "bold"),
        words(one.week.title),
        header.bar(one.done, total),
        Text(f"{one.done}/{total}", "green" if one.done == total else ""),
        Text(f"{one.covered}/{total}", "" if one.covered == total else "dim"),
        Text(_range(one.days)),
        Text(duration(one.seconds) if one.seconds else ""),
    ]


def week(one: WeekState, sheet: Sheet) -> list[Text]:
    """Its sections and items, and under each item the stops that cover it."""
    low, high = one.days
    about = f"phase {one.phase.number}: {one.phase.title} · {low}-{high} days at {_range(one.phase.hours)} hours"
    spent = f" · {duration(one.seconds)} spent" if one.seconds else ""
    lines = wrapped(words(f"Week {one.week.number}: {one.week.title}", "bold underline"), sheet.width)
    lines += wrapped(words(about + spent, "dim"), sheet.width)
    lines.append(Text.assemble(header.bar(one.done, len(one.items)), f" {one.done} of {len(one.items)} items done"))
    for section in one.sections:
        lines += [Text(), *_section(section, sheet)]
    return lines


def _section(state: SectionState, sheet: Sheet) -> list[Text]:
    section = state.section
    unit = "day" if section.days == (1, 1) else "days"
    head = Text.assemble(words(f"{section.id} {section.title}", "bold"), (f"  {_range(section.days)} {unit}", "dim"))
    return [*wrapped(head, sheet.width), *(line for item in state.items for line in _item(item, sheet))]


def _item(state: ItemState, sheet: Sheet) -> list[Text]:
    item = state.item
    stars = ("★" * item.stars + "  " * bool(item.stars), ACCENT)
    text = Text.assemble(stars, (f"{item.kind}  ", "dim"), inline(words(item.text).plain, sheet.plain))
    if state.by_hand:
        text.append("  (ticked by hand)", "dim")
    lines = wrapped(text, sheet.width, _lead(state.done, item.id), "    ")
    if not state.stops:
        lines += wrapped(Text("no tour covers this item", "dim"), sheet.width, Text("    "), "    ")
    return lines + _stops(state.stops, sheet)


def _lead(done: bool, name: str) -> Text:
    return Text.assemble(("✓ " if done else "☐ ", "green" if done else ""), words(name, "bold"), "  ")


def _stops(stops: Iterable[StopState], sheet: Sheet) -> list[Text]:
    lines: list[Text] = []
    for one in stops:
        sign = Text("    ✓ " if one.read else "    · ", "green" if one.read else "dim")
        text = Text.assemble(words(one.name, "cyan"), " ", words(one.stop.title))
        lines += wrapped(text, sheet.width, sign, "        ")
    return lines


def phases(states: Sequence[PhaseState], sheet: Sheet, *, whole: bool) -> list[Text]:
    """`whole`: with the stops and questions of each line; else with their numbers."""
    lines: list[Text] = []
    for one in states:
        lines += [Text()] if lines else []
        title = words(f"Phase {one.phase.number}: {one.phase.title}", "bold underline")
        here = ("  you are here", ACCENT) if one.here else ""
        lines += wrapped(Text.assemble(title, f"  {one.ticked} of {len(one.checks)} ticked", here), sheet.width)
        for check in one.checks:
            lines += _check(check, sheet, whole)
    return lines


def _check(state: CheckState, sheet: Sheet, whole: bool) -> list[Text]:
    text = inline(words(state.check.text).plain, sheet.plain)
    lines = wrapped(text, sheet.width, _lead(state.ticked is not None, state.check.id), "    ")
    if not whole or not state.stops:
        return lines + wrapped(words(_prepared(state), "dim"), sheet.width, Text("    "), "    ")
    lines += _stops(state.stops, sheet)
    return lines + [line for one in state.questions for line in _question(one, sheet)]


def _prepared(state: CheckState) -> str:
    if not state.stops:
        return "no tour prepares this yet"
    read = sum(one.read for one in state.stops)
    said = f"{read} of {len(state.stops)} stops read"
    known = sum(one.knowledge == "known" for one in state.questions)
    return said + (f", {known} of {len(state.questions)} questions known" if state.questions else "")


def _question(one: Asked, sheet: Sheet) -> list[Text]:
    body = prose(one.question.ask, sheet.narrowed(sheet.width - 6))
    lines = [Text.assemble("      " if index else Text("    ? ", ACCENT), line) for index, line in enumerate(body)]
    return [*lines, *wrapped(words(f"({_KNOWLEDGE[one.knowledge]}, {one.at.name})", "dim"), sheet.width, Text(" " * 6))]


def forecast(known: Forecast, sheet: Sheet) -> list[Text]:
    return [line for said in known.sentences for line in wrapped(words(said), sheet.width)]


def sitting(planned: Sitting, sheet: Sheet) -> list[Text]:
    """Which stops fit, in the order in which they come."""
    if not planned.stops:
        return wrapped(words(planned.why_none), sheet.width)
    count = len(planned.stops)
    head = f"A sitting of {planned.minutes} minutes: {count} stop{'s' * (count > 1)}, {planned.planned} minutes."
    lines = wrapped(words(head, "bold"), sheet.width)
    for one in planned.stops:
        text = Text.assemble(words(one.name, "cyan"), " ", words(one.stop.title))
        lines += wrapped(text, sheet.width, Text(f"  {one.stop.minutes:>3} min  "), " " * 13)
    return lines


def _range(days: tuple[int, int]) -> str:
    return f"{days[0]}-{days[1]}" if days[0] != days[1] else str(days[0])
