"""Every stop of a tour against a checkout: what holds, and every problem.

The tour author's compiler, and a test of the project's own tours. It judges what `reading` gives and looks at nothing
else, so that what passes here is what a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from reader.checkout import Checkout
from reader.library import Broken
from reader.plan import Plan
from reader.reading import Reading, Readings
from reader.resolve import Site
from reader.tour import Stop, Tour
from reader.value import frozen

_CODE = ("vllm/", "csrc/")  # what some process of vLLM runs; documents, tests, tools and directories need no lane

What = Literal[
    "gone", "ambiguous", "unreadable", "loose", "after", "lane", "reason", "uncovered", "unknown-item", "broken"
]


@frozen
class Problem:
    """`where` is the stop's id, or the plan item's for one that is not covered; `say` names the fix."""

    what: What
    where: str
    say: str


@frozen
class StopCheck:
    """`told_gone`: there is nothing here in this release, and the tour itself says so and what to read instead."""

    stop: Stop
    site: Site
    notes: int
    loose: int
    told_gone: bool
    problems: tuple[Problem, ...]


@frozen
class TourCheck:
    tour: Tour
    release: str
    stops: tuple[StopCheck, ...]
    uncovered: tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(problem for stop in self.stops for problem in stop.problems) + self.uncovered

    @property
    def own(self) -> TourCheck:
        """Without what it borrows, which counts in its own tour."""
        return replace(self, stops=tuple(one for one in self.stops if one.stop.owner is None))

    @property
    def notes(self) -> int:
        return sum(stop.notes for stop in self.stops)

    @property
    def loose(self) -> int:
        return sum(stop.loose for stop in self.stops)


def check_tour(tour: Tour, checkout: Checkout, plan: Plan) -> TourCheck:
    readings = Readings(checkout)
    stops = tuple(_check_stop(tour, stop, readings) for stop in tour.stops_at(checkout.release))
    return TourCheck(tour, checkout.release, stops, tuple(_coverage(tour, plan)))


def broken_tour(broken: Broken, release: str) -> TourCheck:
    """The row of a tour that cannot be read: each complaint is a problem, the first of which names the file."""
    name, (first, *more) = broken.held.name, broken.complaints
    said = (f"{first} (in {broken.held.path})", *more)
    problems = (Problem("broken", *_placed(name, one)) for one in said)
    return TourCheck(Tour(name, name, "0", "", ()), release, (), tuple(problems))


def _placed(name: str, complaint: str) -> tuple[str, str]:
    """The stop that a complaint begins with, or the tour."""
    found = re.match(r"stop '([^']+)'(?:, |: )", complaint)
    return (found[1], complaint[found.end() :]) if found else (name, complaint)


def _check_stop(tour: Tour, stop: Stop, readings: Readings) -> StopCheck:
    reading = readings.stop(tour, stop)
    notes = reading.excerpt.notes if reading.excerpt else ()
    return StopCheck(
        stop=reading.stop,
        site=reading.site,
        notes=len(notes),
        loose=sum(note.line is None for note in notes),
        told_gone=reading.told_gone,
        problems=tuple(_problems(reading, readings.checkout)),
    )


def _problems(reading: Reading, checkout: Checkout) -> Iterable[Problem]:
    stop, site, excerpt = reading.stop, reading.site, reading.excerpt
    runs = stop.ref.path.startswith(_CODE) and not stop.ref.path.endswith("/") and not checkout.foreign
    if stop.lane is None and runs:  # the lanes are the processes of vLLM
        yield Problem("lane", stop.id, f"has no lane; say which process runs {stop.ref}")
    if stop.state != "live" and not stop.reason and not reading.told_gone:
        yield Problem("reason", stop.id, f"is {stop.state} without a reason")
    if not site.found:
        if not reading.told_gone:
            verdict: What = "ambiguous" if site.verdict == "ambiguous" else "gone"
            near = ", ".join(f"{one.path}::{one.symbol}" if one.symbol else one.path for one in site.candidates[:3])
            hint = f"; candidates: {near}" if near else ""
            yield Problem(verdict, stop.id, f"{site.ref} is {verdict} here{hint}; give the stop a variant")
        return
    if excerpt is None:
        yield Problem("unreadable", stop.id, reading.problem or f"{site.path} cannot be read")
        return
    for note in excerpt.notes:
        if note.line is None:
            yield Problem("loose", stop.id, f"note at {note.at!r}: {note.why_loose}")
    if excerpt.call_problem:
        yield Problem("after", stop.id, excerpt.call_problem)


def _coverage(tour: Tour, plan: Plan) -> Iterable[Problem]:
    own = [stop for stop in tour.stops if stop.owner is None]
    covered = {item for stop in own for item in stop.covers}
    for item in sorted(covered - plan.ids()):
        holders = ", ".join(stop.id for stop in own if item in stop.covers)
        yield Problem("unknown-item", item, f"is no item of the plan; named by {holders}")
    if tour.week is not None:
        for wanted in plan.items_of_week(tour.week):
            if wanted.id not in covered:
                yield Problem("uncovered", wanted.id, f"no stop covers it: {wanted.text}")
