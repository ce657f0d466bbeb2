"""What of a stop or a ref differs between two releases, or since it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from reader import syntax
from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.excerpt import PlacedNote, excerpt_of
from reader.guide.values import Named
from reader.history.change import Level, is_other, level_between
from reader.history.difference import Difference, difference
from reader.history.standing import text_of
from reader.history.successors import Successor, successors
from reader.history.versions import Versions
from reader.progress import Mark
from reader.reading import meet
from reader.ref import Ref
from reader.resolve import Resolver, Site
from reader.syntax import Language
from reader.syntax.fingerprint import fingerprint
from reader.tour import Stop, Tour
from reader.value import frozen


class Memory(Protocol):
    """What is known of what was read: a `Store`, or what was taken from one for another thread."""

    def marks(self) -> tuple[Mark, ...]: ...

    def files(self) -> tuple[Mark, ...]: ...

    def kept(self, key: str | None) -> str | None: ...


@frozen
class Side:
    """One of the two. `label` says which in words. `text` is None where there is nothing, `problem` says why."""

    label: str
    release: str | None
    path: str | None = None
    symbol: str | None = None
    first: int = 1
    text: str | None = None
    verdict: str | None = None
    kind: str | None = None
    problem: str | None = None


@frozen
class Comparison:
    """`difference` is None where a side has nothing. `notes` are those of the tour on lines of the `after` side.
    `successors` are what may have taken the place of what is gone."""

    name: str
    ref: str
    before: Side
    after: Side
    level: Level
    language: Language
    difference: Difference | None = None
    notes: tuple[PlacedNote, ...] = ()
    successors: tuple[Successor, ...] = ()


@frozen
class Subject:
    """What is compared: a ref, or a stop with what it is called in each release."""

    name: str
    ref: Ref
    stop: Stop | None = None
    tour: Tour | None = None

    def at(self, release: str) -> tuple[Ref, Ref | None]:
        if self.stop is None:
            return self.ref, None
        chosen, instead_of = self.stop.at_release(release)
        return chosen.ref, instead_of


def subject(what: Named | Ref) -> Subject:
    if isinstance(what, Ref):
        return Subject(str(what), what)
    return Subject(f"{what.tour.name}:{what.stop.id}", what.stop.ref, what.stop, what.tour)


class Comparing:
    """Between two sides, each a release, tag, commit or directory; `before` None is what was read, `after` None the
    checkout at hand. Raises UnknownName and NoHistory for a side that is not there."""

    def __init__(self, checkout: Checkout, store: Memory, before: str | None, after: str | None) -> None:
        self._checkout, self._store = checkout, store
        self._versions = Versions(checkout)
        self._marks: tuple[Mark, ...] | None = None
        self.before = self._versions.open(before) if before else None
        self.after = self._versions.open(after) if after else checkout
        self._resolvers: dict[int, Resolver] = {}

    @property
    def backwards(self) -> bool:
        """Whether what is asked for as the later side is the older release."""
        from reader.releases import is_older

        return self.before is not None and bool(is_older(self.after.release, self.before.release))

    def of(self, what: Subject) -> Comparison:
        if what.tour is not None:
            meet(what.tour, self._checkout)
        before = self._at(self.before, what) if self.before else self._read(what)
        return self._compared(what, before, self._at(self.after, what))

    def was_read(self, what: Subject) -> bool:
        return self._mark(what) is not None

    def _compared(self, what: Subject, before: Side, after: Side) -> Comparison:
        language = syntax.language_of(after.path or before.path or what.ref.path)
        if before.text is None or after.text is None:
            level = _without(before, after)
            like = self._successors(before) if level == "gone" else ()
            return Comparison(what.name, str(what.ref), before, after, level, language, successors=like)
        found = level_between(fingerprint(before.text, language), fingerprint(after.text, language))
        if found != "same" and after.verdict == "elsewhere" and is_other(before.symbol, after.symbol):
            found = "replaced"
        if found == "same" and before.path and (before.path, before.symbol) != (after.path, after.symbol):
            found = "moved"
        lines = difference(before.text, after.text, (before.first, after.first))
        return Comparison(what.name, str(what.ref), before, after, found, language, lines, self._notes(what, after))

    def _successors(self, before: Side) -> tuple[Successor, ...]:
        if before.text is None or before.path is None:
            return ()
        return successors(self.after, before.text, before.path, before.symbol, before.kind)

    def _at(self, checkout: Checkout, what: Subject) -> Side:
        label = "" if checkout is not self._checkout else "as it is now"
        side = Side(label, checkout.edition)
        resolver = self._resolvers.setdefault(id(checkout), Resolver(checkout))
        try:
            site = resolver.stop(*what.at(checkout.release))
            text = _listing(checkout, site) if site.kind == "directory" else text_of(checkout, site)
        except ReaderError as error:
            return replace(side, problem=str(error))
        side = replace(
            side, path=site.path, symbol=site.symbol, first=site.start or 1, verdict=site.verdict, kind=site.kind
        )
        return replace(side, text=text, problem=None if text is not None else _why_none(site))

    def _read(self, what: Subject) -> Side:
        mark = self._mark(what)
        if mark is None:
            raise ReaderError(
                f"{what.name} is not marked as read, so there is nothing to compare with.\n"
                f"Name a release: `reader diff {what.name} {'TAG' if self._checkout.foreign else '0.13.0'}` compares"
                " with that one."
            )
        day = datetime.fromtimestamp(mark.at).strftime("%Y-%m-%d")
        side = Side(f"as you read it on {day}", mark.release, mark.path, mark.symbol, mark.first or 1)
        text = self._store.kept(mark.kept)
        if text is not None:
            return replace(side, text=text)
        return self._from_its_release(side, mark, what)

    def _from_its_release(self, side: Side, mark: Mark, what: Subject) -> Side:
        """For a mark whose text was not kept: an older reader made it, or there was no room."""
        lost = replace(side, problem="the text was not kept")
        if mark.release is None:
            return lost
        try:
            there = self._at(self._versions.open(mark.release.rpartition(" ")[2]), what)
        except ReaderError as error:
            return replace(lost, problem=f"the text was not kept, and its release is not at hand: {error}")
        return replace(there, label=side.label)

    def _mark(self, what: Subject) -> Mark | None:
        if self._marks is None:
            self._marks = tuple(mark for mark in self._store.marks() if self._checkout.is_of(mark.release))
        return mark_of(what, self._marks, self._files)

    def _files(self) -> list[Mark]:
        """Those of this project, by their paths in it."""
        known = [(mark, mark.path and self._checkout.path_of(mark.path)) for mark in self._store.files()]
        return [replace(mark, path=path) for mark, path in known if path]

    def _notes(self, what: Subject, after: Side) -> tuple[PlacedNote, ...]:
        if what.stop is None:
            return ()
        site = self._resolvers[id(self.after)].stop(*what.at(self.after.release))
        chosen, _ = what.stop.at_release(self.after.release)
        return excerpt_of(self.after, site, chosen.notes_at(self.after.release)).notes


def mark_of(what: Subject, marks: Sequence[Mark], files: Callable[[], Sequence[Mark]]) -> Mark | None:
    """That of the stop; of any other definition the newest that led there, of a file the one by hand."""
    if what.stop is not None and what.tour is not None:
        key = what.tour.key(what.stop)
        return next((mark for mark in marks if (mark.tour, mark.stop) == key), None)
    if what.ref.symbol is None:
        return next((mark for mark in files() if mark.path == what.ref.path), None)
    place = (what.ref.path, what.ref.symbol)
    same = [mark for mark in marks if mark.ref == str(what.ref) or (mark.path, mark.symbol) == place]
    return max(same, key=lambda mark: mark.at, default=None)


def touched(comparison: Comparison) -> tuple[PlacedNote, ...]:
    """The notes whose line is new, or stands right beside lines that came or went: those that may be untrue now. Of a
    stop that has nothing to compare with, all."""
    if comparison.difference is None or comparison.level == "replaced":
        return comparison.notes
    rows = comparison.difference.rows
    changed = {index for index, row in enumerate(rows) if row.kind not in ("same", "left out")}
    near = {rows[at].after for index in changed for at in (index - 1, index, index + 1) if 0 <= at < len(rows)}
    return tuple(note for note in comparison.notes if note.line is None or note.line in near)


def of_tour(tour: Tour, release: str) -> Iterator[Subject]:
    for stop in tour.stops_at(release):
        yield Subject(f"{tour.name}:{stop.id}", stop.ref, stop, tour)


def of_file(comparison: Comparison) -> tuple[tuple[str, str], ...]:
    """Definition by definition: symbol and level."""
    from reader.history.definitions import changes

    before, after = comparison.before.text, comparison.after.text
    return changes(before, after, comparison.language) if before is not None and after is not None else ()


def _without(before: Side, after: Side) -> Level:
    if after.text is None:
        return "unsure" if after.verdict == "ambiguous" else "gone"
    return "unknown"


def _listing(checkout: Checkout, site: Site) -> str:
    """What is compared of a directory: the files below it."""
    return "\n".join(checkout.files(site.path or ""))


def _why_none(site: Site) -> str | None:
    near: Sequence[str] = [f"{one.path}::{one.symbol}" if one.symbol else one.path for one in site.candidates[:3]]
    told = f"{site.verdict}: {site.message or 'it is not there'}"
    return told + (f"; near: {', '.join(near)}" if near and site.verdict != "ambiguous" else "")
