"""What stands where in the book: the page of each tour, and which stop or line of it shows a place of the checkout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from zlib import crc32

from reader.excerpt import Line
from reader.facts import span
from reader.guide import StopView
from reader.pages.code import line_anchor
from reader.pages.values import Spot
from reader.ref import Ref
from reader.tour import Key, Tour

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_TAKEN = frozenset({"index", "con", "nul", "aux", "prn"})  # the last four are no names on Windows


def file_of(tour: str) -> str:
    """The page of a tour: its own name where that is a plain one, else one that is like no other."""
    if _PLAIN.fullmatch(tour) and tour.lower() not in _TAKEN:
        return f"{tour}.html"
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", tour)[:40].strip("-")
    return f"{plain or 'tour'}-{crc32(tour.encode('utf-8', 'replace')):08x}.html"


class Index:
    """Of the whole book. Every answer is a link as it stands on the page of one tour."""

    def __init__(self, book: Iterable[tuple[Tour, Sequence[StopView]]]) -> None:
        self._pages: dict[Key, str] = {}
        self._titles: dict[Key, str] = {}
        self._tours: dict[str, str] = {}
        self._anchors: dict[str, frozenset[str]] = {}
        self._refs: dict[Ref, Key] = {}
        self._lines: dict[tuple[str, str, int], list[Key]] = {}
        for tour, views in book:
            self._tours[tour.name] = file_of(tour.name)
            self._anchors[tour.name] = frozenset(view.stop.id for view in views)
            for view in views:
                self._add(tour, view)

    def _add(self, tour: Tour, view: StopView) -> None:
        key = (tour.name, view.stop.id)
        self._pages[key] = self._tours[tour.name]
        self._titles[key] = view.stop.title
        if tour.is_route:
            return
        self._refs.setdefault(view.stop.ref, key)
        if view.excerpt and view.site.path:
            shown = [row.number for row in view.excerpt.rows if isinstance(row, Line)]
            for number in shown:
                self._lines.setdefault((view.site.release, view.site.path, number), []).append(key)

    def anchors(self, tour: str) -> frozenset[str]:
        """The stops on its page."""
        return self._anchors[tour]

    def has(self, key: Key) -> bool:
        return key in self._pages

    def title(self, key: Key) -> str | None:
        return self._titles.get(key)

    def stop(self, key: Key, tour: str) -> str | None:
        """A link to a stop from the page of `tour`."""
        return self._href(key, tour, key[1]) if key in self._pages else None

    def line(self, key: Key, number: int, tour: str) -> str:
        return self._href(key, tour, line_anchor(key[1], number))

    def place(self, release: str, path: str, line: int, tour: str, *, near: Key | None = None) -> Spot:
        """A line of the checkout: in the stop `near`, else on this page, else wherever the book shows it."""
        shown = self._lines.get((release, path, line), [])
        best = sorted(shown, key=lambda key: (key != near, key[0] != tour))
        return Spot(span(path, line), self.line(best[0], line, tour) if best else None)

    def ref(self, ref: Ref, tour: str) -> Spot:
        key = self._refs.get(ref)
        return Spot(str(ref), self.stop(key, tour) if key else None)

    def _href(self, key: Key, tour: str, anchor: str) -> str:
        page = "" if key[0] == tour else self._pages[key]
        return f"{page}#{anchor}"
