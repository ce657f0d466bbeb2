"""Source in pieces: nothing lost, each with its kind, strings and comments whole however much is folded away."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.checkout import Checkout
from reader.excerpt import Fold, Line, excerpt_of
from reader.highlight import Kind, margin, opened, pieces, shown, whole
from reader.ref import Ref
from reader.resolve import Site
from reader.syntax import Language
from reader.tour import Note

KITCHEN = Checkout(Path(__file__).parent / "fixtures" / "excerpts", "1.0", "archive")
TURN = Site(Ref("kitchen.py"), "exact", "1.0", "kitchen.py", "Kitchen.turn", "method", 34, 34, 76)


def test_kinds_of_python() -> None:
    """What a reader's eye goes by."""
    (line,) = pieces(["@wraps", "def f(a):  # why", "    return None + 1"], "python")[1:2]
    assert line == [("def", "keyword"), (" ", ""), ("f", "function"), ("(a):  ", ""), ("# why", "comment")]
    assert ("@wraps", "decorator") in pieces(["@wraps"], "python")[0]
    assert pieces(["None"], "python") == [[("None", "constant")]]


def test_kinds_of_cuda() -> None:
    """Directives and qualifiers too."""
    include, kernel = pieces(["#include <a.h>", "__global__ void heat(float* x) {"], "cuda")
    assert next(kind for _, kind in include) == "directive"
    assert ("<a.h>", "include") in include
    assert ("void", "type") in kernel


def test_a_string_over_many_lines_is_one() -> None:
    """Lines are lexed together."""
    assert pieces(['x = """a', "b", 'c"""'], "python")[1] == [("b", "string")]


def test_text_without_syntax_is_as_it_is() -> None:
    """And an empty line has no pieces."""
    assert pieces(["a def b", "", "\tc"], "text") == [[("a def b", "")], [], [("    c", "")]]


@given(
    st.lists(st.text(st.characters(blacklist_characters="\n\r", blacklist_categories=["Cs"]), max_size=30), max_size=8)
)
@pytest.mark.parametrize("language", get_args(Language))
def test_nothing_is_lost(language: Language, lines: list[str]) -> None:
    """The pieces of a line are the line, tabs expanded; neighbours have different kinds."""
    found = pieces(lines, language)
    assert ["".join(text for text, _ in line) for line in found] == [line.expandtabs(4) for line in lines]
    for line in found:
        assert all(one[1] != other[1] for one, other in itertools.pairwise(line))
        assert {kind for _, kind in line} <= set(get_args(Kind))


def test_what_is_shown_is_coloured_as_the_whole_is() -> None:
    """A docstring of which the head is folded away is a string still, and both leave out the margin."""
    excerpt = excerpt_of(KITCHEN, TURN, [Note("frees its burner", "a")])
    assert any(isinstance(row, Fold) for row in excerpt.rows)
    some, every = shown(excerpt), whole(excerpt)
    assert set(some) == {row.number for row in excerpt.rows if isinstance(row, Line)}
    assert set(every) == set(range(34, 77))
    assert all(every[number] == line for number, line in some.items())
    assert every[34][0] == ("def", "keyword")
    assert margin(excerpt.rows) == 4


def test_what_stands_left_of_the_margin_loses_no_letter() -> None:
    """A fold may hold lines that begin further to the left than all that is shown."""
    site = Site(Ref("kitchen.py"), "exact", "1.0", "kitchen.py", None, "file", 1, 1, 92)
    excerpt = excerpt_of(KITCHEN, site, [Note("heapq.heapify(done)", "a")])
    text = KITCHEN.read("kitchen.py").text.split("\n")
    for number, line in whole(excerpt).items():
        assert "".join(piece for piece, _ in line).strip() == text[number - 1].strip()


def test_what_is_open_is_told() -> None:
    """Quotes in Python, comments in C++; in other text nothing."""
    assert opened('"""a', "python") == '"""'
    assert opened('"""a"""', "python") == ""
    assert opened("/* a */ /* b", "cuda") == "/*"
    assert opened('"""', "text") == ""
