"""The order within each layer, with few crossings: barycentres downwards and upwards, then swaps of neighbours.

Vertices are numbers; every arc leads from one layer to the next. Ties keep the order that was given.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise

_ROUNDS = 12


def ordered(layers: Sequence[Sequence[int]], arcs: Sequence[tuple[int, int]]) -> list[list[int]]:
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for tail, head in arcs:
        below.setdefault(tail, []).append(head)
        above.setdefault(head, []).append(tail)
    now = [list(layer) for layer in layers]
    best, fewest = [list(layer) for layer in now], crossings(now, below)
    for turn in range(_ROUNDS):
        if not fewest:
            break
        if turn % 2 == 0:
            for index in range(1, len(now)):
                _by_barycentre(now, index, index - 1, above)
        else:
            for index in range(len(now) - 2, -1, -1):
                _by_barycentre(now, index, index + 1, below)
        _swap(now, above, below)
        count = crossings(now, below)
        if count < fewest:
            best, fewest = [list(layer) for layer in now], count
    return best


def crossings(layers: Sequence[Sequence[int]], below: dict[int, list[int]]) -> int:
    total = 0
    for upper, lower in pairwise(layers):
        place = {one: index for index, one in enumerate(lower)}
        seen: list[int] = []
        for one in upper:
            heads = sorted(place[head] for head in below.get(one, ()))
            total += sum(len(seen) - bisect_right(seen, head) for head in heads)
            for head in heads:
                insort(seen, head)
    return total


def _by_barycentre(layers: list[list[int]], index: int, fixed: int, near: dict[int, list[int]]) -> None:
    """What has no neighbour there keeps its place; the others are sorted into the places that are left."""
    place = {one: at for at, one in enumerate(layers[fixed])}
    layer = layers[index]
    bound = [one for one in layer if near.get(one)]
    bound.sort(key=lambda one: sum(place[other] for other in near[one]) / len(near[one]))
    rest = iter(bound)
    layers[index] = [next(rest) if near.get(one) else one for one in layer]


def _swap(layers: list[list[int]], above: dict[int, list[int]], below: dict[int, list[int]]) -> None:
    places = [{one: at for at, one in enumerate(layer)} for layer in layers]
    for _ in range(4):
        better = False
        for index, layer in enumerate(layers):
            up = places[index - 1] if index else {}
            down = places[index + 1] if index + 1 < len(layers) else {}
            for at in range(len(layer) - 1):
                one, other = layer[at], layer[at + 1]
                kept = _pair(one, other, above, up) + _pair(one, other, below, down)
                swapped = _pair(other, one, above, up) + _pair(other, one, below, down)
                if swapped < kept:
                    layer[at], layer[at + 1] = other, one
                    places[index][one], places[index][other] = at + 1, at
                    better = True
        if not better:
            return


def _pair(left: int, right: int, near: dict[int, list[int]], place: dict[int, int]) -> int:
    """Crossings between the arcs of two neighbours."""
    return sum(place[one] > place[other] for one in near.get(left, ()) for other in near.get(right, ()))
