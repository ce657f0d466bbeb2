"""A graph in lanes -> a drawing: columns for the lanes, rows for the reading order, edges at right angles.

An edge runs in gutters between lanes and in gaps between rows, each piece on a track of its own, so none crosses a box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reader.diagrams.geometry import Band, Box, Drawing, Label, Line, Point, rounded
from reader.diagrams.graph import Graph
from reader.diagrams.grid import Cell, Way, cells_of, lanes_of, ways_of
from reader.diagrams.lettering import LEADING, Card, card, fitted, shown, width
from reader.diagrams.ports import least_half, offsets_of
from reader.value import frozen

HEAD = 34.0  # of a lane, with its title
_PAD = 12.0  # from a box to the edge of its lane
_GAP, _TRACK = 20.0, 9.0
_NAMED = 16.0  # more of a gap, where an edge that runs straight down has a label
_LABEL_ROOM = 170.0
_APART = 6.0  # between two pieces on one track

Piece = tuple[float, float, int, int]  # from, to, the index of its way, its own in that


@frozen
class _Plan:
    """All that is known before anything is measured out. `tall` is the height of each box, `offsets` where each way
    ends at its side, by its index and whether it leaves."""

    lanes: int
    cells: Mapping[str, Cell]
    ways: tuple[Way, ...]
    labels: tuple[str, ...]
    cards: Mapping[str, Card]
    tall: Mapping[str, float]
    offsets: Mapping[tuple[int, bool], float]


@frozen
class _Rows:
    """The top and height of each row, and the first track in the gap above each."""

    tops: tuple[float, ...]
    heights: tuple[float, ...]
    gaps: tuple[float, ...]


@frozen
class _Columns:
    """The left and width of each lane, the first track in each gutter, and how far all of it reaches."""

    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    gutters: tuple[float, ...]
    far: float


def swimlanes(graph: Graph) -> Drawing:
    lanes = lanes_of(graph)
    plan = _plan(graph, lanes_count=len(lanes))
    in_gap = _gap_tracks(plan)
    rows = _rows(plan, in_gap)
    tracks = dict(in_gap)
    counts = _gutter_tracks(plan, rows, in_gap, tracks)
    columns = _columns(plan, counts)
    boxes = {}
    for node in graph.nodes:
        row, lane = plan.cells[node.id]
        tall = plan.tall[node.id]
        top = rows.tops[row] + (rows.heights[row] - tall) / 2
        boxes[node.id] = Box(node, plan.cards[node.id], columns.lefts[lane], top, columns.widths[lane], tall)
    lines = tuple(_line(plan, index, boxes, rows, columns, tracks) for index in range(len(plan.ways)))
    height = max((box.y + box.height for box in boxes.values()), default=HEAD) + _PAD + _GAP
    bands = tuple(
        Band(group, columns.lefts[lane] - _PAD, 0.0, columns.widths[lane] + 2 * _PAD, height)
        for lane, group in enumerate(lanes)
    )
    return Drawing(graph, columns.far, height, tuple(boxes.values()), lines, bands)


def _plan(graph: Graph, lanes_count: int) -> _Plan:
    cells = cells_of(graph, lanes_of(graph))
    ways = ways_of(graph, cells)
    cards = {node.id: card(node) for node in graph.nodes}
    offsets = offsets_of(ways, cells)
    half = least_half(ways, offsets)
    labels = tuple(fitted(shown(way.edge.label), "label", _LABEL_ROOM) if way.edge.label else "" for way in ways)
    tall = {name: max(one.height, 2 * half.get(name, 0.0)) for name, one in cards.items()}
    return _Plan(lanes_count, cells, ways, labels, cards, tall, offsets)


def _gap_tracks(plan: _Plan) -> dict[tuple[int, int], int]:
    """By way and -1: each piece in a gap has a track of its own."""
    used: dict[int, int] = {}
    tracks = {}
    for index, way in enumerate(plan.ways):
        if way.gap is not None:
            tracks[index, -1] = used.get(way.gap, 0)
            used[way.gap] = used.get(way.gap, 0) + 1
    return tracks


def _rows(plan: _Plan, in_gap: Mapping[tuple[int, int], int]) -> _Rows:
    count = 1 + max((row for row, _ in plan.cells.values()), default=-1)
    heights = [max(plan.tall[name] for name, cell in plan.cells.items() if cell[0] == row) for row in range(count)]
    more = [0.0] * (count + 1)
    for index, way in enumerate(plan.ways):
        if way.gap is not None:
            more[way.gap] = max(more[way.gap], in_gap[index, -1] * _TRACK)
        elif way.shape == "down" and plan.labels[index]:
            lower = max(plan.cells[way.edge.source][0], plan.cells[way.edge.target][0])
            more[lower] = max(more[lower], _NAMED)
    tops, gaps, y = [], [], HEAD
    for index, extra in enumerate(more):
        gaps.append(y + _GAP / 2)
        y += _GAP + extra
        if index < count:
            tops.append(y)
            y += heights[index]
    return _Rows(tuple(tops), tuple(heights), tuple(gaps))


def _gutter_tracks(
    plan: _Plan, rows: _Rows, in_gap: Mapping[tuple[int, int], int], tracks: dict[tuple[int, int], int]
) -> list[int]:
    """Gives each vertical piece a track of its gutter that is free there, the short ones next to their lane. How many
    tracks each gutter has."""
    counts = []
    for pieces in _pieces(plan, rows, in_gap):
        taken: list[list[tuple[float, float]]] = []
        for low, high, index, piece in sorted(pieces, key=lambda one: (one[1] - one[0], one)):
            free = (
                place
                for place, track in enumerate(taken)
                if all(high + _APART < start or end + _APART < low for start, end in track)
            )
            place = next(free, len(taken))
            if place == len(taken):
                taken.append([])
            taken[place].append((low, high))
            tracks[index, piece] = place
        counts.append(len(taken))
    return counts


def _pieces(plan: _Plan, rows: _Rows, in_gap: Mapping[tuple[int, int], int]) -> list[list[Piece]]:
    """The vertical pieces in each gutter."""
    middles = {name: rows.tops[row] + rows.heights[row] / 2 for name, (row, _) in plan.cells.items()}
    pieces: list[list[Piece]] = [[] for _ in range(plan.lanes + 1)]
    for index, way in enumerate(plan.ways):
        if way.shape != "round":
            continue
        ends = [
            middles[way.edge.source] + plan.offsets[index, True],
            middles[way.edge.target] + plan.offsets[index, False],
        ]
        if way.gap is not None:
            ends.insert(1, rows.gaps[way.gap] + in_gap[index, -1] * _TRACK)
        for piece, gutter in enumerate(way.gutters):
            pieces[gutter].append((min(ends[piece : piece + 2]), max(ends[piece : piece + 2]), index, piece))
    return pieces


def _columns(plan: _Plan, counts: Sequence[int]) -> _Columns:
    """A label stands in the gutter from which its edge enters a lane, next to that lane."""
    widths = [
        max((plan.cards[name].width for name, cell in plan.cells.items() if cell[1] == lane), default=0.0)
        for lane in range(plan.lanes)
    ]
    room = [[0.0, 0.0] for _ in counts]
    for way, text in zip(plan.ways, plan.labels, strict=True):
        if text and way.shape != "down":
            lane = plan.cells[way.edge.target][1]
            gutter, side = (lane, 1) if way.into == "left" else (lane + 1, 0)
            room[gutter][side] = max(room[gutter][side], width(text, "label") + 24)
    lefts, firsts, x = [], [], 0.0
    for index, count in enumerate(counts):
        outer = index in (0, plan.lanes)
        left, right = room[index]
        firsts.append(x + (0.0 if index == 0 else _PAD) + left + 10)
        x += left + right + (count * _TRACK + 20 if count else 0.0 if outer else 18.0) + (_PAD if outer else 2 * _PAD)
        if index < plan.lanes:
            lefts.append(x)
            x += widths[index]
    return _Columns(tuple(lefts), tuple(widths), tuple(firsts), x)


def _line(
    plan: _Plan,
    index: int,
    boxes: Mapping[str, Box],
    rows: _Rows,
    columns: _Columns,
    tracks: Mapping[tuple[int, int], int],
) -> Line:
    way = plan.ways[index]
    start = _port(boxes[way.edge.source], way.out, plan.offsets[index, True])
    end = _port(boxes[way.edge.target], way.into, plan.offsets[index, False])
    points = [start]
    if way.shape == "round":
        xs = [columns.gutters[gutter] + tracks[index, piece] * _TRACK for piece, gutter in enumerate(way.gutters)]
        if way.gap is None:
            points += [(xs[0], start[1]), (xs[0], end[1])]
        else:
            y = rows.gaps[way.gap] + tracks[index, -1] * _TRACK
            points += [(xs[0], start[1]), (xs[0], y), (xs[1], y), (xs[1], end[1])]
    first, strokes = rounded([*points, end])
    return Line(first, strokes, way.edge, _placed(plan.labels[index], way, start, end))


def _placed(text: str, way: Way, start: Point, end: Point) -> Label | None:
    if not text:
        return None
    wide, tall = width(text, "label") + 8, LEADING["label"] + 2
    if way.shape == "down":
        return Label(text, end[0], max(start[1], end[1]) - (_GAP + _NAMED) / 2 - 1, wide, tall)
    away = _PAD + 4 + wide / 2
    return Label(text, end[0] - away if way.into == "left" else end[0] + away, end[1], wide, tall)


def _port(box: Box, side: str, offset: float) -> Point:
    if side in ("left", "right"):
        return (box.x if side == "left" else box.x + box.width), box.y + box.height / 2 + offset
    return box.x + box.width / 2 + offset, (box.y if side == "top" else box.y + box.height)
