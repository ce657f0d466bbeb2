"""The files that one resolution looks into, each parsed once; and what a symbol is called in each language.

Remembers definitions and bindings, of text the last few files alone, never trees: a batch of 300 refs must stay far
under 150 MB.
"""

from __future__ import annotations

import posixpath
import re
from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from reader import syntax
from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.search import NATIVE
from reader.syntax import Binding, Definition
from reader.value import frozen

if TYPE_CHECKING:
    from reader.resolve.roots import Roots

# Definitions of one large file take some 0.1 MB.
_REMEMBERED = 200
# A question comes back to the same few files hundreds of times, and to read and decode one takes 0.1 to 0.5 ms.
_TEXTS = 12

# Folders of what is run from where it lies, though some of them are packages too.
SCRIPTS = frozenset({"benchmark", "benchmarks", "example", "examples", "tools", "scripts"})

_SETTER = re.compile(r"^\s*@\w+\.(?:setter|deleter)\b")
# What stands before a name that is imported or assigned: the start of a line, or a word or sign of such a statement.
# What is called or subscripted there is not bound.
_BINDS = re.compile(r"(?:^[ \t(\[*]*|;[ \t]*|[,=*][ \t(\[*]*|\b(?:import|as|type)[ \t(]+)$")
_MARKUP = re.compile(r"[`*_]|!?\[|\]\([^)]*\)|\]")

_T = TypeVar("_T")


@frozen
class Match:
    """The definition that a symbol names in one file, and the others of that qualified name in it. Not `sure`: the
    scopes left out of a C++ name fit several things, and the twins are the others of them."""

    definition: Definition
    twins: tuple[Definition, ...] = ()
    sure: bool = True


