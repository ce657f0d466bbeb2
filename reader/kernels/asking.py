"""What somebody may ask for: an operation's name, the name of a kernel or function, or a ref of anything on the way.

Says what was not found, and what comes near.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from reader import search
from reader.checkout import Checkout
from reader.errors import near
from reader.kernels import Path, Place
from reader.kernels.paths import Finder
from reader.pattern import pattern
from reader.ref import Ref
from reader.syntax import Definition, language_of, parses
from reader.value import frozen

if TYPE_CHECKING:
    from reader.kernels.upwards import Ascent

_FILE = pattern(r"/|^\w[\w.-]*\.(?:py|pyi|cu|cuh|cpp|cc|c|h|hpp|inl)(?:::|$)")
_NAME = pattern(r"(?:\?::)?[A-Za-z_]\w*(?:(?:::|\.)[A-Za-z_]\w*)*")
_NATIVE = ("kernel", "function", "method", "macro")


@frozen
class Answer:
    """`notes` are for stderr: what was not found, and what else might be meant."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def ask(checkout: Checkout, what: str, *, everywhere: bool = False) -> Answer:
    asking = _Asking(checkout, everywhere)
    first = what.partition("::")[0]
    if _FILE.search(first) or (first and checkout.has(first)):
        return asking.of_ref(Ref.parse(what))
    if "<" in what:
        return asking.of_computed(what)
    if not _NAME.fullmatch(what):
        return Answer((), (f"{what!r} names no operation: write op, namespace::op or path::symbol",))
    paths = asking.finder.paths(what)
    return Answer(paths) if paths else asking.of_name(what)


class _Asking:
    def __init__(self, checkout: Checkout, everywhere: bool) -> None:
        self.checkout = checkout
        self.finder = Finder(checkout, everywhere=everywhere)

    @cached_property
    def ascent(self) -> Ascent:
        from reader.kernels.upwards import Ascent  # 5 ms that the name of an operation need not pay

        return Ascent(self.finder)

    def of_ref(self, ref: Ref) -> Answer:
        if ref.symbol is None:
            there = self.checkout.has(ref.path) or self.checkout.is_directory(ref.path)
            source = self.checkout.is_directory(ref.path) or language_of(ref.path) in ("python", "cpp", "cuda")
            told = "name a function or a kernel of it, as path::symbol" if source else "no source file"
            told = told if there else "is not in this checkout"
            return Answer((), (f"{ref}: {told}",))
        known = self.finder.sources.match(ref.path, ref.symbol) if self.checkout.has(ref.path) else None
        if known is not None:
            places = [(ref.path, one) for one in (known.definition, *known.twins)]
            return self._of_definitions(places, str(ref))
        from reader.resolve import resolve_all  # 15 ms, and most refs are where they say

        site = resolve_all(self.checkout, [ref])[0]
        if site.found and site.path and site.symbol and site.line:
            match = self.finder.sources.match(site.path, site.symbol)
            if match is not None:
                answer = self._of_definitions([(site.path, match.definition)], str(ref))
                return Answer(answer.paths, (f"{ref} is at {site.path}:{site.line} ({site.verdict})", *answer.notes))
        message = f"{ref}: {site.verdict}. {site.message or ''}".rstrip()
        listed = "".join(f"\n  {one.path}:{one.line}  {one.symbol or ''}".rstrip() for one in site.candidates)
        return Answer((), (message + listed, *self._torn(ref.path)))

    def _torn(self, path: str) -> Iterator[str]:
        """Why a file may define more than is known of it."""
        language = language_of(path) if self.checkout.has(path) else None
        if language not in ("python", "cpp", "cuda"):
            return
        text = self.finder.sources.text(path)
        if not text and self.checkout.raw(path):
            yield f"{path} cannot be read as text: what it defines is not known"
        elif not parses(text, language) or not self.finder.sources.definitions(path):
            yield f"{path} does not parse throughout: it may define more than is known of it"

    def of_computed(self, what: str) -> Answer:
        """An operation whose name is made at run time, as the list writes it: `ns::<self.op_name>`."""
        from reader.kernels.assembly import Assembly
        from reader.kernels.listing import operations

        known = [one for one in operations(self.checkout) if what in (one.name, f"{one.namespace}::{one.name}")]
        paths = tuple(Assembly(self.finder.leads, one, self.finder.under).path(()) for one in known)
        return Answer(paths, () if paths else (f"there is no operation {what!r} in this checkout",))

    def of_name(self, what: str) -> Answer:
        """A name that no operation has: a kernel, a function."""
        name = what.rpartition("::")[2]
        found = self._python_definitions(name) or self._native_definitions(what)
        if found:
            answer = self._of_definitions(found, what)
            notes = answer.notes if answer.paths else (f"there is no operation {what!r}", *answer.notes)
            return Answer(answer.paths, notes)
        from reader.kernels.listing import names, operations

        known = operations(self.checkout)
        full = "::" in what
        nearest = near(what if full else name.rpartition(".")[2], names(known, full))
        told = f"; near names: {', '.join(nearest)}" if nearest else ""
        return Answer((), (f"there is no operation {what!r} in this checkout, and no kernel or function{told}",))

    def _python_definitions(self, name: str) -> list[tuple[str, Definition]]:
        last = name.rpartition(".")[2]
        if not last.isidentifier():
            return []
        found = search.files_defining(self.checkout, (last,), under=self.finder.under)[last]
        return [
            (path, one)
            for path in found
            for one in self.finder.sources.definitions(path)
            if one.name == last and one.kind in ("function", "method") and one.symbol.endswith(name)
        ]

    def _native_definitions(self, name: str) -> list[tuple[str, Definition]]:
        last = name.rpartition("::")[2]
        if not last.isidentifier():
            return []
        found = search.files_declaring(self.checkout, (last,), under=self.checkout.native)[last]
        return [
            (path, one)
            for path in found
            for one in self.finder.sources.definitions(path)
            if one.name == last and one.kind in _NATIVE and one.symbol.endswith(name)
        ]

    def _of_definitions(self, found: list[tuple[str, Definition]], what: str) -> Answer:
        paths: dict[tuple[object, ...], Path] = {}
        for path, one in found:
            if language_of(path) == "python":
                made = self.ascent.of_python(Place(path, one.line, one.symbol))
            elif one.kind in _NATIVE:
                made = self.ascent.of_native(path, one)
            else:
                self.ascent.notes.append(f"{what} is a {one.kind}; give a function or a kernel")
                continue
            for each in made:
                operation = each.operation
                key = (operation.namespace, operation.name, operation.overload, operation.namespace or path)
                paths.setdefault(key, each)
        return Answer(tuple(paths.values()), tuple(dict.fromkeys(self.ascent.notes)))
