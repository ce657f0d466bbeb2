"""Where a C++ name that is called or launched is defined: in the file, in what it includes, then anywhere below csrc.

Owns the choice among definitions of one name. Text first: a file is parsed only when the name stands in it as the head
of a function could.
"""

from __future__ import annotations

import re

from reader.kernels.units import Units
from reader.resolve.sources import names
from reader.syntax import Definition
from reader.value import frozen

_FUNCTIONS = ("function", "method")
_CLASSES = ("struct", "class")
_DEVICE = re.compile(r"\b__device__\b")
_HOST = re.compile(r"\b__host__\b")
_BACKENDS = ("cpu", "rocm")
# What stands before the name of a function where it is declared: the end of a type, or of a line for a macro.
_NO_TYPES = {"return", "else", "do", "case", "throw", "new", "and", "or", "not", "goto"}
_FAR = 12  # files that may define what is only declared nearby


@frozen
class Home:
    """One definition. Not `sure`: several are as good."""

    path: str
    definition: Definition
    sure: bool = True


class Homes:
    def __init__(self, units: Units) -> None:
        self.units = units
        self._known: dict[tuple[str, str, str], tuple[Home, ...]] = {}
        self._named: dict[str, dict[str, list[Definition]]] = {}

    def kernels(self, asked: str, path: str) -> tuple[Home, ...]:
        return self._find("kernel", asked, path)

    def functions(self, asked: str, path: str) -> tuple[Home, ...]:
        """Host functions; what runs on the device only launches nothing."""
        return self._find("function", asked, path)

    def classes(self, asked: str, path: str) -> tuple[Home, ...]:
        return self._find("class", asked, path)

    def declared(self, asked: str, path: str) -> str | None:
        """The file near `path` that declares it, whether or not it is defined anywhere."""
        last = asked.rpartition("::")[2]
        head = re.compile(rf"\b{re.escape(last)}\s*\(")
        for near in (path, *(each for each, _ in self.units.closure(path))):
            text = self.units.text(near)
            if last in text and head.search(text):
                from reader import syntax

                for each in syntax.declarations(text, "cuda"):
                    if names(asked, each.symbol, "cpp"):
                        return near
        return None

    def _find(self, kind: str, asked: str, path: str) -> tuple[Home, ...]:
        key = (kind, asked, path)
        if key not in self._known:
            self._known[key] = ()  # a cycle finds nothing
            self._known[key] = self._search(kind, asked, path)
        return self._known[key]

    def _search(self, kind: str, asked: str, path: str) -> tuple[Home, ...]:
        last = asked.rpartition("::")[2]
        found = self._of(path, kind, asked)
        if found:
            return _settled([(path, each) for each in found], path)
        near: list[tuple[str, Definition]] = []
        declared = self._stands(path, last)[1]
        for other, _ in self.units.closure(path):
            if kind == "class" and re.search(
                rf"\b(?:struct|class)\b[^;{{}}()]*\b{re.escape(last)}\b", self.units.text(other)
            ):
                near += ((other, each) for each in self._of(other, kind, asked))
                continue
            here, promised = self._stands(other, last)
            declared = declared or promised
            if here:
                near += ((other, each) for each in self._of(other, kind, asked))
        if near:
            return _settled(near, path)
        if not declared and kind != "kernel":
            return ()
        return _settled(self._far(kind, asked, last, path), path)

    def _stands(self, path: str, last: str) -> tuple[bool, bool]:
        """Whether `last` stands in the text as the head of a function, by the looks of it: with a body, without one."""
        text = self.units.text(path)
        if last not in text:
            return False, False
        here = promised = False
        for match in re.finditer(rf"{re.escape(last)}\s*\(", text):
            looks = _before(text, match.start())
            if looks is None:
                continue
            after = _behind(text, match.end() - 1)
            here = here or after != ";"
            promised = promised or (after == ";" and looks != "line")
        return here, promised

    def _far(self, kind: str, asked: str, last: str, path: str) -> list[tuple[str, Definition]]:
        found: list[tuple[str, Definition]] = []
        files = 0
        for other in self.units.files():
            if other == path or not self._stands(other, last)[0]:
                continue
            if kind == "kernel" and "__global__" not in self.units.text(other):
                continue
            here = self._of(other, kind, asked)
            files += bool(here)
            found += ((other, each) for each in here)
            if files >= _FAR:
                break
        return found

    def _of(self, path: str, kind: str, asked: str) -> list[Definition]:
        if path not in self._named:
            table: dict[str, list[Definition]] = {}
            for each in self.units.definitions(path):
                table.setdefault(each.name, []).append(each)
            self._named[path] = table
        last = asked.rpartition("::")[2]
        candidates = [each for each in self._named[path].get(last, ()) if names(asked, each.symbol, "cpp")]
        if kind == "kernel":
            return [each for each in candidates if each.kind == "kernel"]
        if kind == "class":
            return [each for each in candidates if each.kind in _CLASSES]
        return [each for each in candidates if each.kind in _FUNCTIONS and self._on_host(path, each)]

    def _on_host(self, path: str, each: Definition) -> bool:
        begin, end = self.units.lexed(path).source.span(each.start, each.line)
        head = self.units.lexed(path).source.code[begin:end]
        return not _DEVICE.search(head) or bool(_HOST.search(head))


def _settled(found: list[tuple[str, Definition]], path: str) -> tuple[Home, ...]:
    """Those of the caller's own backend, where any are; more than one symbol among them is no sure answer."""
    backend = _backend(path)
    own = (
        [each for each in found if _backend(each[0]) == backend]
        or [each for each in found if not _backend(each[0])]
        or found
    )
    files = {path for path, _ in own}
    sure = len(files) == 1 and len({each.symbol for _, each in own}) == 1
    return tuple(Home(where, each, sure) for where, each in own)


def _backend(path: str) -> str:
    parts = path.split("/")
    return next((name for name in _BACKENDS if name in parts), "")


def _behind(text: str, at: int) -> str:
    """What follows the bracket that closes the one at `at`: `;` for a prototype; "" where that cannot be told."""
    depth = 0
    for match in re.compile(r"[()]").finditer(text, at, at + 6000):
        depth += 1 if match[0] == "(" else -1
        if depth == 0:
            after = re.compile(r"(?:\s|const\b|noexcept\b|override\b|//[^\n]*)*(.)").match(text, match.end())
            return after[1] if after else ""
    return ""


def _before(text: str, at: int) -> str | None:
    """What stands before a name as the head of a function may have it: the end of a "type", or of the "line" before
    for a macro; None where it is called."""
    while at and (text[at - 1].isalnum() or text[at - 1] in "_:"):
        at -= 1
    line = max(text.rfind("\n", 0, at), 0)
    space = text[line:at].rstrip(" \t*&")
    if not space.strip():
        above = text[max(0, line - 200) : line].rstrip()
        return "type" if above[-1:].isalnum() or above[-1:] in "_>*&" else "line"
    if space[-1] == ">":
        return "type"
    if not (space[-1].isalnum() or space[-1] == "_") or space == text[line:at]:
        return None
    word = re.split(r"\W", space[-40:])[-1]
    return None if word in _NO_TYPES else "type"
