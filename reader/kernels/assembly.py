"""The hops of one operation, in reading order: calls and wrappers, schema, implementations, functions, kernels.

Owns their numbers and what leads to what, and says plainly where an operation ends. Nothing is said twice: what goes
on as an earlier hop does leads there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reader.kernels import Hop, HopKind, Implementation, Operation, Path, Place
from reader.kernels.launches import launched
from reader.kernels.python.callers import PythonCall, calls_of, calls_of_attribute
from reader.kernels.python.leads import Leads
from reader.kernels.python.uses import OpUse
from reader.syntax import Definition
from reader.syntax.mentions import Mention

_Shape = tuple[Any, ...]


class Assembly:
    """The hops of one operation, in reading order."""

    def __init__(self, leads: Leads, operation: Operation, under: str) -> None:
        """`under`: the folder in which calls are looked for."""
        self.leads = leads
        self.operation = operation
        self.under = under
        self.hops: list[Hop] = []
        self.notes: list[str] = []
        self.functions: dict[tuple[str, int], int] = {}
        self.shapes: dict[tuple[_Shape, str | None], int] = {}
        self.shown: dict[tuple[Place, bool, str | None], int] = {}
        self.ways: dict[int, list[str]] = {}  # further calls of a C++ function that is shown once

    def path(self, uses: Sequence[OpUse]) -> Path:
        users = self._users(uses)
        first = users[0] if users else None
        schemas = self._schemas(first)
        entry = schemas[0] if schemas else first
        for number in users:
            self.hops[number] = replace(self.hops[number], leads=schemas[0] if schemas else None)
        for one in self.operation.implementations:
            self._implementation(one, next((each for each in schemas if self._same_file(each, one)), entry))
        self._say_ends(entry)
        return self.finished()

    def finished(self) -> Path:
        for number, ways in self.ways.items():
            hop = self.hops[number]
            note = "; ".join(each for each in (hop.note, f"also from {_folded(ways)}") if each)
            self.hops[number] = replace(hop, note=note)
        self.ways = {}
        return Path(self.operation, tuple(map(_shifted, self.hops)), tuple(dict.fromkeys(self.notes)))

    def add(self, kind: HopKind, place: Place, parent: int | None = None, **more: Any) -> int:
        self.hops.append(Hop(len(self.hops), kind, place, parent, **more))
        return len(self.hops) - 1

    def _users(self, uses: Sequence[OpUse]) -> list[int]:
        """The wrappers, each behind its calls, then what uses the operation without one; their numbers."""
        wrapped: dict[Place, list[OpUse]] = {}
        for one in uses:
            if one.wrapper is not None:
                wrapped.setdefault(Place(one.path, one.wrapper.line, one.wrapper.symbol), []).append(one)
        bare = [one for one in uses if one.form in ("call", "reference") and one.wrapper is None]
        names = {one: Place(one.path, one.line, one.target) for one in bare if one.target and one.within is None}
        entries = [*wrapped, *names.values(), *self._called_by_name()]
        calls = calls_of(self.leads, entries, self.under) if entries else {}
        made: list[int] = []
        for place, several in wrapped.items():
            number = self.wrapper(place, calls[place], _implements(several[0]))
            inside = [self._use(one, number) for one in several]
            self.hops[number] = replace(self.hops[number], leads=inside[0])
            made += inside
        made += [self._call(call) for place in self._called_by_name() for call in calls[place]]
        return made + [self._bare(one, calls.get(names[one], ()) if one in names else ()) for one in bare]

    def _called_by_name(self) -> list[Place]:
        """A function under `@custom_op` is the operation itself to who calls it."""
        if self.operation.how not in ("custom_op", "triton_op"):
            return []
        return [place for one in self.operation.implementations for place in one.functions]

    def wrapper(self, place: Place, calls: Sequence[PythonCall], note: str | None = None) -> int:
        """Behind the calls that lead to it; its number."""
        numbers = [self._call(one) for one in calls]
        parent = numbers[0] if numbers else None
        via = self.hops[parent].place.name if parent is not None else None
        number = self.add("wrapper", place, parent, via=via, note=note or (None if calls else self._unseen(place)))
        for each in numbers:
            self.hops[each] = replace(self.hops[each], leads=number)
        return number

    def launch(self, path: str, one: Mention, parent: int | None) -> int:
        """`kernel[grid](...)` in Python, or the decorator that is given the kernel."""
        if one.role != "launched" and one.invocation is not None:
            note = f"{one.chain} is handed on; the function below launches it when it is called"
            place = Place(path, one.line, one.chain, one.condition)
            return self.add("launch", place, parent, via=one.invocation.callee, sure=False, note=note)
        return self.add("launch", Place(path, one.line, one.chain, one.condition), parent, via=f"{one.chain}[...]")

    def _unseen(self, place: Place) -> str:
        where = f"under {self.under}/" if self.under else "in this checkout"
        return f"no call of {place.name} by that name was found {where}"

    def _call(self, one: PythonCall) -> int:
        within = one.within.symbol if one.within else None
        note = "handed on, not called here" if one.reference else None
        return self.add(
            "call", Place(one.path, one.line, one.written, one.condition), via=one.written, sure=one.sure, note=note,
            within=within,
        )  # fmt: skip

    def _bare(self, one: OpUse, calls: Sequence[PythonCall]) -> int:
        """A use without a wrapper; behind it stand the calls of what it is assigned to."""
        numbers = [self._call(each) for each in calls if not each.reference]
        if one.target and one.target.startswith("self."):
            numbers += [self._call(each) for each in calls_of_attribute(self.leads, one.path, one.target, one.within)]
        number = self._use(one, numbers[0] if numbers else None)
        for each in numbers:
            self.hops[each] = replace(self.hops[each], leads=number)
        return number

    def _use(self, one: OpUse, parent: int | None) -> int:
        """`torch.ops.<namespace>.<name>` itself."""
        note = None if one.form == "call" else "refers to the operation, does not call it here"
        within = one.within.symbol if one.within else None
        place = Place(one.path, one.line, one.written, one.condition)
        return self.add("call", place, parent, via=one.written, note=note, within=within)

    def _schemas(self, parent: int | None) -> list[int]:
        known = self.operation.schemas or ((self.operation.schema,) if self.operation.schema else ())
        return [self.add("schema", place, parent, via=self.operation.how) for place in known]

    def _same_file(self, schema: int, one: Implementation) -> bool:
        return self.hops[schema].place.path == one.registered.path

    def _implementation(self, one: Implementation, parent: int | None) -> None:
        told = [f"built for {', '.join(one.builds)}"] if one.builds else []
        native = self.operation.mechanism == "c++"
        told += [one.note] if one.note and (one.functions or not native) else []
        note = ", ".join(told) or None
        number = self.add("impl", one.registered, parent, dispatch=one.dispatch, via=one.function, note=note)
        if not one.functions:
            note = (
                one.note if native else None
            ) or f"{one.function} is not defined in this checkout, as far as names tell"
            self.add("end", one.registered, number, dispatch=one.dispatch, via=one.function, note=note)
        for place in one.functions:
            self._function(one, place, number)

    def _function(self, one: Implementation, place: Place, parent: int) -> None:
        key = (place.path, place.line)
        known = self.functions.get(key)
        number = self.add(
            "function", place, parent, dispatch=one.dispatch, via=one.function, sure=one.sure,
            note=None if known is None else f"the same function as hop {known + 1}",
        )  # fmt: skip
        if known is not None:
            return
        self.functions[key] = number
        if place.path.endswith(".py"):
            self._reached(place, number)
        else:
            definition = _definition(self.leads, place)
            if definition is not None and one.function != "lambda":
                self.below(launched(self.leads.sources, place.path, definition), number, one.dispatch)

    def _reached(self, place: Place, number: int) -> None:
        from reader.kernels.python.reaching import Reach  # 3 ms with Triton's forms, which C++ has no need of

        reach = Reach(self.leads)
        found = reach.of(place)
        self.below(found, number, None)
        if reach.cut:
            self.notes.append(f"{place.name} calls deeper than was followed")
        if not found:
            self.notes.append(f"{place.name} itself calls no kernel, library or operation that its source names")

    def below(self, found: Sequence[Hop], number: int, dispatch: str | None) -> None:
        """Hangs the hops on this one. Where a hop goes on as an earlier one does, it leads there and nothing is said
        twice: two `#define`s of one macro, three launches of one kernel."""
        shapes, children = _shapes(found)
        pending = [(index, number) for index in reversed(children.get(None, []))]
        while pending:
            index, parent = pending.pop()
            below = children.get(index, [])
            if found[index].kind == "launch" and below and all(map(_is_library, (found[each] for each in below))):
                pending += [(each, parent) for each in reversed(below)]  # `gemm.run(...)`: an end, no launch of ours
                continue
            known = self.shapes.get((shapes[below[0]], dispatch)) if len(below) == 1 else None
            hop = found[index]
            if hop.kind == "function" and self._again(hop, parent, dispatch, bool(below) and known is None):
                continue
            at = len(self.hops)
            self.shapes.setdefault((shapes[index], dispatch), at)
            self.hops.append(replace(hop, number=at, parent=parent, dispatch=hop.dispatch or dispatch, leads=known))
            if known is None:
                pending += [(each, at) for each in reversed(below)]

    def _again(self, hop: Hop, parent: int, dispatch: str | None, new: bool) -> bool:
        """Whether this function is shown already, so that only the way to it is kept. `new`: it goes on otherwise."""
        known = self.shown.setdefault((hop.place, hop.sure, dispatch), len(self.hops))
        if new or known == len(self.hops):
            return False
        if hop.via is not None and hop.via != self.hops[known].via:
            ways = self.ways.setdefault(known, [])
            ways += [hop.via] if hop.via not in ways else []
        caller = self.hops[parent]
        if caller.leads is None and parent == len(self.hops) - 1:
            self.hops[parent] = replace(caller, leads=known)
        return True

    def _say_ends(self, entry: int | None) -> None:
        one = self.operation
        full = f"{one.namespace}::{one.name}"
        if one.mechanism == "external":
            note = f"{full} is registered nowhere in this checkout: it comes from outside"
            if entry is not None:
                self.add("end", self.hops[entry].place, entry, via=full, note=note)
        elif one.schema is None:
            self.notes.append(f"{full} has implementations and no schema in this checkout")
        elif not one.implementations:
            note = f"{full} has a schema and no implementation in this checkout"
            self.add("end", one.schema, entry, via=full, note=note)


def _folded(ways: Sequence[str]) -> str:
    """`a.cu:1 :2, b.cu:3`."""
    lines: dict[str, list[str]] = {}
    for each in ways:
        path, _, line = each.rpartition(":")
        lines.setdefault(path, []).append(f":{line}")
    return ", ".join(path + " ".join(several) for path, several in lines.items())


def _is_library(hop: Hop) -> bool:
    return hop.kind == "end" and (hop.note or "").startswith("external library")


def _shapes(hops: Sequence[Hop]) -> tuple[list[_Shape], dict[int | None, list[int]]]:
    """What each hop and all below it look like, equal where they say the same; and who hangs on whom, by index. What
    ROCm alone takes stands behind what CUDA takes."""
    children: dict[int | None, list[int]] = {}
    for index, hop in enumerate(hops):
        children.setdefault(hop.parent, []).append(index)
    for several in children.values():
        several.sort(key=lambda index: hops[index].place.condition == "USE_ROCM")
    shapes: list[_Shape] = [()] * len(hops)
    known: dict[_Shape, _Shape] = {}  # one object for each, which is compared fast
    for index in range(len(hops) - 1, -1, -1):
        hop = hops[index]
        below = tuple(shapes[each] for each in children.get(index, ()))
        made = (hop.kind, hop.place, hop.via, hop.sure, hop.note, below)
        shapes[index] = known.setdefault(made, made)
    return shapes, children


def _shifted(hop: Hop) -> Hop:
    """Hops are counted from 1 for who reads them."""
    return replace(
        hop,
        number=hop.number + 1,
        parent=None if hop.parent is None else hop.parent + 1,
        leads=None if hop.leads is None else hop.leads + 1,
    )


def _implements(use: OpUse) -> str | None:
    """Of a wrapper that is registered with the IR, what it is there."""
    texts = (text.partition("(")[0] for text in (use.within.decorators if use.within else ()))
    name = next((text.rpartition(".")[0] for text in texts if text.endswith(".register_impl")), None)
    return f"an implementation of {name}" if name else None


def _definition(leads: Leads, place: Place) -> Definition | None:
    known = [each for each in leads.sources.definitions(place.path) if each.line == place.line]
    return next((each for each in known if each.name == place.name.rpartition("::")[2]), known[0] if known else None)
