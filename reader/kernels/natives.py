"""The C++ and CUDA files of one checkout, read once, and which builds compile them.

Owns their bytes, what includes what, and which macros a build's compiler is told; what they define, others read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.kernels.extensions import Device, Target, targets
from reader.pattern import pattern
from reader.resolve.sources import Sources
from reader.search import NATIVE, occurrences

# The host's code is what a registration means, and it is compiled where there is no `__CUDA_ARCH__`.
_HOST = {"__CUDA_ARCH__": False, "__HIP_DEVICE_COMPILE__": False}
_FACTS: dict[Device, dict[str, bool]] = {
    "CUDA": {**_HOST, "USE_ROCM": False, "__HIP_PLATFORM_AMD__": False, "__HIPCC__": False},
    "ROCm": {**_HOST, "USE_ROCM": True, "__HIP_PLATFORM_AMD__": True},
    "CPU": {**_HOST, "USE_ROCM": False, "__HIP_PLATFORM_AMD__": False, "__HIPCC__": False, "__CUDACC__": False},
}
_INCLUDE = pattern(rb'^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]', re.M)


class Natives:
    def __init__(self, checkout: Checkout, sources: Sources | None = None) -> None:
        self.checkout = checkout
        self.sources = sources or Sources(checkout)
        self._data: dict[str, bytes] | None = None
        self._texts: dict[str, str] = {}
        self._targets: tuple[Target, ...] | None = None
        self._facts: dict[int, Mapping[str, bool]] = {}
        self._includers: dict[str, list[tuple[str, str]]] | None = None
        self._reached: dict[str, frozenset[str]] = {}

    @property
    def data(self) -> Mapping[str, bytes]:
        """By path, below csrc, or in the whole checkout where there is no such folder."""
        if self._data is None:
            self._data = {}
            for path in self.checkout.files(self.checkout.native, NATIVE):
                try:
                    self._data[path] = self.checkout.raw(path)
                except ReaderError:
                    continue
        return self._data

    def text(self, path: str) -> str:
        """ "" of a file that cannot be read as text."""
        if path not in self._texts:
            self._texts[path] = self.sources.text(path)
        return self._texts[path]

    def mentioning(self, name: str) -> Iterator[str]:
        """The files that hold the name as a whole word."""
        raw = name.encode()
        return (path for path, data in self.data.items() if raw in data and any(True for _ in occurrences(data, raw)))

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
        """As one of the target's sources, or included by one; also a .cu may be."""
        return path in target.sources or not self._including(path).isdisjoint(target.sources)

    def includes(self, path: str, header: str) -> bool:
        """Itself, or by another header."""
        return path != header and path in self._including(header)

    def _including(self, header: str) -> frozenset[str]:
        """All files that include it, over any number of others, and itself."""
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
