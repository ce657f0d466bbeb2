"""What each part of the screen is given: lines to the page, what is shown to header, stops and foot."""

from __future__ import annotations

from dataclasses import replace

from rich.text import Text

from reader.excerpt import Fold, Line
from reader.guide import ReadState, Ready
from reader.terminal.notes import unlaid
from reader.terminal.sheet import Sheet, prose
from reader.tui import cursor, foot, masthead
from reader.tui.contents import ROOMY as ROOMY_ASIDE
from reader.tui.contents import WIDE, Contents, Item
from reader.tui.foot import Foot
from reader.tui.leaf import Leaf, bound, leaf
from reader.tui.masthead import ROOMY, Masthead
from reader.tui.page import Where
from reader.tui.working import Working


class Drawing(Working):
    """`said` is the word at the foot. `wants_contents`: whether the stops stand beside the page, None for as there is
    room."""

    color: bool
    said = ""
    wants_contents: bool | None = None
    _read: frozenset[int] = frozenset()  # stops that have a mark

    def draw(self, where: Where | None = None) -> None:
        page = self.page
        if page.size.width <= 1:
            return
        self.lay_out()
        manner = replace(self.shown.manner, compact=self._compact, linear=self.has_class("linear"))
        sheet = Sheet(page.room, not self.color)
        drawn = self._end(sheet) if self.shown.ended else leaf(self.shown.view, sheet, manner)
        page.put(drawn, where, cursor.first_place(drawn, self.shown.view.site))
        self.said = ""
        self._draw_contents()
        self.draw_foot()

    @property
    def _compact(self) -> bool:
        return self.size.height < ROOMY

    def lay_out(self) -> None:
        """What stands around the page, for this size."""
        plain = self.has_class("linear")
        wanted = self.size.width >= WIDE if self.wants_contents is None else self.wants_contents
        self.part(Contents).display = wanted and not plain
        self.part(Contents).set_class(self.size.width >= ROOMY_ASIDE, "-roomy")
        self.part(Masthead).display = not plain and not self.has_class("-small")
        if hasattr(self, "shown"):
            crumbs = [left.shown.name for left in self.trail.behind if left.shown.ready is None or left.shown.stop]
            sheet = Sheet(max(self.size.width - 4, 8), not self.color)
            above = masthead.lines(self.shown.view, sheet, crumbs[-4:], compact=self._compact)
            self.part(Masthead).put(above)
            self.draw_foot()

    def _end(self, sheet: Sheet) -> Leaf:

        view = self.shown.stop
        assert view is not None
        left = view.total - view.done
        far = f"{left} of {view.total} are not read yet; `T` opens the tour again at the first of them." if left else ""
        said = f"That was the last stop of {view.tour.name}. " + (far or f"All {view.total} are read.")
        after = f"Next is {self.shown.onward.tour.title}: `n` opens it." if self.shown.onward else ""
        return bound([unlaid(prose(one, sheet)) for one in (said, after, "`p` goes back, `T` lists the tours.") if one])

    def _draw_contents(self) -> None:
        lectern, stop = self.shown.turning.lectern, self.shown.stop
        marks = {(mark.tour, mark.stop): mark for mark in self.store.marks()}
        items, read = [], set()
        for index, one in enumerate(lectern.stops):
            ready, mark = self.shown.turning.at_hand(index), marks.get(lectern.tour.key(one))
            read |= {index} if mark else set()
            state: ReadState = "read" if mark else "unread"
            if mark and ready:
                state = ready.read(mark)
            title = one.at_release(lectern.release)[0].title
            items.append(Item(title, state, stop is not None and stop.index == index))
        self._read = frozenset(read)
        self.part(Contents).show(items)

    def page_is_ready(self, ready: Ready) -> None:
        """In the thread that makes pages: only where a stop that was read may turn out to have changed."""
        if ready.index in self._read:
            self.call_later(self._draw_contents)

    def draw_foot(self) -> None:
        here = self.page.here
        first = ["onward", "backward"]
        if here is not None and isinstance(here.row, Fold):
            first = ["unfold", *first]
        elif here is not None and isinstance(here.row, Line):
            first += ["definition", "callers", "uses"]
        elif here is not None and here.row is not None:
            first = ["question", *first]
        line = Text(self.said) if self.said else foot.keys(first, self.size.width - 4)
        self.part(Foot).update(line, layout=False)

    def say(self, text: str) -> None:
        """A word at the foot, until the next key."""
        self.said = " ".join(text.split())
        self.draw_foot()
