"""What stands at a ref now, and whether that is what was read."""

from __future__ import annotations

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.excerpt import excerpt_of
from reader.guide.values import Look, ReadState
from reader.history.change import Level, Was, is_change, level
from reader.history.standing import Standing, standing
from reader.progress import Mark
from reader.reading import Reading
from reader.ref import Ref
from reader.resolve import resolve_stop


def look(ref: Ref, checkout: Checkout, *, full: bool = False) -> Look:
    """Any ref at all, outside of tours."""
    site = resolve_stop(checkout, ref, None)
    try:
        return Look(site, excerpt_of(checkout, site, (), full=full), None)
    except ReaderError as error:
        return Look(site, None, str(error))


def change_since(mark: Mark | None, reading: Reading | Look) -> Level | None:
    """How what stands there now differs from what was read; None if it was not read. What cannot be read now, or had no
    time to be recorded, gives no reason to speak of a change."""
    if mark is None:
        return None
    if reading.site.verdict == "historic":
        return since(mark, Standing("gone"))
    text = reading.excerpt.text if reading.excerpt else None
    return since(mark, standing(reading.site, text, reading.problem))


def since(mark: Mark, now: Standing) -> Level:
    if mark.release is None or now.problem is not None:
        return "same"
    return level(Was(mark.digest, mark.path, mark.symbol), now)


def read_state(change: Level | None) -> ReadState:
    if change is None:
        return "unread"
    return "changed" if is_change(change) else "read"
