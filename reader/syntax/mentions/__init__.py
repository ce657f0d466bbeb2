"""Where a word stands in Python code, and what it is there: called, launched, spelt in a string, imported.

Comments and prose in strings mention nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from reader.syntax.mentions.reading import DEFINES, called, mention, scope
from reader.syntax.mentions.stretches import at_line, stretches, whole_words
from reader.syntax.mentions.values import Argument, Invocation, Mention, Role, Scope
from reader.syntax.source import encode

__all__ = ["Argument", "Invocation", "Mention", "Role", "Scope", "calls_within", "mentions", "scope_at"]


def mentions(text: str, wanted: Collection[str]) -> tuple[Mention, ...]:
    """Every place in code where one of the words stands, in order."""
    return _mentions(text, tuple(wanted))


@lru_cache(maxsize=64)
def _mentions(text: str, wanted: tuple[str, ...]) -> tuple[Mention, ...]:
    source = encode(text)
    spans = sorted(span for one in wanted for span in whole_words(source, one.encode()))
    found: list[Mention] = []
    for part in stretches(text, source, spans):
        for start, end in part.spans:
            node = part.root.descendant_for_byte_range(start, end)
            if node is not None:
                found += mention(node, part.source[start:end].decode(), part.source, start, part.first_line)
    return tuple(found)


def calls_within(text: str, first: int, last: int) -> tuple[Mention, ...]:
    """The calls and launches whose callee begins in these lines, in order; `word` is the last name of the callee."""
    found: list[Mention] = []
    for part in at_line(text, first):
        pending = [part.root]
        while pending:
            node = pending.pop()
            if node.end_point.row + part.first_line < first or node.start_point.row + part.first_line > last:
                continue
            if node.type == "call":
                found += called(node, part.source, part.first_line)
            pending += node.named_children
    inside = [one for one in found if first <= one.line <= last]
    return tuple(sorted(inside, key=lambda one: (one.line, one.column)))


def scope_at(text: str, line: int) -> Scope | None:
    """The innermost definition whose name stands on this line."""
    for part in at_line(text, line):
        pending = [part.root]
        while pending:
            node = pending.pop()
            name = node.child_by_field_name("name") if node.type in DEFINES else None
            if name is not None and name.start_point.row + part.first_line == line:
                return scope(node, part.first_line)
            pending += [
                child
                for child in node.named_children
                if child.start_point.row + part.first_line <= line <= child.end_point.row + part.first_line
            ]
    return None
