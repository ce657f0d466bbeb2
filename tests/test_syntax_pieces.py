"""A file that is parsed in pieces reads as the whole file does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reader import syntax
from reader.syntax.guards import asked
from reader.syntax.module import Module
from reader.syntax.pieces import Pieces

TEXT = '''
class Plain(Base):
    """Says something."""

    def first(self):
        self.second(one(), """two
    three()
""")

    @kept
    def second(self): return four()

class Spread(
    Base,
    metaclass=five(),
):
    kind = six()

    def third(self):
        return seven(
            eight()
        )

@nine()
class Decorated(
    Base
):
    def fourth(self): ten()

eleven()
'''


@pytest.mark.parametrize("symbol", ["Plain.first", "Plain.second", "Spread.third", "Decorated.fourth", "Spread"])
def test_calls_of_a_piece_are_those_of_the_file(symbol: str) -> None:
    """What is called in a definition does not depend on how much of the file is parsed for it."""
    one = next(one for one in syntax.definitions(TEXT, "python") if one.symbol == symbol)
    found = Module(TEXT).calls(one.line, one.end)
    assert found
    assert found == syntax.calls(TEXT, "python", one.line, one.end)


def test_lines_of_several_pieces_are_read_together() -> None:
    """Lines that no piece holds alone are read from the whole file."""
    last = TEXT.count("\n")
    assert Module(TEXT).calls(1, last) == syntax.calls(TEXT, "python", 1, last)


def test_bases_on_lines_of_their_own_are_no_members() -> None:
    """A method is parsed alone, though the bases of its class are indented as the class's statements are."""
    pieces = Pieces(TEXT)
    offset = pieces.source.index(b"seven")
    root = pieces.root(offset)
    assert not root.has_error
    assert [one.type for one in root.named_children] == ["class_definition"]
    assert root.end_byte < pieces.source.index(b"@nine") + 1
    held = b"".join(pieces.source[a:b] for a, b in pieces._ranges(offset))
    assert b"metaclass" in held and b"third" in held and b"six" not in held


_ANY = re.compile(rb"\b(?:isinstance|_?(?:is|supports|has)_\w+)\(")


@given(some.text(alphabet="_ isinstance(hasupport)x.\n", max_size=60), some.integers(0, 60), some.integers(0, 60))
def test_questions_are_those_of_one_pattern(text: str, first: int, last: int) -> None:
    """Looking for each kind of question apart finds what looking for all of them at once does."""
    spans = [match.span() for match in _ANY.finditer(text.encode())]
    assert asked(text.encode(), first, last) == any(first <= start and end <= last for start, end in spans)


@pytest.mark.parametrize(
    "text", ["isinstance(x", "_is_x(y", "a_is_x(y", "__has_x(y", "is_(y", "_isinstance(x", "x.supports_pp(y", "is_x (y"]
)
def test_questions_begin_and_end_with_their_name(text: str) -> None:
    """A name that only ends like a question is none."""
    assert asked(text.encode(), 0, len(text)) == bool(_ANY.search(text.encode()))


def test_a_real_file_reads_the_same_in_pieces(release: Callable[[str], Path]) -> None:
    """In the scheduler of a release, every function's calls are the same however the file is cut."""
    root = release("0.13.0")
    text = (root / "vllm/v1/core/sched/scheduler.py").read_text()
    module = Module(text)
    methods = [one for one in syntax.definitions(text, "python") if one.kind in ("method", "function")]
    assert len(methods) > 20
    for one in methods:
        assert module.calls(one.line, one.end) == syntax.calls(text, "python", one.line, one.end)
