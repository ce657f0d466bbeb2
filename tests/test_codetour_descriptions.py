"""Prose goes out as Markdown in which nothing is a command by accident, and comes in as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reader.codetour.descriptions import label, markdown
from reader.codetour.incoming import prose, title_in
from reader.prose import blocks, inline

# What CodeTour's player replaces in a description before it is read as Markdown, in Python's words.
TITLES = ("The engine", "list")
SHELL = re.compile(r"^>>\s+(?P<script>.*)$", re.MULTILINE)
COMMAND = re.compile(r"\(command:[\w+.]+\?\[[^\])]+\]")
TOUR = re.compile(r"(?:\[[^\]]+\])?\[(?=\s*[^\]\s])(?P<title>[^\]#]+)?(?:#(?P<step>\d+))?\](?!\()")
FILE = re.compile(r"!?\[[^\]]+\]\(\.[^)]+(?=\))")
FENCE = re.compile(r"```[^\n]+\n.+\n```", re.DOTALL)
PIECES = [
    "```", "```py",
    ">> rm -rf /", ">>", ">", "[#1]", "[#12]", "[The engine]", "[list#2]", "[", "]", "(", ")", "`", "``",
    "(command:a.b?[1])", "[x](command:a.b?[1])", "[x](./y)", "![x](../y)", "[x](https://a.b/c)", "<a href='command:x'>",
    "<command:x>", "&lt;", "*", "**", "_", "__init__", "~~", "~~~", "\\", "# h", "- i", "1. n", "1) n", "---", "===",
    "word", "list[int]", "\n", "\n\n", "    ", " ", "\n- ", "`a`", "**b**", "é", "<!--", "|", "$(x)",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def done_by_accident(text: str) -> list[str]:
    found = [*SHELL.findall(text), *COMMAND.findall(text), *FILE.findall(text), *FENCE.findall(text)]
    return found + [hit[0] for hit in TOUR.finditer(text) if not hit["title"] or hit["title"] in TITLES]


@given(HOSTILE)
def test_no_prose_becomes_a_command_a_step_or_a_file(text: str) -> None:
    """Whatever a tour's author wrote, in code or outside, the player finds nothing to replace."""
    assert done_by_accident(markdown(text, TITLES)) == []


def tokens(markdown_text: str) -> Iterator[Token]:
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(markdown_text):
        yield token
        yield from token.children or ()


@given(HOSTILE)
def test_to_a_reader_of_markdown_it_is_what_it_is_to_us(text: str) -> None:
    """No HTML, no heading, no rule, no picture, and no link but to the web: after CommonMark, not after us."""
    for token in tokens(markdown(text, TITLES)):
        assert token.type not in ("html_inline", "html_block", "heading_open", "hr", "image", "blockquote_open")
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith("https://")


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, __init__ and a * b, list[int] -> x_y; a < b & c &lt; d \\ e.",
        "- one `code`\n- two **bold**\n\n1. first\n2. second\n\nAfter.",
        "Look:\n\n```\nif x:\n    y = [#1]\n\n>> z\n```\n\nThen [this](https://a.b/c) and `(command:a.b?[1])`.",
        ">> not a command\n\n# not a heading\n\n(week 4) has 5) in it",
        "See `[The engine]` and [The engine#2] and ~~x~~.",
    ],
)
def test_what_goes_out_comes_in_the_same(text: str) -> None:
    """Paragraphs, items, code and the pieces in them."""

    def read(said: str) -> list[object]:
        return [(one.kind, one.lead, list(inline(one.text))) for one in blocks(said) if one.kind != "gap"]

    assert read(prose(markdown(text, TITLES))) == read(text)


def test_everything_that_would_run_comes_in_as_words() -> None:
    """Shell lines, commands of the editor, links to steps and files, images and HTML."""
    steps = {2: "Start here"}
    said = prose(
        '### Head `x`\n>> npm test\n[do](command:a.b?["x"]) [see][#2] [#7] [T][Other#3] [f](./a/b.py) ![p](data:x)\n'
        "<script>alert(1)</script> [bad](javascript:alert(1)) <https://a.b> &amp; \\*\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |",
        steps.get,
    )
    assert said == (
        "**Head x**\n\nTo be run in a terminal: `npm test`\n\n"
        "do (a command of the editor, `a.b`) see (“Start here”) step 7 T (step 3 of “Other”) f (`a/b.py`) "
        "image: p (`data:x`)\n"
        "<script>alert(1)</script> bad (`javascript:alert(1)`) https://a.b & *\n\n"
        "```\n| a | b |\n|---|---|\n| 1 | 2 |\n```"
    )


@given(st.text(st.sampled_from("[]()`*_~!<>#\\|& ab\n>-:1."), max_size=60))
def test_any_markdown_comes_in(text: str) -> None:
    """And what comes in goes out again without becoming anything."""
    assert done_by_accident(markdown(prose(text), TITLES)) == []


def test_a_title_leaves_the_way_to_the_next_step_whole() -> None:
    """The player puts it between the square brackets of a link."""
    assert label("self.x[0] = `y`") == "self.x[0] = y"
    assert label("a[") == "a("
    assert "[" not in label("]a[")
    assert title_in("## The head ##\n\nRest") == ("The head", "\nRest")
    assert title_in("No head") == (None, "No head")
