"""What a question about the code is, and what its answer is told in: plain text and places, nothing drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from reader.ref import Ref
from reader.value import frozen

if TYPE_CHECKING:
    from reader.resolve import Site
    from reader.tui.answers.workshop import Workshop

_T = TypeVar("_T")


@frozen
class Place:
    """Somewhere to go to. `line` and `column` are where the cursor is to stand; `symbol` is the definition around it,
    None where the whole file is to be shown."""

    path: str
    line: int | None = None
    symbol: str | None = None
    column: int | None = None

    @property
    def ref(self) -> Ref:
        return Ref(self.path, self.symbol)


@frozen
class Spot:
    """What a question is about: the definition that a page shows or, where there is a `cursor`, the name that stands
    there. `cursor` is a line and a column of the file at `path`; without a column every name of the line is meant."""

    path: str
    symbol: str | None = None
    kind: str | None = None
    line: int | None = None
    cursor: tuple[int, int | None] | None = None

    @classmethod
    def of(cls, site: Site, cursor: tuple[int, int | None] | None = None) -> Spot:
        return cls(str(site.path or site.ref.path), site.symbol, site.kind, site.line, cursor)

    @property
    def page(self) -> Spot:
        """The same without the cursor."""
        return Spot(self.path, self.symbol, self.kind, self.line)

    @property
    def name(self) -> str:
        """For words about it."""
        if self.cursor is not None and (self.cursor[1] is not None or self.symbol is None):
            return f"{self.path}:{self.cursor[0]}"
        return self.symbol or self.path


@frozen
class Entry:
    """One line of an answer. `lead` is its kind (`call`, `kernel`), `label` the name; `at` are lines at which it is
    called or used. Not `sure`: shown as perhaps, `note` says why. Without a place it can only be read."""

    label: str
    place: Place | None = None
    lead: str = ""
    note: str = ""
    at: tuple[int, ...] = ()
    sure: bool = True
    depth: int = 0


@frozen
class Group:
    """`by_file`: the entries are in order of files, each of which is named once above its own."""

    title: str
    entries: tuple[Entry, ...] = ()
    by_file: bool = False


@frozen
class Answer:
    """`notes` say what is not listed, and why. `direct` is there where nothing is left to choose."""

    title: str
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()
    direct: Place | None = None

    @property
    def entries(self) -> Iterator[Entry]:
        return (one for group in self.groups for one in group.entries)


@frozen
class Question(Generic[_T]):
    """`doing` is what is shown while it runs (`who calls EngineCore.step`). `answer` takes what it needs to look into
    from the workshop and nothing else, so that it may run in any thread."""

    doing: str
    answer: Callable[[Workshop], _T]


def count(number: int, one: str, several: str | None = None) -> str:
    return f"{number or 'no'} {one if number == 1 else several or f'{one}s'}"
