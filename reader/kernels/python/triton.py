"""Functions that a just-in-time compiler takes: Triton's kernels, and those of its relatives that are named as ends.

A decorator counts by where its name comes from: a bare `@jit` of numba is none of Triton's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.kernels import Place
from reader.kernels.python.leads import Lead, Leads
from reader.pattern import pattern
from reader.syntax.mentions import Mention, Scope, calls_within, mentions, scope_at
from reader.value import frozen

# The package that a decorator's first name stands for -> what it makes. A `jit` of these alone is an entry of its own.
_COMPILERS = {
    "triton": "Triton",
    "gluon": "Gluon",
    "cute": "CuTe DSL",
    "tilelang": "TileLang",
    "T": "TileLang",
    "helion": "Helion",
    "flyc": "FlyDSL",
    "nki": "NKI",
}
_ENTRIES = frozenset({"jit", "kernel", "prim_func"})
_CALL = pattern(r"([A-Za-z_][\w.]*)\(")
_GIVEN = pattern(r"[(,]\s*kernel\s*=\s*([A-Za-z_][\w.]*)")
_PASSED = 3  # names that stand for each other


@frozen
class Kernel:
    """`compiler`: `Triton`, or whose it is. Not `sure`: one of several, by a condition."""

    place: Place
    compiler: str
    sure: bool = True


def compiler_of(leads: Leads, path: str, scope: Scope) -> str | None:
    """What compiles this function, by its decorators."""
    for text in scope.decorators:
        name = text.partition("(")[0].strip()
        first, _, rest = name.partition(".")
        last = name.rpartition(".")[2]
        if last == "tilelang_jit":  # vLLM's own, which needs no TileLang to be imported
            return _COMPILERS["tilelang"]
        if last not in _ENTRIES:
            continue
        if first in _COMPILERS and rest:
            return _COMPILERS[first]
        if first == name:
            for lead in leads.of(path, name, scope.start):
                top = (lead.module or lead.path or "").replace("/", ".").split(".")[0]
                if top in _COMPILERS:
                    return _COMPILERS[top]
    return None


def kernel_at(leads: Leads, lead: Lead) -> Kernel | None:
    if lead.path is None or lead.symbol is None or lead.kind not in ("function", "method"):
        return None
    scope = scope_at(leads.text(lead.path), lead.line)
    compiler = compiler_of(leads, lead.path, scope) if scope else None
    return Kernel(Place(lead.path, lead.line, lead.symbol), compiler) if compiler else None


def launched_by(leads: Leads, path: str, chain: str, line: int, within: Scope | None) -> tuple[Kernel, ...]:
    """The kernels that `chain[grid](...)` may launch; nothing where no kernel can be told, as for `list[int]()`."""
    found = {(one.place.path, one.place.line): one for one in _kernels(leads, path, chain, line, within, 0)}
    several = len(found) > 1
    return tuple(Kernel(one.place, one.compiler, not several) for one in found.values())


def _kernels(leads: Leads, path: str, chain: str, line: int, within: Scope | None, passed: int) -> Iterator[Kernel]:
    made = [kernel_at(leads, lead) for lead in leads.of(path, chain, line, within)]
    known = [one for one in made if one is not None]
    yield from known
    if known or passed >= _PASSED:
        return
    for at, name, is_call in _values(leads.text(path), chain, within):
        if is_call:
            yield from _made_by(leads, path, name, at, within)
        elif name != chain:
            yield from _kernels(leads, path, name, at, within, passed + 1)


def _values(text: str, chain: str, within: Scope | None) -> Iterator[tuple[int, str, bool]]:
    """The names in what is assigned to it, and whether that is a call of the name: in the function, or anywhere in the
    file for `self.kernel` and a global variable."""
    assigned = [one for one in mentions(text, (chain.rpartition(".")[2],)) if one.role == "assigned" and one.value]
    found = [one for one in assigned if one.chain == chain]
    if within is not None and "." not in chain:
        own = [one for one in found if within.start <= one.line <= within.end]
        found = own or [one for one in found if one.within is None or f"global {chain}" in text]
    for one in found:
        value = one.value
        if value is None:
            continue
        call = _CALL.match(value.text)
        if call and call[1].rpartition(".")[2] != "wrap_triton":
            yield value.line, call[1], True
        else:
            yield from ((value.line, name, False) for name in value.names)


def _made_by(leads: Leads, path: str, name: str, line: int, within: Scope | None) -> Iterator[Kernel]:
    """The kernels that a function defines inside itself, to give one of them back."""
    for lead in leads.of(path, name, line, within):
        scope = scope_at(leads.text(lead.path), lead.line) if lead.path and lead.kind == "function" else None
        if lead.path is None or scope is None:
            continue
        for one in leads.sources.definitions(lead.path):
            if one.symbol.startswith(f"{scope.symbol}.") and scope.start < one.line <= scope.end:
                found = kernel_at(leads, Lead(lead.path, one.symbol, one.line, one.kind))
                if found is not None:
                    yield found


def is_handed_to_a_decorator(one: Mention) -> bool:
    """`@dispatcher(kernel=K)` over a function that gives the grid: to call that is to launch K."""
    given = one.invocation.argument("kernel") if one.invocation is not None else None
    return one.role == "value" and one.decorates is not None and given is not None and given.text == one.chain


def decorating_kernel(scope: Scope) -> str | None:
    """The name of the kernel that a decorator of the function is given."""
    found = (_GIVEN.search(text) for text in scope.decorators)
    return next((one[1] for one in found if one), None)


def launches_of(leads: Leads, path: str, kernel: Place) -> tuple[Mention, ...]:
    """The places in the file that launch this kernel, by its own name or one it was given there."""
    name = kernel.name.rpartition(".")[2]
    text = leads.text(path)
    named = mentions(text, (name,))
    aliases = {one.target.rpartition(".")[2] for one in named if one.role == "value" and one.target}
    aliases |= set(re.findall(rf"\b{re.escape(name)}\s+as\s+(\w+)", text))
    scopes = {one.within for one in named if one.role in ("value", "import") and one.within is not None}
    inside = (one for scope in scopes for one in calls_within(text, scope.start, scope.end))
    asked = [*mentions(text, {name, *aliases}), *inside]
    found = {
        (one.line, one.column): one
        for one in asked
        if (one.role == "launched" or is_handed_to_a_decorator(one))
        and any(each.place == kernel for each in launched_by(leads, path, one.chain, one.line, one.within))
    }
    return tuple(found[place] for place in sorted(found))
