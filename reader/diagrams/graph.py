"""What a picture shows, before anybody knows how it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from reader.value import frozen

NodeKind = Literal["class", "function", "operation", "macro", "launch", "kernel", "stop", "fold", "end"]
EdgeKind = Literal["call", "inherits", "launch", "message", "return", "dispatch"]
State = Literal["root", "abstract", "perhaps", "cut", "legacy", "gone"]
Flow = Literal["right", "down", "lanes"]


@frozen
class Node:
    """`lines` are the name and what stands small below it. `place` is where it is (`path:line`) and `ref` what
    `reader show` takes. `number` is its place in a reading order, `about` a sentence for who points at it. "cut": more
    is behind it than is shown; "perhaps": it is not sure that it belongs here. What weighs least is folded first;
    `count` is how many a fold holds."""

    id: str
    lines: tuple[str, ...]
    kind: NodeKind
    group: str | None = None
    ref: str | None = None
    place: str | None = None
    states: tuple[State, ...] = ()
    number: int | None = None
    about: str | None = None
    weight: int = 0
    count: int = 1


@frozen
class Edge:
    """From the caller, the subclass, the sender; `place` is the line that says so. A return goes from what was called
    to where its value comes back."""

    source: str
    target: str
    kind: EdgeKind
    label: str | None = None
    sure: bool = True
    place: str | None = None


@frozen
class Group:
    id: str
    title: str


@frozen
class Graph:
    """`groups` in their order, of which a node has one or none. With the flow "lanes" the nodes stand in reading order.
    `notes` say what the picture leaves out, or what it cannot tell."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    groups: tuple[Group, ...] = ()
    flow: Flow = "right"
    subtitle: str = ""
    notes: tuple[str, ...] = ()


def rows(graph: Graph) -> Iterator[dict[str, object]]:
    """For `--json`: the nodes, then the edges."""
    titles = {group.id: group.title for group in graph.groups}
    for node in graph.nodes:
        yield {
            "item": "node",
            "id": node.id,
            "lines": list(node.lines),
            "kind": node.kind,
            "group": titles.get(node.group or ""),
            "ref": node.ref,
            "place": node.place,
            "states": list(node.states),
            "count": node.count,
        }
    for edge in graph.edges:
        yield {
            "item": "edge",
            "source": edge.source,
            "target": edge.target,
            "kind": edge.kind,
            "label": edge.label,
            "sure": edge.sure,
            "place": edge.place,
        }


def consistent(graph: Graph) -> Graph:
    """Without a second node of an id, without edges that lack an end, and without the same edge twice."""
    nodes: dict[str, Node] = {}
    for node in graph.nodes:
        nodes.setdefault(node.id, node)
    edges: dict[tuple[str, str, str], Edge] = {}
    for edge in graph.edges:
        key = (edge.source, edge.target, edge.kind)
        known = edges.get(key)
        if edge.source in nodes and edge.target in nodes and (known is None or (edge.sure and not known.sure)):
            edges[key] = edge
    return replace(graph, nodes=tuple(nodes.values()), edges=tuple(edges.values()))
