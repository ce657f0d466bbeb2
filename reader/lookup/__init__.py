"""Definitions of a name, wherever in the checkout they stand.

Text first: a file that does not hold the name is not looked into. What a Python file defines is told by its lines where
they prove it, else by a parse; C++ and CUDA files are parsed where a head of that name may stand. Nothing is resolved:
imports and bases are no definitions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from reader import search, syntax
from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.lookup.asked import Asked, parts_of
from reader.lookup.native import may_head
from reader.syntax import Definition
from reader.value import frozen

__all__ = ["Found", "Lookup", "find"]

# What is shown only when it is asked for: a namespace is opened anew in each file.
UNASKED = frozenset({"heading", "namespace"})

_WEAK = {"variable": 1, "declaration": 2}


@frozen
class Found:
    """`exact`: the whole of the name that was asked for, not its beginning only."""

    path: str
    symbol: str
    kind: str
    line: int
    start: int
    end: int
    exact: bool = True


@frozen
class Lookup:
    """`found` is in order, best first. `near` are names that are defined, where nothing was found."""

    found: tuple[Found, ...] = ()
    near: tuple[str, ...] = ()


def find(
    checkout: Checkout, name: str, kinds: Collection[str] = (), under: str = "", *, nearest: bool = True
) -> Lookup:
    """Raises BadRef where `name` is no name. Names that come near are looked for where nothing is found, unless nobody
    wants them: that takes several times as long."""
    if "heading" in kinds:
        headings = _headings(checkout, name, under)
        rest = set(kinds) - {"heading"}
        return Lookup((*find(checkout, name, rest, under).found, *headings) if rest else headings)
    asked = Asked(name)
    mentions: list[str] = []
    found = [*_matching(checkout, asked, kinds, _mentioned(checkout, asked, under, mentions), whole=True)]
    if "variable" in kinds or not (found or kinds):
        found += _fields(checkout, asked, mentions)
    if not found:
        again = ((path, data, asked.searched(data)) for path, data in search.texts_of(checkout, mentions))
        found = [*_matching(checkout, asked, kinds, again, whole=False)]
    if found:
        return Lookup(tuple(one for one, _ in sorted(found, key=lambda each: _rank(checkout, asked, *each))))
    if not nearest:
        return Lookup()
    from reader.lookup.near import near_names  # 5 ms, on the way to a failure only

    return Lookup(near=near_names(checkout, asked, under))


def _mentioned(checkout: Checkout, asked: Asked, under: str, mentions: list[str]) -> Iterator[tuple[str, bytes, bytes]]:
    raw, owner = asked.raw, asked.parts[-2:-1]
    for path, data in search.texts(checkout, under):
        searched = asked.searched(data)
        if raw in searched and (not owner or owner[0].encode() in searched or owner[0] in path):
            mentions.append(path)
            yield path, data, searched


def _matching(
    checkout: Checkout, asked: Asked, kinds: Collection[str], texts: Iterable[tuple[str, bytes, bytes]], *, whole: bool
) -> Iterator[tuple[Found, bool]]:
    """With whether it is a stub."""
    from reader.syntax import scan

    pattern = asked.pattern(whole=whole)
    for path, data, searched in texts:
        if path.endswith(search.NATIVE):
            defined = _native(checkout, path) if may_head(searched, pattern) else ()
        else:
            told = scan.named(data, searched, pattern)
            defined = _python(checkout, path) if told is None else told
        for one in defined:
            wanted = one.kind in kinds if kinds else one.kind not in UNASKED
            if wanted and asked.fits(one.symbol, path, whole=whole):
                yield Found(path, one.symbol, one.kind, one.line, one.start, one.end, whole), one.stub


def _fields(checkout: Checkout, asked: Asked, mentions: Iterable[str]) -> Iterator[tuple[Found, bool]]:
    """Constants and fields of C++. They look like locals, so that every file with the name must be parsed: they are
    looked for where nothing else bears the name, or where variables are asked for."""
    from reader.syntax.cpp.variables import variables  # 25 ms with the scanner

    declared = re.compile(re.escape(asked.raw) + rb"\s*(?:[=;,:}\[{]|//)")
    for path, data in search.texts_of(checkout, (one for one in mentions if one.endswith(search.NATIVE))):
        if declared.search(asked.searched(data)):
            for one in variables(_text(checkout, path)):
                if asked.fits(one.symbol, path, whole=True):
                    yield Found(path, one.symbol, one.kind, one.line, one.start, one.end), False


def _native(checkout: Checkout, path: str) -> tuple[Definition, ...]:
    text, language = _text(checkout, path), syntax.language_of(path)
    defined = syntax.definitions(text, language)
    known = {(one.symbol, one.line) for one in defined}
    declared = (one for one in syntax.declarations(text, language) if (one.symbol, one.line) not in known)
    return (*defined, *declared)


def _python(checkout: Checkout, path: str) -> tuple[Definition, ...]:
    text = _text(checkout, path)
    bound = (
        Definition(
            f"{one.scope}.{one.name}" if one.scope else one.name, "variable", one.line, one.line, one.end, one.stub
        )
        for one in syntax.bindings(text)
        if one.how in ("assign", "value")
    )
    return (*syntax.definitions(text, "python"), *bound)


def _text(checkout: Checkout, path: str) -> str:
    try:
        return checkout.read(path).text
    except ReaderError:
        return ""


def _headings(checkout: Checkout, name: str, under: str) -> tuple[Found, ...]:
    """Of documents: the whole heading before a part of one."""
    wanted = " ".join(name.split())
    any_case = wanted == wanted.lower()
    found = []
    for path in checkout.files(under, search.DOCUMENTS):
        for one in syntax.definitions(_text(checkout, path), "markdown"):
            title = one.symbol.lower() if any_case else one.symbol
            if wanted in title:
                found.append(Found(path, one.symbol, one.kind, one.line, one.start, one.end, wanted == title))
    whole = [one for one in found if one.exact]
    return tuple(sorted(whole or found, key=lambda one: (one.path.count("/"), one.path, one.line)))


def _rank(checkout: Checkout, asked: Asked, found: Found, stub: bool) -> tuple[object, ...]:
    area = 0 if checkout.owns(found.path) else 2 if checkout.is_aside(found.path) else 1
    weak = max(_WEAK.get(found.kind, 0), 2 * stub)
    depth = len(parts_of(found.symbol))
    near = (found.path.count("/"), len(found.path), found.path, found.line)
    return area, weak, depth, not asked.same_case(found.symbol), near
