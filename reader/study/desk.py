"""What everything in here starts from: the plan, the tours of a release, and what was read and ticked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from reader import library
from reader.errors import ReaderError
from reader.plan import Plan
from reader.progress import Mark, Position, Store
from reader.progress.ledger import Card, CardKey, Ledger
from reader.tour import Key, Stop, Tour


@dataclass(frozen=True, slots=True)
class StopState:
    """`stop` is as the release has it."""

    tour: Tour
    stop: Stop
    read: bool

    @property
    def key(self) -> Key:
        """What is recorded of it is recorded under this: a borrowed stop is its owner's."""
        return self.tour.key(self.stop)

    @property
    def name(self) -> str:
        return f"{self.tour.name}:{self.stop.id}"


@dataclass(frozen=True)
class Desk:
    """`release` is None where no checkout is at hand: each tour then counts as in its home release. `here` is the tour
    of the stop where one stands: in a route that of its owner."""

    plan: Plan
    tours: tuple[Tour, ...]
    release: str | None
    marks: tuple[Mark, ...]
    ticks: dict[str, float]
    seconds: dict[str, float]
    cards: dict[CardKey, Card]
    here: str | None

    @cached_property
    def stops(self) -> tuple[StopState, ...]:
        """Every stop of every tour that the release has, in reading order; each once, where it is not borrowed."""
        return tuple(one for tour in self.tours for one in self.stops_of(tour) if one.stop.owner is None)

    def stops_of(self, tour: Tour) -> Iterator[StopState]:
        """Of any tour, also of one that does not come with reader."""
        read = {(mark.tour, mark.stop) for mark in self.marks}
        release = self.release or tour.home
        for stop in tour.stops_at(release):
            yield StopState(tour, stop.at_release(release)[0], tour.key(stop) in read)

    def from_here(self, tour: Tour) -> tuple[StopState, ...]:
        """What to read on with: a route or a tour of one's own first, and then what it has not."""
        if tour in self.tours and not tour.is_route:
            return self.stops
        first = tuple(self.stops_of(tour))
        there = {one.key for one in first}
        return (*first, *(one for one in self.stops if one.key not in there))

    @cached_property
    def covering(self) -> dict[str, tuple[StopState, ...]]:
        """Item or check id -> the stops that answer it."""
        found: dict[str, list[StopState]] = {}
        for one in self.stops:
            for item in one.stop.covers:
                found.setdefault(item, []).append(one)
        return {item: tuple(stops) for item, stops in found.items()}


def desk(store: Store, release: str | None) -> Desk:
    ledger = Ledger(store)
    tours = library.shelf().tours
    return Desk(
        plan=library.plan(),
        tours=tours,
        release=release,
        marks=store.marks(),
        ticks=ledger.ticks(),
        seconds=store.seconds(),
        cards=ledger.cards(),
        here=_here(tours, store.position()),
    )


def _here(tours: Iterable[Tour], position: Position | None) -> str | None:
    """One that does not come with reader stands in no week of the plan."""
    if position is None:
        return None
    tour = next((one for one in tours if one.name == position.tour), None)
    stops = (tour.key(stop) for stop in tour.stops if stop.id == position.stop) if tour else ()
    return next((owner for owner, _ in stops), position.tour)


def opened(ledger: Ledger) -> tuple[tuple[Tour, ...], tuple[str, ...]]:
    """The tours that were ever opened, the last one first, and what is to be said of those that are no longer there."""
    tours, lost = [], []
    for source in ledger.sources():
        try:
            tours.append(library.reload(source))
        except ReaderError as error:
            lost.append(str(error))
    return tuple(tours), tuple(lost)
