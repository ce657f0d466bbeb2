"""What a call gives: what its function says it returns, else what it is seen to return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.inference import outside as beyond
from reader.inference.files import Files
from reader.inference.values import NOTHING_KNOWN, Type, Types, instances, outside, united
from reader.syntax.expressions import Expression
from reader.syntax.functions import Function
from reader.syntax.scopes import Scope

if TYPE_CHECKING:
    from reader.inference.core import Inference


class Calls:
    def __init__(self, inference: Inference, files: Files) -> None:
        self._inference = inference
        self._files = files

    def types(self, path: str, call: Expression) -> Types:
        called = call.parts[0]
        if called.form == "name" and called.name in _BY_NAME:
            special = _BY_NAME[called.name](self, path, call)
            if special is not None:
                return special
        if called.form == "attribute" and called.name == "__new__" and len(call.parts) > 1:
            return instances(self._inference.infer(path, call.parts[1]))
        return united(self.result(one, path, call) for one in self._inference.infer(path, called))

    def result(self, one: Type, path: str, call: Expression | None) -> Types:
        match one.kind:
            case "class":
                return (Type("instance", one.path, one.symbol, one.arguments),)
            case "function":
                return self._inference.remembered(
                    ("returned", one.path, one.symbol, *[each.place for each in one.of]), lambda: self.returned(one)
                )
            case "instance":
                return self._of_instance(one, path, call)
            case "outside":
                given = [] if call is None else [self._inference.infer(path, each) for each in call.arguments[:3]]
                if one.name in beyond.ITERATES:
                    given = [self._inference.iterated(each) for each in given]
                return beyond.result(one, tuple(given))
        return NOTHING_KNOWN

    def _of_instance(self, one: Type, path: str, call: Expression | None) -> Types:
        """`__call__`, and `forward` of a module of torch, which its `__call__` calls."""
        for name in ("__call__", "forward"):
            types = self._inference.attribute(one, name)
            if types and all(each.kind == "function" for each in types):
                return united(self.result(each, path, call) for each in types)
        return NOTHING_KNOWN

    def returned(self, function: Type) -> Types:
        module = self._files.module(function.path)
        scopes = [one for one in module.named(function.symbol) if one.kind == "function"]
        solid = [one for one in scopes if not module.function(one).decorated("overload")] or scopes
        told = [one for one in solid if module.function(one).returns is not None]
        if told:
            return united(self._annotated(function, one, module.function(one)) for one in told)
        stubs = [one for one in scopes if module.function(one).returns is not None]
        if stubs:
            return united(self._annotated(function, one, module.function(one)) for one in stubs)
        return united(self._seen(function, one, module.function(one)) for one in solid) if solid else NOTHING_KNOWN

    def _annotated(self, function: Type, scope: Scope, head: Function) -> Types:
        returns = head.returns
        assert returns is not None
        owner = function.of[0] if function.of else None
        bare = returns.parts[0] if returns.form == "subscript" and returns.parts[0].name == "Optional" else returns
        if owner is not None and owner.kind in ("instance", "class") and self._is_self(function.path, bare):
            return (Type("instance", owner.path, owner.symbol, owner.arguments),)
        types = self._inference.annotated(function.path, returns)
        if head.decorated("contextmanager", "asynccontextmanager"):
            return beyond.element(types)
        return types

    def guarded(self, function: Type) -> Types:
        """What a function's argument is where it returns true: of `-> TypeIs[X]` an X; nothing for any other."""
        module = self._files.module(function.path)
        made: list[Types] = []
        for scope in module.named(function.symbol):
            returns = module.function(scope).returns if scope.kind == "function" else None
            if returns is not None and returns.form == "subscript" and returns.parts[0].name in ("TypeIs", "TypeGuard"):
                made.append(self._inference.annotated(function.path, returns.parts[1]))
        return tuple(one for one in united(made) if one.kind == "instance")

    def _is_self(self, path: str, returns: Expression) -> bool:
        """`Self`, or a type variable without a bound, which on a method stands for what it is called on."""
        if returns.form not in ("name", "attribute"):
            return False
        return returns.name == "Self" or (
            (len(returns.name) < 8 and returns.name.endswith("Self")) or returns.name in ("_S", "SelfT")
        )

    def _seen(self, function: Type, scope: Scope, head: Function) -> Types:
        module = self._files.module(function.path)
        if head.decorated("abstractmethod"):
            return NOTHING_KNOWN
        if head.yields:
            made = united(self._inference.infer(function.path, one) for one in module.returned(scope, "yield"))
            whole = head.decorated("contextmanager", "asynccontextmanager", "fixture")
            return made if whole else outside("Generator", made)
        made = united(self._inference.infer(function.path, one) for one in module.returned(scope))
        owner = function.of[0] if function.of else None
        if owner is None or scope.parent is None:
            return made
        own = Type("instance", function.path, scope.parent.symbol)
        return tuple(
            Type("instance", owner.path, owner.symbol) if one == own and owner.kind in ("instance", "class") else one
            for one in made
        )

    def _super(self, path: str, call: Expression) -> Types | None:
        """The class itself, marked so that its own members are passed over."""
        own = self._inference.own_instance(path, call)
        if len(call.parts) > 1:
            own = tuple(Type("instance", one.path, one.symbol) for one in self._inference.infer(path, call.parts[1]))
        return tuple(Type("instance", one.path, one.symbol, of=(Type("class", one.path, one.symbol),)) for one in own)

    def _cast(self, path: str, call: Expression) -> Types | None:
        told = call.argument(0)
        return self._inference.annotated(path, told) if told is not None else None

    def _getattr(self, path: str, call: Expression) -> Types | None:
        of, name = call.argument(0), call.argument(1)
        if of is None or name is None or name.form != "string" or not name.name.isidentifier():
            return None
        return united(self._inference.attribute(one, name.name) for one in self._inference.infer(path, of))


_BY_NAME = {"super": Calls._super, "cast": Calls._cast, "getattr": Calls._getattr}
