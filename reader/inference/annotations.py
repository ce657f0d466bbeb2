"""Types as annotations write them: names, strings, unions, generics, aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.inference import outside as beyond
from reader.inference.files import Files, Origin
from reader.inference.values import NOTHING_KNOWN, Type, Types, instances, outside, united
from reader.syntax.expressions import Expression

if TYPE_CHECKING:
    from reader.inference.core import Inference

_DEEPEST = 8


class Annotations:
    def __init__(self, inference: Inference, files: Files) -> None:
        self._inference = inference
        self._files = files

    def types(self, path: str, annotation: Expression, depth: int = 0) -> Types:
        if depth > _DEEPEST:
            return NOTHING_KNOWN
        match annotation.form:
            case "name" | "attribute":
                return self._named(path, annotation, depth)
            case "string":
                read = self._inference.read(path, annotation)
                return self.types(path, read, depth + 1) if read is not None else NOTHING_KNOWN
            case "none":
                return ()
            case "binary" if annotation.name == "|":
                return united(self.types(path, one, depth + 1) for one in annotation.parts)
            case "subscript" if annotation.parts:
                return self._generic(path, annotation, depth)
            case "call":  # `TypeVar("T", bound=X)` behind an alias, `NewType`
                return self._made(path, annotation, depth)
        return NOTHING_KNOWN

    def _named(self, path: str, annotation: Expression, depth: int) -> Types:
        if annotation.name == "Self" or annotation.full in ("Any", "typing.Any"):
            return self._inference.own_instance(path, annotation) if annotation.name == "Self" else NOTHING_KNOWN
        return united(self._of_origin(one, depth) for one in self._inference.origins(path, annotation))

    def _of_origin(self, origin: Origin, depth: int) -> Types:
        bound = origin.bound
        match origin.kind:
            case "outside":
                name = origin.name.rpartition(".")[2]
                return NOTHING_KNOWN if name in beyond.UNTOLD else outside(origin.name)
            case "bound" if bound is not None and bound.how == "definition":
                return instances(self._inference.of_origin(origin))
            case "bound" if bound is not None and bound.how in ("assign", "type") and bound.value is not None:
                return self.types(origin.path, bound.value, depth + 1)
            case "bound":
                return NOTHING_KNOWN
        return NOTHING_KNOWN

    def _generic(self, path: str, annotation: Expression, depth: int) -> Types:
        head, *given = annotation.parts
        name = head.name
        if name in ("Optional", "Union"):
            return united(self.types(path, one, depth + 1) for one in given)
        if name == "Literal":
            return outside("str")
        if name in ("type", "Type"):
            return united(_class_of(one) for one in self.types(path, given[0], depth + 1)) if given else NOTHING_KNOWN
        if name in beyond.TRANSPARENT:
            place = -1 if name == "Coroutine" else 0
            return self.types(path, given[place], depth + 1) if given else NOTHING_KNOWN
        if name == "Callable":
            return outside("Callable", self.types(path, given[-1], depth + 1)) if given else outside("Callable")
        arguments = [self.types(path, one, depth + 1) for one in given if one.form != "ellipsis"]
        if given and given[-1].form == "ellipsis" and name in ("tuple", "Tuple"):
            return outside("Sequence", *arguments)
        bases = self._named(path, head, depth)
        return tuple(Type(one.kind, one.path, one.symbol, tuple(arguments), one.of, one.made) for one in bases)

    def _made(self, path: str, annotation: Expression, depth: int) -> Types:
        called = annotation.parts[0].name
        if called == "TypeVar":
            told = annotation.argument(-1, "bound")
            if told is not None:
                return self.types(path, told, depth + 1)
            choices = [one for word, one in zip(annotation.keywords, annotation.arguments, strict=True) if not word][1:]
            return united(self.types(path, one, depth + 1) for one in choices) if choices else NOTHING_KNOWN
        if called == "NewType":
            told = annotation.argument(1)
            return self.types(path, told, depth + 1) if told is not None else NOTHING_KNOWN
        if called in ("namedtuple", "NamedTuple", "TypedDict", "make_dataclass", "Enum"):
            return outside(called)
        return NOTHING_KNOWN


def _class_of(one: Type) -> Types:
    if one.kind == "instance":
        return (Type("class", one.path, one.symbol, one.arguments),)
    if one.kind == "outside" and one.made:
        return (Type("outside", symbol=one.symbol),)
    return NOTHING_KNOWN
