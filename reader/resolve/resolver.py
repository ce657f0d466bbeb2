"""Refs of one checkout, resolved one after the other or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reader.checkout import Checkout
from reader.ref import Ref
from reader.resolve.ladder import Ladder
from reader.resolve.python import Lost
from reader.resolve.site import Hop, Site


class Resolver:
    """For as long as the files of the checkout stay as they are: what is parsed for one ref is there for the next."""

    def __init__(self, checkout: Checkout) -> None:
        self._release, self._project = checkout.release, checkout.project
        self._ladder = Ladder(checkout)

    def outdated(self, path: str) -> bool:
        """Whether the file is another by now than the one that was parsed: its lines would be those of yesterday."""
        return self._ladder.sources.outdated(path)

    def sites(self, refs: Sequence[Ref]) -> tuple[Site, ...]:
        """In the order of `refs`; the tree is searched once for all whose place does not have them any more."""
        found: dict[Ref, Site] = {}
        lost: dict[Ref, Lost] = {}
        for ref in sorted(set(refs), key=str):  # refs of one file together: its tree is parsed once
            answer = self._ladder.at_its_place(ref)
            if isinstance(answer, Site):
                found[ref] = answer
            else:
                lost[ref] = answer
        if lost:
            found |= self._ladder.elsewhere.sites(lost)
        return tuple(self._of_project(found[ref]) for ref in refs)

    def at_its_place(self, ref: Ref) -> Site | None:
        """Only what the ref's own path gives, without a search; None where that is nothing certain."""
        answer = self._ladder.at_its_place(ref)
        return self._of_project(answer) if isinstance(answer, Site) and answer.found else None

    def _of_project(self, site: Site) -> Site:
        return site if site.project == self._project else replace(site, project=self._project)

    def stop(self, ref: Ref, instead_of: Ref | None) -> Site:
        """`ref` is what a tour's variant names for this release in place of `instead_of`."""
        return self.stops(((ref, instead_of),))[0]

    def stops(self, wanted: Sequence[tuple[Ref, Ref | None]]) -> tuple[Site, ...]:
        """The same for many at once."""
        sites = self.sites([ref for ref, _ in wanted])
        return tuple(self._told(site, *pair) for site, pair in zip(sites, wanted, strict=True))

    def _told(self, site: Site, ref: Ref, instead_of: Ref | None) -> Site:
        if instead_of is None or instead_of == ref or site.verdict != "exact":
            return site
        hop = Hop(ref.path, site.line or 1, f"the tour says that {instead_of} lives here in release {self._release}")
        return replace(site, verdict="elsewhere", hops=(hop, *site.hops))


def resolve(checkout: Checkout, ref: Ref) -> Site:
    return Resolver(checkout).sites((ref,))[0]


def resolve_all(checkout: Checkout, refs: Sequence[Ref]) -> tuple[Site, ...]:
    return Resolver(checkout).sites(refs)


def resolve_stop(checkout: Checkout, ref: Ref, instead_of: Ref | None) -> Site:
    return Resolver(checkout).stop(ref, instead_of)
