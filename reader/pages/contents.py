"""The contents of a book: its phases and weeks, its other tours, its routes, and how far one is in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reader import library
from reader.errors import ReaderError
from reader.pages.chapter import label
from reader.pages.index import file_of
from reader.pages.text import parts
from reader.pages.values import Contents, Listed, Mark, Phase, Prose
from reader.plan import Plan
from reader.tour import Tour
from reader.value import frozen


@frozen
class Told:
    """What the contents must know of a tour that is written."""

    tour: Tour
    minutes: int
    read: int
    marks: tuple[Mark, ...]


def contents(told: Sequence[Told], code: str, *, progress: bool) -> Contents:
    listed = [(one.tour, _listed(one)) for one in told]
    own = {(mark.tour, mark.stop): one.tour for one in told for mark in one.marks}
    plan = _plan()
    phases, placed = _phases(plan, listed)
    loose = tuple(row for tour, row in listed if not tour.is_route and row.name not in placed)
    if loose:
        phases = (*phases, Phase("Tours", "", loose))
    weeks = [one for one in told if not one.tour.is_route] or list(told)
    return Contents(
        title=plan.title if plan and placed else told[0].tour.title if len(told) == 1 else "A guided reading",
        code=code,
        home=told[0].tour.home,
        phases=phases,
        routes=tuple(row for tour, row in listed if tour.is_route),
        stops=len(own),
        minutes=sum(one.minutes for one in weeks),
        read=sum(one.read for one in weeks),
        progress=progress,
    )


def _plan() -> Plan | None:
    try:
        return library.plan()
    except ReaderError:
        return None


def _phases(plan: Plan | None, listed: Sequence[tuple[Tour, Listed]]) -> tuple[tuple[Phase, ...], set[str]]:
    """Those that the book has a tour of, and the names of those tours."""
    found: list[Phase] = []
    placed: set[str] = set()
    for phase in plan.phases if plan else ():
        weeks = plan.weeks_of_phase(phase.number) if plan else ()
        rows = tuple(row for tour, row in listed if not tour.is_route and tour.week in weeks)
        if rows:
            placed |= {row.name for row in rows}
            found.append(Phase(f"Phase {phase.number}: {phase.title}", " · ".join(phase.aims), rows))
    return tuple(found), placed


def _listed(one: Told) -> Listed:
    tour = one.tour
    return Listed(
        name=tour.name,
        href=file_of(tour.name),
        label=label(tour),
        title=tour.title,
        about=_opening(parts(tour.intro)),
        stops=len(one.marks),
        minutes=one.minutes,
        read=one.read,
        keys=" ".join(_keys(one.marks)),
    )


def _keys(marks: Sequence[Mark]) -> Iterator[str]:
    for mark in marks:
        yield f"{mark.tour}:{mark.stop}"


def _opening(intro: Prose) -> Prose:
    """The first paragraph; what follows stands on the page."""
    first = next((part for part in intro if part.kind == "p"), None)
    return (replace(first),) if first else ()
