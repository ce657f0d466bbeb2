"""The pattern of a line hits that line first, or says why none can."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.codetour.javascript import first_line, units
from reader.codetour.patterns import NoPattern, Patterns

LINES = st.lists(
    st.one_of(
        st.sampled_from(["", "  ", "a", " a", "\ta", "a ", "b", "return", "    return", "}", "a.b(c)[d]", "x" * 300]),
        st.text(st.characters(exclude_characters="\n\r"), max_size=12),
    ),
    min_size=1,
    max_size=12,
)


@given(LINES, st.data())
def test_any_line_of_any_text(lines: list[str], data: st.DataObject) -> None:
    """In the line ends of Unix and of Windows alike; a refusal is only ever of a blank line, or of one that an earlier
    line cannot be told from."""
    number = data.draw(st.integers(1, len(lines)))
    try:
        pattern = Patterns(lines).of(number)
    except NoPattern as error:
        wanted = lines[number - 1].strip(" \t")
        alike = [line for line in lines[: number - 1] if not wanted or wanted[:160] in line]
        assert not wanted or alike, error
        return
    for end in ("\n", "\r\n"):
        assert first_line(pattern, units(end.join(lines))) == number
    assert pattern.startswith("^")
    assert "(?<" not in pattern


@given(st.lists(st.sampled_from(["a", " a", "b", "", "\tb "]), min_size=1, max_size=9), st.data())
def test_the_proof_is_that_of_another_engine(lines: list[str], data: st.DataObject) -> None:
    """Of plain text Python's own `re` says the same as the engine that proved it."""
    number = data.draw(st.integers(1, len(lines)))
    try:
        pattern = Patterns(lines).of(number)
    except NoPattern:
        return
    found = re.search(pattern, "\n".join(lines), re.MULTILINE)
    assert found is not None
    assert "\n".join(lines)[: found.start()].count("\n") + 1 == number


@pytest.mark.parametrize(
    ("lines", "number", "expected"),
    [
        (["x = a[0]", "y"], 1, r"^[ \t]*x = a\[0\][ \t]*$"),
        (["def f():", "    pass", "pass"], 3, "^pass[ \\t]*$"),
        (["pass", "a", "pass", "b"], 3, r"^[ \t]*pass[ \t]*\r?\n[ \t]*b[ \t]*$"),
        (["pass", "a", "b", "pass", "a", "c"], 4, r"^[ \t]*pass[ \t]*(?:\r?\n[^\r\n]*)\r?\n[ \t]*c[ \t]*$"),
        (["}", "}"], 2, r"^[ \t]*\}[ \t]*(?![\s\S])"),
    ],
)
def test_a_pattern_takes_in_no_more_than_it_needs(lines: list[str], number: int, expected: str) -> None:
    """The line itself, then its indent, then what follows and differs, then the end of the file."""
    assert Patterns(lines).of(number) == expected


def test_an_indent_or_a_line_end_may_change() -> None:
    """The pattern still hits when the block is indented, or the file comes with the line ends of Windows."""
    pattern = Patterns(["if a:", "    return  b\t", "c"]).of(2)
    assert first_line(pattern, "if a:\r\n\tif d:\r\n\t\treturn  b\r\nc") == 3


def test_a_file_that_is_not_utf_8_is_hit_however_it_is_decoded() -> None:
    """An editor shows other characters there than we do."""
    data = b"# \xe9t\xe9\nx = '\xfc\xdf' + y\n"
    pattern = Patterns(data.decode("latin-1").split("\n"), decoded=False).of(2)
    for text in (data.decode("latin-1"), data.decode("utf-8", "replace")):
        assert first_line(pattern, units(text)) == 2


def test_a_line_that_cannot_be_told_is_refused_in_words() -> None:
    """No pattern is better than one that hits another line."""
    with pytest.raises(NoPattern, match="line 2 is blank"):
        Patterns(["a", "  ", "b"]).of(2)
    with pytest.raises(NoPattern, match="cannot be told from an earlier one"):
        Patterns(["x\u2028a", "a"]).of(2)
