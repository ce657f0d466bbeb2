"""A graph as a network of layers: its nodes, and for each edge a point in every layer that it passes or is named in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from reader.diagrams.graph import Edge, Graph
from reader.diagrams.ordering import ordered
from reader.diagrams.ranks import acyclic, ranked
from reader.value import frozen


@frozen
class Network:
    """Vertices are numbers, the nodes first, in the graph's order. `arcs` lead from one layer to the next. `chains` has
    for each edge its vertices from source to target, one for an edge to itself. `labels` are the vertices that hold the
    label of an edge."""

    nodes: int
    ranks: tuple[int, ...]
    layers: tuple[tuple[int, ...], ...]
    arcs: tuple[tuple[int, int], ...]
    chains: tuple[tuple[int, ...], ...]
    labels: Mapping[int, Edge]


def network(graph: Graph) -> Network:
    index = {node.id: place for place, node in enumerate(graph.nodes)}
    places = {group.id: place for place, group in enumerate(graph.groups)} if graph.flow == "down" else {}
    bands = [places.get(node.group or "", 0) for node in graph.nodes]
    ends = [_ends(edge, index) for edge in graph.edges]
    preferred = sorted(range(len(ends)), key=lambda one: not graph.edges[one].sure)
    rank = ranked(len(index), acyclic(len(index), [ends[one] for one in preferred], bands), bands)
    rank = _with_label_layers(rank, [pair for edge, pair in zip(graph.edges, ends, strict=True) if edge.label])
    chains, labels = [], {}
    links: list[tuple[int, int]] = []
    for edge, (tail, head) in zip(graph.edges, ends, strict=True):
        chain = _chain(tail, head, rank)
        if edge.label and len(chain) > 2:
            labels[chain[-2] if rank[tail] < rank[head] else chain[1]] = edge
        upwards = chain if rank[tail] <= rank[head] else chain[::-1]
        links += pairwise(upwards)
        chains.append(tuple(chain if edge.kind != "inherits" else chain[::-1]))
    links = list(dict.fromkeys(links))
    return Network(len(index), tuple(rank), _layers(rank, links), tuple(links), tuple(chains), labels)


def _ends(edge: Edge, index: Mapping[str, int]) -> tuple[int, int]:
    """What comes first in the flow, then what follows: a base stands before what inherits from it."""
    source, target = index[edge.source], index[edge.target]
    return (target, source) if edge.kind == "inherits" else (source, target)


def _with_label_layers(rank: Sequence[int], labelled: Sequence[tuple[int, int]]) -> list[int]:
    """A layer more before each that an edge with a label ends at, for the labels to stand in."""
    before = {max(rank[tail], rank[head]) for tail, head in labelled if tail != head}
    return [one + sum(other <= one for other in before) for one in rank]


def _chain(tail: int, head: int, rank: list[int]) -> list[int]:
    """Adds the vertices between, a layer each."""
    if tail == head:
        return [tail]
    step = 1 if rank[head] > rank[tail] else -1
    chain = [tail]
    for layer in range(rank[tail] + step, rank[head], step):
        chain.append(len(rank))
        rank.append(layer)
    return [*chain, head]


def _layers(rank: Sequence[int], links: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    layers: list[list[int]] = [[] for _ in range(1 + max(rank, default=0))]
    for one in _walk(len(rank), links):
        layers[rank[one]].append(one)
    return tuple(map(tuple, ordered(layers, links)))


def _walk(count: int, links: Sequence[tuple[int, int]]) -> list[int]:
    """Depth first from the first node, so that what hangs together stands together from the start."""
    near: list[list[int]] = [[] for _ in range(count)]
    for tail, head in links:
        near[tail].append(head)
        near[head].append(tail)
    seen: dict[int, None] = {}
    for start in range(count):
        way = [start]
        while way:
            here = way.pop()
            if here not in seen:
                seen[here] = None
                way += reversed([one for one in near[here] if one not in seen])
    return list(seen)
