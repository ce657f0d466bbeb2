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
    "cpu", "rocm", "tpu", "xpu", "hpu", "neuron", "neuronx", "openvino", "amd", "ipex", "musa", "hip", "aiter",
    "ascend", "pallas", "x86", "arm", "vsx", "vxe", "neon", "triton",
})  # fmt: skip

# Names of files that every package has; alone they say nothing.
GENERIC = frozenset({
    "__init__", "abstract", "api", "api_router", "api_server", "app", "backend", "base", "cache", "cli",
    "client", "common", "config", "configs", "conftest", "constants", "core", "cuda", "data", "engine", "envs",
    "errors", "exceptions", "factory", "helpers", "index", "inputs", "interface", "interfaces", "kernel",
    "layer", "loader", "logger", "main", "manager", "metadata", "metrics", "model", "models", "nvidia", "ops",
    "oracle", "outputs", "parser", "processor", "protocol", "readme", "registry", "run", "scheduler", "server",
    "serving", "setup", "state", "test", "test_utils", "types", "util", "utils", "version", "worker",
})  # fmt: skip

# The packages of the first engine (V0, until 0.10.2) whose classes have namesakes in the second (V1) that are other
# classes. What else of V0's time lay outside `vllm/v1/`, as `vllm/attention/ops/`, has simply moved there.
_FIRST_ENGINE = (
    "vllm/worker/", "vllm/core/", "vllm/engine/", "vllm/executor/", "vllm/spec_decode/", "vllm/attention/backends/",
    "vllm/model_executor/", "vllm/distributed/", "vllm/entrypoints/", "vllm/utils", "vllm/sequence", "vllm/_",
    "vllm/lora/", "tests/core/", "tests/worker/", "tests/engine/", "tests/spec_decode/",
)  # fmt: skip
_SECOND_ENGINE = "vllm/model_executor/layers/attention/"  # since 0.16 V1's, where `vllm/attention/layer.py` went
_SECOND_RUNNER = "vllm/v1/worker/gpu/"  # since 0.12, beside the runner in `vllm/v1/worker/`

# Folders that only say which build a C++ file belongs to, or where documents lay before 0.9.
TRANSPARENT = frozenset({"libtorch_stable", "source"})
_EVERYWHERE = frozenset({
    "vllm", "csrc", "tests", "docs", "examples", "benchmarks", "v1", "py", "layers", "executor", "utils",
    "util", "common", "base", "test",
})  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A path, taken apart."""

    path: str

    @cached_property
    def folders(self) -> tuple[str, ...]:
        return tuple(part for part in self.path.rstrip("/").split("/")[:-1] if part not in TRANSPARENT)

    @cached_property
    def name(self) -> str:
        return self.path.rstrip("/").rpartition("/")[2]

    @cached_property
    def stem(self) -> str:
        return self.name.partition(".")[0] if not self.path.endswith("/") else self.name

    @cached_property
    def area(self) -> str:
        """Which tree it belongs to; a file of the root belongs to none."""
        if self.path.startswith("vllm/benchmarks/"):
            return "benchmarks"
        return self.path.split("/")[0] if "/" in self.path else ""

    @cached_property
    def generation(self) -> str:
        """Which engine it is of, where its names have namesakes in the other one."""
        if self.path.startswith(_SECOND_RUNNER):
            return "v2"
        if "v1" in self.folders or self.name == "v1" or self.path.startswith(_SECOND_ENGINE):
            return "v1"
        return "v0" if self.path.startswith(_FIRST_ENGINE) else ""

    @cached_property
    def is_model(self) -> bool:
        """Or a model's configuration or processor: each is written again from another."""
        return self.area == "vllm" and ("models" in self.folders or "transformers_utils" in self.folders[:-1])

    @cached_property
    def words(self) -> frozenset[str]:
        parts = [*self.folders, self.stem]
        return frozenset(word for part in parts for word in words_of(part) if word.isalpha()) - _EVERYWHERE

    @cached_property
    def stem_words(self) -> frozenset[str]:
        return frozenset(word for word in words_of(self.stem) if word.isalpha()) - _EVERYWHERE

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
        old, new = _module(self.old.path), _module(self.new.path)
        grew = new.startswith(f"{old}/") or new == old
        return grew or (old.startswith(f"{new}/") and self.new.stem != "__init__")

    @cached_property
    def same_area(self) -> bool:
        return self.old.area == self.new.area

    @cached_property
    def crosses_generation(self) -> bool:
        one, other = self.old.generation, self.new.generation
        return one != other and bool(one and other)

    @cached_property
    def crosses_models(self) -> bool:
        return self.old.is_model != self.new.is_model

    @cached_property
    def other_platform(self) -> bool:
        return self.new.platforms != self.old.platforms

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
        return self.old.stem not in GENERIC and bool(self.old.stem_words & self.new.words)

    @cached_property
    def one_floor(self) -> bool:
        """The same file name, one folder further down or up."""
        one, other = sorted((len(self.old.folders), len(self.new.folders)))
        return self.same_name and self.prefix == one == other - 1

    @cached_property
    def own_folder(self) -> bool:
        """One floor down into a folder named after the file: `sched/scheduler.py`, `moe/test_moe.py`."""
        longer = max(self.old.folders, self.new.folders, key=len)
        return self.one_floor and bool(longer) and any(word[:4] == longer[-1][:4] for word in words_of(self.old.stem))

    @cached_property
    def permuted(self) -> bool:
        """The same names on the way, in another order."""
        return sorted((*self.old.folders, self.old.name)) == sorted((*self.new.folders, self.new.name))

    @cached_property
    def substituted(self) -> bool:
        """One folder on the way has another name, which is no variant of the old one: beside `score/`, `embed/`."""
        if len(self.old.folders) != len(self.new.folders):
            return False
        other = [pair for pair in zip(self.old.folders, self.new.folders, strict=True) if pair[0] != pair[1]]
        return (
            len(other) == 1
            and other[0][0][:4] != other[0][1][:4]
            and not {*_WORD.findall(other[0][0])} & {*_WORD.findall(other[0][1])}
        )

    @cached_property
    def same_home(self) -> bool:
        return bool(self.old.folders) and self.old.folders[-1:] == self.new.folders[-1:]

    @cached_property
    def shares_folder(self) -> bool:
        return bool((set(self.old.folders) & set(self.new.folders)) - _EVERYWHERE)

    @cached_property
    def becomes_package(self) -> bool:
        """`config.py` and `config/`, asked for as places."""
        return self.old.path.endswith("/") != self.new.path.endswith("/") and _module(self.old.path) == _module(
            self.new.path
        )

    @cached_property
    def same_folders(self) -> bool:
        return self.old.folders == self.new.folders

    @cached_property
    def score(self) -> float:
        score = 4.0 * self.same_name + 4.0 * self.package + 1.0 * self.stem_shared
        score += 0.5 * self.prefix + 0.5 * min(4, len(self.old.words & self.new.words))
        score += 2.0 * (self.same_folders and self.same_name) + 1.5 * self.one_floor
        score += 4.0 * self.becomes_package + 6.0 * self.permuted
        score -= 0.25 * len(self.new.words - self.old.words)
        score -= 3.0 * (self.crosses_generation + self.crosses_models + self.other_platform)
        score -= 6.0 * (not self.same_area) + 2.0 * ("third_party" in self.new.folders)
        return score


def nearness(old: str, new: str) -> Nearness:
    return Nearness(Place(old), Place(new))


def words_of(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(name))


def _module(path: str) -> str:
    return path.removesuffix("/").removesuffix(".py").removesuffix("/__init__")
