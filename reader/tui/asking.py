"""The keys that ask: each puts a question to the workshop or opens a panel, and goes where the answer leads."""

from __future__ import annotations

from collections.abc import Callable

from reader.ref import Ref
from reader.tui import cursor
from reader.tui.answers import Answer, Place, Question, Spot, Workshop
from reader.tui.panels import PlacesPanel, Running
from reader.tui.showing import Showing


class Asking(Showing):
    """Owns none of the answers: these are of `answers`, and the screens that show them of `panels`."""

    workshop: Workshop

    @property
    def running(self) -> Running:
        return self.part(Running)

    def spot(self) -> Spot | None:
        """What a question is about; None where nothing is shown that has a place in the checkout."""
        if not self.shown.has_lines_of_the_checkout:
            return None
        line, column = self.line_and_column()
        return Spot.of(self.shown.view.site, (line, column) if line is not None else None)

    def line_and_column(self) -> tuple[int | None, int | None]:
        """In the file, from 1; the column is None where the cursor is on no name."""
        page, here = self.page, self.page.here
        if here is None or not hasattr(here.row, "number"):
            return None, None
        on_name = cursor.name_at(here, page.column) is not None
        return here.row.number, cursor.file_column(here, page.column) if on_name else None  # type: ignore[union-attr]

    def open_at(self, place: Place | None) -> None:
        if place is None:
            return
        excerpt = self.shown.excerpt
        if excerpt and place.path == excerpt.site.path and place.line and self._is_here(place.line):
            self.trail.jump(self.left())
            self.reveal(place.line, place.column)
        else:
            self.open_place(Ref(place.path, place.symbol), place.line, place.column)

    def _is_here(self, line: int) -> bool:
        site = self.shown.view.site
        inside = bool(site.start and site.end and site.start <= line <= site.end)
        return inside and self.shown.has_lines_of_the_checkout

    def _ask(self, question: Callable[[Spot], Question[Answer]]) -> None:
        spot = self.spot()
        if spot is None:
            self.say("nothing of this checkout stands here")
        elif not self.notice():
            self._put(question(spot))

    def notice(self) -> bool:
        """Whether what is shown is out of date, and is being shown anew."""
        raise NotImplementedError

    def _put(self, question: Question[Answer]) -> None:
        """Who has gone on to another page, or opened a panel, is not pulled away by an answer."""
        site, screen = self.shown.view.site, self.screen

        def answered(answer: Answer) -> None:
            if self.shown.view.site is site and self.screen is screen:
                self._answered(answer)
            else:
                self.say("you have gone on; on the page where you asked, the same key asks again")

        self.running.ask(question, answered, self.say)

    def _answered(self, answer: Answer) -> None:
        if answer.direct is not None:
            self.open_at(answer.direct)
        elif any(one.place is not None for one in answer.entries):
            self.push_screen(PlacesPanel(answer, self.readings.checkout), self.open_at)
        else:
            self.say(". ".join([answer.title, *answer.notes]))

    def action_definition(self) -> None:
        """Of a name in the code; in notes and prose of what is written there."""
        from reader.tui.answers.definition import definition, written

        spot, word = self.spot(), self.page.word()
        if word and (spot is None or spot.cursor is None):
            self._put(written(word))
        else:
            self._ask(definition)

    def action_callers(self) -> None:
        from reader.tui.answers.callers import callers

        self._ask(callers)

    def action_uses(self) -> None:
        from reader.tui.answers.uses import uses

        self._ask(uses)

    def action_tests(self) -> None:
        from reader.tui.answers.tests import tests

        self._ask(tests)

    def action_classes(self) -> None:
        from reader.tui.answers.classes import classes

        self._ask(classes)

    def action_kernel(self) -> None:
        from reader.tui.answers.kernel import kernel

        self._ask(kernel)

    def on_page_asked(self) -> None:
        self.action_definition()

    def on_page_followed(self) -> None:
        self.action_unfold()
