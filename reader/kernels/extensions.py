"""Which sources each build puts into which extension: the CMake files, read once for each device.

A build of vLLM is for one device. So the files are walked with its facts (`VLLM_TARGET_DEVICE`, `VLLM_GPU_LANG`); of
an `if` that they decide one side counts, of any other all, and a variable then holds what it may hold. Knows nothing of
C++.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Literal

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.kernels.cmake import Argument, Choice, Command, commands, decide, nested
from reader.value import frozen

Device = Literal["CUDA", "ROCm", "CPU"]
DEVICES: tuple[Device, ...] = ("CUDA", "ROCm", "CPU")

_FACTS: dict[Device, dict[str, str]] = {
    "CUDA": {"VLLM_TARGET_DEVICE": "cuda", "VLLM_GPU_LANG": "CUDA", "CUDA_FOUND": "1", "HIP_FOUND": "0"},
    "ROCm": {"VLLM_TARGET_DEVICE": "rocm", "VLLM_GPU_LANG": "HIP", "CUDA_FOUND": "0", "HIP_FOUND": "1"},
    "CPU": {"VLLM_TARGET_DEVICE": "cpu", "VLLM_GPU_LANG": "", "CUDA_FOUND": "0", "HIP_FOUND": "0"},
}
_TOP = ("CMAKE_SOURCE_DIR", "PROJECT_SOURCE_DIR", "CMAKE_HOME_DIRECTORY")
_SOURCE_DIR, _LIST_DIR = "CMAKE_CURRENT_SOURCE_DIR", "CMAKE_CURRENT_LIST_DIR"
_VARIABLE = re.compile(r"\$(?:ENV|CACHE)?\{([^${}]*)\}")
_SOURCE = (".cpp", ".cu", ".cc", ".c", ".cxx", ".hip", ".hpp", ".h", ".cuh", ".S")
_KEYWORDS = {"PRIVATE", "PUBLIC", "INTERFACE"}
_KEYWORD = re.compile(r"[A-Z][A-Z_]{2,}\Z")
_RELEVANT = (
    r"set|unset|list|file|include|add_subdirectory|return|target_(?:sources|compile_definitions|link_libraries)"
    r"|hipify_sources_target|if|elseif|else|endif|(?:end)?(?:foreach|while|block)|define_\w*target|\w*add_library"
)
_DEEPEST = 8  # files that include one another
_WIDEST = 4_000  # characters of one value
_LONGEST = 2_000  # values that one variable may hold
_UNKNOWN = "\0"  # stands in a value for a variable that nothing has set


@frozen
class Target:
    """One extension in the build for one device. `defines` are the macros that its compiler is given by name;
    `external`: some of its sources lie outside the checkout."""

    name: str
    device: Device
    sources: tuple[str, ...]
    defines: tuple[str, ...] = ()
    external: bool = False

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


_State = dict[str, tuple[str, ...]]
_Arguments = tuple[Argument, ...]


class _Walk:
    """One build. The state is what each variable may hold; it forks at an `if` and joins at its end."""

    def __init__(self, files: _Files, device: Device) -> None:
        self._files = files
        self._device = device
        self._facts = _FACTS[device]
        self._sources: dict[str, list[str]] = {}
        self._defines: dict[str, list[str]] = {}
        self._links: dict[str, list[str]] = {}
        self._external: set[str] = set()
        self._depth = 0
        self._acts = {
            "set": self._set,
            "unset": self._unset,
            "list": self._list,
            "file": self._file,
            "include": self._include,
            "add_subdirectory": self._enter,
            "target_sources": self._target_sources,
            "target_compile_definitions": self._define,
            "target_link_libraries": self._link,
            "hipify_sources_target": self._hipify,
        }

    def run(self) -> list[Target]:
        self._read("CMakeLists.txt", {_SOURCE_DIR: (".",)})
        parts = {part for linked in self._links.values() for part in linked if part in self._sources}
        return [self._target(name) for name in self._sources if name not in parts]

    def _target(self, name: str) -> Target:
        parts = [name, *(part for part in self._links.get(name, ()) if part in self._sources)]
        sources = dict.fromkeys(source for part in parts for source in self._sources[part])
        defines = dict.fromkeys(self._defines.get(name, ()))
        return Target(name, self._device, tuple(sources), tuple(defines), bool(self._external & set(parts)))

    def _read(self, path: str, state: _State) -> None:
        if self._depth < _DEEPEST:
            self._depth += 1
            before = state.get(_LIST_DIR, (".",))
            state[_LIST_DIR] = (f"./{path.rpartition('/')[0]}".rstrip("/"),)
            self._run(self._files.commands(path), state)
            state[_LIST_DIR] = before
            self._depth -= 1

    def _run(self, block: Sequence[Command | Choice], state: _State) -> bool:
        """Whether the walk goes on behind the block: not after a `return`."""
        for each in block:
            if isinstance(each, Choice):
                if not self._choose(each, state):
                    return False
            elif each.name == "return":
                return False
            elif each.name in self._acts:
                self._acts[each.name](each.arguments, state)
            elif each.arguments:
                self._extension(each, state)
        return True

    def _choose(self, choice: Choice, state: _State) -> bool:
        """The sides that may be taken, each from the state before; what one of them sets joins with the others."""
        ends: list[_State] = []
        complete = False
        for test, body in choice.sides:
            holds = decide(test, lambda argument: self._fact(argument, state)) if test is not None else True
            if holds is False:
                continue
            side = dict(state)
            if self._run(body, side):
                ends.append(side)
            if holds is True:
                complete = True
                break
        if not complete:
            ends.append(dict(state))
        if ends:
            state.clear()
            state.update(ends[0] if len(ends) == 1 else _joined(ends))
        return bool(ends)

    def _fact(self, argument: Argument, state: _State) -> str | None:
        """What a word of an `if` means, where that is certain."""
        text = argument.text
        if text in self._facts:
            return self._facts[text]
        if "$" in text:
            values = self._expand(argument, state)
            return values[0] if len(values) == 1 and _UNKNOWN not in values[0] else None
        return text if argument.quoted or text in ("ON", "OFF", "TRUE", "FALSE") else None

    def _expand(self, argument: Argument, state: _State) -> list[str]:
        """All that it may stand for, one path or word each."""
        found = [argument.text]
        for _ in range(_DEEPEST):
            if not any("{" in each for each in found):
                break
            found = [made for each in found for made in self._once(each, state)][:_LONGEST]
        return [part for each in found for part in each.split(";") if part]

    def _once(self, text: str, state: _State) -> Iterable[str]:
        match = _VARIABLE.search(text)
        if match is None:
            return [text]
        name = match[1]
        values: tuple[str, ...] = (_UNKNOWN,)
        if name in self._facts:
            values = (self._facts[name],)
        elif name in _TOP:
            values = (".",)
        elif name in state:
            values = state[name]
        before, behind = text[: match.start()], text[match.end() :]
        return [before + value + behind for value in values if len(before) + len(value) + len(behind) < _WIDEST]

    def _words(self, given: Iterable[Argument], state: _State) -> list[str]:
        return [word for argument in given for word in self._expand(argument, state)]

    def _set(self, given: _Arguments, state: _State) -> None:
        words = self._words(given[1:], state)
        for mark in ("CACHE", "PARENT_SCOPE"):
            if mark in words:
                words = words[: words.index(mark)]
        state[given[0].text] = tuple(words)

    def _unset(self, given: _Arguments, state: _State) -> None:
        state[given[0].text] = ()

    def _list(self, given: _Arguments, state: _State) -> None:
        if len(given) < 3:
            return
        action, name = given[0].text, given[1].text
        words, held = self._words(given[2:], state), state.get(name, ())
        if action == "APPEND":
            state[name] = (*held, *words)[:_LONGEST]
        elif action in ("PREPEND", "INSERT"):
            state[name] = (*words[action == "INSERT" :], *held)[:_LONGEST]
        elif action == "REMOVE_ITEM":
            state[name] = tuple(each for each in held if each not in words)

    def _file(self, given: _Arguments, state: _State) -> None:
        if len(given) > 2 and given[0].text.startswith("GLOB"):
            paths = (_path(word, state) for word in self._words(given[2:], state))
            found = (f"./{each}" for path in paths if path for each in self._files.matching(path))
            state[given[1].text] = tuple(found)

    def _include(self, given: _Arguments, state: _State) -> None:
        for word in self._words(given[:1], state):
            path = _path(word, state)
            if path is not None and self._files.has(path):
                self._read(path, state)

    def _enter(self, given: _Arguments, state: _State) -> None:
        for word in self._words(given[:1], state):
            path = _path(word, state)
            if path is not None and self._files.has(f"{path}/CMakeLists.txt"):
                self._read(f"{path}/CMakeLists.txt", state | {_SOURCE_DIR: (f"./{path}",)})

    def _extension(self, command: Command, state: _State) -> None:
        """`define_extension_target`, `Python_add_library` and their kin: a name, then sources among other words."""
        name, rest = command.arguments[0].text, command.arguments[1:]
        sources = _behind(rest, "SOURCES")
        self._build(name, self._words(rest if sources is None else sources, state), state)
        self._links.setdefault(name, []).extend(self._words(_behind(rest, "LIBRARIES") or (), state))

    def _target_sources(self, given: _Arguments, state: _State) -> None:
        self._build(given[0].text, self._words(given[1:], state), state)

    def _build(self, name: str, words: Iterable[str], state: _State) -> None:
        into = self._sources.setdefault(name, [])
        for word in words:
            if not word.endswith(_SOURCE):
                continue
            path = _path(word, state)
            if path is None or not self._files.has(path):
                self._external.add(name)
            elif path not in into:
                into.append(path)

    def _define(self, given: _Arguments, state: _State) -> None:
        words = [word.removeprefix("-D") for word in self._words(given[1:], state)]
        plain = [word for word in words if word not in _KEYWORDS and _UNKNOWN not in word]
        self._defines.setdefault(given[0].text, []).extend(plain)

    def _link(self, given: _Arguments, state: _State) -> None:
        self._links.setdefault(given[0].text, []).extend(self._words(given[1:], state))

    def _hipify(self, given: _Arguments, state: _State) -> None:
        """Writes sources for ROCm that are the given ones translated, so they count as the given ones."""
        state[given[0].text] = tuple(self._words(given[2:], state))


def _behind(given: _Arguments, keyword: str) -> _Arguments | None:
    """The arguments behind a keyword, up to the next."""
    texts = [each.text for each in given]
    if keyword not in texts:
        return None
    rest = given[texts.index(keyword) + 1 :]
    return rest[: next((at for at, each in enumerate(rest) if _KEYWORD.match(each.text)), len(rest))]


def _joined(ends: Sequence[_State]) -> _State:
    """Most variables are the same in all ends, and then the very same tuple."""
    state = dict(ends[0])
    for end in ends[1:]:
        for name, values in end.items():
            held = state.get(name)
            if held is not values:
                state[name] = values if held is None else tuple(dict.fromkeys((*held, *values)))
    return state


def _path(word: str, state: _State) -> str | None:
    """Relative to the root of the checkout; None outside of it or where it is not known."""
    if _UNKNOWN in word or word.startswith("/") or "$<" in word:
        return None
    base = () if word == "." or word.startswith("./") else (state.get(_SOURCE_DIR) or (".",))[0].split("/")
    parts: list[str] = []
    for part in (*base, *word.split("/")):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
