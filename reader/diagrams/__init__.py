"""Answers about the code as pictures: a graph from each, drawn as SVG or written as Mermaid or Graphviz DOT.

Owns what of an answer a picture shows, where it stands and how it looks. Decides nothing about the code: every node and
edge comes from the module that knows, and what does not fit is folded with its count, never dropped.
"""
