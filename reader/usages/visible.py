"""Which C++ and CUDA files see which: includes followed by name, read from the text once for all files."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from functools import cached_property

from reader import search
from reader.checkout import Checkout

_INCLUDE = re.compile(rb"#[ \t]*include[ \t]*[\"<]([^\">\n]+)[\">]")


_ARGUMENTS = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[A-Za-z_]\w*")
_HEADERS = (".h", ".hpp", ".cuh", ".inl")


class Visible:
    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._bases: dict[str, tuple[str, ...]] = {}
        self._closures: dict[str, frozenset[str]] = {}

    @cached_property
    def _includes(self) -> dict[str, tuple[str, ...]]:
        return {
            path: tuple(one.decode("utf-8", "replace") for one in _INCLUDE.findall(data))
            for path, data in self.texts.items()
        }

    @cached_property
    def texts(self) -> dict[str, bytes]:
        """All of C++ and CUDA, 6 MB at 0.33.0."""
        return dict(search.texts(self.checkout, "", search.NATIVE))

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

    def together(self, header: str, other: str) -> bool | None:
        """Whether every file that is compiled and includes the header also includes the other, so that the one may
        speak of what the other says; None where some do. Of what is no header it is False."""
        if not header.endswith(_HEADERS):
            return False
        units = [seen for seen in self._units if header in seen]
        both = sum(other in seen for seen in units)
        return True if both and both == len(units) else None if both else False

    @cached_property
    def _units(self) -> tuple[frozenset[str], ...]:
        return tuple(self.closure(path) for path in self._includes if not path.endswith(_HEADERS))

    def bases(self, name: str) -> tuple[str, ...]:
        """The last names of those that any class of this name derives from."""
        if name not in self._bases:
            raw = re.escape(name.encode())
            head = re.compile(rb"\b(?:class|struct)\s+" + raw + rb"\s*(?:<[^{};]*>)?\s*(?:final\s*)?:(?!:)([^{;]*)\{")
            found: list[bytes] = []
            for data in self.texts.values():
                if raw in data:
                    found += head.findall(data)
            self._bases[name] = tuple(
                dict.fromkeys(one for clause in found for one in _named(clause.decode("latin-1")))
            )
        return self._bases[name]

    def near(self, path: str, other: str) -> bool:
        """Whether one may come to mean the other's members: through an include of either, of a third, or of a file
        that the build makes."""
        closure = self.closure(path)
        if other in closure or path in self.closure(other) or self.together(path, other) is not False:
            return True
        return any("generated" in target for one in closure for target in self._includes.get(one, ()))

    def _included(self, path: str, target: str) -> str | None:
        """Beside the file, below a folder that the build names, else the nearest file whose path ends so."""
        for folder in (posixpath.dirname(path), "csrc", ""):
            found = posixpath.normpath(posixpath.join(folder, target))
            if found in self._includes:
                return found
        tail = f"/{posixpath.normpath(target)}"
        ends = [one for one in self._by_name.get(tail.rpartition("/")[2], ()) if one.endswith(tail)]
        return max(ends, key=lambda one: len(posixpath.commonpath([one, path]))) if ends else None


def _named(clause: str) -> list[str]:
    """Without access words, outer scopes and template arguments."""
    while (plain := _ARGUMENTS.sub("", clause)) != clause:
        clause = plain
    return [word for part in clause.split(",") if (word := (_WORD.findall(part) or [""])[-1])]
