"""A sitting: the next unread stops that fit into the minutes there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reader.study.desk import StopState


@dataclass(frozen=True, slots=True)
class Sitting:
    """`following` is the first stop that no longer fits, None when nothing unread is left."""

    minutes: int
    stops: tuple[StopState, ...]
    following: StopState | None

    @property
    def planned(self) -> int:
        return sum(one.stop.minutes for one in self.stops)

    @property
    def why_none(self) -> str:
        """Where no stop fits."""
        if self.following is None:
            return "Every stop of every tour is read."
        name, minutes = self.following.name, self.following.stop.minutes
        return f"No stop fits into {self.minutes} minutes: the next unread one, {name}, takes {minutes}."


def sitting(stops: Sequence[StopState], tour: str, stop: str, minutes: int) -> Sitting:
    """From this stop of this tour on, in the order given and from its start again: what was skipped comes last. No
    stop is passed over for a shorter one: a tour is read in its order."""
    start = next((index for index, one in enumerate(stops) if (one.tour.name, one.stop.id) == (tour, stop)), 0)
    chosen: list[StopState] = []
    left = minutes
    for one in (*stops[start:], *stops[:start]):
        if one.read:
            continue
        if one.stop.minutes > left:
            return Sitting(minutes, tuple(chosen), one)
        chosen.append(one)
        left -= one.stop.minutes
    return Sitting(minutes, tuple(chosen), None)
