"""What the lines and boxes of a picture mean: only those that are in it."""

from __future__ import annotations

from reader.diagrams.graph import Graph
from reader.diagrams.lettering import width
from reader.value import frozen

SAMPLE = 30.0
_APART = 22.0
_ROW = 20.0

_EDGES = {
    "call": "calls",
    "dispatch": "dispatches to",
    "launch": "launches",
    "message": "sends a message",
    "return": "its value comes back",
    "inherits": "inherits from",
}
_STATES = {
    "abstract": "abstract (slanted)",
    "legacy": "legacy or optional",
    "perhaps": "perhaps: not sure",
    "gone": "not found in this release",
    "cut": "more behind it",
}


@frozen
class Entry:
    """A sample and its words; `x` and `y` are its left and its middle. `classes` are what it is a sample of."""

    form: str  # "line" or "box"
    classes: str
    text: str
    x: float
    y: float


def legend(graph: Graph, room: float) -> tuple[Entry, ...]:
    """In rows of at most `room`, from y 0."""
    kinds = {edge.kind for edge in graph.edges}
    states = {state for node in graph.nodes for state in node.states}
    wanted: list[tuple[str, str, str]] = [("line", kind, text) for kind, text in _EDGES.items() if kind in kinds]
    if any(not edge.sure for edge in graph.edges):
        wanted.append(("line", "call perhaps", "perhaps: not sure"))
        states -= {"perhaps"}
    wanted += [("box", f"node function {state}", text) for state, text in _STATES.items() if state in states]
    if any(node.kind == "fold" for node in graph.nodes) and "cut" not in states:
        wanted.append(("box", "node fold cut", "folded, with a count"))
    entries: list[Entry] = []
    x, y = 0.0, _ROW / 2
    for form, classes, text in wanted:
        wide = SAMPLE + 8 + width(text, "small") + _APART
        if x and x + wide - _APART > room:
            x, y = 0.0, y + _ROW
        entries.append(Entry(form, classes, text, x, y))
        x += wide
    return tuple(entries)


def height(entries: tuple[Entry, ...]) -> float:
    return entries[-1].y + _ROW / 2 if entries else 0.0
