"""The files that inference looks into, and where the names that a module binds come from.

Holds a bounded number of parsed files. Imports, re-exports and aliases are followed by the text of the one statement
that binds the name; star imports, lazy tables and whatever else only a whole file tells are asked of `Names`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Literal

from reader.resolve.python import Found, Names
from reader.resolve.sources import Sources, is_python
from reader.syntax import Binding
from reader.syntax.bound import Bound
from reader.syntax.module import Module
from reader.value import frozen

# Characters of text; a tree takes ten to fifteen times as many bytes.
_HELD = 4_000_000
_LONGEST = 24


@frozen
class Origin:
    """Where a name comes from: a binding that is no import, a whole module, a place "outside" of the checkout with its
    dotted name, or "lost", when nothing tells."""

    kind: Literal["bound", "module", "outside", "lost"]
    path: str = ""
    name: str = ""
    bound: Bound | None = None


LOST = Origin("lost")


class Files:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.names = Names(sources)
        self._modules: OrderedDict[str, Module] = OrderedDict()
        self._held = 0
        self._origins: dict[tuple[str, str], tuple[Origin, ...]] = {}

    def module(self, path: str) -> Module:
        known = self._modules.get(path)
        if known is not None:
            self._modules.move_to_end(path)
            return known
        known = self._modules[path] = Module(self.sources.text(path))
        self._held += known.size
        while self._held > _HELD and len(self._modules) > 1:
            self._held -= self._modules.popitem(last=False)[1].size
        return known

    def origins_of(self, path: str, name: str) -> tuple[Origin, ...]:
        """Of a name asked of a module, or of a submodule asked of a package."""
        known = self._origins.get((path, name))
        if known is None:
            self._origins[path, name] = (LOST,)  # what a circle of imports finds
            known = self._origins[path, name] = tuple(dict.fromkeys(self._of(path, name))) or (LOST,)
        return known

    def origins(self, path: str, bound: Bound) -> tuple[Origin, ...]:
        if bound.how != "import" or bound.imported is None:
            return (Origin("bound", path, bound.name, bound),)
        return self.imported(path, bound.imported)

    def imported(self, path: str, binding: Binding) -> tuple[Origin, ...]:
        module = self.names.module_of(path, binding)
        if module is None:
            return (Origin("outside", name=".".join(filter(None, (binding.module, binding.target)))),)
        if binding.target is None:
            return (Origin("module", module),)
        if module == path:
            inside = self._submodule(module, binding.target)
            return (inside,) if inside else (LOST,)
        found = self.origins_of(module, binding.target)
        if found == (LOST,):
            return found
        return found

    def _of(self, path: str, name: str) -> Iterator[Origin]:
        if not is_python(path):
            inside = self._submodule(path, name)
            if inside:
                yield inside
            return
        module = self.module(path)
        bounds = [one for one in module.bound(name, module.scopes.module) if one.how not in ("declared", "augmented")]
        for one in bounds:
            yield from self.origins(path, one)
        if not bounds:
            yield from self._by_other_ways(path, name)

    def _by_other_ways(self, path: str, name: str) -> Iterator[Origin]:
        source = self.module(path).pieces.source
        if b"import *" in source or b"__getattr__" in source:
            found = self.names.find(path, (name,))
            if isinstance(found, Found):
                yield from self._of_found(found)
                return
            if found.outside:
                yield Origin("outside", name=name)
                return
        inside = self._submodule(path, name)
        if inside:
            yield inside

    def _of_found(self, found: Found) -> Iterator[Origin]:
        if found.symbol is None:
            yield Origin("module", found.path)
            return
        if "." in found.symbol:
            return
        module = self.module(found.path)
        for one in module.bound(found.symbol, module.scopes.module):
            yield Origin("bound", found.path, found.symbol, one)

    def _submodule(self, path: str, name: str) -> Origin | None:
        folder = path if path.endswith("/") else path.removesuffix("__init__.py")
        if folder and not folder.endswith("/"):
            return None
        checkout = self.sources.checkout
        for place in (f"{folder}{name}.py", f"{folder}{name}/__init__.py", f"{folder}{name}.pyi"):
            if checkout.has(place):
                return Origin("module", place)
        return Origin("module", f"{folder}{name}/") if checkout.is_directory(f"{folder}{name}") else None
