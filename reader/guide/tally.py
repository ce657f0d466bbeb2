"""How far: every tour and every file, read, changed or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reader import library
from reader.checkout import Checkout
from reader.guide.state import read_state, since
from reader.guide.values import Changed, FileStatus, ReadState, Status, TourProgress, TourStatus
from reader.history.change import LEVELS, Level, is_change
from reader.history.memory import Memory
from reader.history.standing import Standing
from reader.progress import Mark, Store
from reader.ref import Ref
from reader.tour import Key, Stop, Tour


def progress(
    store: Store, release: str | None, tours: Iterable[Tour] | None = None, *, foreign: bool = False
) -> tuple[TourProgress, ...]:
    """Every tour at hand, or each of `tours`, by its stops in this release; without one, in the release that its text
    was written against. `foreign`: the release is another project's, and says nothing of the tours of vLLM."""
    position = store.position()
    seconds, spent = store.seconds(), store.spent()
    read = {(one.tour, one.stop) for one in store.marks()}
    return tuple(
        _progress(
            tour,
            tour.stops_at(_release(tour, release, foreign)),
            read,
            sum(spent.get(tour.key(stop), 0.0) for stop in tour.stops)
            if tour.is_route
            else seconds.get(tour.name, 0.0),
            here=position is not None and position.tour == tour.name,
        )
        for tour in (library.shelf().tours if tours is None else tours)
    )


def _release(tour: Tour, release: str | None, foreign: bool) -> str:
    return tour.home if release is None or (foreign and tour.of_the_plan) else release


def status(checkout: Checkout | None, store: Store, detail: int | None = None) -> Status:
    """Read, changed and unread, by tour and by file. Every stop that was read is looked up again, to see a change; what
    a route borrows counts as changed, and for its file, in its own tour only. Of `detail` files that were marked by
    hand and have changed it is told in which definitions, None for all: each takes two parses."""
    marks = {(mark.tour, mark.stop): mark for mark in store.marks()}
    release = checkout.release if checkout else None
    tours = progress(store, release, foreign=bool(checkout and checkout.foreign))
    owned = [
        (one.tour, stop)
        for one in tours
        for stop in one.tour.stops_at(_release(one.tour, release, bool(checkout and checkout.foreign)))
        if not stop.owner
    ]
    memory = Memory(checkout) if checkout else None
    now = _standings(owned, marks, memory)
    files: dict[str, list[ReadState]] = {}
    changes: dict[str, list[Changed]] = {}
    for tour, stop in owned:
        mark = marks.get((tour.name, stop.id))
        state, path = _state(tour, stop, mark, now.get((tour.name, stop.id)), release)
        files.setdefault(path, []).append(read_state(state))
        if mark and state and state != "same":
            changes.setdefault(tour.name, []).append(_changed(stop, mark, state, now[tour.name, stop.id]))
    by_hand = _by_hand(store, checkout, memory, detail)
    if memory:
        memory.save()
    return Status(
        checkout.edition if checkout else None,
        tuple(TourStatus(one, _worst_first(changes.get(one.tour.name, ()))) for one in tours),
        _files(files, by_hand),
        sum(store.seconds().values()),
        store.keeping(),
    )


def _standings(
    owned: Sequence[tuple[Tour, Stop]], marks: Mapping[Key, Mark], memory: Memory | None
) -> dict[Key, Standing]:
    """What stands now where each stop that is read leads, all looked up at once."""
    if memory is None:
        return {}
    here = {key for key, mark in marks.items() if memory.checkout.is_of(mark.release)}
    read = [(tour, stop) for tour, stop in owned if (tour.name, stop.id) in here]
    asked = []
    for _, stop in read:
        chosen, instead_of = stop.at_release(memory.checkout.release)
        asked.append((chosen.ref, instead_of))
    found = memory.standings(asked)
    return {(tour.name, stop.id): one for (tour, stop), one in zip(read, found, strict=True)}


def _state(
    tour: Tour, stop: Stop, mark: Mark | None, now: Standing | None, release: str | None
) -> tuple[Level | None, str]:
    """How a stop has changed, None if it is unread, and the file it leads to: where it is now, or where its ref says if
    nobody has looked."""
    if mark is None or now is None:
        chosen, _ = stop.at_release(release or tour.home)
        return ("same" if mark else None), (mark and mark.path) or chosen.ref.path
    return since(mark, now), now.path or mark.path or stop.ref.path


def _changed(stop: Stop, mark: Mark, state: Level, now: Standing) -> Changed:
    return Changed(stop.id, stop.title, state, mark.release, mark.ref or str(stop.ref), now.path, stop.minutes)


def _worst_first(changes: Sequence[Changed]) -> tuple[Changed, ...]:
    return tuple(sorted(changes, key=lambda one: LEVELS.index(one.level)))


def _by_hand(
    store: Store, checkout: Checkout | None, memory: Memory | None, detail: int | None
) -> dict[str, tuple[ReadState, tuple[tuple[str, str], ...]]]:
    """State, and which definitions have changed, of each file that was marked by hand."""
    marks = store.files()
    paths = {mark.path: path for mark in marks if checkout and mark.path and (path := checkout.path_of(mark.path))}
    refs = [(Ref(path), None) for path in paths.values()]
    now = dict(zip(paths, memory.standings(refs), strict=True)) if memory else {}
    found: dict[str, tuple[ReadState, tuple[tuple[str, str], ...]]] = {}
    for mark in marks:
        here = now.get(mark.path or "")
        state = since(mark, here) if here else "same"
        parts: tuple[tuple[str, str], ...] = ()
        if checkout and memory and here and is_change(state) and detail != 0:
            parts = _definitions(store, mark, here, checkout, memory)
            detail = None if detail is None else detail - 1
        found[mark.path or mark.ref or ""] = read_state(state), parts
    return found


def _definitions(
    store: Store, mark: Mark, here: Standing, checkout: Checkout, memory: Memory
) -> tuple[tuple[str, str], ...]:
    path = here.path
    if not mark.kept or path is None or here.legacy is None:
        return ()

    def compare() -> tuple[tuple[str, str], ...]:
        from reader.history.definitions import changes
        from reader.syntax import language_of

        before = store.kept(mark.kept)
        return changes(before, checkout.read(path).text, language_of(path)) if before is not None else ()

    return memory.compared(mark.kept, here.legacy, compare)


def _files(
    stops: dict[str, list[ReadState]], by_hand: Mapping[str, tuple[ReadState, tuple[tuple[str, str], ...]]]
) -> tuple[FileStatus, ...]:
    return tuple(
        FileStatus(
            path=path,
            total=len(states := stops.get(path, [])),
            read=sum(state != "unread" for state in states),
            changed=states.count("changed"),
            marked=by_hand[path][0] if path in by_hand else "unread",
            definitions=by_hand[path][1] if path in by_hand else (),
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