class Sources:
    """A file that cannot be read has no definitions; `Sources.problem` says why."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._definitions: OrderedDict[str, tuple[Definition, ...]] = OrderedDict()
        self._bindings: OrderedDict[str, tuple[Binding, ...]] = OrderedDict()
        self._bases: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._stamps: dict[str, tuple[int, int] | None] = {}

    def outdated(self, path: str) -> bool:
        """Whether the file is another by now than the one that something is remembered of."""
        return path in self._stamps and self.checkout.stamp(path) != self._stamps[path]

    @property
    def any_outdated(self) -> bool:
        return any(map(self.outdated, tuple(self._stamps)))

    @cached_property
    def roots(self) -> Roots | None:
        """From where Python is imported; None in vLLM, whose packages lie in the root of the checkout."""
        if not self.checkout.foreign:
            return None
        from reader.resolve.roots import Roots  # 2 ms, for other projects only

        return Roots(self.checkout)

    def dotted(self, path: str) -> str:
        """A module's name, as an import writes it."""
        if self.roots is not None:
            return self.roots.dotted(path)
        return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def included(self, path: str, target: str) -> str | None:
        """The file that `#include "target"` in `path` names, as the compiler looks for it: beside the file, then in
        the folders that the build names (`csrc`, the root). Which those are in another project is not known: there the
        nearest file whose path ends so."""
        checkout = self.checkout
        for folder in (posixpath.dirname(path), *(("",) if checkout.foreign else ("csrc", ""))):
            found = posixpath.normpath(posixpath.join(folder, target))
            if not found.startswith("..") and checkout.has(found):
                return found
        tail = posixpath.normpath(target)
        if not checkout.foreign or tail.startswith(".."):
            return None
        ends = [one for one in self._headers.get(tail.rpartition("/")[2], ()) if one.endswith(f"/{tail}")]
        return max(ends, key=lambda one: len(posixpath.commonpath([one, path])), default=None)

    @cached_property
    def _headers(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for path in self.checkout.files("", NATIVE):
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    def text(self, path: str) -> str:
        known = _recall(self._texts, path)
        if known is None:
            self._stamps.setdefault(path, self.checkout.stamp(path))  # before the file is read
            try:
                known = self.checkout.read(path).text
            except ReaderError:
                known = ""
            _remember(self._texts, path, known, _TEXTS)
        return known

    def problem(self, path: str) -> str | None:
        try:
            self.checkout.read(path)
        except ReaderError as error:
            return str(error)
        return None

    def definitions(self, path: str) -> tuple[Definition, ...]:
        known = _recall(self._definitions, path)
        if known is None:
            known = syntax.definitions(self.text(path), syntax.language_of(path))
            _remember(self._definitions, path, known)
        return known

    def bindings(self, path: str) -> tuple[Binding, ...]:
        known = _recall(self._bindings, path)
        if known is None:
            known = syntax.bindings(self.text(path)) if is_python(path) else ()
            _remember(self._bindings, path, known)
        return known

    def may_bind(self, path: str, name: str, after: int) -> bool:
        """Whether a line below `after` may import or assign this name: by the text alone, so that most files need no
        look at their bindings, which takes 2 to 8 ms. False is certain."""
        text = self.text(path)
        if "def __getattr__" in text:
            return True
        below = "\n".join(text.split("\n")[after:])
        uses = re.finditer(rf"{re.escape(name)}(?![\w(\[])", below)  # a pattern that begins with the name is fast
        return any(_BINDS.search(below[below.rfind("\n", 0, use.start()) + 1 : use.start()]) for use in uses)

    def bases(self, path: str, symbol: str) -> tuple[str, ...]:
        known = _recall(self._bases, f"{path}::{symbol}")
        if known is None:
            known = syntax.bases(self.text(path), symbol)
            _remember(self._bases, f"{path}::{symbol}", known)
        return known

    def match(self, path: str, symbol: str) -> Match | None:
        """The definition of `symbol` in the file: the implementation rather than a stub, a getter before its setter,
        of two branches the first."""
        language = syntax.language_of(path)
        if language == "python":
            plain = ".".join(python_parts(symbol))
            found = [one for one in self.definitions(path) if one.symbol == plain]
        else:
            found = [one for one in self.definitions(path) if names(symbol, one.symbol, language)]
        if language in ("cpp", "cuda"):
            return self._native_match(path, symbol, found)
        if not found:
            return None
        solid = [one for one in found if not one.stub]
        if not solid:
            # An overload without implementation is all there is; what stands under TYPE_CHECKING is no definition.
            return None if self._typing_only(path, found) else Match(found[0], tuple(found[1:]))
        if len(solid) > 1 and language == "python":
            lines = self.text(path).split("\n")
            getters = [one for one in solid if not any(map(_SETTER.match, lines[one.start - 1 : one.line]))]
            solid = getters or solid
            if all(one.condition is None for one in solid):
                solid.reverse()  # a later `def` of the same name replaces the earlier one
        chosen = solid[0]
        return Match(chosen, tuple(one for one in found if one is not chosen and not one.stub))

    def _native_match(self, path: str, symbol: str, found: list[Definition]) -> Match | None:
        if not found:
            found = self._declared(path, symbol)
            if not found:
                return None
        parts = native_parts(symbol)
        fewest = min(len(native_parts(one.symbol)) for one in found)
        whole = [one for one in found if native_parts(one.symbol) == parts]
        near = whole or [one for one in found if len(native_parts(one.symbol)) == fewest]
        near.sort(key=lambda one: _NATIVE_RANK.get(one.kind, 1))
        sure = len({one.symbol for one in near}) == 1
        return Match(near[0], tuple(one for one in (found if sure else near) if one is not near[0]), sure)

    def _declared(self, path: str, symbol: str) -> list[Definition]:
        language = syntax.language_of(path)
        declared = syntax.declarations(self.text(path), language)
        return [one for one in declared if names(symbol, one.symbol, language)]

    def _typing_only(self, path: str, found: list[Definition]) -> bool:
        return all(one.condition is not None and "TYPE_CHECKING" in one.condition for one in found)


_NATIVE_RANK = {"kernel": 0, "declaration": 3, "namespace": 2}


def is_python(path: str) -> bool:
    return path.endswith((".py", ".pyi"))


def is_native(path: str) -> bool:
    return syntax.language_of(path) in ("cpp", "cuda")


def python_parts(symbol: str) -> tuple[str, ...]:
    return tuple(part for part in symbol.replace("::", ".").split(".") if part not in ("", "<locals>"))


def native_parts(symbol: str) -> tuple[str, ...]:
    """Without template arguments, so that `Vec<float, 1>` is found by `Vec`."""
    return tuple(re.sub(r"<.*", "", part).strip() for part in re.split(r"::|\.(?=\w)", symbol) if part.strip())


def heading(text: str) -> str:
    """A heading as a reader would type it: no markup, no `#`, one space, no case."""
    return " ".join(_MARKUP.sub(" ", text.lstrip("# ")).split()).casefold()


def names(asked: str, symbol: str, language: str) -> bool:
    """Whether `asked` may mean the definition called `symbol`; in C++ enclosing scopes may be left out of it."""
    if language in ("cpp", "cuda"):
        if asked == symbol:
            return True
        short, full = native_parts(asked), native_parts(symbol)
        if not short or not full or short[-1] != full[-1]:
            return False
        scopes = iter(full[:-1])
        return all(part in scopes for part in short[:-1])
    if language == "python":
        return python_parts(asked) == tuple(symbol.split("."))
    return heading(asked) == heading(symbol)


def _recall(known: OrderedDict[str, _T], path: str) -> _T | None:
    value = known.get(path)
    if value is not None:
        known.move_to_end(path)
    return value


def _remember(known: OrderedDict[str, _T], path: str, value: _T, most: int = _REMEMBERED) -> None:
    known[path] = value
    if len(known) > most:
        known.popitem(last=False)
