"""From one stop that has changed since it was read to the next."""

from __future__ import annotations

from reader import library
from reader.checkout import Checkout
from reader.guide.comparing import Comparing, Comparison, Subject
from reader.guide.places import stops_of
from reader.guide.stops import look_at, mark
from reader.guide.tally import status
from reader.guide.values import StopView
from reader.progress import Store
from reader.tour import Tour
from reader.value import frozen


@frozen
class ChangedPage:
    """A stop as it is now, beside what was read; `left` stops are changed after it. `recorded` says that the one left
    behind is now marked as it is."""

    view: StopView
    comparison: Comparison
    left: int
    recorded: str | None


def next_changed(checkout: Checkout, store: Store, *, record: bool = True) -> ChangedPage | None:
    """Stand at the next stop whose code is not what was read, after the one where one stands, in the order of the
    tours; from the start again when there is none behind it. None when nothing has changed. The stop left behind is
    marked as it is now if it was shown so."""
    recorded = _leave(checkout, store) if record else None
    places = _changed(checkout, store)
    if not places:
        return None
    tour, stop_id = _following(places, store)
    index = next(at for at, stop in enumerate(stops_of(tour, checkout.release)) if stop.id == stop_id)
    stop = tour.stop(stop_id)
    comparison = Comparing(checkout, store, None, None).of(Subject(f"{tour.name}:{stop_id}", stop.ref, stop, tour))
    view = look_at(tour, library.source_of(tour.name), index, checkout, store)
    return ChangedPage(view, comparison, len(places) - 1, recorded)


def _changed(checkout: Checkout, store: Store) -> list[tuple[Tour, str]]:
    known = status(checkout, store)
    found = []
    for one in known.tours:
        order = {stop.id: at for at, stop in enumerate(one.progress.tour.stops)}
        found += [(one.progress.tour, stop) for stop in sorted(one.changed, key=order.__getitem__)]
    return found


def _following(places: list[tuple[Tour, str]], store: Store) -> tuple[Tour, str]:
    position = store.position()
    if position is None:
        return places[0]
    order = {tour.name: at for at, tour in enumerate(library.shelf().tours)}

    def rank(tour: Tour, stop_id: str) -> tuple[int, int]:
        return order.get(tour.name, len(order)), next(at for at, one in enumerate(tour.stops) if one.id == stop_id)

    try:
        here = rank(library.reload(position.source), position.stop)
    except (LookupError, StopIteration):
        return places[0]
    return next((place for place in places if rank(*place) > here), places[0])


def _leave(checkout: Checkout, store: Store) -> str | None:
    """Its id, when the stop where one stands was shown as it is now and is marked as it was."""
    position = store.position()
    if position is None:
        return None
    for tour, stop_id in _changed(checkout, store):
        if (tour.name, stop_id) == (position.tour, position.stop):
            if store.seen(tour.name, stop_id) != checkout.edition:
                return None
            mark(tour, tour.stop(stop_id), checkout, store)
            return stop_id
    return None
