"""A stranger's tour as one of ours: steps become stops and notes in their order, with every word of theirs.

Steps one after the other in one definition are one stop, each a note at its line. A step without a place goes to the
introduction, or to the stop behind it. What could not be lifted is listed, with its step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from reader.checkout import UNKNOWN, Checkout
from reader.codetour import own
from reader.codetour.incoming import plain, prose, title_in
from reader.codetour.javascript import Endless
from reader.codetour.lifting import Lifted, Lifter
from reader.codetour.locating import Found, NotPlaced, line_of_step, missing, namesakes, of_uri, path_of
from reader.codetour.parsing import GivenStep, GivenTour
from reader.codetour.seen import Sight
from reader.codetour.wording import Step, all_of, as_code, headed, named, was
from reader.errors import ReaderError
from reader.excerpt import visible_line
from reader.ref import Ref
from reader.tour import Note, Stop, Tour
from reader.value import frozen

_WORDS = 120  # read in a minute, with the code that they are about
_NOTES = 12  # in one stop, at most
_PATIENT = 3  # patterns that do not end, after which no more are tried
_HERE = "The author's tour stands at this line."


@frozen
class Imported:
    """`tour` has the name of the file that it is for. `told` is a line for each thing that an author should look at,
    `unplaced` how many steps are not at the code that they were written about."""

    tour: Tour
    steps: int
    unplaced: int
    told: tuple[str, ...]


class Import:
    """Of one file."""

    def __init__(self, checkout: Checkout, lifter: Lifter, file: Path, tour: GivenTour) -> None:
        self._checkout = checkout
        self._lifter = lifter
        self._file = file
        self._given = tour
        self._sight = Sight(checkout, file, tour)
        self._told: dict[tuple[str, str], list[int]] = {}  # a file and what is said of it -> the steps
        self._unplaced = 0
        self._endless = 0
        self._near: dict[str, tuple[list[str], str]] = {}  # a file that is not here -> those of its name, what is said
        self._name = name_of(file, tour.title)

    def done(self) -> Imported:
        self._refuse_others()
        given = list(own.runs(self._given))
        parts = [one if isinstance(one, Stop) else self._step(one) for one in given]
        before = next((at for at, one in enumerate(parts) if isinstance(one, Stop) or one.lifted), len(parts))
        intro = self._intro([one for one in parts[:before] if isinstance(one, Step)])
        found = list(self._stops(parts[before:])) or [_stop(Ref("./"), self._given.title, intro, ())]
        stops = own.linked(list(_with_ids(found)))
        head = {"title": self._given.title, "home": self._home} | own.head(self._given)
        tour = Tour(
            name=self._name,
            intro=intro,
            stops=stops,
            **head | {"title": visible_line(head["title"])},
        )
        doubt = self._sight.doubt()
        told = (*self._given.complaints, *([doubt] if doubt else ()), *self._said())
        return Imported(tour, len(self._given.steps), self._unplaced, told)

    def _refuse_others(self) -> None:
        """A tour from elsewhere of which not one file is here is the tour of another project."""
        root = self._checkout.root
        named = dict.fromkeys(step.file for step in self._given.steps if step.file and not step.contents)
        if not named or self._file.resolve().is_relative_to(root):
            return
        for file in named:
            with suppress(ReaderError):
                found = path_of(file, self._checkout)
                if self._checkout.has(found.path) or namesakes(found.path, self._checkout):
                    return
        many = "the one file" if len(named) == 1 else f"none of the {len(named)} files"
        verb = "is not" if len(named) == 1 else "is"
        raise ReaderError(
            f"{self._file}: {many} that it names {verb} in {root}, so that it is a tour of another checkout: "
            "`--checkout DIR` names that, with `--any` where it is not of vLLM"
        )

    def _said(self) -> Iterator[str]:
        """Each thing once, with all the steps that it is said of."""
        for (where, said), steps in self._told.items():
            place = f" ({visible_line(where)})" if where else ""
            yield f"step{'s' * (len(steps) > 1)} {', '.join(map(str, steps))}{place}: {said}"

    @property
    def _home(self) -> str:
        return "0" if self._checkout.release == UNKNOWN else self._checkout.release

    def _intro(self, steps: Sequence[Step]) -> str:
        """The description, and what stands before the first step that has a place."""
        parts = [prose(self._given.description, self._called)]
        parts += [headed(step) for step in steps]
        if self._given.when:
            parts.append(f"Its author shows this tour only where `{as_code(self._given.when)}`.")
        if self._given.next:
            parts.append(f"The tour after it is “{visible_line(self._given.next)}”.")
        return "\n\n".join(filter(None, parts)) or f"Taken in from CodeTour: {self._given.title}."

    def _called(self, number: int) -> str | None:
        step = next((one for one in self._given.steps if one.number == number), None)
        if step is None:
            return None
        return plain(step.title) if step.title else title_in(step.description)[0]

    def _step(self, step: GivenStep) -> Step:
        heading, rest = (None, step.description) if step.title else title_in(step.description)
        title = plain(step.title) if step.title else heading
        text = prose(rest, self._called)
        lifted = None
        try:
            lifted = self._lifted(step)
        except ReaderError as error:
            self._endless += isinstance(error, Endless)
            self._unplaced += 1
            self._tell(step, str(error))
            text = f"{text}\n\n{was(step)}".strip()
        if lifted is not None and lifted.doubt:
            self._unplaced += lifted.line is None
            self._tell(step, lifted.doubt)
        return Step(step.number, title or named(lifted, step), bool(title), all_of(step, text), lifted)

    def _tell(self, step: GivenStep, said: str) -> None:
        where = step.file or step.directory or step.uri or ""
        self._told.setdefault((where, said), []).append(step.number)

    def _lifted(self, step: GivenStep) -> Lifted | None:
        """None for a step that is words alone. Raises ReaderError, and gives a ref without a line where one is lost."""
        if step.directory:
            found = path_of(step.directory, self._checkout, directory=True)
            self._say(step, found)
            there = self._checkout.is_directory(found.path)
            return Lifted(Ref.parse(f"{found.path}/"), 1 if there else None, None, None if there else "is not there")
        if not step.file and not step.uri:
            return None
        found = of_uri(step.uri, self._checkout) if step.uri else path_of(step.file or "", self._checkout)
        self._say(step, found)
        if not self._checkout.has(found.path):
            return self._gone(step, found.path)
        if self._endless >= _PATIENT and step.pattern and not step.line:
            raise NotPlaced(f"its pattern is not searched for: {_PATIENT} before it did not end")
        place = line_of_step(step, self._given, self._sight, found.path)
        if place is None:
            return Lifted(Ref(found.path), 1)
        return self._lifter.lift(found.path, *place)

    def _say(self, step: GivenStep, found: Found) -> None:
        if found.told:
            self._tell(step, found.told)

    def _gone(self, step: GivenStep, path: str) -> Lifted:
        seen = self._sight.of(step, path)
        if seen is not None and (step.line or step.selection):
            line = step.line or (step.selection or (1, 1))[0]
            lifted = self._lifter.moved(path, self._nearest(path)[0], seen, line)
            if lifted is not None:
                return lifted
        if self._checkout.is_directory(path):
            return Lifted(Ref.parse(f"{path}/"), 1, None, "is a directory here, not a file")
        return Lifted(Ref(path), None, None, self._nearest(path)[1])

    def _nearest(self, path: str) -> tuple[list[str], str]:
        if path not in self._near:
            self._near[path] = namesakes(path, self._checkout), missing(path, self._checkout)
        return self._near[path]

    def _stops(self, parts: Sequence[Stop | Step]) -> Iterator[Stop]:
        pending: list[Step] = []
        words: list[Step] = []
        for step in parts:
            if isinstance(step, Step) and step.lifted is None:
                words.append(step)
                continue
            if pending and (isinstance(step, Stop) or words or not _belongs(step, pending)):
                yield _joined(pending)
                pending = []
            if isinstance(step, Stop):
                yield from map(_of_words, words)
                yield step
            else:
                pending.append(replace(step, text="\n\n".join([*map(headed, words), step.text]).strip()))
            words = []
        if pending:
            yield _joined(pending)
        yield from map(_of_words, words)


def name_of(file: Path, title: str) -> str:
    """What the tour's file is called: as theirs, with the number of the title before it."""
    stem = re.sub(r"[^a-z0-9]+", "-", file.name.removesuffix(".tour").lower()).strip("-")
    number = re.match(r"#?(\d{1,3})\s*-", title)
    name = stem or re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "tour"
    if number and not re.match(r"\d", name):
        name = f"{int(number[1]):02}-{name}"
    return f"{name}-tour" if name == "plan" else name[:80]


