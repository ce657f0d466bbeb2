"""What may have taken the place of code that is gone: definitions of like text. Candidates, never an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from reader import search, syntax
from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.syntax import Definition
from reader.value import frozen

# Below this two functions of one code base are alike by their idiom alone: of 300 pairs of functions of vLLM taken at
# random none reached 0.3.
LEAST = 0.4
_SHOWN = 3
_FILES = 16  # that are parsed: those which hold most of what is peculiar to the old text
_TELLING = 24  # names that are looked for
_GRAM = 3
_COMMENT = re.compile(r"#[^\n]*|//[^\n]*|/\*.*?\*/|\"\"\".*?\"\"\"|'''.*?'''", re.DOTALL)
_TOKEN = re.compile(r"\w+|[^\w\s]")
_NAME = re.compile(r"[A-Za-z_]\w{5,}")
_BODIES = frozenset({"function", "method", "kernel", "macro"})


@frozen
class Successor:
    """`likeness` is from 0 to 1: twice the runs of three tokens that both have, by those of each."""

    path: str
    symbol: str
    line: int
    likeness: float


def successors(checkout: Checkout, text: str, path: str, symbol: str | None, kind: str | None) -> tuple[Successor, ...]:
    """Most like first; in the same tree (`vllm/`, `csrc/`), and of the same sort: functions for a function, classes for
    a class. `kind` None is told from the text."""
    language = syntax.language_of(path)
    old = _grams(text)
    kind = kind or next((one.kind for one in syntax.definitions(_at_margin(text), language)), None)
    if symbol is None or language not in ("python", "cpp", "cuda") or sum(old.values()) < 2 * _GRAM:
        return ()
    found = []
    for place in _files(checkout, text, path):
        try:
            whole = checkout.read(place).text
        except ReaderError:
            continue
        lines = whole.split("\n")
        for one in syntax.definitions(whole, syntax.language_of(place)):
            if _sort(one.kind) != _sort(kind) or _too_different(one, text):
                continue
            likeness = _likeness(old, _grams("\n".join(lines[one.start - 1 : one.end])))
            if likeness >= LEAST:
                found.append(Successor(place, one.symbol, one.line, round(likeness, 2)))
    return tuple(sorted(found, key=lambda one: (-one.likeness, one.path, one.line))[:_SHOWN])


def _at_margin(text: str) -> str:
    margin = len(text) - len(text.lstrip(" "))
    return "\n".join(line[margin:] for line in text.split("\n"))


def _sort(kind: str | None) -> str:
    return "body" if kind in _BODIES else "holder"


def _too_different(one: Definition, text: str) -> bool:
    """Lengths that no likeness worth showing can bridge."""
    before, after = text.count("\n") + 1, one.end - one.start + 1
    return min(before, after) * 4 < max(before, after)


def _grams(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(_COMMENT.sub(" ", text))
    return Counter(tuple(tokens[at : at + _GRAM]) for at in range(len(tokens) - _GRAM + 1))


def _likeness(before: Counter[tuple[str, ...]], after: Counter[tuple[str, ...]]) -> float:
    total = sum(before.values()) + sum(after.values())
    return 2 * sum((before & after).values()) / total if total else 0.0


def _files(checkout: Checkout, text: str, path: str) -> Iterator[str]:
    """Those that hold the most of the names that the old text is made of; among equals the nearest."""
    names = [name for name, _ in Counter(_NAME.findall(_COMMENT.sub(" ", text))).most_common()]
    telling = [name.encode() for name in sorted(names, key=len, reverse=True)[:_TELLING]]
    top = path.partition("/")[0]
    suffixes = search.PYTHON if path.endswith(search.PYTHON) else search.NATIVE
    ranked = []
    for place, data in search.texts(checkout, top, suffixes):
        held = sum(name in data for name in telling)
        if held * 3 >= len(telling):
            ranked.append((-held, -_shared(place, path), place))
    yield from (place for _, _, place in sorted(ranked)[:_FILES])


def _shared(one: str, other: str) -> int:
    """Folders from the root that two paths have in common; the same file counts one more."""
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
