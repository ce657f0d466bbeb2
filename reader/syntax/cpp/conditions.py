"""`#if`, `#elif`, `#else`: which lines stand under what, and readings of a file that see one side of each at a time.

A brace that both sides of an `#if` open cannot be matched in the file as it stands. So a file is read several times:
each reading takes one side of every conditional, the same side wherever the same name is asked, until every line has
been seen in some reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reader.syntax.cpp.source import Directive, Source, blank

FORMER = 8  # sides before this one that a condition denies by name
READINGS = 24  # of one file at most; the sources of eight releases need 9

_LITERAL = re.compile(r"(!?)\s*(?:defined\s*\(\s*(\w+)\s*\)|defined\s+(\w+)|(\w+))\Z")
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
    seen: bool = False
    wanted: bool = False  # itself or a branch within it has not been seen

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
    parent: Branch | None
    start: int
    guard: bool = False
    branches: list[Branch] = field(default_factory=list)
    end: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """The code with one side of each conditional; `fresh` are the spans that no reading before it has seen."""

    code: str
    fresh: tuple[tuple[int, int], ...]


class Conditions:
    """Every conditional of one file, in order of appearance."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.conditionals = _conditionals(source)
        self._branches = sorted((b for c in self.conditionals for b in c.branches), key=lambda b: b.start)

    def over(self, first: int, last: int) -> str | None:
        """What must hold for all between the offsets to be compiled, outermost first; include guards do not count."""
        inner = None
        for branch in self._branches:
            if branch.start > first:
                break
            if last < branch.end:
                inner = branch
        parts = []
        while inner is not None:
            if inner.condition:
                parts.append(inner.condition)
            inner = inner.parent
        if len(parts) > 1:
            parts = [*map(_bracketed, parts)]
        return " && ".join(reversed(parts)) or None

    def readings(self) -> Iterator[Reading]:
        first = True
        for _ in range(READINGS):
            target = next((branch for branch in self._branches if not branch.seen), None)
            if target is None and not first:
                return
            fresh, dropped = self._choose(target)
            whole = ((0, len(self._source.code)),) if first else tuple(fresh)
            first = False
            yield Reading(_without(self._source.code, dropped), whole)

    def _choose(self, target: Branch | None) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        forced = set()
        while target is not None:
            forced.add(id(target))
            target = target.parent
        self._mark_wanted()
        facts: dict[str, bool] = {}
        for conditional in self.conditionals:
            for branch in conditional.branches:
                if id(branch) in forced:
                    _learn(conditional, branch, facts)
        taken: set[int] = set()
        fresh, dropped = [], []
        for conditional in self.conditionals:
            if conditional.parent is not None and id(conditional.parent) not in taken:
                continue
            choice = _choice(conditional, forced, facts)
            for branch in conditional.branches:
                if branch is not choice:
                    dropped.append((branch.start, branch.end))
                    continue
                taken.add(id(branch))
                _learn(conditional, branch, facts)
                if not branch.seen:
                    branch.seen = True
                    fresh.append((branch.start, branch.end))
        return fresh, dropped

    def _mark_wanted(self) -> None:
        for branch in self._branches:
            branch.wanted = not branch.seen
        for branch in reversed(self._branches):
            if branch.wanted and branch.parent is not None:
                branch.parent.wanted = True


def _choice(conditional: Conditional, forced: set[int], facts: dict[str, bool]) -> Branch | None:
    """The forced side, else the one that known facts ask for, else one with unseen lines, else the first."""
    for branch in conditional.branches:
        if id(branch) in forced:
            return branch
    open_sides = []
    for branch in conditional.branches:
        value = _value(branch.test, facts)
        if value is not False:
            open_sides.append(branch)
        if value is True:
            break
    if not open_sides:
        return None
    return next((branch for branch in open_sides if branch.wanted), open_sides[0])


def _learn(conditional: Conditional, chosen: Branch, facts: dict[str, bool]) -> None:
    for branch in conditional.branches:
        literals = _literals(branch.test)
        if branch is chosen:
            for name, value in literals or ():
                facts.setdefault(name, value)
            return
        if literals is not None and len(literals) == 1:
            name, value = literals[0]
            facts.setdefault(name, not value)


def _literals(test: str) -> list[tuple[str, bool]] | None:
    """The names that a plain conjunction asks for; None when it is no plain conjunction."""
    found = []
    for part in test.split("&&"):
        match = _LITERAL.match(part.strip())
        if match is None:
            return None
        found.append((match[2] or match[3] or match[4], not match[1]))
    return found


def _value(test: str, facts: dict[str, bool]) -> bool | None:
    if test in ("1", "true", ""):
        return True
    if test in ("0", "false"):
        return False
    clauses = [_literals(clause.strip()) for clause in test.split("||")]
    values = [_conjunction(clause, facts) for clause in clauses]
    if True in values:
        return True
    return None if None in values else False


def _conjunction(literals: list[tuple[str, bool]] | None, facts: dict[str, bool]) -> bool | None:
    if literals is None:
        return None
    values = [facts[name] == value if name in facts else None for name, value in literals]
    if False in values:
        return False
    return None if None in values else True


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
    literals = _literals(test)
    if literals is not None and len(literals) == 1:
        return test[1:].lstrip() if test.startswith("!") else f"!{test}"
    return f"!({test})"


def _is_guard(directives: tuple[Directive, ...], index: int) -> bool:
    """`#ifndef X` with `#define X` and no value right after it: an include guard, no condition."""
    if index + 1 >= len(directives):
        return False
    match = _LITERAL.match(_test(directives[index]))
    following = directives[index + 1]
    if match is None or not match[1] or following.word != "define":
        return False
    return following.condition == (match[2] or match[3] or match[4])


def _without(code: str, dropped: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in sorted(dropped):
        pieces += (code[done:start], blank(code[start:end]))
        done = end
    pieces.append(code[done:])
    return "".join(pieces)
