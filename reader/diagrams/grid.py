"""Lanes side by side and reading order downwards: which cell each node stands in, and which way each edge goes.

The gutter `i` is left of the lane `i`, the gap `i` above the row `i`; no box stands in either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from reader.diagrams.graph import Edge, Graph, Group
from reader.value import frozen

Cell = tuple[int, int]  # row, lane
Side = Literal["left", "right", "top", "bottom"]
Shape = Literal["across", "down", "round"]


@frozen
class Way:
    """`gutters` are those of its vertical pieces; with two, a piece in the gap `gap` joins them."""

    edge: Edge
    shape: Shape
    out: Side
    into: Side
    gutters: tuple[int, ...] = ()
    gap: int | None = None


def lanes_of(graph: Graph) -> tuple[Group, ...]:
    """The groups that something stands in, and one without a name for what stands in none."""
    used = {node.group for node in graph.nodes}
    known = tuple(group for group in graph.groups if group.id in used)
    return known if used <= {group.id for group in known} else (*known, Group("", ""))


def cells_of(graph: Graph, lanes: tuple[Group, ...]) -> dict[str, Cell]:
    """A row each, but what is reached from the node before in another lane stands beside it, if the way is free; and so
    does what nothing leads to or from, to the right of the like."""
    index = {group.id: place for place, group in enumerate(lanes)}
    linked = {(edge.source, edge.target) for edge in graph.edges}
    bound = {name for pair in linked for name in pair}
    cells: dict[str, Cell] = {}
    taken: set[int] = set()
    before: str | None = None
    for node in graph.nodes:
        lane = index.get(node.group or "", len(lanes) - 1)
        if before is not None:
            row, last = cells[before]
            passed = set(range(min(last, lane), max(last, lane) + 1)) - {last}
            beside = (before, node.id) in linked or (lane > last and not {before, node.id} & bound)
            if lane != last and beside and not passed & taken:
                taken |= passed
            else:
                row, taken = row + 1, {lane}
        else:
            row, taken = 0, {lane}
        cells[node.id] = (row, lane)
        before = node.id
    return cells


def ways_of(graph: Graph, cells: Mapping[str, Cell]) -> tuple[Way, ...]:
    full = set(cells.values())
    return tuple(_way(edge, cells[edge.source], cells[edge.target], full) for edge in graph.edges)


def _way(edge: Edge, start: Cell, end: Cell, full: set[Cell]) -> Way:
    (row, lane), (to_row, to_lane) = start, end
    if start == end:
        return Way(edge, "round", "right", "right", (lane + 1,))
    if lane == to_lane:
        between = {(one, lane) for one in range(min(row, to_row) + 1, max(row, to_row))}
        if not between & full:
            return Way(edge, "down", *(("bottom", "top") if row < to_row else ("top", "bottom")))
        return Way(edge, "round", "right", "right", (lane + 1,))
    right = lane < to_lane
    sides: tuple[Side, Side] = ("right", "left") if right else ("left", "right")
    if row == to_row and not full & {(row, one) for one in range(min(lane, to_lane) + 1, max(lane, to_lane))}:
        return Way(edge, "across", *sides)
    gutters = (lane + 1, to_lane) if right else (lane, to_lane + 1)
    if gutters[0] == gutters[1]:
        return Way(edge, "round", *sides, gutters[:1])
    return Way(edge, "round", *sides, gutters, to_row if row <= to_row else to_row + 1)
