"""Upwards from a `__global__` function, a macro or a C++ helper: the host functions that launch it, over any number of
others.

Text first: whoever writes the name may launch it; whether he does, the way down from him tells. A function whose way
down does not pass is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set

from reader.kernels import Hop, Place
from reader.kernels.launches import Descent
from reader.kernels.units import Units, units
from reader.pattern import pattern
from reader.resolve.sources import Sources
from reader.syntax import Definition
from reader.value import frozen

_MOST = 300  # functions looked into for one question
_TABLE = pattern(r"(\w+)\s*(?:\[[^\]]*\]\s*)*(?:\)\s*\([^;{}]*\)\s*)?=[^=]")
_POINTER = pattern(r"\(\s*\*\s*(?:const\s*)?\Z")
_TYPES = {"void", "int", "bool", "float"}
_HOSTS = ("function", "method")


@frozen
class Launcher:
    """A host function from which the way leads down. `via` is what it writes of it: the name asked for, or the macro,
    table or function between; `direct` ones write the name asked for themselves."""

    path: str
    definition: Definition
    via: str
    direct: bool = True

    @property
    def place(self) -> Place:
        return Place(self.path, self.definition.line, self.definition.symbol, self.definition.condition)


def launchers(sources: Sources, path: str, definition: Definition) -> tuple[Launcher, ...]:
    """Nearest first; those at the end are what an operation may register. Empty: nothing in this checkout leads to it,
    or only a program of its own (`main`) would."""
    return Ascent(units(sources)).of(path, definition)


class Ascent:
    def __init__(self, files: Units) -> None:
        self.units = files
        self.descent = Descent(files)

    def of(self, path: str, definition: Definition) -> tuple[Launcher, ...]:
        asked = Place(path, definition.line, definition.symbol)
        found: dict[tuple[str, int], Launcher] = {}
        seen: set[tuple[str, int]] = {(path, definition.line)}
        names: list[tuple[str, bool, str | None]] = [(definition.name, True, None)]
        done: set[tuple[str, str | None]] = set()
        while names and len(seen) < _MOST:
            name, direct, only = names.pop(0)
            if (name, only) in done:
                continue
            done.add((name, only))
            for where, each in self._writers(name, seen, only):
                seen.add((where, each.line))
                if each.kind == "variable":
                    names.append((each.name, direct, where))
                elif each.kind == "macro":
                    names.append((each.name, direct, None))
                elif self._leads(where, each, asked):
                    found[where, each.line] = Launcher(where, each, name, direct)
                    names.append((self._called(each), False, None))
                elif self._returns(where, each, asked, found):
                    names.append((self._called(each), direct, None))
        return tuple(found.values())

    def _called(self, definition: Definition) -> str:
        """The name by which others call it; an operator is called by the name of its class."""
        parts = definition.symbol.split("::")
        return parts[-2] if len(parts) > 1 and parts[-1].startswith("operator") else definition.name

    def _leads(self, path: str, definition: Definition, asked: Place) -> bool:
        return any(_is(hop, asked) for hop in self.descent.of(path, definition))

    def _returns(
        self, path: str, definition: Definition, asked: Place, found: Mapping[tuple[str, int], Launcher]
    ) -> bool:
        """Whether it gives back the kernel, or a function that leads to it, for others to launch or call."""
        frame = self.descent.targets.frame(path, definition)
        wanted = {(asked.path, asked.line), *found}
        for _, ending in self.descent.endings.generated(frame):
            if any((home.path, home.definition.line) in wanted for home in ending.kernels):
                return True
        for span in frame.returns():
            kernels = (each.home for each in self.descent.targets.kernels(frame, span))
            homes = [*(home for home in kernels if home is not None), *self.descent.targets.named(frame, span)]
            if any((home.path, home.definition.line) in wanted for home in homes):
                return True
        return False

    def _writers(self, name: str, seen: Set[tuple[str, int]], only: str | None) -> Iterator[tuple[str, Definition]]:
        """Host functions, macros and tables in whose text the name stands, in the file `only` if there is one."""
        paths = (only,) if only else dict.fromkeys((*self.units.mentioning(name), *self._generated(name)))
        for path in paths:
            within = [each for each in self.units.definitions(path) if each.kind in (*_HOSTS, "macro")]
            for line in self._lines(path, name):
                around = [each for each in within if each.start <= line <= each.end]
                around = [each for each in around if each.name not in _TYPES]  # a table of functions is read as one
                each = min(around, key=lambda one: one.end - one.start, default=None) or self._table(path, line)
                if each is not None and (path, each.line) not in seen:
                    yield path, each

    def _lines(self, path: str, name: str) -> list[int]:
        text = self.units.lexed(path).source.expanded  # no comments, no pragmas
        starts = (match.start() for match in re.finditer(rf"{re.escape(name)}(?!\w)", text))
        whole = (at for at in starts if not re.match(r"\w", text[at - 1 : at]))
        return sorted({text.count("\n", 0, at) + 1 for at in whole} | set(self._includes(path, name)))

    def _includes(self, path: str, name: str) -> Iterator[int]:
        """Where the file includes, within a function, what a script writes that names it."""
        for generated in self._outputs(name):
            for number, line in enumerate(self.units.text(path).split("\n"), 1):
                if generated in line and "include" in line:
                    yield number

    def _generated(self, name: str) -> Iterator[str]:
        for output in self._outputs(name):
            yield from self.units.mentioning(output)

    def _outputs(self, name: str) -> tuple[str, ...]:
        """The headers that scripts which name it write."""
        found: dict[str, None] = {}
        checkout = self.units.sources.checkout
        for script in checkout.files(checkout.native, (".py",)):
            text = self.units.text(script)
            if re.search(rf"\b{re.escape(name)}\b\s*<", text):
                found.update(dict.fromkeys(re.findall(r"[\"'](\w+\.(?:h|cuh|inl))[\"']", text)))
        return tuple(found)

    def _table(self, path: str, line: int) -> Definition | None:
        """The variable outside of functions whose value stands on that line."""
        source = self.units.lexed(path).source
        begin, at = source.span(line, line)
        head = max(source.code.rfind(";", 0, begin), source.code.rfind("\n}", 0, begin))
        match = _TABLE.search(source.code, head + 1, at)
        before = source.code[head + 1 : match.start()] if match else "("
        if match is None or "(" in _POINTER.sub("", before):  # the default of a parameter
            return None
        first = source.line(match.start(1))
        return Definition(match[1], "variable", first, first, line)


def _is(hop: Hop, asked: Place) -> bool:
    return (hop.place.path, hop.place.line) == (asked.path, asked.line)
