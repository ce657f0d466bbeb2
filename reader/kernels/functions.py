"""Which C++ function a registration means: its definitions, the right ones of several by build, scope and condition.

A function is declared once and defined for CUDA, ROCm and the CPU. What a build compiles together with the registering
file decides, then C++'s own rules for names. What these do not decide is listed whole and called unsure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reader.kernels import Place
from reader.kernels.extensions import Target
from reader.kernels.natives import Natives
from reader.syntax import Definition
from reader.value import frozen

_TEMPLATE = re.compile(r"<.*", re.S)


@frozen
class Candidate:
    path: str
    definition: Definition
    template: bool

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
        return tuple(_TEMPLATE.sub("", part) for part in _TEMPLATE.sub("", self.written).split("::") if part)


@frozen
class Chosen:
    places: tuple[Place, ...] = ()
    sure: bool = True
    note: str | None = None


def choose(natives: Natives, wanted: Wanted, builds: Sequence[Target]) -> Chosen:
    """Its definitions, those of the registering file's builds in their order."""
    known = list(_candidates(natives, wanted))
    own = [one for one in known if one.path == wanted.path]
    if not known and not any(target.external for target in builds):
        return Chosen(note=_missing(natives, wanted))
    if known and not builds:
        places = tuple(one.place for one in own or known)
        return Chosen(places, len(places) == 1)
    found: dict[Place, None] = {}
    sure = True
    for target in builds:
        of_target = _of_target(natives, wanted, known, target)
        sure = sure and len(of_target) < 2
        found.update((one.place, None) for one in of_target)
    if found:
        return Chosen(tuple(found), sure)
    if any(target.external for target in builds):
        names = ", ".join(dict.fromkeys(target.name for target in builds))
        return Chosen(note=f"{names} is built from sources outside of this checkout too")
    loose = [one for one in known if not natives.is_built(one.path) or _beside(natives, one, builds)]
    return Chosen(tuple(one.place for one in loose), sure=False, note=None if loose else _missing(natives, wanted))


def _beside(natives: Natives, one: Candidate, builds: Sequence[Target]) -> bool:
    """Whether another extension of the same device has it."""
    devices = {target.device for target in builds}
    return any(target.device in devices and natives.is_compiled(one.path, target) for target in natives.targets)


def _of_target(natives: Natives, wanted: Wanted, known: Sequence[Candidate], target: Target) -> list[Candidate]:
    given = {**natives.facts(target), **natives.learnt(wanted.condition)}
    live = [one for one in known if natives.holds(one.definition.condition, given) is not False]
    own = [one for one in live if one.path == wanted.path]
    return _declared(natives, wanted, own or [one for one in live if natives.is_compiled(one.path, target)])


def _declared(natives: Natives, wanted: Wanted, found: list[Candidate]) -> list[Candidate]:
    """Of overloads the one whose parameters the registering file has declared, itself or by a header of its own."""
    if len(found) < 2:
        return found
    name = wanted.parts[-1]
    for path in natives.mentioning(name):
        if path == wanted.path or natives.includes(wanted.path, path):
            declared = set(natives.signatures(path, name))
            fitting = [one for one in found if natives.parameters(one.path, one.definition) in declared]
            if fitting:
                return fitting
    return found


def _candidates(natives: Natives, wanted: Wanted) -> Iterator[Candidate]:
    """Definitions that the name may mean where it is written: of the innermost scope that has any."""
    if not wanted.parts:
        return
    by_depth: dict[int, list[Candidate]] = {}
    for path, definition in natives.functions(wanted.parts[-1]):
        depth = _depth(definition.symbol, wanted)
        if depth is None or (path != wanted.path and natives.is_internal(path, definition)):
            continue
        template = natives.is_template(path, definition)
        by_depth.setdefault(depth, []).append(Candidate(path, definition, template))
    if by_depth:
        found = by_depth[max(by_depth)]
        plain = [one for one in found if not one.template]
        yield from (plain if plain and "<" not in wanted.written else found)


def _depth(symbol: str, wanted: Wanted) -> int | None:
    """How many of the namespaces around the registration the definition shares; None if the name cannot mean it."""
    parts = tuple(_TEMPLATE.sub("", part) for part in symbol.split("::"))
    deepest = 0 if wanted.written.startswith("::") else len(wanted.scope)
    for depth in range(deepest, -1, -1):
        if (*wanted.scope[:depth], *wanted.parts) == parts:
            return depth
    if wanted.parts == parts[-len(wanted.parts) :] and not wanted.written.startswith("::"):
        return -1  # through a `using`, or in a namespace that a macro names
    return None


def _missing(natives: Natives, wanted: Wanted) -> str:
    declared = natives.declared(wanted.parts[-1]) if wanted.parts else None
    if declared is None:
        return "defined nowhere in this checkout"
    return f"declared in {declared[0]}:{declared[1]}; this checkout does not define it"
