"""One stop of a tour in one checkout: its variant applied, its site found, its excerpt cut.

The one place where a stop meets a checkout. `guide` shows what this gives, `check` judges it; neither knows more.
"""

from __future__ import annotations

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


@frozen
class Reading:
    """`stop` is as this release has it. `excerpt` is None where the site could not be read; `problem` says why."""

    stop: Stop
    site: Site
    excerpt: Excerpt | None
    problem: str | None = None

    @property
    def told_gone(self) -> bool:
        """Whether the tour itself says that there is nothing here any more, and what to read instead."""
        return self.stop.state == "historical" and not self.site.found


class Readings:
    """For as long as the files of the checkout stay as they are: what is parsed for one stop is there for the next."""

    def __init__(self, checkout: Checkout, *, past: bool = False) -> None:
        """With `past`, what is gone is shown from another release at hand, and says so."""
        self.checkout = checkout
        self._past = past
        self._resolver = Resolver(checkout)

    def stop(self, tour: Tour, stop: Stop, *, full: bool = False) -> Reading:
        """Never raises for what lies in the checkout: a stop that cannot be read says so, and the tour goes on. Raises
        OtherProject."""
        meet(tour, self.checkout)
        release = self.checkout.release
        chosen, instead_of = stop.at_release(release)
        try:
            site = self._resolver.stop(chosen.ref, instead_of)
        except ReaderError as error:
            return Reading(chosen, Site(chosen.ref, "gone", release, message=str(error)), None, str(error))
        if site.verdict == "gone" and self._past:
            historic = self._historic(stop, chosen, site, full)
            if historic is not None:
                return historic
        try:
            way = self._way(tour, chosen)
            excerpt = excerpt_of(self.checkout, site, chosen.notes_at(release), way=way, full=full)
        except ReaderError as error:
            return Reading(chosen, site, None, str(error))
        return Reading(chosen, site, excerpt)

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
