"""Every operation of a checkout with its mechanism: what C++ registers, what Python registers, and what Python calls
that is registered in neither. One pass over the Python files; what only a regular expression saw is parsed before it
is believed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reader import search
from reader.checkout import Checkout
from reader.kernels import Operation, Place
from reader.kernels import operations as native
from reader.kernels.python.callers import PACKAGE
from reader.kernels.python.leads import Leads
from reader.kernels.python.registrations import SIGNS, Registration, operations_of, registrations_in
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
        if any(sign in data for sign in SIGNS):
            made += registrations_in(leads, path, locate=False)
        if b"torch.ops." in data:
            for space, name in set(_USED.findall(data)):
                used.setdefault((space.decode(), name.decode()), []).append(path)
    known = [*native.operations(checkout, None, sources=sources), *operations_of(made)]
    registered = {(one.namespace, one.name) for one in known}
    unknown = {key: paths for key, paths in used.items() if key not in registered and key[0] not in _PYTORCH}
    known += _external(leads, unknown)
    return tuple(sorted(known, key=lambda one: (one.namespace, one.name, one.overload or "")))


def _external(leads: Leads, unknown: dict[tuple[str, str], list[str]]) -> Iterable[Operation]:
    for (space, name), paths in unknown.items():
        for path in paths:
            uses = [one for one in uses_in(leads, path, (name,)) if one.space == space]
            if uses:
                place = Place(path, uses[0].line, uses[0].written, uses[0].condition)
                yield Operation(space, name, "external", schema=place)
                break


def names(known: Iterable[Operation]) -> list[str]:
    return [name for one in known for name in (one.name, f"{one.namespace}::{one.name}")]
