"""The C++ files of a checkout with what they include, each read when it is first asked for.

Owns where an `#include` leads and which macros hold at a place. A system header, and one that the build makes, is
nowhere in a checkout: it is left out, and `absent` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from reader.pattern import pattern
from reader.resolve.sources import Sources
from reader.search import NATIVE
from reader.syntax.cpp.tokens import Define, Include, Lexed
from reader.value import frozen

if TYPE_CHECKING:
    from reader.syntax import Definition

_INCLUDED = pattern(r"#[ \t]*include[ \t]*[\"<]([^\">\n]+)[\">]")
_DEFINED = pattern(r"#[ \t]*define[ \t]+(\w+)")
_LARGEST_CLOSURE = 300  # files that one includes, over all; 0.33.0 needs 40
_MACRO_BODIES = 8  # definitions of one macro that a use may mean


@frozen
class Macro:
    """A `#define` that a use may mean. `condition` holds also for the `#include` that brings it."""

    path: str
    define: Define
    condition: str | None = None


class Units:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._lexed: dict[str, Lexed] = {}
        self._texts: dict[str, str] = {}
        self._closures: dict[str, tuple[tuple[str, str | None], ...]] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._macros: dict[tuple[str, str, int], tuple[Macro, ...]] = {}
        self._native: tuple[str, ...] | None = None

    def text(self, path: str) -> str:
        if path not in self._texts:
            self._texts[path] = self.sources.text(path)
        return self._texts[path]

    def lexed(self, path: str) -> Lexed:
        if path not in self._lexed:
            self._lexed[path] = Lexed(self.text(path))
        return self._lexed[path]

    def files(self) -> tuple[str, ...]:
        """All native files below csrc, or of the whole checkout where there is no such folder."""
        if self._native is None:
            checkout = self.sources.checkout
            self._native = tuple(checkout.files(checkout.native, NATIVE))
        return self._native

    def mentioning(self, name: str) -> Iterator[str]:
        word = re.compile(rf"\b{re.escape(name)}\b")
        for path in self.files():
            text = self.text(path)
            if name in text and word.search(text):
                yield path

    def definitions(self, path: str) -> tuple[Definition, ...]:
        return self.sources.definitions(path)

    def included(self, path: str, target: str) -> str | None:
        return self.sources.included(path, target)

    def closure(self, path: str) -> tuple[tuple[str, str | None], ...]:
        """Every file that `path` includes, over all, nearest first, with the condition of its include."""
        known = self._closures.get(path)
        if known is not None:
            return known
        seen: dict[str, str | None] = {}
        queue: list[tuple[str, str | None]] = [(path, None)]
        while queue and len(seen) < _LARGEST_CLOSURE:
            one, over = queue.pop(0)
            for include in self._includes(one):
                found = self.included(one, include.target)
                if found is not None and found != path and found not in seen:
                    seen[found] = both(over, include.condition)
                    queue.append((found, seen[found]))
        self._closures[path] = tuple(seen.items())
        return self._closures[path]

    def _includes(self, path: str) -> list[Include]:
        """Of files in the checkout; most headers include none, and only for the others are their conditions read."""
        written = {target for target in _INCLUDED.findall(self.text(path)) if target.endswith(NATIVE)}
        if not any(self.included(path, target) for target in written):
            return []
        return [each for each in self.lexed(path).includes if each.target in written]

    def macros(self, name: str, path: str, line: int) -> tuple[Macro, ...]:
        """The definitions that a use of `name` on that line may mean: the last one before it, and where that depends
        on an `#if`, those that hold otherwise."""
        key = (name, path, line if name in self._defined(path) else 0)
        if key not in self._macros:
            self._macros[key] = tuple(self._found(name, path, line))[:_MACRO_BODIES]
        return self._macros[key]

    def _found(self, name: str, path: str, line: int) -> Iterator[Macro]:
        if name in self._defined(path):
            own, final = self.lexed(path).macros(name, line)
            yield from (Macro(path, each, each.condition) for each in own)
            if final:
                return
        for other, over in self.closure(path):
            if name in self._defined(other):
                for each in self.lexed(other).macros(name)[0]:
                    yield Macro(other, each, both(over, each.condition))

    def _defined(self, path: str) -> frozenset[str]:
        if path not in self._names:
            text = self.text(path)
            self._names[path] = frozenset(_DEFINED.findall(text)) if "define" in text else frozenset()
        return self._names[path]


def both(one: str | None, other: str | None) -> str | None:
    if one is None or other is None or one == other:
        return one or other
    return f"{one} && {other}"


@lru_cache(maxsize=2)
def units(sources: Sources) -> Units:
    return Units(sources)
