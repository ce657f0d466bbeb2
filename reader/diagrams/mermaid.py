"""A graph -> Mermaid, as GitHub and many editors draw it.

Labels are quoted, and every character that Mermaid or the HTML behind it could take for its own is written as its
number; ids are made here, so that nothing of the source is ever syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.diagrams.graph import Edge, Graph, Node, consistent
from reader.diagrams.lettering import shown
from reader.diagrams.palette import DAY, hue

_ITS_OWN = re.compile(r"[^A-Za-z0-9_ .,:/()=+…→·⟨⟩-]")
_ICON = re.compile(r"(fa\w?):(?=fa-)")  # the only thing that no number keeps Mermaid from reading
_FLOWS = {"right": "LR", "down": "TB", "lanes": "TB"}
_SHAPES = {"kernel": ("([", "])"), "operation": ("[[", "]]")}


def mermaid(graph: Graph) -> str:
    graph = consistent(graph)
    ids = {node.id: f"n{index}" for index, node in enumerate(graph.nodes)}
    lines = [
        "---",
        f"title: {_yaml(graph.title)}",
        "---",
        f"flowchart {_flow(graph)}",
        *_nodes(graph, ids),
        *(f"  {_edge(edge, ids)}" for edge in graph.edges),
        *_classes(graph, ids),
        *(f"%% {shown(note).replace(chr(123), chr(40))}" for note in graph.notes),
    ]
    return "\n".join(lines) + "\n"


def _flow(graph: Graph) -> str:
    """Arrows lead from what inherits to its base, which stands on the left all the same."""
    inherits = graph.flow == "right" and any(edge.kind == "inherits" for edge in graph.edges)
    return "RL" if inherits else _FLOWS[graph.flow]


def _nodes(graph: Graph, ids: dict[str, str]) -> Iterator[str]:
    groups = {group.id for group in graph.groups}
    for index, group in enumerate(graph.groups):
        inside = [node for node in graph.nodes if node.group == group.id]
        if inside:
            yield f"  subgraph g{index}[{_text(group.title)}]"
            yield from (f"    {_node(node, ids)}" for node in inside)
            yield "  end"
    yield from (f"  {_node(node, ids)}" for node in graph.nodes if node.group not in groups)


def _node(node: Node, ids: dict[str, str]) -> str:
    before, after = _SHAPES.get(node.kind, ("[", "]"))
    number = f"{node.number} " if node.number is not None else ""
    return f"{ids[node.id]}{before}{_text(*(number + node.lines[0], *node.lines[1:]))}{after}"


def _edge(edge: Edge, ids: dict[str, str]) -> str:
    arrow = "-.->" if not edge.sure or edge.kind == "return" else "==>" if edge.kind in ("message", "launch") else "-->"
    label = f"|{_text(edge.label)}|" if edge.label else ""
    return f"{ids[edge.source]} {arrow}{label} {ids[edge.target]}"


def _classes(graph: Graph, ids: dict[str, str]) -> Iterator[str]:
    for kind in dict.fromkeys(node.kind for node in graph.nodes):
        ground, border = DAY.nodes[kind]
        dashed = ",stroke-dasharray:4 3" if kind == "fold" else ""
        yield f"  classDef {kind}_ fill:{ground},stroke:{border},color:{DAY.ink}{dashed}"
        yield f"  class {','.join(ids[node.id] for node in graph.nodes if node.kind == kind)} {kind}_"
    for state, css in (
        ("root", "stroke-width:3px"),
        ("perhaps", "stroke-dasharray:2 3"),
        ("abstract", "font-style:italic"),
    ):
        inside = [ids[node.id] for node in graph.nodes if state in node.states]
        if inside:
            yield f"  classDef {state}_ {css}"
            yield f"  class {','.join(inside)} {state}_"
    for index, group in enumerate(graph.groups):
        if any(node.group == group.id for node in graph.nodes):
            ground, ink = DAY.bands[hue(group.id, index)]
            yield f"  style g{index} fill:{ground},stroke:{ground},color:{ink}"


def _yaml(text: str) -> str:
    """In single quotes, where YAML knows no escape but that of the quote. Mermaid takes `<` there for HTML, and knows
    no way to write it."""
    return "'" + shown(text).replace("'", "''").replace("<", "‹").replace(">", "›") + "'"


def _text(*lines: str) -> str:
    return f'"{"<br/>".join(_escaped(line) for line in lines)}"'


def _escaped(text: str) -> str:
    return _ITS_OWN.sub(lambda found: f"#{ord(found.group())};", _ICON.sub(r"\1: ", shown(text))) or " "
