"""Tours as files for CodeTour: a stop is a step with why, facts and questions; each note is a step at its line; answers
come behind them.

What is gone, ambiguous or of another release has no place in a file of this checkout: its step says so and points
nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reader import facts
from reader.checkout import UNKNOWN, Checkout
from reader.codetour import player
from reader.codetour.descriptions import RULE, code, label, markdown
from reader.codetour.particulars import particulars
from reader.codetour.patterns import NoPattern, Patterns
from reader.codetour.player import Step
from reader.errors import ReaderError
from reader.excerpt import PlacedNote, visible_line
from reader.excerpt.visible import source_lines
from reader.guide import Crossing
from reader.guide.stops import crossing
from reader.reading import Reading, Readings
from reader.tour import Question, Stop, Tour
from reader.value import frozen

_TITLE = 60  # characters of a line that a note's title quotes
_KEPT = ("lane", "reason", "after", "back_from", "call")


@frozen
class Exported:
    """`path` is where it belongs below the root of the checkout. `placed` steps stand at a line or a directory, `loose`
    say why they do not. `problems` are lines without a pattern, in words."""

    name: str
    path: str
    data: bytes
    steps: int
    placed: int
    loose: int
    problems: tuple[str, ...]


def pinned_at(checkout: Checkout) -> tuple[str, Checkout]:
    """A ref of git for what is read, and the checkout as it is there: not a work tree with changes of one's own. Raises
    ReaderError where there is none."""
    if checkout.kind == "clone":
        from reader.checkout.objects import objects_of
        from reader.history.versions import Versions

        commit = objects_of(checkout.root).commit("HEAD")
        if commit is None:
            raise ReaderError(f"{checkout.root}: has no commit yet, so that line numbers cannot be pinned to one")
        return commit, Versions(checkout).open(commit)
    if checkout.release == UNKNOWN:
        raise ReaderError(f"{checkout.root}: its release is unknown, so that line numbers cannot be pinned to it")
    return f"v{checkout.release}", checkout


def _path(tour: Tour) -> str:
    return f"{player.FOLDER}/{tour.name}.tour"


class Export:
    """Of several tours, for one checkout."""

    def __init__(self, tours: Sequence[Tour], checkout: Checkout, *, pinned: str | None = None) -> None:
        """`pinned` is a ref of git: steps have line numbers that hold there, and no patterns."""
        self.tours = tours
        self._checkout = checkout
        self._pinned = pinned
        self._titles = self._numbered()
        self._links = frozenset(map(player.shown_title, self._titles))
        self._readings = Readings(checkout.keeping(), past=True)
        self._patterns: dict[str, Patterns] = {}

    def _numbered(self) -> list[str]:
        titles = [visible_line(tour.title) for tour in self.tours]
        if len(titles) == 1:
            return titles
        return [player.numbered(number, len(titles), title) for number, title in enumerate(titles, 1)]

    @property
    def paths(self) -> list[str]:
        return [_path(tour) for tour in self.tours]

    def __iter__(self) -> Iterator[Exported]:
        for number, tour in enumerate(self.tours):
            yield self._tour(number, tour)

    def _tour(self, number: int, tour: Tour) -> Exported:
        problems: list[str] = []
        stops = tour.stops_at(self._checkout.release)
        steps = [step for at in range(len(stops)) for step in self._stop(tour, stops, at, problems)]
        made = player.Tour(
            schema=player.SCHEMA,
            title=self._titles[number],
            description=markdown(tour.intro, self._links),
            ref=self._pinned,
            isPrimary=True if number == 0 and len(self.tours) > 1 else None,
            nextTour=self._titles[number + 1] if number + 1 < len(self.tours) else None,
            steps=tuple(steps),
            reader={"tour": tour.name, "title": tour.title, "home": tour.home, "release": self._checkout.release}
            | ({"week": tour.week} if tour.week else {}),
        )
        placed = sum(bool(step.line or step.pattern or step.directory) for step in steps)
        return Exported(
            tour.name, _path(tour), player.written(made), len(steps), placed, len(steps) - placed, tuple(problems)
        )

    def _stop(self, tour: Tour, stops: tuple[Stop, ...], at: int, problems: list[str]) -> Iterator[Step]:
        reading = self._readings.stop(tour, stops[at])
        excerpt = reading.excerpt
        here = reading.site if reading.site.verdict != "historic" else None
        notes = excerpt.notes if excerpt else ()
        firm = [note for note in notes if note.line is not None and here is not None]
        loose = [note for note in notes if note not in firm]
        unplaced: list[PlacedNote] = []
        place = self._place(stops[at], reading, problems)
        crossed = crossing(reading.stop, stops[:at], self._checkout.release)
        steps = []
        for note in firm:
            step = self._note(reading.stop, note, str(here.path if here else ""), problems)
            if step is None:
                unplaced.append(note)
            else:
                steps.append(step)
        yield self._head(reading, crossed, place, [*loose, *unplaced])
        yield from steps
        if reading.stop.questions:
            yield self._answers(reading.stop, place)

    def _place(self, stop: Stop, reading: Reading, problems: list[str]) -> dict[str, Any]:
        """The keys that put a step in its place; none where it has none."""
        site = reading.site
        if site.path is None or site.verdict == "historic" or reading.excerpt is None:
            return {}
        if site.kind == "directory":
            return {"directory": site.path.rstrip("/") or "."}
        if site.kind == "file":
            number = next((at for at, line in enumerate(reading.excerpt.lines, 1) if line.strip()), None)
        else:
            number = site.line or site.start
        if number is None:
            return {"file": site.path}
        return self._at(site.path, number, f"stop {stop.id}", problems) or {"file": site.path}

    def _at(self, path: str, number: int, who: str, problems: list[str]) -> dict[str, Any]:
        if self._pinned:
            return {"file": path, "line": number}
        try:
            return {"file": path, "pattern": self._patterns_of(path).of(number)}
        except NoPattern as error:
            problems.append(f"{who}: {path}: {error}")
            return {}

    def _patterns_of(self, path: str) -> Patterns:
        if path not in self._patterns:
            source = self._checkout.read(path)
            decoded = not any("UTF-8" in warning for warning in source.warnings)
            self._patterns[path] = Patterns(source_lines(source.text), decoded=decoded)
        return self._patterns[path]

    def _head(
        self, reading: Reading, crossed: Crossing | None, place: dict[str, Any], aside: Sequence[PlacedNote]
    ) -> Step:
        stop = reading.stop
        said = [markdown(stop.why, self._links), "\n\n".join(particulars(reading, crossed, placed=bool(place)))]
        said += ["\n\n".join(self._aside(note) for note in aside)] if aside else []
        said += [f"**Question.** {markdown(one.ask, self._links)}" for one in stop.questions]
        return Step(
            title=label(stop.title),
            description=RULE.join(said),
            symbol=str(stop.ref),
            reader=_kept(stop) | {"notes": [{"at": one.at, "say": one.say} for one in aside]} if aside else _kept(stop),
            **place,
        )

    def _aside(self, note: PlacedNote) -> str:
        if note.line is not None:
            return f"Of {code(note.at)}: {markdown(note.say, self._links)}"
        return f"Of {code(note.at)}, which {facts.lost(note)}: {markdown(note.say, self._links)}"

    def _note(self, stop: Stop, note: PlacedNote, path: str, problems: list[str]) -> Step | None:
        place = self._at(path, note.line or 1, f"stop {stop.id}, note {note.at!r}", problems)
        if not place:
            return None
        title = note.at if len(note.at) <= _TITLE else f"{note.at[: _TITLE - 1]}…"
        return Step(
            title=f"↳ {label(title)}",
            description=markdown(note.say, self._links),
            symbol=str(stop.ref),
            reader={"note": note.at},
            **place,
        )

    def _answers(self, stop: Stop, place: dict[str, Any]) -> Step:
        said = [part for one in stop.questions for part in (markdown(one.ask, self._links), self._answer(one))]
        return Step(
            title="↳ The answer" if len(stop.questions) == 1 else "↳ The answers",
            description=RULE.join(said),
            symbol=str(stop.ref),
            reader={"answers": [{"ref": str(one.ref)} if one.ref else {} for one in stop.questions]},
            **place,
        )

    def _answer(self, question: Question) -> str:
        see = f"\n\nSee {code(str(question.ref))}" if question.ref else ""
        return markdown(question.answer, self._links) + see


def _kept(stop: Stop) -> dict[str, Any]:
    """What of a stop no player knows."""
    kept: dict[str, Any] = {"stop": stop.id, "minutes": stop.minutes}
    if label(stop.title) != stop.title:
        kept["title"] = stop.title
    kept |= {key: value for key in _KEPT if (value := getattr(stop, key)) is not None}
    if stop.state != "live":
        kept["state"] = stop.state
    if stop.stars:
        kept["stars"] = stop.stars
    if stop.covers:
        kept["covers"] = list(stop.covers)
    if stop.message:
        kept["message"] = {key: getattr(stop.message, key) for key in stop.message.__match_args__}
    return kept
