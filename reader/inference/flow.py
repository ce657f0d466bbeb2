"""Which of several bindings of a name can have been the last one before a use of it."""

from __future__ import annotations

from collections.abc import Sequence

from reader.syntax.bound import Bound
from reader.syntax.scopes import Place


def reaching(
    bounds: Sequence[Bound], place: Place, line: int, column: int, *, certain: bool = False
) -> tuple[Bound, ...]:
    """Of the bindings of one scope, those that may hold at a place in that scope: from the last one on that is sure to
    have been passed, and later ones where a loop leads back. Where none is sure to have been passed all may, or, where
    they are asked to be `certain`, none."""
    plain = [one for one in bounds if one.how not in ("declared", "augmented")]
    here = line, column
    before = [one for one in plain if one.after <= here]
    sure = [one for one in before if one.place.blocks == place.blocks[: len(one.place.blocks)]]
    if not sure:
        return () if certain else tuple(plain)
    last = max(sure, key=lambda one: one.after)
    loops = set(place.loops) - set(last.place.loops)
    again = [one for one in plain if one.after > here and loops & set(one.place.loops)]
    return tuple([one for one in before if one.after >= last.after] + again)
