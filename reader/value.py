"""Frozen values with slots, for what passes between layers.

To a type checker and to `dataclasses.replace` they are dataclasses; only `dataclasses.dataclass` takes 0.5 to 1.5 ms
to make such a class, most of it to compile six methods, and half a hundred classes are at work in `reader next`. Here
the methods are shared, and `__init__` is compiled with the first value. No factories, no inheritance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, field
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[_T]) -> type[_T]:
    body = dict(vars(cls))
    fields = {name: _field(name, body.pop(name, MISSING)) for name in cls.__annotations__}
    for name in ("__dict__", "__weakref__"):
        body.pop(name, None)
    body |= _SHARED | {
        "__slots__": tuple(fields),
        "__match_args__": tuple(fields),
        "__dataclass_fields__": fields,
        "__init__": _first_init(fields),
        "_compared": staticmethod(attrgetter(*fields)),
    }
    made: type[_T] = type(cls.__name__, cls.__bases__, body)
    return made


def _field(name: str, default: Any) -> Field[Any]:
    made: Field[Any] = field(default=default)
    made.name = name
    return made


def _first_init(fields: Mapping[str, Field[Any]]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        made = type(self).__init__ = _init(fields.values())
        made(self, *args, **kwargs)

    return __init__


def _init(fields: Iterable[Field[Any]]) -> Callable[..., None]:
    given = {f"_{one.name}": one.default for one in fields if one.default is not MISSING}
    names = [f"{one.name}=_{one.name}" if f"_{one.name}" in given else one.name for one in fields]
    lines = [f"    _set(self, {one.name!r}, {one.name})" for one in fields]
    space: dict[str, Any] = {**given, "_set": object.__setattr__}
    exec("\n".join([f"def __init__(self, {', '.join(names)}):", *lines]), space)
    made: Callable[..., None] = space["__init__"]
    return made


def _equal(self: Any, other: Any) -> Any:
    return self._compared(self) == self._compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _repr(self: Any) -> str:
    values = (f"{name}={getattr(self, name)!r}" for name in self.__slots__)
    return f"{type(self).__qualname__}({', '.join(values)})"


def _set(self: Any, name: str, given: object = None) -> NoReturn:
    raise FrozenInstanceError(f"cannot change {name!r} of a {type(self).__qualname__}")


def _reduce(self: Any) -> tuple[Any, ...]:
    """For `copy` and `pickle`, which would set attributes."""
    return type(self), tuple(getattr(self, name) for name in self.__slots__)


_SHARED: dict[str, Any] = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _set,
    "__delattr__": _set,
    "__reduce__": _reduce,
}
