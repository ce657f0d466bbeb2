"""How near one path is to another: what a careful reader would weigh before calling a file the new home of another.

The weights were set on vLLM's own moves between sixteen releases, 0.6.6 to 0.33.0; `tests/refs.toml` holds them to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# Words that say for which hardware a file is written: two files that differ in one of these are twins, not one file.
PLATFORMS = frozenset({
    "cpu", "gpu", "cuda", "rocm", "tpu", "xpu", "hpu", "neuron", "openvino", "amd", "nvidia", "ipex", "musa", "hip", "aiter",
    "ascend", "pallas", "x86", "arm", "vsx", "vxe", "neon",
})  # fmt: skip

# Names of files that every package has; alone they say nothing.
GENERIC = frozenset({
    "__init__", "utils", "util", "common", "base", "config", "configs", "types", "interface", "interfaces", "abstract",
    "registry", "protocol", "serving", "readme", "index", "main", "cli", "conftest", "constants", "errors", "exceptions",
    "helpers", "manager", "model", "models", "core", "api", "ops", "layer", "metadata", "setup", "test_utils", "kernel",
    "factory", "worker", "scheduler", "inputs", "outputs", "data", "metrics", "backend", "loader", "test", "run", "client",
    "server", "engine", "app", "logger", "state", "cache", "envs", "version", "oracle", "parser", "processor",
})  # fmt: skip

# Folders that only say which build a C++ file belongs to, or where documents lay before 0.9.
_TRANSPARENT = frozenset({"libtorch_stable", "source"})
_FAMILIES = {
    "examples": "examples", "benchmarks": "benchmarks", "tests": "tests", "docs": "docs", "csrc": "csrc", "vllm": "vllm",
}  # fmt: skip
_EVERYWHERE = frozenset({"vllm", "csrc", "tests", "docs", "examples", "benchmarks", "v1", "py", "layers", "executor"})


@dataclass(frozen=True)
class Place:
    """A path, taken apart."""

    path: str

    @cached_property
    def folders(self) -> tuple[str, ...]:
        return tuple(part for part in self.path.rstrip("/").split("/")[:-1] if part not in _TRANSPARENT)

    @cached_property
    def name(self) -> str:
        return self.path.rstrip("/").rpartition("/")[2]

    @cached_property
    def stem(self) -> str:
        return self.name.partition(".")[0] if not self.path.endswith("/") else self.name

    @cached_property
    def area(self) -> str:
        head = self.path.split("/")[0] if "/" in self.path else ""
        if self.path.startswith("vllm/benchmarks/"):
            return "benchmarks"
        return _FAMILIES.get(head, head)

    @cached_property
    def generation(self) -> bool:
        """Whether this is code of the second engine: V1 has classes of V0's names that are other classes."""
        return "v1" in self.folders or self.name == "v1"

    @cached_property
    def is_model(self) -> bool:
        return "models" in self.folders and self.area == "vllm"

    @cached_property
    def words(self) -> frozenset[str]:
        parts = [*self.folders, self.stem]
        return frozenset(word.lower() for part in parts for word in _WORD.findall(part)) - _EVERYWHERE

    @cached_property
    def stem_words(self) -> frozenset[str]:
        return frozenset(word.lower() for word in _WORD.findall(self.stem)) - _EVERYWHERE

    @cached_property
    def platforms(self) -> frozenset[str]:
        return self.words & PLATFORMS


@dataclass(frozen=True)
class Nearness:
    """What speaks for `new` being where `old` went."""

    old: Place
    new: Place

    @cached_property
    def same_name(self) -> bool:
        return self.old.name == self.new.name and self.old.stem.lower() not in ("__init__",)

    @cached_property
    def package(self) -> bool:
        """A module that became a package, or a package that became a module."""
        old, new = self.old.path, self.new.path
        return new.startswith(f"{_stem(old)}/") or (
            "/" in old
            and _stem(new).endswith(tuple("/" + part for part in old.split("/")[-2:-1]))
            and old.startswith(f"{_stem(new)}/")
        )

    @cached_property
    def same_area(self) -> bool:
        return self.old.area == self.new.area

    @cached_property
    def crosses_generation(self) -> bool:
        return self.old.generation != self.new.generation

    @cached_property
    def crosses_models(self) -> bool:
        return self.old.is_model != self.new.is_model

    @cached_property
    def other_platform(self) -> bool:
        return bool(self.new.platforms - self.old.platforms)

    @cached_property
    def prefix(self) -> int:
        """How many leading folders they share."""
        shared = 0
        for one, other in zip(self.old.folders, self.new.folders, strict=False):
            if one != other:
                break
            shared += 1
        return shared

    @cached_property
    def stem_shared(self) -> bool:
        """Whether a word of the old file's name lives on in the new path."""
        return bool(self.old.stem_words & self.new.words)

    @cached_property
    def same_folders(self) -> bool:
        return self.old.folders == self.new.folders

    @cached_property
    def score(self) -> float:
        score = 4.0 * self.same_name + 4.0 * self.package + 1.0 * self.stem_shared
        score += 0.5 * self.prefix + 0.5 * min(4, len(self.old.words & self.new.words))
        score += 2.0 * (self.same_folders and self.same_name)
        score -= 0.25 * len(self.new.words - self.old.words)
        score -= 3.0 * (self.crosses_generation + self.crosses_models + self.other_platform)
        score -= 6.0 * (not self.same_area) + 2.0 * ("third_party" in self.new.folders)
        return score


def nearness(old: str, new: str) -> Nearness:
    return Nearness(Place(old), Place(new))


def words_of(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(name))


def _stem(path: str) -> str:
    return (
        path.removesuffix("__init__.py").rstrip("/")
        if path.endswith("/__init__.py")
        else path.rpartition(".")[0] or path
    )
