"""Tours as Markdown files that GitHub renders well: one a tour, and a README.md that lists them.

The text of a tour and of the source is text in them, never syntax. Says nothing of what was read: the same tours over
the same checkout give the same files, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from reader.guide import StopView
from reader.leaflet.markdown import escaped, fenced, link, prose, table
from reader.leaflet.stop import Places, stop
from reader.tour import Tour
from reader.value import frozen

INDEX = "README.md"


@frozen
class Leaflet:
    """A tour that was made into a page, for the index."""

    tour: Tour
    file: str
    stops: int
    minutes: int


def files(tours: Iterable[Tour]) -> dict[str, str]:
    """The file of each, by the tour's name; two that would be one on some disk are told apart by a number."""
    found: dict[str, str] = {}
    taken = {INDEX.lower()}
    for tour in tours:
        stem = re.sub(r"[^A-Za-z0-9_-]+", "-", tour.name).strip("-")[:100] or "tour"
        names = (f"{stem}{number}.md" for number in ("", *(f"-{number}" for number in range(2, 10_000))))
        found[tour.name] = next(name for name in names if name.lower() not in taken)
        taken.add(found[tour.name].lower())
    return found


def page(
    tour: Tour, views: Sequence[StopView], names: dict[str, str], lanes: str | None = None, *, on_the_web: bool = False
) -> str:
    """`names` are the files of all tours of the export, `lanes` a Mermaid diagram. `on_the_web` links paths to vLLM's
    repository, where they are of a release."""
    places = Places(
        {view.stop.id: view.stop.title for view in views},
        {
            view.stop.id: f"{names[view.stop.owner[0]]}#{view.stop.owner[1]}"
            for view in views
            if view.stop.owner and view.stop.owner[0] in names
        },
        on_the_web,
    )
    minutes = sum(view.stop.minutes for view in views)
    lines = [f"# {escaped(tour.title.strip())}", "", *prose(tour.intro), "", _size(len(views), minutes, views), ""]
    lines += [f"{view.index + 1}. {_entry(view)}" for view in views]
    if lanes is not None:
        lines += [
            "",
            "<details><summary>The way over the processes</summary>",
            "",
            *fenced(lanes.splitlines(), "mermaid"),
        ]
        lines += ["", "</details>"]
    for view in views:
        lines += stop(view, places)
    return "\n".join([*lines, "", "---", "", _turning(tour, names)]) + "\n"


def index(leaflets: Sequence[Leaflet], release: str) -> str:
    lines = ["# Guided tours", "", f"As of {escaped(release)}.", ""]
    rows = ((link(escaped(one.tour.title.strip()), one.file), str(one.stops), hours(one.minutes)) for one in leaflets)
    lines += table(("tour", "stops", "time"), rows, numbers=[1, 2])
    lines += ["", f"{sum(one.stops for one in leaflets)} stops, {hours(sum(one.minutes for one in leaflets))} in all."]
    return "\n".join(lines) + "\n"


def hours(minutes: int) -> str:
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def _size(stops: int, minutes: int, views: Sequence[StopView]) -> str:
    release = views[0].release if views else "unknown"
    tour = f"{stops} {'stop' if stops == 1 else 'stops'} · {hours(minutes)}"
    return tour if release == "unknown" else f"{tour} · release {escaped(release)}"


def _entry(view: StopView) -> str:
    stars = f" {'★' * view.stop.stars}" if view.stop.stars else ""
    return f"{link(escaped(view.stop.title.strip()), f'#{view.stop.id}')} · {view.stop.minutes} min{stars}"


def _turning(tour: Tour, names: dict[str, str]) -> str:
    """To the page before, to the list, to the page after."""
    parts = [link("All tours", INDEX)]
    for before, after in pairwise(names):
        if after == tour.name:
            parts.insert(0, "← " + link(escaped(before), names[before]))
        if before == tour.name:
            parts.append(link(escaped(after), names[after]) + " →")
    return " · ".join(parts)
