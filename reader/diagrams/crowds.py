"""Many that only lead to one box, folded before anything else: of callers in a row one looks at a few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reader.diagrams.folds import fold_of
from reader.diagrams.graph import Edge, Graph, Node, consistent


def thinned(graph: Graph, most: int) -> Graph:
    """Of the nodes with a single edge, which leads to the same box, at most so many boxes, one of them a fold."""
    edges: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        for name in {edge.source, edge.target}:
            edges.setdefault(name, []).append(edge)
    crowds: dict[str, list[Node]] = {}
    for node in graph.nodes:
        own = edges.get(node.id, [])
        if len(own) == 1 and own[0].source == node.id and "root" not in node.states:
            crowds.setdefault(own[0].target, []).append(node)
    folds: dict[str, Node] = {}
    for target, nodes in crowds.items():
        if len(nodes) > most:
            rest = sorted(nodes, key=lambda node: (node.kind == "fold", "perhaps" in node.states))[most - 1 :]
            fold = fold_of(f"fold callers {target}", "callers", (), rest)
            folds |= {node.id: fold for node in rest}
    return _with(graph, folds) if folds else graph


def _with(graph: Graph, folds: Mapping[str, Node]) -> Graph:
    nodes = tuple(dict.fromkeys(folds.get(node.id, node) for node in graph.nodes))
    edges = tuple(
        replace(edge, source=folds[edge.source].id, label=None, place=None) if edge.source in folds else edge
        for edge in graph.edges
    )
    return consistent(replace(graph, nodes=nodes, edges=edges))
