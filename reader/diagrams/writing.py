"""A graph in one of the formats, by its name."""

from __future__ import annotations

from reader.diagrams.graph import Graph


def written(graph: Graph, form: str) -> str:
    if form == "svg":
        from reader.diagrams.svg import svg

        return svg(graph)
    if form == "dot":
        from reader.diagrams.dot import dot

        return dot(graph)
    from reader.diagrams.mermaid import mermaid

    return mermaid(graph)
