"""When each name stood where, over the releases of vLLM: what tells a new home from a namesake.

A definition that stood beside the lost one in some release is another thing. One that came in the very release in which
the lost one left is where it went. The table holds spans of releases, never where anything leads: that is reasoned
here, and it is as good for a ref of a new release on an old checkout. Names and paths are kept as checksums, and only
of names that stood in two places or that left; `tests/bench/lifetimes.py` writes it. Past releases do not change, so it
cannot go stale; what it does not know, as every release after its last one, is left to nearness.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from zlib import crc32

from reader.checkout import Checkout
from reader.value import frozen

TABLE = Path(__file__).with_name("lifetimes.bin")

_FORMAT = "reader lifetimes 1"
_KINDS = ("place", "class", "function", "variable", "macro", "kernel")
# Sizes are eight times the binary logarithm of the lines: so far apart, one has twice the lines of the other. Of 50,000
# moves between eleven releases 1 % are; of what only took over a name, more than half.
_UNLIKE = 8


@frozen
class Span:
    """`name` stood at `path` from the `first` to the `last` of the table's releases, counted from 0."""

    name: int
    path: int
    first: int
    last: int
    kind: int
    born: int  # its size when it came and when it left
    died: int

    @staticmethod
    def of(name: str, path: str, first: int, last: int, kind: str, born: int, died: int) -> Span:
        return Span(key(name), key(path), first, last, _KINDS.index(kind), born, died)


@frozen
class Traced:
    """`home` is where it went. `others` are the places of its name that its history does not speak against; None
    where the table does not know it. `torn`: several of the name left at once, and which of them went where is not
    known. `stood` is the first and the last release that had it."""

    home: str | None = None
    others: frozenset[str] | None = None
    torn: bool = False
    stood: tuple[str, str] | None = None

    def allows(self, path: str) -> bool:
        return self.others is None or path in self.others


class Lifetimes:
    """The table: columns as long as one another, in the order of `Span`'s fields, sorted by name. A span is made when
    it is asked for: all 30,000 take 40 ms, the columns 2."""

    def __init__(self, releases: Sequence[str] = (), columns: Sequence[Sequence[int]] = ((),) * 7) -> None:
        self.releases = tuple(releases)
        self._columns = columns

    @classmethod
    def of(cls, releases: Sequence[str], spans: Sequence[Span]) -> Lifetimes:
        return read(written(releases, spans))

    def spans(self, start: int = 0, end: int | None = None) -> list[Span]:
        return [Span(*row) for row in zip(*(column[start:end] for column in self._columns), strict=True)]

    def trace(self, name: str, path: str, present: Collection[str], release: str) -> Traced:
        """Where `name` of `path` is in this release, of the places of that name that are `present`."""
        spans = self._of(name)
        own = [] if name.startswith("__") else [one for one in spans if one.path == key(path)]
        own = [one for one in own if _KINDS[one.kind] != "variable"] or own
        if not own:
            return Traced()
        at = self._position(release)
        here = {key(one): one for one in present}
        came = {one.path for one in spans}
        newcomers = {one for number, one in here.items() if number not in came}
        trails = _trails(own, at, spans, here, (0, len(self.releases) - 1))
        homes = {one for trail in trails if (one := trail.home)}
        others = newcomers.union(*(trail.others or () for trail in trails))
        stood = self.releases[min(one.first for one in own)], self.releases[max(one.last for one in own)]
        home = min(homes) if len(homes) == 1 and not newcomers else None
        return Traced(home, frozenset(others | homes), any(one.torn for one in trails), stood)

    def ever(self, name: str, path: str | None = None) -> bool:
        """Whether the table knows that some release had it, in that place where one is given."""
        return any(path is None or one.path == key(path) for one in self._of(name))

    def ever_at(self, path: str) -> bool:
        """The same of a file."""
        return self.ever(place_name(path), path)

    def stands(self, name: str, release: str) -> bool:
        """Whether the table says that this very release has it. False tells nothing."""
        if release not in self.releases:
            return False
        at = self.releases.index(release)
        return any(one.first <= at <= one.last for one in self._of(name))

    def _of(self, name: str) -> list[Span]:
        number, names = key(name), self._columns[0]
        return self.spans(bisect_left(names, number), bisect_right(names, number))

    def _position(self, release: str) -> float | None:
        """Its number; a release between two has a number between theirs."""
        if release in self.releases:
            return self.releases.index(release)
        if not release[:1].isdigit():
            return None
        return bisect_left([_numbers(one) for one in self.releases], _numbers(release)) - 0.5


