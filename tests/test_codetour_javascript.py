"""Regular expressions of JavaScript are run here as its own engine runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reader.codetour import javascript
from reader.codetour.javascript import Endless, NotJavaScript, first_line, units

# What node 20 answered for each, with `text.match(new RegExp(pattern, "m"))`; tests/bench/codetour.js asks it anew.
TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "fixtures" / "codetour" / "patterns.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("pattern", "text", "expected"), TABLE["cases"])
def test_a_pattern_hits_the_line_that_node_says(pattern: str, text: str, expected: int | str | None) -> None:
    """Classes, groups, look-around, escapes, UTF-16 units, what is an error: as in the real engine."""
    found: int | str | None
    try:
        found = first_line(pattern, units(TABLE["texts"][text]))
    except NotJavaScript:
        found = "error"
    assert found == expected


def test_lines_end_as_javascript_has_it() -> None:
    """^ and $ hold at a carriage return and at U+2028 too, and a match between \\r and \\n is on the line before."""
    assert first_line("^b$", "a\r\nb\r\nc") == 2
    assert first_line("^c", units("a\nb\u2028c")) == 2
    assert first_line("^\\n", "a\r\nb") == 1


def test_a_pattern_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends with a word, however it would go on."""
    monkeypatch.setattr(javascript, "PATIENCE", 0.05)
    with pytest.raises(Endless, match="without an end"):
        first_line("(?:(?:a{1,1000}){1,1000}){1,1000}b", "a" * 4000)


def test_what_javascript_refuses_is_said_with_its_place() -> None:
    """The message names the character, for the author of the pattern."""
    with pytest.raises(NotJavaScript, match=r"at character 3 of the pattern, there is nothing to repeat"):
        first_line("a++", "a")
    with pytest.raises(NotJavaScript, match="100 deep"):
        first_line("(" * 200 + ")" * 200, "a")
    with pytest.raises(NotJavaScript, match="5000 are the most"):
        first_line("a" * 6000, "a")
