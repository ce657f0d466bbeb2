"""Functions that a just-in-time compiler takes: Triton's kernels, and those of its relatives that are named as ends.

A decorator counts by where its name comes from: a bare `@jit` of numba is none of Triton's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.kernels import Place
from reader.kernels.python.leads import Lead, Leads
from reader.syntax.mentions import Mention, Scope, mentions, scope_at
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
_JIT = re.compile(rb"@(?:\w+\.)*jit\b")
_ASSIGNED = r"^[ \t]*{name}[ \t]*(?::[^=\n]+)?=[ \t]*(?P<value>[^=\n][^\n]*(?:\n[ \t]+[^\n]*)??)$"
_NAMES = re.compile(r"[A-Za-z_][\w.]*")
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
    for at, name in _values(leads.text(path), chain, within):
        if name != chain:
            yield from _kernels(leads, path, name, at, within, passed + 1)


def _values(text: str, chain: str, within: Scope | None) -> Iterator[tuple[int, str]]:
    """What is assigned to the name: within the function, or, for `self.kernel`, anywhere in the file."""
    lines = text.split("\n")
    first, last = (1, len(lines)) if within is None or "." in chain else (within.start, within.end)
    part = "\n".join(lines[first - 1 : last])
    for found in re.finditer(_ASSIGNED.format(name=re.escape(chain)), part, re.M):
        value = found["value"].strip().removeprefix("(")
        if "(" in value and not value.startswith(("wrap_triton(", "torch.library.wrap_triton(")):
            continue
        at = first + part.count("\n", 0, found.start())
        for name in _NAMES.findall(value):
            if name not in ("if", "else", "None", "is", "not", "and", "or", "wrap_triton"):
                yield at, name


def jit_in(leads: Leads, path: str, name: str) -> tuple[Kernel, ...]:
    """The kernels of this name that the file defines."""
    made = []
    for one in mentions(leads.text(path), (name,)):
        if one.role == "definition" and one.decorates is not None and one.decorates.kind == "function":
            compiler = compiler_of(leads, path, one.decorates)
            if compiler:
                made.append(Kernel(Place(path, one.line, one.decorates.symbol), compiler))
    return tuple(made)


def may_define(data: bytes) -> bool:
    return _JIT.search(data) is not None


def launches_of(leads: Leads, path: str, kernel: Place) -> tuple[Mention, ...]:
    """The places in the file that launch this kernel, by its own name or one it was given there."""
    name = kernel.name.rpartition(".")[2]
    text = leads.text(path)
    found = []
    names = {name}
    aliases = {one.target for one in mentions(text, (name,)) if one.role == "value" and one.target}
    names |= {one.rpartition(".")[2] for one in aliases if one}
    names |= set(re.findall(rf"\b{re.escape(name)}\s+as\s+(\w+)", text))
    for one in mentions(text, names):
        if one.role != "launched":
            continue
        if any(each.place == kernel for each in launched_by(leads, path, one.chain, one.line, one.within)):
            found.append(one)
    return tuple(found)
