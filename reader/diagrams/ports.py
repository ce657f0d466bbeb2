"""Where at the side of a box each edge of a picture in lanes ends, so that no two end at one point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reader.diagrams.grid import Cell, Side, Way
from reader.value import frozen

SPACING = 15.0
_MARGIN = 8.0


@frozen
class End:
    """`out`: where the way leaves. `rise`: the way on from here is up (-1), straight (0) or down (1)."""

    way: int
    out: bool
    rise: int
    far: int


def offsets_of(ways: Sequence[Way], cells: Mapping[str, Cell]) -> dict[tuple[int, bool], float]:
    """By the index of the way and whether it leaves: how far from the middle of its side it ends."""
    found: dict[tuple[int, bool], float] = {}
    for ends in _sides(ways, cells).values():
        ordered = sorted(ends, key=lambda end: (end.rise, -end.far if end.rise > 0 else end.far, end.way))
        straight = [place for place, end in enumerate(ordered) if end.rise == 0]
        middle = sum(straight) / len(straight) if straight else (len(ordered) - 1) / 2
        for place, end in enumerate(ordered):
            found[end.way, end.out] = (place - middle) * SPACING
    return found


def least_half(ways: Sequence[Way], offsets: Mapping[tuple[int, bool], float]) -> dict[str, float]:
    """Half of the height that a box needs for the ends at its sides."""
    need: dict[str, float] = {}
    for (index, out), offset in offsets.items():
        way = ways[index]
        if way.shape != "down":
            name = way.edge.source if out else way.edge.target
            need[name] = max(need.get(name, 0.0), abs(offset) + _MARGIN)
    return need


def _sides(ways: Sequence[Way], cells: Mapping[str, Cell]) -> dict[tuple[str, Side], list[End]]:
    sides: dict[tuple[str, Side], list[End]] = {}
    for index, way in enumerate(ways):
        source, target = cells[way.edge.source], cells[way.edge.target]
        far = abs(source[0] - target[0])
        sides.setdefault((way.edge.source, way.out), []).append(End(index, True, _rise(way, source, target), far))
        sides.setdefault((way.edge.target, way.into), []).append(End(index, False, _rise(way, target, source), far))
    return sides


def _rise(way: Way, here: Cell, there: Cell) -> int:
    if way.shape != "round":
        return 0
    if way.gap is not None:
        return -1 if way.gap <= here[0] else 1
    if here == there:
        return 1
    return -1 if there[0] < here[0] else 1
