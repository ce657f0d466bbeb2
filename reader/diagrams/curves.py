"""The edges of a drawing in layers: straight through a layer, curved between two, apart where they meet a box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reader.diagrams.geometry import Label, Line, Point, Stroke
from reader.diagrams.graph import Edge
from reader.diagrams.lettering import LEADING, width
from reader.diagrams.network import Network
from reader.diagrams.sheet import Sheet

_SPREAD = 9.0
_CORNER = 8.0  # of a box, where no edge should end
_LOOP_OUT = 18.0
_NOTHING = 0.05  # a piece too short to have a direction


class Curves:
    """All edges of one drawing, because those that meet a box share its side."""

    def __init__(self, net: Network, sheet: Sheet, texts: Mapping[int, str]) -> None:
        self._net, self._sheet, self._texts = net, sheet, texts
        self._ports: dict[tuple[int, int], float] = {}  # an edge's index and a vertex: where across it meets the box

    def line(self, index: int, edge: Edge) -> Line:
        if not self._ports:
            self._spread(edge)
        chain = self._net.chains[index]
        if len(chain) == 1:
            return self._loop(chain[0], edge)
        ranks = self._sheet.ranks
        ahead = ranks[chain[0]] < ranks[chain[-1]]
        points = self._points(index, chain if ahead else chain[::-1])
        start, strokes = points if ahead else _reversed(*points)
        return Line(start, strokes, edge, self._label(chain))

    def _spread(self, edge: Edge) -> None:
        """Those at one side of a box, in the order of where they come from. All that inherit from a class meet."""
        sides: dict[tuple[int, bool], list[tuple[float, int]]] = {}
        for index, chain in enumerate(self._net.chains):
            if len(chain) < 2:
                continue
            for here, there in ((chain[0], chain[1]), (chain[-1], chain[-2])):
                after = self._sheet.ranks[there] > self._sheet.ranks[here]
                sides.setdefault((here, after), []).append((self._sheet.middles[there], index))
        for (vertex, after), ends in sides.items():
            ends.sort()
            room = self._sheet.across[vertex] - 2 * _CORNER
            step = min(_SPREAD, room / max(len(ends) - 1, 1))
            if edge.kind == "inherits" and after:
                step = 0.0
            for place, (_, index) in enumerate(ends):
                self._ports[index, vertex] = self._sheet.middles[vertex] + (place - (len(ends) - 1) / 2) * step

    def _points(self, index: int, chain: Sequence[int]) -> tuple[Point, tuple[Stroke, ...]]:
        sheet = self._sheet
        first, last = chain[0], chain[-1]
        across = self._ports[index, first]
        start = (sheet.begin(first) + sheet.along[first], across)
        kept: list[Stroke] = []
        strokes: list[Stroke] = [((sheet.ends[sheet.ranks[first]], across),)]
        for vertex in chain[1:]:
            rank = sheet.ranks[vertex]
            there = self._ports[index, last] if vertex == last else sheet.middles[vertex]
            before, after = sheet.ends[rank - 1], sheet.starts[rank]
            middle = (before + after) / 2
            strokes.append(((middle, across), (middle, there), (after, there)))
            strokes.append(((sheet.begin(last) if vertex == last else sheet.ends[rank], there),))
            across = there
        path = [start]
        for stroke in strokes:
            if len(stroke) > 1 or abs(stroke[0][0] - path[-1][0]) > _NOTHING:
                path.append(stroke[-1])
                kept.append(tuple(sheet.point(*point) for point in stroke))
        return sheet.point(*start), tuple(kept)

    def _loop(self, vertex: int, edge: Edge) -> Line:
        """Beside the box, out near its end and in again before."""
        sheet = self._sheet
        side = sheet.middles[vertex] + sheet.across[vertex] / 2
        begin, size = sheet.begin(vertex), sheet.along[vertex]
        out, into, far = begin + size * 0.7, begin + size * 0.3, side + _LOOP_OUT * 1.3
        stroke = tuple(sheet.point(*point) for point in ((out, far), (into, far), (into, side)))
        return Line(sheet.point(out, side), (stroke,), edge)

    def _label(self, chain: Sequence[int]) -> Label | None:
        vertex = next((one for one in chain if one in self._texts), None)
        if vertex is None:
            return None
        text, rank = self._texts[vertex], self._sheet.ranks[vertex]
        middle = (self._sheet.starts[rank] + self._sheet.ends[rank]) / 2
        x, y = self._sheet.point(middle, self._sheet.middles[vertex])
        return Label(text, x, y, width(text, "label") + 8, LEADING["label"] + 2)


def _reversed(start: Point, strokes: Sequence[Stroke]) -> tuple[Point, tuple[Stroke, ...]]:
    points = [start, *(stroke[-1] for stroke in strokes)]
    back = [
        (*reversed(stroke[:-1]), before)
        for stroke, before in zip(reversed(strokes), reversed(points[:-1]), strict=True)
    ]
    return points[-1], tuple(back)
