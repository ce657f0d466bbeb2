"""Whole paths of the operations that bear a name: what C++ and Python register and use is brought together here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reader.checkout import Checkout
from reader.kernels import Hop, Operation, Path, Place
from reader.kernels import operations as native
from reader.kernels.assembly import Assembly
from reader.kernels.python.callers import is_of_tests, op_uses
from reader.kernels.python.leads import Leads
from reader.kernels.python.libraries import UNKNOWN
from reader.kernels.python.registrations import Registration, may_register, operations_of, registrations_in
from reader.kernels.python.uses import OpUse
from reader.resolve.sources import Sources


class Finder:
    """Answers about one checkout. `everywhere`: tests, benchmarks and tools are searched too."""

    def __init__(self, checkout: Checkout, *, everywhere: bool = False) -> None:
        self.checkout = checkout
        self.sources = Sources(checkout)
        self.leads = Leads(self.sources)
        self.under = "" if everywhere else checkout.package

    def paths(self, what: str) -> tuple[Path, ...]:
        """Of an operation's name, with its namespace or without; nothing where no operation has it."""
        space, name, overload = native.parted(what)
        found = self._named(what, space, name, overload)
        if not found and space and overload is None and "::" not in what:  # `op.out`
            found = self._named(f"{space}.{name}", None, space, name)
        return found

    def _named(self, what: str, space: str | None, name: str, overload: str | None) -> tuple[Path, ...]:
        under, uses, registered = self._python(name)
        known = [
            *native.operations(self.checkout, what, sources=self.sources),
            *_settled(operations_of(registered), uses),
        ]
        if under and _external(uses, known):
            known += operations_of(self._elsewhere(name))
        known, stands = _without_stand_ins(self.checkout, known, uses)
        asked = [one for one in known if _is(one, space, name, overload)]
        asked += [one for one in _external(uses, known) if _is(one, space, name, overload)]
        paths = (Assembly(self.leads, one, under).path(_of(one, uses, known)) for one in asked)
        return tuple(_told(one, stands) for one in paths)

    def path(self, one: Operation) -> Path:
        """Of an operation that C++ registers."""
        under, uses, _ = self._python(one.name)
        return Assembly(self.leads, one, under).path(_of(one, uses, (one,)))

    def _python(self, name: str) -> tuple[str, tuple[OpUse, ...], list[Registration]]:
        for under in dict.fromkeys((self.under, "")):
            texts = self.leads.texts(name, under)
            uses = op_uses(self.leads, name, texts)
            registered = [
                one for path, data in texts if may_register(data) for one in registrations_in(self.leads, path, (name,))
            ]
            if uses or registered:
                break
        return under, uses, registered

    def _elsewhere(self, name: str) -> list[Registration]:
        """Outside of the package: tests register operations that the package knows by name."""
        texts = self.leads.texts(name, "")
        return [
            one
            for path, data in texts
            if not self.checkout.in_package(path) and may_register(data)
            for one in registrations_in(self.leads, path, (name,))
        ]


def _is(one: Operation, space: str | None, name: str, overload: str | None) -> bool:
    return one.name == name and space in (None, one.namespace) and overload in (None, one.overload)


def _without_stand_ins(
    checkout: Checkout, known: list[Operation], uses: Sequence[OpUse]
) -> tuple[list[Operation], list[Operation]]:
    """Apart from the operations those that tests alone register, in the namespace of another package, for what the
    code calls: where that package is not installed they stand in for it."""
    called = {one.space for one in uses if checkout.in_package(one.path)}
    own = checkout.package or checkout.project.replace("-", "_")
    stands = [
        one
        for one in known
        if one.mechanism != "c++" and one.namespace in called and not one.namespace.startswith(own)
        and all(is_of_tests(place.path) for place in _registered(one))
    ]  # fmt: skip
    return [one for one in known if one not in stands], stands


def _told(path: Path, stands: Sequence[Operation]) -> Path:
    """With a remark on its stand-in."""
    key = path.operation.namespace, path.operation.name
    for each in stands:
        if (each.namespace, each.name) == key:
            first = _registered(each)[0]
            note = f"{first.path}:{first.line} registers a stand-in for tests, no implementation of {key[0]}::{key[1]}"
            hops = (_but_in_tests(hop) if hop.kind == "end" else hop for hop in path.hops)
            return replace(path, hops=tuple(hops), notes=(*path.notes, note))
    return path


def _but_in_tests(end: Hop) -> Hop:
    nowhere = "registered nowhere in this checkout"
    return replace(end, note=(end.note or "").replace(nowhere, f"{nowhere} but in tests"))


def _registered(one: Operation) -> list[Place]:
    return [*([one.schema] if one.schema else ()), *(each.registered for each in one.implementations)]


def _settled(found: Sequence[Operation], uses: Sequence[OpUse]) -> list[Operation]:
    """An operation of a library that is made elsewhere has the namespace by which Python calls it, if that is one."""
    taken = {one.namespace for one in found}
    spaces = {one.space for one in uses if one.space and one.space not in taken}
    only = spaces.pop() if len(spaces) == 1 else UNKNOWN
    return [replace(one, namespace=only) if one.namespace == UNKNOWN else one for one in found]


def _external(uses: Sequence[OpUse], known: Sequence[Operation]) -> list[Operation]:
    registered = {(one.namespace, one.name) for one in known}
    used = dict.fromkeys((one.space, one.name) for one in uses if one.space and one.form != "guard")
    return [Operation(space, name, "external") for space, name in used if space and (space, name) not in registered]


def _of(one: Operation, uses: Sequence[OpUse], known: Sequence[Operation]) -> list[OpUse]:
    """The uses of this operation: by its namespace, its overload, and of the IR those without one."""
    overloads = {each.overload for each in known if (each.namespace, each.name) == (one.namespace, one.name)}
    return [
        use
        for use in uses
        if (use.space == one.namespace or (use.space is None and one.how == "register_op"))
        and (use.overload == one.overload or (one.overload is None and use.overload not in overloads))
    ]
