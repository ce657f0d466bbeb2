"""One class with all that is above and below it, and its members with what they stand in for."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from reader.hierarchy import members, native
from reader.hierarchy.ascent import Ascent, abstract_by, class_of
from reader.hierarchy.descent import Descent
from reader.hierarchy.naming import Naming
from reader.hierarchy.values import Family, Kin, Method, Standing
from reader.resolve.sources import Sources, is_native, native_parts

# Bases that bring no members a class would mean to override.
_WITHOUT = frozenset({"ABC", "Protocol", "Generic"})


class Families:
    """Of one checkout: its classes are read off it once."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        naming = Naming(sources)
        self._up, self._down, self._web = Ascent(naming), Descent(naming), native.Web(sources)
        self._below: dict[tuple[str, str], tuple[Kin, ...]] = {}

    def bases(self, path: str, symbol: str) -> tuple[Kin, ...]:
        return self._web.bases(path, self._whole(path, symbol)) if is_native(path) else self._up.bases(path, symbol)

    def subclasses(self, path: str, symbol: str) -> tuple[Kin, ...]:
        key = path, symbol
        if key not in self._below:
            if is_native(path):
                self._below[key] = self._web.subclasses(path, self._whole(path, symbol))
            else:
                self._below[key] = self._down.subclasses(path, symbol)
        return self._below[key]

    def named_as_base(self, path: str, symbol: str) -> int:
        """In how many heads of classes the name stands: what it takes to tell those below, before it is told."""
        return 0 if is_native(path) else self._down.named_as_base(symbol.rpartition(".")[2])

    def _whole(self, path: str, symbol: str) -> str:
        """With the namespaces that were left out."""
        match = self.sources.match(path, symbol)
        return match.definition.symbol if match else symbol

    def family(self, path: str, symbol: str) -> Family:
        me = self._me(path, symbol)
        above, below = self.bases(path, symbol), self.subclasses(path, symbol)
        own = self._own(me)
        higher = [self._bound_in(one, own) for one in above]
        lower = [self._bound_in(one, own) for one in below]
        standing = tuple(
            Standing(
                each,
                tuple(found[name] for found in higher if name in found),
                tuple(found[name] for found in lower if name in found),
            )
            for name, each in own.items()
        )
        return Family(me, above, below, standing, self._left_open(own, above))

    def standing(self, path: str, symbol: str) -> Standing | None:
        """Of one member; None where the class does not bind it."""
        owner, name = _split(path, symbol)
        own = self._bound_in(self._me(path, owner), (name,)) if owner else {}
        if name not in own:
            return None
        return Standing(own[name], self.overridden(path, symbol), self.overriding(path, symbol))

    def own(self, path: str, symbol: str, name: str) -> Method | None:
        """What the class itself binds under this name."""
        return self._bound_in(self._me(path, symbol), (name,)).get(name)

    def overridden(self, path: str, symbol: str) -> tuple[Method, ...]:
        owner, name = _split(path, symbol)
        return self._binding(self.bases(path, owner), name) if owner else ()

    def overriding(self, path: str, symbol: str) -> tuple[Method, ...]:
        owner, name = _split(path, symbol)
        return self._binding(self.subclasses(path, owner), name) if owner else ()

    def outside(self, path: str, symbol: str) -> tuple[str, ...]:
        """The bases of a member's class that are outside of the checkout, and may bind the name too."""
        owner, _ = _split(path, symbol)
        known = self.bases(path, owner) if owner else ()
        return tuple(one.symbol for one in known if one.outside and one.symbol.rpartition(".")[2] not in _WITHOUT)

    def _binding(self, kin: Iterable[Kin], name: str) -> tuple[Method, ...]:
        return tuple(found[name] for one in kin if name in (found := self._bound_in(one, (name,))))

    def _me(self, path: str, symbol: str) -> Kin:
        if is_native(path):
            return self._web.kin(path, symbol)
        one = class_of(self.sources, path, symbol)
        return Kin(symbol, path, one.line if one else None, 0, abstract=abstract_by(one) if one else None)

    def _own(self, me: Kin) -> dict[str, Method]:
        return native.bound_in(self.sources, me) if is_native(str(me.path)) else members.own(self.sources, me)

    def _bound_in(self, kin: Kin, names: Collection[str]) -> dict[str, Method]:
        if kin.path is not None and is_native(kin.path):
            return {name: one for name, one in native.bound_in(self.sources, kin).items() if name in names}
        return members.bound_in(self.sources, kin, names)

    def _left_open(self, own: dict[str, Method], above: Iterable[Kin]) -> tuple[Method, ...]:
        """What bases declare abstract and neither the class nor a base before them fills in."""
        filled = set(own)
        found: list[Method] = []
        for one in above:
            bound = self._own(one) if one.path is not None else {}
            found += [each for name, each in bound.items() if name not in filled and each.abstract]
            filled |= bound.keys()
        return tuple(found)


def _split(path: str, symbol: str) -> tuple[str, str]:
    if is_native(path):
        parts = native_parts(symbol)
        return "::".join(parts[:-1]), parts[-1]
    owner, _, name = symbol.rpartition(".")
    return owner, name


def bases(sources: Sources, path: str, symbol: str) -> tuple[Kin, ...]:
    """In method resolution order, without the class itself and `object`; those outside of the checkout are named."""
    return Families(sources).bases(path, symbol)


def subclasses(sources: Sources, path: str, symbol: str) -> tuple[Kin, ...]:
    """Direct and indirect, nearest first, over the whole checkout."""
    return Families(sources).subclasses(path, symbol)


def overridden(sources: Sources, path: str, symbol: str) -> tuple[Method, ...]:
    """What this member stands in for: the bases that bind the name, in method resolution order, so the first is it."""
    return Families(sources).overridden(path, symbol)


def overriding(sources: Sources, path: str, symbol: str) -> tuple[Method, ...]:
    """What stands in for this member in subclasses, direct and indirect, nearest first."""
    return Families(sources).overriding(path, symbol)
