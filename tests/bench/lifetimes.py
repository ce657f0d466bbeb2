"""Writes the table of lifetimes that `reader.resolve` judges namesakes by, from unpacked source releases.

    python tests/bench/lifetimes.py /directory/with/vllm-<release> 0.6.6 0.7.3 ... 0.33.0

Releases oldest first; two processes take about two minutes for sixteen. A new release is one more argument.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from multiprocessing import Pool
from pathlib import Path

from reader import syntax
from reader.checkout import Checkout, open_checkout
from reader.resolve.lifetimes import TABLE, Span, place_name, written
from reader.resolve.sources import native_parts
from reader.search import NATIVE

# A name that stands in more places than this at once, as `logger` or `main`, says nothing about where one of them went.
CROWD = 12
KINDS = {"class": "class", "struct": "class", "union": "class", "enum": "class", "variable": "variable",
         "macro": "macro", "kernel": "kernel", "type": "class"}  # fmt: skip

Stood = dict[tuple[str, str], tuple[str, int]]


def standing(root: str) -> Stood:
    """What stands where in one release: (name, path) -> (kind, size)."""
    checkout = open_checkout(Path(root))
    found: Stood = {}
    for path in checkout.files():
        found[place_name(path), path] = ("place", log_size((checkout.root / path).stat().st_size // 40))
    for path in checkout.files("vllm", (".py",)):
        found.update(python(checkout, path))
    for path in checkout.files("csrc", NATIVE):
        found.update(native(checkout, path))
    return found


def python(checkout: Checkout, path: str) -> Stood:
    text = checkout.read(path).text
    found: Stood = {
        (one.name, path): ("variable", log_size(one.end - one.line + 1))
        for one in syntax.bindings(text)
        if one.how in ("value", "assign") and not one.scope and not one.stub
    }
    for one in syntax.definitions(text, "python"):
        if "." not in one.symbol and not one.stub:
            found[one.symbol, path] = (KINDS.get(one.kind, "function"), log_size(one.end - one.start + 1))
    return found


def native(checkout: Checkout, path: str) -> Stood:
    lines: Counter[str] = Counter()
    kinds: dict[str, str] = {}
    for one in syntax.definitions(checkout.read(path).text, syntax.language_of(path)):
        parts = native_parts(one.symbol)
        if one.kind != "namespace" and parts:
            lines[parts[-1]] += one.end - one.start + 1
            kinds[parts[-1]] = KINDS.get(one.kind, "function")
    return {(name, path): (kinds[name], log_size(count)) for name, count in lines.items()}


def log_size(lines: int) -> int:
    return min(255, round(8 * math.log2(lines + 4)))


def spans(history: list[Stood]) -> list[Span]:
    """Only of names whose history can tell something: that stood in two places, or that left."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    at_once: Counter[tuple[str, int]] = Counter()
    for number, stood in enumerate(history):
        for name, path in stood:
            places[name].add(path)
            at_once[name, number] += 1
    crowded = {name for (name, _), count in at_once.items() if count > CROWD}
    telling = (name for name in places if name not in crowded and (
        len(places[name]) > 1 or any((name, path) not in history[-1] for path in places[name])))  # fmt: skip
    return [span for name in telling for path in sorted(places[name]) for span in of_place(name, path, history)]


def of_place(name: str, path: str, history: list[Stood]) -> Iterator[Span]:
    """A class that became an alias of its name in the same place has two: only the first is the class."""
    kinds = [stood[name, path][0] if (name, path) in stood else None for stood in history]
    first = 0
    for kind, group in groupby(kinds):
        last = first + len(list(group)) - 1
        if kind is not None:
            born, died = (history[number][name, path][1] for number in (first, last))
            yield Span.of(name, path, first, last, kind, born, died)
        first = last + 1


def main(directory: str, releases: Iterable[str]) -> None:
    with Pool(2) as pool:
        history = pool.map(standing, [f"{directory}/vllm-{release}" for release in releases], chunksize=1)
    table = spans(history)
    TABLE.write_bytes(written(tuple(releases), table))
    print(f"{len(table)} spans, {TABLE.stat().st_size // 1024} KB in {TABLE}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
