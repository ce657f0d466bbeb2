"""The line that says what is being looked for, and the thread in which that happens.

The screen never waits. A new question takes the place of the one that runs; whoever gives one up hears nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any, TypeVar

from rich.text import Text
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from reader.errors import ReaderError
from reader.terminal.sheet import words
from reader.tui.answers import Question, Workshop

_T = TypeVar("_T")

AT_ONCE = 0.15  # seconds that need no word about them


class Running(Static):
    DEFAULT_CSS = """
    Running { dock: bottom; height: 1; padding: 0 2; background: $panel; color: $foreground; display: none; }
    Running.-shown { display: block; }
    """

    class Answered(Message):
        """From the thread: what came of the question with this number."""

        def __init__(self, number: int, answer: object, error: Exception | None) -> None:
            super().__init__()
            self.number, self.answer, self.error = number, answer, error

    def __init__(self, workshop: Workshop) -> None:
        super().__init__(markup=False)
        self.workshop = workshop
        self._number = 0
        self._over = Event()
        self._question: Question[Any] | None = None
        self._then: Callable[[Any], None] = lambda _: None
        self._failed: Callable[[str], None] = lambda _: None
        self._seconds = 0.0
        self._ticking: Timer | None = None

    @property
    def busy(self) -> bool:
        return self._question is not None

    def ask(
        self, question: Question[_T], then: Callable[[_T], None], failed: Callable[[str], None] | None = None
    ) -> None:
        """`then` is called with the answer, `failed` with the reason where there is none; without it that is shown."""
        self.give_up()
        self._number += 1
        self._over = Event()
        self._question, self._then, self._failed = question, then, failed or self._say
        self._seconds = 0.0
        self._ticking = self.set_timer(AT_ONCE, self._show)
        Thread(target=self._look, args=(question, self._number, self._over), daemon=True).start()

    def give_up(self) -> bool:
        """Whether there was something to give up."""
        was = self.busy
        self._over.set()
        self._rest()
        return was

    def on_unmount(self) -> None:
        self._over.set()

    def on_running_answered(self, event: Answered) -> None:
        event.stop()
        if event.number != self._number or not self.busy:
            return
        then, failed = self._then, self._failed
        self._rest()
        if isinstance(event.error, ReaderError):
            failed(str(event.error))
        elif event.error is not None:
            raise event.error
        elif event.answer is not None:
            then(event.answer)

    def _look(self, question: Question[Any], number: int, over: Event) -> None:
        answer, error = None, None
        try:
            answer = self.workshop.ask(question, over)
        except Exception as raised:  # told in the screen's own thread, where a bug of ours shows its traceback
            error = raised
        self.post_message(self.Answered(number, answer, error))

    def _show(self) -> None:
        if self._question is not None:
            self.update(self._line(self._question))
            self.add_class("-shown")
            self._ticking = self.set_timer(1, self._tick)

    def _tick(self) -> None:
        self._seconds += 1
        self._show()

    def _line(self, question: Question[Any]) -> Text:
        since = f"  {self._seconds:.0f} s" if self._seconds else ""
        line = Text.assemble(("looking: ", "bold"), words(question.doing), (since, "dim"))
        line.truncate(max(self.app.size.width - 4 - 16, 8), overflow="ellipsis")
        return line.append("  esc gives up", "dim")

    def _rest(self) -> None:
        self._question = None
        if self._ticking is not None:
            self._ticking.stop()
        self.remove_class("-shown")

    def _say(self, problem: str) -> None:
        self.app.notify(problem, severity="warning", markup=False)
