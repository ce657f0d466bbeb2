"""From a line to what does not move with the next edit: the definition around it, and a fragment of its text.

Nothing is believed before it is tried: a ref is taken when the resolver finds it exactly there, a fragment when it
stands on one line of the excerpt alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from reader import syntax
from reader.checkout import Checkout
from reader.codetour.seen import Seen
from reader.codetour.twins import likeness, quoted, same_place, twin
from reader.errors import ReaderError
from reader.excerpt import visible
from reader.excerpt.placing import line_of
from reader.excerpt.visible import source_lines
from reader.ref import Ref
from reader.resolve import Resolver, Site
from reader.syntax import Definition
from reader.value import frozen

# Lines up or down that a fragment may stand for; of a line that only closes something, what it closes is meant.
_NEAR = (0, 1, -1, 2, -2, 3, -3, 4, -4)
_CLOSED = (0, -1, -2, -3, -4, 1, 2, 3, 4)
_TELLING = 40  # characters of a line that is hardly written twice
_SHORT = 72  # characters of a fragment that is cut to where it is alone
_COMMENT = re.compile(r"\s*(?:#|//|/\*|\*|@|template\s*<)")
_MOST = 5  # files of one name that are compared
_SAME_FILE = 0.5  # of the lines of a file, from which another is the same one elsewhere


@frozen
class Lifted:
    """`line` is where it is in the checkout, None where it is not. `at` is a fragment of that line; None for the line
    that defines the symbol. `doubt` says what an author should look at."""

    ref: Ref
    line: int | None
    at: str | None = None
    doubt: str | None = None


class Lifter:
    """For one checkout, whose files do not change meanwhile."""

    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout
        self._resolver = Resolver(checkout.keeping())
        self._texts: dict[str, tuple[str, ...]] = {}
        self._sites: dict[Ref, Site] = {}

    def lift(self, path: str, seen: Seen, first: int, last: int | None = None) -> Lifted:
        """The line `first` of what was seen, or the lines up to `last`. Raises ReaderError where the text has no such
        line, or the file cannot be read."""
        if first > len(seen.lines):
            raise ReaderError(f"line {first} is beyond the end: the file has {len(seen.lines)} lines {seen.origin}")
        last = min(last or first, len(seen.lines))
        here = self._lines(path)
        if seen.now or seen.lines == here:
            return self._here(path, _meant(here, first), last)
        meant = _meant(seen.lines, first)
        number, doubt = self._now(path, here, seen, meant)
        if number is None:
            return self._lost(path, seen, meant)
        lifted = self._here(path, number, number + max(last - meant, 0))
        return lifted if doubt is None else replace(lifted, doubt=doubt)

    def moved(self, path: str, namesakes: Sequence[str], seen: Seen, first: int) -> Lifted | None:
        """The same for a path that the checkout does not have: where its definition has gone, or the file that bears
        its name and reads like it. None where neither is."""
        number = _meant(seen.lines, min(first, len(seen.lines)))
        symbol = next((one.symbol for one in _around(path, seen.lines, number, number)), None)
        site = self._site(Ref(path, symbol)) if symbol else None
        candidates = [*namesakes[:_MOST], *([site.path] if site and site.path and site.verdict != "ambiguous" else ())]
        alike = {
            one: likeness(seen.lines, self._lines(one)) for one in dict.fromkeys(candidates) if self._readable(one)
        }
        best = max(alike, key=lambda one: alike[one], default=None)
        if best is None or alike[best] < _SAME_FILE:
            return None
        lifted = self.lift(best, Seen(seen.lines, seen.origin), number)
        doubt = f"was in {path}, is now in {best}"
        return replace(lifted, doubt=f"{doubt}; {lifted.doubt}" if lifted.doubt else doubt)

    def _readable(self, path: str) -> bool:
        try:
            return bool(self._lines(path))
        except ReaderError:
            return False

    def _lines(self, path: str) -> tuple[str, ...]:
        if path not in self._texts:
            self._texts[path] = tuple(source_lines(self._checkout.read(path).text))
        return self._texts[path]

    def _site(self, ref: Ref) -> Site:
        if ref not in self._sites:
            self._sites[ref] = self._resolver.sites([ref])[0]
        return self._sites[ref]

    def _here(self, path: str, first: int, last: int) -> Lifted:
        """Of a line of the checkout."""
        lines = self._lines(path)
        head = _headed(path, lines, first)
        for one in _around(path, lines, head or first, max(head or first, last)):
            site = self._site(Ref(path, one.symbol))
            holds = (site.start or 0) <= (head or first) <= (site.end or 0)
            if site.verdict != "exact" or site.path != path or not holds:
                continue
            if one.start == head or first in (one.start, one.line):
                return Lifted(Ref(path, one.symbol), first)
            return self._anchored(Ref(path, one.symbol), first, site.start or 1, site.end or len(lines), lines)
        if not any(line.strip() for line in lines[: first - 1]):
            return Lifted(Ref(path), first)
        return self._anchored(Ref(path), first, 1, len(lines), lines)

    def _anchored(self, ref: Ref, number: int, start: int, end: int, lines: Sequence[str]) -> Lifted:
        span = visible("\n".join(lines[start - 1 : end])).split("\n")
        for distance in _NEAR if re.search(r"\w", lines[number - 1]) else _CLOSED:
            near = number + distance
            if start <= near <= end and (at := _fragment(span, near - start)):
                doubt = f"line {number} reads like others; the note stands at line {near}" if distance else None
                return Lifted(ref, number, at, doubt)
        return Lifted(ref, number, None, f"line {number} reads like others around it; the stop has no note there")

    def _now(self, path: str, here: tuple[str, ...], seen: Seen, number: int) -> tuple[int | None, str | None]:
        """The line of the checkout that the author's line is now, and what is to be said of it."""
        within: tuple[int, int] | None = None
        for one in _around(path, seen.lines, number, number):
            site = self._site(Ref(path, one.symbol))
            if site.path != path or site.start is None or site.end is None or self._is_one_of_many(one, path, seen):
                continue
            within = within or (site.start, site.end)
            if number in (one.start, one.line) and site.line is not None:
                return (site.line if number == one.line else site.start), None
            before = seen.lines[one.start - 1 : one.end]
            found = same_place(before, number - one.start, here[site.start - 1 : site.end])
            if found is not None:
                return site.start + found, None
        found = same_place(seen.lines, number - 1, here)
        if found is not None:
            return found + 1, None
        wanted = seen.lines[number - 1]
        like = twin(wanted, here, *within) if within else None
        # Where the definition is still here, a short line like it in another one is another line.
        if like is None and (within is None or len(wanted.strip()) >= _TELLING):
            like = twin(wanted, here, 1, len(here))
        if like is None:
            return None, None
        return like, f"its line was {quoted(seen.lines[number - 1])} {seen.origin}; {quoted(here[like - 1])} is taken"

    def _is_one_of_many(self, one: Definition, path: str, seen: Seen) -> bool:
        """Overloads, and the getter and setter of a property: their name does not say which is meant."""
        texts = (seen.lines, self._lines(path))
        return any(sum(each.symbol == one.symbol for each in _definitions(path, lines)) > 1 for lines in texts)

    def _lost(self, path: str, seen: Seen, number: int) -> Lifted:
        """The line is gone: the smallest definition around it that is still there, else the ref as it was."""
        doubt = f"its line is gone: {quoted(seen.lines[number - 1])} ({seen.origin})"
        symbols = [one.symbol for one in _around(path, seen.lines, number, number)]
        for symbol in symbols:
            site = self._site(Ref(path, symbol))
            if site.path is not None and site.verdict in ("exact", "alias", "inherited", "moved"):
                return Lifted(Ref(site.path, site.symbol), site.line, None, doubt)
        if self._checkout.has(path):
            return Lifted(Ref(path), None, None, doubt)
        return Lifted(Ref(path, symbols[0] if symbols else None), None, None, doubt)


