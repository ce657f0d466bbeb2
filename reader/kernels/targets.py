"""What an expression in a function may lead to: the kernels it may hold, followed through variables, parameters,
tables and functions that return one; and the functions that a call may mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader import syntax
from reader.kernels.bodies import Body, Callee, Span, is_name
from reader.kernels.expansion import Piece, Use, expanded, through
from reader.kernels.frames import Frame
from reader.kernels.homes import Home, Homes
from reader.kernels.owners import Owners
from reader.kernels.units import Macro, Units
from reader.resolve.sources import native_parts
from reader.syntax import Definition
from reader.syntax.cpp.readings import contradict
from reader.value import frozen

_DEEPEST = 12
_LOOKED = 200  # expressions looked at for one name
_HELD = 6  # functions that are held, given or returned on the way to one
_NEVER = {
    "true", "false", "nullptr", "NULL", "this", "const", "constexpr", "static", "auto", "void", "sizeof", "alignof",
    "reinterpret_cast", "static_cast", "const_cast", "typename", "template", "return", "if", "else", "using",
    "decltype", "struct", "class", "new", "for", "while", "switch", "case", "break", "static_assert", "int", "bool",
    "unsigned", "float", "double", "char", "long", "short", "default", "do", "throw",
}  # fmt: skip


@frozen
class Target:
    """A kernel, or where it cannot be told which, `missing`: the name that leads nowhere; or a function that takes it
    from code that is `generated`."""

    home: Home | None
    missing: str = ""
    generated: Frame | None = None


class Targets:
    def __init__(self, units: Units) -> None:
        self.units = units
        self.homes = Homes(units)
        self.owners = Owners(units, self.homes)
        self._open: set[tuple[int, int]] = set()  # expressions being looked at: a cycle ends there
        self._looked = 0
        self._bodies: dict[tuple[str, int, int, str], tuple[Body, bool, set[str]]] = {}

    def frame(self, path: str, definition: Definition) -> Frame:
        key = (path, definition.start, definition.end, definition.symbol)
        if key not in self._bodies:
            if definition.kind == "macro":
                pieces, whole = self._macro(path, definition)
            else:
                pieces, whole = expanded(self.units, path, definition.start, definition.end)
            self._bodies[key] = Body(pieces), whole, set()
        frame = Frame(path, definition, *self._bodies[key])
        if definition.kind != "macro":
            frame.scope = native_parts(self.homes.symbol(path, definition))[:-1]
        return frame

    def _macro(self, path: str, definition: Definition) -> tuple[tuple[Piece, ...], bool]:
        for each in self.units.lexed(path).defined(definition.symbol):
            if definition.start <= each.line <= definition.end:
                macro = Macro(path, each, each.condition)
                return through(self.units, macro, Use(macro, path, each.line))
        return (), True

    def functions(self, frame: Frame, callee: Callee) -> list[tuple[Home, Frame]]:
        """The host functions of the checkout that a call may mean, each with what it is given."""
        homes = self._called(frame, callee)
        found = [(home, self._given(frame, callee, home)) for home in homes]
        if len(found) > 1 and callee.arguments is not None:
            spans = frame.body.arguments(callee.arguments)
            packed = any(frame.body.texts[end - 1] == "..." for _, end in spans)
            fitting = [each for each in found if each[1].takes(len(spans), packed)]
            found = fitting or found
        return found

    def _called(self, frame: Frame, callee: Callee) -> tuple[Home, ...]:
        if callee.receiver is not None:
            return self.owners.members(frame, callee)
        if callee.arguments is None:  # an object made on the spot and called
            return self.homes.functions(f"{callee.path}::operator()", frame.path)
        homes = self.homes.functions(callee.path, frame.path, frame.scope)
        if not homes and "::" in callee.path:
            return self.owners.members(frame, callee)
        if "::" not in callee.path:
            homes = homes or tuple(self._held(frame, callee.path, callee.at))
            if frame.definition.kind != "method":
                return tuple(each for each in homes if each.definition.kind != "method")
        return homes

    def _held(self, frame: Frame, name: str, at: int) -> Iterator[Home]:
        """The functions that a variable or a parameter of this name may hold."""
        spans = frame.body.values(name, at)
        outer = frame
        if spans is None:
            given = frame.ask(name)
            if given is not None:
                outer, spans = given[0], [given[1]]
        for span in spans or ():
            if outer.body.texts[span[0]] != "[":  # a lambda: what it calls stands in its own place
                yield from self.named(outer, span)

    def named(self, frame: Frame, span: Span) -> tuple[Home, ...]:
        """The functions that an expression names, or that functions called in it return."""
        here = (id(frame.body), span[0])
        self._looked = self._looked + 1 if self._open else 0
        if here in self._open or len(self._open) > _HELD or self._looked > _LOOKED:
            return ()
        self._open.add(here)
        found = dict.fromkeys(self._named_functions(frame, span))
        self._open.discard(here)
        return tuple(found)

    def _named_functions(self, frame: Frame, span: Span) -> Iterator[Home]:
        for place in range(*span):
            text = frame.body.texts[place]
            callee = frame.body.name_at(place) if is_name(text) and text not in _NEVER else None
            if callee is None or callee.receiver or frame.body.texts[place + 1 : place + 2] == ["::"]:
                continue
            if callee.arguments is not None:
                for _, inner in self.functions(frame, callee):
                    for returned in inner.returns():
                        yield from self.named(inner, returned)
            else:
                homes = self.homes.functions(callee.path, frame.path, frame.scope)
                yield from homes or self._held(frame, callee.path, callee.at)

    def _given(self, frame: Frame, callee: Callee, home: Home) -> Frame:
        inner = self.frame(home.path, home.definition)
        templates = zip(inner.templates, callee.templates, strict=False)
        arguments = zip(inner.parameters, frame.body.arguments(callee.arguments), strict=False)
        inner.given = {name: (frame, span) for name, span in (*templates, *arguments) if name}
        inner.conditions = tuple(each for each in (*frame.conditions, home.condition) if each)
        return inner

    def kernels(self, frame: Frame, span: Span, depth: int = 0) -> list[Target]:
        """The kernels that the expression may be, in order; a name that leads to none of them is `missing`."""
        here = (id(frame.body), ~span[0])
        if here in self._open or depth > _DEEPEST:
            return []
        self._open.add(here)
        found = self._kernels(frame, span, depth)
        self._open.discard(here)
        return list(dict.fromkeys(found))

    def taking(self, found: list[Target], count: int | None) -> list[Target]:
        """Of overloads of one kernel, those that take so many arguments."""
        keys = [(one.home.definition.symbol, one.home.condition) for one in found if one.home is not None]
        if count is None or len(set(keys)) == len(keys):
            return found
        twins = {key for key in keys if keys.count(key) > 1}
        kept = [
            one
            for one in found
            if one.home is None
            or (one.home.definition.symbol, one.home.condition) not in twins
            or self._takes(one.home, count)
        ]
        return kept if any(one.home is not None for one in kept) else found

    def _takes(self, home: Home, count: int) -> bool:
        """By its head alone: its body may be long."""
        language = syntax.language_of(home.path)
        last = syntax.signature_end(self.units.text(home.path), language, home.definition)
        pieces, whole = expanded(self.units, home.path, home.definition.start, last)
        head = Frame(home.path, home.definition, Body(pieces), whole, set())
        return head.start == 0 or head.takes(count, False)

    def _kernels(self, frame: Frame, span: Span, depth: int) -> list[Target]:
        found: list[Target] = []
        body = frame.body
        if body.texts[span[0] : span[0] + 1] == ["["]:
            return [one for inner in _returned(body, span) for one in self.kernels(frame, inner, depth + 1)]
        at, end = span
        while at < end:
            text = body.texts[at]
            if text == "<":  # of a cast: what stands in it is a type
                at = body.angle_end(at) or at + 1
                continue
            callee = None if not is_name(text) or text in _NEVER else body.name_at(at)
            if callee is None or body.texts[at + 1 : at + 2] == ["::"]:
                at += 1
                continue
            found += self._named(frame, callee, depth)
            at += 1
            if callee.templates:
                at = callee.templates[-1][1] + 1
            if callee.arguments is not None and callee.arguments[0] == at and callee.arguments[1] <= end:
                at = callee.arguments[1]
        return found

    def _named(self, frame: Frame, callee: Callee, depth: int) -> list[Target]:
        if callee.receiver is not None:
            return []
        if "::" not in callee.path:
            local = self._local(frame, callee, depth)
            if local is not None:
                return local
        kernels = self.homes.kernels(callee.path, frame.path, frame.scope)
        if kernels:
            held = [home for home in kernels if not contradict(frame.conditions, [home.condition or ""])]
            return [Target(home) for home in held or kernels]
        returned = self._returned(frame, callee, depth) if callee.arguments is not None else []
        if returned:
            return returned
        inside = [one for span in callee.templates for one in self.kernels(frame, span, depth + 1) if one.home]
        return inside or [Target(None, callee.path)]

    def _local(self, frame: Frame, callee: Callee, depth: int) -> list[Target] | None:
        """Through a variable, an alias, or a parameter; None where the name is none of these."""
        body, name = frame.body, callee.path
        spans = body.values(name, callee.at)
        if spans is not None:
            found = [one for span in spans for one in self.kernels(frame, span, depth + 1)]
            return _known(found) or found or [Target(None, name)]
        inner = body.lambda_of(name, callee.at)
        if inner is not None:
            return self._of_lambda(frame, name, inner, depth)
        given = frame.ask(name)
        if given is not None:
            return self.kernels(*given, depth + 1)
        if name in frame.parameters or name in frame.templates:
            return [Target(None, name)]
        return self._of_file(frame, name, depth)

    def _of_lambda(self, frame: Frame, name: str, inner: tuple[str | None, int], depth: int) -> list[Target]:
        """What the calls of the lambda give for its parameter."""
        body = frame.body
        variable, number = inner
        found: list[Target] = []
        for use in [] if variable is None else body.places(variable):
            callee = body.name_at(use)
            given = body.arguments(callee.arguments) if callee is not None else ()
            if number < len(given):
                found += self.kernels(frame, given[number], depth + 1)
        return _known(found) or found or [Target(None, name)]

    def _of_file(self, frame: Frame, name: str, depth: int) -> list[Target] | None:
        """A table or a constant of the file."""
        source = self.units.lexed(frame.path).source
        match = next(_assigned(source.code, name), None)
        if match is None or self.homes.kernels(name, frame.path):
            return None
        first = source.line(match.start())
        if frame.definition.start <= first <= frame.definition.end:
            return None
        end = source.code.find(";", match.end())
        pieces, whole = expanded(self.units, frame.path, first, source.line(end if end >= 0 else match.end()))
        outer = Frame(frame.path, frame.definition, Body(pieces), whole, set())
        texts = outer.body.texts
        start = next(iter(outer.body.places(name)), len(texts))
        given = next((at + 1 for at in range(start, len(texts)) if texts[at] == "="), len(texts))
        return self.kernels(outer, (given, len(texts)), depth + 1)

    def _returned(self, frame: Frame, callee: Callee, depth: int) -> list[Target]:
        """What the function of this name may return."""
        found: list[Target] = []
        for _, inner in self.functions(frame, callee):
            for span in inner.returns():
                found += self.kernels(inner, span, depth + 1)
            if any(text.startswith("#include ") for text in inner.body.texts[inner.start :]):
                found.append(Target(None, generated=inner))
        return _known(found)


def _returned(body: Body, span: Span) -> Iterator[Span]:
    """What a lambda gives back."""
    for at in body.places("return"):
        if span[0] < at < span[1]:
            yield at + 1, body.value_end(at + 1)


def _known(found: list[Target]) -> list[Target]:
    """Without the names that lead nowhere, where others lead somewhere."""
    return [one for one in found if one.home is not None or one.generated is not None]


def _assigned(code: str, name: str) -> Iterator[re.Match[str]]:
    """Where the name is given a value; the pattern begins with it, which makes it fast."""
    for match in re.finditer(rf"{re.escape(name)}\s*(?:\[[^\]]*\]\s*)*(?:\)\s*\([^;{{}}]*\)\s*)?=[^=]", code):
        before = code[match.start() - 1 : match.start()]
        if not (before.isalnum() or before == "_"):
            yield match
