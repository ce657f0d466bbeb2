"""Definitions by their name, over the whole checkout."""

from __future__ import annotations

from reader.tui.answers.values import Answer, Entry, Group, Place, Question, count
from reader.tui.answers.workshop import Workshop

NEAR = "name"  # the lead of an entry that is no place but a name to search for


def search(name: str) -> Question[Answer]:
    """As `reader find` lists them, best first; the names that come near where nothing is found."""
    return Question(f"where {name} is defined", lambda workshop: _answer(workshop, name))


def _answer(workshop: Workshop, name: str) -> Answer:
    from reader.lookup import find  # 20 ms with the scanner

    known = find(workshop.checkout, name)
    if not known.found:
        near = tuple(Entry(one, lead=NEAR) for one in known.near)
        groups = (Group("names that come near", near),) if near else ()
        return Answer(f"nothing in this checkout defines {name!r}", groups)
    entries = tuple(Entry(one.symbol, Place(one.path, one.line, one.symbol), one.kind) for one in known.found)
    whole = known.found[0].exact
    title = f"{count(len(entries), 'definition')} of {name}" if whole else f"{count(len(entries), 'name')} beginning so"
    return Answer(title, (Group("", entries),))
