"""From something on the way back up: from a kernel or a function to the operations that reach it.

A path that is asked for from below shows only the branches that lead there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from reader.kernels import Hop, Operation, Path, Place
from reader.kernels import operations as native
from reader.kernels.assembly import Assembly
from reader.kernels.paths import Finder
from reader.kernels.python.callers import calls_of, order
from reader.kernels.python.reaching import Reach
from reader.kernels.python.registrations import Registration, registrations_of_function
from reader.kernels.python.triton import Kernel, compiler_of, launches_of
from reader.kernels.python.uses import operation_called
from reader.syntax import Definition
from reader.syntax.mentions import Mention, calls_within, scope_at

_UP = 4  # Python functions above each other that are asked whether they are an operation's


class Ascent:
    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self.leads = finder.leads
        self.notes: list[str] = []

    def of_python(self, place: Place) -> tuple[Path, ...]:
        """Of a function or a Triton kernel."""
        scope = scope_at(self.leads.text(place.path), place.line)
        compiler = compiler_of(self.leads, place.path, scope) if scope else None
        if compiler is not None:
            return self.of_jit(Kernel(place, compiler))
        own = _through(self._registered([place]), (place.path, place.line))
        called = self._called(place)
        if own or called:
            return tuple(_distinct([*own, *called]))
        return self._reached(place)

    def of_jit(self, kernel: Kernel) -> tuple[Path, ...]:
        """The functions that launch it, who calls them, and the operations whose functions these are."""
        launches = self._launches(kernel)
        assembly = Assembly(
            self.leads, Operation("", kernel.place.name, "triton", how=kernel.compiler), self.finder.under
        )
        functions = self._launching(assembly, kernel, launches)
        if not launches:
            assembly.notes.append(self._helps(kernel.place))
        direct = assembly.finished()
        here = kernel.place.path, kernel.place.line
        return (direct, *_towards(_through(self._registered(functions), here), {here}))

    def of_native(self, path: str, definition: Definition) -> tuple[Path, ...]:
        sources = self.finder.sources
        goal = {(path, definition.line)}
        found = native.operations_of_function(self.finder.checkout, path, definition, sources=sources)
        if found:
            return _towards([self.finder.path(one) for one in found], goal)
        from reader.kernels.launchers import launchers  # 4 ms, for what lies below an operation

        above = launchers(sources, path, definition)
        known: dict[tuple[str, str, str | None], Operation] = {}
        for each in above:
            found = native.operations_of_function(self.finder.checkout, each.path, each.definition, sources=sources)
            known.update({(one.namespace, one.name, one.overload): one for one in found})
        if not known:
            tops = ", ".join(dict.fromkeys(f"{each.path}::{each.definition.symbol}" for each in above))
            told = f"; what leads to it: {tops}" if tops else ""
            self.notes.append(f"no registered operation was found above {definition.symbol}{told}")
        return _towards([self.finder.path(one) for one in known.values()], goal)

    def _helps(self, place: Place) -> str:
        """Of a compiled function that nothing launches, which others call it."""
        calls = calls_of(self.leads, [place], self.finder.under)[place]
        users = dict.fromkeys(f"{one.path}::{one.within.symbol}" for one in calls if one.within is not None)
        told = f"it is called in {', '.join(users)}" if users else "and no call of it by that name"
        return f"no launch of {place.name} was found; {told}"

    def _launches(self, kernel: Kernel) -> list[tuple[str, Mention]]:
        name = kernel.place.name.rpartition(".")[2]
        for under in dict.fromkeys((self.finder.under, "")):
            named = self.leads.mentioning((name,), under)[name]
            found = [
                (path, one) for path in sorted(named, key=order) for one in launches_of(self.leads, path, kernel.place)
            ]
            if found:
                return found
        return []

    def _launching(self, assembly: Assembly, kernel: Kernel, launches: Iterable[tuple[str, Mention]]) -> list[Place]:
        functions: dict[Place, list[tuple[str, Mention]]] = {}
        loose = []
        for path, one in launches:
            around = one.within or one.decorates
            if around is None:
                loose.append((path, one))
            else:
                functions.setdefault(Place(path, around.line, around.symbol), []).append((path, one))
        calls = calls_of(self.leads, functions, self.finder.under) if functions else {}
        numbers = []
        for place, several in functions.items():
            wrapper = assembly.wrapper(place, calls[place])
            numbers += [assembly.launch(path, one, wrapper) for path, one in several]
        numbers += [assembly.launch(path, one, None) for path, one in loose]
        end = assembly.add(
            "kernel", kernel.place, numbers[0] if numbers else None, via=f"@{kernel.compiler.lower()}.jit"
        )
        for number in numbers:
            assembly.hops[number] = replace(assembly.hops[number], leads=end)
        return list(functions)

    def _registered(self, functions: Iterable[Place]) -> list[Path]:
        """The operations whose function one of these is, or that one of their callers is."""
        paths: list[Path] = []
        seen: set[Place] = set()
        level = list(functions)
        for _ in range(_UP):
            level = [one for one in level if one not in seen]
            if not level:
                break
            seen.update(level)
            made = self._registrations(level)
            for one in made.values():
                for registration in one:
                    paths += self.finder.paths(f"{registration.space or 'vllm_ir'}::{registration.name}")
            calls = calls_of(self.leads, level, self.finder.under)
            level = [
                Place(call.path, call.within.line, call.within.symbol)
                for several in calls.values()
                for call in several
                if call.within is not None and not call.reference
            ]
        return paths

    def _registrations(self, functions: Collection[Place]) -> dict[Place, list[Registration]]:
        names = {one.name.rpartition(".")[2] for one in functions}
        named = self.leads.mentioning(names, self.finder.under)
        found: dict[Place, list[Registration]] = {}
        for path in sorted({path for paths in named.values() for path in paths}):
            here = [one for one in functions if path in named[one.name.rpartition(".")[2]]]
            for one in registrations_of_function(self.leads, path, {each.name.rpartition(".")[2] for each in here}):
                if one.place in here:
                    found.setdefault(one.place, []).append(one)
        return found

    def _called(self, place: Place) -> list[Path]:
        """The operations that the function calls itself."""
        scope = scope_at(self.leads.text(place.path), place.line)
        if scope is None:
            return []
        called = dict.fromkeys(
            operation_called(self.leads, place.path, one)
            for one in calls_within(self.leads.text(place.path), scope.line, scope.end)
        )
        paths: list[Path] = []
        for one in called:
            if one is not None:
                paths += self.finder.paths(f"{one[0]}::{one[1]}" if one[0] else one[1])
        return paths

    def _reached(self, place: Place) -> tuple[Path, ...]:
        below = Reach(self.leads).of(place)
        if not below:
            self.notes.append(f"{place.name} calls no operation, launches no kernel, and reaches none that is named")
            return ()
        assembly = Assembly(self.leads, Operation("", place.name, "python"), self.finder.under)
        number = assembly.wrapper(place, calls_of(self.leads, [place], self.finder.under)[place])
        assembly.below(below, number, None)
        return (assembly.finished(),)


def _through(paths: Iterable[Path], here: tuple[str, int]) -> list[Path]:
    return _distinct(one for one in paths if here in {(hop.place.path, hop.place.line) for hop in one.hops})


def _distinct(paths: Iterable[Path]) -> list[Path]:
    known: dict[tuple[str, str, str | None], Path] = {}
    for one in paths:
        known.setdefault((one.operation.namespace, one.operation.name, one.operation.overload), one)
    return list(known.values())


def _towards(paths: Iterable[Path], goal: Collection[tuple[str, int]]) -> tuple[Path, ...]:
    return tuple(replace(one, hops=tuple(_branches(one.hops, goal))) for one in paths)


def _branches(hops: tuple[Hop, ...], goal: Collection[tuple[str, int]]) -> Iterator[Hop]:
    """The hops above a goal, those below it, and whatever leads to one of these; numbered anew."""
    by_number = {hop.number: hop for hop in hops}
    ends = [hop for hop in hops if (hop.place.path, hop.place.line) in goal]
    if not ends:
        yield from hops
        return
    kept: set[int] = set()
    for end in ends:
        at: Hop | None = end
        while at is not None:
            kept.add(at.number)
            at = by_number.get(at.parent or 0)
    below = {hop.number for hop in ends}
    for hop in hops:
        if hop.parent in below:
            below.add(hop.number)
    kept |= below
    grew = True
    while grew:
        before = len(kept)
        kept |= {hop.number for hop in hops if hop.leads in kept}
        grew = len(kept) > before
    numbers = {number: index for index, number in enumerate(sorted(kept), 1)}
    for hop in hops:
        if hop.number in kept:
            yield replace(
                hop, number=numbers[hop.number], parent=numbers.get(hop.parent or 0), leads=numbers.get(hop.leads or 0)
            )
