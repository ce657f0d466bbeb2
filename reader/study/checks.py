"""The check list of a phase: what is ticked, and which stops and questions prepare each line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reader.errors import UnknownName, near
from reader.plan import Check, Phase
from reader.study.desk import Desk, StopState
from reader.study.quiz import Asked, asked_of


@dataclass(frozen=True, slots=True)
class CheckState:
    """`ticked` is when, None if it is not. `stops` prepare it: those that name it themselves, else those of its
    phase that cover the items which the plan names for it."""

    check: Check
    ticked: float | None
    stops: tuple[StopState, ...]
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class PhaseState:
    """`here`: the phase of the tour opened last, else the first with something to tick."""

    phase: Phase
    checks: tuple[CheckState, ...]
    here: bool

    @property
    def ticked(self) -> int:
        return sum(one.ticked is not None for one in self.checks)


def phases(desk: Desk) -> tuple[PhaseState, ...]:
    """The current one first, then the others in the plan's order."""
    current = _current(desk)
    states = [_phase(desk, one, current) for one in desk.plan.phases]
    return tuple(sorted(states, key=lambda one: not one.here))


def phase(desk: Desk, text: str) -> PhaseState:
    """`phase2`, `p2` or `2`. Raises UnknownName."""
    numbers = {one.number: one for one in desk.plan.phases}
    given = re.fullmatch(r"(?:phase|p)?[ _-]?0*(\d{1,3})", text.strip().lower())
    if given is None or int(given[1]) not in numbers:
        names = [f"phase{number}" for number in numbers]
        hint = f"The plan has {names[0]} to {names[-1]}: `reader checkpoint` shows them all."
        raise UnknownName("phase of the plan", text, near(text, names), hint=hint)
    return _phase(desk, numbers[int(given[1])], _current(desk))


def _current(desk: Desk) -> int | None:
    week = next((tour.week for tour in desk.tours if tour.name == desk.here), None)
    open_ = (check.phase for check in desk.plan.checks if check.id not in desk.ticks)
    return next((one.phase for one in desk.plan.weeks if one.number == week), next(open_, None))


def _phase(desk: Desk, phase: Phase, current: int | None) -> PhaseState:
    checks = tuple(_check(desk, check) for check in desk.plan.checks if check.phase == phase.number)
    return PhaseState(phase, checks, phase.number == current)


def _check(desk: Desk, check: Check) -> CheckState:
    stops = desk.covering.get(check.id) or _by_items(desk, check)
    questions = tuple(asked for one in stops for asked in asked_of(one, desk.cards))
    return CheckState(check, desk.ticks.get(check.id), stops, questions)


def _by_items(desk: Desk, check: Check) -> tuple[StopState, ...]:
    """Each stop once, in reading order."""
    weeks = desk.plan.weeks_of_phase(check.phase)
    wanted = set(check.items)
    return tuple(one for one in desk.stops if one.tour.week in weeks and wanted.intersection(one.stop.covers))
