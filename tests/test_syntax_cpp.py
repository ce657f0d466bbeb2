from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.syntax import Block, Definition
from reader.syntax import cpp

FIXTURES = Path(__file__).parent / "fixtures" / "csrc"
SUFFIXES = {".cu", ".cuh", ".cpp", ".h", ".hpp", ".inl"}
MARK = re.compile(r"/\*(.*?)\*/")
FACT = re.compile(r"= (\w+) (\S+(?: bool)?)(?: #(\w+))?")

# (symbol, kind, line, start, end, line of the opening brace, condition)
Row = tuple[str, str, int, int, int, int, str | None]


def expected(text: str) -> list[Row]:
    """What the markers of a fixture say, in order of appearance."""
    places: dict[str, int] = {}
    facts: list[tuple[str, str, str | None, int, str | None]] = []
    for number, line in enumerate(text.split("\n"), 1):
        for mark in MARK.findall(line):
            words, _, condition = mark.partition(" | ")
            fact = FACT.match(words)
            if fact:
                facts.append((fact[2], fact[1], fact[3], number, condition.strip() or None))
            for place in words.split():
                if re.fullmatch(r"[<{]\w+|\w+>", place):
                    places[place] = number
    rows = [
        (symbol, kind, line, *(places.get(place, line) for place in (f"<{key}", f"{key}>", f"{{{key}")), condition)
        for symbol, kind, key, line, condition in facts
    ]
    return sorted(rows, key=lambda row: (row[3], row[2]))


def found(text: str) -> list[Row]:
    rows: list[Row] = []
    for each in cpp.definitions(text, "cuda"):
        brace = cpp.signature_end(text, each, "cuda")
        rows.append((each.symbol, each.kind, each.line, each.start, each.end, brace, each.condition))
    return rows


@pytest.mark.parametrize("name", ["kernels.cu", "host.hpp"])
def test_definitions_are_those_that_the_markers_name(name: str) -> None:
    """Each definition has the symbol, kind, lines, brace and condition that stand beside it, and there are no others."""
    text = (FIXTURES / name).read_text("utf-8")
    assert sorted(found(text), key=lambda row: (row[3], row[2])) == expected(text)


def test_definitions_come_in_order_of_appearance() -> None:
    """A definition that starts earlier is listed earlier."""
    starts = [each.start for each in cpp.definitions((FIXTURES / "host.hpp").read_text("utf-8"), "cpp")]
    assert starts == sorted(starts)
