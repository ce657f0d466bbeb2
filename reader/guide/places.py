"""Stops by name, and the one where the reader stands."""

from __future__ import annotations

from contextlib import suppress

from reader import library
from reader.errors import ReaderError, UnknownName
from reader.guide.values import Named, Place
from reader.progress import Store
from reader.tour import Key, Stop, Tour


def stops_of(tour: Tour, release: str | None) -> tuple[Stop, ...]:
    """The stops that this release has, or the tour's home without one: at least one."""
    stops = tour.stops_at(release or tour.home)
    if not stops:
        raise ReaderError(f"no stop of {tour.name} is for release {release}; its text was written against {tour.home}")
    return stops


def opened(source: str) -> Tour:
    """The tour that is open. It may be a file of the reader's own that is gone or mid-edit by now."""
    try:
        return library.reload(source)
    except ReaderError as error:
        raise ReaderError(
            f"{error}\nIt is the tour that is open: mend it, or `reader tour week3` opens another."
        ) from error


def place(release: str | None, store: Store) -> Place | None:
    """None before any tour was opened."""
    position = store.position()
    if position is None:
        return None
    tour = opened(position.source)
    stops = stops_of(tour, release)
    index = next((index for index, stop in enumerate(stops) if stop.id == position.stop), 0)
    stop, _ = stops[index].at_release(release or tour.home)
    return Place(
        tour=tour,
        stop=stop,
        index=index,
        total=len(stops),
        read=tour.key(stop) in read_keys(tour, store),
        following=next((stop.at_release(release or tour.home)[0] for stop in stops[index + 1 : index + 2]), None),
    )


def opened_before(tour: Tour, source: str, store: Store) -> str | None:
    """What loads the other tour of the same name that was opened before this one: the progress of both is one."""
    position = store.position(tour.name)
    return position.source if position and position.source != source else None


def read_keys(tour: Tour, store: Store) -> set[Key]:
    """Of what is read, in this tour or, for what it borrows, in any: where it is recorded."""
    marks = store.marks(None if tour.is_route else tour.name)
    return {(mark.tour, mark.stop) for mark in marks}


def find_stop(text: str, release: str | None, store: Store) -> Named | None:
    """`engine-step`, `week3:engine-step`, or a number counted from 1 in the current tour; None if it names no stop.
    Raises UnknownName for a tour or stop that was clearly meant to be one, and where several tours have the stop."""
    source, colon, stop = text.partition(":")
    is_place = not source.endswith(".toml") and ("/" in source or "." in source)  # vllm/sequence.py:12 is none of ours
    if colon and not stop.startswith(":") and not is_place:
        return _in_tour(library.load(source), library.source_of(source), stop, release)
    position = store.position()
    if text.isdecimal():
        if position is None:
            raise UnknownName("stop", text, hint="No tour is open yet to count in: `reader tour` lists them all.")
        return _numbered(opened(position.source), position.source, int(text), release)
    lost: ReaderError | None = None  # the tour that is open cannot be read: others are searched all the same
    try:
        here = _found(opened(position.source), position.source, text, release) if position else None
    except ReaderError as error:
        here, lost = None, error
    if here:
        return here
    shelf = library.shelf()
    tours = ((tour, shelf.held[tour.name].source) for tour in shelf.tours)
    everywhere = [named for tour, source in tours if (named := _found(tour, source, text, release))]
    found = [named for named in everywhere if named.stop.owner is None] or everywhere
    if len(found) > 1:
        raise UnknownName("single stop", text, [f"{named.tour.name}:{text}" for named in found])
    if lost and not found and "." not in text and "/" not in text:  # it may well be a stop of that tour
        raise lost
    return found[0] if found else None


def stop_names(store: Store) -> list[str]:
    """Every id that `find_stop` takes without its tour, for near names."""
    position = store.position()
    tours = list(library.shelf().tours)
    with suppress(ReaderError):  # of a tour that cannot be read there are no names
        tours = [opened(position.source), *tours] if position else tours
    return [stop.id for tour in tours for stop in tour.stops]


def _found(tour: Tour, source: str, stop_id: str, release: str | None) -> Named | None:
    stops = tour.stops_at(release or tour.home)
    return next((Named(tour, stop, index, source) for index, stop in enumerate(stops) if stop.id == stop_id), None)


def _in_tour(tour: Tour, source: str, stop: str, release: str | None) -> Named:
    if stop.isdecimal():
        return _numbered(tour, source, int(stop), release)
    found = _found(tour, source, stop, release)
    if found is None:
        tour.stop(stop)  # raises for a name that is wrong; one that is right is of other releases
        raise UnknownName(f"stop in {tour.name} at release {release}", stop)
    return found


def _numbered(tour: Tour, source: str, number: int, release: str | None) -> Named:
    stops = stops_of(tour, release)
    if not 1 <= number <= len(stops):
        raise UnknownName(f"stop in {tour.name}", str(number), hint=f"It has stops 1 to {len(stops)}.")
    return Named(tour, stops[number - 1], number - 1, source)
