"""Our own export taken in again: the same stops, as they are in the release that they were written out for.

Only what a player shows is read from what it shows, so that words which somebody edited in VS Code come back. A step
without our keys is somebody's own, and is taken for what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec

from reader.codetour.descriptions import RULE, code
from reader.codetour.incoming import prose
from reader.codetour.parsing import GivenStep, GivenTour
from reader.errors import BadRef
from reader.ref import Ref
from reader.tour import LINK, Note, Question, Stop
from reader.tourfile.keys import STOP, TOUR, Fields

_KEPT = ("minutes", "lane", "state", "reason", "stars", "covers", "after", "back_from", "call", "message")


def runs(given: GivenTour) -> Iterator[Stop | GivenStep]:
    """The stops that were written out, and the steps between them that were not."""
    pending: list[GivenStep] = []
    for step in given.steps:
        kept = step.reader if given.reader and step.symbol else None
        if kept is not None and "stop" in kept:
            yield from _made(pending)
            pending = [step]
        elif kept is not None and pending and ("note" in kept or "answers" in kept):
            pending.append(step)
        else:
            yield from _made(pending)
            pending = []
            yield step
    yield from _made(pending)


def head(given: GivenTour) -> dict[str, Any]:
    """Title, home and week as they were, where they are still there and are good."""
    found: dict[str, Any] = {}
    for key in ("title", "home", "week"):
        if given.reader and key in given.reader:
            with suppress(ValueError, msgspec.ValidationError):
                found |= _checked({key: given.reader[key]}, TOUR)
    return found


def linked(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """Without links to stops that were not written out."""
    ids = {stop.id for stop in stops}
    unlinked: dict[str, Any] = dict.fromkeys(LINK)
    return tuple(
        replace(stop, **unlinked) if (stop.after or stop.back_from) not in ids - {stop.id} else stop for stop in stops
    )


def _made(steps: Sequence[GivenStep]) -> Iterator[Stop | GivenStep]:
    """The one stop, or the steps as they are where that cannot be made of them."""
    if not steps:
        return
    try:
        yield _stop(steps)
    except (BadRef, KeyError, TypeError, ValueError, msgspec.ValidationError):
        yield from steps


def _stop(steps: Sequence[GivenStep]) -> Stop:
    first, *others = steps
    kept: Mapping[str, Any] = first.reader or {}
    why, _, _ = first.description.partition(RULE)
    aside = [Note(str(one["at"]), str(one["say"])) for one in kept.get("notes", ())]
    notes = [
        Note(str(one.reader["note"]), prose(one.description)) for one in others if one.reader and "note" in one.reader
    ]
    questions = [question for one in others if one.reader and "answers" in one.reader for question in _questions(one)]
    values = _checked({key: kept[key] for key in _KEPT if key in kept}, STOP)
    return Stop(
        id=STOP["id"][1](kept["stop"]),
        title=STOP["title"][1](kept.get("title", first.title)),
        ref=Ref.parse(first.symbol or ""),
        why=STOP["why"][1](prose(why)),
        notes=(*aside, *notes),
        questions=tuple(questions),
        **{"minutes": 1} | values,
    )


def _questions(step: GivenStep) -> Iterator[Question]:
    parts = step.description.split(RULE)
    refs = [one.get("ref") for one in (step.reader or {})["answers"]]
    for ask, answer, ref in zip(parts[::2], parts[1::2], refs, strict=True):
        said = answer.removesuffix(f"\n\nSee {code(ref)}") if ref else answer
        yield Question(prose(ask), prose(said), Ref.parse(ref) if ref else None)


def _checked(values: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    return {key: fields[key][1](value) for key, value in values.items()}
