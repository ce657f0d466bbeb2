"""Prose to the parts that a template knows: paragraphs, lists, code, and what stands in them."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import groupby

from reader.pages.values import Bit, Item, Part, Prose
from reader.prose import Piece, blocks, inline, solid
from reader.prose.documents import DEAD


def parts(text: str, anchors: Container[str] = ()) -> Prose:
    """`anchors` are the places of the page that a link may lead to; one that leads to another is written out."""
    return tuple(_parts(text, anchors))


def bits(text: str, anchors: Container[str] = ()) -> tuple[Bit, ...]:
    """Of one line: code, bold, links; and the sign of a dead claim, which is set apart."""
    found: list[Bit] = []
    for piece in inline(text):
        found += _text(piece.text) if piece.kind == "text" else [_bit(piece, anchors)]
    return tuple(found)


def _text(text: str) -> Iterator[Bit]:
    for index, part in enumerate(text.split(DEAD)):
        if index:
            yield Bit("dead", DEAD)
        if part:
            yield Bit("text", part)


def _bit(piece: Piece, anchors: Container[str]) -> Bit:
    if piece.kind == "link":
        leads = not piece.target.startswith("#") or piece.target[1:] in anchors
        return Bit("link", piece.text, piece.href if leads else None, piece.target, bits(piece.text))
    return Bit(piece.kind, piece.text)


def _parts(text: str, anchors: Container[str]) -> Iterator[Part]:
    for kind, run in groupby(solid(blocks(text)), key=lambda block: (block.kind, block.ordered)):
        if kind[0] == "code":
            yield Part("pre", text="\n".join(block.text for block in run))
        elif kind[0] == "item":
            items = list(run)
            entries = tuple(Item(bits(one.text, anchors), min(one.depth // 2, 3)) for one in items)
            yield Part("ol" if kind[1] else "ul", entries, _number(items[0].lead.strip()[:-1]))
        else:
            yield from (Part("p", (Item(bits(block.text, anchors)),)) for block in run)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 1
