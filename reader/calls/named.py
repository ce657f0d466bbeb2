"""Targets that a string names: methods called over all workers, utility calls of the engine core, dotted paths.

The tables say by which functions vLLM does so, 0.6.6 to 0.33.0, and who is at the other end. What a variable names is
not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from reader import search
from reader.hierarchy import Families, Method
from reader.resolve.python import Found, Names
from reader.resolve.sources import Sources
from reader.syntax import Binding
from reader.syntax.classes import classes
from reader.value import frozen


@frozen
class Naming:
    """A function that calls a method by its name: which argument names it, and which classes have it, by a word in
    their own name or in that of a direct base. `leaves`: what is said where the call goes to another process."""

    number: int
    keyword: str
    family: str
    leaves: str | None = None


_RPC = Naming(0, "method", "Worker", "called by its name on every worker")
_UTILITY = Naming(
    0, "method", "EngineCore", "leaves the process here: a ZMQ message of type UTILITY; looked up by its name"
)
BY_NAME = {
    "collective_rpc": _RPC,
    "collective_rpc_async": _RPC,
    "_run_workers": _RPC,
    "_run_workers_async": _RPC,
    "execute_method": _RPC,
    "start_worker_execution_loop": _RPC,
    "run_method": Naming(1, "method", "Worker", "called by its name on a worker"),
    "call_utility": _UTILITY,
    "call_utility_async": _UTILITY,
    "_call_utility": _UTILITY,
    "_call_utility_async": _UTILITY,
}
_PATHS = re.compile(r"""(["'])([A-Za-z_]\w*(?:\.\w+){1,12})(?::(\w+))?\1""")
_NOT_WORKERS = re.compile(r"Extension|Monitor|Mixin$|Config|Test")


def _of_family(word: str, family: str) -> bool:
    """`EngineCoreClient` is at the near end of the call, not at the far one."""
    return family in word and not (family and word.endswith("Client"))


class Named:
    def __init__(self, sources: Sources, families: Families) -> None:
        self.sources = sources
        self._families = families
        self._names = Names(sources)
        self._methods: dict[tuple[str, str], tuple[Method, ...]] = {}

    @cached_property
    def _tops(self) -> frozenset[str]:
        """The packages that such a path may begin with."""
        roots = self.sources.roots
        return roots.tops if roots is not None else frozenset({"vllm"})

    def methods(self, name: str, family: str) -> tuple[Method, ...]:
        """Of the classes of the package of this family, those that define the method; abstract ones only where there
        are no others. What another project's functions of these names do is not known."""
        if self.sources.checkout.foreign:
            return ()
        key = name, family
        if key not in self._methods:
            found = list(self._defining(name, family))
            self._methods[key] = tuple([one for one in found if not one.abstract] or found)
        return self._methods[key]

    def _defining(self, name: str, family: str) -> Iterator[Method]:
        checkout = self.sources.checkout
        for path in search.files_defining(checkout, (name,), under=checkout.package)[name]:
            for one in classes(self.sources.text(path)):
                words = (one.name, *(base.rpartition(".")[2] for base in one.bases))
                if any(_of_family(word, family) for word in words) and not _NOT_WORKERS.search(one.name):
                    standing = self._families.own(path, one.symbol, name)
                    if standing is not None:
                        yield standing

    def dotted(self, lines: list[str], first: int, last: int) -> Iterator[tuple[int, str, Found]]:
        """Strings that name a definition by its dotted path: line, the string, the definition."""
        for number in range(first, min(last, len(lines)) + 1):
            for match in _PATHS.finditer(lines[number - 1]):
                parts = [*match[2].split("."), *([match[3]] if match[3] else [])]
                if parts[0] not in self._tops:
                    continue
                found = self.at(parts)
                if found is not None and found.symbol is not None and found.kind in ("class", "function"):
                    yield number, match[0][1:-1], found

    def at(self, parts: list[str]) -> Found | None:
        """The definition of a dotted path from the root of the checkout."""
        for length in range(len(parts) - 1, 0, -1):
            path = self._names.module_of("", Binding("", "import", 1, 1, ".".join(parts[:length])))
            if path is not None and path.endswith(".py"):
                found = self._names.find(path, tuple(parts[length:]))
                return found if isinstance(found, Found) else None
        return None
