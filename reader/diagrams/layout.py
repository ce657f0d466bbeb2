"""A graph -> a drawing, by its flow."""

from __future__ import annotations

from reader.diagrams.geometry import Drawing
from reader.diagrams.graph import Graph, consistent


def drawn(graph: Graph) -> Drawing:
    graph = consistent(graph)
    if graph.flow == "lanes":
        from reader.diagrams.swimlanes import swimlanes

        return swimlanes(graph)
    from reader.diagrams.layered import layered

    return layered(graph)
