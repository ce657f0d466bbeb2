"""The values an excerpt is made of. All text in them is safe to show: see `visible`."""

from __future__ import annotations

from typing import Literal

from reader.resolve import Site
from reader.syntax import Language
from reader.value import frozen

TAB = 4  # columns that a tab is drawn and measured in


@frozen
class PlacedNote:
    """`number` counts from 1 in reading order, loose ones (line None) first. `why_loose` says what went wrong."""

    number: int
    say: str
    at: str
    line: int | None
    why_loose: str | None = None


@frozen
class Line:
    """`text` has no line end, control characters made visible, tabs kept. `notes` are the numbers placed here."""

    number: int
    text: str
    notes: tuple[int, ...] = ()


@frozen
class Fold:
    """Lines `first` to `last` left out; `label` is what they do in the source's own words, `indent` in columns."""

    first: int
    last: int
    label: str
    indent: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@frozen
class Outlined:
    """A block of a long function, for the outline that stands before it. `shown`: some of it, or all, is among the
    rows. `depth` 1 stands within the one of depth 0 before it."""

    first: int
    last: int
    label: str
    shown: bool
    depth: int = 0


@frozen
class Entry:
    """One line of a directory stop: a path under it, `about` in the source's own words, lines of text in it. A
    directory ends in a slash and has `files` (all below it) instead of lines."""

    path: str
    about: str
    lines: int
    files: int = 0


@frozen
class CallSite:
    """Where `stop` calls this one; with `back`, where this one calls that stop, whose value comes back here."""

    stop: str
    path: str
    line: int
    text: str
    back: bool = False


@frozen
class Ends:
    """Both ends of a message from `stop`: the line there that sends it, and the line here that receives it."""

    stop: str
    over: str
    path: str
    sent: int
    received: int


@frozen
class DeadClaim:
    """What a document writes about the checkout, and is not so: `text` as it stands there, on `line`. `now` is the
    ref that it leads to, where that is known."""

    text: str
    line: int
    now: str | None = None


@frozen
class Claims:
    """`checked` counts the paths and names of a document that are known to history or to the checkout."""

    checked: int
    dead: tuple[DeadClaim, ...] = ()


@frozen
class Excerpt:
    """`lines` is the span as a whole, from `site.start`, for whoever must colour a line by what stands before it."""

    site: Site
    form: Literal["code", "document", "directory", "nothing"]
    language: Language
    rows: tuple[Line | Fold, ...] = ()
    notes: tuple[PlacedNote, ...] = ()
    outline: tuple[Outlined, ...] = ()
    entries: tuple[Entry, ...] = ()
    call_site: CallSite | None = None
    ends: Ends | None = None
    call_problem: str | None = None  # why neither can be shown, though the tour names the other stop
    text: str | None = None  # of the span, as the file has it: what is read, and compared when it has changed
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()  # e.g. "not UTF-8: read as Latin-1"
    claims: Claims | None = None  # of a document
