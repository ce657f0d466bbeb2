"""Every operation of a checkout with its mechanism: what C++ registers, what Python registers, and what Python calls
that is registered in neither. One pass over the Python files; what registers is parsed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from reader import search
from reader.checkout import Checkout
from reader.kernels import Operation, Place
from reader.kernels import operations as native
from reader.kernels.python.callers import order
from reader.kernels.python.leads import Leads
from reader.kernels.python.libraries import UNKNOWN
from reader.kernels.python.registrations import Registration, may_register, operations_of, registrations_in
from reader.pattern import pattern
from reader.resolve.sources import Sources

_TESTS = "tests"
_USED = pattern(rb"torch\.ops\.(\w+)\.(\w+)")
# What PyTorch registers itself: no operations of the checkout, and each a name of its own in the thousands.
_PYTORCH = frozenset(
    {"aten", "prims", "prim", "higher_order", "inductor", "c10d_functional", "_c10d_functional", "symm_mem"}
)


def operations(checkout: Checkout) -> tuple[Operation, ...]:
    """By namespace and name; a name that is made at run time is in angle brackets. Of an external one, the schema's
    place is that of its first use."""
    sources = Sources(checkout)
    leads = Leads(sources)
    made: list[Registration] = []
    used: dict[tuple[str, str], list[str]] = {}
    for path, data in search.texts_of(checkout, checkout.files(checkout.package, search.PYTHON)):
        if may_register(data):
            leads.keep(path, data)
            made += registrations_in(leads, path, locate=False)
        if b"torch.ops." in data:
            for space, name in set(_USED.findall(data)):
                used.setdefault((space.decode(), name.decode()), []).append(path)
    python = [_settled(one, used) for one in operations_of(made)]
    known = [*native.operations(checkout, None, sources=sources), *python]
    registered = {(one.namespace, one.name) for one in known}
    unknown = {key: paths for key, paths in used.items() if key not in registered and key[0] not in _PYTORCH}
    own = {one.namespace for one in python}
    outside = tuple(_external(leads, unknown))
    missing = {(one.namespace, one.name) for one in outside if one.namespace in own}
    tested = tuple(_elsewhere(checkout, leads, missing))
    registered = {(one.namespace, one.name) for one in tested}
    known += [*tested, *(one for one in outside if (one.namespace, one.name) not in registered)]
    return tuple(sorted(known, key=lambda one: (one.namespace, one.name, one.overload or "")))


def _settled(one: Operation, used: Collection[tuple[str, str]]) -> Operation:
    """Of a library that is made elsewhere: with the namespace by which Python calls the operation, if that is one."""
    spaces = {space for space, name in used if name == one.name} if one.namespace == UNKNOWN else set()
    return replace(one, namespace=spaces.pop()) if len(spaces) == 1 else one


def _elsewhere(checkout: Checkout, leads: Leads, wanted: Collection[tuple[str, str]]) -> Iterator[Operation]:
    """Outside of the package: tests register operations, in Python's own namespaces, that the package knows by name.
    Each as the first file has it that does, tests before all else, so that few of 2,600 files are read."""
    missing = set(wanted)
    for path, data in search.texts_of(checkout, _outside(checkout)) if missing else ():
        names = [name for _, name in missing if name.encode() in data]
        if names and may_register(data):
            for one in operations_of(registrations_in(leads, path, names, locate=False)):
                if (one.namespace, one.name) in missing:
                    missing.remove((one.namespace, one.name))
                    yield one
        if not missing:
            return


def _outside(checkout: Checkout) -> Iterator[str]:
    yield from checkout.files(_TESTS, search.PYTHON)
    if checkout.package:  # else all was looked through
        known = (f"{checkout.package}/", f"{_TESTS}/")
        yield from (path for path in checkout.files("", search.PYTHON) if not path.startswith(known))


def _external(leads: Leads, unknown: dict[tuple[str, str], list[str]]) -> Iterator[Operation]:
    """What code uses, not prose, each with the first place that uses it."""
    for (space, name), paths in unknown.items():
        written = f"torch.ops.{space}.{name}"
        for path in sorted(paths, key=order):
            line = next(_in_code(leads.text(path), written), None)
            if line is not None:
                yield Operation(space, name, "external", schema=Place(path, line, written))
                break


def _in_code(text: str, word: str) -> Iterator[int]:
    """The lines that hold the word outside of comments and strings, as far as quotes and signs before it tell."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        line = text[text.rfind("\n", 0, at) + 1 : at]
        whole = not (text[end : end + 1].isalnum() or text[end : end + 1] == "_")
        quoted = line.count('"') % 2 or any(text.count(quotes, 0, at) % 2 for quotes in ('"""', "'''"))
        if whole and not quoted and "#" not in line:
            yield text.count("\n", 0, at) + 1
        at = text.find(word, end)


def names(known: Iterable[Operation], full: bool) -> list[str]:
    return [f"{one.namespace}::{one.name}" if full else one.name for one in known]
