"""A graph in layers -> a drawing, after Sugiyama: layers, few crossings, near neighbours, curves between the layers.

Thinks in two axes, `along` the flow and `across` it; "right" and "down" differ in nothing else. An edge that passes
through a layer has a place of its own there, and so has its label: no curve runs through a box. Of the libraries for
this, grandalf (0.8, of January 2023) knows neither bands nor labels, and the others are not pure Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reader.diagrams.curves import Curves
from reader.diagrams.geometry import Band, Box, Drawing
from reader.diagrams.graph import Graph
from reader.diagrams.lettering import LEADING, Card, card, fitted, shown, width
from reader.diagrams.network import Network, network
from reader.diagrams.sheet import Sheet
from reader.diagrams.spacing import spaced

_APART = {"right": 12.0, "down": 24.0}  # between neighbours in a layer
_BETWEEN = {"right": 48.0, "down": 36.0}  # between layers
_STEEP, _STEEPEST = 0.06, 60.0  # a layer further off for curves that go far across
_LABEL_ROOM = 230.0
_HEAD = 30.0  # of a band, with its title
_EDGE = 14.0  # from a box to the edge of its band
LOOP = 22.0  # what an edge from a box to itself takes beside it


def layered(graph: Graph) -> Drawing:
    cards = [card(node) for node in graph.nodes]
    net = network(graph)
    texts = {vertex: fitted(shown(edge.label or ""), "label", _LABEL_ROOM) for vertex, edge in net.labels.items()}
    sheet = _sheet(graph, net, cards, texts)
    boxes = tuple(
        Box(node, cards[index], *sheet.corner(index), *sheet.size(index)) for index, node in enumerate(graph.nodes)
    )
    curves = Curves(net, sheet, texts)
    lines = tuple(curves.line(index, edge) for index, edge in enumerate(graph.edges))
    wide = sheet.far if sheet.down else sheet.ends[-1]
    tall = sheet.ends[-1] + _EDGE if sheet.down else sheet.far
    return Drawing(graph, wide, tall, boxes, lines, _bands(graph, net, sheet))


def _sheet(graph: Graph, net: Network, cards: Sequence[Card], texts: Mapping[int, str]) -> Sheet:
    down = graph.flow == "down"
    sizes = [(one.width, one.height) for one in cards]
    for vertex in range(len(cards), len(net.ranks)):
        text = texts.get(vertex)
        sizes.append((width(text, "label") + 10, LEADING["label"] + 3) if text else (1.0, 1.0))
    along = [size[1] if down else size[0] for size in sizes]
    across = [size[0] if down else size[1] for size in sizes]
    if not down:  # the boxes of a column are of one width
        for layer in net.layers:
            boxes = [one for one in layer if one < len(cards)]
            for one in boxes:
                along[one] = max(cards[other].width for other in boxes)
    loops = {chain[0] for chain in net.chains if len(chain) == 1}
    taken = [one + (2 * LOOP if vertex in loops else 0) for vertex, one in enumerate(across)]
    middles = spaced(net.layers, net.arcs, taken, len(cards), _APART[graph.flow])
    edge = _EDGE if down else 0.0
    least = min((at - size / 2 for at, size in zip(middles, taken, strict=True)), default=0.0) - edge
    middles = [at - least for at in middles]
    far = max((at + size / 2 for at, size in zip(middles, taken, strict=True)), default=0.0) + edge
    starts, ends = _depths(graph, net, along, middles)
    return Sheet(down, tuple(middles), tuple(along), tuple(across), net.ranks, starts, ends, far)


def _depths(
    graph: Graph, net: Network, along: Sequence[float], middles: Sequence[float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Where each layer begins and ends."""
    between = _BETWEEN[graph.flow]
    named = {net.ranks[vertex] for vertex in net.labels}
    steep = [0.0] * len(net.layers)
    for tail, head in net.arcs:
        rank = net.ranks[head]
        steep[rank] = max(steep[rank], min(_STEEPEST, abs(middles[tail] - middles[head]) * _STEEP))
    heads = {first for first, _ in _spans(graph, net).values()}
    starts, ends, place = [], [], 0.0
    for rank, layer in enumerate(net.layers):
        near = 0.5 if rank in named or rank - 1 in named else 1.0
        place += (between * near + steep[rank] if rank else 0.0) + (_HEAD if rank in heads else 0.0)
        starts.append(place)
        place += max((along[one] for one in layer), default=0.0)
        ends.append(place)
    return tuple(starts), tuple(ends)


def _spans(graph: Graph, net: Network) -> dict[str, tuple[int, int]]:
    """The first and last layer of each group, where the groups are bands."""
    spans: dict[str, tuple[int, int]] = {}
    if graph.flow == "down" and graph.groups:
        for index, node in enumerate(graph.nodes):
            group = node.group or graph.groups[0].id
            first, last = spans.get(group, (net.ranks[index], net.ranks[index]))
            spans[group] = (min(first, net.ranks[index]), max(last, net.ranks[index]))
    return spans


def _bands(graph: Graph, net: Network, sheet: Sheet) -> tuple[Band, ...]:
    spans = _spans(graph, net)
    return tuple(
        Band(group, 0.0, sheet.starts[first] - _HEAD, sheet.far, sheet.ends[last] - sheet.starts[first] + _HEAD + _EDGE)
        for group in graph.groups
        if group.id in spans
        for first, last in [spans[group.id]]
    )
