"""What a C++ or CUDA file says: definitions, declarations, calls, blocks.

Reads by a scanner of its own, not by a grammar: both grammars lose kernels to macros and to `#if` within a signature,
and what a file says under each side of an `#if` no single parse can tell. Any text gives an answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from reader.syntax import Block, Call, Definition
from reader.syntax.cpp.callees import callees
from reader.syntax.cpp.folding import Folding
from reader.syntax.cpp.outline import Outline, outlined

__all__ = ["blocks", "calls", "declarations", "definitions", "signature_end"]

CppLanguage = Literal["cpp", "cuda"]


def definitions(text: str, language: CppLanguage) -> tuple[Definition, ...]:
    """In order of appearance, both sides of an `#if` included."""
    return outline_of(text).definitions


def declarations(text: str, language: CppLanguage) -> tuple[Definition, ...]:
    """Functions and kernels that are declared and not defined, members included; kind "declaration"."""
    return outline_of(text).declarations


def signature_end(text: str, definition: Definition, language: CppLanguage) -> int:
    """The line of the `{` that opens the body; the line of the name where there is none, as for macros."""
    found = outline_of(text)
    body = found.bodies.get((definition.symbol, definition.line))
    if body is None or not found.source.expanded.startswith("{", body):
        return definition.line
    return found.source.line(body)


def calls(text: str, first: int, last: int, language: CppLanguage) -> tuple[Call, ...]:
    """Calls, macro uses and kernel launches whose name stands in the lines, macro bodies included."""
    found = outline_of(text)
    return tuple(callees(found.source, found.names, *found.source.span(first, last)))


def blocks(text: str, first: int, last: int, language: CppLanguage) -> tuple[Block, ...]:
    """Of the definition that spans these lines; of the lines themselves where none does."""
    found = outline_of(text)
    begin, end = found.spans.get((first, last)) or found.source.span(first, last)
    return Folding(found).blocks(begin, end)


@lru_cache(maxsize=8)
def outline_of(text: str) -> Outline:
    return outlined(text)
