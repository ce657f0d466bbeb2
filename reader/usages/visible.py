"""Which C++ and CUDA files see which: includes followed by name, read from the text once for all files."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from functools import cached_property

from reader import search
from reader.checkout import Checkout

_INCLUDE = re.compile(rb"#[ \t]*include[ \t]*[\"<]([^\">\n]+)[\">]")


class Visible:
    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._closures: dict[str, frozenset[str]] = {}

    @cached_property
    def _includes(self) -> dict[str, tuple[str, ...]]:
        return {
            path: tuple(one.decode("utf-8", "replace") for one in _INCLUDE.findall(data))
            for path, data in search.texts(self.checkout, "", search.NATIVE)
        }

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in self._includes:
            found[path.rpartition("/")[2]].append(path)
        return found

    def closure(self, path: str) -> frozenset[str]:
        """The file itself and all that it includes, over all; both sides of every `#if`."""
        if path not in self._closures:
            seen = {path}
            pending = [path]
            while pending:
                one = pending.pop()
                for target in self._includes.get(one, ()):
                    found = self._included(one, target)
                    if found is not None and found not in seen:
                        seen.add(found)
                        pending.append(found)
            self._closures[path] = frozenset(seen)
        return self._closures[path]

    def together(self, header: str, other: str) -> bool:
        """Whether some file includes both, so that the header may speak of what the other one says."""
        if not header.endswith((".h", ".hpp", ".cuh", ".inl")):
            return False
        return any({header, other} <= self.closure(path) for path in self._includes)

    def _included(self, path: str, target: str) -> str | None:
        """Beside the file, below a folder that the build names, else the nearest file whose path ends so."""
        for folder in (posixpath.dirname(path), "csrc", ""):
            found = posixpath.normpath(posixpath.join(folder, target))
            if found in self._includes:
                return found
        tail = f"/{posixpath.normpath(target)}"
        ends = [one for one in self._by_name.get(tail.rpartition("/")[2], ()) if one.endswith(tail)]
        return max(ends, key=lambda one: len(posixpath.commonpath([one, path]))) if ends else None
