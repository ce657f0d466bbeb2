"""Names that come near one which nothing defines: spelt like it, or members of the class that it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from reader import search
from reader.checkout import Checkout
from reader.errors import near
from reader.lookup.asked import Asked

_NATIVE = re.compile(
    rb"(?:struct|class|enum|union|namespace|define)[ \t]+([A-Za-z_]\w*)|\n[A-Za-z_][^\n;={}()]*[ \t*&:]([A-Za-z_]\w*)\("
)
_PYTHON = (re.compile(rb"def[ \t]+([^\W\d]\w*)"), re.compile(rb"class[ \t]+([^\W\d]\w*)"))
_BOUND = re.compile(rb"\n([A-Za-z_]\w*)[ \t]*[:=]")
_LIKELY = 300  # names that share the most pairs of letters; the rest is not compared letter by letter


def near_names(checkout: Checkout, asked: Asked, under: str) -> tuple[str, ...]:
    """Three at most, nearest first."""
    wanted = asked.parts[-1]
    names = Counter(_defined(checkout, under))
    likely = sorted(_alike(wanted.lower(), names), key=lambda each: (-each[0], -names[each[1]], each[1]))
    best = [name for _, name in likely[:_LIKELY]]
    close = near(wanted, best) or _any_case(wanted, best)
    return tuple(close)


def _any_case(wanted: str, names: Iterable[str]) -> list[str]:
    lower = {name.lower(): name for name in names}
    return [lower[one] for one in near(wanted.lower(), lower)]


def _defined(checkout: Checkout, under: str) -> Iterator[str]:
    """Every name that a `def`, `class`, assignment, type, macro or head of a function gives, by the text alone."""
    for path, data in search.texts(checkout, under):
        if path.endswith(search.NATIVE):
            found = {one or other for one, other in _NATIVE.findall(data)}
        else:
            found = {name for pattern in (*_PYTHON, _BOUND) for name in pattern.findall(data)}
        yield from (name.decode("utf-8", "replace") for name in found)


def _alike(wanted: str, names: Iterable[str]) -> Iterator[tuple[float, str]]:
    """With the share of pairs of neighbouring letters that both have."""
    own = _pairs(wanted)
    for name in names:
        if abs(len(name) - len(wanted)) <= max(3, len(wanted) // 2):
            other = _pairs(name.lower())
            common = len(own & other)
            if common:
                yield 2 * common / (len(own) + len(other)), name


def _pairs(name: str) -> frozenset[str]:
    padded = f" {name} "
    return frozenset(map("".join, pairwise(padded)))
