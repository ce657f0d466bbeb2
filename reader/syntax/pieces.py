"""A Python file cut at its margin, so that only the statements that are asked about are parsed.

A piece is one statement of the module, or the head of a class with one statement of its body; the parser is given those
ranges of the whole text, so that every position is one in the file. Where the text does not let itself be cut (an odd
number of triple quotes, a piece that does not parse alone) the whole file is one piece. Parsing only what holds a name
takes a quarter of what the whole files would.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, cached_property
from itertools import accumulate

import tree_sitter

from reader.syntax.python import _language
from reader.syntax.source import encode

Range = tuple[int, int]

_TRIPLE = re.compile(rb'"""|\'\'\'')
_DOUBLE = re.compile(rb'"""')  # a literal alone is looked for ten times as fast, and most files have no other
# Begins with a literal, which `re` looks for with memchr; `^` takes ten times as long.
_MARGIN = r"\n {%d}([A-Za-z_]\w*|[@(\[{\x80-\xff])"
# What goes on with the statement before it.
_CLAUSES = frozenset({b"else", b"elif", b"except", b"finally", b"case"})
_HEAD = re.compile(rb"(?:@[^\n]*\n(?:[^\n]*\n)*?)??[ \t]*(?:async[ \t]+)?(def|class)[ \t]+(\w+)")
_DEFINES = frozenset({b"def", b"class", b"async", b"@"})


@cache
def _margin(indent: int) -> re.Pattern[bytes]:
    return re.compile((_MARGIN % indent).encode("latin-1"))


