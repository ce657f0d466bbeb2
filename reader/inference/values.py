"""Types as far as they are told: of what class something is, or which class, function or module it is itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from reader.value import frozen

Kind = Literal["instance", "class", "function", "module", "outside", "unknown"]


@frozen
class Type:
    """One of the types that an expression may have. An "instance" and a "class" name the class by `path` and `symbol`,
    a "function" itself; a "module" has a path only. What is "outside" of the checkout has a dotted name, and is an
    instance where `made`. `arguments` are those of a generic; `of` is what a method was looked up in."""

    kind: Kind
    path: str = ""
    symbol: str = ""
    arguments: tuple[tuple[Type, ...], ...] = ()
    of: tuple[Type, ...] = ()
    made: bool = False

    @property
    def place(self) -> tuple[str, str]:
        return self.path, self.symbol

    @property
    def name(self) -> str:
        return self.symbol.rpartition(".")[2]


Types = tuple[Type, ...]

UNKNOWN = Type("unknown")
NOTHING_KNOWN: Types = (UNKNOWN,)

# So many classes may one expression be of; past it nothing is said.
_MOST = 24


def united(several: Iterable[Types]) -> Types:
    """Without repetitions, the unknown last."""
    found = dict.fromkeys(one for types in several for one in types)
    if len(found) > _MOST:
        return NOTHING_KNOWN
    if UNKNOWN in found:
        del found[UNKNOWN]
        found[UNKNOWN] = None
    return tuple(found)


def outside(name: str, *arguments: Types) -> Types:
    """An instance of a class that is not in the checkout."""
    return (Type("outside", symbol=name, arguments=arguments, made=True),)


def instances(types: Types) -> Types:
    """What calling these classes makes; what is no class gives nothing known."""
    made = []
    for one in types:
        if one.kind == "class":
            made.append(Type("instance", one.path, one.symbol, one.arguments))
        elif one.kind == "outside" and not one.made:
            made.append(Type("outside", symbol=one.symbol, arguments=one.arguments, made=True))
        else:
            made.append(UNKNOWN)
    return tuple(dict.fromkeys(made))
