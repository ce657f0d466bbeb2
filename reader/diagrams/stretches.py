"""Lanes of any length -> lanes that can be looked at: what only passes on within its lane is folded.

Every crossing from lane to lane stays, and both ends of every message and return. First what hangs on nothing is folded
by lane, then the longest stretches of plain calls, their least important stops first; last, if that is not enough,
what comes at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reader.diagrams.folds import fold_of, held_by
from reader.diagrams.graph import Edge, Graph, Node, consistent

_MOST = 6  # in one fold: more would leave a hole in the story


def shortened(graph: Graph, limit: int) -> Graph:
    total = held_by(graph.nodes)
    graph = _without_loose(graph)
    while len(graph.nodes) > limit:
        stretch = _longest(graph, apart=True) or _longest(graph, apart=False)
        if not stretch:
            break
        graph = _joined(graph, _least(stretch, len(graph.nodes) - limit + 1))
    if len(graph.nodes) > limit:
        graph = _cut(graph, limit)
    stops = sum(node.kind != "fold" for node in graph.nodes)
    note = f"{total - stops} of {total} stops are folded: those that hang on no other, and plain calls within a lane."
    return replace(graph, notes=(*graph.notes, note))


def _without_loose(graph: Graph) -> Graph:
    """What no edge meets, as one box at the end of each lane."""
    bound = {name for edge in graph.edges for name in (edge.source, edge.target)}
    loose: dict[str | None, list[Node]] = {}
    for node in graph.nodes:
        if node.id not in bound:
            loose.setdefault(node.group, []).append(node)
    loose = {group: nodes for group, nodes in loose.items() if len(nodes) > 1}
    folded = {node.id for nodes in loose.values() for node in nodes}
    folds = [
        fold_of(f"fold loose {group}", "stops", ("that hang on no other",), nodes) for group, nodes in loose.items()
    ]
    return replace(graph, nodes=(*(node for node in graph.nodes if node.id not in folded), *folds))


def _longest(graph: Graph, *, apart: bool) -> list[Node]:
    """Of the stretches of nodes in a row that only pass on: in the lane of their neighbours, called by the one before
    and calling the one after. `apart`: with something between it and the next fold; two at least."""
    out: dict[str, list[Edge]] = {}
    into: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        out.setdefault(edge.source, []).append(edge)
        into.setdefault(edge.target, []).append(edge)
    best: list[Node] = []
    run: list[Node] = []
    nodes = graph.nodes
    for before, node, after in zip(nodes, nodes[1:], nodes[2:], strict=False):
        passes = (
            node.kind != "fold"
            and not (apart and "fold" in (before.kind, after.kind))
            and before.group == node.group == after.group
            and _plain(into.get(node.id, ()), before.id, node.id)
            and _plain(out.get(node.id, ()), node.id, after.id)
        )
        run = [*run, node] if passes else []
        if len(run) > len(best):
            best = run
    return best if len(best) > 1 else []


def _plain(edges: Sequence[Edge], source: str, target: str) -> bool:
    return len(edges) == 1 and edges[0].kind == "call" and (edges[0].source, edges[0].target) == (source, target)


def _least(stretch: Sequence[Node], count: int) -> Sequence[Node]:
    """The part of so many with the least weight, the last of equals: the first stops of a lane say what it is about."""
    size = min(count, len(stretch), _MOST)
    starts = range(len(stretch) - size, -1, -1)
    start = min(starts, key=lambda one: sum(node.weight for node in stretch[one : one + size]))
    return stretch[start : start + size]


def _joined(graph: Graph, stretch: Sequence[Node]) -> Graph:
    fold = fold_of(
        f"fold {stretch[0].id}",
        "calls",
        (", ".join(node.lines[0] for node in stretch),),
        stretch,
    )
    return _replaced(graph, {node.id: fold for node in stretch})


def _cut(graph: Graph, limit: int) -> Graph:
    """The last resort: what is too much at the end, by lane."""
    lanes = len({node.group for node in graph.nodes})
    rest = graph.nodes[max(limit - lanes, 1) :]
    by_lane: dict[str | None, list[Node]] = {}
    for node in rest:
        by_lane.setdefault(node.group, []).append(node)
    folds = {group: fold_of(f"fold rest {group}", "stops", (), nodes) for group, nodes in by_lane.items()}
    return _replaced(graph, {node.id: folds[node.group] for node in rest})


def _replaced(graph: Graph, by: Mapping[str, Node]) -> Graph:
    nodes = tuple(dict.fromkeys(by.get(node.id, node) for node in graph.nodes))
    to = {name: node.id for name, node in by.items()}
    edges = []
    for edge in graph.edges:
        source, target = to.get(edge.source, edge.source), to.get(edge.target, edge.target)
        if source != target:
            changed = (source, target) != (edge.source, edge.target)
            edges.append(replace(edge, source=source, target=target, label=None if changed else edge.label))
    return consistent(replace(graph, nodes=nodes, edges=tuple(edges)))
