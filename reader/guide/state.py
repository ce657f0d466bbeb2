"""Whether what stands somewhere now is what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.history.change import Level, Was, is_change, level
from reader.history.standing import Standing, standing

if TYPE_CHECKING:
    from reader.guide.values import Look, ReadState
    from reader.progress import Mark
    from reader.reading import Reading


def change_since(mark: Mark | None, reading: Reading | Look) -> Level | None:
    """How what stands there now differs from what was read; None if it was not read. What cannot be read now, or had no
    time to be recorded, gives no reason to speak of a change."""
    return None if mark is None else since(mark, standing_of(reading))


def standing_of(reading: Reading | Look) -> Standing:
    """What marks are compared with. It takes 10 ms and more, most of it for the digest of a large definition."""
    if reading.site.verdict == "historic":
        return Standing("gone")
    text = reading.excerpt.text if reading.excerpt else None
    return standing(reading.site, text, reading.problem)


def since(mark: Mark, now: Standing) -> Level:
    if mark.release is None or now.problem is not None:
        return "same"
    return level(Was(mark.digest, mark.path, mark.symbol), now)


def read_state(change: Level | None) -> ReadState:
    if change is None:
        return "unread"
    return "changed" if is_change(change) else "read"
