"""Which definition a question is about: the one that the name under the cursor means, else the one that the page shows.

Never a guess: where the name may mean several, they are the answer, to choose from.
"""

from __future__ import annotations

from reader.resolve import Site
from reader.tui.answers.definition import meanings
from reader.tui.answers.meaning import Meaning
from reader.tui.answers.values import Answer, Entry, Group, Spot
from reader.tui.answers.workshop import Workshop

_NO_DEFINITION = ("local", "parameter")


def subject(workshop: Workshop, spot: Spot) -> Spot | Answer:
    """Without its cursor; an answer where the question cannot be put."""
    for one in meanings(workshop, spot) if spot.cursor and spot.cursor[1] is not None else ():
        entries = [each for each in one.entries if each.depth == 0 and each.lead not in _NO_DEFINITION]
        if len(entries) == 1 and entries[0].place is not None and entries[0].sure:
            return _of(entries[0])
        if entries:
            return _choice(one, entries)
    return _checked(workshop, spot.page)


def _of(entry: Entry) -> Spot:
    assert entry.place is not None
    return Spot(entry.place.path, entry.place.symbol, entry.lead or None, entry.place.line)


def _choice(one: Meaning, entries: list[Entry]) -> Answer:
    note = "Go to the one that you mean, and ask there."
    if len(entries) == 1:
        return Answer(f"{one.name} is only perhaps this", (Group("perhaps", tuple(entries)),), (note,))
    return Answer(f"{one.name} may mean several", (Group("which one?", tuple(entries)),), (note,))


def _checked(workshop: Workshop, page: Spot) -> Spot | Answer:
    """What the page shows may be of another release, or in a file that is no longer as it was."""
    checkout = workshop.checkout
    if not (checkout.has(page.path) or checkout.is_directory(page.path)):
        return Answer(f"{page.path} is not in vLLM {checkout.release}")
    if page.symbol is None:
        return page
    match = workshop.tools.sources.match(page.path, page.symbol)
    if match is None:
        return Answer(f"{page.path} defines no {page.symbol} in vLLM {checkout.release}")
    twins = (match.definition, *match.twins)
    same = next((one for one in twins if one.line == page.line), match.definition)
    return Spot(page.path, page.symbol, same.kind, same.line)


def site_of(workshop: Workshop, spot: Spot) -> Site:
    from reader.ref import Ref

    release = workshop.checkout.release
    return Site(Ref(spot.path, spot.symbol), "exact", release, spot.path, spot.symbol, spot.kind or "file", spot.line)


def about(spot: Spot) -> str:
    return spot.symbol or spot.path
