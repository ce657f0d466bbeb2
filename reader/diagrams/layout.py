"""A graph -> a drawing, by its flow."""

from __future__ import annotations

from reader.diagrams.geometry import Drawing
from reader.diagrams.graph import Graph, consistent
from reader.diagrams.layered import layered
from reader.diagrams.swimlanes import swimlanes


def drawn(graph: Graph) -> Drawing:
    graph = consistent(graph)
    return swimlanes(graph) if graph.flow == "lanes" else layered(graph)
