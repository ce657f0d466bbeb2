"""The page of one tour, as values; and the same with fewer lines in its folds, for a page that is to be no larger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reader.checkout import Checkout
from reader.guide import StopView
from reader.pages.index import Index, file_of
from reader.pages.stops import stop_of
from reader.pages.text import parts
from reader.pages.values import Chapter, Folded, Group, Row, Spot, Stop
from reader.reading import Reading
from reader.resolve import Site
from reader.tour import Tour

_ROW = 90  # bytes of a row without its text: anchor, number, class
_PIECE = 16  # bytes around a piece


def chapter(
    tour: Tour, views: Sequence[StopView], index: Index, checkout: Checkout, *, progress: bool, notes: bool
) -> Chapter:
    stops = tuple(stop_of(view, index, private=progress, notes=notes) for view in views)
    return Chapter(
        name=tour.name,
        file=file_of(tour.name),
        title=tour.title,
        label=label(tour),
        intro=parts(tour.intro, index.anchors(tour.name)),
        code=checkout.named,
        home=tour.home,
        minutes=sum(view.stop.minutes for view in views),
        read=sum(stop.read != "unread" for stop in stops),
        stops=stops,
        figure=_figure(tour, views, checkout, index),
        before=None,
        after=None,
        is_route=tour.is_route,
    )


def label(tour: Tour) -> str:
    if tour.is_route:
        return "Route"
    return f"Week {tour.week}" if tour.week is not None else "Tour"


def spot_of(tour: Tour) -> Spot:
    return Spot(f"{label(tour)}: {tour.title}", file_of(tour.name))


def _figure(tour: Tour, views: Sequence[StopView], checkout: Checkout, index: Index) -> str | None:
    """The tour over its processes; None where it does not run through any."""
    from reader.diagrams.folding import folded
    from reader.diagrams.svg import inline
    from reader.diagrams.tours import lanes

    graph = lanes(tour, checkout, [_reading(view) for view in views])
    if len(graph.nodes) < 2:
        return None
    links = {node.id: href for node in graph.nodes if (href := index.stop((tour.name, node.id), tour.name))}
    return inline(folded(graph), "lanes", links)


def _reading(view: StopView) -> Reading:
    """What is shown from another release does not run in this one."""
    if view.site.verdict == "historic":
        return Reading(view.stop, Site(view.site.ref, "gone", view.release), None)
    return Reading(view.stop, view.site, view.excerpt, view.problem)


def lighter(page: Chapter, excess: int) -> Chapter | None:
    """Without the lines of its largest folds, so many that it should be less by `excess` bytes; None when there are
    none left to take away."""
    folds = sorted(_folds(page), key=lambda one: -weight(one))
    chosen: set[int] = set()
    for one in folds:
        if excess <= 0:
            break
        chosen.add(id(one))
        excess -= weight(one)
    if not chosen:
        return None
    return replace(page, stops=tuple(_without(stop, chosen) for stop in page.stops))


def _without(stop: Stop, chosen: set[int]) -> Stop:
    rows = (replace(row, rows=()) if isinstance(row, Folded) and id(row) in chosen else row for row in stop.rows)
    gone = {line.anchor for row in stop.rows if id(row) in chosen for line in getattr(row, "rows", ())}
    outline = (replace(one, href=None) if one.href and one.href[1:] in gone else one for one in stop.outline)
    return replace(stop, rows=tuple(rows), outline=tuple(outline))


def _folds(page: Chapter) -> Iterator[Folded]:
    for stop in page.stops:
        yield from (row for row in stop.rows if isinstance(row, Folded) and row.rows)


def weight(row: Row | Folded | Group) -> int:
    """About how many bytes it takes as HTML."""
    if isinstance(row, Row):
        return _ROW + sum(len(text) + _PIECE for text, _ in row.pieces)
    if isinstance(row, Folded):
        return sum(map(weight, row.rows))
    if row.rows:
        return sum(map(weight, row.rows))
    return _ROW + sum(len(bit.text) for part in row.prose for item in part.items for bit in item.bits)
