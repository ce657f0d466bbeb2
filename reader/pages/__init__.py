"""Tours as a book: static HTML pages that need no server and no network. The only jinja2 and markupsafe.

First values, then templates: `chapter` and `contents` say what a page holds, `rendering` how it looks. What the reader
has read and written goes into a book only where that was asked for, because a book may be given away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.folder import Folder
from reader.guide import StopView, stops_of
from reader.guide.stops import viewed
from reader.pages.chapter import chapter, lighter, spot_of
from reader.pages.contents import Told, contents
from reader.pages.finding import entries, script
from reader.pages.index import Index, file_of
from reader.pages.rendering import assets, rendered
from reader.pages.values import Chapter, Folded
from reader.progress import Mark, Store
from reader.reading import Readings
from reader.tour import Tour
from reader.value import frozen

LARGEST = 1_450_000  # bytes of a page; a phone shows a page of 1.5 MB without a pause
_Book = list[tuple[Tour, list[StopView]]]


@frozen
class Options:
    """What of the reader's own goes into the book."""

    progress: bool = False
    notes: bool = False


@frozen
class Page:
    """What was made of a tour. `left_out` counts folded lines that had to stay out of it."""

    file: str
    size: int
    stops: int
    left_out: int


def export(
    folder: Folder,
    tours: Sequence[Tour],
    checkout: Checkout,
    store: Store,
    options: Options,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Page, ...]:
    """Writes the whole book. `tell` hears what is being done. Raises NotWritten."""
    _distinct(tours)
    folder.claim([*assets(), "index.html", "search-index.js", *(file_of(tour.name) for tour in tours)])
    book: _Book = []
    readings = Readings(checkout, past=True)
    for tour in tours:
        tell(f"reading {tour.name}")
        book.append((tour, _views(tour, readings, store)))
    index = Index(book)
    title = contents([Told(tour, 0, 0, ()) for tour in tours], checkout.named, progress=False).title
    shared = {"book": title, "carried": options.progress, "code": checkout.named}
    for name, data in assets().items():
        folder.write(name, data)
    made, told, found = [], [], []
    for place, (tour, views) in enumerate(book):
        tell(f"writing {tour.name}")
        page = chapter(tour, views, index, checkout, progress=options.progress, notes=options.notes)
        page = _between(page, tours, place)
        data, page = _fitting(page, shared)
        folder.write(page.file, data)
        made.append(Page(page.file, len(data), len(page.stops), _left_out(page)))
        told.append(Told(tour, page.minutes, page.read, tuple(stop.mark for stop in page.stops)))
        found.append((page.file, page.title, entries(page)))
    folder.write("search-index.js", script(found).encode())
    if options.progress:
        folder.write("progress.js", _marks(store.marks(), told).encode())
    listed = contents(told, checkout.named, progress=options.progress)
    folder.write("index.html", rendered("index.html.j2", page=listed, **shared))
    return tuple(made)


def _views(tour: Tour, readings: Readings, store: Store) -> list[StopView]:
    """What was parsed for one tour serves them all."""
    release = readings.checkout.release
    stops = enumerate(stops_of(tour, release))
    return [viewed(tour, index, readings.stop(tour, stop), store, release) for index, stop in stops]


def _distinct(tours: Sequence[Tour]) -> None:
    names: dict[str, str] = {}
    for tour in tours:
        other = names.setdefault(file_of(tour.name).lower(), tour.name)
        if sum(file_of(one.name).lower() == file_of(tour.name).lower() for one in tours) > 1:
            raise ReaderError(f"two tours are called {other}, and would be one page; name one of them")


def _between(page: Chapter, tours: Sequence[Tour], place: int) -> Chapter:
    """With the tours before and after it."""
    before = spot_of(tours[place - 1]) if place else None
    after = spot_of(tours[place + 1]) if place + 1 < len(tours) else None
    return replace(page, before=before, after=after)


def _fitting(page: Chapter, shared: dict[str, object]) -> tuple[bytes, Chapter]:
    """Folds give up their lines, the largest first, until the page is small enough."""
    while True:
        data = rendered("tour.html.j2", page=page, **shared)
        smaller = lighter(page, len(data) - LARGEST) if len(data) > LARGEST else None
        if smaller is None:
            return data, page
        page = smaller


def _left_out(page: Chapter) -> int:
    folds = (row for stop in page.stops for row in stop.rows if isinstance(row, Folded))
    return sum(fold.count for fold in folds if not fold.rows and fold.href is None)


def _marks(marks: Sequence[Mark], told: Sequence[Told]) -> str:
    """Those of the tours in the book, in the form that `reader import` takes too."""
    there = {(mark.tour, mark.stop) for one in told for mark in one.marks}
    rows = list(_rows(mark for mark in marks if (mark.tour, mark.stop) in there))
    return f"window.BOOK_MARKS = {json.dumps(rows, separators=(',', ':'))};\n"


def _rows(marks: Iterator[Mark]) -> Iterator[dict[str, object]]:
    for one in sorted(marks, key=lambda mark: (mark.tour, mark.stop)):
        what = ("tour", "stop", "release", "ref", "path", "digest", "at", "seconds", "symbol", "first")
        yield {name: getattr(one, name) for name in what}
