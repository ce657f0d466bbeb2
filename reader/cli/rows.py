"""Tours and stops as rows of `--json`: keys are added at the end, none is renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader import guide, library


def tour_row(one: guide.TourProgress) -> dict[str, object]:
    return {
        "tour": one.tour.name,
        "title": one.tour.title,
        "week": one.tour.week,
        "route": one.tour.is_route,
        "stops": one.total,
        "read": one.read,
        "minutes": one.minutes,
        "minutes_left": one.minutes_left,
        "seconds": round(one.seconds),
        "current": one.here,
    }


def held_row(held: library.Held, problem: str | None = None) -> dict[str, object]:
    return {
        "origin": held.origin,
        "path": str(held.path),
        "stands_in_for": [str(other.path) for other in held.hides],
        "problem": problem,
    }


def broken_row(one: library.Broken) -> dict[str, object]:
    """The same keys, with null for what nobody can know."""
    unknown = ("title", "week", "route", "stops", "read", "minutes", "minutes_left", "seconds", "current")
    return {"tour": one.held.name, **dict.fromkeys(unknown), **held_row(one.held, one.complaints[0])}


def stop_row(view: guide.StopView) -> dict[str, object]:
    notes = view.excerpt.notes if view.excerpt else ()
    return {
        "tour": view.tour.name,
        "id": view.stop.id,
        "title": view.stop.title,
        "ref": str(view.stop.ref),
        "verdict": view.site.verdict,
        "path": view.site.path,
        "symbol": view.site.symbol,
        "start": view.site.start,
        "end": view.site.end,
        "notes": [{"line": note.line, "say": note.say, "loose": note.line is None} for note in notes],
        "read": view.read,
        "release": view.site.release,
        "problem": view.problem,
    }
