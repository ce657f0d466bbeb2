"""The statements at a file's margin that hold what is looked for, each parsed by itself.

A file of 5,000 lines takes 30 ms to parse; where a statement does not parse alone, the whole file is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import tree_sitter

from reader.syntax.python import parse
from reader.syntax.source import encode

_SMALL = 4_000  # bytes; a file as small is parsed whole
_TOP = re.compile(rb"\n[A-Za-z_@]")  # with a literal first: `^` is tried at every byte
_CLAUSE = re.compile(rb"(?:else|elif|except|finally)\b")


class Stretch(NamedTuple):
    """Whole statements, parsed; the spans are where in their bytes the words stand."""

    root: tree_sitter.Node
    source: bytes
    first_line: int
    spans: list[tuple[int, int]]


def at_line(text: str, line: int) -> Iterator[Stretch]:
    source = encode(text)
    start = 0
    for _ in range(line - 1):
        start = source.find(b"\n", start) + 1
        if not start:
            return iter(())
    start += len(source[start:]) - len(source[start:].lstrip())
    return stretches(text, source, [(start, start)] if start < len(source) else [])


def stretches(text: str, source: bytes, spans: list[tuple[int, int]]) -> Iterator[Stretch]:
    """The statements at the margin with the words in them; the whole file where one of these does not parse alone."""
    if not spans:
        return
    margins = _margins(source) if len(source) > _SMALL else [0]
    by_start: dict[int, list[tuple[int, int]]] = {}
    for start, end in spans:
        by_start.setdefault(margins[bisect_right(margins, start) - 1], []).append((start, end))
    if len(margins) > 1:
        pieces = []
        for start, length in zip(by_start, _lengths(margins, by_start, len(source)), strict=True):
            root, piece = _parsed(source[start : start + length].decode())
            if root.has_error or _in_string(source, start):
                break
            first_line = source.count(b"\n", 0, start) + 1
            pieces.append(
                Stretch(root, piece, first_line, [(one - start, end - start) for one, end in by_start[start]])
            )
        else:
            yield from pieces
            return
    yield Stretch(*parse(text), 1, spans)


def _lengths(margins: list[int], starts: Iterable[int], size: int) -> Iterator[int]:
    for start in starts:
        following = bisect_right(margins, start)
        yield (margins[following] if following < len(margins) else size) - start


@lru_cache(maxsize=16)
def _parsed(piece: str) -> tuple[tree_sitter.Node, bytes]:
    """Apart from `python.parse`, whose few places are for whole files."""
    return parse.__wrapped__(piece)


def _margins(source: bytes) -> list[int]:
    """Where statements at the margin start; one with decorators starts at the first of these."""
    starts, decorated = [0], source[:1] == b"@"
    for found in _TOP.finditer(source):
        at = found.start() + 1
        if _CLAUSE.match(source, at):
            continue
        if not decorated:
            starts.append(at)
        decorated = source[at] == 64  # @
    return starts


def _in_comment(source: bytes, offset: int) -> bool:
    """Surely: no quote stands before the sign, in which it could be part of a string."""
    before, sign, _ = source[source.rfind(b"\n", 0, offset) + 1 : offset].partition(b"#")
    return bool(sign) and b'"' not in before and b"'" not in before and not _in_string(source, offset)


def _in_string(source: bytes, offset: int) -> bool:
    return any(source.count(quotes, 0, offset) % 2 for quotes in (b'"""', b"'''"))


def whole_words(source: bytes, word: bytes) -> Iterator[tuple[int, int]]:
    """Not those in comments. One look-behind in a pattern of several words takes ten times as long."""
    start = source.find(word)
    while start >= 0:
        end = start + len(word)
        whole = not (_is_word(source[start - 1 : start]) or _is_word(source[end : end + 1]))
        if whole and not _in_comment(source, start):
            yield start, end
        start = source.find(word, end)


def _is_word(character: bytes) -> bool:
    return character.isalnum() or character == b"_" or character > b"\x7f"
