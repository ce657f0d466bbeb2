"""Names that come near one which nothing defines: spelt like it, or members of the class that it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from reader import search, syntax
from reader.checkout import Checkout
from reader.errors import near
from reader.lookup.asked import Asked

_OWNERS = ("class", "struct", "union")
_OWNED = 3  # classes of one name whose members are looked through
_LIKELY = 300  # names that share the most pairs of letters; the rest is not compared letter by letter


def near_names(checkout: Checkout, asked: Asked, under: str) -> tuple[str, ...]:
    """Three at most, nearest first. Those with the same first letter are looked for first: that takes half the time."""
    wanted = asked.parts[-1]
    if members := _members(checkout, asked, under):
        return members
    first = wanted.lstrip("_~")[:1]
    letters = f"[_{first.lower()}{first.upper()}]" if first.isascii() and first.isalpha() else ""
    return _near(checkout, wanted, under, letters) or (_near(checkout, wanted, under, "") if letters else ())


def _members(checkout: Checkout, asked: Asked, under: str) -> tuple[str, ...]:
    """Of the class or namespace that stands before the name, where there is one."""
    from reader.lookup import find

    owner = asked.parts[:-1]
    classes = find(checkout, ".".join(owner), _OWNERS, under).found[:_OWNED] if owner else ()
    inside: dict[str, str] = {}
    for one in classes if all(each.exact for each in classes) else ():
        for member in syntax.definitions(checkout.read(one.path).text, syntax.language_of(one.path)):
            if member.symbol.startswith((f"{one.symbol}.", f"{one.symbol}::")):
                inside.setdefault(member.name, member.symbol)
    return tuple(inside[name] for name in near(asked.parts[-1], inside))


def _near(checkout: Checkout, wanted: str, under: str, letters: str) -> tuple[str, ...]:
    names = Counter(_defined(checkout, under, letters))
    likely = sorted(_alike(wanted.lower(), names), key=lambda each: (-each[0], -names[each[1]], each[1]))
    best = [name for _, name in likely[:_LIKELY]]
    return tuple(near(wanted, best) or _any_case(wanted, best))


def _any_case(wanted: str, names: Iterable[str]) -> list[str]:
    lower = {name.lower(): name for name in names}
    return [lower[one] for one in near(wanted.lower(), lower)]


def _defined(checkout: Checkout, under: str, letters: str) -> Iterator[str]:
    """Every name that a `def`, `class`, assignment, type, macro or head of a function gives, by the text alone."""
    name = rf"({letters or '[A-Za-z_]'}\w*)".encode()
    python = [re.compile(head + name) for head in (rb"def[ \t]+", rb"class[ \t]+")]
    python.append(re.compile(rb"\n" + name + rb"[ \t]*[:=]"))
    native = [
        re.compile(rb"\b(?:struct|class|enum|union|namespace|define)[ \t]+" + name),
        re.compile(rb"\n[A-Za-z_][^\n;={}()]*[ \t*&:]" + name + rb"\("),
    ]
    for path, data in search.texts(checkout, under):
        patterns = native if path.endswith(search.NATIVE) else python
        found = {one for pattern in patterns for one in pattern.findall(data)}
        yield from (one.decode("utf-8", "replace") for one in found)


def _alike(wanted: str, names: Iterable[str]) -> Iterator[tuple[float, str]]:
    """With the share of pairs of neighbouring letters that both have."""
    own = _pairs(wanted)
    for name in names:
        if abs(len(name) - len(wanted)) <= max(3, len(wanted) // 3):
            other = _pairs(name.lower())
            common = len(own & other)
            if common:
                yield 2 * common / (len(own) + len(other)), name


def _pairs(name: str) -> frozenset[str]:
    padded = f" {name} "
    return frozenset(map("".join, pairwise(padded)))
