"""Prose of tours, and of documents that are drawn as prose: what is a paragraph, a list item, code, a link.

One rule for every surface: a small part of Markdown, told line by line and without a tree. Draws nothing. Everything
that is not of that part stays as it was written; HTML in it is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from reader.excerpt import visible
from reader.value import frozen

_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\[(?P<link>[^\]]+)\]\((?P<target>[^)\s]+)\)")
_SAFE = re.compile(r"https?://[^\s]+|mailto:[^\s]+|#[^\s]*", re.IGNORECASE)


@frozen
class Block:
    """`lead` is the indent of the first line, with the bullet or number of a list item; further lines hang under its
    end. Of "code" each line is a block of its own; a "gap" is a blank line."""

    kind: Literal["paragraph", "item", "code", "gap"]
    lead: str = ""
    text: str = ""

    @property
    def ordered(self) -> bool:
        """Of an item: whether it bears a number."""
        return self.lead.strip()[:-1].isdigit()

    @property
    def depth(self) -> int:
        """Columns that the item, or the paragraph, is indented by."""
        return len(self.lead) - len(self.lead.lstrip(" "))


@frozen
class Piece:
    """`target` is what a link was written with; `href` is that where it may be followed."""

    kind: Literal["text", "code", "bold", "link"]
    text: str
    target: str = ""

    @property
    def href(self) -> str | None:
        return self.target if self.kind == "link" and is_safe(self.target) else None


def is_safe(target: str) -> bool:
    """A page of the web, a letter, a place in this page: nothing that would run, or read a file of the reader's."""
    return _SAFE.fullmatch(target) is not None


def blocks(text: str) -> Iterator[Block]:
    """Line ends within a paragraph are spaces. Characters that are not seen are made visible."""
    lead, body, fenced = "", "", False
    for raw in [*visible(text).expandtabs(4).split("\n"), ""]:
        line = raw.strip()
        sign = "" if fenced else _starting(line, lead, body)
        is_code = fenced or (raw.startswith("    ") and not body and not sign)
        if body and (not line or sign or is_code or line.startswith("```")):
            yield _block(lead, body)
            lead, body = "", ""
        if line.startswith("```"):
            fenced = not fenced
        elif is_code and line:
            yield Block("code", "    ", (raw if fenced else raw.removeprefix("    ")).rstrip())
        elif not line:
            yield Block("gap")
        elif sign:
            lead, body = raw[: len(raw) - len(raw.lstrip())] + sign, line[len(sign) :].strip()
        else:
            body = f"{body} {line}" if body else line


def solid(found: Iterable[Block]) -> Iterator[Block]:
    """Without gaps, but for blank lines within code, which are lines of it: for surfaces that have margins."""
    gaps = 0
    before = ""
    for block in found:
        if block.kind == "gap":
            gaps += 1
            continue
        if before == block.kind == "code":
            yield from (Block("code") for _ in range(gaps))
        gaps = 0
        yield block
        before = block.kind


def _block(lead: str, body: str) -> Block:
    return Block("item" if lead.strip() else "paragraph", lead, body)


def _starting(line: str, lead: str, body: str) -> str:
    """The sign of the item that starts here. A number in the middle of a paragraph starts one only if it is 1: a
    sentence may end, or begin, with any."""
    sign = bullet(line)
    interrupts = not sign[:1].isdigit() or sign == "1. "
    return sign if interrupts or not body or lead.strip() else ""


def bullet(line: str) -> str:
    """The bullet or number that a list item starts with, its space included, else nothing."""
    mark, space, _ = line.partition(" ")
    return mark + space if space and (mark in ("-", "*", "+") or (mark[-1:] == "." and mark[:-1].isdigit())) else ""


def inline(text: str) -> Iterator[Piece]:
    """Code, bold and links, and what stands between them. Of the text within a link, ask again."""
    done = 0
    for found in _INLINE.finditer(text):
        if found.start() > done:
            yield Piece("text", text[done : found.start()])
        if found["code"]:
            yield Piece("code", found["code"])
        elif found["bold"]:
            yield Piece("bold", found["bold"])
        else:
            yield Piece("link", found["link"], found["target"])
        done = found.end()
    if done < len(text):
        yield Piece("text", text[done:])
