"""Who calls a definition and what it calls, as one picture: callers on the left, what is called on the right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reader.calls.values import Calls, Rest, Step
from reader.checkout.tree import of_release
from reader.diagrams.graph import Edge, EdgeKind, Graph, Node, State, consistent

# How the end is reached, as an edge and in words; a call needs none, whichever method of a hierarchy it comes to.
_VIAS: Mapping[str, tuple[EdgeKind, str | None]] = {
    "call": ("call", None),
    "made": ("call", None),
    "launch": ("launch", None),
    "macro": ("call", None),
    "string": ("dispatch", "by name"),
    "message": ("message", "message"),
    "operation": ("dispatch", "torch.ops"),
    "stands in": ("dispatch", None),
    "reference": ("call", "handed on"),
}
_TOLD = 6  # names of what leaves the checkout


def calls(answer: Calls, release: str) -> Graph:
    root = answer.root
    steps: list[Step] = []
    edges: list[Edge] = []
    for parent, step in _pairs(root, answer.callers):
        steps.append(step)
        edges.append(_edge(step, parent, up=True))
    for parent, step in _pairs(root, root.below):
        steps.append(step)
        edges.append(_edge(step, parent, up=False))
    place = f"{root.path}:{root.line}" if root.path else ""
    counts = f"{_distinct(answer.callers)} callers, calls {_distinct(root.below)}"
    graph = Graph(
        title=f"{root.symbol}: calls",
        nodes=(_node(root, "root"), *map(_node, _once(steps))),
        edges=tuple(edges),
        subtitle=f"{of_release(release)} · {place} · {counts}",
        notes=(*answer.notes, *_left("callers", answer.callers_rest), *_left("calls", root.rest)),
    )
    return consistent(graph)


def _once(steps: Iterable[Step]) -> Iterable[Step]:
    """What is told in several places is one box: where it was followed, if anywhere."""
    found: dict[str, Step] = {}
    for step in steps:
        if (known := found.setdefault(_id(step), step)).again == "cut":
            found[_id(known)] = step
    return found.values()


def _pairs(parent: Step, steps: Iterable[Step]) -> Iterator[tuple[Step, Step]]:
    for step in steps:
        yield parent, step
    for step in steps:
        yield from _pairs(step, step.below)


def _distinct(steps: Iterable[Step]) -> int:
    return len({_id(step) for step in steps})


def _id(step: Step) -> str:
    return f"{step.path or ''}::{step.symbol}"


def _node(step: Step, *states: State) -> Node:
    marks: list[State] = [*states]
    more = step.rest.left_out if step.rest else 0
    if more or step.again == "cut":
        marks.append("cut")
    place = f"{step.path}:{step.line}" if step.path else None
    small = [place or step.kind, *([f"+{more} more, left out"] if more else [])]
    return Node(
        id=_id(step),
        lines=(step.symbol, *small),
        kind="end" if step.path is None else "class" if step.kind in ("class", "struct") else "function",
        ref=f"{step.path}::{step.symbol}" if step.path else None,
        place=place,
        states=tuple(marks),
        about=step.note,
    )


def _edge(step: Step, parent: Step, *, up: bool) -> Edge:
    kind, label = _VIAS.get(step.via, ("call", step.via))
    source, target = (step, parent) if up else (parent, step)
    site = step.sites[0] if step.sites else None
    place = f"{site.path}:{site.line}" if site else None
    return Edge(_id(source), _id(target), kind, label, step.sure, place)


def _left(what: str, rest: Rest | None) -> Iterator[str]:
    if rest is None:
        return
    if rest.left_out:
        yield f"{rest.left_out} more {what} are left out for size."
    if rest.outside_calls:
        told = ", ".join(rest.outside[:_TOLD]) + (", …" if len(rest.outside) > _TOLD else "")
        yield f"{rest.outside_calls} {what} leave the checkout: {told}."
    if rest.untold:
        told = ", ".join(f"{one.name} (line {one.line})" for one in rest.untold[:_TOLD])
        more = f" and {len(rest.untold) - _TOLD} more" if len(rest.untold) > _TOLD else ""
        yield f"Of these the source does not say what they call: {told}{more}."
