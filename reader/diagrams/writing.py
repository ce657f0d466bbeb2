"""A graph in one of the formats, by its name."""

from __future__ import annotations

from reader.diagrams.dot import dot
from reader.diagrams.graph import Graph
from reader.diagrams.mermaid import mermaid
from reader.diagrams.svg import svg

_FORMS = {"svg": svg, "dot": dot, "mermaid": mermaid}


def written(graph: Graph, form: str) -> str:
    return _FORMS[form](graph)
