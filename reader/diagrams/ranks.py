"""Layers of a directed graph: which arcs to turn round so that no cycle is left, and how deep each vertex stands.

Vertices are numbers from 0, arcs pairs of them. Bands, where given, follow one another: no vertex of a later band
stands above one of an earlier.
"""

from __future__ import annotations

from collections.abc import Sequence

Arc = tuple[int, int]


def acyclic(count: int, arcs: Sequence[Arc], bands: Sequence[int]) -> list[Arc]:
    """The arcs, those turned round that lead to an earlier band or would close a cycle with those before them in order.
    Loops are left out."""
    onward: list[set[int]] = [set() for _ in range(count)]
    kept: list[Arc] = []
    for tail, head in arcs:
        if tail == head:
            continue
        if bands[tail] > bands[head] or (bands[tail] == bands[head] and _leads(head, tail, onward)):
            tail, head = head, tail
        onward[tail].add(head)
        kept.append((tail, head))
    return kept


def _leads(start: int, end: int, onward: Sequence[set[int]]) -> bool:
    seen, way = {start}, [start]
    while way:
        here = way.pop()
        if here == end:
            return True
        way += onward[here] - seen
        seen |= onward[here]
    return False


def ranked(count: int, arcs: Sequence[Arc], bands: Sequence[int]) -> list[int]:
    """Of arcs without a cycle: the longest way from the top, then each vertex pulled to where its arcs are shortest."""
    into: list[list[int]] = [[] for _ in range(count)]
    out: list[list[int]] = [[] for _ in range(count)]
    for tail, head in arcs:
        into[head].append(tail)
        out[tail].append(head)
    order = _sorted(into, out)
    rank = [0] * count
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    base = 0
    for band in sorted(set(bands)):
        own = [one for one in order if bands[one] == band]
        for one in own:
            rank[one] = max([base, *(rank[tail] + 1 for tail in into[one])])
        first[band], last[band] = base, max(rank[one] for one in own)
        base = last[band] + 1
    _pull(rank, order, into, out, bands, first, last)
    return rank


def _sorted(into: Sequence[Sequence[int]], out: Sequence[Sequence[int]]) -> list[int]:
    """Each vertex after those that lead to it."""
    waits = [len(tails) for tails in into]
    order = [one for one, left in enumerate(waits) if not left]
    for one in order:
        for head in out[one]:
            waits[head] -= 1
            if not waits[head]:
                order.append(head)
    return order


def _pull(
    rank: list[int],
    order: Sequence[int],
    into: Sequence[Sequence[int]],
    out: Sequence[Sequence[int]],
    bands: Sequence[int],
    first: dict[int, int],
    last: dict[int, int],
) -> None:
    for _ in range(len(rank)):
        moved = False
        for one in (*reversed(order), *order):
            low = max([first[bands[one]], *(rank[tail] + 1 for tail in into[one])])
            high = min([last[bands[one]], *(rank[head] - 1 for head in out[one])])
            best = high if len(out[one]) > len(into[one]) else low if len(into[one]) > len(out[one]) else rank[one]
            if best != rank[one]:
                rank[one], moved = best, True
        if not moved:
            return
