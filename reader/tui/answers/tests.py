"""The tests that exercise a definition, nearest first."""

from __future__ import annotations

from itertools import groupby

from reader.tui.answers.subject import about, subject
from reader.tui.answers.values import Answer, Entry, Group, Place, Question, Spot, count
from reader.tui.answers.workshop import Workshop


def tests(spot: Spot) -> Question[Answer]:
    """As `reader tests` lists them."""
    return Question(f"which tests exercise {spot.name}", lambda workshop: _answer(workshop, spot))


def _answer(workshop: Workshop, spot: Spot) -> Answer:
    what = subject(workshop, spot)
    if isinstance(what, Answer):
        return what
    if what.symbol is None:
        return Answer(f"{what.path} is no definition: tests are told of functions, methods, classes and kernels")
    from reader.exercises import Test, tests  # 50 ms with inference
    from reader.exercises.words import far, looked

    def entry(one: Test) -> Entry:
        way = f"by {', '.join(one.via)}" if one.via else ""
        note = "; ".join(filter(None, (way, one.why if not one.sure else "")))
        return Entry(one.test, Place(one.path, one.line, one.test), "test", note, one.uses, one.sure)

    known = tests(workshop.checkout, what.path, what.symbol, what.kind or "")
    groups = []
    for distance, near in groupby(known.found, key=lambda one: one.distance):
        entries = tuple(map(entry, near))
        groups.append(Group(f"{far(distance)}: {count(len(entries), 'test')}", entries))
    return Answer(f"{about(what)}: {count(len(known.found), 'test')}", tuple(groups), (looked(known),))
