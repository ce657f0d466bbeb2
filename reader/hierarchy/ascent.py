"""Upwards: the bases of a class in method resolution order, those outside of the checkout among them."""

from __future__ import annotations

from reader.hierarchy.naming import Naming, Place
from reader.hierarchy.values import Kin
from reader.resolve.python import merged
from reader.resolve.sources import Sources
from reader.syntax.classes import Class, classes

# Deeper than any honest line of bases (9 in 0.33.0); past it the files contradict each other.
_DEEPEST = 40

Link = tuple[str | None, str]


def class_of(sources: Sources, path: str, symbol: str) -> Class | None:
    """The class of this qualified name; of conditional twins the first."""
    return next((one for one in classes(sources.text(path)) if one.symbol == symbol), None)


def abstract_by(one: Class) -> str | None:
    """What marks a class as one that is not made itself."""
    last = {base.rpartition(".")[2] for base in one.bases}
    if "Protocol" in last:
        return "protocol"
    if any(member.abstract for member in one.members):
        return "abstract methods"
    return "ABC" if "ABC" in last or (one.metaclass or "").rpartition(".")[2] == "ABCMeta" else None


class Ascent:
    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self._parents: dict[Link, list[tuple[Link, bool, str | None]]] = {}

    def bases(self, path: str, symbol: str) -> tuple[Kin, ...]:
        depths: dict[Link, int] = {}
        parents: dict[Link, list[Place]] = {}
        notes: dict[Link, tuple[bool, str | None]] = {}
        pending: list[tuple[Link, int]] = [((path, symbol), 0)]
        while pending:
            link, depth = pending.pop(0)
            for base, sure, note in self.direct(link):
                parents.setdefault(base, []).append((str(link[0]), link[1]))
                known = notes.get(base, (False, note))
                notes[base] = (sure or known[0], known[1])
                if base not in depths:
                    depths[base] = depth + 1
                    pending.append((base, depth + 1))
        order = self._order((path, symbol), ())[1:]
        return tuple(self._kin(link, depths[link], parents[link], *notes[link]) for link in order)

    def direct(self, link: Link) -> list[tuple[Link, bool, str | None]]:
        """The bases in the class's own head, each with whether it is certain; an outside one has no path."""
        if link not in self._parents:
            self._parents[link] = list(self._found(*link))
        return self._parents[link]

    def _found(self, path: str | None, symbol: str) -> list[tuple[Link, bool, str | None]]:
        one = class_of(self.naming.sources, path, symbol) if path is not None else None
        if path is None or one is None:
            return []
        found: dict[Link, tuple[Link, bool, str | None]] = {}
        for written in one.bases:
            meant = self.naming.base(path, one, written)
            for place in meant.places:
                if place != (path, symbol):
                    found.setdefault(place, (place, meant.sure, None if meant.sure else meant.why))
            if not meant.places and written != "object":
                note = None if meant.why == "outside" else meant.why
                found.setdefault((None, written), ((None, written), note is None, note))
        return list(found.values())

    def _order(self, link: Link, below: tuple[Link, ...]) -> list[Link]:
        direct = [base for base, _, _ in self.direct(link) if base not in below and base != link]
        if len(below) > _DEEPEST:
            return [link]
        return [link, *merged([*(self._order(base, (*below, link)) for base in direct), direct])]

    def _kin(self, link: Link, depth: int, parents: list[Place], sure: bool, note: str | None) -> Kin:
        path, symbol = link
        one = class_of(self.naming.sources, path, symbol) if path is not None else None
        line = one.line if one else None
        return Kin(symbol, path, line, depth, tuple(parents), abstract_by(one) if one else None, sure, note)
