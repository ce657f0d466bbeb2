"""Definitions by their name, over the whole checkout."""

from __future__ import annotations

from reader.tui.answers.values import Answer, Entry, Group, Place, Question, count
from reader.tui.answers.workshop import Workshop

NEAR = "name"  # the lead of an entry that is no place but a name to search for


def search(name: str) -> Question[Answer]:
    """As `reader find` lists them, best first."""
    return Question(f"where {name} is defined", lambda workshop: _answer(workshop, name, nearest=False))


def near(name: str) -> Question[Answer]:
    """The same with the names that come near where nothing is found, which takes several times as long."""
    return Question(f"names that come near {name}", lambda workshop: _answer(workshop, name, nearest=True))


def _answer(workshop: Workshop, name: str, *, nearest: bool) -> Answer:
    from reader.lookup import find  # 20 ms with the scanner

    known = find(workshop.checkout, name, nearest=nearest)
    if not known.found:
        listed = tuple(Entry(one, lead=NEAR) for one in known.near)
        groups = (Group("names that come near", listed),) if listed else ()
        return Answer(f"nothing in this checkout defines {name!r}", groups)
    entries = tuple(Entry(one.symbol, Place(one.path, one.line, one.symbol), one.kind) for one in known.found)
    whole = known.found[0].exact
    title = f"{count(len(entries), 'definition')} of {name}" if whole else f"{count(len(entries), 'name')} beginning so"
    return Answer(title, (Group("", entries),))
