"""Where a C++ name that is called or launched is defined: in the file, in what it includes, then anywhere below csrc.

Owns the choice among definitions of one name. Text first: a file is parsed only when the name stands in it as the head
of a function could.
"""

from __future__ import annotations

import re

from reader import syntax
from reader.kernels import Place
from reader.kernels.units import Units, both
from reader.pattern import pattern
from reader.resolve.sources import names, native_parts
from reader.syntax import Definition
from reader.value import frozen

_FUNCTIONS = ("function", "method")
_DEVICE = pattern(r"\b__device__\b")
_HOST = pattern(r"\b__host__\b")
_BACKENDS = ("cpu", "rocm")
# What stands before the name of a function where it is declared: the end of a type, or of a line for a macro.
_NO_TYPES = {"return", "else", "do", "case", "throw", "new", "and", "or", "not", "goto"}
_OPENED = pattern(r"\s*\(")
_ALIAS = pattern(r"\bnamespace\s+(\w+)\s*=\s*(?:::\s*)?([\w:]+)\s*;")
_MACRO_SCOPE = pattern(r"\b[A-Z][A-Z0-9_]+::")
_TYPE = pattern(r"\busing\s+(\w+)\s*=|\btypedef\b[^;{}]{1,400}\b(\w+)\s*;")
_USING = pattern(r"\busing\s+namespace\s+(?:::\s*)?([\w:]+)\s*;")
_USED = pattern(r"\busing\s+(?:::\s*)?(\w+(?:::\w+)+)\s*;")
_FAR = 12  # files that may define what is only declared nearby


Scope = tuple[str, ...] | None
Found = tuple[str, Definition, str | None]


@frozen
class Home:
    """One definition. `condition` holds also for the `#include` that brings it. Not `sure`: several are as good."""

    path: str
    definition: Definition
    condition: str | None = None
    sure: bool = True

    @property
    def place(self) -> Place:
        return Place(self.path, self.definition.line, self.definition.symbol, self.condition)


