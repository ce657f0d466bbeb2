"""Which process runs a place, told from the tours that have been there or nearby."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from reader.resolve import Site
from reader.tour import Lane, Stop, Tour

_PROSE = (".md", ".rst", ".txt")


def lane_of(site: Site, head: str, tours: Iterable[Tour], release: str) -> Lane | None:
    """The lane of most stops of those that share the longest way from the root with this place; None where no tour
    knows one, and for what no process runs. `head` is the text before the definition's name: a decorator makes a
    kernel."""
    path = site.path or ""
    if site.kind == "directory" or path.endswith(_PROSE):
        return None
    if site.kind == "kernel" or "triton.jit" in head:
        return "gpu"
    known = [stop.at_release(release)[0] for tour in tours for stop in tour.stops if stop.owner is None]
    near = [(_shared(path, site.symbol, stop), stop.lane) for stop in known if stop.lane and stop.runs]
    nearest = max((length for length, _ in near), default=0)
    if not nearest:
        return None
    return Counter(lane for length, lane in near if length == nearest).most_common(1)[0][0]


def _shared(path: str, symbol: str | None, stop: Stop) -> int:
    """Folders in common; beyond those the file, the kind of file, and the class."""
    mine, other = path.split("/"), stop.ref.path.split("/")
    count = 0
    while count < min(len(mine), len(other)) and mine[count] == other[count]:
        count += 1
    if path == stop.ref.path:
        first = (symbol or "").partition(".")[0]
        return 10 * count + 5 + (bool(first) and (stop.ref.symbol or "").partition(".")[0] == first)
    return 10 * count + (count > 0 and path.rpartition(".")[2] == stop.ref.path.rpartition(".")[2])
