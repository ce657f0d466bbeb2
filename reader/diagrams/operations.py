"""The path of an operation over its four grounds: Python, its registration, the host's code, the GPU.

Hops at one place are one box, however many ways lead there; a use of a macro and a launch are edges, because that is
what they are: they lead to a definition and to a kernel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reader.checkout.tree import of_release
from reader.diagrams.graph import Edge, EdgeKind, Graph, Group, Node, NodeKind, State, consistent
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
_CALLER, _WAY = -10, 10  # of what calls it there may be many, and they are not the path; what leads to a kernel is


def kernel(paths: Sequence[Path], release: str) -> Graph:
    """Of several operations of one name each has its own path; what they share is one box."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for path in paths:
        ways = _Ways(path.hops)
        for hop in path.hops:
            if not ways.passes(hop):
                node = _node(hop, path, ways)
                nodes.setdefault(node.id, node)
                edges += ways.edges(hop)
    first = paths[0].operation
    names = dict.fromkeys(f"{path.operation.namespace}::{path.operation.name}" for path in paths)
    ends = sum(node.kind == "kernel" for node in nodes.values())
    graph = Graph(
        title=f"{first.name}: from Python to the kernel",
        nodes=_weighed(nodes.values(), edges),
        edges=tuple(edges),
        groups=tuple(_ground_of(group, nodes.values()) for group in _GROUPS),
        flow="down",
        subtitle=f"{of_release(release)} · {', '.join(names)} · {ends} kernel{'s' * (ends != 1)}",
        notes=tuple(dict.fromkeys(note for path in paths for note in path.notes)),
    )
    return consistent(graph)


def _weighed(nodes: Iterable[Node], edges: Iterable[Edge]) -> tuple[Node, ...]:
    nodes = tuple(nodes)
    before: dict[str, list[str]] = {}
    for edge in edges:
        before.setdefault(edge.target, []).append(edge.source)
    way = [node.id for node in nodes if node.kind == "kernel"]
    leading = set(way)
    for here in way:
        new = [name for name in before.get(here, ()) if name not in leading]
        leading.update(new)
        way += new
    return tuple(
        replace(node, weight=_WAY) if node.id in leading and node.weight != _CALLER else node for node in nodes
    )


def _ground_of(group: Group, nodes: Iterable[Node]) -> Group:
    """Python implements operations too."""
    python = any(node.group == group.id == "host" and ".py:" in (node.place or "") for node in nodes)
    return Group(group.id, "Implementations") if python else group


class _Ways:
    """How the hops of one path hang together, past those that are only edges."""

    def __init__(self, hops: Sequence[Hop]) -> None:
        self._by_number = {hop.number: hop for hop in hops}
        self._next: dict[int, list[Hop]] = {hop.number: [] for hop in hops}
        for hop in hops:
            if hop.parent in self._by_number:
                self._next[hop.parent or 0].append(hop)
            if hop.leads in self._by_number:
                self._next[hop.number].append(self._by_number[hop.leads or 0])

    def passes(self, hop: Hop) -> bool:
        """A use of a macro that leads to its definition, a launch that leads to a kernel."""
        wanted = "kernel" if hop.kind == "launch" else "macro" if hop.kind == "macro" and hop.via == "use" else None
        return wanted is not None and any(one.kind == wanted for one in self._next[hop.number])

    def edges(self, hop: Hop) -> Iterator[Edge]:
        """To what comes next; a wrapper and the call in it are one box."""
        seen: set[int] = set()
        way: list[tuple[Hop, Hop | None]] = [(one, None) for one in self._next[hop.number]]
        for here, passed in way:
            if not self.passes(here):
                if _id(here) != _id(hop):
                    yield _edge(hop, here, passed)
            elif here.number not in seen:
                seen.add(here.number)
                way += [(one, passed or here) for one in self._next[here.number]]

    def ground(self, hop: Hop) -> str:
        """What is called on from an implementation belongs to it; an end, to what ends there."""
        above = self._by_number.get(hop.parent or 0)
        before = self.ground(above) if above and hop.kind in ("call", "wrapper", "end") else "python"
        if before in ("registration", "host"):
            return "host"
        return before if hop.kind == "end" else _GROUNDS.get(hop.kind, "host")


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
    """A call says of itself how sure it is; what it leads to is there in any case."""
    kind: EdgeKind = "launch" if hop.kind == "kernel" else "dispatch" if hop.kind == "impl" else "call"
    label = None
    if kind == "dispatch":
        label = hop.dispatch
    elif kind == "launch" and passed is not None:
        label = "<<< >>>" if passed.via == "<<<" else passed.via
    place = (passed or (hop if hop.kind == "call" else above)).place
    sure = hop.sure and (passed is None or passed.sure) and (above.kind != "call" or above.sure)
    return Edge(_id(above), _id(hop), kind, label, sure=sure, place=f"{place.path}:{place.line}")
