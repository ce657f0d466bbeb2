"""What a plain name is at one place: its scope, its bindings there, and the types they give it."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from reader.inference import outside as beyond
from reader.inference.files import Files, Origin
from reader.inference.flow import reaching
from reader.inference.values import NOTHING_KNOWN, Type, Types, instances, outside, united
from reader.syntax.bound import Bound
from reader.syntax.expressions import Expression
from reader.syntax.scopes import Place, Scope

if TYPE_CHECKING:
    from reader.inference.core import Inference

_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


class Naming:
    def __init__(self, inference: Inference, files: Files) -> None:
        self._inference = inference
        self._files = files

    def bounds(self, path: str, name: str, place: Place, line: int, column: int) -> tuple[Scope, tuple[Bound, ...]]:
        """The scope that binds the name for this place, and those bindings that may hold here. Nothing but the module
        where no scope binds it."""
        module = self._files.module(path)
        scope: Scope | None = place.scope
        while scope is not None:
            if scope.kind != "class" or scope is place.scope or scope.number == place.scope.number:
                found = module.bound(name, scope)
                if any(one.how == "declared" for one in found):
                    found = () if scope.kind != "module" else found
                if found:
                    own = scope.number == place.scope.number
                    return scope, reaching(found, place, line, column) if own else _plain(found)
            scope = scope.parent
        return module.scopes.module, ()

    def origins(self, path: str, name: str, place: Place, line: int, column: int) -> tuple[Origin, ...]:
        """Where the name comes from, imports followed."""
        _, found = self.bounds(path, name, place, line, column)
        if not found:
            return self._files.origins_of(path, name)
        return tuple(dict.fromkeys(one for bound in found for one in self._files.origins(path, bound)))

    def types(self, path: str, expression: Expression) -> Types:
        place = self._files.module(path).place(expression.line, expression.column)
        found = self.origins(path, expression.name, place, expression.line, expression.column)
        if all(one.kind == "lost" for one in found):
            return self._builtin(expression.name)
        return united(self.of_origin(one) for one in found)

    def is_builtin(self, name: str) -> bool:
        return hasattr(builtins, name)

    def _builtin(self, name: str) -> Types:
        return (Type("outside", symbol=name),) if self.is_builtin(name) else NOTHING_KNOWN

    def of_origin(self, origin: Origin) -> Types:
        match origin.kind:
            case "module":
                return (Type("module", origin.path),)
            case "outside":
                return (Type("outside", symbol=origin.name),)
            case "bound" if origin.bound is not None:
                return self._inference.remembered(
                    ("bound", origin.path, origin.bound.line, origin.bound.column),
                    lambda: self.of_bound(origin.path, origin.bound),
                )
        return NOTHING_KNOWN

    def of_bound(self, path: str, bound: Bound | None) -> Types:
        """What a name, or an attribute, gets by this binding."""
        if bound is None:
            return NOTHING_KNOWN
        inference = self._inference
        match bound.how:
            case "definition":
                scope = next(
                    (one for one in self._files.module(path).named(bound.symbol) if one.first == bound.line), None
                )
                return (Type("class" if scope and scope.kind == "class" else "function", path, bound.symbol),)
            case "parameter":
                return self._of_parameter(path, bound)
            case "import":
                return united(self.of_origin(one) for one in self._files.origins(path, bound))
            case "type":
                return NOTHING_KNOWN
            case "assign" if bound.annotation is not None and not _bare(bound.annotation):
                return inference.annotated(path, bound.annotation)
        if bound.value is None:
            return () if bound.how in ("augmented", "declared") else NOTHING_KNOWN
        value = inference.infer(path, bound.value)
        if bound.how == "for":
            value = beyond.element(inference.iterated(value))
        elif bound.how == "with":
            value = inference.entered(value)
        elif bound.how in ("except", "match"):
            return instances(value) if bound.value.form != "tuple" else NOTHING_KNOWN
        if bound.how == "assign" and bound.value.form in ("list", "dict", "set", "call") and not bound.unpack:
            value = self._filled(path, bound, value)
        for index in bound.unpack:
            value = (
                beyond.item(inference.iterated(value), index) if index >= 0 else outside("list", beyond.element(value))
            )
        return value

    def _filled(self, path: str, bound: Bound, value: Types) -> Types:
        """An empty container as one of what is put into it further on."""
        if len(value) != 1 or value[0].arguments or not beyond.is_container(value[0]):
            return value
        scope = bound.place.scope
        while bound.member and scope.kind != "class" and scope.parent is not None:
            scope = scope.parent
        put = self._files.module(path).put(bound.name, scope)
        types = united(self._inference.infer(path, one) for one in put) if put else NOTHING_KNOWN
        keys = (NOTHING_KNOWN,) if value[0].name in beyond.MAPPINGS else ()
        return outside(value[0].symbol, *keys, types)

    def _of_fixture(self, path: str, bound: Bound) -> Types:
        """A parameter of a test is what the fixture of that name gives."""
        folder = path.rpartition("/")[0]
        places = [path]
        while folder:
            places.append(f"{folder}/conftest.py")
            folder = folder.rpartition("/")[0]
        for place in places:
            if place != path and not self._files.sources.checkout.has(place):
                continue
            module = self._files.module(place)
            for scope in module.named(bound.name):
                if scope.kind == "function" and module.function(scope).decorated("fixture"):
                    return self._inference.called(Type("function", place, bound.name))
        return NOTHING_KNOWN

    def _of_parameter(self, path: str, bound: Bound) -> Types:
        scope = bound.place.scope
        if bound.annotation is not None:
            told = self._inference.annotated(path, bound.annotation)
            if bound.stars:
                return outside("tuple", told) if bound.stars == 1 else outside("dict", outside("str"), told)
            return told
        own = self._own_class(path, bound, scope)
        if own is not None:
            return own
        if bound.value is not None and bound.value.form != "none":
            return united((self._inference.infer(path, bound.value), NOTHING_KNOWN))
        if "test" in path and bound.place.scope.symbol.rpartition(".")[2].startswith("test"):
            return self._of_fixture(path, bound)
        return self._inference.of_overridden_parameter(path, bound)

    def _own_class(self, path: str, bound: Bound, scope: Scope) -> Types | None:
        """Of `self` and `cls`."""
        if (
            bound.number
            or bound.stars
            or scope.kind != "function"
            or scope.parent is None
            or scope.parent.kind != "class"
        ):
            return None
        head = self._files.module(path).function(scope)
        if head.decorated("staticmethod"):
            return None
        is_class = (
            head.decorated("classmethod", "root_validator", "model_validator", "field_validator", "validator")
            or scope.symbol.rpartition(".")[2] in _CLASS_METHODS
            or bound.name in ("cls", "mcs")
        )
        return (Type("class" if is_class else "instance", path, scope.parent.symbol),)


def _plain(bounds: tuple[Bound, ...]) -> tuple[Bound, ...]:
    plain = tuple(one for one in bounds if one.how not in ("declared", "augmented"))
    return plain or bounds


def _bare(annotation: Expression) -> bool:
    """`Final`, `ClassVar` and `TypeAlias` say nothing of the type themselves."""
    return annotation.name in ("Final", "ClassVar", "TypeAlias") and annotation.form in ("name", "attribute")
