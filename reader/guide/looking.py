"""Any ref at all, outside of tours."""

from __future__ import annotations

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.excerpt import excerpt_of
from reader.guide.values import Look
from reader.ref import Ref
from reader.resolve import resolve_stop


def look(ref: Ref, checkout: Checkout, *, full: bool = False) -> Look:
    site = resolve_stop(checkout, ref, None)
    try:
        return Look(site, excerpt_of(checkout, site, (), full=full), None)
    except ReaderError as error:
        return Look(site, None, str(error))