class Homes:
    def __init__(self, units: Units) -> None:
        self.units = units
        self._known: dict[tuple[str, str, str, Scope], tuple[Home, ...]] = {}
        self._named: dict[str, dict[str, list[Definition]]] = {}
        self._scopes: dict[str, dict[str, str]] = {}
        self._typed: dict[str, dict[str, int]] = {}

    def kernels(self, asked: str, path: str, scope: Scope = None) -> tuple[Home, ...]:
        return self._find("kernel", asked, path, scope)

    def functions(self, asked: str, path: str, scope: Scope = None) -> tuple[Home, ...]:
        """Host functions, members of classes too; what runs on the device only launches nothing. `scope` are the
        namespaces and classes around the place of the name, None if they do not matter."""
        return self._find("function", asked, path, scope)

    def declared(self, asked: str, path: str) -> Place | None:
        """Where near `path` a function is declared, whether or not it is defined anywhere."""
        last = asked.rpartition("::")[2]
        for near in () if last.isupper() else (path, *(each for each, _ in self.units.closure(path))):
            if self._stands(near, last)[1]:
                for each in syntax.declarations(self.units.text(near), "cuda"):
                    if names(asked, each.symbol, "cpp") and "." not in each.symbol:
                        return Place(near, each.line, each.symbol, each.condition)
        return None

    def alias(self, name: str, path: str) -> tuple[str, int] | None:
        """The file near `path`, and the line, of a `using name = ...` or `typedef ... name` outside of functions."""
        for near in (path, *(each for each, _ in self.units.closure(path))):
            line = self._types(near).get(name)
            if line is not None:
                return near, line
        return None

    def _types(self, path: str) -> dict[str, int]:
        """The aliases that a file makes, each with the line of its first."""
        if path not in self._typed:
            text = self.units.text(path)
            found: dict[str, int] = {}
            for match in _TYPE.finditer(text) if "using " in text or "typedef " in text else ():
                found.setdefault(match[1] or match[2], text.count("\n", 0, match.start()) + 1)
            self._typed[path] = found
        return self._typed[path]

    def _find(self, kind: str, asked: str, path: str, scope: Scope) -> tuple[Home, ...]:
        key = (kind, asked, path, scope)
        if key not in self._known:
            self._known[key] = ()  # a cycle finds nothing
            self._known[key] = self._search(kind, self._unaliased(asked, path), path, scope)
        return self._known[key]

    def _unaliased(self, asked: str, path: str) -> str:
        """With the namespace aliases in it resolved: `namespace ar = vllm::mnnvl;`."""
        for _ in range(4):
            first, colons, rest = asked.partition("::")
            full = self._aliases(path).get(first) if colons else None
            if full is None:
                break
            asked = f"{full}::{rest}"
        return asked

    def _aliases(self, path: str) -> dict[str, str]:
        if path not in self._scopes:
            near = (path, *(each for each, _ in self.units.closure(path)))
            found: dict[str, str] = {}
            for each in reversed(near):
                text = self.units.text(each)
                if "namespace" in text:
                    found.update(_ALIAS.findall(text))
            self._scopes[path] = found
        return self._scopes[path]

    def _search(self, kind: str, asked: str, path: str, scope: Scope) -> tuple[Home, ...]:
        last = asked.rpartition("::")[2]
        found: list[Found] = [(path, each, None) for each in self._of(path, kind, asked)]
        ranked = self._ranked(found, asked, path, scope)
        if ranked and ranked[0]:
            return _settled(ranked[1], path)
        declared = self._stands(path, last)[1]
        for other, over in self.units.closure(path):
            here, promised = self._stands(other, last)
            declared = declared or promised
            if here:
                found += ((other, each, over) for each in self._of(other, kind, asked))
        ranked = self._ranked(found, asked, path, scope)
        if ranked:
            return _settled(ranked[1], path, ranked[0] > 0)
        made = self._made(last, path) if kind == "function" and scope is not None and not declared else []
        if made:
            return _settled(made, path)
        if kind == "function" and (not declared or last.isupper()):
            return ()
        far: list[Found] = [(other, each, None) for other, each in self._far(kind, asked, last, path)]
        ranked = self._ranked(far, asked, path, scope)
        return _settled(ranked[1], path) if ranked and ranked[0] else ()

    def _ranked(self, found: list[Found], asked: str, path: str, scope: Scope) -> tuple[int, list[Found]] | None:
        """The best of them by C++'s rules for names, and how good: 0 where only something unseen, such as the type of
        an argument, could make the name visible."""
        ranks = [self._rank(self.symbol(where, each), asked, path, scope) for where, each, _ in found]
        best = max(ranks, default=0)
        return (best, [each for each, rank in zip(found, ranks, strict=True) if rank == best]) if found else None

    def _rank(self, symbol: str, asked: str, path: str, scope: Scope) -> int:
        if scope is None:
            return 1
        parts, written = native_parts(symbol), native_parts(asked)
        if parts[-len(written) :] != written:
            return 0
        outer = parts[: -len(written)]
        if outer == scope[: len(outer)]:
            return 2 + len(outer)
        text = self.units.text(path)
        opened = [tuple(each.split("::")) for each in _USING.findall(text)]
        opened += [tuple(each.split("::"))[:-1] for each in _USED.findall(text) if each.endswith(f"::{written[0]}")]
        return int(any(each[-len(outer) :] == outer or outer[-len(each) :] == each for each in opened))

    def _stands(self, path: str, last: str) -> tuple[bool, bool]:
        """Whether `last` stands in the text as the head of a function, by the looks of it: with a body, without one."""
        text = self.units.text(path)
        if last not in text:
            return False, False
        here = promised = False
        at = text.find(last)
        while at >= 0:
            opened = _OPENED.match(text, at + len(last))
            looks = _before(text, at) if opened is not None else None
            if opened is not None and looks is not None:
                after = _behind(text, opened.end() - 1)
                here = here or after != ";"
                promised = promised or (after == ";" and looks != "line")
            at = text.find(last, opened.end() if opened is not None else at + 1)
        return here, promised

    def _made(self, last: str, path: str) -> list[Found]:
        """Definitions whose head is a macro's use: `ENTRY(name) {`. Looked for only where the file itself declares
        the name by a macro."""
        if not re.search(rf"{re.escape(last)}\s*[,)]", self.units.text(path)):
            return []
        use = rf"^[ \t]*([A-Z]\w*)\s*\([^;{{}}()]*\b{re.escape(last)}\b[^;{{}}()]*\)\s*"
        if not re.search(f"{use}[;{{]", self.units.text(path), re.M):
            return []
        head = re.compile(f"{use}{{", re.M)
        found: list[Found] = []
        for other in self.units.files():
            text = self.units.text(other)
            for match in head.finditer(text) if last in text else ():
                line = text.count("\n", 0, match.start(1)) + 1
                if self.units.macros(match[1], other, line):
                    spans = (each for each in self.units.definitions(other) if each.symbol == match[1])
                    end = next((each.end for each in spans if each.start <= line <= each.end), line)
                    condition = self.units.lexed(other).condition(line)
                    found.append((other, Definition(last, "function", line, line, end, condition=condition), None))
        return found

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
        candidates = [each for each in self._named[path].get(last, ()) if names(asked, self.symbol(path, each), "cpp")]
        if kind == "kernel":
            return [each for each in candidates if each.kind == "kernel"]
        return [each for each in candidates if each.kind in _FUNCTIONS and self._on_host(path, each)]

    def symbol(self, path: str, each: Definition) -> str:
        """With the namespaces in it that are macros expanded."""
        if not _MACRO_SCOPE.search(each.symbol):
            return each.symbol
        parts = each.symbol.split("::")
        for number, part in enumerate(parts[:-1]):
            macros = self.units.macros(part, path, each.line) if part.isupper() else ()
            if macros and len(macros[0].define.body) == 1:
                parts[number] = macros[0].define.body[0].text
        return "::".join(parts)

    def _on_host(self, path: str, each: Definition) -> bool:
        begin, end = self.units.lexed(path).source.span(each.start, each.line)
        head = self.units.lexed(path).source.code[begin:end]
        return not _DEVICE.search(head) or bool(_HOST.search(head))


