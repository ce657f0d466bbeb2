"""Excerpts, status and problems as text for a terminal: the only rich.

Every method of `Screen` takes finished values and gives one string, ready for stdout or a pager. Draws; decides nothing
and opens nothing. Source and prose never pass through rich markup, and no control character of either gets out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reader.terminal.screen import written
from reader.terminal.sheet import Sheet

if TYPE_CHECKING:
    from rich.text import Text

    from reader.calls import Calls
    from reader.check import TourCheck
    from reader.exercises import Exercises
    from reader.guide import Look, Status, StopView, TourProgress
    from reader.guide.comparing import Comparison
    from reader.hierarchy import Family, Standing
    from reader.history.lives import Age
    from reader.history.successors import Successor
    from reader.kernels import Operation
    from reader.kernels import Path as KernelPath
    from reader.kernels.excerpts import Piece
    from reader.library import Shelf
    from reader.progress import OwnNote
    from reader.resolve import Site
    from reader.stats import Recount
    from reader.study.checks import PhaseState
    from reader.study.forecast import Forecast
    from reader.study.quiz import Asked
    from reader.study.sitting import Sitting
    from reader.study.weeks import WeekState
    from reader.syntax import Definition
    from reader.tour import Tour
    from reader.usages import Usages

__all__ = ["Screen"]


class Screen:
    """`root` is the checkout's, for links to its files; None where the terminal cannot link (and without colour)."""

    def __init__(self, width: int, color: bool, root: Path | None = None) -> None:
        self._sheet = Sheet(max(width, 40), not color, root if color else None)

    def stop(self, view: StopView, *, answers: bool = False) -> str:
        from reader.terminal.stop import page

        return self._text(page(view, self._sheet, answers=answers))

    def look(self, found: Look) -> str:
        from reader.terminal.stop import look

        return self._text(look(found, self._sheet))

    def intro(self, tour: Tour) -> str:
        from reader.terminal.stop import intro

        return self._text(intro(tour, self._sheet))

    def tours(self, progresses: Sequence[TourProgress], shelf: Shelf | None = None) -> str:
        """With the `shelf`, also where those come from that did not come with reader, and those that are broken."""
        from reader.terminal import tables

        return self._text(tables.tours(progresses, self._sheet, shelf))

    def status(self, known: Status, *, whole: bool = False) -> str:
        from reader.terminal import tables

        return self._text(tables.status(known, self._sheet, whole=whole))

    def weeks(self, states: Sequence[WeekState]) -> str:
        from reader.terminal import study

        return self._text(study.weeks(states, self._sheet))

    def week(self, state: WeekState) -> str:
        from reader.terminal import study

        return self._text(study.week(state, self._sheet))

    def phases(self, states: Sequence[PhaseState], *, whole: bool) -> str:
        from reader.terminal import study

        return self._text(study.phases(states, self._sheet, whole=whole))

    def forecast(self, known: Forecast) -> str:
        from reader.terminal import study

        return self._text(study.forecast(known, self._sheet))

    def sitting(self, planned: Sitting) -> str:
        from reader.terminal import study

        return self._text(study.sitting(planned, self._sheet))

    def question(self, one: Asked, number: int, count: int) -> str:
        from reader.terminal import quiz

        return self._text(quiz.question(one, number, count, self._sheet))

    def answer(self, one: Asked) -> str:
        from reader.terminal import quiz

        return self._text(quiz.answer(one, self._sheet))

    def questions(self, asked: Sequence[Asked]) -> str:
        from reader.terminal import quiz

        return self._text(quiz.questions(asked, self._sheet))

    def own(self, notes: Sequence[tuple[str, Sequence[OwnNote]]]) -> str:
        from reader.terminal.own import listed

        return self._text(listed(notes, self._sheet))

    def stats(self, counted: Sequence[Recount], release: str, home: str) -> str:
        from reader.terminal.counts import stats

        return self._text(stats(counted, release, home, self._sheet))

    def checks(self, done: Sequence[TourCheck]) -> str:
        from reader.terminal import tables

        return self._text(tables.checks(done, self._sheet))

    def sites(self, found: Sequence[Site]) -> str:
        from reader.terminal import tables

        return self._text(tables.sites(found, self._sheet))

    def definitions(self, path: str, known: Sequence[Definition]) -> str:
        from reader.terminal import tables

        return self._text(tables.definitions(path, known, self._sheet))

    def life(self, ref: str, ages: Sequence[Age]) -> str:
        from reader.terminal import life

        return self._text(life.life(ref, ages, self._sheet))

    def alike(self, found: Sequence[Successor]) -> str:
        from reader.terminal import comparison

        return self._text(comparison.alike(found, self._sheet))

    def comparison(self, found: Comparison) -> str:
        from reader.terminal import comparison

        return self._text(comparison.comparison(found, self._sheet))

    def changed(self, view: StopView, found: Comparison) -> str:
        from reader.terminal.stop import changed

        return self._text(changed(view, found, self._sheet))

    def comparisons(self, found: Sequence[Comparison]) -> str:
        from reader.terminal import comparison

        return self._text(comparison.table(found, self._sheet))

    def revisions(self, found: Sequence[Comparison], since: str, release: str) -> str:
        from reader.terminal import comparison

        return self._text(comparison.revisions(found, since, release, self._sheet))

    def definition_changes(self, found: Comparison) -> str:
        from reader.terminal import comparison

        return self._text(comparison.definitions(found, self._sheet))

    def usages(self, found: Usages, site: Site, *, whole: bool) -> str:
        from reader.terminal import usages

        return self._text(usages.usages(found, site, self._sheet, whole=whole))

    def family(self, known: Family, site: Site, *, whole: bool) -> str:
        from reader.terminal import relations

        return self._text(relations.family(known, site, self._sheet, whole=whole))

    def standing(self, known: Standing, site: Site, outside: Sequence[str], *, whole: bool) -> str:
        from reader.terminal import relations

        return self._text(relations.standing(known, site, outside, self._sheet, whole=whole))

    def kernel(self, found: KernelPath, pieces: Mapping[int, Piece]) -> str:
        from reader.terminal import kernels

        return self._text(kernels.path(found, pieces, self._sheet))

    def operations(self, known: Sequence[Operation]) -> str:
        from reader.terminal import kernels

        return self._text(kernels.operations(known, self._sheet))

    def calls(self, known: Calls, site: Site, *, up: bool, down: bool, whole: bool) -> str:
        from reader.terminal import calling

        return self._text(calling.calls(known, site, self._sheet, up=up, down=down, whole=whole))

    def tests(self, known: Exercises, site: Site, *, whole: bool) -> str:
        from reader.terminal import exercises

        return self._text(exercises.tests(known, site, self._sheet, whole=whole))

    def prose(self, text: str) -> str:
        """Markdown-like prose of a tour or of a command's own words."""
        from reader.terminal.sheet import prose

        return self._text(prose(text, self._sheet))

    def _text(self, lines: Sequence[Text]) -> str:
        return written(lines, self._sheet.plain)
