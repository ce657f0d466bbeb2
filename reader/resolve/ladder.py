"""The rungs in their order, as far as a ref's own place gives the answer; `Lost` is what falls through."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from reader.checkout import Checkout
from reader.ref import Ref
from reader.resolve.answers import Answers
from reader.resolve.python import Found, Lost, Names, of_definition, place_of
from reader.resolve.site import Site, Verdict
from reader.resolve.sources import Sources, is_native, is_python, names, native_parts, python_parts

if TYPE_CHECKING:
    from reader.resolve.lost import Elsewhere


class Ladder:
    """One resolution of one or many refs: what is parsed for one is there for the next."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.sources = Sources(checkout)
        self.names = Names(self.sources)
        self.say = Answers(checkout.release)

    @cached_property
    def elsewhere(self) -> Elsewhere:
        from reader.resolve.lost import Elsewhere  # 5 ms, for what is not at its place

        return Elsewhere(self.sources, self.names, self.say)

    def at_its_place(self, ref: Ref) -> Site | Lost:
        """The rungs `exact`, `alias`, `inherited`: what the ref's own path gives."""
        if ref.symbol is None:
            here = place_of(self.sources, ref.path)
            return self.say.site(ref, "exact", here) if here else Lost(self._absent(ref.path))
        if not self.checkout.has(ref.path):
            return self._package_symbol(ref)
        problem = self.sources.problem(ref.path)
        if problem:
            return Site(ref, "gone", self.checkout.release, message=problem)
        if is_python(ref.path):
            return self._python(ref, ref.path)
        match = self.sources.match(ref.path, ref.symbol)
        if match is None:
            return self._other_scope(ref) or Lost(f"{ref.path} has no {ref.symbol}")
        if not match.sure:
            several = [of_definition(ref.path, one) for one in (match.definition, *match.twins)]
            return self.say.unsure(ref, several, f"{ref.path} has several {ref.symbol}; say which")
        found = of_definition(ref.path, match.definition, match.twins)
        if found.kind == "declaration":
            return self.elsewhere.declared(ref, found)
        return self.say.site(ref, "exact", found)

    def _package_symbol(self, ref: Ref) -> Site | Lost:
        """`vllm/config::VllmConfig` means the package; other refs have lost their file."""
        inside = f"{ref.path.rstrip('/')}/__init__.py"
        if self.checkout.has(inside):
            answer = self._python(ref, inside)
            if isinstance(answer, Site):
                return answer
        return Lost(self._absent(ref.path))

    def _absent(self, path: str) -> str:
        """What may not be looked at is no file to the checkout, and yet there for whoever looks."""
        if obstacle := self.checkout.obstacle(path):
            return f"{path}: {obstacle}"
        return f"there is no {path} in this checkout{_hint(path)}"

    def _python(self, ref: Ref, path: str) -> Site | Lost:
        answer = self.names.find(path, python_parts(ref.symbol or ""))
        if isinstance(answer, Lost):
            if answer.several:
                return self.say.unsure(ref, answer.several, answer.reason, answer.hops)
            if "circle" in answer.reason:
                return self.say.gone(ref, answer.reason, answer.hops)
            return answer
        return self.say.site(ref, _verdict(answer, path), answer)

    def _other_scope(self, ref: Ref) -> Site | None:
        """The same C++ name in this file, outside of the scope that the ref says. It is no answer: a kernel in a
        namespace and the host function that launches it often share a name."""
        parts = native_parts(ref.symbol or "")
        if not is_native(ref.path) or len(parts) < 2:
            return None
        match = self.sources.match(ref.path, parts[-1])
        if match is None:
            return None
        all_ = (match.definition, *match.twins)
        near = tuple(one for one in all_ if names(one.symbol, ref.symbol or "", "cpp"))
        found = tuple(of_definition(ref.path, one) for one in near)
        return self.say.unsure(ref, found, f"{ref.path} has no {ref.symbol}; of its name are") if found else None


def _verdict(found: Found, path: str) -> Verdict:
    if found.inherited and found.hops and found.hops[0].how.startswith("class "):
        return "inherited"
    return "alias" if found.hops else "exact"


def _hint(path: str) -> str:
    """For what is no path at all: what an editor, a traceback or a head would have written it like."""
    if re.search(r":\d+(-\d+)?$", path):
        return "; a ref names no line: write the path alone, or path::symbol"
    if "/" in path or path.endswith((".py", ".md", ".h", ".cpp", ".cu", ".cuh", ".toml", ".txt", ".yaml")):
        return ""
    if path.startswith("vllm."):
        return "; a symbol is written after its file: vllm/sequence.py::Sequence, not vllm.sequence.Sequence"
    return f"; a symbol is written after its file, as in core.py::{path}"
