"""A graph of any size -> one that can be looked at: what is near the root stays, the rest is folded with a count.

Siblings are folded by directory, the largest first, tests before the package; each fold hangs where the first of what
it holds hung. Nothing is dropped: the counts of a picture add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from reader.diagrams.crowds import thinned
from reader.diagrams.folds import fold_of, held_by
from reader.diagrams.graph import Edge, Graph, Node, consistent
from reader.diagrams.stretches import shortened
from reader.value import frozen

LIMIT = 40
_BESIDE = 30  # where they stand side by side, which takes more room than one below the other
_FOLDS = 3  # at one box in one direction
_WORDS = {"launch": "kernels", "dispatch": "implementations"}


@frozen
class _Hold:
    """How a node hangs on the tree of shortest ways from the roots."""

    distance: int
    parent: str | None
    edge: Edge | None

    @property
    def word(self) -> str:
        if self.edge is None:
            return "boxes"
        away = self.edge.source == self.parent
        if self.edge.kind == "inherits":
            return "bases" if away else "subclasses"
        if self.edge.kind in _WORDS and away:
            return _WORDS[self.edge.kind]
        return self.below

    @property
    def below(self) -> str:
        """For what hangs on this one in turn: what an implementation calls is no implementation."""
        if self.edge is None or self.edge.kind == "inherits":
            return self.word
        return "callees" if self.edge.source == self.parent else "callers"


def folded(graph: Graph, limit: int = LIMIT) -> Graph:
    graph = consistent(graph)
    if graph.flow == "down":
        limit = min(limit, _BESIDE)
        graph = thinned(graph, 4)
        graph = graph if len(graph.nodes) <= limit else thinned(graph, 1)
    if len(graph.nodes) <= limit:
        return graph
    if graph.flow == "lanes":
        return shortened(graph, limit)
    holds = _holds(graph)
    order = _by_worth(graph, holds)
    for count in range(limit - 1, 0, -1):
        kept = set(order[:count])
        for folds in range(_FOLDS, 0, -1):
            held = _held(graph, holds, kept, folds)
            if count + len(set(held.values())) <= limit:
                alone = {fold for fold, size in Counter(held.values()).items() if size == 1}
                spared = {name for name, fold in held.items() if fold in alone}  # one takes no more room than its fold
                return _with_folds(graph, kept | spared, {name: held[name] for name in held if name not in spared})
    return graph


def _holds(graph: Graph) -> dict[str, _Hold]:
    near: dict[str, list[tuple[str, Edge]]] = {node.id: [] for node in graph.nodes}
    entered = set()
    for edge in graph.edges:
        near[edge.source].append((edge.target, edge))
        near[edge.target].append((edge.source, edge))
        entered.add(edge.target)
    roots = [node.id for node in graph.nodes if "root" in node.states]
    starts = roots or [node.id for node in graph.nodes if node.id not in entered] or [graph.nodes[0].id]
    holds = {name: _Hold(0, None, None) for name in starts}
    queue = list(starts)
    for here in queue:
        for there, edge in near[here]:
            if there not in holds:
                holds[there] = _Hold(holds[here].distance + 1, here, edge)
                queue.append(there)
    for node in graph.nodes:
        holds.setdefault(node.id, _Hold(1, starts[0], None))
    return holds


def _by_worth(graph: Graph, holds: Mapping[str, _Hold]) -> list[str]:
    """A node before what hangs on it, as long as weights do not say otherwise."""
    places = {node.id: directory(node) for node in graph.nodes}
    crowd = Counter((holds[node.id].parent, places[node.id]) for node in graph.nodes)
    parents = {hold.parent for hold in holds.values()}
    index = {node.id: place for place, node in enumerate(graph.nodes)}

    def worth(node: Node) -> tuple[int, bool, int, int, int]:
        hold, place = holds[node.id], places[node.id]
        if hold.edge and hold.edge.kind != "inherits":  # sure ones, and what stands near to the other end of the call
            first, second = int(not hold.edge.sure), -_shared(place, places.get(hold.parent or "", ""))
        else:  # what more hangs on, and last the crowds of one directory, of which a count says most
            first, second = int(node.id not in parents), crowd[hold.parent, place]
        aside = place.startswith(("test", "benchmark", "example"))
        return hold.distance - node.weight, aside, first, second, index[node.id]

    return [node.id for node in sorted(graph.nodes, key=worth)]


def _shared(one: str, other: str) -> int:
    """How many directories two places have in common, from the top."""
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def directory(node: Node) -> str:
    return (node.place or "").rpartition("/")[0]


def _held(graph: Graph, holds: Mapping[str, _Hold], kept: set[str], most: int) -> dict[str, tuple[str, str, str]]:
    """For each node that is folded its fold: the box it hangs on, the word for it, and a directory."""
    groups: dict[tuple[str, str], list[Node]] = {}
    for node in graph.nodes:
        name = node.id
        if name in kept:
            continue
        while (parent := holds[name].parent) is not None and parent not in kept:
            name = parent
        word = holds[name].word if name == node.id else holds[name].below
        groups.setdefault((parent or "", word), []).append(node)
    held = {}
    for (anchor, word), nodes in groups.items():
        places = _gathered([directory(node) for node in nodes], most)
        for node in nodes:
            held[node.id] = (anchor, word, places[directory(node)])
    return held


def _gathered(directories: Sequence[str], most: int) -> dict[str, str]:
    """Each directory by itself or by one above it, so that at most `most` are left: the fewest nodes move up first."""
    now = {one: one for one in directories}
    while len(set(now.values())) > most:
        sizes = Counter(now[one] for one in directories)
        deepest = max(one.count("/") for one in sizes)
        small = min((one for one in sizes if one.count("/") == deepest and one), key=lambda one: (sizes[one], one))
        above = small.rpartition("/")[0]
        now = {one: above if to == small else to for one, to in now.items()}
    return now


def _with_folds(graph: Graph, kept: set[str], held: Mapping[str, tuple[str, str, str]]) -> Graph:
    members: dict[tuple[str, str, str], list[Node]] = {}
    for node in graph.nodes:
        if node.id in held:
            members.setdefault(held[node.id], []).append(node)
    folds = {key: _fold(key, nodes) for key, nodes in members.items()}
    to = {name: folds[key].id for name, key in held.items()}
    edges = _edges(graph.edges, to)
    nodes = (*(node for node in graph.nodes if node.id in kept), *folds.values())
    total, hidden = (
        held_by(graph.nodes),
        held_by(node for node in graph.nodes if node.id in held or node.kind == "fold"),
    )
    note = f"{hidden} of {total} are folded: those far from what was asked for, by directory."
    return consistent(replace(graph, nodes=nodes, edges=tuple(edges), notes=(*graph.notes, note)))


def _fold(key: tuple[str, str, str], nodes: Sequence[Node]) -> Node:
    _, word, place = key
    return fold_of(f"fold {' '.join(key)}", word, (f"in {place}",) if place else (), nodes)


def _edges(edges: Iterable[Edge], to: Mapping[str, str]) -> list[Edge]:
    """Led to the folds; those within one, or from fold to fold, are folded too. What leads to many names no line."""
    found = []
    for edge in edges:
        source, target = to.get(edge.source, edge.source), to.get(edge.target, edge.target)
        if (source, target) == (edge.source, edge.target):
            found.append(edge)
        elif not (edge.source in to and edge.target in to):
            found.append(replace(edge, source=source, target=target, label=None, place=None))
    return found
