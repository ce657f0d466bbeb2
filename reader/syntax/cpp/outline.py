"""All definitions of a file: every reading of it walked, macros added, offsets turned into lines."""

from __future__ import annotations

from collections.abc import Iterable

from reader.syntax import Definition
from reader.syntax.cpp.conditions import Conditions
from reader.syntax.cpp.macros import macros
from reader.syntax.cpp.readings import readings
from reader.syntax.cpp.scopes import Found, Walk, namespaces
from reader.syntax.cpp.source import Source
from reader.value import frozen


@frozen
class Outline:
    """`bodies` gives the offset of the opening brace by symbol and name line, `spans` the offsets of the body by first
    and last line; `names` are the offsets of all names."""

    source: Source
    definitions: tuple[Definition, ...]
    declarations: tuple[Definition, ...]
    bodies: dict[tuple[str, int], int]
    spans: dict[tuple[int, int], tuple[int, int]]
    names: frozenset[int]
    readings: tuple[str, ...]
    conditions: Conditions


def outlined(text: str) -> Outline:
    source = Source.of(text)
    conditions = Conditions(source)
    known = frozenset(namespaces(source.code))
    defined: list[Found] = []
    declared: list[Found] = []
    codes = tuple(readings(source, conditions))
    for number, code in enumerate(codes):
        walk = Walk(code, known).run()
        defined += (found for found in walk.definitions if conditions.reading(found.name) == number)
        declared += (found for found in walk.declarations if conditions.reading(found.name) == number)
    names = frozenset(found.name for found in (*defined, *declared))
    defined = [*_merged(defined), *macros(source)]
    defined.sort(key=lambda found: (found.start, found.name))
    declared.sort(key=lambda found: (found.start, found.name))
    return Outline(
        source,
        tuple(_definition(found, source, conditions) for found in defined),
        tuple(_definition(found, source, conditions) for found in declared),
        {(found.symbol, source.line(found.name)): found.body for found in reversed(defined)},
        {(source.line(found.start), source.line(found.end)): _inside(found, source) for found in reversed(defined)},
        names,
        codes,
        conditions,
    )


def _inside(found: Found, source: Source) -> tuple[int, int]:
    """Where the statements of the body start and end."""
    if source.code.startswith("{", found.body):
        return found.body + 1, found.end if source.code.startswith("}", found.end) else found.end + 1
    return found.name + len(found.symbol) if found.kind == "macro" else found.start, found.end + 1


def _merged(found: list[Found]) -> Iterable[Found]:
    """Where both sides of an `#if` within one signature bear the name, the first alone."""
    bodies: dict[tuple[str, int, int], Found] = {}
    for each in sorted(found, key=lambda each: each.name):
        bodies.setdefault((each.symbol, each.start, each.body), each)
    return bodies.values()


def _definition(found: Found, source: Source, conditions: Conditions) -> Definition:
    return Definition(
        found.symbol,
        found.kind,
        source.line(found.name),
        source.line(found.start),
        source.line(found.end),
        condition=conditions.over(found.start, found.name),
    )
