"""The path of an operation over its four grounds: Python, its registration, the host's code, the GPU.

Hops at one place are one box, however many ways lead there; a use of a macro and a launch are edges, because that is
what they are: they lead to a definition and to a kernel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reader.diagrams.graph import Edge, EdgeKind, Graph, Group, Node, NodeKind, State, consistent, of_release
from reader.kernels import Hop, Path

_KINDS: Mapping[str, NodeKind] = {
    "wrapper": "function",
    "call": "function",
    "schema": "operation",
    "impl": "operation",
    "function": "function",
    "macro": "macro",
    "launch": "launch",
    "kernel": "kernel",
    "end": "end",
}
_GROUNDS = {
    "wrapper": "python",
    "call": "python",
    "schema": "registration",
    "impl": "registration",
    "kernel": "gpu",
}
_GROUPS = (
    Group("python", "Python"),
    Group("registration", "Registration"),
    Group("host", "Host code"),
    Group("gpu", "GPU"),
)
_CALLER = -10  # of what calls it there may be many, and they are not the path


def kernel(paths: Sequence[Path], release: str) -> Graph:
    """Of several operations of one name each has its own path; what they share is one box."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for path in paths:
        hops = {hop.number: hop for hop in path.hops}
        ways = _Ways(path.hops)
        for hop in path.hops:
            if not ways.passes(hop):
                node = _node(hop, path, ways)
                nodes.setdefault(node.id, node)
                edges += ways.edges(hop, hops)
    first = paths[0].operation
    names = dict.fromkeys(f"{path.operation.namespace}::{path.operation.name}" for path in paths)
    ends = sum(node.kind == "kernel" for node in nodes.values())
    graph = Graph(
        title=f"{first.name}: from Python to the kernel",
        nodes=tuple(nodes.values()),
        edges=tuple(edges),
        groups=_GROUPS,
        flow="down",
        subtitle=f"{of_release(release)} · {', '.join(names)} · {ends} kernel{'s' * (ends != 1)}",
        notes=tuple(dict.fromkeys(note for path in paths for note in path.notes)),
    )
    return consistent(graph)


class _Ways:
    """How the hops of one path hang together, past those that are only edges."""

    def __init__(self, hops: Sequence[Hop]) -> None:
        self._by_number = {hop.number: hop for hop in hops}
        self._below: dict[int, list[Hop]] = {}
        for hop in hops:
            if hop.parent is not None:
                self._below.setdefault(hop.parent, []).append(hop)

    def passes(self, hop: Hop) -> bool:
        """A use of a macro that leads to its definition, a launch that leads to a kernel."""
        wanted = "kernel" if hop.kind == "launch" else "macro" if hop.kind == "macro" and hop.via == "use" else None
        return wanted is not None and any(one.kind == wanted for one in self._below.get(hop.number, ()))

    def edges(self, hop: Hop, hops: Mapping[int, Hop]) -> list[Edge]:
        found = []
        parent, passed = self._above(hop)
        if parent is not None:
            found.append(_edge(parent, hop, passed))
        if hop.leads is not None and hop.leads in hops:
            found.append(_edge(hop, hops[hop.leads], hop))
        return [edge for edge in found if edge.source != edge.target]  # a wrapper and the call in it

    def ground(self, hop: Hop) -> str:
        """An end belongs to what ends there."""
        known = _GROUNDS.get(hop.kind)
        if known:
            return known
        if hop.kind == "end" and hop.parent is not None:
            above = self.ground(self._by_number[hop.parent])
            return "host" if above == "registration" else above
        return "host"

    def _above(self, hop: Hop) -> tuple[Hop | None, Hop | None]:
        """What leads here, and the hop between that is only the edge."""
        passed = None
        parent = self._by_number.get(hop.parent or 0)
        while parent is not None and self.passes(parent):
            passed = passed or parent
            parent = self._by_number.get(parent.parent or 0)
        return parent, passed


def _id(hop: Hop) -> str:
    place = hop.place
    if hop.kind == "wrapper" or (hop.kind == "call" and hop.within):
        return f"in {place.path}::{hop.within or place.name}"  # one box, however many calls stand in it
    if hop.kind == "end":
        return f"end {place.path}:{place.line} {hop.note}"
    return f"{_KINDS[hop.kind]} {place.path}:{place.line}::{place.name}"


def _node(hop: Hop, path: Path, ways: _Ways) -> Node:
    place = hop.place
    states: list[State] = ["perhaps"] if not hop.sure and hop.kind != "call" else []  # of a call its edge says so
    if hop.kind == "schema" or (hop.kind == "impl" and path.operation.schema is None):
        states.append("root")
    symbol = hop.within if hop.kind == "call" else place.name
    return Node(
        id=_id(hop),
        lines=(_name(hop), *_small(hop)),
        kind=_KINDS[hop.kind],
        group=ways.ground(hop),
        ref=f"{place.path}::{symbol}" if symbol and hop.kind in ("call", "wrapper", "function", "kernel") else None,
        place=f"{place.path}:{place.line}",
        states=tuple(states),
        weight=_CALLER if hop.kind == "call" else 0,
        about=". ".join(part for part in (hop.via, hop.note, place.condition) if part) or None,
    )


def _name(hop: Hop) -> str:
    if hop.kind == "call":
        return hop.within or hop.place.path.rpartition("/")[2]
    if hop.kind == "end":
        return "here it ends"
    return f"impl {hop.place.name}" if hop.kind == "impl" else hop.place.name


def _small(hop: Hop) -> list[str]:
    place = hop.place
    if hop.kind == "end":
        return [hop.note or "", f"{place.path}:{place.line}"]
    lines = [f"{place.path}:{place.line}"]
    if place.condition:
        native = not place.path.endswith(".py")
        lines.append(f"#if {place.condition}" if native else place.condition)
    if hop.kind in ("schema", "impl") and (hop.note or hop.via not in (None, place.name)):
        lines.append(hop.note or str(hop.via))
    return lines


def _edge(above: Hop, hop: Hop, passed: Hop | None) -> Edge:
    kind: EdgeKind = "launch" if hop.kind == "kernel" else "dispatch" if hop.kind == "impl" else "call"
    label = None
    if kind == "dispatch":
        label = hop.dispatch
    elif kind == "launch" and passed is not None:
        label = "<<< >>>" if passed.via == "<<<" else passed.via
    place = (passed or hop).place if passed or hop.kind == "call" else above.place
    sure = hop.sure and (passed is None or passed.sure) and (above.kind != "call" or above.sure)
    return Edge(_id(above), _id(hop), kind, label, sure=sure, place=f"{place.path}:{place.line}")
