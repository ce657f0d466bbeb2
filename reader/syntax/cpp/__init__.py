"""What a C++ or CUDA file says: definitions, declarations, calls, blocks.

Reads by a scanner of its own, not by a grammar: both grammars lose kernels to macros and to `#if` within a signature,
and what a file says under each side of an `#if` no single parse can tell. Any text gives an answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from reader.syntax import Definition
from reader.syntax.cpp.outline import Outline, outline

__all__ = ["declarations", "definitions", "signature_end"]

CppLanguage = Literal["cpp", "cuda"]


def definitions(text: str, language: CppLanguage) -> tuple[Definition, ...]:
    """In order of appearance, both sides of an `#if` included."""
    return _outline(text).definitions


def declarations(text: str, language: CppLanguage) -> tuple[Definition, ...]:
    """Functions and kernels that are declared and not defined, members included; kind "declaration"."""
    return _outline(text).declarations


def signature_end(text: str, definition: Definition, language: CppLanguage) -> int:
    """The line of the `{` that opens the body; the first line where there is none."""
    return _outline(text).bodies.get((definition.symbol, definition.line), definition.line)


@lru_cache(maxsize=8)
def _outline(text: str) -> Outline:
    return outline(text)
