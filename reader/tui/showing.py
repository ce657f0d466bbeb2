"""Which page is on the screen, and how one comes to another: turning, jumping, the trail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TypeVar

from reader import guide, library
from reader.errors import ProgressFailed, ReaderError
from reader.excerpt import Entry, Fold, Line, Outlined
from reader.excerpt.unfolding import fold_around
from reader.guide import Lectern, Ready
from reader.guide.stops import onward as onward_of
from reader.progress import Store
from reader.reading import Readings
from reader.ref import Ref
from reader.tui.leaf import Manner
from reader.tui.page import Where
from reader.tui.shown import Left, Placed, Shown
from reader.tui.trail import Trail
from reader.tui.turning import Turning
from reader.tui.unfolding import Unfolding

_T = TypeVar("_T")


class Showing(Unfolding):
    """Needs `draw`, which puts what is shown on the screen."""

    store: Store
    readings: Readings
    shown: Shown

    def start(self, store: Store, readings: Readings) -> None:
        self.store, self.readings = store, readings
        self.trail: Trail[Left] = Trail()
        self.turnings: dict[str, Turning] = {}
        self._waiting = False

    def draw(self, where: Where | None = None) -> None:
        raise NotImplementedError

    def page_is_ready(self, ready: Ready) -> None:
        """Told in the thread that makes pages."""
        raise NotImplementedError

    # Tours and their pages

    def turning(self, source: str) -> Turning:
        if source not in self.turnings:
            lectern = Lectern(library.reload(source), source, self.readings, self.store)
            self.turnings[source] = Turning(lectern, self.page_is_ready)
        return self.turnings[source]

    def open_tour(self, source: str) -> None:
        """At its first unread stop. Raises ReaderError for a tour that is none."""
        turning = self.turning(source)
        self.go_to(turning, turning.lectern.first())

    def open_stop(self, source: str, index: int) -> None:
        self.go_to(self.turning(source), index)

    def go_to(self, turning: Turning, index: int, *, left: int | None = None, trail: bool = True) -> None:
        """Stand at a stop; `left` is recorded as read with it."""

        def arrived(ready: Ready) -> None:
            before = self.left() if trail and hasattr(self, "shown") else None
            view = turning.lectern.open(ready, left)
            if before is not None:
                self.trail.jump(before)
            self.shown = Shown(turning, view, ready)
            self.draw()
            turning.prepare_around(index)

        self.after(turning.page(index), arrived, "making this page ready …")

    def action_onward(self) -> None:
        if self.page.hits:
            self.action_hit(1)
        elif self.shown.ended:
            self._go_on()
        else:
            self._turn(1, record=True)

    def action_skip(self) -> None:
        self._turn(1, record=False)

    def action_backward(self) -> None:
        self._turn(-1, record=False)

    def action_space(self) -> None:
        if not self.page.turn_screen(1):
            self.page.mark_hits(())
            self.action_onward()

    def _turn(self, step: int, *, record: bool) -> None:
        stop = self.shown.stop
        if stop is None:
            self._back_to_stop()
            return
        turning, index = self.shown.turning, stop.index + step
        if self.shown.ended:
            self.shown = replace(self.shown, ended=False)
            self.draw()
        elif index < 0:
            self.say(f"This is the first stop of {stop.tour.name}.")
        elif index == stop.total:
            self._finish(record=record)
        else:
            self.go_to(turning, index, left=stop.index if record else None, trail=False)

    def _finish(self, *, record: bool) -> None:
        lectern, ready = self.shown.turning.lectern, self.shown.ready
        view = self.shown.view
        if record and ready is not None:
            view, onward = lectern.finish(ready)
        else:
            onward = onward_of(lectern.tour, lectern.release, self.store)
        self.shown = replace(self.shown, view=view, ended=True, onward=onward)
        self.draw()

    def _go_on(self) -> None:
        if self.shown.onward is None:
            self.say("There is nothing unread in the other tours: T lists them.")
        else:
            self.open_tour(self.shown.onward.tour.name)

    def action_mark(self) -> None:
        stop, ready = self.shown.stop, self.shown.ready
        if stop is None or ready is None:
            self.say("this place is no stop of the tour")
            return
        read = stop.read != "read"
        view = self.shown.turning.lectern.mark(ready, read=read)
        self.shown = replace(self.shown, view=view)
        self.draw(self.page.where())
        if view.unrecorded is None:
            self.say("marked as read" if read else "not read any more")

    # Places outside of the tour, and the trail

    def open_place(self, ref: Ref, line: int | None = None, column: int | None = None) -> None:
        """Any ref as a page of its own, with the cursor on a line of the file; ctrl-o leads back."""
        turning = self.shown.turning

        def arrived(found: Placed) -> None:
            self.trail.jump(self.left())
            view = found.look
            around = fold_around(view.excerpt, line) if view.excerpt and line else None
            manner = Manner(opened=frozenset({around} if around else ()))
            self.shown = Shown(turning, view, manner=manner, placed=found.files)
            self.draw()
            if line is not None:
                self.show_line(line, column)

        self.after(self.looked(ref), arrived, f"looking for {ref} …")

    def looked(self, ref: Ref) -> Future[Placed]:
        readings = self.readings

        def look() -> Placed:
            files = readings.stamped([ref.path])  # before they are read
            return Placed(guide.look(ref, readings.checkout), files)

        return self.shown.turning.do(look)

    def action_trail(self, step: int) -> None:
        left = self.trail.go(step, self.left())
        if left is None:
            self.say("this is where you began" if step < 0 else "there is nothing further ahead")
            return
        stop, ready = left.shown.stop, left.shown.ready
        if stop is not None and ready is not None and not left.shown.ended:
            view = left.shown.turning.lectern.open(ready)
            self.shown = replace(left.shown, view=view)
        else:
            self.shown = left.shown
        self.draw(left.where)

    def _back_to_stop(self) -> None:
        """A place is not turned: first one comes back to the stop."""
        while (behind := self.trail.behind) and behind[-1].shown.stop is None:
            self.trail.go(-1, self.left())
            self.shown = behind[-1].shown
        self.action_trail(-1)
        self.say("back at the stop; n turns the page")

    def left(self) -> Left:
        return Left(self.shown, self.page.where())

    # Folds, and what leads somewhere

    def action_unfold(self) -> None:
        """Open the fold under the cursor, or close it again; an entry leads to its place."""
        here = self.page.here
        row = here.row if here else None
        if self.shown.ended:
            self._go_on()
        elif isinstance(row, Fold):
            self.fold(self.shown.manner.opened | {row})
        elif isinstance(row, Line):
            around = next((one for one in self.shown.manner.opened if one.first <= row.number <= one.last), None)
            if around is None:
                self.say("no fold is here; O opens all of them")
            else:
                self.fold(self.shown.manner.opened - {around})
        elif isinstance(row, Outlined):
            self.reveal(row.first)
        elif isinstance(row, Entry) and not self.shown.has_lines_of_the_checkout:
            self.say(f"that file is of {self.shown.view.site.release}, not of this checkout")
        elif isinstance(row, Entry):
            self.open_place(Ref.parse(f"{self.shown.view.site.path or ''}{row.path}"))

    # What is on its way

    def after(self, future: Future[_T], arrived: Callable[[_T], None], doing: str) -> None:
        """At once where it is there already; else the screen goes on, and what was asked for before is given up."""
        if future.done():
            self.workers.cancel_group(self, "page")
            arrived(future.result())
            return

        async def wait() -> None:
            found = await asyncio.wrap_future(future)
            try:
                arrived(found)
            except (ReaderError, ProgressFailed) as error:
                self.say(str(error))

        self.say(doing)
        self.run_worker(wait(), group="page", exclusive=True)
