"""Every place that uses a definition: the sure ones, then those that may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reader.tui.answers.subject import about, site_of, subject
from reader.tui.answers.values import Answer, Entry, Group, Place, Question, Spot
from reader.tui.answers.workshop import Workshop

if TYPE_CHECKING:
    from reader.usages import Use


def uses(spot: Spot) -> Question[Answer]:
    """As `reader uses --all` lists them."""
    return Question(f"what uses {spot.name}", lambda workshop: _answer(workshop, spot))


def _answer(workshop: Workshop, spot: Spot) -> Answer:
    what = subject(workshop, spot)
    if isinstance(what, Answer):
        return what
    from reader import usages  # 20 ms with the grammar
    from reader.usages.order import places, refused

    if told := refused(what.path, what.symbol, what.kind):
        return Answer(f"{about(what)} is {told}")
    found = usages.uses(workshop.checkout, site_of(workshop, what))
    groups = [_group(f"used in {places(found.sure)}", found.sure)]
    if found.perhaps:
        groups.append(_group(f"perhaps in {places(found.perhaps, 'more place')}", found.perhaps))
    more = f", perhaps in {len(found.perhaps)} more" if found.perhaps else ""
    return Answer(f"{about(what)}: used in {places(found.sure)}{more}", tuple(groups), found.notes)


def _group(title: str, found: Sequence[Use]) -> Group:
    from reader.usages.order import counts, ordered

    told = counts(found)
    return Group(f"{title}: {told}" if told else title, tuple(map(_entry, ordered(found))), by_file=True)


def _entry(one: Use) -> Entry:
    from reader.usages.order import behind

    return Entry(one.text, Place(one.path, one.line, one.within, one.column), one.kind, behind(one), sure=one.sure)
