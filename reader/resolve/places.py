"""Refs without a symbol: a file or a folder, there or gone to another place."""

from __future__ import annotations

from collections import defaultdict

from reader.checkout import Checkout
from reader.ref import Ref
from reader.resolve import lifetimes
from reader.resolve.moved import Scored, at_home
from reader.resolve.nearness import GENERIC, TRANSPARENT, Nearness, Place, nearness, words_of
from reader.resolve.python import Found, place_of
from reader.resolve.sources import Sources

_DECISIVE = 2.0
# Below this a place of the same name is no candidate: in the sample of vLLM's own moves, 4 of 42 were the right one.
_WORTH_NAMING = 4.0
# Hidden folders are not part of the file list, but vLLM's own documents have gone there (0.33.0).
_HIDDEN = (".github", ".buildkite")


class Places:
    """The names of all files and folders, taken from the file list when the first lost path asks for them."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._files: dict[str, list[str]] = {}
        self._folders: dict[str, list[str]] = {}

    def candidates(self, ref: Ref) -> list[Scored]:
        """Best first."""
        self._list()
        stem = ref.path.rstrip("/").rpartition("/")[2].rpartition(".")[0]
        if ref.is_directory:
            name = ref.path.rstrip("/").rpartition("/")[2]
            paths = [*self._folders[name], *self._modules(name), *self._permuted(ref.path)]
            paths = self._without_transparent(ref.path) or paths
        else:
            paths = list(self._files[ref.path.rpartition("/")[2]])
            if ref.path.endswith(".py"):
                paths += (one for one in self._folders[stem] if self._sources.checkout.has(f"{one}__init__.py"))
            if ref.path.endswith(".rst"):
                paths += self._files[f"{stem}.md"]
        scored = [
            Scored(found, nearness(ref.path, path))
            for path in dict.fromkeys(paths)
            if path != ref.path and _comparable(ref.path, path) and (found := place_of(self._sources, path)) is not None
        ]
        return sorted(scored, key=lambda one: (-one.score, one.found.path))

    def _without_transparent(self, path: str) -> list[str]:
        """`docs/` for `docs/source/`: the folder that held nothing but the real one."""
        plain = "/".join(part for part in path.rstrip("/").split("/") if part not in TRANSPARENT) + "/"
        return [plain] if plain not in (path, "/") and self._sources.checkout.is_directory(plain) else []

    def _permuted(self, path: str) -> list[str]:
        """Folders of the same names in another order: `examples/basic/offline_inference/`."""
        parts = path.rstrip("/").split("/")
        same = (one for name in parts[1:-1] for one in self._folders[name])
        return [one for one in same if sorted(one.rstrip("/").split("/")) == sorted(parts)]

    def _modules(self, name: str) -> list[str]:
        return self._files[f"{name}.py"]

    def _list(self) -> None:
        if self._files:
            return
        self._files = defaultdict(list)
        self._folders = defaultdict(list)
        seen = set()
        checkout = self._sources.checkout
        listed = [*checkout.files(), *(path for hidden in _HIDDEN for path in checkout.files(hidden))]
        for path in listed:
            self._files[path.rpartition("/")[2]].append(path)
            folder = path.rpartition("/")[0]
            while folder and folder not in seen:
                seen.add(folder)
                self._folders[folder.rpartition("/")[2]].append(folder + "/")
                folder = folder.rpartition("/")[0]


def worth_naming(ranked: list[Scored]) -> list[Scored]:
    """What to list when nothing is decisive; that it is of the other engine does not count here."""
    usable = [one for one in ranked if one.near.same_area and _related(one.near)]
    return [one for one in usable if one.score + 3 * one.near.crosses_generation >= _WORTH_NAMING]


def _related(near: Nearness) -> bool:
    if near.substituted and near.old.area == "csrc":
        return False  # two formats' kernels, `awq/gemm_kernels.cu` and `aqlm/gemm_kernels.cu`
    return near.old.stem.lower() not in GENERIC or near.same_home or near.shares_folder


def decide(ref: Ref, ranked: list[Scored], checkout: Checkout) -> Found | None:
    """The one place that the path decisively went to, or None."""
    usable = [one for one in ranked if one.near.same_area or _promoted(ref, one.near)]
    name = lifetimes.place_name(ref.path)
    namesakes = {one.found.path for one in usable if lifetimes.place_name(one.found.path) == name}
    traced = lifetimes.history_of(checkout).trace(name, ref.path, namesakes, checkout.release)
    usable = [one for one in usable if one.found.path not in namesakes or traced.allows(one.found.path)]
    if not usable:
        return None
    if traced.home:
        return at_home(traced.home, ranked)
    best = usable[0]
    if len(usable) > 1 and best.score - usable[1].score < _DECISIVE:
        return None
    return best.found if _plausible(best.near) else None


def _comparable(old: str, new: str) -> bool:
    """Every package has an `__init__.py`; only that of a folder of the same name can be the one asked for."""
    near = nearness(old, new)
    return (
        near.old.stem.lower() not in ("__init__", "readme", "conftest")
        or near.old.folders[-1:] == near.new.folders[-1:]
    )


def _promoted(ref: Ref, near: Nearness) -> bool:
    """A file of the root that went into a folder of the root: `.github/CONTRIBUTING.md`, `docker/Dockerfile`."""
    return "/" not in ref.path and near.new.path.count("/") == 1 and near.same_name


def _plausible(near: Nearness) -> bool:
    old, new = near.old, near.new
    plain = tuple(part for part in old.path.rstrip("/").split("/") if part not in TRANSPARENT)
    if plain == tuple(new.path.rstrip("/").split("/")):
        return True
    if "/" not in old.path:
        return new.path.startswith(".github/") or (old.stem.lower() not in GENERIC and new.path.count("/") == 1)
    if near.becomes_package or near.permuted:
        return True
    if near.crosses_generation or near.crosses_models:
        return False
    if near.other_platform:
        return near.same_home and old.platforms < new.platforms and len(old.stem_words) > 1
    if old.path.endswith("/") != new.path.endswith("/"):
        return False
    if old.stem == "__init__":
        return False
    if old.path.endswith("/"):
        return len(old.stem_words) > 1 and not near.substituted
    if old.folders == new.folders or near.own_folder:
        return True
    if len(old.folders) > len(new.folders) + 1 == near.prefix + 1:
        return False  # up by several floors
    generic = old.stem.lower() in GENERIC or len(old.stem_words) < 2
    if near.one_floor:
        return _telling(near.old)
    if near.substituted or (new.generation and not old.generation):
        return near.same_home and not (near.substituted and generic)
    if generic:
        return near.same_home and (near.prefix >= 2 or old.area != "vllm")
    return near.same_home or near.prefix >= 2 or (len(old.stem_words) > 1 + (old.area != "csrc") and old.area != "vllm")


def _telling(old: Place) -> bool:
    """Whether a file of this name one floor away can be told from a namesake: `spec.py` and `logger.py` cannot."""
    if old.area == "docs":
        return old.stem.lower() not in ("readme", "index")
    words = len(old.stem_words) if old.area == "tests" else len(words_of(old.stem))
    return old.stem.lower() not in GENERIC and words > 1
