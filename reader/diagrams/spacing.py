"""Where in its layer each vertex stands: as near to its neighbours as the others let it.

Each layer in turn, downwards and upwards, is solved exactly: least squares to the wanted places under the distances
that must be kept, by pooling those that collide.
"""

from __future__ import annotations

from collections.abc import Sequence

_ROUNDS = 10
_STRAIGHT = 12.0  # what keeps an edge straight that passes through several layers
_HALF = 3.0


def spaced(
    layers: Sequence[Sequence[int]], arcs: Sequence[tuple[int, int]], sizes: Sequence[float], real: int, apart: float
) -> list[float]:
    """The middle of each vertex; those from `real` on are points of edges that pass through a layer."""
    near: tuple[dict[int, list[tuple[int, float]]], ...] = ({}, {})
    for tail, head in arcs:
        weight = _STRAIGHT if tail >= real and head >= real else _HALF if tail >= real or head >= real else 1.0
        near[0].setdefault(head, []).append((tail, weight))
        near[1].setdefault(tail, []).append((head, weight))
    at = [0.0] * len(sizes)
    for layer in layers:
        place = 0.0
        for one in layer:
            at[one] = place + sizes[one] / 2
            place += sizes[one] + apart
    steps = range(len(layers))
    for turn in range(_ROUNDS):
        looking = (near[0],) if turn % 2 == 0 else (near[1],)
        for index in steps if turn % 2 == 0 else reversed(steps):
            _settle(layers[index], at, sizes, looking if turn < _ROUNDS - 3 else near, apart)
    _straighten(layers, at, sizes, near, apart)
    return at


def _straighten(
    layers: Sequence[Sequence[int]],
    at: list[float],
    sizes: Sequence[float],
    near: tuple[dict[int, list[tuple[int, float]]], ...],
    apart: float,
) -> None:
    """What follows one alone, and alone, stands right below it, as far as its neighbours let it."""
    above, below = near
    for layer in layers:
        for index, one in enumerate(layer):
            if len(above.get(one, ())) != 1 or len(below.get(above[one][0][0], ())) != 1:
                continue
            place = at[above[one][0][0]]
            if index:
                before = layer[index - 1]
                place = max(place, at[before] + (sizes[before] + sizes[one]) / 2 + apart)
            if index + 1 < len(layer):
                after = layer[index + 1]
                place = min(place, at[after] - (sizes[after] + sizes[one]) / 2 - apart)
            at[one] = place


def _settle(
    layer: Sequence[int],
    at: list[float],
    sizes: Sequence[float],
    near: Sequence[dict[int, list[tuple[int, float]]]],
    apart: float,
) -> None:
    """Pools of vertices that touch: each holds (weighted sum of wanted places, weight, how many)."""
    shift, before = 0.0, 0.0
    shifts: list[float] = []
    pools: list[tuple[float, float, int]] = []
    for index, one in enumerate(layer):
        shift += (before + sizes[one]) / 2 + apart if index else 0.0
        before = sizes[one]
        shifts.append(shift)
        wanted = [(at[other], weight) for side in near for other, weight in side.get(one, ())]
        weight = sum(weight for _, weight in wanted)
        place = sum(place * weight for place, weight in wanted) / weight if wanted else at[one]
        pool = ((place - shift) * (weight or 0.05), weight or 0.05, 1)
        while pools and pools[-1][0] / pools[-1][1] >= pool[0] / pool[1]:
            last = pools.pop()
            pool = (last[0] + pool[0], last[1] + pool[1], last[2] + pool[2])
        pools.append(pool)
    places = [total / weight for total, weight, count in pools for _ in range(count)]
    for one, place, moved in zip(layer, places, shifts, strict=True):
        at[one] = place + moved
