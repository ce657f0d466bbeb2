"""What a name in a Python file means: a call as `reader calls` follows it, any other by its scope and its types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from reader.inference import Targets
from reader.inference.values import Type
from reader.resolve.python import Found
from reader.syntax.bound import Bound
from reader.syntax.occurrences import Occurrence
from reader.tui.answers import steps, written
from reader.tui.answers.meaning import Meaning
from reader.tui.answers.naming import Name
from reader.tui.answers.values import Entry, Place
from reader.tui.answers.workshop import Workshop

_FAR = 8  # lines above a string in which the call may begin that takes it
_BOUND = {
    "parameter": "parameter",
    "assign": "assigned here",
    "augmented": "assigned here",
    "for": "loops over",
    "with": "entered here",
    "except": "caught here",
    "match": "matched here",
    "type": "type",
    "declared": "declared",
}
_ONWARD = ("string", "message")
_OPERATION = re.compile(r"torch\.ops\.([\w.]+)")


def meaning(workshop: Workshop, path: str, line: int, name: Name) -> Meaning:
    one = workshop.tools.inference.files.module(path).occurrence(line, name.column)
    if one is None:
        return written.meaning(workshop, path, line, name)
    return _Asked(workshop, path, one).meaning()


class _Asked:
    def __init__(self, workshop: Workshop, path: str, one: Occurrence) -> None:
        self._workshop, self._tools = workshop, workshop.tools
        self._path, self._one = path, one
        self._at = path, one.line, one.column

    def meaning(self) -> Meaning:
        if self._one.role == "keyword":
            return self._keyword()
        if self._one.role in ("string", "exported"):
            return self._string()
        if self._one.defines:
            return self._defined()
        targets = self._tools.inference.targets(*self._at)
        called, onward = self._called() if self._one.called else ((), ())
        entries = called or tuple(self._of_targets(targets)) or tuple(self._of_local()) or tuple(self._of_package())
        types = () if self._leads_to_code(entries) else tuple(self._types())
        beyond = self._beyond(made=False)
        if beyond and self._leads_to_code(entries):
            entries = tuple(_or(one, beyond[0]) for one in entries)
        return Meaning(self._one.name, entries, types, tuple(self._notes(targets, entries, types)), onward)

    def _called(self) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """Itself, and what a string or a message leads on to."""
        found, rest = self._tools.callees.at(*self._at)
        inside = [one for one in found if one.path is not None]
        entries = tuple(steps.callees((one for one in inside if one.via not in _ONWARD), at=False))
        onward = tuple(steps.callees((one for one in inside if one.via in _ONWARD), at=False))
        for one in found:
            if one.path is None and one.via == "operation":
                entries += tuple(self._operation(one.symbol))
        plain = tuple(each for each in steps.untold(rest) if "bound at" not in each.note)
        return (entries + plain if entries else ()), onward

    def _operation(self, full: str) -> Iterator[Entry]:
        """Into C++: its schema, and what is registered for it."""
        from reader.kernels.asking import ask  # 40 ms with what reads registrations

        match = _OPERATION.match(full)
        wanted = match[1].removesuffix(".default").replace(".", "::", 1) if match else full
        for path in ask(self._workshop.checkout, wanted).paths:
            for hop in path.hops:
                if hop.kind in ("schema", "impl", "function"):
                    place = Place(hop.place.path, hop.place.line)
                    note = hop.dispatch or ""
                    yield Entry(hop.place.name, place, hop.kind, note, sure=hop.sure)

    def _of_targets(self, targets: Targets) -> Iterator[Entry]:
        several = f"one of {len(targets.found)}" if len(targets.found) > 1 else ""
        for one in targets.found:
            if one.kind == "variable" and len(bounds := self._bindings(one)) > 1:
                for bound in bounds:
                    place = Place(one.path, bound.line, one.symbol, bound.column)
                    yield Entry(str(one.symbol), place, one.kind, _told(bound), sure=targets.sure)
            else:
                yield _entry(one, targets.why or several, targets.sure)

    def _bindings(self, one: Found) -> tuple[Bound, ...]:
        """Every place that binds a field or a name of a module, by line."""
        owner, _, name = str(one.symbol).rpartition(".")
        if owner:
            definer = self._tools.inference.members.definer(one.path, owner, name)
            bounds = definer.bounds if definer is not None and definer.path == one.path else ()
        else:
            module = self._tools.inference.files.module(one.path)
            bounds = module.bound(name, module.scopes.module)
        return tuple({bound.line: bound for bound in bounds if bound.how not in ("declared", "augmented")}.values())

    def _of_local(self) -> Iterator[Entry]:
        """Where a name of a function gets its value."""
        one = self._one
        if one.role != "name" or (one.bound is not None and one.bound.how == "import"):
            return
        naming = self._tools.inference.naming
        scope, bounds = naming.bounds(self._path, one.name, one.place, one.line, one.column)
        if scope.kind not in ("function", "lambda", "comprehension"):
            return
        for each in bounds or ((one.bound,) if one.bound is not None else ()):
            yield self._local(each)

    def _of_package(self) -> Iterator[Entry]:
        """A package that is named in its own `__init__`, which no import of it can mean, and a reader does."""
        binding = self._one.binding
        if self._one.role == "import" and binding is not None and binding.module and not binding.level:
            place = written.module(self._workshop, binding.module) if binding.target is None else None
            if place is not None:
                yield Entry(place.path, place, "file")

    def _local(self, bound: Bound) -> Entry:
        within = bound.place.within or bound.place.scope.symbol or None
        place = Place(self._path, bound.line, within, bound.column)
        return Entry(bound.name, place, "local", _told(bound))

    def _leads_to_code(self, entries: Iterable[Entry]) -> bool:
        return any(one.lead not in ("local", "variable") for one in entries)

    def _types(self) -> Iterator[Entry]:
        """The classes and functions that a value may be, as far as they are in this checkout."""
        for one in dict.fromkeys(self._tools.inference.types_at(*self._at)):
            found = self._tools.inference.of_type(one)
            if found is not None:
                yield _entry(found, "" if one.kind == "instance" else "itself", True)

    def _notes(self, targets: Targets, entries: tuple[Entry, ...], types: tuple[Entry, ...]) -> Iterator[str]:
        if targets.outside and not entries:
            known = self._beyond(made=False)
            yield f"{self._one.name} is not in this checkout" + (f": {known[0]}" if known else "")
        elif not entries and targets.why:
            yield targets.why
        elif not types and (known := self._beyond(made=True)):
            yield f"of a type outside of this checkout: {', '.join(known)}"

    def _beyond(self, *, made: bool) -> tuple[str, ...]:
        """What it may be that is not in this checkout, or of what class made there."""
        types = self._tools.inference.types_at(*self._at)
        return tuple(dict.fromkeys(one.symbol for one in types if one.kind == "outside" and one.made == made))

    def _defined(self) -> Meaning:
        """It stands at its own definition: what it stands in for, and what stands in for it."""
        bound = self._one.bound
        assert bound is not None
        found = self._tools.inference.of_type(Type("function", self._path, bound.symbol))
        own = _entry(found, "this is its definition", True) if found is not None else None
        standing = self._tools.families.standing(self._path, bound.symbol) if "." in bound.symbol else None
        entries = [own] if own is not None else []
        for label, methods in (("overrides", standing.above), ("overridden by", standing.below)) if standing else ():
            for one in methods:
                place = Place(one.path, one.line, one.symbol)
                entries.append(Entry(one.symbol, place, one.role, label, sure=one.sure, depth=1))
        return Meaning(self._one.name, tuple(entries))

    def _keyword(self) -> Meaning:
        """The parameter or field of what is called."""
        callee = self._one.callee
        types = self._tools.inference.infer(self._path, callee) if callee is not None else ()
        entries = tuple(entry for one in types for entry in self._parameters(one))
        why = f"what takes {self._one.name} is not told" if not entries else ""
        return Meaning(self._one.name, entries, notes=tuple(filter(None, (why,))))

    def _parameters(self, one: Type) -> Iterator[Entry]:
        inference = self._tools.inference
        if one.kind == "class":
            made = inference.members.definer(one.path, one.symbol, "__init__")
            if made is None:
                field = inference.members.definer(one.path, one.symbol, self._one.name)
                for bound in field.bounds[-1:] if field else ():
                    symbol = f"{field.symbol}.{bound.name}" if field else bound.name
                    yield Entry(bound.name, Place(field.path if field else "", bound.line, symbol), "variable")
                return
            symbols = {(made.path, each.symbol) for each in made.bounds if each.how == "definition"}
        else:
            symbols = {(one.path, one.symbol)} if one.kind == "function" else set()
        for path, symbol in symbols:
            module = inference.files.module(path)
            for scope in module.named(symbol):
                for bound in module.bound(self._one.name, scope):
                    if bound.how == "parameter":
                        yield Entry(
                            self._one.name, Place(path, bound.line, symbol, bound.column), "parameter", f"of {symbol}"
                        )

    def _string(self) -> Meaning:
        """What is called by the name in the string, else what that names by its dotted path."""
        one = self._one
        found = []
        module = self._tools.inference.files.module(self._path)
        if one.callee is not None:
            near = [
                call
                for call in module.calls(max(one.line - _FAR, 1), one.line)
                if (call.line, call.column) < (one.line, one.column) and call.name == one.callee.name
            ]
            for call in near[-1:]:
                made, _ = self._tools.callees.at(self._path, call.line, call.column)
                found = [each for each in made if each.via == "string"]
        if found:
            return Meaning(one.name, tuple(steps.callees(tuple(found), at=False)))
        return written.meaning(self._workshop, self._path, one.line, Name(one.name, one.column))


def _told(bound: Bound) -> str:
    return "declared here" if bound.annotation is not None and bound.value is None else _BOUND.get(bound.how, bound.how)


def _entry(one: Found, note: str, sure: bool) -> Entry:
    label = one.symbol or one.path
    return Entry(label, Place(one.path, one.line, one.symbol), one.kind, note, sure=sure)


def _or(one: Entry, beyond: str) -> Entry:
    """It may as well be what is outside of the checkout."""
    if one.depth:
        return one
    return replace(
        one, sure=False, note="; ".join(filter(None, (one.note, f"or {beyond}, which is not in this checkout")))
    )
