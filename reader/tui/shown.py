"""What is on the screen: a stop of a tour, a place outside of it, or the end of a tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.guide import Look, Ready, StopView, TourProgress
from reader.tui.leaf import Manner
from reader.value import frozen

if TYPE_CHECKING:
    from reader.excerpt import Excerpt
    from reader.reading import Stamped
    from reader.tui.page import Where
    from reader.tui.turning import Turning


@frozen
class Shown:
    """`ready` is there for a stop. `turning` is of the tour that one reads, also beside a place that is none of it.
    `ended`: the page after the last stop, with the tour to go on with in `onward`. `placed` are the files that a place
    was looked up in."""

    turning: Turning
    view: StopView | Look
    ready: Ready | None = None
    manner: Manner = Manner()
    ended: bool = False
    onward: TourProgress | None = None
    placed: Stamped = ()

    @property
    def files(self) -> Stamped:
        """What it was made of."""
        return self.ready.reading.files if self.ready is not None else self.placed

    @property
    def has_lines_of_the_checkout(self) -> bool:
        """Not so of what is gone, and shown as another release had it."""
        return not self.ended and self.view.site.path is not None and self.view.site.verdict != "historic"

    @property
    def stop(self) -> StopView | None:
        return self.view if isinstance(self.view, StopView) else None

    @property
    def excerpt(self) -> Excerpt | None:
        return None if self.ended else self.view.excerpt

    @property
    def name(self) -> str:
        """For the way here, in words."""
        if isinstance(self.view, StopView):
            return f"{self.view.tour.name} {self.view.index + 1}"
        return self.view.site.symbol or str(self.view.site.path or self.view.site.ref)


@frozen
class Placed:
    """A place that was looked up, and the files that it was looked up in."""

    look: Look
    files: Stamped


@frozen
class Left:
    """A page that one came from, and where on it one was."""

    shown: Shown
    where: Where | None
