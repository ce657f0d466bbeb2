"""The C++ and CUDA files of one checkout, read once, and which builds compile them.

Text first: a file is parsed only where the bytes say that it may define what is asked for.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.kernels.extensions import Device, Target, targets
from reader.resolve.sources import Sources
from reader.search import NATIVE
from reader.syntax import Definition

# The host's code is what a registration means, and it is compiled where there is no `__CUDA_ARCH__`.
_HOST = {"__CUDA_ARCH__": False, "__HIP_DEVICE_COMPILE__": False}
_FACTS: dict[Device, dict[str, bool]] = {
    "CUDA": {**_HOST, "USE_ROCM": False, "__HIP_PLATFORM_AMD__": False, "__HIPCC__": False},
    "ROCm": {**_HOST, "USE_ROCM": True, "__HIP_PLATFORM_AMD__": True},
    "CPU": {**_HOST, "USE_ROCM": False, "__HIP_PLATFORM_AMD__": False, "__HIPCC__": False, "__CUDACC__": False},
}
_HEADERS = (".h", ".hpp", ".cuh", ".inl")
_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]', re.M)
_DEFINES = re.compile(rb"#[ \t]*define[ \t]+(\w+)[ \t]")
_ANGLES = rb"[ \t\r\n]*(?:<[^;{}()]*>[ \t\r\n]*)?\("
_BLANK = re.compile(rb"(?:\s|//[^\n]*|/\*.*?\*/)*", re.S)
_PARENTHESES = re.compile(rb"[()]")
_NO_BODY = (b";", b",", b")", b"", b"=", b"}", b".", b"?", b"|", b"+", b"*", b"/", b"<", b">", b"]")
_FURTHEST = 20_000  # bytes of a parameter list


class Natives:
    def __init__(self, checkout: Checkout, sources: Sources | None = None) -> None:
        self.checkout = checkout
        self.sources = sources or Sources(checkout)
        self._data: dict[str, bytes] | None = None
        self._targets: tuple[Target, ...] | None = None
        self._facts: dict[int, Mapping[str, bool]] = {}
        self._includers: dict[str, list[tuple[str, str]]] | None = None
        self._defining: dict[str, tuple[str, ...]] = {}
        self._reached: dict[str, frozenset[str]] = {}
        self._macros: dict[str, dict[str, tuple[tuple[int, str], ...]]] = {}

    @property
    def data(self) -> Mapping[str, bytes]:
        """By path, below csrc, or in the whole checkout where there is no such folder."""
        if self._data is None:
            self._data = {}
            under = "csrc" if self.checkout.is_directory("csrc") else ""
            for path in self.checkout.files(under, NATIVE):
                try:
                    self._data[path] = self.checkout.raw(path)
                except ReaderError:
                    continue
        return self._data

    @property
    def targets(self) -> tuple[Target, ...]:
        if self._targets is None:
            self._targets = targets(self.checkout)
        return self._targets

    def builds(self, path: str) -> tuple[Target, ...]:
        """The targets that compile the file."""
        return tuple(target for target in self.targets if path in target.sources)

    def facts(self, target: Target) -> Mapping[str, bool]:
        """Which macros its compiler knows for certain, and which not: a macro that the build gives to other targets
        alone is not defined in this one."""
        known = self._facts.get(id(target))
        if known is None:
            given = {each.partition("=")[0] for one in self.targets for each in one.defines}
            own = {each.partition("=")[0] for each in target.defines}
            known = self._facts[id(target)] = {**dict.fromkeys(given - own, False), **_FACTS[target.device]}
        return known

    def is_compiled(self, path: str, target: Target) -> bool:
        """As one of the target's sources, or as a header of one."""
        if path in target.sources:
            return True
        return path.endswith(_HEADERS) and not self._including(path).isdisjoint(target.sources)

    def macro(self, path: str, name: str, line: int) -> str | None:
        """What the file itself defines a macro without parameters as, last above the line."""
        from reader.syntax.cpp.registrations import defined_macros

        if path not in self._macros:
            self._macros[path] = {each.decode(): () for each in _DEFINES.findall(self.data.get(path, b""))}
        if name not in self._macros[path]:
            return None
        if not self._macros[path][name]:
            self._macros[path] |= defined_macros(self.sources.text(path))
        before = [value for at, value in self._macros[path].get(name, ()) if at < line]
        return before[-1] if before else None

    def mentioning(self, name: str, *, whole: bool = True) -> Iterator[str]:
        raw = name.encode()
        if not whole:
            return (path for path, data in self.data.items() if raw in data)
        word = re.compile(rb"(?<!\w)" + re.escape(raw) + rb"(?!\w)")
        return (path for path, data in self.data.items() if raw in data and word.search(data))

    def defining(self, name: str) -> tuple[str, ...]:
        """The files in which a function of this name may have a body, by their text."""
        if name not in self._defining:
            self._defining[name] = tuple(path for path in self.mentioning(name) if _may_define(self.data[path], name))
        return self._defining[name]

    def headers(self, name: str, target: Target) -> Iterator[str]:
        """Those of them that the target's sources include."""
        wanted = (path for path in self.defining(name) if path.endswith(_HEADERS) and path not in target.sources)
        return (path for path in wanted if self.is_compiled(path, target))

    def functions(self, path: str, name: str) -> tuple[Definition, ...]:
        """Every definition of a function of this name in the file."""
        if path not in self.defining(name):
            return ()
        return tuple(one for one in self.sources.definitions(path) if one.kind == "function" and one.name == name)

    def declared(self, name: str) -> tuple[str, int] | None:
        """The first place that declares it."""
        from reader import syntax

        for path in self.mentioning(name):
            for one in syntax.declarations(self.sources.text(path), syntax.language_of(path)):
                if one.name == name:
                    return path, one.line
        return None

    def signatures(self, path: str, name: str) -> Iterator[tuple[str, ...]]:
        """The parameters of each declaration of the name in a file."""
        from reader import syntax
        from reader.syntax.cpp import linkage

        text = self.sources.text(path)
        for one in syntax.declarations(text, syntax.language_of(path)):
            if one.name == name:
                yield linkage.parameters(text, one)

    def parameters(self, path: str, definition: Definition) -> tuple[str, ...]:
        from reader.syntax.cpp import linkage

        return linkage.parameters(self.sources.text(path), definition)

    def includes(self, path: str, header: str) -> bool:
        return path in self._including(header)

    def is_internal(self, path: str, definition: Definition) -> bool:
        from reader.syntax.cpp import linkage  # 41 ms with the scanner, which only a question about C++ needs

        return linkage.is_internal(self.sources.text(path), definition)

    def is_template(self, path: str, definition: Definition) -> bool:
        from reader.syntax.cpp import linkage

        return linkage.is_template(self.sources.text(path), definition)

    def holds(self, condition: str | None, facts: Mapping[str, bool]) -> bool | None:
        if condition is None:
            return True
        from reader.syntax.cpp import linkage

        return linkage.holds(condition, facts)

    def learnt(self, condition: str | None) -> Mapping[str, bool]:
        from reader.syntax.cpp import linkage

        return linkage.learnt(condition)

    def _including(self, header: str) -> frozenset[str]:
        """All files that include it, over any number of others."""
        if header not in self._reached:
            seen = {header}
            pending = [header]
            while pending:
                wanted = pending.pop()
                for path, written in self._by_included.get(posixpath.basename(wanted), ()):
                    if path not in seen and self._leads(path, written, wanted):
                        seen.add(path)
                        pending.append(path)
            self._reached[header] = frozenset(seen)
        return self._reached[header]

    def _leads(self, path: str, written: str, header: str) -> bool:
        """Whether an `#include` of these words means the header: the file beside comes first."""
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
        if beside in self.data:
            return beside == header
        return f"/{header}".endswith("/" + posixpath.normpath(written).replace("../", ""))

    @property
    def _by_included(self) -> Mapping[str, list[tuple[str, str]]]:
        if self._includers is None:
            self._includers = {}
            for path, data in self.data.items():
                for match in _INCLUDE.finditer(data):
                    written = match[1].decode("utf-8", "replace")
                    self._includers.setdefault(posixpath.basename(written), []).append((path, written))
        return self._includers


def _may_define(data: bytes, name: str) -> bool:
    """Whether behind the name's parentheses a body may follow."""
    head = re.compile(re.escape(name.encode()) + _ANGLES)
    return any(_has_body(data, match.end() - 1) for match in head.finditer(data))


def _has_body(data: bytes, opened: int) -> bool:
    depth = 0
    for match in _PARENTHESES.finditer(data, opened, opened + _FURTHEST):
        depth += 1 if match[0] == b"(" else -1
        if depth == 0:
            blank = _BLANK.match(data, match.end())
            at = blank.end() if blank else match.end()
            return data[at : at + 1] not in _NO_BODY
    return True
