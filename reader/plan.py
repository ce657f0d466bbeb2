"""The study plan: phases, weeks, sections, items, check lists, and its own figures.

Plain data from `tours/plan.toml`. It says what the plan asks for; which stops answer an item is `covers` in the tours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ItemKind = Literal["read", "run", "understand", "practise"]


@dataclass(frozen=True, slots=True)
class Phase:
    """`days` and `hours` are ranges; hours are a day's."""

    number: int
    title: str
    days: tuple[int, int]
    hours: tuple[int, int]
    aims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Week:
    number: int
    phase: int
    title: str


@dataclass(frozen=True, slots=True)
class Section:
    id: str  # "3.1"
    title: str
    days: tuple[int, int]

    @property
    def week(self) -> int:
        return int(self.id.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Item:
    """One box of the plan. `path` is what it names, `lines` the plan's own figure for it."""

    id: str
    kind: ItemKind
    text: str
    path: str | None = None
    stars: int = 0
    lines: int | None = None

    @property
    def section(self) -> str:
        return self.id.removeprefix("w").rpartition(".")[0]

    @property
    def week(self) -> int:
        return int(self.section.partition(".")[0])


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a phase's check list; the reader ticks it. `items` are the ids of the plan items that prepare it."""

    id: str
    text: str
    items: tuple[str, ...] = ()

    @property
    def phase(self) -> int:
        return int(self.id.removeprefix("p").partition(".")[0])


@dataclass(frozen=True, slots=True)
class Goal:
    level: str
    aims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """A row of the time table: hours a week, weeks in all, and how much of vLLM one then knows."""

    goal: str
    hours: tuple[int, int]
    weeks: tuple[int, int]
    percent: int


@dataclass(frozen=True, slots=True)
class Fast:
    week: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    group: str
    path: str
    stars: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    path: str
    stars: int
    about: str


@dataclass(frozen=True, slots=True)
class Size:
    """A figure of the plan's size table. `measure` is "files" or "lines" and the suffixes counted; None where nobody
    knows what was counted. `about` marks a figure that was only meant roughly."""

    what: str
    figure: int
    measure: str | None = None
    path: str | None = None
    about: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Method:
    text: str


@dataclass(frozen=True, slots=True)
class Resource:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Plan:
    title: str
    home: str
    phases: tuple[Phase, ...]
    weeks: tuple[Week, ...]
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    checks: tuple[Check, ...]
    goals: tuple[Goal, ...]
    paces: tuple[Pace, ...]
    fast: tuple[Fast, ...]
    documents: tuple[Document, ...]
    code: tuple[Code, ...]
    sizes: tuple[Size, ...]
    methods: tuple[Method, ...]
    resources: tuple[Resource, ...]

    def items_of_week(self, week: int) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.week == week)

    def weeks_of_phase(self, phase: int) -> tuple[int, ...]:
        return tuple(week.number for week in self.weeks if week.phase == phase)

    def ids(self) -> frozenset[str]:
        return frozenset(item.id for item in self.items) | frozenset(check.id for check in self.checks)
