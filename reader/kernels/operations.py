"""The operations that C++ registers with torch, put together from all the places that register them.

Owns what belongs to one operation: its schemas, its implementations, the namespace that the build gives it. Python's
registrations are not its business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reader.checkout import Checkout
from reader.kernels import Implementation, Operation, Place
from reader.kernels.extensions import DEVICES, Target
from reader.kernels.functions import Wanted, choose
from reader.kernels.natives import Natives
from reader.resolve.sources import Sources
from reader.syntax import Definition
from reader.value import frozen

if TYPE_CHECKING:
    from reader.syntax.cpp.registrations import Registered

_MARK = "TORCH_LIBRARY"
_EXTENSION = "TORCH_EXTENSION_NAME"
_DEEPEST = 8  # macros that one namespace goes through


@frozen
class _Call:
    """A registration in its file, with one namespace that it may mean and the builds in which it means that."""

    one: Registered
    path: str
    namespace: str
    builds: tuple[Target, ...]

    @property
    def key(self) -> tuple[str, str, str | None]:
        space, _, plain = self.one.name.rpartition("::")
        name, _, overload = plain.partition(".")
        return space or self.namespace, name, overload or None

    @property
    def place(self) -> Place:
        return Place(self.path, self.one.line, self.one.plain_name, self.one.condition)

    @property
    def order(self) -> tuple[int, str, int]:
        devices = [DEVICES.index(target.device) for target in self.builds]
        return min(devices, default=len(DEVICES)), self.path, self.one.line


def operations(
    checkout: Checkout, name: str | None = None, *, functions: bool | None = None, sources: Sources | None = None
) -> tuple[Operation, ...]:
    """Of one name (`op`, `ns::op`, `torch.ops.ns.op`, with its overload or not), or all, by namespace and name.

    Looking for the C++ functions of all of them takes seconds at 0.33.0, so that is done only for a name, or where
    `functions` asks for it."""
    natives = Natives(checkout, sources)
    if name is None:
        calls = _calls(natives, None)
    else:
        asked = parted(name)
        words = {asked[1]} if asked[0] is None or asked[2] is not None else {asked[0], asked[1]}
        calls = [call for word in sorted(words) for call in _calls(natives, word) if _is_asked(call.key, asked)]
    return _assembled(natives, calls, functions if functions is not None else name is not None)


def operations_of_function(
    checkout: Checkout, path: str, definition: Definition, *, sources: Sources | None = None
) -> tuple[Operation, ...]:
    """Those that register this very definition, with all their implementations."""
    natives = Natives(checkout, sources)
    names = {call.one.plain_name for call in _calls(natives, definition.name, by_function=True)}
    calls = [call for name in sorted(names) for call in _calls(natives, name)]
    return tuple(one for one in _assembled(natives, calls, True) if _registers(one, path, definition))


def parted(name: str) -> tuple[str | None, str, str | None]:
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


def _is_asked(key: tuple[str, str, str | None], asked: tuple[str | None, str, str | None]) -> bool:
    space, name, overload = asked
    if key[1] != name and not (space == key[1] and overload is None and key[2] == name):
        return False
    if key[1] == name:
        return (space is None or key[0] == space) and (overload is None or key[2] == overload)
    return True


def _registers(one: Operation, path: str, definition: Definition) -> bool:
    return any(
        place.path == path and place.line == definition.line
        for implementation in one.implementations
        for place in implementation.functions
    )


def _calls(natives: Natives, word: str | None, *, by_function: bool = False) -> list[_Call]:
    """All registrations, or those of one operation's name, or of one function's."""
    from reader.syntax.cpp.registrations import registrations  # 41 ms with the scanner of C++

    found: list[_Call] = []
    for path in natives.mentioning(_MARK, whole=False):
        if word is not None and word.encode() not in natives.data[path]:
            continue
        for one in registrations(natives.sources.text(path)):
            if word is None or word == (one.function_name if by_function else one.plain_name):
                found += _meanings(natives, path, one)
    return _adopted(found)


def _meanings(natives: Natives, path: str, one: Registered) -> Iterator[_Call]:
    """One for each namespace that the builds of its file give it."""
    builds = natives.builds(path)
    live = [each for each in builds if natives.holds(one.condition, natives.facts(each)) is not False]
    found: dict[str, list[Target]] = {} if builds else {_namespace(natives, path, one, None): []}
    for target in live or builds:
        found.setdefault(_namespace(natives, path, one, target), []).append(target)
    for namespace, part in found.items():
        yield _Call(one, path, namespace, tuple(part))


def _namespace(natives: Natives, path: str, one: Registered, target: Target | None) -> str:
    """What the block's is in this build; as it is written where no build tells."""
    from reader.syntax.cpp.registrations import split_call

    def resolved(text: str, depth: int) -> str:
        if depth > _DEEPEST or not text:
            return text
        own = natives.macro(path, text, one.line) if text.isidentifier() else None
        if own is not None:
            return resolved(own, depth + 1)
        if text == _EXTENSION:
            return text if target is None else target.extension
        call = split_call(text)
        if call is not None and "CONCAT" in call[0].upper():
            return "".join(resolved(part, depth + 1) for part in call[1])
        return text

    return resolved(one.library, 0)


def _adopted(calls: Sequence[_Call]) -> list[_Call]:
    """A file that nothing builds has no namespace; its registrations go to the one operation of their name, if it is
    one alone."""
    spaces: dict[str, set[str]] = {}
    for call in calls:
        if _EXTENSION not in call.namespace:
            spaces.setdefault(call.key[1], set()).add(call.key[0])
    return [
        replace(call, namespace=next(iter(spaces[call.key[1]])))
        if _EXTENSION in call.namespace and len(spaces.get(call.key[1], ())) == 1
        else call
        for call in calls
    ]


def _assembled(natives: Natives, calls: Sequence[_Call], functions: bool) -> tuple[Operation, ...]:
    by_key: dict[tuple[str, str, str | None], list[_Call]] = {}
    for call in calls:
        by_key.setdefault(call.key, []).append(call)
    keys = sorted(by_key, key=lambda key: (key[0], key[1], key[2] or ""))
    return tuple(_operation(natives, key, sorted(by_key[key], key=lambda call: call.order), functions) for key in keys)


def _operation(
    natives: Natives, key: tuple[str, str, str | None], calls: Sequence[_Call], functions: bool
) -> Operation:
    schemas = tuple(call.place for call in calls if call.one.call == "def")
    made = tuple(_implementation(natives, call, functions) for call in calls if call.one.function is not None)
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


def _implementation(natives: Natives, call: _Call, functions: bool) -> Implementation:
    written = call.one.function or ""
    builds = tuple(dict.fromkeys(target.device for target in call.builds))
    if written == "lambda":
        here = Place(call.path, call.one.line, written, call.one.condition)
        return Implementation(call.place, call.one.key, written, (here,), builds=builds)
    if not functions:
        return Implementation(call.place, call.one.key, written, builds=builds)
    chosen = choose(natives, Wanted(written, call.path, call.one.scope, call.one.condition), call.builds)
    return Implementation(
        call.place, call.one.key, written, chosen.places, chosen.sure, builds=builds, note=chosen.note
    )
