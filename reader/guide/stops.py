"""One stop at a time: show it, stand at it, turn the page, mark it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from reader.checkout import Checkout
from reader.checkout.tree import VLLM
from reader.errors import ProgressFailed
from reader.excerpt import Excerpt
from reader.guide.looking import look
from reader.guide.places import opened, read_keys, stops_of
from reader.guide.state import change_since, read_state, since
from reader.guide.tally import progress
from reader.guide.values import Crossing, StopView, TourProgress, Turned
from reader.history.standing import Standing, standing
from reader.progress import NotWritable, Shown, Store
from reader.reading import Reading, Readings, meet
from reader.ref import Ref
from reader.resolve import Site
from reader.tour import Stop, Tour


def view(tour: Tour, index: int, checkout: Checkout, store: Store, *, full: bool = False) -> StopView:
    """The stop at this index of those that the release has. Looks; records nothing."""
    return _view(tour, index, Readings(checkout, past=True), store, full)


def views(tour: Tour, checkout: Checkout, store: Store, *, full: bool = False) -> Iterator[StopView]:
    """The whole tour, one stop at a time."""
    meet(tour, checkout)
    readings = Readings(checkout, past=True)
    for index in range(len(stops_of(tour, checkout.release))):
        yield _view(tour, index, readings, store, full)


def _view(tour: Tour, index: int, readings: Readings, store: Store, full: bool) -> StopView:
    meet(tour, readings.checkout)
    stops = stops_of(tour, readings.checkout.release)
    return viewed(tour, index, readings.stop(tour, stops[index], full=full), store, readings.checkout.release)


def viewed(
    tour: Tour, index: int, reading: Reading, store: Store, release: str, now: Standing | None = None
) -> StopView:
    """What was read from the checkout, beside what is known of the reader. `now` is its standing, if that is known."""
    stops = stops_of(tour, release)
    marks = {(mark.tour, mark.stop): mark for mark in store.marks(None if tour.is_route else tour.name)}
    own, key = stops[index].ref, tour.key(stops[index])
    mark = marks.get(key)
    change = since(mark, now) if mark is not None and now is not None else change_since(mark, reading)
    return StopView(
        tour=tour,
        stop=reading.stop,
        index=index,
        total=len(stops),
        site=reading.site,
        excerpt=reading.excerpt,
        problem=reading.problem,
        read=read_state(change),
        change=change,
        done=sum(tour.key(stop) in marks for stop in stops),
        release=release,
        instead_of=own if reading.stop.ref != own else None,
        own=store.notes(*key),
        crossing=crossing(reading.stop, stops[:index], release),
    )


def crossing(here: Stop, before: tuple[Stop, ...], release: str) -> Crossing | None:
    """`here` is as the release has it, those `before` it as they are written."""
    if not here.runs or here.lane is None:
        return None
    chosen = [stop.at_release(release)[0] for stop in before]
    lanes = [stop.lane for stop in chosen if stop.runs and stop.lane]
    if not lanes or lanes[-1] == here.lane:
        return None
    return Crossing(lanes[-1], here.lane, here.lane in lanes)


def first_unread(tour: Tour, release: str, store: Store) -> int | None:
    """Its index among the stops that the release has; None when all are read."""
    read = read_keys(tour, store)
    stops = stops_of(tour, release)
    return next((index for index, stop in enumerate(stops) if tour.key(stop) not in read), None)


def open_tour(tour: Tour, source: str, checkout: Checkout, store: Store, *, full: bool = False) -> StopView:
    """Stand at the first unread stop; when all are read, where one stood, or at the start. `source` loads the tour."""
    meet(tour, checkout)
    index = first_unread(tour, checkout.release, store)
    if index is None:
        position = store.position(tour.name)
        ids = [stop.id for stop in stops_of(tour, checkout.release)]
        index = ids.index(position.stop) if position and position.stop in ids else 0
    shown = view(tour, index, checkout, store, full=full)
    what = shown_as(shown.release, shown.site, shown.excerpt)
    return remembered(shown, lambda: store.open(tour.name, source, shown.stop.id, what, shown.stop.owner))


def look_at(tour: Tour, source: str, index: int, checkout: Checkout, store: Store) -> StopView:
    """Stand at this stop, whatever is read."""
    shown = view(tour, index, checkout, store)
    what = shown_as(shown.release, shown.site, shown.excerpt)
    return remembered(shown, lambda: store.open(tour.name, source, shown.stop.id, what, shown.stop.owner))


def turn(checkout: Checkout, store: Store, *, step: int = 1, record: bool = True, full: bool = False) -> Turned | None:
    """One page on (1) or back (-1) in the tour opened last; None before any was. Raises NotWritable when the turn could
    not be recorded: the page is not turned then."""
    position = store.position()
    if position is None:
        return None
    tour = opened(position.source)
    meet(tour, checkout)
    stops = stops_of(tour, checkout.release)
    ids = [stop.id for stop in stops]
    if record and position.stop in ids:
        here = ids.index(position.stop)
        if not store.was_shown(*tour.key(stops[here])):  # a kill came before it was known what was shown
            _record(store, view(tour, here, checkout, store))
    owners = {stop.id: stop.owner for stop in stops if stop.owner}
    try:
        turned = store.turn(tour.name, position.source, ids, step=step, record=record, owners=owners)
    except NotWritable as error:
        raise NotWritable(error.path, f"the page was not turned; {error.reason}", error.remedy) from error
    shown = view(tour, ids.index(turned.here), checkout, store, full=full)
    left = stops[ids.index(turned.left)] if turned.left else None
    further = onward(tour, checkout.release, store) if turned.ended and step > 0 else None
    return Turned(_record(store, shown), left, turned.recorded, turned.ended, further)


def mark(tour: Tour, stop: Stop, checkout: Checkout, store: Store) -> None:
    """Mark a stop as read by hand, as this checkout has it."""
    reading = Readings(checkout).stop(tour, stop)
    store.mark(*tour.key(stop), shown_as(checkout.release, reading.site, reading.excerpt))


def mark_file(path: str, checkout: Checkout, store: Store) -> None:
    """Mark a whole file or directory as read by hand, as this checkout has it."""
    found = look(Ref(path), checkout)
    store.mark_file(checkout.key_of(path), shown_as(checkout.release, found.site, found.excerpt))


def shown_as(release: str, site: Site, excerpt: Excerpt | None) -> Shown:
    """What is gone and shown from another release is recorded as gone: its text is kept, and no change is told of it as
    long as it stays gone."""
    text = excerpt.text if excerpt else None
    if site.project != VLLM:
        release = f"{site.project} {release}"
    if site.verdict == "historic":
        return Shown(release, str(site.ref), text=text)
    now = standing(site, text)
    return Shown(release, str(site.ref), site.path, now.digest, site.symbol, site.start, text)


def _record(store: Store, view: StopView) -> StopView:
    what = shown_as(view.release, view.site, view.excerpt)
    return remembered(view, lambda: store.shown(*view.tour.key(view.stop), what))


def remembered(view: StopView, record: Callable[[], None]) -> StopView:
    """Reading goes on without a memory, and says so."""
    try:
        record()
    except ProgressFailed as error:
        return replace(view, unrecorded=str(error))
    return view


def onward(tour: Tour, release: str, store: Store) -> TourProgress | None:
    """The next tour with something unread, after this one and then from the start. Never a route, which would read the
    same again in another order."""
    tours = tuple(one for one in progress(store, release) if not one.tour.is_route)
    place = next((index for index, one in enumerate(tours) if one.tour.name == tour.name), -1)
    others = (*tours[place + 1 :], *tours[: max(place, 0)])
    return next((one for one in others if one.read < one.total), None)
