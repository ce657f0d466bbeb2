"""Calls of C++ and CUDA, by name: in the file, in what it includes, then in the text of all native files.

No types are known here: a member called on an object, and a name that several places define, are only possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from reader import search, syntax
from reader.calls.frames import Frame
from reader.calls.values import CallSite, Rest, Step, Untold, Via
from reader.hierarchy.native import Web
from reader.ref import Ref
from reader.resolve import Site
from reader.resolve.sources import Sources, native_parts
from reader.syntax import Call, Definition
from reader.usages import Use
from reader.usages.native import native_uses
from reader.value import frozen

_CALLABLE = frozenset({"function", "method", "kernel", "macro"})
_LIBRARIES = frozenset(
    {"std", "at", "torch", "c10", "cute", "cutlass", "cub", "thrust", "nvcuda", "py", "pybind11", "rocwmma", "hip"}
)
_LIBRARY = re.compile(r"(?:cuda|hip|cu|nccl|aoti_torch_)[A-Z_]|(?:STD_)?TORCH_|(?:AT|C10|THO)_|__\w")
_MOST = 4  # definitions that one name may mean before only their number is told
_LAUNCH = re.compile(r"[\s\\]*(?:<(?!<)[^;{}]*?>)?[\s\\]*<<<")
_REGISTERS = re.compile(r"\.\s*(?:impl|def)\s*\((?:[^;]*[\s,(&])?(?:\w+::)*$|TORCH_\w+\([^;]*$")
_MEMBER = re.compile(r"(?:\.|->)\s*\w+\s*$")
_CAPITALS = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")
Place = tuple[str, Definition]


@frozen
class Meant:
    """`near`: found in the file itself or in what it includes."""

    places: tuple[Place, ...] = ()
    near: bool = False


class Native:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._web = Web(sources)
        self._holders: dict[str, tuple[str, ...]] = {}

    def callees(self, frame: Frame, depth: int) -> tuple[tuple[Step, ...], Rest]:
        text = self.sources.text(frame.body_path)
        lines = text.split("\n")
        calls = syntax.calls(text, syntax.language_of(frame.body_path), frame.line, frame.end)
        own = _parameters(lines, frame) if frame.kind == "macro" else set()
        handed = self._handed(frame, lines, {one.name for one in calls} | own)
        calls = tuple(sorted((*(one for one in calls if one.name not in own), *handed), key=lambda one: one.line))
        return self._steps(calls, frame, lines, depth)

    def at(self, path: str, line: int, column: int) -> tuple[tuple[Step, ...], Rest]:
        """What the call, launch or use of a macro at this position leads to; nothing where there is none."""
        text = self.sources.text(path)
        lines, frame = text.split("\n"), Frame(path, "", "function", line, line, line, "", path)
        calls = syntax.calls(text, syntax.language_of(path), line, line)
        every = (*calls, *self._handed(frame, lines, {one.name for one in calls}))
        return self._steps([one for one in every if one.column == column], frame, lines, 1)

    def included(self, path: str) -> tuple[str, ...]:
        """The file and all that it includes, as far as those lie in the checkout."""
        return self._web.included(path)

    def header(self, path: str, target: str) -> str | None:
        """The file that an `#include` of this file names."""
        return self._web.header(path, target)

    def _steps(
        self, calls: Iterable[Call], frame: Frame, lines: list[str], depth: int
    ) -> tuple[tuple[Step, ...], Rest]:
        calls = tuple(calls)
        asked = {one.name for one in calls if not _of_library(one) and not _of_object(one)}
        self._look_for({name for name in asked if not self._near(frame.body_path, name)})
        found: dict[tuple[str, str, Via], Step] = {}
        outside: list[str] = []
        untold: list[Untold] = []
        for call in calls:
            meant = Meant() if _of_library(call) else self._called(frame.body_path, call)
            if not meant.places:
                outside.append(re.sub(r"<.*>", "", call.full))
            elif len(meant.places) > _MOST:
                untold.append(
                    Untold(re.sub(r"<.*>", "", call.full), call.line, f"defined in {len(meant.places)} places")
                )
            for path, one in meant.places if len(meant.places) <= _MOST else ():
                step = self._step(path, one, call, meant, lines, frame, depth)
                known = found.setdefault((path, one.symbol, step.via), step)
                if known is not step and step.sites[0] not in known.sites:
                    found[path, one.symbol, step.via] = replace(known, sites=(*known.sites, *step.sites))
        return tuple(found.values()), Rest(tuple(dict.fromkeys(outside)), len(outside), tuple(untold))

    def callers(self, frame: Frame, depth: int) -> tuple[Step, ...]:
        """Every place that calls, launches or registers it."""
        site = Site(Ref(frame.path, frame.symbol), "exact", "", frame.path, frame.symbol, frame.kind, frame.at)
        found: dict[tuple[str, str, Via], Step] = {}
        for one in native_uses(self.sources.checkout, site):
            via = self._via(one, frame)
            if via is not None:
                step = self._caller(one, via, frame, depth)
                key = one.path, step.symbol, via
                known = found.setdefault(key, step)
                if known is not step and step.sites[0] not in known.sites:
                    found[key] = replace(known, sites=(*known.sites, *step.sites), sure=known.sure or step.sure)
        return tuple(sorted(found.values(), key=lambda one: (not one.sure, one.via == "operation", str(one.path))))

    def _via(self, one: Use, frame: Frame) -> Via | None:
        """None for a declaration, and for a reference that leads to no call that could be shown."""
        lines = self.sources.text(one.path).split("\n")
        if one.kind == "call":
            behind = lines[one.line - 1][one.column - 1 + len(native_parts(frame.symbol)[-1]) :]
            return "launch" if _LAUNCH.match("\n".join([behind, *lines[one.line : one.line + 8]])) else "call"
        before = "\n".join([*lines[max(one.line - 4, 0) : one.line - 1], lines[one.line - 1][: one.column - 1]])
        if one.kind == "reference" and _REGISTERS.search(before):
            return "operation"
        return "reference" if one.kind == "reference" and one.within and one.sure else None

    def _caller(self, one: Use, via: Via, frame: Frame, depth: int) -> Step:
        site = (CallSite(one.path, one.line),)
        if via == "operation":
            name = native_parts(frame.symbol)[-1]
            note = "registered with torch here; `reader kernel` tells who calls it from Python"
            return Step(f"registers {name}", one.path, one.line, "module", via, depth, site, one.sure, note)
        around = [
            each
            for each in self.sources.definitions(one.path)
            if each.start <= one.line <= each.end and each.kind in _CALLABLE and each.symbol != frame.symbol
        ]
        if not around:
            return Step("the file itself", one.path, one.line, "module", via, depth, site, one.sure, one.why)
        why = one.why or ("hands it on, without a call here" if via == "reference" else None)
        return Step(around[-1].symbol, one.path, around[-1].line, around[-1].kind, via, depth, site, one.sure, why)

    def _handed(self, frame: Frame, lines: list[str], known: set[str]) -> list[Call]:
        """Macros of this file that are arguments of another: it is that one which uses them."""
        macros = {one.symbol for one in self.sources.definitions(frame.body_path) if one.kind == "macro"} - known
        found = []
        for number in range(frame.line, min(frame.end, len(lines)) + 1):
            for word in _CAPITALS.finditer(lines[number - 1]):
                if word[0] in macros and word[0] != frame.symbol and "#define" not in lines[number - 1][: word.start()]:
                    found.append(Call(word[0], word[0], number, word.start() + 1))
        return found

    def _step(
        self, path: str, one: Definition, call: Call, meant: Meant, lines: list[str], frame: Frame, depth: int
    ) -> Step:
        rest = "\n".join([lines[call.line - 1][call.column - 1 + len(call.name) :], *lines[call.line : call.line + 8]])
        via: Via = "launch" if _LAUNCH.match(rest) else "macro" if one.kind == "macro" else "call"
        member = _of_object(call)
        several = len(meant.places) > 1
        notes = [
            f"one of {len(meant.places)} of this name" if several else "",
            "by its name alone: the type of the object is not told" if member else "",
            "the only one of this name; the file includes no definition of it"
            if not meant.near and not several
            else "",
        ]
        site = (CallSite(frame.body_path, call.line),)
        note = "; ".join(filter(None, notes)) or None
        return Step(one.symbol, path, one.line, one.kind, via, depth, site, not several and not member, note)

    def _called(self, path: str, call: Call) -> Meant:
        """A member of an object is looked for in the same file alone: every `size()` would be some other's else."""
        if _of_object(call):
            return Meant(
                tuple({one.symbol: (path, one) for one in reversed(self._named(path, call.name))}.values()), True
            )
        return self._meant(path, call.name, re.sub(r"<.*", "", call.full))

    def _meant(self, path: str, name: str, full: str) -> Meant:
        scopes = native_parts(full.removeprefix("this->"))
        near = self._near(path, name)
        found = [(at, one) for at in near for one in self._named(at, name) if _fits(one, scopes)]
        if not found:
            near = ()
            found = [(at, one) for at in self._defining(name) for one in self._named(at, name) if _fits(one, scopes)]
        own = [each for each in found if each[0] == path] or found
        return Meant(tuple({(at, one.symbol): (at, one) for at, one in reversed(own)}.values()), bool(near))

    def _near(self, path: str, name: str) -> tuple[str, ...]:
        """The file and what it includes, where the name stands in it and something of that name is defined."""
        return tuple(at for at in self._web.included(path) if name in self.sources.text(at) and self._named(at, name))

    def _named(self, path: str, name: str) -> list[Definition]:
        return [
            one
            for one in self.sources.definitions(path)
            if one.kind in _CALLABLE and native_parts(one.symbol)[-1:] == (name,)
        ]

    def _defining(self, name: str) -> tuple[str, ...]:
        self._look_for({name})
        return self._holders[name]

    def _look_for(self, names: set[str]) -> None:
        """All at once: one pass over the text for a whole body."""
        new = sorted(names - self._holders.keys())
        if new:
            self._holders |= search.files_declaring(self.sources.checkout, new)


def _parameters(lines: list[str], frame: Frame) -> set[str]:
    """Of a macro: what stands for whatever it is given."""
    head = re.search(r"#\s*define\s+\w+\(([^)]*)\)", "\n".join(lines[frame.line - 1 : frame.line + 4]))
    return set(re.findall(r"\w+", head[1])) if head else set()


def _of_object(call: Call) -> bool:
    bare = re.sub(r"<.*", "", call.full)
    return _MEMBER.search(bare) is not None and not bare.startswith("this->")


def _of_library(call: Call) -> bool:
    head = re.match(r"(?:::)?(\w+)::", call.full)
    return (head is not None and head[1] in _LIBRARIES) or _LIBRARY.match(call.name) is not None


def _fits(one: Definition, scopes: tuple[str, ...]) -> bool:
    """`ns::f` as called may be `outer::ns::f`; what a call leaves out may be there."""
    if len(scopes) < 2:
        return True
    own = native_parts(one.symbol)
    return scopes[-2] in own[:-1] or len(own) == 1
