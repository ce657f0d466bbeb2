"""The names of one line of source, and the one that a column points at."""

from __future__ import annotations

import re

from reader.value import frozen

_NAME = re.compile(r"[^\W\d]\w*")
_WRITTEN = re.compile(r"[\w./:-]*\w")  # a path, a ref or a dotted name, as prose and comments write one


@frozen
class Name:
    """`column` is that of its first character, from 1."""

    text: str
    column: int


def on(line: str, column: int | None) -> tuple[Name, ...]:
    """The name that the column is in or right behind, else the next one on the line; without a column all of them."""
    every = tuple(Name(found[0], found.start() + 1) for found in _NAME.finditer(line))
    if column is None:
        return every
    behind = [one for one in every if one.column <= column <= one.column + len(one.text)]
    if behind:
        return (behind[-1],)
    after = [one for one in every if one.column > column]
    return (after[0],) if after else every[-1:]


def written_at(line: str, column: int) -> str:
    """What a path or dotted name around this column says as a whole: `vllm/v1/core.py` and not `core`."""
    for found in _WRITTEN.finditer(line):
        if found.start() < column <= found.end() + 1:
            return found[0].strip("./:-")
    return ""