def _trails(
    own: Sequence[Span], at: float | None, spans: Sequence[Span], here: dict[int, str], bounds: tuple[int, int]
) -> list[Traced]:
    """Forward from where it left, or back from where it came; both where the release is not known."""
    left = [one for one in own if at is None or one.last < at]
    trails = [_trail(max(left, key=lambda one: one.last), 1, spans, here, bounds)] if left else []
    if at is None or not left:
        trails.append(_trail(min(own, key=lambda one: one.first), -1, spans, here, bounds))
    return trails


def _trail(span: Span, step: int, spans: Sequence[Span], here: dict[int, str], bounds: tuple[int, int]) -> Traced:
    """From place to place, as long as one left and one came. Where they are not alike, or several came, or they stood
    side by side for one release, or several left, history does not decide: nearness may choose among what is alike."""
    spans = [one for one in spans if one.kind == span.kind]
    sure = True
    while True:
        edge = span.last if step > 0 else span.first
        left = [one for one in spans if (one.last if step > 0 else one.first) == edge]
        came = [one for one in spans if (one.first if step > 0 else one.last) == edge + step]
        like = [one for one in came if _alike(span, one, step)]
        if len(came) != 1 or len(left) != 1:
            possible = like if came else _handed_over(span, spans, step, bounds)
            return Traced(others=frozenset(here[one.path] for one in possible if one.path in here), torn=len(left) > 1)
        span, sure = came[0], sure and bool(like)
        if span.path in here:
            home = here[span.path]
            return Traced(home, frozenset()) if sure else Traced(others=frozenset({home}))


def _handed_over(span: Span, spans: Sequence[Span], step: int, bounds: tuple[int, int]) -> list[Span]:
    """What came one release before the other left, as a copy that is kept for a while does. At the first and the last
    release of the table nobody knows who came and who left."""
    edge = span.last if step > 0 else span.first
    both = [one for one in spans if (one.first if step > 0 else one.last) == edge]
    return [one for one in both if edge not in bounds and one.first != one.last and _alike(span, one, step)]


def _alike(old: Span, new: Span, step: int) -> bool:
    was, is_ = (old.died, new.born) if step > 0 else (old.born, new.died)
    return abs(was - is_) < _UNLIKE


def history_of(checkout: Checkout) -> Lifetimes:
    """What is known of the checkout's own past: the table is vLLM's, and says nothing of another project."""
    return Lifetimes() if checkout.foreign else known()


@cache
def known() -> Lifetimes:
    """The table that is shipped; without it everything is left to nearness."""
    try:
        return read(TABLE.read_bytes())
    except OSError:
        return Lifetimes()


def read(data: bytes) -> Lifetimes:
    head, _, body = data.partition(b"\n")
    form, releases, count = head.decode().split("|")
    if form != _FORMAT:
        return Lifetimes()
    size = int(count)
    words = struct.unpack(f"<{2 * size}I", body[: 8 * size])
    rest = (body[8 * size + number * size :][:size] for number in range(5))
    return Lifetimes(releases.split(), (words[:size], words[size:], *rest))


def written(releases: Sequence[str], spans: Sequence[Span]) -> bytes:
    ordered = sorted(spans, key=lambda one: (one.name, one.path, one.first))
    head = f"{_FORMAT}|{' '.join(releases)}|{len(ordered)}\n".encode()
    words = [*(one.name for one in ordered), *(one.path for one in ordered)]
    columns = ([one.first for one in ordered], [one.last for one in ordered], [one.kind for one in ordered],
               [one.born for one in ordered], [one.died for one in ordered])  # fmt: skip
    return head + struct.pack(f"<{len(words)}I", *words) + b"".join(map(bytes, columns))


def key(text: str) -> int:
    return crc32(text.encode())


def place_name(path: str) -> str:
    """What a file is called within its tree: tests move on their own. Of folders the table has none, as only what is
    in them could tell where they went."""
    return f"{path.partition('/')[0]}:{path.rpartition('/')[2]}"


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int("".join(filter(str.isdigit, part)) or 0) for part in release.split("+")[0].split(".")[:3])
