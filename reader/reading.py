"""One stop of a tour in one checkout: its variant applied, its site found, its excerpt cut.

The one place where a stop meets a checkout. `guide` shows what this gives, `check` judges it; neither knows more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reader.checkout import Checkout
from reader.errors import OtherProject, ReaderError
from reader.excerpt import Excerpt, Way, excerpt_of
from reader.resolve import Resolver, Site
from reader.tour import Stop, Tour
from reader.value import frozen


def meet(tour: Tour, checkout: Checkout) -> None:
    """Raises OtherProject for a tour of vLLM in a checkout of another project: whatever would be found there under the
    names of its stops is something else."""
    if checkout.foreign and tour.of_the_plan:
        raise OtherProject(tour.name, checkout.named, checkout.root)


_AGAIN = 3  # times that a stop is read whose files change meanwhile
Stamped = tuple[tuple[str, tuple[int, int] | None], ...]


@frozen
class Reading:
    """`stop` is as this release has it. `excerpt` is None where the site could not be read; `problem` says why. `files`
    are those of the checkout that it was made of, each with its stamp then."""

    stop: Stop
    site: Site
    excerpt: Excerpt | None
    problem: str | None = None
    files: Stamped = ()

    @property
    def told_gone(self) -> bool:
        """Whether the tour itself says that there is nothing here any more, and what to read instead."""
        return self.stop.state == "historical" and not self.site.found


class Readings:
    """What is parsed for one stop is there for the next, as long as the files stay as they are: of one that is another
    by now nothing is taken from memory, whose lines would be those of yesterday."""

    def __init__(self, checkout: Checkout, *, past: bool = False) -> None:
        """With `past`, what is gone is shown from another release at hand, and says so."""
        self.checkout = checkout
        self._past = past
        self._resolver = Resolver(checkout)

    def stop(self, tour: Tour, stop: Stop, *, full: bool = False) -> Reading:
        """Never raises for what lies in the checkout: a stop that cannot be read says so, and the tour goes on. Raises
        OtherProject."""
        meet(tour, self.checkout)
        for _ in range(_AGAIN):
            reading = self._stop(tour, stop, full)
            if self.unchanged(reading.files) and not any(self._resolver.outdated(path) for path, _ in reading.files):
                break
            self._resolver = Resolver(self.checkout)
        return reading

    def unchanged(self, files: Stamped) -> bool:
        """Whether what was made of them is still what lies there."""
        return all(self.checkout.stamp(path) == stamp for path, stamp in files)

    def stamped(self, paths: Iterable[str]) -> Stamped:
        return tuple((path, self.checkout.stamp(path)) for path in dict.fromkeys(paths))

    def _stop(self, tour: Tour, stop: Stop, full: bool) -> Reading:
        chosen, instead_of = stop.at_release(self.checkout.release)
        files = self.stamped([chosen.ref.path])
        try:
            site = self._resolver.stop(chosen.ref, instead_of)
        except ReaderError as error:
            gone = Site(chosen.ref, "gone", self.checkout.release, message=str(error))
            return Reading(chosen, gone, None, str(error), files)
        files = self.stamped(_paths(site))
        if site.verdict == "gone" and self._past:
            historic = self._historic(stop, chosen, site, full)
            if historic is not None:
                return replace(historic, files=files)
        try:
            way = self._way(tour, chosen)
            files = self.stamped([*_paths(site), *(_paths(way.site) if way else ())])
            excerpt = excerpt_of(self.checkout, site, chosen.notes_at(self.checkout.release), way=way, full=full)
        except ReaderError as error:
            return Reading(chosen, site, None, str(error), files)
        return Reading(chosen, site, excerpt, files=files)

    def _historic(self, stop: Stop, chosen: Stop, gone: Site, full: bool) -> Reading | None:
        from reader.history.past import past  # with the releases 8 ms, for what is gone
        from reader.history.versions import Versions

        found = past(Versions(self.checkout), gone, lambda release: stop.at_release(release)[0].ref)
        if found is None:
            return None
        try:
            notes = stop.at_release(found.checkout.release)[0].notes_at(found.checkout.release)
            return Reading(chosen, found.site, excerpt_of(found.checkout, found.site, notes, full=full))
        except ReaderError:
            return None

    def _way(self, tour: Tour, stop: Stop) -> Way | None:
        """From the stop that this one names; one that this release leaves out has no call to show."""
        name = stop.after or stop.back_from
        if name is None:
            return None
        other = tour.stop(name)
        if other not in tour.stops_at(self.checkout.release):
            return None
        chosen, instead_of = other.at_release(self.checkout.release)
        site = self._resolver.stop(chosen.ref, instead_of)
        return Way(name, site, back=stop.after is None, call=stop.call, message=stop.message)


def _paths(site: Site) -> Iterator[str]:
    """Those that it was found in, or that may be it."""
    yield from filter(None, (site.ref.path, site.path))
    yield from (hop.path for hop in site.hops)
    yield from (one.path for one in site.candidates)
