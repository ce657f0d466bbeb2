"""`#if`, `#elif`, `#else`: the sides that a file has, and what must hold for a line to be compiled."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from reader.pattern import pattern
from reader.syntax.cpp.source import Directive, Source

FORMER = 8  # sides before this one that a condition denies by name

LITERAL = pattern(r"(!?)\s*(?:defined\s*\(\s*(\w+)\s*\)|defined\s+(\w+)|(\w+))\Z")
_OPEN = {"if", "ifdef", "ifndef"}
_ELSE = {"else", "elif", "elifdef", "elifndef"}


@dataclass(slots=True, eq=False)
class Branch:
    """One side; `start` and `end` are the offsets after its opening and before its closing directive."""

    owner: Conditional
    test: str  # "" for `#else`
    start: int
    end: int
    parent: Branch | None
    reading: int | None = None  # the first reading of the file that takes this side

    @property
    def condition(self) -> str:
        """What must hold for this side, in the source's words; "" for an include guard."""
        if self.owner.guard:
            return ""
        before = self.owner.branches[: self.owner.branches.index(self)][-FORMER:]
        parts = [*(_denied(other.test) for other in before), *([self.test] if self.test else [])]
        return " && ".join(parts if len(parts) < 2 else map(_bracketed, parts))


@dataclass(slots=True, eq=False)
class Conditional:
    """`start` is the offset of its `#if`, `end` is that behind its `#endif`."""

    parent: Branch | None
    start: int
    guard: bool = False
    branches: list[Branch] = field(default_factory=list)
    end: int = 0


class Conditions:
    """Every conditional of one file, and its sides, in order of appearance."""

    def __init__(self, source: Source) -> None:
        self.conditionals = _conditionals(source)
        self.branches = sorted(self._sides(), key=lambda branch: branch.start)
        edges: list[tuple[int, Branch | None]] = [(branch.start, branch) for branch in self.branches]
        edges += ((branch.end, branch.parent) for branch in self.branches)
        edges.sort(key=lambda edge: edge[0])
        self._edges = [offset for offset, _ in edges]
        self._inner = [branch for _, branch in edges]

    def _sides(self) -> Iterator[Branch]:
        for conditional in self.conditionals:
            yield from conditional.branches

    def at(self, offset: int) -> Branch | None:
        """The innermost side that holds the offset."""
        index = bisect_right(self._edges, offset) - 1
        return self._inner[index] if index >= 0 else None

    def reading(self, offset: int) -> int | None:
        """The first reading of the file that sees the offset."""
        branch = self.at(offset)
        return 0 if branch is None else branch.reading

    def over(self, first: int, last: int) -> str | None:
        """What must hold for all between the offsets to be compiled, outermost first; include guards do not count."""
        branch = self.at(first)
        while branch is not None and branch.end <= last:
            branch = branch.parent
        parts = []
        while branch is not None:
            if branch.condition:
                parts.append(branch.condition)
            branch = branch.parent
        if len(parts) > 1:
            parts = [*map(_bracketed, parts)]
        return " && ".join(reversed(parts)) or None


def _conditionals(source: Source) -> list[Conditional]:
    found: list[Conditional] = []
    stack: list[Conditional] = []
    for index, directive in enumerate(source.directives):
        if directive.word in _OPEN:
            parent = stack[-1].branches[-1] if stack else None
            conditional = Conditional(parent, directive.start, _is_guard(source.directives, index))
            found.append(conditional)
            stack.append(conditional)
            _add(conditional, directive)
        elif directive.word in _ELSE and stack:
            stack[-1].branches[-1].end = directive.start
            _add(stack[-1], directive)
        elif directive.word == "endif" and stack:
            stack[-1].branches[-1].end = directive.start
            stack.pop().end = directive.end
    for conditional in stack:
        conditional.branches[-1].end = conditional.end = len(source.code)
    return found


def _add(conditional: Conditional, directive: Directive) -> None:
    branch = Branch(conditional, _test(directive), directive.end, directive.end, conditional.parent)
    conditional.branches.append(branch)


def _bracketed(part: str) -> str:
    """In brackets if it is a disjunction at its outermost level."""
    depth = 0
    for mark in re.findall(r"\|\||[()]", part):
        if mark == "||" and depth == 0:
            return f"({part})"
        depth += {"(": 1, ")": -1}.get(mark, 0)
    return part


def _test(directive: Directive) -> str:
    """In the source's words, `#ifdef X` being `X` and `#ifndef X` being `!X`; `#else` has none."""
    if directive.word == "else":
        return ""
    words = directive.condition
    return f"!{words}" if directive.word in ("ifndef", "elifndef") else words


def _denied(test: str) -> str:
    if LITERAL.match(test):
        return test[1:].lstrip() if test.startswith("!") else f"!{test}"
    return f"!({test})"


def _is_guard(directives: tuple[Directive, ...], index: int) -> bool:
    """`#ifndef X` with `#define X` and no value right after it: an include guard, no condition."""
    if index + 1 >= len(directives):
        return False
    match = LITERAL.match(_test(directives[index]))
    following = directives[index + 1]
    if match is None or not match[1] or following.word != "define":
        return False
    return following.condition == (match[2] or match[3] or match[4])
