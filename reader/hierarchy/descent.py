"""Downwards: every class of the checkout that has this one above it.

One pass over the bytes collects the heads of all classes with bases (0.5 s of processor time for the 75 MB of 0.33.0);
only a head that bears a wanted name, or another name that something is imported or assigned under, is looked at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace

from reader import search
from reader.checkout import Checkout
from reader.hierarchy.ascent import abstract_by
from reader.hierarchy.naming import Meant, Naming, Place
from reader.hierarchy.values import Kin
from reader.syntax.classes import Class, classes

# Each starts with a literal, which `re` looks for with memchr.
_HEAD = re.compile(rb"class[ \t]+(\w+)(?:[ \t]*\[[^\n]*\])?[ \t]*\(((?:[^()]|\([^()]*\)){0,4000})\)[ \t]*:")
# The word before `as` is taken afterwards: a group for it is tried from every letter on, three times as long.
_AS = re.compile(rb"import([ \t(][^)\n#;]*?\w)[ \t]+as[ \t]+(\w+)")
_BEFORE_AS = re.compile(rb"(\w+)\Z")
_ALIAS = re.compile(rb"\n([A-Za-z_]\w*+)[ \t]*+=[ \t]*+(?:\w+\.)*+(\w++)(?:\[[^\n]*)?\n")
_VALUE = re.compile(rb"[ \t]*=[ \t]*(?:\w+\.)*(\w+)[ \t]*\n")
_BLANK = (b" ", b"\t")
_WORD = re.compile(rb"[A-Za-z_]\w*")


class Heads:
    """Which names stand in the head of which class, over the whole checkout."""

    def __init__(self, checkout: Checkout) -> None:
        self.by_base: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        self.aliases: defaultdict[str, set[str]] = defaultdict(set)
        for path, data in search.texts(checkout, "", search.PYTHON):
            words = self._inheriting(path, data)
            for word in words:
                self._renamed(word, data)
            for name, target in _ALIAS.findall(data):
                self._called(target, name)
            if not words or path.endswith("/__init__.py"):  # what is imported here under another name to be handed on
                for before, name in _AS.findall(data) if b" as " in data or b"\tas" in data else ():
                    if (target := _BEFORE_AS.search(before)) and target[1] != name:
                        self._called(target[1], name)

    def _inheriting(self, path: str, data: bytes) -> set[bytes]:
        words = set()
        for name, bases in _HEAD.findall(data):
            for word in _WORD.findall(bases):
                self.by_base[word.decode()].add((path, name.decode()))
                words.add(word)
        return words

    def _renamed(self, word: bytes, data: bytes) -> None:
        """Where a base is imported under the name it has here, or assigned, as under an `if`."""
        at = -1
        while (at := data.find(word, at + 1)) >= 0:
            if data[at - 4 : at] == b" as " and (before := _BEFORE_AS.search(data, max(0, at - 84), at - 4)):
                self._called(before[1], word)
            elif data[at - 1 : at] in _BLANK and (value := _VALUE.match(data, at + len(word))):
                self._called(value[1], word)

    def _called(self, target: bytes, name: bytes) -> None:
        if name != target:
            self.aliases[target.decode()].add(name.decode())

    def named(self, name: str) -> set[str]:
        """The name, and what else it is called wherever it is imported or assigned under another one."""
        known, pending = {name}, [name]
        while pending:
            for other in self.aliases.get(pending.pop(), ()):
                if other not in known and (other in self.by_base or other in self.aliases):
                    known.add(other)
                    pending.append(other)
        return known


class Descent:
    def __init__(self, naming: Naming, heads: Heads | None = None) -> None:
        self.naming = naming
        self.sources = naming.sources
        self._heads = heads

    @property
    def heads(self) -> Heads:
        if self._heads is None:
            self._heads = Heads(self.sources.checkout)
        return self._heads

    def named_as_base(self, name: str) -> int:
        return len(self.heads.by_base.get(name, ()))

    def subclasses(self, path: str, symbol: str) -> tuple[Kin, ...]:
        top = path, symbol
        found: dict[Place, Kin] = {top: Kin(symbol, path, None, 0)}
        level = [top]
        while level:
            below: dict[Place, Kin] = {}
            for parent in level:
                for child in self._direct(found[parent], parent):
                    place = (str(child.path), child.symbol)
                    if place not in found:
                        below[place] = _joined(below[place], child) if place in below else child
            found |= {place: below[place] for place in sorted(below, key=self._package_first)}
            level = list(below)
        del found[top]
        return tuple(found.values())

    def _direct(self, parent: Kin, place: Place) -> Iterator[Kin]:
        names = self.heads.named(parent.symbol.rpartition(".")[2])
        for path, name in sorted({head for each in names for head in self.heads.by_base.get(each, ())}):
            for one in classes(self.sources.text(path)):
                meant = self._meant(path, one, names, place) if one.name == name else None
                if meant is not None:
                    sure = meant.sure and parent.sure
                    note = None if sure else meant.why or parent.note
                    yield Kin(one.symbol, path, one.line, parent.depth + 1, (place,), abstract_by(one), sure, note)

    def _package_first(self, place: Place) -> tuple[bool, Place]:
        return not self.sources.checkout.in_package(place[0]), place

    def _meant(self, path: str, one: Class, names: Collection[str], place: Place) -> Meant | None:
        """What the base means by which this class hangs on `place`, where there is one."""
        for written in one.bases:
            if written.rpartition(".")[2] in names:
                meant = self.naming.base(path, one, written)
                if place in meant.places and place != (path, one.symbol):
                    return meant
        return None


def _joined(one: Kin, other: Kin) -> Kin:
    sure = one.sure or other.sure
    return replace(one, parents=(*one.parents, *other.parents), sure=sure, note=None if sure else one.note)
