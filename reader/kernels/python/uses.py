"""Uses of `torch.ops.<namespace>.<op>`: called, referred to, guarded; through aliases and `getattr` too.

Says in which function each stands. A function that calls the operation is its wrapper, unless it is a stand-in for
tracing (`register_fake`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from reader.kernels.python.leads import Leads
from reader.pattern import pattern
from reader.syntax.mentions import Mention, Scope, mentions
from reader.syntax.scoped_imports import imports_of
from reader.value import frozen

Form = Literal["call", "reference", "guard", "fake"]
_BY_NAME = frozenset({"staticmethod", "classmethod"})

# `ir.ops.<name>` calls the operation that `register_op` made, with no `torch.ops` in sight.
IR = "ir.ops"
_TORCH = pattern(r"(?:\w+\.)*torch\.ops\.(?P<space>\w+)\.(?P<name>\w+)(?P<rest>(?:\.\w+)*)")
_SPACE = pattern(r"(?:\w+\.)*torch\.ops\.(?P<space>\w+)")
_IR = pattern(r"(?:\w+\.)*ir\.ops\.(?P<name>\w+)(?P<rest>(?:\.\w+)*)")
_FAKE = pattern(r"(?:^|\.)(?:register_fake|impl_abstract|_register_fake)\b")
_NO_OVERLOADS = frozenset({"default", "__name__", "name", "_schema", "overloads"})


@frozen
class OpUse:
    """`space` is None for an operation of the IR. `written` as it stands in the source; `alias` where the name before
    it stands for `torch.ops.<space>`."""

    path: str
    line: int
    form: Form
    name: str
    space: str | None
    written: str
    within: Scope | None = None
    condition: str | None = None
    overload: str | None = None
    target: str | None = None

    @property
    def wrapper(self) -> Scope | None:
        """The function around it, where it calls the operation and is itself called by a name of its own: of a module,
        or a static method. A model's `forward` that calls an operation is one of its callers."""
        around = self.within
        if self.form != "call" or around is None or around.nested:
            return None
        return around if "." not in around.symbol or _BY_NAME & set(around.decorators) else None


def may_use(data: bytes) -> bool:
    return b"torch.ops" in data or b"ir.ops" in data or b"import ops" in data


def uses_in(leads: Leads, path: str, names: Collection[str]) -> tuple[OpUse, ...]:
    return tuple(_uses(leads, path, mentions(leads.text(path), names)))


def _uses(leads: Leads, path: str, found: Iterable[Mention]) -> Iterator[OpUse]:
    for one in found:
        chain, form = _asked(one)
        if not chain:
            continue
        whole = expanded(leads, path, chain)
        match = _TORCH.fullmatch(whole) or _IR.fullmatch(whole)
        if match is None or match["name"] != one.word or "register_" in match["rest"]:
            continue
        if form != "guard" and one.within and any(_FAKE.search(each) for each in one.within.decorators):
            form = "fake"
        rest = match["rest"].strip(".").split(".")[0]
        overload = rest if rest and rest not in _NO_OVERLOADS else None
        space = match.groupdict().get("space")
        yield OpUse(
            path, one.line, form, one.word, space, chain, one.within, one.condition, overload, one.target
        )  # fmt: skip


def _asked(one: Mention) -> tuple[str, Form]:
    if one.role in ("called", "value", "decorator", "launched"):
        return one.chain, "call" if one.role == "called" else "reference"
    called = one.invocation
    if one.role == "string" and called and called.callee in ("getattr", "hasattr") and called.arguments[0].names:
        return f"{called.arguments[0].names[0]}.{one.word}", "reference" if called.callee == "getattr" else "guard"
    return "", "reference"


def expanded(leads: Leads, path: str, chain: str) -> str:
    """The chain with an alias at its head replaced: `_C = torch.ops._C`, `from torch import ops`."""
    if "torch.ops." in chain or ".ir.ops." in f".{chain}":
        return chain
    text = leads.text(path)
    parts = chain.split(".")
    if "torch.ops" in text or "torch import" in text:
        for cut in range(len(parts) - 1, 0, -1):
            stands = _stands_for(text, ".".join(parts[:cut]))
            if stands:
                return ".".join((stands, *parts[cut:]))
    if parts[0] == "ops" and len(parts) > 1:
        for each in imports_of(text, "ops"):
            if each.target == "ops" and (each.module or "") == "torch":
                return f"torch.{chain}"
            if each.target == "ops" and (each.module or "").rpartition(".")[2] == "ir":
                return f"ir.{chain}"
    return chain


def _stands_for(text: str, name: str) -> str | None:
    if name not in text:
        return None
    form = rf"^[ \t]*{re.escape(name)}[ \t]*(?::[^=\n]+)?=[ \t]*\(?\s*(torch\.ops(?:\.\w+)?)[ \t]*\)?[ \t]*(?:#.*)?$"
    plain = re.search(form, text, re.M)
    if plain:
        return plain[1]
    form = rf"^[ \t]*{re.escape(name)}[ \t]*=[ \t]*getattr\(\s*torch\.ops,\s*[\"'](\w+)[\"']"
    asked = re.search(form, text, re.M)
    return f"torch.ops.{asked[1]}" if asked else None


def operation_called(leads: Leads, path: str, one: Mention) -> tuple[str | None, str] | None:
    """Namespace and name, where this call is one of an operation."""
    whole = expanded(leads, path, one.chain)
    match = _TORCH.fullmatch(whole)
    if match:
        return match["space"], match["name"]
    match = _IR.fullmatch(whole)
    return (None, match["name"]) if match and "register_" not in match["rest"] else None
