"""Every place of a checkout that registers something in C++, and which operation each of them is about.

Owns the namespace: a literal, or what the extension is called into which the file is built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reader.kernels import Place
from reader.kernels.extensions import DEVICES, Target
from reader.kernels.natives import Natives
from reader.pattern import pattern
from reader.syntax.cpp.arguments import split_call
from reader.syntax.cpp.linkage import holds
from reader.syntax.cpp.registrations import Registered, defined_macros, registrations
from reader.syntax.cpp.substitution import Macro, function_macros, substituted
from reader.value import frozen

_MARK = b"TORCH_LIBRARY"
_EXTENSION = "TORCH_EXTENSION_NAME"
_REGISTERS = pattern(r"TORCH_LIBRARY|(?:\.|->)\s*(?:def|impl)\s*\(")
_INDENT = 80  # characters before the # of a directive, at most
_CALLS = (_MARK, b"def(", b"impl(")
_DEFINES = pattern(rb"define[ \t]+([A-Za-z_]\w*)")
_DEEPEST = 8  # macros that one namespace goes through

Key = tuple[str, str, str | None]


@frozen
class Call:
    """A registration in its file, with one namespace that it may mean and the builds in which it means that."""

    one: Registered
    path: str
    namespace: str
    builds: tuple[Target, ...]

    @property
    def key(self) -> Key:
        """Namespace, name and overload."""
        space, _, plain = self.one.name.rpartition("::")
        name, _, overload = plain.partition(".")
        return space or self.namespace, name, overload or None

    @property
    def place(self) -> Place:
        name = self.one.name.rpartition("::")[2]  # with its overload, as it is registered
        return Place(self.path, self.one.line, name, self.one.condition)

    @property
    def order(self) -> tuple[int, str, int]:
        devices = [DEVICES.index(target.device) for target in self.builds]
        return min(devices, default=len(DEVICES)), self.path, self.one.line


class Registering:
    def __init__(self, natives: Natives) -> None:
        self.natives = natives
        self._defined: dict[str, dict[str, tuple[tuple[int, str], ...]]] = {}
        self._spaces: dict[tuple[str, str, str | None, int], Mapping[str, tuple[Target, ...]]] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._known: Mapping[str, Macro] | None = None

    def calls(self, operation: str | None = None, function: str | None = None) -> list[Call]:
        """Those of one operation's name, of one function's name, or all."""
        found: list[Call] = []
        word = operation or function
        for path in self._files(word):
            for one in self._registered(path, word):
                if operation in (None, one.plain_name) and function in (None, one.function_name):
                    meant = self._meant(path, one)
                    found += (Call(one, path, namespace, part) for namespace, part in meant.items())
        return _adopted(found)

    def _files(self, word: str | None) -> Iterator[str]:
        """Those that register something; of a word that holds it, or that a macro may paste together."""
        raw = (word or "").encode()
        pasting = [name.encode() for name, macro in self._macros.items() if "##" in macro.body]
        marks = [_MARK, *(name.encode() for name in self._macros)]
        for path, data in self.natives.data.items():
            if any(mark in data for mark in marks) and (raw in data or any(name in data for name in pasting)):
                yield path

    def _registered(self, path: str, word: str | None) -> tuple[Registered, ...]:
        text = self.natives.text(path)
        return registrations(substituted(text, self._macros) if self._macros else text, word)

    @property
    def _macros(self) -> Mapping[str, Macro]:
        """Macros of the checkout that write a block of registrations, or a call in one. torch's own need no writing
        out, nor do those that have its name in theirs."""
        if self._known is None:
            found: dict[str, Macro] = {}
            for path, data in self.natives.data.items():
                if _has_call_in_macro(data):
                    found |= function_macros(self.natives.text(path), _REGISTERS)
            self._known = {name: one for name, one in found.items() if _MARK.decode() not in name}
        return self._known

    def _meant(self, path: str, one: Registered) -> Mapping[str, tuple[Target, ...]]:
        """The namespaces that the builds of its file give it, each with these builds."""
        own = not self._defined_in(path).isdisjoint((_EXTENSION, one.library))
        key = (path, one.library, one.condition, one.line if own else 0)
        if key in self._spaces:
            return self._spaces[key]
        natives = self.natives
        builds = natives.builds(path)
        live = [each for each in builds if holds(one.condition, natives.facts(each)) is not False]
        found: dict[str, list[Target]] = {} if builds else {self._namespace(path, one, None): []}
        for target in live or builds:
            found.setdefault(self._namespace(path, one, target), []).append(target)
        self._spaces[key] = {namespace: tuple(part) for namespace, part in found.items()}
        return self._spaces[key]

    def _namespace(self, path: str, one: Registered, target: Target | None) -> str:
        """What the block's is in this build; as it is written where no build tells."""

        def resolved(text: str, depth: int) -> str:
            if depth > _DEEPEST or not text:
                return text
            own = self._own_macro(path, text, one.line)
            if own is not None:
                return resolved(own, depth + 1)
            if text == _EXTENSION:
                return text if target is None else target.extension
            call = split_call(text)
            if call is not None and "CONCAT" in call[0].upper():
                return "".join(resolved(part, depth + 1) for part in call[1])
            return text

        return resolved(one.library, 0)

    def _defined_in(self, path: str) -> frozenset[str]:
        if path not in self._names:
            found = _DEFINES.findall(self.natives.data.get(path, b""))
            self._names[path] = frozenset(each.decode() for each in found)
        return self._names[path]

    def _own_macro(self, path: str, name: str, line: int) -> str | None:
        """What the file itself defines a macro without parameters as, last above the line."""
        if name not in self._defined_in(path):
            return None
        if path not in self._defined:
            self._defined[path] = defined_macros(self.natives.text(path))
        before = [value for at, value in self._defined[path].get(name, ()) if at < line]
        return before[-1] if before else None


def _has_call_in_macro(data: bytes) -> bool:
    """Whether one stands in a line of the preprocessor or in one that goes on from another."""
    for call in _CALLS:
        at = data.find(call)
        while at >= 0:
            start = data.rfind(b"\n", 0, at) + 1
            before = data[max(0, start - 3) : start]
            if data[start : min(at, start + _INDENT)].lstrip().startswith(b"#") or before.endswith(
                (b"\\\n", b"\\\r\n")
            ):
                return True
            end = data.find(b"\n", at)
            at = data.find(call, end) if end >= 0 else -1
    return False


def _adopted(calls: Sequence[Call]) -> list[Call]:
    """A file that nothing builds has no namespace; its registrations go to the one operation of their name, if it is
    one alone."""
    spaces: dict[str, set[str]] = {}
    for call in calls:
        if _EXTENSION not in call.namespace:
            spaces.setdefault(call.key[1], set()).add(call.key[0])
    return [
        replace(call, namespace=next(iter(spaces[call.key[1]])))
        if _EXTENSION in call.namespace and len(spaces.get(call.key[1], ())) == 1
        else call
        for call in calls
    ]
