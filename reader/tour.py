"""Tours: TOML in, frozen values out, every complaint of a file at once.

Owns the format and the rule of which variant and which notes a release gets. A tour is data from a stranger: nothing in
it is executed and nothing in it opens a file.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from functools import cache
from typing import Any, Literal

from reader.errors import UnknownName, near
from reader.ref import Ref
from reader.value import frozen

Lane = Literal["frontend", "engine-core", "worker", "gpu", "build"]
State = Literal["live", "alias", "legacy", "optional", "historical"]
LINK = ("after", "message", "back_from", "call")  # the fields that say how one comes to a stop
Key = tuple[str, str]  # the tour and the id of a stop: what progress is recorded under

_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@frozen
class Note:
    """`at` is a fragment of exactly one line of the excerpt, compared with white space collapsed."""

    at: str
    say: str
    when: str | None = None


@frozen
class Question:
    """`when` limits it to releases: where a variant shows other code, another question is due."""

    ask: str
    answer: str
    ref: Ref | None = None
    when: str | None = None


@frozen
class Message:
    """Both ends of a link that is no call: `sent` is a fragment of exactly one line of the stop that `after` names,
    `received` of exactly one of this one. `over` says what carries it, e.g. "ZMQ"."""

    sent: str
    received: str
    over: str


@frozen
class Variant:
    """What replaces a stop's own values in the releases that `when` matches; None keeps the stop's value. A variant of
    state "historical" without a `ref` says that there is nothing here any more, and its `why` what to read instead. An
    empty `after` or `back_from` takes the link away."""

    when: str
    title: str | None = None
    ref: Ref | None = None
    why: str | None = None
    lane: Lane | None = None
    state: State | None = None
    reason: str | None = None
    after: str | None = None
    message: Message | None = None
    back_from: str | None = None
    call: str | None = None


@frozen
class Stop:
    """`after` is the stop whose body calls this one, or with `message` the one that sends it. `back_from` is the stop
    that this one calls and whose value comes back here. `call` is a fragment of the one line with the call, where the
    name that is called there is another. `owner` is set where a route borrows the stop."""

    id: str
    title: str
    ref: Ref
    why: str
    minutes: int
    lane: Lane | None = None
    state: State = "live"
    reason: str | None = None  # why it is not live, in a few words
    stars: int = 0
    covers: tuple[str, ...] = ()
    after: str | None = None
    back_from: str | None = None
    call: str | None = None
    when: str | None = None
    owner: Key | None = None
    message: Message | None = None
    notes: tuple[Note, ...] = ()
    questions: tuple[Question, ...] = ()
    variants: tuple[Variant, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether it is code that some process runs; its lane says which. A document's says what it is about."""
        return self.lane is not None and not self.ref.path.endswith((".md", "/"))

    def at_release(self, release: str) -> tuple[Stop, Ref | None]:
        """This stop as the first matching variant has it, with the questions that are asked of this release, and the
        stop's own ref where the variant leads elsewhere."""
        for variant in self.variants:
            if matches(variant.when, release, unknown=False):
                return self._asked(release)._varied(variant), self.ref if variant.ref not in (None, self.ref) else None
        return self._asked(release), None

    def _asked(self, release: str) -> Stop:
        questions = tuple(one for one in self.questions if one.when is None or matches(one.when, release, unknown=True))
        return self if questions == self.questions else replace(self, questions=questions)

    def _varied(self, variant: Variant) -> Stop:
        values = {
            name: value
            for name in ("title", "ref", "why", "lane", "state")
            if (value := getattr(variant, name)) is not None
        }
        # A reason belongs to its state: a variant that changes the one cannot inherit the other.
        reason = variant.reason if variant.state is not None else variant.reason or self.reason
        return replace(self, **values, **self._link(variant), reason=reason)

    def _link(self, variant: Variant) -> dict[str, Any]:
        """How one comes here, as a whole: who is called from elsewhere is not reached by the same message."""
        given = {name: getattr(variant, name) for name in LINK}
        if variant.after is None and variant.back_from is None:
            return {name: value for name, value in given.items() if value is not None}
        return given | {"after": variant.after or None, "back_from": variant.back_from or None}

    def notes_at(self, release: str) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.when is None or matches(note.when, release, unknown=True))


@frozen
class Tour:
    name: str  # the file's stem, e.g. "week03"
    title: str
    home: str
    intro: str
    stops: tuple[Stop, ...]
    week: int | None = None

    def stops_at(self, release: str) -> tuple[Stop, ...]:
        """The stops that this release has, as written: variants are not applied yet."""
        return tuple(stop for stop in self.stops if stop.when is None or matches(stop.when, release, unknown=True))

    def stop(self, stop_id: str) -> Stop:
        """Raises UnknownName with the ids that come near."""
        for stop in self.stops:
            if stop.id == stop_id:
                return stop
        raise UnknownName(f"stop in {self.name}", stop_id, near(stop_id, [stop.id for stop in self.stops]))

    @property
    def minutes(self) -> int:
        return sum(stop.minutes for stop in self.stops)

    @property
    def is_route(self) -> bool:
        """Whether it reads stops of other tours in an order of its own."""
        return any(stop.owner for stop in self.stops)

    @property
    def of_the_plan(self) -> bool:
        """Whether it serves the study plan, and so is about vLLM."""
        return any(stop.covers for stop in self.stops)

    def key(self, stop: Stop) -> Key:
        """Where the stop is recorded: a borrowed one in its own tour, so that reading it counts in both."""
        return stop.owner or (self.name, stop.id)


@cache
def matches(when: str, release: str, *, unknown: bool) -> bool:
    """Whether a PEP 440 specifier set takes in a release; `unknown` is the answer for a checkout of no known release.

    A development version counts as the release it leads to. PEP 440 itself puts 0.14.0.dev5 neither in `<0.14` nor in
    `>=0.14`, and a clone of the main branch would then have neither variant of a stop.
    """
    if release == "unknown":
        return unknown
    plain = _plainly(when, release)
    if plain is not None:
        return plain
    from packaging.specifiers import SpecifierSet  # 15 ms, which no tour of ours needs
    from packaging.version import Version

    return SpecifierSet(when).contains(Version(Version(release).base_version), prereleases=True)


def _plainly(when: str, release: str) -> bool | None:
    """The same for clauses that compare numbers; None where there is more to know: `~=`, `.*`, an epoch, a letter."""
    for suffix in ("+", ".dev", ".post", "rc"):
        release = release.partition(suffix)[0]
    own = _numbers(release)
    if own is None:
        return None
    verdict = True
    for clause in filter(None, map(str.strip, when.split(","))):
        sign = clause[:2] if clause[1:2] == "=" else clause[:1]
        other = _numbers(clause[len(sign) :].strip())
        compare = _COMPARE.get(sign)
        if compare is None or other is None:
            return None
        verdict = verdict and compare(own, other)
    return verdict


def _numbers(version: str) -> tuple[int, ...] | None:
    """Without zeros at the end: 0.13 is 0.13.0."""
    parts = version.split(".")
    if not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    numbers = list(map(int, parts))
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
