"""Definitions of a Python file that does not parse, by its lines and their indentation.

tree-sitter recovers from an error by flattening what surrounds it: the methods of a class that is cut off in the
middle come out as functions. `def` and `class` at the start of a line outside strings are definitions in any Python,
and indentation tells their scope, so what encloses the error stays right. Nothing is said about conditions here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reader.syntax import Definition, Kind
from reader.syntax.source import lines

# Possessive throughout: a file cut inside a string must not be tried again from every quote in it.
_LITERAL = re.compile(
    r"""
    \#[^\n]*+
    | \"{3} (?:[^"\\]++|\\.|"(?!""))*+ (?:\"{3}|\\?\Z)
    | '{3} (?:[^'\\]++|\\.|'(?!''))*+ (?:'{3}|\\?\Z)
    | " (?:[^"\\\n]++|\\.)*+ (?:"|(?=\n)|\\?\Z)
    | ' (?:[^'\\\n]++|\\.)*+ (?:'|(?=\n)|\\?\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
_HEAD = re.compile(r"(?:async\s+)?(?P<keyword>def|class)\b(?:\s|\\\n)*(?P<name>\w+)")
_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_TAB = 8
_INSIDE = "\x1a"  # ends a line that a string runs over


@dataclass(slots=True)
class _Open:
    """A definition whose end is not reached yet."""

    symbol: str
    kind: Kind
    line: int
    start: int
    indent: int
    end: int
    stub: bool

    def closed(self) -> Definition:
        return Definition(self.symbol, self.kind, self.line, self.start, self.end, self.stub)


def definitions(text: str) -> tuple[Definition, ...]:
    scopes: list[_Open] = []
    found: list[_Open] = []
    decorators: tuple[int, str] | None = None  # where they start, and what they say
    for first, last, indent, code in _statements(text):
        while scopes and scopes[-1].indent >= indent:
            scopes.pop()
        for scope in scopes:
            scope.end = last
        head = _HEAD.match(code)
        if code.startswith("@"):
            decorators = (decorators or (first, ""))[0], f"{(decorators or (0, ''))[1]}\n{code}"
            continue
        if head:
            one = _opened(head, scopes, first, last, indent, decorators)
            scopes.append(one)
            found.append(one)
        decorators = None
    return tuple(sorted((one.closed() for one in found), key=lambda one: (one.start, one.line)))


def _opened(
    head: re.Match[str], scopes: list[_Open], first: int, last: int, indent: int, decorators: tuple[int, str] | None
) -> _Open:
    outer = scopes[-1] if scopes else None
    start, said = decorators or (first, "")
    kind: Kind = "class" if head["keyword"] == "class" else "method" if outer and outer.kind == "class" else "function"
    symbol = f"{outer.symbol}.{head['name']}" if outer else head["name"]
    stub = (outer is not None and outer.stub) or bool(re.search(r"(?m)^@(?:\w+\.)*overload\s*$", said))
    return _Open(symbol, kind, first, start, indent, last, stub)


def _statements(text: str) -> Iterator[tuple[int, int, int, str]]:
    """First line, last line, indentation and code of each logical line, strings and comments blanked.

    A `def` or `class` at the start of a line ends an open bracket: neither keyword can stand inside one."""
    source = lines(masked("\n".join(lines(text))))
    held: list[str] = []
    first, depth = 0, 0
    for number, line in enumerate(source, 1):
        code = line.lstrip(" \t\x0c")
        if held and _HEAD.match(code) and not held[-1].endswith("\\"):
            yield from _forced(held, first, line[: len(line) - len(code)])
            held, depth = [], 0
        if not held and not code.strip():
            continue
        if not held:
            first = number
        held.append(line)
        depth = max(depth + sum(_DEPTH.get(sign, 0) for sign in code), 0)
        if depth == 0 and not code.endswith("\\") and not code.endswith(_INSIDE):
            yield _statement(held, first)
            held = []
    if held:
        yield _statement(held, first)


def _forced(held: list[str], first: int, margin: str) -> Iterator[tuple[int, int, int, str]]:
    """A statement whose bracket was never closed, then the decorators that it had swallowed."""
    whole = len(held)
    while whole > 1 and (not held[whole - 1].strip() or held[whole - 1].startswith(f"{margin}@")):
        whole -= 1
    yield _statement(held[:whole], first)
    for number, line in enumerate(held[whole:], first + whole):
        if line.strip():
            yield _statement([line], number)


def _statement(held: list[str], first: int) -> tuple[int, int, int, str]:
    while len(held) > 1 and not held[-1].strip():
        held.pop()
    margin = held[0][: len(held[0]) - len(held[0].lstrip(" \t\x0c"))].rpartition("\x0c")[2]
    return first, first + len(held) - 1, len(margin.expandtabs(_TAB)), "\n".join(held).strip().replace(_INSIDE, "")


def masked(text: str) -> str:
    """The same lines with every string and comment blanked, so that what is left is code."""

    def blank(match: re.Match[str]) -> str:
        if match[0].startswith("#"):
            return ""
        body = match[0].count("\n")
        return '""' if not body else '"' + f"{_INSIDE}\n" * body + '"'

    return _LITERAL.sub(blank, text.replace(_INSIDE, " "))
