"""What a fold says: the source's own words about the lines that are left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reader.excerpt.visible import visible_line
from reader.syntax import Block

_MOST = 3  # labels in one


def joined(labels: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(_short(label) for label in labels if any(map(str.isalnum, label))))
    if len(distinct) > 1:
        distinct = [_name(label) for label in distinct]
    return visible_line("; ".join(distinct[:_MOST]) + ("; …" if len(distinct) > _MOST else ""))


def _short(label: str) -> str:
    """Many imports in a row say one thing."""
    if label.startswith(("import ", "from ")):
        return "imports"
    if label.lstrip("# ").startswith("include"):
        return "includes"
    return label.rstrip(";. ")


def _name(label: str) -> str:
    """Of one among several functions: `def` and the name, so that more of them have room."""
    for head in ("def ", "async def "):
        if label.startswith(head):
            return label.partition("(")[0]
    return label


def label_of_body(block: Block) -> tuple[str, ...]:
    """Of a block whose head is shown: its docstring's first line, else what its parts say."""
    if block.children and block.children[0].docstring:
        return (block.children[0].label,)
    return tuple(child.label for child in block.children)


def label_of_rest(lines: Sequence[str]) -> str:
    """Of lines that are no block: the first of them that has words in it."""
    for line in lines:
        if any(map(str.isalnum, line)):
            return visible_line(line.strip().lstrip("#/*-|> ").replace("**", ""))
    return ""
