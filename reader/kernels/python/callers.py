"""Who uses an operation, and who calls its wrappers: text first, then the name followed to the very function.

Looks in the package first; the rest of the checkout (tests, benchmarks, tools) is asked where that has nothing, or
where somebody wants it all. What the package of another project is, nobody knows: there all is looked through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from reader.kernels import Place
from reader.kernels.python.leads import Leads
from reader.kernels.python.uses import OpUse, may_use, uses_in
from reader.syntax.mentions import Mention, Scope, mentions
from reader.value import frozen

_IN_TESTS = "/tests/"
_INSTANCE = ("self.", "cls.")


@frozen
class PythonCall:
    """`reference`: the function is handed on rather than called. Not `sure`: the name means one of several, by
    `condition`."""

    path: str
    line: int
    written: str
    within: Scope | None = None
    sure: bool = True
    reference: bool = False
    condition: str | None = None


def order(path: str) -> tuple[int, str]:
    """The package first, tests last; within the package the modules that are made of wrappers first."""
    top, _, rest = path.partition("/")
    if top == "vllm":
        return (0 if "/" not in rest and rest.endswith("ops.py") else 1), path
    return (3 if is_of_tests(path) else 2), path


def is_of_tests(path: str) -> bool:
    return path.startswith(("tests/", "test/")) or (not path.startswith("vllm/") and _IN_TESTS in f"/{path}")


def op_uses(leads: Leads, name: str, texts: Iterable[tuple[str, bytes]]) -> tuple[OpUse, ...]:
    found = [one for path, data in texts if may_use(data) for one in uses_in(leads, path, (name,))]
    return tuple(sorted(found, key=lambda one: (order(one.path), one.line)))


def calls_of(leads: Leads, functions: Collection[Place], under: str) -> dict[Place, tuple[PythonCall, ...]]:
    """The calls of each function, by its name in code. Methods that instances are asked for are left out: whose method
    it is would have to be inferred."""
    wanted: dict[str, list[Place]] = {}
    for one in functions:
        wanted.setdefault(one.name.rpartition(".")[2], []).append(one)
    found: dict[Place, list[PythonCall]] = {one: [] for one in functions}
    named = leads.mentioning(wanted, under)
    for path in sorted({path for paths in named.values() for path in paths}, key=order):
        names = [name for name in wanted if path in named[name]]
        for mention in mentions(leads.text(path), names):
            for place in wanted[mention.word]:
                found[place] += _call(leads, path, mention, place)
    return {place: tuple(calls) for place, calls in found.items()}


def calls_of_attribute(leads: Leads, path: str, target: str, within: Scope | None) -> Iterator[PythonCall]:
    """`self.op(...)` in the class whose method assigns `self.op`."""
    owner = within.symbol.rpartition(".")[0] if within else ""
    for one in mentions(leads.text(path), (target.rpartition(".")[2],)):
        here = one.within.symbol.rpartition(".")[0] if one.within else None
        if one.role == "called" and one.chain == target and here == owner:
            yield PythonCall(path, one.line, one.chain, one.within, condition=one.condition)


def _call(leads: Leads, path: str, one: Mention, place: Place) -> Iterator[PythonCall]:
    if one.role not in ("called", "value") or not one.chain.endswith(one.word) or "torch.ops." in one.chain:
        return
    if one.chain.startswith(_INSTANCE) and "." not in place.name:
        return
    leading = leads.of(path, one.chain, one.line, one.within, (place.path, place.name))
    for lead in leading:
        if (lead.path, lead.symbol) == (place.path, place.name):
            if one.within is not None and (path, one.within.line) == (place.path, place.line):
                return  # itself
            told = lead.condition or one.condition
            yield PythonCall(path, one.line, one.chain, one.within, len(leading) == 1, one.role == "value", told)
