"""Tests of reader.pattern."""

from __future__ import annotations

import re

import pytest

from reader.pattern import pattern


def test_a_pattern_finds_what_a_compiled_one_finds() -> None:
    """Methods, flags, bytes and attributes are those of the compiled expression, at every use."""
    text = "a1 b22\nA333"
    made, known = pattern(r"^[a-z]\d+", re.M | re.I), re.compile(r"^[a-z]\d+", re.M | re.I)
    for _ in range(2):
        assert made.findall(text) == known.findall(text) == ["a1", "A333"]
        assert [one.span() for one in made.finditer(text)] == [one.span() for one in known.finditer(text)]
        assert made.sub("-", text) == known.sub("-", text)
    assert made.pattern == known.pattern
    assert pattern(rb"\d+").split(b"a1b") == [b"a", b"b"]


def test_a_pattern_is_compiled_when_it_is_used() -> None:
    """What is wrong with an expression shows with its first use, so nothing is compiled before."""
    made = pattern("(")
    with pytest.raises(re.error):
        made.search("")
