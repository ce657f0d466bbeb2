"""What the name under the cursor means: definitions, those that stand in for one that is abstract, and what is known of
the type of a value.

Python is told by scopes, imports and types, C++ and CUDA by name. What stands in a comment, a string or a document is
only looked up, and is never sure.
"""

from __future__ import annotations

from reader import syntax
from reader.tui.answers import naming
from reader.tui.answers.meaning import Meaning
from reader.tui.answers.values import Answer, Group, Question, Spot
from reader.tui.answers.workshop import Workshop


def definition(spot: Spot) -> Question[Answer]:
    """Of the name at the cursor; where there is none, of what the page shows."""
    return Question(
        f"what is meant at {spot.path}:{spot.cursor[0] if spot.cursor else spot.line or 1}",
        lambda workshop: _answer(workshop, spot),
    )


def written(text: str) -> Question[Answer]:
    """Of a name or a path that stands in prose: a note, a document, the tour's own words."""

    def answer(workshop: Workshop) -> Answer:
        from reader.tui.answers.written import named

        return _of_one(named(workshop, text), Spot(""))

    return Question(f"what {text} means", answer)


def meanings(workshop: Workshop, spot: Spot) -> tuple[Meaning, ...]:
    """One for each name that the cursor may mean; none where it is on no name."""
    if spot.cursor is None:
        return ()
    line, column = spot.cursor
    text = workshop.line(spot.path, line)
    language = syntax.language_of(spot.path)
    found = []
    for name in naming.on(text, column):
        if language == "python":
            from reader.tui.answers.python import meaning
        elif language in ("cpp", "cuda"):
            from reader.tui.answers.native import meaning
        else:
            from reader.tui.answers.written import meaning
        found.append(meaning(workshop, spot.path, line, name))
    return tuple(found)


def _answer(workshop: Workshop, spot: Spot) -> Answer:
    found = meanings(workshop, spot)
    if spot.cursor is not None and spot.cursor[1] is None:
        found = tuple(one for one in found if one.leads)
    if not found:
        return Answer("no name is under the cursor")
    if len(found) == 1:
        return _of_one(found[0], spot)
    groups = [group for one in found for group in _groups(one)]
    return Answer(f"Names on line {spot.cursor[0] if spot.cursor else ''}", tuple(groups))


def _of_one(one: Meaning, spot: Spot) -> Answer:
    places = [entry.place for entry in one.entries if entry.place is not None]
    sure = all(entry.sure for entry in one.entries)
    direct = places[0] if len(places) == len(one.entries) == 1 and sure and not (one.types or one.onward) else None
    if direct is not None and spot.cursor is not None and (direct.path, direct.line) == (spot.path, spot.cursor[0]):
        return Answer(f"{one.name} is right here", notes=(one.entries[0].note,) if one.entries[0].note else ())
    return Answer(f"{one.name}: {_count(one)}", tuple(_groups(one)), one.notes, direct)


def _count(one: Meaning) -> str:
    number = sum(entry.place is not None for entry in one.entries)
    if not number:
        return "nothing in this checkout is known to be meant"
    return "what it means" if number == 1 else f"{number} places that it may mean"


def _groups(one: Meaning) -> list[Group]:
    """What is sure before what only may be."""
    sure = tuple(entry for entry in one.entries if entry.sure)
    perhaps = tuple(entry for entry in one.entries if not entry.sure)
    groups = [Group(f"{one.name} is", sure)] if sure else []
    groups += [Group(f"{one.name} is perhaps", perhaps)] if perhaps else []
    groups += [Group(f"{one.name} holds", one.types)] if one.types else []
    return groups + ([Group("by the name that it is given, or by a message", one.onward)] if one.onward else [])
