"""Text as Markdown that says just that text: what GitHub renders is what was written, and nothing in it is syntax.

The prose of tours is a small part of Markdown already; its pieces are kept, and everything between them is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from urllib.parse import quote

from reader.excerpt import visible, visible_line
from reader.prose import Block, Piece, blocks, inline, solid

# An underscore within a word is none; a sign before a link would make it a picture.
_SYNTAX = re.compile(r"[\\`*\[\]<&|~$]|(?<![^\W_])_|_(?![^\W_])|!$")
_AT_START = re.compile(r"\A(\d+(?=[.)]))?([-+#=>.)])")
_KEPT = "!#$%&'+,/:;=?@-._~"  # of an address; the rest is written as numbers
_TICKS = re.compile(r"`+")


def escaped(text: str) -> str:
    """Within a line, as it is: no emphasis, link, HTML, mathematics or table."""
    return _SYNTAX.sub(lambda found: f"\\{found[0]}", visible_line(text).replace("\t", " "))


def line(text: str) -> str:
    """The same where it begins a line, and is no list or heading."""
    return _begun(escaped(text.strip()))


def _begun(text: str) -> str:
    return _AT_START.sub(lambda found: f"{found[1] or ''}\\{found[2]}", text, count=1)


def code(text: str) -> str:
    """A span of code, whatever is in it."""
    text = visible_line(text).replace("\t", " ")
    if not text.strip():
        return text
    ticks = "`" * (max(map(len, _TICKS.findall(text)), default=0) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def fenced(lines: Iterable[str], language: str = "") -> list[str]:
    """A block of code whose fence no line of it can close."""
    body = [line.replace("\r", "␍") for line in lines]
    ticks = "`" * max(3, 1 + max((len(run) for line in body for run in _TICKS.findall(line)), default=0))
    return [f"{ticks}{language}", *body, ticks]


def link(text: str, target: str) -> str:
    """`text` is Markdown, `target` an address that is known to be safe."""
    return f"[{text}]({quote(target, safe=_KEPT, errors='replace')})"


def sentence(text: str) -> str:
    """Prose of one line: its code, bold and links, where a link may be followed."""
    made = "".join(map(_piece, inline(" ".join(visible(text).split()))))
    return _begun(made)


def _piece(piece: Piece) -> str:
    if piece.kind == "code":
        return code(piece.text)
    if piece.kind == "bold":
        return f"**{escaped(piece.text.strip())}**" if piece.text.strip() else ""
    if piece.kind == "link":
        words = sentence(piece.text)  # which holds no further link
        return link(words, piece.href) if piece.href else f"{words} ({code(piece.target)})"
    return escaped(piece.text)


def prose(text: str) -> list[str]:
    """Paragraphs, lists and code, with a blank line between two."""
    lines: list[str] = []
    for kind, run in groupby(solid(blocks(text)), key=lambda block: block.kind):
        lines += [""] if lines else []
        if kind == "code":
            lines += fenced(block.text for block in run)
        elif kind == "item":
            lines += _items(list(run))
        else:
            paragraphs = [sentence(block.text) for block in run]
            lines += [line for paragraph in paragraphs for line in (paragraph, "")][:-1]
    return lines


def _items(items: list[Block]) -> list[str]:
    """Nested by their indents; a number is kept."""
    lines = []
    depths: list[int] = []
    for item in items:
        while depths and depths[-1] > item.depth:
            depths.pop()
        if not depths or depths[-1] < item.depth:
            depths.append(item.depth)
        sign = item.lead.strip() if item.ordered and len(item.lead.strip()) < 8 else "-"
        lines.append(f"{'    ' * (len(depths) - 1)}{sign} {sentence(item.text)}")
    return lines


def table(head: Iterable[str], rows: Iterable[Iterable[str]], numbers: Iterable[int] = ()) -> list[str]:
    """Cells are Markdown; those of the columns `numbers` stand at the right."""
    head = list(head)
    ruler = ["---:" if column in set(numbers) else "---" for column in range(len(head))]
    return [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in (head, ruler, *rows)]


def _cell(text: str) -> str:
    """A bar ends a cell even within code."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\\|", text).replace("\n", " ")


def quoted(lines: Iterable[str]) -> list[str]:
    return [f"> {line}" if line else ">" for line in lines]
