"""Which C++ function a registration means: its definitions, the right ones of several by build, scope and condition.

A function is declared once and defined for CUDA, ROCm and the CPU. What a build compiles together with the registering
file decides, then C++'s own rules for names. What these do not decide is listed whole and called unsure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from reader.kernels import Place
from reader.kernels.bodied import Bodied
from reader.kernels.extensions import Target
from reader.pattern import pattern
from reader.syntax import Definition
from reader.syntax.cpp.linkage import holds, is_internal, is_template, learnt, parameters
from reader.value import frozen

_OVERLOADS = 50  # of one name that are told apart
_TEMPLATE = pattern(r"<.*", re.S)


@frozen
class Candidate:
    """`depth`: how many of the namespaces around the registration it shares; -1 if only a `using` could lead to it."""

    path: str
    definition: Definition
    template: bool
    depth: int

    @property
    def place(self) -> Place:
        return Place(self.path, self.definition.line, self.definition.symbol, self.definition.condition)


@frozen
class Wanted:
    """A function as a registration in `path` names it, from within the namespaces `scope`, under `condition`."""

    written: str
    path: str
    scope: tuple[str, ...] = ()
    condition: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(part for part in _TEMPLATE.sub("", self.written).split("::") if part)


@frozen
class Chosen:
    """`note` says why there are no places."""

    places: tuple[Place, ...] = ()
    sure: bool = True
    note: str | None = None
    lost: bool = False


def choose(bodied: Bodied, wanted: Wanted, builds: Sequence[Target]) -> Chosen:
    """Its definitions, those of the registering file's builds in their order."""
    if not wanted.parts or not all(part.isidentifier() for part in wanted.parts):
        return Chosen(note="what is registered here is no plain function")
    found: dict[Place, None] = {}
    sure = True
    for target in builds:
        of_target = _declared(bodied, wanted, _of_target(bodied, wanted, target))
        sure = sure and len(of_target) < 2 and all(one.depth >= 0 for one in of_target)
        found.update((one.place, None) for one in of_target)
    if found:
        return Chosen(tuple(found), sure)
    if any(target.external for target in builds):
        return _outside(bodied, wanted, builds)
    loose = [one for one in _candidates(bodied, wanted) if not builds or _may_be_beside(bodied, one, builds)]
    own = [one for one in loose if one.path == wanted.path]
    places = tuple(one.place for one in own or loose)
    sure = not builds and len(places) == 1
    note = None if places else _missing(bodied, wanted) + _gaps(bodied, wanted, builds)
    return Chosen(places, sure, note, not places)


def _may_be_beside(bodied: Bodied, one: Candidate, builds: Sequence[Target]) -> bool:
    """Whether another extension of the same device has it, or nothing tells who does."""
    devices = {target.device for target in builds}
    natives = bodied.natives
    compiling = [target.device for target in natives.targets if natives.is_compiled(one.path, target)]
    return not compiling or not devices.isdisjoint(compiling)


def _of_target(bodied: Bodied, wanted: Wanted, target: Target) -> list[Candidate]:
    """What the linker would take: from the registering file, from another source, from what these include; of all first
    what the name itself leads to, then a template, then what it could only mean through a `using`."""
    given = {**bodied.natives.facts(target), **learnt(wanted.condition)}
    name = wanted.parts[-1]
    sources = [path for path in bodied.defining(name) if path in target.sources and path != wanted.path]
    weaker: list[Candidate] = []
    for paths in ([wanted.path], sources, bodied.included(name, target)):
        known = list(_candidates(bodied, wanted, paths))
        live = [one for one in known if holds(one.definition.condition, given) is not False]
        plain = [one for one in live if one.depth >= 0 and (not one.template or "<" in wanted.written)]
        if plain:
            return plain
        weaker += live
    named = [one for one in weaker if one.depth >= 0]
    written = [] if weaker else _written_out(bodied, wanted, target)
    return named or weaker or [one for one in written if holds(one.definition.condition, given) is not False]


