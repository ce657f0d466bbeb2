"""A graph -> Graphviz DOT. Every text is a quoted string, with what Graphviz would read as its own made literal."""

from __future__ import annotations

from collections.abc import Iterator

from reader.diagrams.graph import Edge, Graph, Node, consistent
from reader.diagrams.lettering import shown
from reader.diagrams.palette import DAY, hue

_FLOWS = {"right": "LR", "down": "TB", "lanes": "TB"}


def dot(graph: Graph) -> str:
    graph = consistent(graph)
    ids = {node.id: f"n{index}" for index, node in enumerate(graph.nodes)}
    lines = [
        f"digraph {_quoted(graph.title)} {{",
        f'  graph [rankdir={_FLOWS[graph.flow]}, label={_quoted(_headline(graph))}, labelloc=t, fontname="Helvetica"];',
        '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10];',
        '  edge [fontname="Helvetica", fontsize=9];',
        *_nodes(graph, ids),
        *(f"  {_edge(edge, ids)}" for edge in graph.edges),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _headline(graph: Graph) -> str:
    return f"{graph.title} ({graph.subtitle})" if graph.subtitle else graph.title


def _nodes(graph: Graph, ids: dict[str, str]) -> Iterator[str]:
    groups = {group.id for group in graph.groups}
    for index, group in enumerate(graph.groups):
        inside = [node for node in graph.nodes if node.group == group.id]
        if inside:
            ground, ink = DAY.bands[hue(group.id, index)]
            yield f"  subgraph cluster_{index} {{"
            yield f'    label={_quoted(group.title)}; style="rounded,filled"; color="{ground}"; fontcolor="{ink}";'
            yield from (f"    {_node(node, ids)}" for node in inside)
            yield "  }"
    yield from (f"  {_node(node, ids)}" for node in graph.nodes if node.group not in groups)


def _node(node: Node, ids: dict[str, str]) -> str:
    ground, border = DAY.nodes[node.kind]
    number = f"{node.number}  " if node.number is not None else ""
    label = _quoted(number + node.lines[0], *node.lines[1:])
    dashed = node.kind == "fold" or {"perhaps", "gone", "legacy"} & {*node.states}
    style = ', style="rounded,filled,dashed"' if dashed else ""
    wide = ", penwidth=2.5" if "root" in node.states else ""
    tip = _quoted(node.place or node.about or node.lines[0])
    return f'{ids[node.id]} [label={label}, fillcolor="{ground}", color="{border}", tooltip={tip}{style}{wide}];'


def _edge(edge: Edge, ids: dict[str, str]) -> str:
    parts = [f'color="{DAY.edges[edge.kind]}"']
    if edge.label:
        parts.append(f"label={_quoted(edge.label)}")
    if edge.place:
        parts.append(f"edgetooltip={_quoted(edge.place)}")
    if not edge.sure or edge.kind == "return":
        parts.append("style=dashed" if edge.sure else "style=dotted")
    if edge.kind == "inherits":  # the base stands first, the arrow leads back to it
        return f"{ids[edge.target]} -> {ids[edge.source]} [dir=back, arrowtail=empty, {', '.join(parts)}];"
    return f"{ids[edge.source]} -> {ids[edge.target]} [{', '.join(parts)}];"


def _quoted(*lines: str) -> str:
    return '"' + "\\n".join(_escaped(line) for line in lines) + '"'


def _escaped(text: str) -> str:
    """Graphviz reads a backslash as an escape and an ampersand as an entity."""
    return shown(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
