"""From where the Python of another project's tree is imported, where nobody may count on `vllm/` in its root.

A package's chain of `__init__.py` starts somewhere: the folder above is a root. A file imports from its own root and
the folders above that, nearest first, as the interpreter's path would lie; then from wherever else exactly one package
of that name starts. A folder without `__init__.py` is a package only where what is asked for lies in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from reader.checkout import Checkout
from reader.resolve.sources import SCRIPTS
from reader.search import PYTHON

_INIT = ("__init__.py", "__init__.pyi")
# The folders that hold a project's packages and are none.
_SOURCE_FOLDERS = frozenset({"src", "python", "lib"})
_OF_A_PROJECT = ("setup.py", "pyproject.toml", "setup.cfg")


class Roots:
    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._bases: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = {}

    def module(self, path: str, parts: Sequence[str], target: str | None) -> str | None:
        """The file that `import parts` means in `path`; `target` is the first name that is asked of it."""
        if not parts:
            return None
        if own := self._below_itself(parts):
            return own
        folder = path.rpartition("/")[0]
        for level in self._levels(folder, parts[0]):
            found = [one for base in level if (one := self._at(base, parts, target)) and one != path]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def dotted(self, path: str) -> str:
        """How a module is imported."""
        root = self._above(path.rpartition("/")[0])
        below = path[len(root) + 1 if root else 0 :].removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        return ".".join((*self._itself, below)) if self._itself and root == "" else below

    @cached_property
    def tops(self) -> frozenset[str]:
        """The names of the packages that start anywhere."""
        return frozenset(self._starts) | frozenset(self._itself[:1])

    @cached_property
    def _packages(self) -> frozenset[str]:
        return frozenset(one.rpartition("/")[0] for one in self.checkout.files("", PYTHON) if one.endswith(_INIT))

    @cached_property
    def _itself(self) -> tuple[str, ...]:
        """The package that the root of the checkout is, where it is one."""
        if "" not in self._packages:
            return ()
        names = [self.checkout.root.name]
        if self.checkout.on_disk:
            for above in self.checkout.root.parents:
                if not any((above / name).exists() for name in _INIT):
                    break
                names.append(above.name)
        return tuple(reversed(names))

    @cached_property
    def _starts(self) -> dict[str, tuple[str, ...]]:
        """Where the packages of each name start, by the folder above."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for folder in sorted(self._packages):
            above, _, name = folder.rpartition("/")
            if name and above not in self._packages:
                found[name].append(above)
        return {name: tuple(above) for name, above in found.items()}

    @cached_property
    def _source_folders(self) -> tuple[str, ...]:
        """`src` and its like, and where a project of its own is built: what lies in them is imported from everywhere,
        also a lone module or a namespace package."""
        found = set()
        for path in self.checkout.files():
            folder, _, name = path.rpartition("/")
            if name in _OF_A_PROJECT and folder not in self._packages:
                found.add(folder)
            while folder and folder not in found:
                if folder.rpartition("/")[2] in _SOURCE_FOLDERS and folder not in self._packages:
                    found.add(folder)
                folder = folder.rpartition("/")[0]
        return tuple(sorted(found))

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Those with Python anywhere below them."""
        found = set()
        for path in self.checkout.files("", PYTHON):
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(found)

    def _above(self, folder: str) -> str:
        """The root from which a file in this folder is imported: above its package, or the folder itself."""
        while folder and folder in self._packages:
            folder = folder.rpartition("/")[0]
        return folder

    def _levels(self, folder: str, top: str) -> tuple[tuple[str, ...], ...]:
        """The folders to look in, in groups: within one, two answers are none."""
        key = folder, top
        if key not in self._bases:
            self._bases[key] = tuple(self._grouped(folder, top))
        return self._bases[key]

    def _grouped(self, folder: str, top: str) -> Iterator[tuple[str, ...]]:
        base, seen = self._above(folder), []
        if base != folder and not SCRIPTS.isdisjoint(folder.split("/")):
            yield (folder,)
        while True:
            if base not in self._packages:
                seen.append(base)
                yield (base,)
            if not base:
                break
            base = base.rpartition("/")[0]
        for others in (self._starts.get(top, ()), self._source_folders):
            aside = self.checkout.is_aside(f"{folder}/x.py")
            # A test's own package of the same name is not what the code imports.
            usable = [one for one in others if one not in seen and (aside or not self.checkout.is_aside(f"{one}/x.py"))]
            groups: defaultdict[int, list[str]] = defaultdict(list)
            for one in usable:
                groups[_shared(one, folder)].append(one)
            for shared in sorted(groups, reverse=True):
                yield tuple(groups[shared])

    def _at(self, base: str, parts: Sequence[str], target: str | None) -> str | None:
        stem = "/".join((*filter(None, (base,)), *parts))
        checkout = self.checkout
        for place in (f"{stem}.py", f"{stem}/__init__.py", f"{stem}.pyi", f"{stem}/__init__.pyi"):
            if checkout.has(place):
                return place
        if stem not in self._folders:
            return None
        # `import torch` beside a folder torch/ of scripts means the library; `from company import tool` the folder.
        names = [target] if target else []
        inside = (f"{stem}/{name}" for name in names)
        asked = any(one in self._folders or checkout.has(f"{one}.py") or checkout.has(f"{one}.pyi") for one in inside)
        started = any(one == stem or one.startswith(f"{stem}/") for one in self._packages)
        is_source = base in self._source_folders or not base
        return f"{stem}/" if asked or len(parts) > 1 or (started and is_source and not target) else None

    def _below_itself(self, parts: Sequence[str]) -> str | None:
        """Where the checkout is a package, or a part of one: `sglang.srt` in a tree that was opened at `sglang/`."""
        own = self._itself
        if not own or tuple(parts[: len(own)]) != own:
            return None
        return self._at("", parts[len(own) :], None) if len(parts) > len(own) else "__init__.py"


def _shared(one: str, other: str) -> int:
    count = 0
    for mine, theirs in zip(one.split("/"), other.split("/"), strict=False):
        if mine != theirs:
            break
        count += 1
    return count
