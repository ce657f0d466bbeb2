"""What is gone from one release, found in the newest other one at hand that has it at its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.history.versions import Versions
from reader.ref import Ref
from reader.releases import is_older
from reader.resolve import Resolver, Site
from reader.value import frozen

_SURE = frozenset({"exact", "inherited"})


@frozen
class Past:
    """`site` is of the verdict `historic`; its lines are those of `checkout`."""

    site: Site
    checkout: Checkout


def past(versions: Versions, gone: Site, ref_at: Callable[[str], Ref]) -> Past | None:
    """`ref_at` is how the thing is called in a release. Only older releases are asked, newest first: what comes later
    under its name may be another thing."""
    older = [one for one in versions.releases() if is_older(one.release, gone.release) is not False]
    for version in reversed(older):
        try:
            checkout = versions.open(version.name)
            site = Resolver(checkout).at_its_place(ref_at(version.release))
        except ReaderError:
            continue  # a tag whose objects are not here, say; the next one may be
        if site is not None and site.verdict in _SURE:
            return Past(_historic(site, gone), checkout)
    return None


def _historic(site: Site, gone: Site) -> Site:
    message = "; ".join(filter(None, (gone.message, site.message)))
    return replace(
        site, verdict="historic", missing_in=gone.release, candidates=gone.candidates, message=message or None
    )
