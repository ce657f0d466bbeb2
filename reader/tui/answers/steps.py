"""Steps of a tree of calls as lines of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from reader.calls.words import AGAIN, VIA, is_perhaps, lines
from reader.tui.answers.values import Entry, Place

if TYPE_CHECKING:
    from reader.calls import Rest, Step


def callees(steps: Iterable[Step], depth: int = 0, *, at: bool = True) -> Iterator[Entry]:
    """Each where it is defined, with what stands in for it below it; with the lines of the calls, or without."""
    for one in steps:
        place = Place(one.path, one.line, one.symbol) if one.path is not None else None
        below = depth + (one.via == "stands in" and not depth)  # in place of the one before it
        yield Entry(one.symbol, place, one.kind, told(one), lines(one) if at else (), not is_perhaps(one), below)
        yield from callees(one.below, below + 1, at=at)
        if one.rest is not None and one.rest.left_out:
            yield Entry(f"and {one.rest.left_out} more that stand in for it", depth=below + 1)


def callers(steps: tuple[Step, ...]) -> Iterator[Entry]:
    """Each call for itself, where it stands in its caller."""
    for one in steps:
        symbol = one.symbol if one.kind != "module" else None
        for number in lines(one) or (one.line,):
            place = Place(str(one.path), number, symbol) if one.path is not None else None
            yield Entry(one.symbol, place, one.kind, told(one), (), not is_perhaps(one))


def untold(rest: Rest | None, within: Step | None = None) -> Iterator[Entry]:
    """Where each is called, in the body of this definition."""
    for one in rest.untold if rest is not None else ():
        place = Place(within.path, one.line, within.symbol) if within and within.path else None
        yield Entry(one.name, place, "", f"not told: {one.why}", (one.line,), sure=False)


def told(step: Step) -> str:
    return "; ".join(filter(None, (VIA[step.via], AGAIN[step.again] if step.again else "", step.note)))
