"""The study journal: day by day what was read, written down, not known and ticked. As values, and as Markdown.

Stands on the progress file alone; plan and tours only lend their titles, so that a tour that is gone loses no day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from reader.checkout.tree import of_release
from reader.excerpt import visible
from reader.progress import Mark, OwnNote
from reader.progress.ledger import Ledger, Review, Visit
from reader.study.desk import Desk, opened
from reader.study.quiz import AGAIN


@dataclass(frozen=True, slots=True)
class Done:
    """A stop that was read, or only looked at. `seconds` were spent on it that day."""

    tour: str
    stop: str
    title: str
    release: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Written:
    """A note of the reader's own."""

    tour: str
    stop: str
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that was not known, `times` over that day."""

    tour: str
    stop: str
    ask: str
    times: int


@dataclass(frozen=True, slots=True)
class Day:
    """`answered` counts the questions asked that day; `ticked` are ids with what the plan says of them. A stop that was
    read again is read on the day of the last time, and looked at before."""

    date: date
    seconds: float
    read: tuple[Done, ...]
    seen: tuple[Done, ...]
    files: tuple[str, ...]
    notes: tuple[Written, ...]
    answered: int
    missed: tuple[Missed, ...]
    ticked: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Records:
    """Everything with a date, and the titles that go with it."""

    marks: tuple[Mark, ...]
    files: tuple[Mark, ...]
    visits: tuple[Visit, ...]
    notes: tuple[OwnNote, ...]
    reviews: tuple[Review, ...]
    ticks: Mapping[str, float]
    titles: Mapping[tuple[str, str], str]
    plan: Mapping[str, str]

    def times(self) -> Iterator[float]:
        for some in (self.marks, self.files, self.notes, self.reviews):
            yield from (one.at for one in some)
        yield from (one.since for one in self.visits)
        yield from self.ticks.values()


def journal(desk: Desk, ledger: Ledger, since: date | None = None, zone: tzinfo | None = None) -> tuple[Day, ...]:
    """The days on which anything was done, oldest first. `zone` tells where a day ends, None is the machine's own."""
    store = ledger.store
    records = _Records(
        marks=desk.marks,
        files=store.files(),
        visits=ledger.visits(),
        notes=store.notes(),
        reviews=ledger.reviews(),
        ticks=desk.ticks,
        titles=_titles(desk, ledger),
        plan={item.id: item.text for item in desk.plan.items} | {check.id: check.text for check in desk.plan.checks},
    )
    days = sorted({datetime.fromtimestamp(at, zone).date() for at in records.times()})
    return tuple(_day(records, day, zone) for day in days if since is None or day >= since)


def _titles(desk: Desk, ledger: Ledger) -> dict[tuple[str, str], str]:
    own, _ = opened(ledger)
    return {(tour.name, stop.id): stop.title for tour in (*own, *desk.tours) for stop in tour.stops}


def _day(records: _Records, day: date, zone: tzinfo | None) -> Day:
    def today(at: float) -> bool:
        return datetime.fromtimestamp(at, zone).date() == day

    visits = [one for one in records.visits if today(one.since)]
    spent: dict[tuple[str, str], float] = {}
    for one in visits:
        spent[one.tour, one.stop] = spent.get((one.tour, one.stop), 0.0) + (one.seconds or 0.0)
    read = {(one.tour, one.stop): one.release for one in sorted(records.marks, key=_at) if today(one.at)}
    seen = {(one.tour, one.stop): one.release for one in visits if (one.tour, one.stop) not in read}
    reviews = [one for one in records.reviews if today(one.at)]
    return Day(
        date=day,
        seconds=sum(spent.values()),
        read=tuple(_done(records, *key, release, spent.get(key, 0.0)) for key, release in read.items()),
        seen=tuple(_done(records, *key, release, spent[key]) for key, release in seen.items()),
        files=tuple(one.path or one.ref or "" for one in sorted(records.files, key=_at) if today(one.at)),
        notes=tuple(_written(records, one, zone) for one in records.notes if today(one.at)),
        answered=len(reviews),
        missed=tuple(_missed(reviews)),
        ticked=tuple(
            (name, records.plan.get(name, ""))
            for name, at in sorted(records.ticks.items(), key=lambda pair: pair[1])
            if today(at)
        ),
    )


def _at(mark: Mark) -> float:
    return mark.at


def _done(records: _Records, tour: str, stop: str, release: str | None, seconds: float) -> Done:
    return Done(tour, stop, records.titles.get((tour, stop), stop), release, seconds)


def _written(records: _Records, note: OwnNote, zone: tzinfo | None) -> Written:
    title = records.titles.get((note.tour, note.stop), note.stop)
    return Written(note.tour, note.stop, title, note.text, datetime.fromtimestamp(note.at, zone))


def _missed(reviews: Iterable[Review]) -> Iterator[Missed]:
    times: dict[tuple[str, str, str], int] = {}
    for one in reviews:
        if one.rating == AGAIN:
            times[one.tour, one.stop, one.ask] = times.get((one.tour, one.stop, one.ask), 0) + 1
    for key, count in times.items():
        yield Missed(*key, count)


def markdown(days: Sequence[Day]) -> str:
    """Safe to show: control characters of the reader's own notes, too, are made visible."""
    return visible("\n".join(["# Study journal", *(line for day in days for line in _lines(day)), ""]))


def _lines(day: Day) -> Iterator[str]:
    yield from ("", f"## {day.date.isoformat()}", "", f"Time spent: {_minutes(day.seconds)}.")
    yield from _listed("Read", map(_done_line, day.read))
    yield from _listed("Looked at", map(_done_line, day.seen))
    yield from _listed("Marked as read", (f"`{path}`" for path in day.files))
    if day.notes:
        yield from ("", "### Notes")
        for note in day.notes:
            yield from ("", f"{note.at:%H:%M}, {_line(note.title)} (`{note.tour}:{note.stop}`):", "")
            yield from (f"> {line}".rstrip() for line in note.text.split("\n"))
    if day.answered:
        known = day.answered - sum(one.times for one in day.missed)
        said = f"{known} known. Not known:" if day.missed else "all known."
        yield from ("", "### Questions", "", f"{day.answered} answered, {said}")
    yield from _bullets(map(_missed_line, day.missed))
    yield from _listed("Ticked", (f"`{name}` {_line(text)}".rstrip() for name, text in day.ticked))


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    bullets = list(_bullets(lines))
    if bullets:
        yield from ("", f"### {title}", *bullets)


def _bullets(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield from ("", f"- {line}") if number == 0 else (f"- {line}",)


def _done_line(one: Done) -> str:
    release = f", {of_release(one.release)}" if one.release else ""
    return f"{_line(one.title)} (`{one.tour}:{one.stop}`{release}, {_minutes(one.seconds)})"


def _missed_line(one: Missed) -> str:
    times = f", {one.times} times" if one.times > 1 else ""
    return f"{_line(one.ask)} (`{one.tour}:{one.stop}`{times})"


def _line(text: str) -> str:
    return " ".join(text.split())


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes or not seconds else "under 1 min"