def _belongs(step: Step, pending: Sequence[Step]) -> bool:
    """Whether it is a note of the stop before: of the same definition, at a line of its own."""
    first = pending[0].lifted
    assert first is not None and step.lifted is not None
    if step.lifted.ref != first.ref or step.lifted.at is None or len(pending) >= _NOTES:
        return False
    return step.lifted.at not in [one.lifted.at for one in pending if one.lifted]


def _joined(steps: Sequence[Step]) -> Stop:
    """The first speaks for the stop, and has a note where its line is not the definition itself."""
    first, *more = steps
    assert first.lifted is not None
    notes = []
    if first.lifted.at is not None:
        notes.append(Note(first.lifted.at, f"{first.title}." if first.named else _HERE))
    notes += [Note(step.lifted.at, headed(step)) for step in more if step.lifted and step.lifted.at]
    return _stop(first.lifted.ref, first.title, first.text, notes)


def _stop(ref: Ref, title: str, text: str, notes: Sequence[Note]) -> Stop:
    words = sum(len(said.split()) for said in (text, *(note.say for note in notes)))
    return Stop(
        "", visible_line(title)[:200], ref, text.strip() or f"{title}.", 1 + words // _WORDS, notes=tuple(notes)
    )


def _of_words(step: Step) -> Stop:
    """With nothing to stand at but the whole checkout."""
    return _stop(Ref("./"), step.title, step.text, ())


def _with_ids(stops: Sequence[Stop]) -> Iterator[Stop]:
    """What has an id keeps it, unless a stop before has the same."""
    taken = {stop.id for stop in stops if stop.id}
    given: set[str] = set()
    for stop in stops:
        if stop.id and stop.id not in given:
            given.add(stop.id)
            yield stop
            continue
        base = stop.id or re.sub(r"[^a-z0-9]+", "-", stop.title.lower()).strip("-")[:48].rstrip("-") or "stop"
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base}-{count}"
        taken.add(name)
        yield replace(stop, id=name)
