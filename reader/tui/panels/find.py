"""Search for a definition by its name, over the whole checkout, while one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input

from reader.tui.answers import Answer, Entry, Workshop
from reader.tui.answers.search import NEAR, near, search
from reader.tui.panels import drawing
from reader.tui.panels.places import PlacesPanel
from reader.tui.panels.rows import Row
from reader.tui.panels.running import Running

_PAUSE = 0.2  # seconds without a key before it is looked for
_NOTHING = Answer("find a definition in the whole checkout")
_LEAST = 2  # characters: a single letter begins half of all names


class FindPanel(PlacesPanel):
    """Gives back the place to go to."""

    prompt: ClassVar[str] = "step, EngineCore.step, vllm::paged_attention_kernel"

    def __init__(self, workshop: Workshop, typed: str = "") -> None:
        super().__init__(_NOTHING, workshop.checkout)
        self._workshop = workshop
        self._first = typed
        self._waiting: Timer | None = None
        self._asked = ""

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield Running(self._workshop)

    def on_mount(self) -> None:
        if self._first:
            self.query_one(Input).value = self._first

    def rows(self, typed: str, width: int) -> Sequence[Row]:
        return list(drawing.rows(self.answer, self.answer.groups, width))

    def on_typed(self, typed: str) -> None:
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(_PAUSE, self._look)

    def chosen(self, value: object) -> None:
        """Not from a list that another name was asked for."""
        if self.typed.strip() != self._asked:
            self._look()
        elif isinstance(value, Entry) and value.lead == NEAR and value.place is None:
            self.query_one(Input).value = value.label
        else:
            super().chosen(value)

    def action_close(self) -> None:
        if not self.query_one(Running).give_up():
            self.dismiss(None)

    def counted(self, listed: int) -> str:
        return f"{listed} listed" if self._asked else ""

    def _look(self) -> None:
        wanted = self.typed.strip()
        if wanted == self._asked:
            return
        running = self.query_one(Running)
        if len(wanted) < _LEAST:
            running.give_up()
            self._show("", _NOTHING)
            return
        running.ask(
            search(wanted),
            lambda answer: self._found(wanted, answer),
            lambda problem: self._show(wanted, Answer(problem)),
        )

    def _found(self, wanted: str, answer: Answer) -> None:
        """At once; where nothing is found what comes near follows."""
        self._show(wanted, answer)
        if not any(answer.entries):
            self.query_one(Running).ask(near(wanted), lambda more: self._show(wanted, more))

    def _show(self, asked: str, answer: Answer) -> None:
        self._asked, self.answer = asked, answer
        self.renew()