class Pieces:
    """`source` is the text in bytes; all offsets are into it."""

    def __init__(self, text: str) -> None:
        self.source = encode(text)
        self.depth = 0  # of the expression that is being made of a tree
        self._parsed: dict[tuple[Range, ...], tree_sitter.Tree] = {}
        self._whole = False
        self._members: dict[int, list[int]] = {}

    def root(self, offset: int) -> tree_sitter.Node:
        """The tree of the piece that holds this byte."""
        return self._tree(self._ranges(offset)).root_node

    def root_of(self, first: int, last: int) -> tree_sitter.Node:
        """The tree of the piece that holds both bytes and what is between them; of the whole file where none does."""
        self.root(last)  # by which a text that does not let itself be cut becomes known
        root = self.root(first)
        return root if self._ranges(first) == self._ranges(last) else self._tree(()).root_node

    def roots(self, first: int, last: int) -> list[tree_sitter.Node]:
        """The trees of all that lies between two offsets, cut no finer than the module's own statements."""
        if self._whole:
            return [self._tree(()).root_node]
        spans = [span for span in self.statements if span[0] < last and span[1] > first]
        return [self._tree((span,)).root_node for span in spans]

    @cached_property
    def statements(self) -> list[Range]:
        """Where each statement of the module begins and ends, decorators included."""
        return self._spans(0, len(self.source), 0)

    def head(self, statement: Range) -> tuple[bytes, bytes] | None:
        """`def` or `class` and the name, where the statement is a definition."""
        start, end = statement
        if self.source[start : start + 1] == b"@":
            start = self._after_decorators(start, end)
        match = _HEAD.match(self.source, start, end)
        return (match[1], match[2]) if match else None

    def around(self, offset: int) -> Range:
        """The statement of the module that holds this byte."""
        index = bisect_right(self._starts, offset) - 1
        return self.statements[max(index, 0)]

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.statements]

    @cached_property
    def _strings(self) -> list[Range] | None:
        """The spans of triple-quoted strings; None where they do not pair."""
        found: list[Range] = []
        opened: tuple[bytes, int] | None = None
        for match in (_TRIPLE if b"'''" in self.source else _DOUBLE).finditer(self.source):
            if opened is None:
                opened = match[0], match.start()
            elif opened[0] == match[0]:
                found.append((opened[1], match.end()))
                opened = None
        return found if opened is None else None

    def _spans(self, first: int, last: int, indent: int) -> list[Range]:
        """Statements that begin at this indentation between two offsets; what stands before the first is a span too."""
        strings = self._strings
        if strings is None or first >= last:
            return [(first, last)]
        opens = [start for start, _ in strings]
        starts = [first]
        decorated = self.source[first + indent : first + indent + 1] == b"@"
        for match in _margin(indent).finditer(self.source, first, last):
            at, said = match.start() + 1, match[1]
            inside = bisect_right(opens, at) - 1
            if inside >= 0 and at < strings[inside][1]:
                continue
            if not decorated and said not in _CLAUSES:
                starts.append(at)
            decorated = said == b"@"
        return list(zip(starts, [*starts[1:], last], strict=True))

    def _after_decorators(self, start: int, end: int) -> int:
        match = re.compile(rb"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]", re.M).search(self.source, start, end)
        return match.start() if match else start

    def _ranges(self, offset: int) -> tuple[Range, ...]:
        if self._whole:
            return ()
        statement = self.around(offset)
        head = self.head(statement)
        if head is None or head[0] != b"class":
            return (statement,)
        members = self._members_of(statement)
        index = bisect_right(members, offset) - 1
        if index < 0:
            return ((statement[0], members[0]), (members[0], members[1])) if len(members) > 1 else (statement,)
        if index == len(members) - 1:
            return (statement,)
        return (statement[0], members[0]), (members[index], members[index + 1])

    def _members_of(self, statement: Range) -> list[int]:
        """Where the statements of a class's body begin, and its end."""
        known = self._members.get(statement[0])
        if known is None:
            start = self._after_decorators(*statement) if self.source[statement[0] : statement[0] + 1] == b"@" else -1
            spans = self._spans(self._behind_bases(max(start, statement[0]), statement[1]), statement[1], 4)
            known = self._members[statement[0]] = [start for start, _ in spans[1:]] + [statement[1]]
        return known

    def _behind_bases(self, start: int, end: int) -> int:
        """Where bases stand on lines of their own, which are indented like the body, the line that closes them."""
        line_end = self.source.find(b"\n", start, end)
        if not self.source[start : max(line_end, start)].rstrip().endswith(b"("):
            return start
        return self.source.find(b"\n)", line_end, end) + 1 or start

    def _tree(self, ranges: tuple[Range, ...]) -> tree_sitter.Tree:
        known = self._parsed.get(ranges)
        if known is None:
            known = self._parsed[ranges] = self._parse(ranges)
            if known.root_node.has_error and ranges:
                return self._without_cutting(ranges)
        return known

    def _without_cutting(self, ranges: tuple[Range, ...]) -> tree_sitter.Tree:
        """A class's members may stand at any indentation, so the class comes first; then the file."""
        whole = self.around(ranges[0][0])
        if ranges != (whole,):
            self._members[whole[0]] = [whole[1]]
            tree = self._parsed[ranges] = self._tree((whole,))
            return tree
        self._whole = True
        self._parsed.clear()
        return self._tree(())

    def _parse(self, ranges: tuple[Range, ...]) -> tree_sitter.Tree:
        if not ranges:
            return tree_sitter.Parser(_language()).parse(self.source)
        included = [tree_sitter.Range(self._point(a), self._point(b), a, b) for a, b in ranges if a < b]
        return tree_sitter.Parser(_language(), included_ranges=included).parse(self.source)

    @cached_property
    def line_starts(self) -> list[int]:
        return list(accumulate(map(len, self.source.splitlines(True)), initial=0))

    @cached_property
    def is_ascii(self) -> bool:
        return self.source.isascii()

    def offset(self, line: int, column: int) -> int:
        """Of a 1-based line and a 1-based column in characters."""
        if not 1 <= line <= len(self.line_starts):
            return len(self.source)
        start = self.line_starts[line - 1]
        if self.is_ascii:
            return start + column - 1
        end = self.source.find(b"\n", start)
        text = self.source[start : end if end >= 0 else len(self.source)].decode("utf-8", "replace")
        return start + len(text[: column - 1].encode("utf-8", "replace"))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both 1-based, the column in characters."""
        row = bisect_right(self.line_starts, offset) - 1
        start = self.line_starts[row]
        if self.is_ascii:
            return row + 1, offset - start + 1
        return row + 1, len(self.source[start:offset].decode("utf-8", "replace")) + 1

    def _point(self, offset: int) -> tree_sitter.Point:
        row = bisect_right(self.line_starts, offset) - 1
        return tree_sitter.Point(row, offset - self.line_starts[row])
