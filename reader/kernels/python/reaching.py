"""What a Python function reaches: other operations, Triton kernels, kernels of libraries outside of the checkout.

Follows calls whose target the source names, a few functions deep; a function is a hop only where something is reached
through it. Calls that running decides (`self.impl.forward`) are not followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from reader.kernels import Hop, HopKind, Place
from reader.kernels.python.leads import Lead, Leads
from reader.kernels.python.triton import compiler_of, decorating_kernel, launched_by
from reader.kernels.python.uses import operation_called
from reader.pattern import pattern
from reader.syntax.mentions import Mention, Scope, calls_within, mentions, scope_at

_DEEPEST = 6  # functions within each other
_MOST = 120  # functions looked into
_LIBRARIES = frozenset({
    "aiter", "flashinfer", "deep_gemm", "flash_attn", "flash_attn_interface", "flash_mla", "cutlass", "tilelang",
    "triton_kernels", "deep_ep", "pplx_kernels", "xformers", "fbgemm_gpu", "vllm_xpu_kernels", "torch_xla", "helion",
    "bitsandbytes", "intel_extension_for_pytorch", "hpc", "quack", "tokenspeed_mla", "humming", "conch", "amd_quark",
    "fused_moe_triton", "zentorch", "nixl_ep", "oink", "flydsl", "nki", "mori", "causal_conv1d", "mamba_ssm",
})  # fmt: skip
_LOADED = pattern(r"[\w.]+\(\s*[\"']([\w.]+)[\"'],\s*[\"'](\w+)[\"']")
_PLAIN = frozenset(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__)


class _Node:
    def __init__(self, kind: HopKind, place: Place, via: str | None = None, sure: bool = True, note: str | None = None):
        self.kind = kind
        self.place = place
        self.via = via
        self.sure = sure
        self.note = note
        self.children: list[_Node] = []

    @property
    def key(self) -> tuple[str, str, int, str]:
        return self.kind, self.place.path, self.place.line, self.place.name


class Reach:
    """`cut` says that there was more to look into than is looked into."""

    def __init__(self, leads: Leads) -> None:
        self.leads = leads
        self.seen: set[tuple[str, int]] = set()
        self.cut = False

    def of(self, function: Place) -> tuple[Hop, ...]:
        """Numbers count from 0; a hop without parent hangs on the function itself."""
        scope = scope_at(self.leads.text(function.path), function.line)
        if scope is None:
            return ()
        hops: list[Hop] = []
        for node in self._below(function.path, scope, 0):
            _flatten(node, None, hops)
        return tuple(hops)

    def _below(self, path: str, scope: Scope, depth: int) -> list[_Node]:
        if (path, scope.line) in self.seen:
            return []
        if len(self.seen) >= _MOST or depth > _DEEPEST:
            self.cut = True
            return []
        self.seen.add((path, scope.line))
        found: dict[tuple[str, str, int, str], _Node] = {}
        for one in calls_within(self.leads.text(path), scope.line, scope.end):
            if one.word not in _PLAIN:
                for node in self._of(path, scope, one, depth):
                    found.setdefault(node.key, node)
        return list(found.values())

    def _of(self, path: str, scope: Scope, one: Mention, depth: int) -> Iterator[_Node]:
        here = Place(path, one.line, one.chain, one.condition)
        called = operation_called(self.leads, path, one)
        if called is not None:
            space, name = called
            yield _Node("call", here, f"torch.ops.{space}.{name}" if space else f"ir.ops.{name}")
        elif one.role == "launched":
            yield from self._launched(path, one, here)
        elif not one.chain.startswith(("torch.", "F.", "math.", "np.", "logger.", "tl.", "triton.")):
            yield from self._called(path, scope, one, here, depth)

    def _launched(self, path: str, one: Mention, here: Place) -> Iterator[_Node]:
        node = _Node("launch", here, f"{one.chain}[...]")
        for kernel in launched_by(self.leads, path, one.chain, one.line, one.within):
            node.children.append(_Node("kernel", kernel.place, f"@{kernel.compiler.lower()}.jit", kernel.sure))
        if node.children:
            yield node

    def _called(self, path: str, scope: Scope, one: Mention, here: Place, depth: int) -> Iterator[_Node]:
        yield from self._handed_on(path, scope, one, here)
        leads = self.leads.of(path, one.chain, one.line, one.within or scope) or self._applied(path, scope, one)
        for lead in leads:
            module = lead.module or self._loaded(lead)
            if module is not None:
                if module.split(".")[0] in _LIBRARIES and not one.word[:1].isupper():  # no enum, no class
                    yield _Node("end", here, one.chain, len(leads) == 1, f"{module} is outside of this checkout")
            elif lead.path is not None and lead.kind in ("function", "method", ""):
                yield from self._function(lead, one, len(leads) == 1 and not one.chain.startswith("self."), depth)

    def _applied(self, path: str, scope: Scope, one: Mention) -> tuple[Lead, ...]:
        """`Function.apply(...)` of autograd runs the class's `forward`."""
        owner, _, last = one.chain.rpartition(".")
        if last != "apply" or not owner:
            return ()
        found = self.leads.of(path, owner, one.line, one.within or scope)
        forward = (
            (lead.path, each)
            for lead in found
            if lead.path and lead.kind == "class"
            for each in self.leads.sources.definitions(lead.path)
            if each.symbol == f"{lead.symbol}.forward"
        )
        return tuple(Lead(where, each.symbol, each.line, each.kind) for where, each in forward)

    def _loaded(self, lead: Lead) -> str | None:
        """`f = load("flashinfer.gemm", "name")`: what a variable is made to hold, where strings name it."""
        if lead.kind != "variable" or lead.path is None or lead.symbol is None:
            return None
        for one in mentions(self.leads.text(lead.path), (lead.symbol.rpartition(".")[2],)):
            named = _LOADED.match(one.value.text) if one.role == "assigned" and one.value else None
            if named:
                return f"{named[1]}.{named[2]}"
        return None

    def _handed_on(self, path: str, scope: Scope, one: Mention, here: Place) -> Iterator[_Node]:
        """A kernel among the arguments: whoever takes it launches it, as far as its name tells."""
        if one.invocation is None or one.word == "wrap_triton":
            return
        for argument in one.invocation.arguments:
            name = argument.names[0] if argument.names == (argument.text,) else ""
            if "kernel" not in name:
                continue
            for kernel in launched_by(self.leads, path, name, one.line, one.within or scope):
                node = _Node("launch", here, one.chain, False, f"{name} is handed on")
                node.children.append(_Node("kernel", kernel.place, f"@{kernel.compiler.lower()}.jit", False))
                yield node

    def _function(self, lead: Lead, one: Mention, sure: bool, depth: int) -> Iterator[_Node]:
        path = lead.path or ""
        scope = scope_at(self.leads.text(path), lead.line)
        if scope is None:
            return
        place = Place(path, scope.line, scope.symbol, lead.condition)
        compiler = compiler_of(self.leads, path, scope)
        if compiler is not None:
            if compiler not in ("Triton", "Gluon"):
                yield _Node("end", place, one.chain, sure, f"{compiler} compiles it when it is first called")
            return
        below = [*self._decorating(path, scope), *self._below(path, scope, depth + 1)]
        if below:
            node = _Node("function", place, one.chain, sure)
            node.children = below
            yield node

    def _decorating(self, path: str, scope: Scope) -> Iterator[_Node]:
        name = decorating_kernel(scope)
        node = _Node("launch", Place(path, scope.start, name or ""), name, False, f"{name} is handed to the decorator")
        for kernel in launched_by(self.leads, path, name, scope.start, None) if name else ():
            node.children.append(_Node("kernel", kernel.place, f"@{kernel.compiler.lower()}.jit", False))
        if node.children:
            yield node


def _flatten(node: _Node, parent: int | None, hops: list[Hop]) -> None:
    number = len(hops)
    hops.append(Hop(number, node.kind, node.place, parent, None, node.via, node.sure, node.note))
    for child in node.children:
        _flatten(child, number, hops)
