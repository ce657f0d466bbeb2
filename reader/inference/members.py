"""Members of classes: the line of bases, where a member is defined, and what types an attribute has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.inference import outside as beyond
from reader.inference.files import Files
from reader.inference.values import NOTHING_KNOWN, Type, Types, united
from reader.resolve.python import merged
from reader.syntax.bound import Bound
from reader.syntax.scopes import Scope
from reader.value import frozen

if TYPE_CHECKING:
    from reader.inference.core import Inference

_PROPERTIES = frozenset({"property", "cached_property", "lazy_property", "abstractproperty", "classproperty", "setter"})


@frozen
class Lineage:
    """The class and its bases in the checkout, in method resolution order; those outside by name; whether a base is not
    known at all."""

    order: tuple[tuple[str, str], ...]
    outside: tuple[str, ...] = ()
    unknown: bool = False


@frozen
class Definer:
    """The class that a member comes from, and the member's bindings in it; `assigned` where only methods set it."""

    path: str
    symbol: str
    bounds: tuple[Bound, ...]
    assigned: bool = False


class Members:
    def __init__(self, inference: Inference, files: Files) -> None:
        self._inference = inference
        self._files = files
        self._lineages: dict[tuple[str, str], Lineage] = {}

    def lineage(self, path: str, symbol: str, below: tuple[tuple[str, str], ...] = ()) -> Lineage:
        me = (path, symbol)
        known = self._lineages.get(me)
        if known is None:
            if me in below:
                return Lineage(())
            known = self._line(path, symbol, (*below, me))
            self._lineages[me] = known
        return known

    def _line(self, path: str, symbol: str, below: tuple[tuple[str, str], ...]) -> Lineage:
        lines: list[list[tuple[str, str]]] = []
        direct: list[tuple[str, str]] = []
        outside: list[str] = []
        unknown = False
        for base in self._bases(path, symbol):
            if base.kind == "class" and base.place not in below:
                inner = self.lineage(base.path, base.symbol, below)
                direct.append(base.place)
                lines.append(list(inner.order))
                outside += inner.outside
                unknown = unknown or inner.unknown
            elif base.kind == "outside":
                outside.append(base.symbol)
            else:
                unknown = True
        return Lineage(((path, symbol), *merged([*lines, direct])), tuple(dict.fromkeys(outside)), unknown)

    def _bases(self, path: str, symbol: str) -> Types:
        module = self._files.module(path)
        found: list[Type] = []
        for scope in self.scopes(path, symbol):
            for base in module.bases(scope):
                inner = base.parts[0] if base.form == "subscript" and base.parts else base
                found += self._inference.infer(path, inner)
        return tuple(dict.fromkeys(found))

    def scopes(self, path: str, symbol: str) -> tuple[Scope, ...]:
        return tuple(one for one in self._files.module(path).named(symbol) if one.kind == "class")

    def own(self, path: str, symbol: str, name: str) -> tuple[Bound, ...]:
        """What the body of the class itself binds under this name."""
        module = self._files.module(path)
        found = (one for scope in self.scopes(path, symbol) for one in module.bound(name, scope))
        return tuple(one for one in found if one.how not in ("declared", "augmented"))

    def definer(self, path: str, symbol: str, name: str, after: tuple[str, str] | None = None) -> Definer | None:
        """Where a member of the class comes from: the first class of its line whose body has it, else the first whose
        methods set it. `after`: only what follows this class in the line, as `super()` asks."""
        order = self.lineage(path, symbol).order
        if after is not None:
            order = order[order.index(after) + 1 :] if after in order else ()
        for place in order:
            own = self.own(*place, name)
            if own:
                return Definer(*place, own)
        for place in order:
            module = self._files.module(place[0])
            own = tuple(one for scope in self.scopes(*place) for one in module.members(name, scope))
            if own:
                return Definer(*place, own, True)
        return None

    def types(self, of: Type, name: str) -> Types:
        """Of an attribute of one type."""
        match of.kind:
            case "module":
                found = self._files.origins_of(of.path, name)
                return united(self._inference.of_origin(one) for one in found)
            case "instance" | "class":
                return self._of_class(of, name)
            case "outside":
                return beyond.attribute(of, name)
            case "function":
                return NOTHING_KNOWN
        return NOTHING_KNOWN

    def _of_class(self, of: Type, name: str) -> Types:
        if name == "__class__":
            return (Type("class", of.path, of.symbol),)
        definer = self.definer(of.path, of.symbol, name)
        if definer is None:
            lineage = self.lineage(of.path, of.symbol)
            if lineage.unknown or not lineage.outside:
                return NOTHING_KNOWN
            return beyond.attribute(Type("outside", symbol=lineage.outside[0], made=True), name)
        return united(self._of_bound(definer, one, of) for one in self._telling(definer, of, name))

    def _telling(self, definer: Definer, of: Type, name: str) -> tuple[Bound, ...]:
        """The bindings that say the type: annotated ones alone, where there are; else all that are assigned too."""
        if any(one.how == "definition" for one in definer.bounds):
            return definer.bounds[-1:] if definer.bounds[-1].how == "definition" else definer.bounds
        told = tuple(one for one in definer.bounds if one.annotation is not None)
        if told:
            return told
        module = self._files.module(definer.path)
        more = (
            ()
            if definer.assigned
            else tuple(
                one for scope in self.scopes(definer.path, definer.symbol) for one in module.members(name, scope)
            )
        )
        told = tuple(one for one in more if one.annotation is not None)
        return told or (*definer.bounds, *more)

    def _of_bound(self, definer: Definer, bound: Bound, of: Type) -> Types:
        if bound.how != "definition":
            return self._inference.of_bound(definer.path, bound)
        return self.of_definition(definer.path, bound, of)

    def of_definition(self, path: str, bound: Bound, of: Type) -> Types:
        module = self._files.module(path)
        scope = next((one for one in module.named(bound.symbol) if one.first == bound.line), None)
        if scope is None:
            return NOTHING_KNOWN
        if scope.kind == "class":
            return (Type("class", path, bound.symbol),)
        made = Type("function", path, bound.symbol, of=(of,))
        if of.kind == "instance" and any(
            one.rpartition(".")[2] in _PROPERTIES or one.endswith(".setter")
            for one in module.function(scope).decorators
        ):
            return self._inference.called(made)
        return (made,)