def _settled(found: list[Found], path: str, sure: bool = True) -> tuple[Home, ...]:
    """Those of the caller's own backend, where any are; more than one symbol among them is no sure answer."""
    backend = _backend(path)
    own = [each for each in found if _backend(each[0]) == backend]
    own = own or [each for each in found if not _backend(each[0])] or found
    conditions = {both(over, each.condition) for _, each, over in own}
    one = len(conditions) == len(own) or len({(where, each.symbol) for where, each, _ in own}) == 1
    return tuple(Home(where, each, both(over, each.condition), sure and one) for where, each, over in own)


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
    if at and (text[at - 1].isalnum() or text[at - 1] == "_"):
        return None  # a longer name
    while at and (text[at - 1].isalnum() or text[at - 1] in "_:"):
        at -= 1
    line = max(text.rfind("\n", 0, at), 0)
    space = text[line:at].rstrip(" \t*&")
    if not space.strip():
        above = text[text.rfind("\n", 0, max(line - 1, 0)) + 1 : line].partition("//")[0].strip()
        typed = above[-1:].isalnum() or above[-1:] in ("_", ">", "*", "&")
        return "type" if typed and above[0] != "#" and above.split()[0] not in _NO_TYPES else "line"
    if space[-1] == ">":
        return "type"
    if not (space[-1].isalnum() or space[-1] == "_") or space == text[line:at]:
        return None
    word = re.split(r"\W", space[-40:])[-1]
    return None if word in _NO_TYPES else "type"
