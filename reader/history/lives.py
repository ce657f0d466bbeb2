"""The life of a symbol over the releases at hand: where it stood in each, and when its code changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.history.change import Level, Was, level
from reader.history.standing import Standing, standing, text_of
from reader.history.versions import Versions
from reader.ref import Ref
from reader.resolve import Hop, Resolver, Site
from reader.value import frozen


@frozen
class Age:
    """One release, opened by `name`: where the ref leads in it, and how that differs from the last one that had it."""

    release: str
    source: str
    name: str
    site: Site
    change: Level | None


def life(versions: Versions, ref: Ref, progress: Callable[[str], None] = lambda release: None) -> tuple[Age, ...]:
    """Oldest release first, the checkout that is read among them. What cannot be opened is told as such; a history that
    is not whole tells `Versions.doubts`."""
    points = []
    for release, source, name in _points(versions):
        progress(release)
        points.append(_Point(versions, release, source, name, ref))
    for run in (points, points[::-1]):
        for near, here in pairwise(run):
            here.learn_from(near)
    return tuple(_ages(points))


class _Point:
    """One release, while it is found out where the thing stands in it."""

    def __init__(self, versions: Versions, release: str, source: str, name: str, ref: Ref) -> None:
        self.release, self.source, self.name, self.ref = release, source, name, ref
        self.checkout: Checkout | None = None
        try:
            self.checkout = versions.checkout if source == "checkout" else versions.open(name)
            self.site = Resolver(self.checkout).sites((ref,))[0]
        except ReaderError as error:
            self.site = Site(ref, "gone", release, message=str(error))

    def learn_from(self, near: _Point) -> None:
        """Where the ref alone cannot tell, the release beside this one may: what stands at the place that the thing had
        there, under the same name and of the same kind, is it."""
        there = near.site
        if self.site.found or self.checkout is None or there.path is None or there.symbol != self.ref.symbol:
            return  # what a base has under the name is another thing: it stays when the member goes
        place = Ref(there.path, there.symbol)
        if place == self.ref:
            return
        answer = Resolver(self.checkout).at_its_place(place)
        if answer is None or answer.verdict != "exact" or answer.kind != there.kind:
            return
        hop = Hop(place.path, answer.line or 1, f"it stands here in {near.release}")
        self.site = replace(answer, ref=self.ref, verdict="moved", hops=(*there.hops, hop))

    def standing(self) -> Standing:
        if self.checkout is None:
            return Standing("gone", problem=self.site.message)
        try:
            return standing(self.site, text_of(self.checkout, self.site))
        except ReaderError as error:
            return standing(self.site, None, str(error))


def _ages(points: list[_Point]) -> Iterator[Age]:
    before: Standing | None = None
    for point in points:
        change = None
        if point.site.found:
            now = point.standing()
            change = level(Was(before.digest, before.path, before.symbol), now) if before else None
            before = now
        yield Age(point.release, point.source, point.name, point.site, change)


def _points(versions: Versions) -> Iterator[tuple[str, str, str]]:
    from reader.releases import in_order

    own = versions.checkout.release
    known = {one.release: (one.release, one.source, one.name) for one in versions.releases()}
    known[own] = (own, "checkout", "")
    try:
        order = in_order(known)
    except ValueError:  # the checkout's release is unknown: it comes last
        order = (*in_order(one for one in known if one != own), own)
    yield from (known[release] for release in order)
