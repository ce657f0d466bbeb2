"""How far: every tour and every file, read, changed or not."""

from __future__ import annotations

from reader import library
from reader.checkout import Checkout
from reader.guide.state import look, read_state
from reader.guide.values import FileStatus, ReadState, Status, TourProgress, TourStatus
from reader.progress import Mark, Store
from reader.reading import Readings
from reader.ref import Ref
from reader.tour import Key, Stop, Tour


def progress(store: Store, release: str | None) -> tuple[TourProgress, ...]:
    """Every tour, by its stops in this release; without one, in the release that its text was written against."""
    position = store.position()
    seconds, spent = store.seconds(), store.spent()
    read = {(one.tour, one.stop) for one in store.marks()}
    return tuple(
        _progress(
            tour,
            tour.stops_at(release or tour.home),
            read,
            sum(spent.get(tour.key(stop), 0.0) for stop in tour.stops)
            if tour.is_route
            else seconds.get(tour.name, 0.0),
            here=position is not None and position.tour == tour.name,
        )
        for tour in map(library.load, library.names())
    )


def status(checkout: Checkout | None, store: Store) -> Status:
    """Read, changed and unread, by tour and by file. Every stop that was read is looked up again, to see a change; what
    a route borrows counts as changed, and for its file, in its own tour only."""
    marks = {(mark.tour, mark.stop): mark for mark in store.marks()}
    release = checkout.release if checkout else None
    readings = Readings(checkout) if checkout else None
    files: dict[str, list[ReadState]] = {}
    tours = []
    for one in progress(store, release):
        changed = []
        for stop in one.tour.stops_at(release or one.tour.home):
            if stop.owner:
                continue
            mark = marks.get((one.tour.name, stop.id))
            state, path = _now(one.tour, stop, mark, readings)
            files.setdefault(path, []).append(state)
            if state == "changed":
                changed.append(stop.id)
        tours.append(TourStatus(one, tuple(changed)))
    by_hand = {mark.path or mark.ref or "": _file_now(mark, checkout) for mark in store.files()}
    return Status(release, tuple(tours), _files(files, by_hand), sum(store.seconds().values()))


def _now(tour: Tour, stop: Stop, mark: Mark | None, readings: Readings | None) -> tuple[ReadState, str]:
    """The state of a stop and the file it leads to: where it is now, or where its ref says if nobody has looked."""
    if mark is None or readings is None:
        chosen, _ = stop.at_release(readings.checkout.release if readings else tour.home)
        return ("read" if mark else "unread"), (mark and mark.path) or chosen.ref.path
    reading = readings.stop(tour, stop)
    return read_state(mark, reading), reading.site.path or mark.path or stop.ref.path


def _file_now(mark: Mark, checkout: Checkout | None) -> ReadState:
    if checkout is None or mark.path is None:
        return "read"
    return read_state(mark, look(Ref(mark.path), checkout))


def _files(stops: dict[str, list[ReadState]], by_hand: dict[str, ReadState]) -> tuple[FileStatus, ...]:
    return tuple(
        FileStatus(
            path=path,
            total=len(states := stops.get(path, [])),
            read=sum(state != "unread" for state in states),
            changed=states.count("changed"),
            marked=by_hand.get(path, "unread"),
        )
        for path in sorted({*stops, *by_hand})
    )


def _progress(tour: Tour, stops: tuple[Stop, ...], read: set[Key], seconds: float, *, here: bool) -> TourProgress:
    return TourProgress(
        tour=tour,
        total=len(stops),
        read=sum(tour.key(stop) in read for stop in stops),
        minutes=sum(stop.minutes for stop in stops),
        minutes_left=sum(stop.minutes for stop in stops if tour.key(stop) not in read),
        seconds=seconds,
        here=here,
    )
