"""Markdown: headings and the sections under them, read line by line.

A heading inside fenced code, an HTML comment or front matter is none. Nothing here renders anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.syntax import Block, Definition
from reader.syntax.source import lines, one_line
from reader.value import frozen

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*")
_FENCE = re.compile(r"[ \t]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(`{3,}(?=[^`]*$)|~{3,})")
# What opens a block of its own, whose last line an underline cannot turn into a heading.
_NO_PARAGRAPH = re.compile(r" {0,3}(?:[-*+](?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$)|>|\||<|(?:[-*_][ \t]*){3,}$)")


@frozen
class _Heading:
    text: str
    level: int
    first: int
    last: int


def definitions(text: str) -> tuple[Definition, ...]:
    source = lines(text)
    found = list(_headings(source))
    return tuple(
        Definition(one.text, "heading", one.first, one.first, end)
        for one, end in zip(found, _ends(found, len(source)), strict=True)
        if one.text
    )


def _ends(found: list[_Heading], last: int) -> list[int]:
    """Where each section ends: before the next heading of its own or a higher level."""
    ends = [last] * len(found)
    opened: list[int] = []
    for index, heading in enumerate(found):
        while opened and found[opened[-1]].level >= heading.level:
            ends[opened.pop()] = heading.first - 1
        opened.append(index)
    return ends


def _headings(source: list[str]) -> Iterator[_Heading]:
    paragraph: list[str] = []
    is_text = True  # whether an underline would turn the paragraph into a heading
    for number, line in _prose(source):
        atx = _ATX.fullmatch(line)
        setext = _SETEXT.fullmatch(line)
        if atx:
            title = atx[2] or ""
            yield _Heading("" if re.fullmatch(r"#+", title) else title, len(atx[1]), number, number)
            paragraph = []
        elif setext and paragraph and is_text:
            level = 1 if setext[1].startswith("=") else 2
            yield _Heading(" ".join(paragraph), level, number - len(paragraph), number)
            paragraph = []
        elif not line.strip():
            paragraph = []
        elif paragraph:
            paragraph.append(line.strip())
            is_text = is_text and not _NO_PARAGRAPH.match(line)
        else:
            paragraph = [line.strip()]
            is_text = not _NO_PARAGRAPH.match(line) and not line.startswith(("    ", "\t"))


def _prose(source: list[str]) -> Iterator[tuple[int, str]]:
    """The numbered lines that can hold headings; the others come as blank ones."""
    fence = ""
    comment = False
    start = _after_front_matter(source)
    for number, line in enumerate(source[start:], start + 1):
        mark = _FENCE.match(line)
        if fence:
            stripped = line.strip()
            if stripped.startswith(fence) and not stripped.strip(fence[0]):
                fence = ""
            yield number, ""
        elif comment:
            comment = "-->" not in line
            yield number, ""
        elif mark:
            fence = mark[1]
            yield number, ""
        elif line.lstrip().startswith("<!--") and "-->" not in line:
            comment = True
            yield number, ""
        else:
            yield number, line


def _after_front_matter(source: list[str]) -> int:
    if source and source[0].rstrip() == "---":
        for index, line in enumerate(source[1:], 1):
            if line.rstrip() in ("---", "..."):
                return index + 1
    return 0


def signature_end(text: str, definition: Definition) -> int:
    found = _headings(lines(text))
    return next((one.last for one in found if one.first == definition.line), definition.line)


def blocks(text: str, first: int, last: int) -> tuple[Block, ...]:
    """The sections inside these lines; of a section itself, those below its heading."""
    source = lines(text)
    found = list(_headings(source))
    spans = list(zip(found, _ends(found, len(source)), strict=True))
    inside = [(one, end) for one, end in spans if first <= one.first and end <= last]
    if inside and inside[0][0].first == first and inside[0][1] == last:
        inside = inside[1:]
    return _nested(inside, 0)


def _nested(spans: list[tuple[_Heading, int]], depth: int) -> tuple[Block, ...]:
    """Six levels at most, so the recursion is shallow."""
    made = []
    index = 0
    while index < len(spans):
        heading, end = spans[index]
        following = index + 1
        while following < len(spans) and spans[following][0].first <= end:
            following += 1
        children = _nested(spans[index + 1 : following], depth + 1)
        made.append(Block(heading.first, end, one_line(heading.text) or "#" * heading.level, depth, children=children))
        index = following
    return tuple(made)
