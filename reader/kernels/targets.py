"""What an expression in a function may lead to: the kernels it may hold, followed through variables, parameters,
tables and functions that return one.
"""

from __future__ import annotations

import re

from reader.kernels.bodies import Body, Callee, Span, is_name
from reader.kernels.expansion import Piece, Use, expanded, through
from reader.kernels.homes import Home, Homes
from reader.kernels.units import Macro, Units
from reader.syntax import Definition
from reader.value import frozen

_DEEPEST = 12
_LITERAL = {"true", "false", "nullptr", "NULL", "this", "const", "constexpr", "static", "auto", "void", "sizeof",
            "reinterpret_cast", "static_cast", "const_cast", "typename", "template", "return", "if", "else", "using",
            "decltype", "struct", "class", "new", "for", "while", "switch", "case", "break"}  # fmt: skip


class Frame:
    """One function being read. `given` holds, for its parameters, where the caller wrote what it gives for them."""

    def __init__(
        self, path: str, definition: Definition, body: Body, whole: bool, given: dict[str, tuple[Frame, Span]]
    ) -> None:
        self.path = path
        self.definition = definition
        self.body = body
        self.whole = whole
        self.given = given
        self.start = _body_start(body)

    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters; "" for one without."""
        texts = self.body.texts
        name = self.definition.name
        for at in range(min(self.start, len(texts))):
            if texts[at] == name and at + 1 < len(texts) and texts[at + 1] == "(" and at + 1 in self.body.partner:
                return tuple(
                    self._parameter(span) for span in self.body.arguments((at + 1, self.body.partner[at + 1] + 1))
                )
        return ()

    def templates(self) -> tuple[str, ...]:
        texts = self.body.texts
        if texts[:2] == ["template", "<"]:
            close = self.body.angle_end(1)
            if close is not None:
                return tuple(self._parameter(span) for span in self.body.split(2, close - 1))
        return ()

    def _parameter(self, span: Span) -> str:
        texts = self.body.texts
        found = ""
        for at in range(*span):
            if texts[at] == "=":
                break
            if texts[at : at + 2] == ["(", "*"] and is_name(texts[at + 2]):
                return texts[at + 2]
            if is_name(texts[at]):
                found = texts[at]
        return found


@frozen
class Target:
    """A kernel, or where it cannot be told which, `missing`: the name that leads nowhere."""

    home: Home | None
    missing: str = ""


class Targets:
    def __init__(self, units: Units) -> None:
        self.units = units
        self.homes = Homes(units)
        self._bodies: dict[tuple[str, int, str], tuple[Body, bool]] = {}

    def frame(self, path: str, definition: Definition, given: dict[str, tuple[Frame, Span]]) -> Frame:
        key = (path, definition.start, definition.symbol)
        if key not in self._bodies:
            if definition.kind == "macro":
                pieces, whole = self._macro(path, definition)
            else:
                pieces, whole = expanded(self.units, path, definition.start, definition.end)
            self._bodies[key] = Body(pieces), whole
        return Frame(path, definition, *self._bodies[key], given)

    def _macro(self, path: str, definition: Definition) -> tuple[tuple[Piece, ...], bool]:
        for each in self.units.lexed(path).macros(definition.symbol)[0]:
            if each.line == definition.line or definition.start <= each.line <= definition.end:
                macro = Macro(path, each, each.condition)
                return through(self.units, macro, Use(macro, path, each.line))
        return (), True

    def kernels(self, frame: Frame, span: Span, depth: int = 0) -> list[Target]:
        """The kernels that the expression may be, in order; a name that leads to none of them is `missing`."""
        found: list[Target] = []
        body = frame.body
        at, end = span
        while at < end and depth < _DEEPEST:
            text = body.texts[at]
            if not is_name(text) or text in _LITERAL or body.texts[at + 1 : at + 2] == ["::"]:
                if text == "<":  # of a cast: what stands in it is a type
                    at = body.angle_end(at) or at
                elif body.texts[at : at + 2] == ["::", "template"]:
                    at += 1
                at += 1
                continue
            callee = body.name_at(at)
            assert callee is not None  # it is a name
            found += self._named(frame, callee, depth)
            at += 1
            if callee.templates:
                at = callee.templates[-1][1] + 1
            if callee.arguments is not None and callee.arguments[0] == at and callee.arguments[1] <= end:
                at = callee.arguments[1]
        return list(dict.fromkeys(found))

    def _named(self, frame: Frame, callee: Callee, depth: int) -> list[Target]:
        if callee.receiver is not None:
            return []
        if "::" not in callee.path:
            local = self._local(frame, callee.path, callee.at, depth)
            if local is not None:
                return local
        kernels = self.homes.kernels(callee.path, frame.path)
        if kernels:
            return [Target(home) for home in kernels]
        returned = self._returned(frame, callee, depth)
        if returned:
            return returned
        inside = [one for span in callee.templates for one in self.kernels(frame, span, depth + 1) if one.home]
        return inside or [Target(None, callee.path)]

    def _local(self, frame: Frame, name: str, at: int, depth: int) -> list[Target] | None:
        """Through a variable, an alias, or a parameter; None where `name` is none of these."""
        body = frame.body
        spans = body.values(name, at)
        if spans is not None:
            return [one for span in spans for one in self.kernels(frame, span, depth + 1)]
        inner = body.lambda_of(name, at)
        if inner is not None:
            variable, number = inner
            uses = [] if variable is None else body.places(variable)
            found: list[Target] = []
            for use in uses:
                callee = body.name_at(use)
                given = body.arguments(callee.arguments) if callee is not None else ()
                if number < len(given):
                    found += self.kernels(frame, given[number], depth + 1)
            return found or [Target(None, name)]
        if name in frame.given:
            outer, span = frame.given[name]
            return self.kernels(outer, span, depth + 1)
        if name in frame.parameters() or name in frame.templates():
            return [Target(None, name)]
        return self._of_file(frame, name, depth)

    def _of_file(self, frame: Frame, name: str, depth: int) -> list[Target] | None:
        """A table or constant of the file."""
        source = self.units.lexed(frame.path).source
        match = re.search(rf"\b{re.escape(name)}\s*(?:\[[^\]]*\]\s*)*=[^=]", source.code)
        if match is None or self.homes.kernels(name, frame.path):
            return None
        first = source.line(match.start())
        if frame.definition.start <= first <= frame.definition.end:
            return None
        end = source.code.find(";", match.end())
        pieces, _ = expanded(self.units, frame.path, first, source.line(end if end >= 0 else match.end()))
        outer = Frame(frame.path, frame.definition, Body(pieces), True, {})
        return self.kernels(outer, (0, len(pieces)), depth + 1)

    def _returned(self, frame: Frame, callee: Callee, depth: int) -> list[Target]:
        """By a function that this name is: what its `return` statements may hold."""
        found: list[Target] = []
        for home in self.homes.functions(callee.path, frame.path) if depth < _DEEPEST else ():
            inner = self.called(frame, callee, home)
            body = inner.body
            for at in body.places("return"):
                if at >= inner.start:
                    span = (at + 1, body._value_end(at + 1))
                    found += (one for one in self.kernels(inner, span, depth + 1) if one.home is not None)
            found += self._generated(inner)
        return found

    def _generated(self, frame: Frame) -> list[Target]:
        return []

    def called(self, frame: Frame, callee: Callee, home: Home) -> Frame:
        """The function that is called, with what it is given."""
        inner = self.frame(home.path, home.definition, {})
        given: dict[str, tuple[Frame, Span]] = {}
        given.update(zip(inner.templates(), ((frame, span) for span in callee.templates), strict=False))
        given.update(
            zip(inner.parameters(), ((frame, span) for span in frame.body.arguments(callee.arguments)), strict=False)
        )
        inner.given = {name: place for name, place in given.items() if name}
        return inner


def _body_start(body: Body) -> int:
    """The position behind the `{` that opens the function; 0 for a macro's body, which has no head."""
    at, seen = 0, False
    while at < len(body.texts):
        text = body.texts[at]
        if text == "{" and seen:
            return at + 1
        if text in ("(", "["):
            seen = seen or text == "("
            at = body.partner.get(at, at)
        elif text == ";":
            return 0
        at += 1
    return 0
