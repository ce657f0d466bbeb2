"""Text in a picture: made safe, measured, shortened, wrapped and set on cards.

Measured by a table, because nobody knows the font of whoever looks: names in a monospaced face, whose advance is 0.6 em
in all common ones; prose by the widths of DejaVu Sans, the widest of the usual sans-serif faces. A line with other
letters than ASCII is also told its length in the SVG, so that no font can make it leave its box.
"""

from __future__ import annotations

import re
from typing import Literal
from unicodedata import east_asian_width

from reader.diagrams.graph import Node
from reader.excerpt.visible import visible_line
from reader.value import frozen

Face = Literal["name", "small", "label", "count", "title"]

SIZES: dict[Face, float] = {"name": 12.0, "small": 10.5, "label": 10.5, "count": 9.0, "title": 13.0}
LEADING: dict[Face, float] = {"name": 17.0, "small": 14.0, "label": 13.0, "count": 10.0, "title": 18.0}
PAD_X, PAD_Y = 10.0, 6.0
WIDEST = 320.0  # of the text on a card: forty-four letters of a name

_MONO = 0.605
# Hundredths of an em from " " to "~", DejaVu Sans.
_WIDTHS = (
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34,
    34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73,
    68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63,
    63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
)  # fmt: skip
_UNFIT = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")  # no XML may hold them
_ROOM = 262.0  # that what stands small may take, however short the name is
_MANY = 400  # letters of one line that anybody could want to see


@frozen
class Row:
    text: str
    face: Face
    width: float


@frozen
class Card:
    """What stands in a box, and how large the box must be."""

    rows: tuple[Row, ...]
    width: float
    height: float


def shown(text: str) -> str:
    """On one line, with every control and direction character visible, and no longer than anybody could read."""
    line = _UNFIT.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", visible_line(text[:_MANY].replace("\t", " ")))
    return line + "…" if len(text) > _MANY else line


def width(text: str, face: Face) -> float:
    """In pixels, of text that is `shown` already."""
    size = SIZES[face]
    if face == "name":
        return size * sum(_MONO if " " <= one <= "~" else _other(one) for one in text)
    return (
        size
        * sum(_WIDTHS[ord(one) - 32] / 100 if " " <= one <= "~" else _other(one) for one in text)
        * (
            1.1 if face == "title" else 1.0  # it is bold
        )
    )


def _other(letter: str) -> float:
    if ord(letter) >= 0x1F000:
        return 1.4
    return 1.05 if east_asian_width(letter) in "WF" else 0.9


def fitted(text: str, face: Face, room: float) -> str:
    """Shortened in the middle, where names of one module differ least; a path by whole directories if that does."""
    if width(text, face) <= room:
        return text
    first, *parts = text.split("/") if " " not in text else [text]
    for index in range(1, len(parts)):
        short = f"{first}/…/{'/'.join(parts[index:])}"
        if width(short, face) <= room:
            return short
    keep = len(text)
    while keep > 2:
        keep -= 1
        tail = keep // 2
        short = f"{text[: keep - tail]}…{text[len(text) - tail :]}"
        if width(short, face) <= room:
            return short
    return "…"


def wrapped(text: str, face: Face, room: float, most: int) -> list[str]:
    """In lines of at most `room`, the last of the `most` shortened at its end."""
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < most:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", face) <= room:
            line += f" {words.pop(0)}"
        lines.append(fitted(line, face, room))
    if words:
        lines[-1] = _cut(f"{lines[-1]} {words[0]}", face, room)
    return lines


def _cut(text: str, face: Face, room: float) -> str:
    while text and width(text + "…", face) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def card(node: Node) -> Card:
    """The name on one line, what stands below it on two each; a fold has room for more of what it holds."""
    count = width(str(node.number), "count") + 8 if node.number is not None else 0.0
    face: Face = "small" if node.kind == "fold" else "name"
    name = fitted(shown(node.lines[0]), face, WIDEST - count)
    room = max(width(name, face) + count, _ROOM)
    most = 5 if node.kind == "fold" else 2
    rows = [Row(name, face, width(name, face))]
    for line in node.lines[1:]:
        rows += [Row(text, "small", width(text, "small")) for text in wrapped(shown(line), "small", room, most)]
    widest = max(row.width + (count if not index else 0) for index, row in enumerate(rows))
    return Card(tuple(rows), widest + 2 * PAD_X, sum(LEADING[row.face] for row in rows) + 2 * PAD_Y)
