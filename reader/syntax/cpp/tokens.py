"""C++ text as tokens with their lines, and what its preprocessor lines say, for whoever expands macros over it.

Nothing is expanded here and no condition is decided: both sides of an `#if` are given, each token with its side.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import NamedTuple

from reader.pattern import pattern
from reader.syntax.cpp.conditions import Branch, Conditions
from reader.syntax.cpp.readings import contradict
from reader.syntax.cpp.source import Directive, Source, uncommented
from reader.value import frozen

# `>>` stays two tokens, so that template arguments close; `<<<` and `>>>` of a launch are told by their first.
_TOKEN = pattern(
    r"[A-Za-z_]\w*|<<<|<<=?|\.?\d(?:[eEpP][+-]|'?[\w.])*|\"[^\"\n]*\"|'[^'\n]*'|->\*?|::|\.\.\.|##|&&|\|\|"
    r"|[=!<+\-*/%&|^]=|\+\+|--|[^\s\\]"
)
_BODY_TOKEN = pattern(rf'"(?:[^"\\\n]|\\(?s:.))*"|\'(?:[^\'\\\n]|\\.)+\'|//[^\n]*|/\*(?s:.*?)\*/|{_TOKEN.pattern}')
_DEFINED = pattern(r"\s*([A-Za-z_]\w*)(\(([^)]*)\))?")
_PARAMETER = pattern(r"\s*(?:[A-Za-z_]\w*\s*(?:\.\.\.)?|\.\.\.)\s*")
_INCLUDED = pattern(r"\s*([\"<])([^\">\n]+)[\">]")
_SIDES = {"if": "#if", "ifdef": "#if", "ifndef": "#if", "else": "#else", "elif": "#else", "elifdef": "#else",
          "elifndef": "#else", "endif": "#endif"}  # fmt: skip


class Token(NamedTuple):
    """`text` of a string literal has its quotes and not always its inside. `#if`, `#else`, `#endif` and `#include path`
    are tokens too."""

    text: str
    line: int


@frozen
class Define:
    """One `#define`; `parameters` is None for what takes none, its last may be `...` or `rest...`. `line` is that of
    the `#`, `named` that of the name."""

    name: str
    parameters: tuple[str, ...] | None
    body: tuple[Token, ...]
    line: int
    condition: str | None
    readable: bool = True  # its parameters are names, and their parentheses close


@frozen
class Include:
    target: str
    line: int
    condition: str | None
    quoted: bool


class Lexed:
    """One file. Lines are 1-based."""

    def __init__(self, text: str) -> None:
        self.source = Source.of(text)
        self._at = [each.start for each in self.source.directives]

    @cached_property
    def conditions(self) -> Conditions:
        return Conditions(self.source)

    @cached_property
    def _macros(self) -> dict[str, list[Directive]]:
        """The `#define` and `#undef` of each name, in order."""
        found: dict[str, list[Directive]] = {}
        for each in self.source.directives:
            match = _DEFINED.match(each.rest) if each.word in ("define", "undef") else None
            if match is not None:
                found.setdefault(match[1], []).append(each)
        return found

    @cached_property
    def includes(self) -> tuple[Include, ...]:
        found = []
        for each in self.source.directives:
            match = _INCLUDED.match(each.rest) if each.word == "include" else None
            if match is not None:
                condition = self.conditions.over(each.start, each.start)
                found.append(Include(match[2], self.source.line(each.start), condition, match[1] == '"'))
        return tuple(found)

    def condition(self, line: int) -> str | None:
        """What must hold for the line to be compiled."""
        at = self.source.span(line, line)[0]
        return self.conditions.over(at, at)

    def defined(self, name: str) -> tuple[Define, ...]:
        """Every `#define` of the name, in order."""
        return tuple(self._define(each) for each in self._macros.get(name, ()) if each.word == "define")

    def macros(self, name: str, line: int | None = None) -> tuple[tuple[Define, ...], bool]:
        """The definitions that a use on `line` (None: after the end of the file) may mean, last first; and whether one
        of them, or an `#undef`, holds whatever the conditions are, so that nothing from outside is meant."""
        events = self._macros.get(name)
        if not events:
            return (), False
        end = len(self.source.text) if line is None else self.source.span(line, line)[0]
        here = self._sides(end) if line is not None else {}
        found: list[Define] = []
        for each in reversed(events):
            if each.start >= end:
                continue
            there = self._sides(each.start)
            if any(here.get(owner, side) is not side for owner, side in there.items()) or contradict(
                [side.condition for side in here.values()], [side.condition for side in there.values()]
            ):
                continue
            always = all(owner in here for owner in there)
            if each.word == "define":
                found.append(self._define(each))
            if always:
                return tuple(found), True
        return tuple(found), False

    def tokens(self, first: int, last: int) -> tuple[Token, ...]:
        """Of the code in these lines; bodies of macros are left out."""
        begin, end = self.source.span(first, last)
        index = bisect_left(self._at, begin)
        found: list[Token] = []
        done = begin
        while index < len(self._at) and self._at[index] < end:
            directive = self.source.directives[index]
            found += self._read(done, directive.start)
            said = _SIDES.get(directive.word)
            if directive.word == "include":
                match = _INCLUDED.match(directive.rest)
                said = f"#include {match[2]}" if match else None
            if said:
                found.append(Token(said, self.source.line(directive.start)))
            done = directive.end
            index += 1
        found += self._read(done, end)
        return tuple(found)

    def _read(self, begin: int, end: int) -> list[Token]:
        line, last = self.source.line(begin), begin
        found = []
        code = self.source.code
        for match in _TOKEN.finditer(code, begin, end):
            line += code.count("\n", last, match.start())
            last = match.start()
            found.append(Token(match[0], line))
        return found

    def _sides(self, at: int) -> dict[object, Branch]:
        side = self.conditions.at(at)
        found: dict[object, Branch] = {}
        while side is not None:
            if not side.owner.guard:
                found[side.owner] = side
            side = side.parent
        return found

    def _define(self, directive: Directive) -> Define:
        match = _DEFINED.match(directive.rest)
        assert match is not None  # it was found by this pattern
        parameters = None
        if match[2] is not None:
            parameters = tuple(part for part in (uncommented(each).strip() for each in match[3].split(",")) if part)
        begin = directive.rest_at + match.end()
        line, last, text = self.source.line(begin), begin, self.source.text
        body = []
        for token in _BODY_TOKEN.finditer(text, begin, directive.end):
            line += text.count("\n", last, token.start())
            last = token.start()
            if token[0][:2] not in ("//", "/*"):
                body.append(Token(token[0], line))
        condition = self.conditions.over(directive.start, directive.start)
        torn = match[2] is None and directive.rest[match.end() :].startswith("(")
        readable = not torn and all(map(_PARAMETER.fullmatch, parameters or ()))
        return Define(match[1], parameters, tuple(body), self.source.line(directive.start), condition, readable)
