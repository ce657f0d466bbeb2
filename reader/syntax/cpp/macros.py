"""`#define`: each macro is a definition, and so is a kernel that a macro's body defines under a name of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.pattern import pattern
from reader.syntax.cpp.scopes import Found, Walk
from reader.syntax.cpp.source import Directive, Source

_MACRO = pattern(r"\s*([A-Za-z_]\w*)(\([^)]*\))?")


def macros(source: Source) -> Iterator[Found]:
    for directive in source.directives:
        match = _MACRO.match(directive.rest) if directive.word == "define" else None
        if match is None:
            continue
        name = directive.rest_at + match.start(1)
        yield Found(match[1], "macro", name, directive.start, directive.start, directive.end - 1)
        if "__global__" in directive.rest:
            yield from _kernels(source, directive, directive.rest_at + match.end(), match[2] or "")


def _kernels(source: Source, directive: Directive, begin: int, parameters: str) -> Iterator[Found]:
    """Those whose name stands there in full; one that is pasted together or given as an argument has none yet."""
    given = set(re.findall(r"\w+", parameters))
    for found in Walk(source.expanded[begin : directive.end], frozenset()).run().definitions:
        pasted = source.text[: begin + found.name].rstrip().endswith("##")
        if found.kind == "kernel" and not pasted and found.symbol not in given:
            at = (begin + offset for offset in (found.name, found.start, found.body, found.end))
            yield Found(found.symbol, found.kind, *at)
