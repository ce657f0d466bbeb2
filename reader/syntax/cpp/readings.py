"""A file read several times, each time with one side of every `#if`.

A brace that both sides of an `#if` open cannot be matched in the file as it stands. So each reading takes one side of
every conditional, the same side wherever the same name is asked, until every line has been seen in some reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.syntax.cpp.conditions import LITERAL, Branch, Conditional, Conditions
from reader.syntax.cpp.source import Source, blank

READINGS = 32  # of one file at most; the five releases from 0.9.2 to 0.33.0 that were measured need 8


def readings(source: Source, conditions: Conditions) -> Iterator[str]:
    """The code of each; every side is marked with the first reading that takes it."""
    for number in range(READINGS):
        target = next((branch for branch in conditions.branches if branch.reading is None), None)
        if target is None and number:
            return
        yield _without(source.code, _dropped(conditions, target, number))


def _dropped(conditions: Conditions, target: Branch | None, number: int) -> list[tuple[int, int]]:
    """The spans of the sides that are not taken, when `target` must be."""
    forced: list[Branch] = []
    while target is not None:
        forced.append(target)
        target = target.parent
    facts: dict[str, bool] = {}
    for branch in forced:
        _learn(branch.owner, branch, facts)
    must, wanted = set(forced), _wanted(conditions)
    taken: set[Branch] = set()
    dropped = []
    for conditional in conditions.conditionals:
        if conditional.parent is not None and conditional.parent not in taken:
            continue
        choice = _choice(conditional, wanted, facts, must)
        dropped += [(branch.start, branch.end) for branch in conditional.branches if branch is not choice]
        if choice is not None:
            taken.add(choice)
            _learn(conditional, choice, facts)
            choice.reading = number if choice.reading is None else choice.reading
    return dropped


def _wanted(conditions: Conditions) -> set[Branch]:
    """The sides that no reading has taken yet, and those around them."""
    wanted = {branch for branch in conditions.branches if branch.reading is None}
    for branch in reversed(conditions.branches):
        if branch in wanted and branch.parent is not None:
            wanted.add(branch.parent)
    return wanted


def _choice(
    conditional: Conditional, wanted: set[Branch], facts: dict[str, bool], forced: set[Branch]
) -> Branch | None:
    """The forced side, else the one that known facts ask for, else one with unseen lines, else the first."""
    for branch in conditional.branches:
        if branch in forced:
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
    return next((branch for branch in open_sides if branch in wanted), open_sides[0])


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
        match = LITERAL.match(part.strip())
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


def _without(code: str, dropped: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in sorted(dropped):
        pieces += (code[done:start], blank(code[start:end]))
        done = end
    pieces.append(code[done:])
    return "".join(pieces)


def contradict(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether the two ask the opposite of one name. Of each test only the parts of a conjunction that are plain names
    count, so False is no promise."""
    asked = {literal for test in some for literal in _plain(test)}
    return any((name, not value) in asked for test in others for name, value in _plain(test))


def _plain(test: str) -> Iterator[tuple[str, bool]]:
    for part in test.split("&&"):
        match = LITERAL.match(part.strip())
        if match is not None:
            yield match[2] or match[3] or match[4], not match[1]