def _meant(lines: Sequence[str], number: int) -> int:
    """Of a blank line the next that is none: a remark is put into the gap before what it is about."""
    return next((at for at in range(number, min(number + 3, len(lines) + 1)) if lines[at - 1].strip()), number)


@lru_cache(maxsize=32)
def _definitions(path: str, lines: tuple[str, ...]) -> tuple[Definition, ...]:
    return syntax.definitions("\n".join(lines) + "\n", syntax.language_of(path))


def _around(path: str, lines: tuple[str, ...], first: int, last: int) -> Iterator[Definition]:
    """The definitions that hold these lines, smallest first. A namespace holds a whole file and says nothing, unless
    it is meant itself; a single line would be shown with nothing around it."""
    held = [one for one in _definitions(path, lines) if one.start <= first and last <= one.end]
    for one in sorted(held, key=lambda each: each.end - each.start):
        small = one.kind in ("declaration", "variable") and one.end <= one.start + 1
        if not small and (one.kind != "namespace" or first <= one.line):
            yield one


def _headed(path: str, lines: tuple[str, ...], number: int) -> int | None:
    """The first line of the definition that a comment or a decorator on this line stands above, with none between."""
    at = number
    while at <= len(lines) and lines[at - 1].strip() and _COMMENT.match(lines[at - 1]):
        at += 1
    if at == number or at > len(lines):
        return None
    return next((one.start for one in _definitions(path, lines) if number <= one.start <= at <= one.line), None)


def _fragment(span: Sequence[str], index: int) -> str | None:
    """The shortest beginning of the line, not much shorter than a line is, that stands in this line alone."""
    whole = " ".join(span[index].split())
    cuts = [found.start() for found in re.finditer(" ", whole) if found.start() > _SHORT]
    for at in [*cuts[:4], len(whole)] if len(whole) > _SHORT else [len(whole)]:
        if whole[:at] and re.search(r"\w", whole) and line_of(whole[:at], span, 0)[0] == index:
            return whole[:at]
    return None
