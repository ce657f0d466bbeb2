"""Every operation of a checkout with its mechanism: what C++ registers, what Python registers, and what Python calls
that is registered in neither. One pass over the Python files; what only a regular expression saw is parsed before it
is believed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from reader import search
from reader.checkout import Checkout
from reader.kernels import Operation, Place
from reader.kernels import operations as native
from reader.kernels.python.callers import PACKAGE, order
from reader.kernels.python.leads import Leads
from reader.kernels.python.libraries import UNKNOWN
from reader.kernels.python.registrations import Registration, may_register, operations_of, registrations_in
from reader.kernels.python.uses import uses_in
from reader.resolve.sources import Sources

_USED = re.compile(rb"torch\.ops\.(\w+)\.(\w+)")
# What PyTorch registers itself: no operations of the checkout, and each a name of its own in the thousands.
_PYTORCH = frozenset(
    {"aten", "prims", "prim", "higher_order", "inductor", "c10d_functional", "_c10d_functional", "symm_mem"}
)


def operations(checkout: Checkout) -> tuple[Operation, ...]:
    """By namespace and name. Of an external one, the schema's place is that of its first use."""
    sources = Sources(checkout)
    leads = Leads(sources)
    made: list[Registration] = []
    used: dict[tuple[str, str], list[str]] = {}
    for path, data in search.texts_of(checkout, checkout.files(PACKAGE, search.PYTHON)):
        if may_register(data):
            made += registrations_in(leads, path, locate=False)
        if b"torch.ops." in data:
            for space, name in set(_USED.findall(data)):
                used.setdefault((space.decode(), name.decode()), []).append(path)
    python = [_settled(one, used) for one in operations_of(made)]
    known = [*native.operations(checkout, None, sources=sources), *python]
    registered = {(one.namespace, one.name) for one in known}
    unknown = {key: paths for key, paths in used.items() if key not in registered and key[0] not in _PYTORCH}
    if unknown:
        made = _registered_elsewhere(checkout, leads, {name for _, name in unknown})
        known += [one for one in operations_of(made) if unknown.pop((one.namespace, one.name), None)]
    known += _external(leads, unknown)
    return tuple(sorted(known, key=lambda one: (one.namespace, one.name, one.overload or "")))


def _settled(one: Operation, used: Collection[tuple[str, str]]) -> Operation:
    """Of a library that is made elsewhere: with the namespace by which Python calls the operation, if that is one."""
    spaces = {space for space, name in used if name == one.name} if one.namespace == UNKNOWN else set()
    return replace(one, namespace=spaces.pop()) if len(spaces) == 1 else one


def _registered_elsewhere(checkout: Checkout, leads: Leads, names: set[str]) -> list[Registration]:
    """Outside of the package: tests register operations that the package knows by name."""
    outside = (path for path in checkout.files("", search.PYTHON) if not path.startswith(f"{PACKAGE}/"))
    found = [path for path, data in search.texts_of(checkout, outside) if may_register(data)]
    made = (one for path in found for one in registrations_in(leads, path, locate=False))
    return [one for one in made if one.name in names]


def _external(leads: Leads, unknown: dict[tuple[str, str], list[str]]) -> Iterable[Operation]:
    """What a parse finds used, each with the first place that uses it."""
    by_path: dict[str, list[str]] = {}
    for (_, name), paths in unknown.items():
        for path in paths:
            by_path.setdefault(path, []).append(name)
    found: dict[tuple[str, str], Operation] = {}
    for path, several in sorted(by_path.items(), key=lambda one: order(one[0])):
        for use in uses_in(leads, path, sorted(set(several))):
            if use.space is not None and (use.space, use.name) in unknown:
                place = Place(path, use.line, use.written, use.condition)
                found.setdefault((use.space, use.name), Operation(use.space, use.name, "external", schema=place))
    return found.values()


def names(known: Iterable[Operation], full: bool) -> list[str]:
    return [f"{one.namespace}::{one.name}" if full else one.name for one in known]
