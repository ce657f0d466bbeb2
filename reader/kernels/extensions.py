"""Which sources each build puts into which extension: the CMake files, read once for each device.

A build of vLLM is for one device. So the files are walked with its facts (`VLLM_TARGET_DEVICE`, `VLLM_GPU_LANG`); of
an `if` that they decide one side counts, of any other all, and a variable then holds what it may hold. Knows nothing of
C++.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Literal

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.kernels.cmake import Argument, Choice, Command, commands, decide, nested
from reader.kernels.variables import LIST_DIR, SOURCE_DIR, UNKNOWN, Variables
from reader.pattern import pattern
from reader.value import frozen

Device = Literal["CUDA", "ROCm", "CPU"]
DEVICES: tuple[Device, ...] = ("CUDA", "ROCm", "CPU")

_FACTS: dict[Device, dict[str, str]] = {
    "CUDA": {"VLLM_TARGET_DEVICE": "cuda", "VLLM_GPU_LANG": "CUDA", "CUDA_FOUND": "1", "HIP_FOUND": "0"},
    "ROCm": {"VLLM_TARGET_DEVICE": "rocm", "VLLM_GPU_LANG": "HIP", "CUDA_FOUND": "0", "HIP_FOUND": "1"},
    "CPU": {"VLLM_TARGET_DEVICE": "cpu", "VLLM_GPU_LANG": "", "CUDA_FOUND": "0", "HIP_FOUND": "0"},
}
_SOURCE = (".cpp", ".cu", ".cc", ".c", ".cxx", ".hip", ".hpp", ".h", ".cuh", ".S")
_KEYWORDS = {"PRIVATE", "PUBLIC", "INTERFACE"}
_KEYWORD = pattern(r"[A-Z][A-Z_]{2,}\Z")
_RELEVANT = (
    r"set|unset|list|file|include|add_subdirectory|return|target_(?:sources|compile_definitions|link_libraries)"
    r"|hipify_sources_target|if|elseif|else|endif|(?:end)?(?:foreach|while|block)|define_\w*target|\w*add_library"
)
_DEEPEST = 8  # files that include one another


@frozen
class Target:
    """One extension in the build for one device. `defines` are the macros that its compiler is given by name;
    `external`: some of its sources lie outside the checkout."""

    name: str
    device: Device
    sources: tuple[str, ...]
    defines: tuple[str, ...] = ()
    external: bool = False
    missing: tuple[str, ...] = ()  # sources in the checkout that are not there

    @property
    def extension(self) -> str:
        """What `TORCH_EXTENSION_NAME` is in it."""
        given = [each.partition("=")[2] for each in self.defines if each.startswith("TORCH_EXTENSION_NAME=")]
        return given[-1] if given else self.name


def targets(checkout: Checkout) -> tuple[Target, ...]:
    """By device, then in the order of the files; none in a checkout without CMake files."""
    files = _Files(checkout)
    return tuple(target for device in DEVICES for target in _Walk(files, device).run())


class _Files:
    """The CMake files of one checkout, each read once."""

    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout
        self._known: dict[str, tuple[Command | Choice, ...]] = {}
        self._entries: dict[str, tuple[str, ...]] = {}

    def has(self, path: str) -> bool:
        return self._checkout.has(path)

    def commands(self, path: str) -> tuple[Command | Choice, ...]:
        if path not in self._known:
            try:
                text = self._checkout.read(path).text
            except ReaderError:
                text = ""
            self._known[path] = nested(commands(text, _RELEVANT))
        return self._known[path]

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Files in the one directory that the pattern names."""
        under, _, name = pattern.rpartition("/")
        if under not in self._entries:
            try:
                self._entries[under] = self._checkout.entries(under)
            except ReaderError:
                self._entries[under] = ()
        return tuple(f"{under}/{each}".lstrip("/") for each in self._entries[under] if fnmatchcase(each, name))


_Arguments = tuple[Argument, ...]


