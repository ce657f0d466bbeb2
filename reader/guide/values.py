"""What the guide answers with: plain and complete values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from reader.history.change import Level, is_change
from reader.value import frozen

if TYPE_CHECKING:
    from reader.excerpt import Excerpt
    from reader.progress import Keeping, OwnNote
    from reader.ref import Ref
    from reader.resolve import Site
    from reader.tour import Lane, Stop, Tour

ReadState = Literal["unread", "read", "changed"]


@frozen
class Crossing:
    """Between the stops before and this one the lane changes. `again`: some stop further before had it already."""

    source: Lane
    lane: Lane
    again: bool


@frozen
class StopView:
    """One stop as this checkout has it.

    `stop` has its variant applied, and `instead_of` is the stop's own ref where the variant leads elsewhere. `index` is
    0-based among the `total` stops that this release has; `done` of them are read. `problem` says why there is no
    excerpt although there is a site: the tour goes on. `unrecorded` says why opening it could not be recorded. `own`
    are the reader's own notes. `change` says how what was read differs from what is there now. `crossing` is there
    where another process takes over.
    """

    tour: Tour
    stop: Stop
    index: int
    total: int
    site: Site
    excerpt: Excerpt | None
    problem: str | None
    read: ReadState
    done: int
    release: str
    change: Level | None = None
    instead_of: Ref | None = None
    unrecorded: str | None = None
    own: tuple[OwnNote, ...] = ()
    crossing: Crossing | None = None


@frozen
class Look:
    """Any ref, outside of tours. `problem` says why there is no excerpt although there is a site."""

    site: Site
    excerpt: Excerpt | None
    problem: str | None


@frozen
class Place:
    """Where one stands, without a look at the code: `read` says nothing of changes. `following` is the next stop."""

    tour: Tour
    stop: Stop
    index: int
    total: int
    read: bool
    following: Stop | None


@frozen
class Named:
    """A stop that somebody named: its tour, its index among the stops of the release, and what loads the tour."""

    tour: Tour
    stop: Stop
    index: int
    source: str


@frozen
class TourProgress:
    """`seconds` is the time spent in it; `here` marks the tour that was opened last."""

    tour: Tour
    total: int
    read: int
    minutes: int
    minutes_left: int
    seconds: float
    here: bool


@frozen
class Turned:
    """A page turn. `left` is the stop left behind, `recorded` whether it was marked as read. `ended`: there was no
    further page, `view` is the stop where one stays, and `onward` is the tour to go on with, if any is unread."""

    view: StopView
    left: Stop | None
    recorded: bool
    ended: bool
    onward: TourProgress | None = None


@frozen
class FileStatus:
    """One file: of the `total` stops that lead there, how many are read and changed; `marked` is the mark by hand, and
    `definitions` says which of them are not what was read, by symbol and level, "new" being a level too."""

    path: str
    total: int
    read: int
    changed: int
    marked: ReadState
    definitions: tuple[tuple[str, str], ...] = ()


@frozen
class Changed:
    """A stop that was read and is not what it was: in `release`, at `ref`; now at `path`, where there is one."""

    stop: str
    title: str
    level: Level
    release: str | None
    ref: str
    path: str | None
    minutes: int


@frozen
class TourStatus:
    """`changes` are the stops that are not what was read, worst first; `changed` those whose code is not, by id. They
    count as read too."""

    progress: TourProgress
    changes: tuple[Changed, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        return tuple(one.stop for one in self.changes if is_change(one.level))


@frozen
class Status:
    """`release` is None when there was no checkout to compare with, and then nothing counts as changed."""

    release: str | None
    tours: tuple[TourStatus, ...]
    files: tuple[FileStatus, ...]
    seconds: float
    keeping: Keeping
