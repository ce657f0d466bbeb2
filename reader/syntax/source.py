"""Text at tree-sitter's border: lines as an editor counts them, bytes for the parser, characters for everybody else.

A line ends at LF, CRLF or a lone CR, as Python's own tokenizer has it. A form feed or U+2028 ends none, so
`str.splitlines` must not be used on source.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LINE_END = re.compile(r"\r\n|\r")
_INSIDE_BRACKETS = re.compile(r"(?<=[(\[{]) | (?=[)\]}])|, ?(?= ?[)\]}])")
LABEL_WIDTH = 90


def unify(text: str) -> str:
    """The same text with every line end an LF; lines and columns keep their numbers. A leading BOM goes."""
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    return text.removeprefix("\ufeff")


def lines(text: str) -> list[str]:
    """Without their ends; a text that ends with a line end has no empty last line, and an empty text has no lines."""
    found = unify(text).split("\n")
    if not found[-1]:
        found.pop()
    return found


def encode(text: str) -> bytes:
    """UTF-8; what has no UTF-8 (a lone surrogate) becomes one `?`, so that columns stay."""
    return unify(text).encode("utf-8", "replace")


def column(source: bytes, offset: int) -> int:
    """The 1-based column, in characters, of the character that starts at this byte."""
    start = source.rfind(b"\n", 0, offset) + 1
    return len(source[start:offset].decode("utf-8", "replace")) + 1


def one_line(text: str, width: int = LABEL_WIDTH) -> str:
    """Whitespace collapsed, none left inside brackets, cut at a blank where that costs little, with an ellipsis."""
    collapsed = _INSIDE_BRACKETS.sub("", " ".join(text[: width * 20].split()))
    if len(collapsed) <= width:
        return collapsed
    cut = collapsed[: width - 1]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > width * 2 // 3 else cut).rstrip() + "…"


@lru_cache(maxsize=4)
def lines_of(text: str) -> tuple[str, ...]:
    """`lines`, remembered for the few texts under way."""
    return tuple(lines(text))
