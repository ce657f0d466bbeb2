"""What may be folded: statements grouped under their comments, compound statements and `#if` regions nested."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reader.pattern import pattern
from reader.syntax import Block
from reader.syntax.cpp.callees import callees
from reader.syntax.cpp.outline import Outline
from reader.syntax.cpp.source import uncommented
from reader.syntax.cpp.statements import Part, Statements, Unit
from reader.syntax.source import one_line

DEEPEST = 12  # blocks nested deeper are folded with their parent

_FRAME = pattern(r"^[\s/*!=\-#~\\]+|[\s/*=\-#~\\]+$")
_LEAD = ("comment", "pragma")


class Folding:
    """The blocks of one file."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._source = outline.source
        self._statements = Statements(outline)

    def blocks(self, begin: int, end: int, depth: int = 0) -> tuple[Block, ...]:
        """Of the statements between the two offsets."""
        found: list[Block] = []
        for group in self._groups(begin, end):
            block = self._block(group, depth)
            if found and block.first <= found[-1].last:
                found[-1] = replace(found[-1], last=max(block.last, found[-1].last))
            else:
                found.append(block)
        return tuple(found)

    def _groups(self, begin: int, end: int) -> Iterator[list[Unit]]:
        group: list[Unit] = []
        for unit in self._statements.units(begin, end):
            if group and not self._joins(group, unit):
                yield group
                group = []
            group.append(unit)
        if group:
            yield group

    def _joins(self, group: list[Unit], unit: Unit) -> bool:
        """Whether the unit belongs to the statements before it: no blank line between, nothing that starts a group."""
        last = group[-1]
        gap = self._source.line(unit.start) - self._source.line(last.end)
        if gap <= 0:
            return True
        if all(each.form in _LEAD for each in group):
            return gap == 1 or (last.form == "pragma" and unit.form != "comment")
        return gap == 1 and unit.form == "simple" and not unit.inner and not last.inner

    def _block(self, group: list[Unit], depth: int) -> Block:
        first, last = self._source.line(group[0].start), self._source.line(group[-1].end)
        children: list[Block] = []
        for unit in group if depth < DEEPEST else ():
            children += self._children(unit, depth + 1)
        return Block(first, last, self._label(group), depth, children=_tidy(children, first, last))

    def _children(self, unit: Unit, depth: int) -> Iterator[Block]:
        if len(unit.inner) < 2 or not unit.clauses:
            for part in unit.inner:
                yield from self.blocks(part.begin, part.end, depth)
            return
        for part, following in zip(unit.inner, (*unit.inner[1:], None), strict=True):
            first = self._source.line(part.start)
            last = self._source.line(following.start) - 1 if following else self._source.line(unit.end)
            inside = self.blocks(part.begin, part.end, depth + 1) if depth < DEEPEST else ()
            yield Block(first, last, self._header(part), depth, children=_tidy(inside, first, last))

    def _header(self, part: Part) -> str:
        return _plain(self._source.text[part.start : part.begin].rstrip().removesuffix("{"))

    def _label(self, group: list[Unit]) -> str:
        """The leading comment's words, else the header, else the first statement with a call in it."""
        comments = []
        for unit in group:
            if unit.form != "comment":
                break
            comments.append(self._said(unit))
        if any(comments):
            return one_line(" ".join(filter(None, comments)))
        statements = [unit for unit in group if unit.form not in _LEAD] or group
        for unit in statements:
            if unit.header:
                return _plain(unit.header)
        calling = next((unit for unit in statements if self._calls(unit)), statements[0])
        return _plain(self._source.text[calling.start : calling.end + 1])

    def _calls(self, unit: Unit) -> bool:
        return next(callees(self._source, self._outline.names, unit.start, unit.end + 1), None) is not None

    def _said(self, unit: Unit) -> str:
        """A comment's words without its frame."""
        lines = self._source.text[unit.start : unit.end + 1].split("\n")
        return " ".join(filter(None, (_FRAME.sub("", line) for line in lines)))


def _plain(code: str) -> str:
    return one_line(uncommented(code).rstrip(" \\")) or "..."


def _tidy(blocks: list[Block] | tuple[Block, ...], first: int, last: int) -> tuple[Block, ...]:
    """Those within the lines of their parent, none over another."""
    kept: list[Block] = []
    for block in blocks:
        if first <= block.first and block.last <= last and (not kept or kept[-1].last < block.first):
            kept.append(block)
    return tuple(kept)
