"""What narrows the types of a name or an attribute further up in a function: an assignment to it, a question asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.inference.files import Files
from reader.inference.flow import reaching
from reader.inference.values import UNKNOWN, Types, instances, united
from reader.syntax.expressions import Expression
from reader.syntax.guards import Guard

if TYPE_CHECKING:
    from reader.inference.core import Inference


class Narrowing:
    def __init__(self, inference: Inference, files: Files) -> None:
        self._inference = inference
        self._files = files

    def types(self, path: str, expression: Expression, types: Types) -> Types:
        """What is assigned or asked further up narrows what an expression may be."""
        if not expression.full:
            return types
        module = self._files.module(path)
        line, column = expression.line, expression.column
        place = module.place(line, column)
        if expression.form == "attribute" and place.scope.kind == "function":
            told = [one for one in module.assigned(expression.full, place.scope) if one.value is not None]
            last = reaching(told, place, line, column, certain=True)
            given = united(self._inference.of_bound(path, one) for one in last if one.annotation is None)
            types = given if given and UNKNOWN not in given else types
        for guard in module.guards(line, column, place.scope):
            if guard.subject == expression.full:
                types = self._narrowed(types, self._asked(path, guard), guard.holds)
        return types

    def _asked(self, path: str, guard: Guard) -> Types:
        """The classes that a guard names, by themselves or by what its function returns."""
        if guard.classes is not None:
            classes = guard.classes.parts if guard.classes.form == "tuple" else (guard.classes,)
            return united(instances(self._inference.infer(path, one)) for one in classes)
        functions = self._inference.infer(path, guard.asked) if guard.asked is not None else ()
        return united(self._inference.guarded(one) for one in functions if one.kind == "function")

    def _narrowed(self, types: Types, named: Types, holds: bool) -> Types:
        if not named:
            return types
        known = [one.place for one in named if one.kind == "instance"]
        lineage = self._inference.members.lineage
        within = [
            one for one in types if one.kind == "instance" and not set(known).isdisjoint(lineage(*one.place).order)
        ]
        if not holds:
            return tuple(one for one in types if one not in within)
        return tuple(within) or named
