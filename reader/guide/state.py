"""What stands at a ref now, and whether that is what was read."""

from __future__ import annotations

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.excerpt import excerpt_of
from reader.guide.values import Look, ReadState
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


def read_state(mark: Mark | None, reading: Reading | Look) -> ReadState:
    """`changed`: what stands there now is not what was read. What cannot be read now, or had no time to be recorded,
    gives no reason to say so."""
    if mark is None:
        return "unread"
    if mark.release is None or reading.problem is not None:
        return "read"
    digest = reading.excerpt.digest if reading.excerpt else None
    return "read" if mark.digest == digest else "changed"
