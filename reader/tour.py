"""Tours: TOML in, frozen values out, every complaint of a file at once.

A tour is data from a stranger: nothing in it is executed and nothing in it opens a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reader.ref import Ref

Lane = Literal["frontend", "engine-core", "worker", "gpu", "build"]
State = Literal["live", "alias", "legacy", "optional", "historical"]


@dataclass(frozen=True, slots=True)
class Note:
    at: str
    say: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    ask: str
    answer: str
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """What replaces a stop's own values in the releases that `when` matches; None keeps the stop's value. A variant of
    state "historical" without a `ref` says that there is nothing here any more, and its `why` what to read instead."""

    when: str
    title: str | None = None
    ref: Ref | None = None
    why: str | None = None
    lane: Lane | None = None
    state: State | None = None
    reason: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    id: str
    title: str
    ref: Ref
    why: str
    minutes: int
    lane: Lane | None = None
    state: State = "live"
    reason: str | None = None  # why it is optional, legacy or historical, in a few words
    stars: int = 0
    covers: tuple[str, ...] = ()
    after: str | None = None
    when: str | None = None
    notes: tuple[Note, ...] = ()
    questions: tuple[Question, ...] = ()
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class Tour:
    name: str  # the file's stem, e.g. "week03"
    title: str
    home: str
    intro: str
    stops: tuple[Stop, ...]
    week: int | None = None
