"""C++ and CUDA: bases and derived classes as far as the heads tell.

A base is looked for in its own file, then in what that file includes, then in the whole checkout. Where several are as
near, all are told and none is sure. What a template parameter or a macro stands for is not told.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from reader import search
from reader.hierarchy.values import Kin, Method
from reader.resolve.sources import Sources, native_parts
from reader.syntax import Definition, declarations, language_of
from reader.syntax.cpp.inheritance import Heir, heirs, pure
from reader.value import frozen

Place = tuple[str, str]

_INCLUDE = re.compile(rb'#[ \t]*include[ \t]*"([^"\n]+)"')
# Each starts with a literal, which `re` looks for with memchr; what they give is looked at again by the parse.
_HEADS = tuple(re.compile(key + rb"\s([^;{}]{0,800})\{") for key in (rb"struct", rb"class"))
_WORD = re.compile(rb"[A-Za-z_]\w*")


@frozen
class _Texts:
    """By name the files that may define a class of it, and those where it may be a base; by file its includes."""

    defining: dict[str, set[str]]
    inheriting: dict[str, set[str]]
    includes: dict[str, tuple[str, ...]]


class Web:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._heirs: dict[str, dict[int, Heir]] = {}
        self._near: dict[str, tuple[str, ...]] = {}

    def kin(self, path: str, symbol: str) -> Kin:
        """The class itself, of depth 0."""
        match = self.sources.match(path, symbol)
        if match is None:
            return Kin(symbol, path, None, 0)
        return self._kin(path, match.definition, 0, (), True, "")

    def bases(self, path: str, symbol: str) -> tuple[Kin, ...]:
        found: dict[tuple[str | None, str], Kin] = {}
        level = [Kin(symbol, path, None, 0)]
        while level:
            below = [base for one in level for base in self._direct(one)]
            level = []
            for base in below:
                key = base.path, base.symbol
                if key not in found and key != (path, symbol):
                    found[key] = base
                    level.append(base)
        return tuple(found.values())

    def subclasses(self, path: str, symbol: str) -> tuple[Kin, ...]:
        found: dict[Place, Kin] = {}
        level = [Kin(symbol, path, None, 0)]
        while level:
            below: list[Kin] = []
            for parent in level:
                for child in self._below(parent):
                    place = str(child.path), child.symbol
                    if place not in found and place != (path, symbol):
                        found[place] = child
                        below.append(child)
            level = below
        return tuple(found.values())

    def _direct(self, one: Kin) -> Iterable[Kin]:
        if one.path is None:
            return
        for written in self._written(one.path, one.symbol):
            meant, why = self._meant(one.path, written)
            parent = ((one.path, one.symbol),)
            for path, definition in meant:
                yield self._kin(path, definition, one.depth + 1, parent, len(meant) == 1 and one.sure, why)
            if not meant:
                yield Kin(written, None, None, one.depth + 1, parent)

    def _below(self, parent: Kin) -> Iterable[Kin]:
        name = native_parts(parent.symbol)[-1]
        for path in sorted(self._texts.inheriting.get(name, ())):
            for definition in self._classes(path):
                bases = self._written(path, definition.symbol, definition.line)
                for written in bases:
                    if native_parts(written)[-1] != name:
                        continue
                    meant, why = self._meant(path, written)
                    if any((at, each.symbol) == (parent.path, parent.symbol) for at, each in meant):
                        hangs = ((str(parent.path), parent.symbol),)
                        yield self._kin(path, definition, parent.depth + 1, hangs, len(meant) == 1 and parent.sure, why)

    def _kin(self, path: str, one: Definition, depth: int, parents: tuple[Place, ...], sure: bool, why: str) -> Kin:
        return Kin(one.symbol, path, one.line, depth, parents, self._abstract(path, one), sure, None if sure else why)

    def _abstract(self, path: str, one: Definition) -> str | None:
        text = self.sources.text(path)
        return "pure virtual functions" if "virtual" in text and pure(text, one.line, one.end) else None

    def _classes(self, path: str) -> list[Definition]:
        return [one for one in self.sources.definitions(path) if one.kind in ("class", "struct")]

    def _written(self, path: str, symbol: str, line: int | None = None) -> tuple[str, ...]:
        if path not in self._heirs:
            self._heirs[path] = {one.line: one for one in heirs(self.sources.text(path))}
        lines = [one.line for one in self._classes(path) if one.symbol == symbol and line in (None, one.line)]
        return tuple(
            dict.fromkeys(base for at in lines if at in self._heirs[path] for base in self._heirs[path][at].bases)
        )

    def _meant(self, path: str, written: str) -> tuple[list[tuple[str, Definition]], str]:
        """The classes that a base may be, of one reach: this file, its includes, the checkout."""
        parts = native_parts(written)
        holders = self._texts.defining.get(parts[-1], set())
        reach = (
            [path],
            [one for one in self.included(path) if one != path],
            sorted(holders - set(self.included(path))),
        )
        for files in reach:
            found = {
                (at, one.symbol): (at, one)
                for at in files
                if at in holders
                for one in reversed(self._classes(at))
                if native_parts(one.symbol)[-len(parts) :] == parts
                or native_parts(one.symbol)[-1:] == parts[-1:] != parts
            }
            if found:
                exact = [each for each in found.values() if native_parts(each[1].symbol)[-len(parts) :] == parts]
                chosen = exact or ([] if len(parts) > 1 else list(found.values()))
                if chosen:
                    return chosen, f"{written} is defined in {len(chosen)} places that are as near"
        return [], ""

    def included(self, path: str) -> tuple[str, ...]:
        """The file and all that it includes, as far as those lie in the checkout."""
        if path not in self._near:
            found, pending = [path], [path]
            while pending:
                at = pending.pop(0)
                for name in self._texts.includes.get(at, ()):
                    for there in self._places(at, name):
                        if there not in found:
                            found.append(there)
                            pending.append(there)
            self._near[path] = tuple(found)
        return self._near[path]

    def header(self, path: str, target: str) -> str | None:
        """The file that an `#include` of this file names: beside it, else below a folder that the build names."""
        return next(self._places(path, target), None)

    def _places(self, path: str, target: str) -> Iterator[str]:
        if self.sources.checkout.foreign:
            there = self.sources.included(path, target)
            if there is not None and there in self._texts.includes:
                yield there
            return
        for root in (posixpath.dirname(path), "csrc", ""):
            there = posixpath.normpath(posixpath.join(root, target))
            if there in self._texts.includes:
                yield there

    @cached_property
    def _texts(self) -> _Texts:
        defining: defaultdict[str, set[str]] = defaultdict(set)
        inheriting: defaultdict[str, set[str]] = defaultdict(set)
        includes: dict[str, tuple[str, ...]] = {}
        for path, data in search.texts(self.sources.checkout, "", search.NATIVE):
            includes[path] = tuple(name.decode("utf-8", "replace") for name in _INCLUDE.findall(data))
            for head in (head for pattern in _HEADS for head in pattern.findall(data)):
                names, _, bases = head.replace(b"::", b".").partition(b":")
                for word in _WORD.findall(names):
                    defining[word.decode()].add(path)
                for word in _WORD.findall(bases):
                    inheriting[word.decode()].add(path)
        return _Texts(dict(defining), dict(inheriting), includes)


def bound_in(sources: Sources, kin: Kin) -> dict[str, Method]:
    if kin.path is None:
        return {}
    text = sources.text(kin.path)
    scope = native_parts(kin.symbol)
    found: dict[str, Method] = {}
    known = (*declarations(text, language_of(kin.path)), *sources.definitions(kin.path))
    for one in known:
        parts = native_parts(one.symbol)
        if (
            one.kind in ("declaration", "function", "method", "kernel")
            and parts[:-1] == scope
            and parts[-1] != scope[-1]
        ):
            how = "pure virtual" if one.kind == "declaration" and pure(text, one.start, one.end) else None
            found.setdefault(
                parts[-1], Method(kin.path, one.symbol, "method", one.line, kin.depth, how, kin.sure, kin.note)
            )
    return found
