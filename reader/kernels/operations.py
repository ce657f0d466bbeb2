"""The operations that C++ registers with torch, put together from all the places that register them.

Owns what belongs to one operation: its schemas, its implementations, the namespace that the build gives it. Python's
registrations are not its business.
"""

from __future__ import annotations

from collections.abc import Sequence

from reader.checkout import Checkout
from reader.kernels import Implementation, Operation, Place
from reader.kernels.bodied import Bodied
from reader.kernels.functions import Wanted, choose
from reader.kernels.natives import Natives
from reader.kernels.registering import Call, Key, Registering
from reader.resolve.sources import Sources
from reader.syntax import Definition
from reader.syntax.cpp.arguments import LAMBDA

Asked = tuple[str | None, str, str | None]


def operations(
    checkout: Checkout, name: str | None = None, *, functions: bool | None = None, sources: Sources | None = None
) -> tuple[Operation, ...]:
    """Of one name (`op`, `ns::op`, `torch.ops.ns.op`, with its overload or not), or all, by namespace and name.

    Looking for the C++ functions of all of them takes seconds at 0.33.0, so that is done only for a name, or where
    `functions` asks for it."""
    natives = Natives(checkout, sources)
    registering = Registering(natives)
    with_functions = functions if functions is not None else name is not None
    if name is None:
        return _assembled(natives, registering.calls(), with_functions)
    asked = parted(name)
    words = dict.fromkeys(word for word in asked[:2] if word is not None)
    calls = [call for word in words for call in registering.calls(operation=word) if _is_asked(call.key, asked)]
    return _assembled(natives, calls, with_functions)


def operations_of_function(
    checkout: Checkout, path: str, definition: Definition, *, sources: Sources | None = None
) -> tuple[Operation, ...]:
    """Those that register this very definition, with all their implementations."""
    natives = Natives(checkout, sources)
    registering = Registering(natives)
    names = {call.one.plain_name for call in registering.calls(function=definition.name)}
    calls = [call for name in sorted(names) for call in registering.calls(operation=name)]
    return tuple(one for one in _assembled(natives, calls, True) if _registers(one, path, definition))


def parted(name: str) -> Asked:
    """Namespace, name and overload of an operation as a reader writes it; with a dot alone the namespace is given."""
    plain = name.strip().removeprefix("torch.ops.").removesuffix(".default")
    space, mark, rest = plain.rpartition("::")
    if mark:
        first, _, overload = rest.partition(".")
        return space, first, overload or None
    parts = plain.split(".")
    if len(parts) == 1:
        return None, plain, None
    return parts[0], parts[1], ".".join(parts[2:]) or None


def _is_asked(key: Key, asked: Asked) -> bool:
    """`a.b` may also be the overload `b` of `a`."""
    space, name, overload = asked
    if key[1] == name:
        return space in (None, key[0]) and overload in (None, key[2])
    return key[1] == space and key[2] == name and overload is None


def _registers(one: Operation, path: str, definition: Definition) -> bool:
    return any(
        place.path == path and place.line == definition.line
        for implementation in one.implementations
        for place in implementation.functions
    )


def _assembled(natives: Natives, calls: Sequence[Call], functions: bool) -> tuple[Operation, ...]:
    by_key: dict[Key, list[Call]] = {}
    for call in calls:
        by_key.setdefault(call.key, []).append(call)
    bodied = Bodied(natives) if functions else None
    keys = sorted(by_key, key=lambda key: (key[0], key[1], key[2] or ""))
    return tuple(_operation(bodied, key, sorted(by_key[key], key=lambda call: call.order)) for key in keys)


def _operation(bodied: Bodied | None, key: Key, calls: Sequence[Call]) -> Operation:
    schemas = tuple(call.place for call in calls if call.one.call == "def")
    made = tuple(_implementation(bodied, call) for call in calls if call.one.function is not None)
    names = dict.fromkeys(target.name for call in calls for target in call.builds)
    how = next((call.one.macro for call in calls if call.one.call == "def"), calls[0].one.macro)
    return Operation(
        key[0],
        key[1],
        "c++",
        overload=key[2],
        schema=schemas[0] if schemas else None,
        implementations=made,
        targets=tuple(names),
        how=how,
        schemas=schemas,
    )


def _implementation(bodied: Bodied | None, call: Call) -> Implementation:
    one = call.one
    written = one.function or ""
    builds = tuple(dict.fromkeys(target.device for target in call.builds))
    if written == LAMBDA:
        here = Place(call.path, one.line, written, one.condition)
        return Implementation(call.place, one.key, written, (here,), builds=builds)
    if bodied is None:
        return Implementation(call.place, one.key, written, builds=builds)
    chosen = choose(bodied, Wanted(written, call.path, one.scope, one.condition), call.builds)
    unbuilt = "no CMake target builds this file" if bodied.natives.targets and not builds else None
    return Implementation(
        call.place, one.key, written, chosen.places, chosen.sure, builds, chosen.note or unbuilt, chosen.lost
    )
