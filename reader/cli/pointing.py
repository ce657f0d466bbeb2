"""Where what was typed after a question about code leads: a ref, or a stop of a tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.ref import Ref

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.cli.session import Session
    from reader.resolve import Site


def site_of(session: Session, checkout: Checkout, text: str) -> Site:
    """A stop is named as `reader show` takes it, and leads to what this release reads there. Raises BadRef, and
    UnknownName for a stop that its tour does not have."""
    if not any(mark in text for mark in ("/", "::", ".")) and not checkout.has(text):
        from reader.cli.reading import find_stop  # 20 ms with the tours, which a ref need not pay
        from reader.reading import Readings

        named = find_stop(text, session, checkout)
        if named is not None:
            return Readings(checkout).stop(named.tour, named.stop).site
    ref = Ref.parse(text)
    from reader.resolve import resolve  # 25 ms

    return resolve(checkout, ref)
