"""The plan's weeks and items, each with the stops that cover it and whether it is done."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reader.errors import UnknownName, near
from reader.plan import Item, Phase, Plan, Section, Week
from reader.study.desk import Desk, StopState


@dataclass(frozen=True, slots=True)
class ItemState:
    """Done when every stop that covers it is read, or when it was ticked by hand."""

    item: Item
    stops: tuple[StopState, ...]
    by_hand: bool

    @property
    def done(self) -> bool:
        return self.by_hand or (bool(self.stops) and all(one.read for one in self.stops))


@dataclass(frozen=True, slots=True)
class SectionState:
    section: Section
    items: tuple[ItemState, ...]


@dataclass(frozen=True, slots=True)
class WeekState:
    """`seconds` were spent in the tours of this week, `here` says that one stands in one of them."""

    week: Week
    phase: Phase
    sections: tuple[SectionState, ...]
    tours: tuple[str, ...]
    seconds: float
    here: bool

    @property
    def items(self) -> tuple[ItemState, ...]:
        return tuple(item for one in self.sections for item in one.items)

    @property
    def done(self) -> int:
        return sum(item.done for item in self.items)

    @property
    def covered(self) -> int:
        return sum(bool(item.stops) for item in self.items)

    @property
    def days(self) -> tuple[int, int]:
        """As the plan has them: the least and the most of all its sections."""
        return sum(one.section.days[0] for one in self.sections), sum(one.section.days[1] for one in self.sections)


def weeks(desk: Desk) -> tuple[WeekState, ...]:
    return tuple(_week(desk, week) for week in desk.plan.weeks)


def week(desk: Desk, text: str) -> WeekState:
    """`week5`, `week05`, `w5` or `5`. Raises UnknownName."""
    numbers = {one.number: one for one in desk.plan.weeks}
    given = re.fullmatch(r"(?:week|w)?[ _-]?0*(\d{1,3})", text.strip().lower())
    if given is None or int(given[1]) not in numbers:
        names = [f"week{number}" for number in numbers]
        hint = f"The plan has {names[0]} to {names[-1]}: `reader plan` shows them."
        raise UnknownName("week of the plan", text, near(text, names), hint=hint)
    return _week(desk, numbers[int(given[1])])


def known_items(plan: Plan, ids: Iterable[str]) -> tuple[str, ...]:
    """The ids without doubles, in their order. Raises UnknownName for the first that is no item of the plan."""
    return _known(
        "item of the plan", [item.id for item in plan.items], ids, "`reader plan week1` shows those of a week."
    )


def known_checks(plan: Plan, ids: Iterable[str]) -> tuple[str, ...]:
    """The same for lines of the check lists."""
    return _known("check", [check.id for check in plan.checks], ids, "`reader checkpoint` shows them all.")


def _known(what: str, known: list[str], ids: Iterable[str], hint: str) -> tuple[str, ...]:
    found = []
    for one in ids:
        if one.lower() not in known:
            raise UnknownName(what, one, near(one.lower(), known), hint=hint)
        found.append(one.lower())
    return tuple(dict.fromkeys(found))


def _week(desk: Desk, week: Week) -> WeekState:
    tours = tuple(tour.name for tour in desk.tours if tour.week == week.number)
    return WeekState(
        week=week,
        phase=next(phase for phase in desk.plan.phases if phase.number == week.phase),
        sections=tuple(_section(desk, one) for one in desk.plan.sections if one.week == week.number),
        tours=tours,
        seconds=sum(desk.seconds.get(name, 0.0) for name in tours),
        here=desk.here in tours,
    )


def _section(desk: Desk, section: Section) -> SectionState:
    items = (item for item in desk.plan.items if item.section == section.id)
    return SectionState(
        section, tuple(ItemState(item, desk.covering.get(item.id, ()), item.id in desk.ticks) for item in items)
    )
