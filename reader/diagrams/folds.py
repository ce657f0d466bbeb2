"""One box in the place of several: how many it holds, and what they are for who points at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reader.diagrams.graph import Node

_NAMES = 30  # that are told


def fold_of(name: str, what: str, small: tuple[str, ...], nodes: Sequence[Node]) -> Node:
    """`what` it holds, in one word, for the title with the count. A fold in a fold counts what it holds; of one
    node there is none."""
    if len(nodes) == 1:
        return nodes[0]
    count = held_by(nodes)
    names = [node.about or "" if node.kind == "fold" else node.lines[0] for node in nodes[:_NAMES]]
    more = f" and {len(nodes) - _NAMES} more" if len(nodes) > _NAMES else ""
    about = ", ".join(names) + more
    return Node(name, (f"+{count} more {what}", *small), "fold", nodes[0].group, about=about, count=count)


def held_by(nodes: Iterable[Node]) -> int:
    return sum(node.count for node in nodes)
