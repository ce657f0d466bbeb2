"""A tour that lies open for a whole sitting: its pages made ready ahead of time, and turned by name.

`turn` of `stops` counts from where the progress stands, which is right for a command; a screen that stays open shows
one stop, and it is this one that is left, whatever another process has turned to meanwhile.
"""

from __future__ import annotations

from dataclasses import replace

from reader.checkout import Checkout
from reader.errors import ProgressFailed
from reader.guide.places import stops_of
from reader.guide.state import read_state, since, standing_of
from reader.guide.stops import first_unread, onward, remembered, shown_as, viewed
from reader.guide.values import ReadState, StopView, TourProgress
from reader.history.standing import Standing
from reader.progress import Mark, Shown, Store
from reader.reading import Reading, Readings
from reader.tour import Stop, Tour
from reader.value import frozen


@frozen
class Ready:
    """A page as far as it can be made without the progress: what of it costs time. `now` is compared with marks."""

    index: int
    reading: Reading
    shown: Shown
    now: Standing

    def read(self, mark: Mark | None) -> ReadState:
        return read_state(since(mark, self.now) if mark is not None else None)


class Lectern:
    """`source` loads the tour again. `ready` may be called from one other thread; the rest belongs to the thread that
    has the store."""

    def __init__(self, tour: Tour, source: str, readings: Readings, store: Store) -> None:
        self.tour, self.source = tour, source
        self.stops: tuple[Stop, ...] = stops_of(tour, readings.checkout.release)
        self._readings, self._store = readings, store

    @property
    def checkout(self) -> Checkout:
        return self._readings.checkout

    @property
    def release(self) -> str:
        return self._readings.checkout.release

    def ready(self, index: int) -> Ready:
        reading = self._readings.stop(self.tour, self.stops[index])
        return Ready(index, reading, shown_as(self.release, reading.site, reading.excerpt), standing_of(reading))

    def is_current(self, page: Ready) -> bool:
        """Whether its files are still those that it was made of; takes microseconds."""
        return self._readings.unchanged(page.reading.files)

    def first(self) -> int:
        """The first unread stop; when all are read, where one stood, or the start."""
        index = first_unread(self.tour, self.release, self._store)
        if index is None:
            position = self._store.position(self.tour.name)
            ids = [stop.id for stop in self.stops]
            index = ids.index(position.stop) if position and position.stop in ids else 0
        return index

    def view(self, page: Ready) -> StopView:
        """Looks; records nothing."""
        return viewed(self.tour, page.index, page.reading, self._store, self.release, page.now)

    def open(self, page: Ready, left: int | None = None) -> StopView:
        """Stand at this page; the stop `left` is recorded as read with it, or neither is."""
        stop = self.stops[page.index]
        key = self.tour.key(self.stops[left]) if left is not None else None
        try:
            self._store.move(self.tour.name, self.source, stop.id, page.shown, owner=stop.owner, left=key)
        except ProgressFailed as error:
            return replace(self.view(page), unrecorded=str(error))
        return self.view(page)

    def finish(self, page: Ready) -> tuple[StopView, TourProgress | None]:
        """The last page is read. With the tour to go on with, if anything is unread in another."""
        key = self.tour.key(self.stops[page.index])
        view = remembered(self.view(page), lambda: self._store.leave(read=key))
        if view.unrecorded is None:
            view = self.view(page)
        return view, onward(self.tour, self.release, self._store)

    def mark(self, page: Ready, *, read: bool) -> StopView:
        """By hand, as this checkout has it."""
        key = self.tour.key(self.stops[page.index])

        def record() -> None:
            if read:
                self._store.mark(*key, page.shown)
            else:
                self._store.unmark(*key)

        view = remembered(self.view(page), record)
        return view if view.unrecorded else self.view(page)

    def leave(self) -> str | None:
        """The sitting is over: time is counted until here. What went wrong, if it could not be recorded."""
        try:
            self._store.leave()
        except ProgressFailed as error:
            return str(error)
        return None
