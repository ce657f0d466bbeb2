"""Classes and structs of a C++ file with their bases, as far as their heads tell, and which members are pure."""

from __future__ import annotations

import re

from reader.pattern import pattern
from reader.syntax.cpp.source import Source
from reader.value import frozen

_HEAD = pattern(
    r"\b(?:class|struct)\s+(?:(?:alignas|__align__|__attribute__)\s*\([^;{]*?\)\s*|\[\[[^\]]*\]\]\s*)*"
    r"(?P<name>(?:\w+::)*\w+)\s*(?P<arguments><[^;{}]*?>)?\s*(?:final\s*)?(?P<colon>:(?!:)(?P<bases>[^;{}]*))?\{"
)
_NOISE = pattern(r"\b(?:public|protected|private|virtual|typename|template)\b")
_MARK = pattern(r"[<>(),]")
_PURE = pattern(r"\bvirtual\b[^;{}]*=\s*0\s*;")


@frozen
class Heir:
    """`bases` without access words and template arguments: `ns::Base`."""

    name: str
    line: int
    bases: tuple[str, ...]


def heirs(text: str) -> tuple[Heir, ...]:
    source = Source.of(text)
    return tuple(
        Heir(match["name"].rpartition("::")[2], source.line(match.start("name")), tuple(_bases(match["bases"] or "")))
        for match in _HEAD.finditer(source.code)
    )


def pure(text: str, first: int, last: int) -> bool:
    """Whether a virtual function is declared on these lines with `= 0`."""
    source = Source.of(text)
    begin, end = source.span(first, last)
    return _PURE.search(source.code, begin, end) is not None


def _bases(written: str) -> list[str]:
    """Split at the outermost commas."""
    found, depth, name = [], 0, ""
    for piece in re.split(r"([<>(),])", _NOISE.sub(" ", written)):
        if _MARK.fullmatch(piece):
            depth += (piece in "<(") - (piece in ">)")
            if piece == "," and depth == 0:
                found.append(name)
                name = ""
        elif depth == 0:
            name += piece
    return [name for one in (*found, name) if (name := "".join(one.split()).removeprefix("::"))]