def _written_out(bodied: Bodied, wanted: Wanted, target: Target) -> Iterator[Candidate]:
    """Functions whose whole head a macro writes."""
    for path in dict.fromkeys((wanted.path, *target.sources)):
        for definition in bodied.written_out(path, wanted.parts[-1]):
            depth = _depth(definition.symbol, wanted)
            if depth is not None and depth >= 0:
                yield Candidate(path, definition, False, depth)


def _declared(bodied: Bodied, wanted: Wanted, found: list[Candidate]) -> list[Candidate]:
    """Of overloads the one whose parameters the registering file has declared, itself or by a header of its own."""
    if not 2 <= len(found) <= _OVERLOADS:
        return found
    name = wanted.parts[-1]
    for path in bodied.natives.mentioning(name):
        if path == wanted.path or bodied.natives.includes(wanted.path, path):
            declared = set(bodied.signatures(path, name))
            fitting = [one for one in found if parameters(bodied.text(one.path), one.definition) in declared]
            if fitting:
                return fitting
    return found


def _candidates(bodied: Bodied, wanted: Wanted, paths: Iterable[str] | None = None) -> Iterator[Candidate]:
    """Definitions that the name may mean where it is written: in each file of the innermost scope that has any."""
    name = wanted.parts[-1]
    for path in bodied.defining(name) if paths is None else paths:
        found: list[Candidate] = []
        text = bodied.text(path)
        for definition in bodied.functions(path, name):
            depth = _depth(definition.symbol, wanted)
            if depth is not None and (path == wanted.path or not is_internal(text, definition)):
                found.append(Candidate(path, definition, is_template(text, definition), depth))
        deepest = max((one.depth for one in found), default=0)
        yield from (one for one in found if one.depth == deepest)


def _depth(symbol: str, wanted: Wanted) -> int | None:
    """How many of the namespaces around the registration the definition shares; None if the name cannot mean it."""
    parts = tuple(_TEMPLATE.sub("", part) for part in symbol.split("::"))
    deepest = 0 if wanted.written.startswith("::") else len(wanted.scope)
    for depth in range(deepest, -1, -1):
        if (*wanted.scope[:depth], *wanted.parts) == parts:
            return depth
    if wanted.parts == parts[-len(wanted.parts) :] and not wanted.written.startswith("::"):
        return -1
    return None


def _outside(bodied: Bodied, wanted: Wanted, builds: Sequence[Target]) -> Chosen:
    """It may be among the sources that the build fetches, unless one is missing here or a header here declares it."""
    gaps = _gaps(bodied, wanted, builds)
    names = ", ".join(dict.fromkeys(target.name for target in builds))
    note = f"{_missing(bodied, wanted)}; {names} is built from sources outside of this checkout too{gaps}"
    return Chosen(note=note, lost=bool(gaps) or bodied.declared(wanted.parts[-1]) is not None)


def _gaps(bodied: Bodied, wanted: Wanted, builds: Sequence[Target]) -> str:
    """Sources that the build names and that are not here, or are no text."""
    missing = dict.fromkeys(path for target in builds for path in target.missing)
    data = bodied.natives.data
    sources = dict.fromkeys(path for target in builds for path in target.sources)
    binary = [path for path in sources if b"\0" in data.get(path, b"") and not bodied.text(path)]
    binary = [path for path in binary if wanted.parts[-1].encode() in data[path]] or binary
    told = [f"{path}, which the build names, is not here" for path in missing]
    return "".join(f"; {each}" for each in (*told, *(f"{path} cannot be read as text" for path in binary)))


def _missing(bodied: Bodied, wanted: Wanted) -> str:
    declared = bodied.declared(wanted.parts[-1])
    if declared is None:
        return f"{wanted.written} is defined nowhere in this checkout"
    return f"{wanted.written} is declared in {declared[0]}:{declared[1]} and defined nowhere in this checkout"
