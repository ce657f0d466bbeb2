"""Where everything of a picture stands: boxes, lines, labels and bands, in pixels, y downwards."""

from __future__ import annotations

from collections.abc import Sequence

from reader.diagrams.graph import Edge, Graph, Group, Node
from reader.diagrams.lettering import Card
from reader.value import frozen

Point = tuple[float, float]
Stroke = tuple[Point, ...]  # one point: a straight line to it; three: a cubic curve to the last


@frozen
class Box:
    node: Node
    card: Card
    x: float
    y: float
    width: float
    height: float


@frozen
class Label:
    """Centred at `x`, `y`."""

    text: str
    x: float
    y: float
    width: float
    height: float


@frozen
class Line:
    start: Point
    strokes: tuple[Stroke, ...]
    edge: Edge
    label: Label | None = None


@frozen
class Band:
    """The ground of a group, with its title at the top left, or in the middle above a lane."""

    group: Group
    x: float
    y: float
    width: float
    height: float


@frozen
class Drawing:
    graph: Graph
    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    bands: tuple[Band, ...] = ()


def rounded(points: Sequence[Point], radius: float = 8.0) -> tuple[Point, tuple[Stroke, ...]]:
    """A polyline of horizontal and vertical pieces with its corners rounded: its start and its strokes."""
    path = _straightened(points)
    strokes: list[Stroke] = []
    for before, corner, after in zip(path, path[1:], path[2:], strict=False):
        near = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        enter, leave = _towards(corner, before, near), _towards(corner, after, near)
        strokes += [(enter,), (_towards(corner, before, near / 2.2), _towards(corner, after, near / 2.2), leave)]
    return path[0], (*strokes, (path[-1],))


def _straightened(points: Sequence[Point]) -> list[Point]:
    """Without points that stand on the straight line between their neighbours."""
    path: list[Point] = []
    for point in points:
        if path and _distance(path[-1], point) < 0.01:
            continue
        while len(path) > 1 and any(
            abs(path[-2][axis] - point[axis]) + abs(path[-1][axis] - point[axis]) < 0.01 for axis in (0, 1)
        ):
            path.pop()
        path.append(point)
    return path


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, end: Point, by: float) -> Point:
    far = _distance(start, end) or 1.0
    return start[0] + (end[0] - start[0]) * by / far, start[1] + (end[1] - start[1]) * by / far