class _Walk:
    """One build. The state is what each variable may hold; it forks at an `if` and joins at its end."""

    def __init__(self, files: _Files, device: Device) -> None:
        self._files = files
        self._device = device
        self._sources: dict[str, list[str]] = {}
        self._defines: dict[str, list[str]] = {}
        self._links: dict[str, list[str]] = {}
        self._external: set[str] = set()
        self._missing: dict[str, list[str]] = {}
        self._depth = 0
        self._acts = {
            "set": self._set,
            "unset": self._unset,
            "list": self._list,
            "file": self._file,
            "foreach": self._foreach,
            "include": self._include,
            "add_subdirectory": self._enter,
            "target_sources": self._target_sources,
            "target_compile_definitions": self._define,
            "target_link_libraries": self._link,
            "hipify_sources_target": self._hipify,
        }

    def run(self) -> list[Target]:
        self._read("CMakeLists.txt", Variables(_FACTS[self._device], {SOURCE_DIR: (".",)}))
        parts = {part for linked in self._links.values() for part in linked if part in self._sources}
        return [self._target(name) for name in self._sources if name not in parts]

    def _target(self, name: str) -> Target:
        parts = [name, *(part for part in self._links.get(name, ()) if part in self._sources)]
        sources = dict.fromkeys(source for part in parts for source in self._sources[part])
        defines = dict.fromkeys(self._defines.get(name, ()))
        missing = tuple(source for part in parts for source in self._missing.get(part, ()))
        return Target(name, self._device, tuple(sources), tuple(defines), bool(self._external & set(parts)), missing)

    def _read(self, path: str, state: Variables) -> None:
        if self._depth < _DEEPEST:
            self._depth += 1
            before = state.get(LIST_DIR)
            state.set(LIST_DIR, (f"./{path.rpartition('/')[0]}".rstrip("/"),))
            self._run(self._files.commands(path), state)
            state.set(LIST_DIR, before)
            self._depth -= 1

    def _run(self, block: Sequence[Command | Choice], state: Variables) -> bool:
        """Whether the walk goes on behind the block: not after a `return`."""
        for each in block:
            if isinstance(each, Choice):
                if not self._choose(each, state):
                    return False
            elif each.name == "return":
                return False
            elif each.name in self._acts and each.arguments:
                self._acts[each.name](each.arguments, state)
            elif each.arguments:
                self._extension(each, state)
        return True

    def _choose(self, choice: Choice, state: Variables) -> bool:
        """The sides that may be taken, each from the state before; what one of them sets joins with the others."""
        ends: list[Variables] = []
        complete = False
        for test, body in choice.sides:
            holds = decide(test, state.certain) if test is not None else True
            if holds is False:
                continue
            side = state.copy()
            if self._run(body, side):
                ends.append(side)
            if holds is True:
                complete = True
                break
        if not complete:
            ends.append(state.copy())
        if ends:
            state.become(ends)
        return bool(ends)

    def _set(self, given: _Arguments, state: Variables) -> None:
        words = state.words(given[1:])
        for mark in ("CACHE", "PARENT_SCOPE"):
            if mark in words:
                words = words[: words.index(mark)]
        state.set(given[0].text, words)

    def _unset(self, given: _Arguments, state: Variables) -> None:
        state.set(given[0].text, ())

    def _list(self, given: _Arguments, state: Variables) -> None:
        if len(given) < 3:
            return
        action, name = given[0].text, given[1].text
        words, held = state.words(given[2:]), state.get(name)
        if action == "APPEND":
            state.set(name, (*held, *words))
        elif action in ("PREPEND", "INSERT"):
            state.set(name, (*words[action == "INSERT" :], *held))
        elif action == "REMOVE_ITEM":
            state.set(name, (each for each in held if each not in words))

    def _foreach(self, given: _Arguments, state: Variables) -> None:
        """The body stands as if it ran once, with all that the loop goes over."""
        name, *rest = given
        texts = [each.text for each in rest]
        lists = texts[texts.index("LISTS") + 1 :] if "LISTS" in texts else []
        words = [word for each in lists for word in state.get(each)]
        state.set(name.text, words or [word for word in state.words(rest) if word not in ("IN", "ITEMS", "LISTS")])

    def _file(self, given: _Arguments, state: Variables) -> None:
        if len(given) > 2 and given[0].text.startswith("GLOB"):
            paths = (state.path(word) for word in state.words(given[2:]))
            found = (f"./{each}" for path in paths if path for each in self._files.matching(path))
            state.set(given[1].text, found)

    def _include(self, given: _Arguments, state: Variables) -> None:
        for word in state.words(given[:1]):
            path = state.path(word)
            if path is not None and self._files.has(path):
                self._read(path, state)

    def _enter(self, given: _Arguments, state: Variables) -> None:
        for word in state.words(given[:1]):
            path = state.path(word)
            if path is not None and self._files.has(f"{path}/CMakeLists.txt"):
                below = state.copy()
                below.set(SOURCE_DIR, (f"./{path}",))
                self._read(f"{path}/CMakeLists.txt", below)

    def _extension(self, command: Command, state: Variables) -> None:
        """`define_extension_target`, `Python_add_library` and their kin: a name, then sources among other words."""
        name, rest = command.arguments[0].text, command.arguments[1:]
        sources = _behind(rest, "SOURCES")
        self._build(name, state.words(rest if sources is None else sources), state)
        self._links.setdefault(name, []).extend(state.words(_behind(rest, "LIBRARIES") or ()))

    def _target_sources(self, given: _Arguments, state: Variables) -> None:
        self._build(given[0].text, state.words(given[1:]), state)

    def _build(self, name: str, words: Iterable[str], state: Variables) -> None:
        into = self._sources.setdefault(name, [])
        for word in words:
            if not word.endswith(_SOURCE):
                continue
            path = state.path(word)
            if path is None:
                self._external.add(name)
            elif not self._files.has(path):
                self._missing.setdefault(name, []).append(path)
            elif path not in into:
                into.append(path)

    def _define(self, given: _Arguments, state: Variables) -> None:
        words = [word.removeprefix("-D") for word in state.words(given[1:])]
        plain = [word for word in words if word not in _KEYWORDS and UNKNOWN not in word]
        self._defines.setdefault(given[0].text, []).extend(plain)

    def _link(self, given: _Arguments, state: Variables) -> None:
        self._links.setdefault(given[0].text, []).extend(state.words(given[1:]))

    def _hipify(self, given: _Arguments, state: Variables) -> None:
        """Writes sources for ROCm that are the given ones translated, so they count as the given ones."""
        state.set(given[0].text, state.words(given[2:]))


def _behind(given: _Arguments, keyword: str) -> _Arguments | None:
    """The arguments behind a keyword, up to the next."""
    texts = [each.text for each in given]
    if keyword not in texts:
        return None
    rest = given[texts.index(keyword) + 1 :]
    return rest[: next((at for at, each in enumerate(rest) if _KEYWORD.match(each.text)), len(rest))]
