"""A name in the bytes of a file as a whole word. By `bytes.find`: a pattern for each of some hundred names takes longer
to compile than to search, and one that begins with a look-behind is tried at every byte."""

from __future__ import annotations

import re
from collections.abc import Iterator

LETTER = re.compile(rb"[\w\x80-\xff]")


def places(source: bytes, name: bytes, first: int = 0, last: int | None = None) -> Iterator[tuple[int, int]]:
    """Where it begins and ends, in order."""
    stop = len(source) if last is None else last
    size = len(name)
    at = source.find(name, first, stop)
    while at >= 0:
        end = at + size
        if not LETTER.match(source, end) and not (at and LETTER.match(source, at - 1)):
            yield at, end
        at = source.find(name, end, stop)
