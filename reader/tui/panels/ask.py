"""The questions of a stop, one after the other: the answer when it is asked for, then whether one knew it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from reader.errors import ProgressFailed
from reader.progress.ledger import Card
from reader.terminal import quiz
from reader.terminal.sheet import words
from reader.tui.answers import question
from reader.tui.answers.question import Asked
from reader.tui.panels import drawing

_RATED = (("y 3", "yes"), ("n 1", "no"), ("2", "hardly"), ("4", "easily"))


class AskPanel(ModalScreen[tuple[Asked, ...]]):
    """`record` keeps an answer and gives the card. Gives back those that were answered."""

    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", show=False),
        Binding("enter,space", "reveal", show=False),
        *(Binding(key, f"rate('{key}')", show=False) for key in ("y", "n", "1", "2", "3", "4")),
        Binding("right,tab", "turn(1)", show=False),
        Binding("left,shift+tab", "turn(-1)", show=False),
    ]
    DEFAULT_CSS = """
    AskPanel { background: $background; color: $foreground; }
    AskPanel .title { dock: top; height: 1; padding: 0 2; background: $surface; }
    AskPanel .foot { dock: bottom; height: 1; padding: 0 2; background: $surface; }
    AskPanel VerticalScroll { padding: 1 2; scrollbar-size-vertical: 1; }
    AskPanel VerticalScroll > Static { width: 100%; height: auto; }
    """

    def __init__(self, asked: Sequence[Asked], record: Callable[[Asked, str], Card]) -> None:
        super().__init__()
        self.asked = list(asked)
        self.at = 0
        self.revealed = False
        self._record = record
        self._outcomes: dict[int, str] = {}

    def compose(self) -> ComposeResult:
        yield Static(classes="title", markup=False)
        with VerticalScroll():
            yield Static(markup=False)
        yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.call_after_refresh(self._draw)
        self.run_worker(question.made_ready, thread=True)

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._draw)

    def action_reveal(self) -> None:
        if not self.revealed:
            self.revealed = True
            self._draw()
        elif self.at in self._outcomes:
            self.action_turn(1)

    def action_rate(self, typed: str) -> None:
        """Before the answer was seen there is nothing to rate; and each is rated once."""
        if not self.revealed or self.at in self._outcomes:
            return
        try:
            card = self._record(self.asked[self.at], typed)
        except ProgressFailed as error:
            self.app.notify(f"not kept: {error}", severity="error", markup=False)
            return
        self._outcomes[self.at] = question.outcome(self.asked[self.at], card)
        self.asked[self.at] = replace(self.asked[self.at], card=card)
        self._draw()

    def action_turn(self, step: int) -> None:
        """Past the last one the panel closes."""
        at = self.at + step
        if at == len(self.asked):
            self.action_close()
        elif at >= 0:
            self.at, self.revealed = at, at in self._outcomes
            self._draw()
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_close(self) -> None:
        self.dismiss(tuple(self.asked[index] for index in sorted(self._outcomes)))

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        one, sheet = self.asked[self.at], drawing.sheet(self.query_one(VerticalScroll).size.width - 5)
        lines = quiz.question(one, self.at + 1, len(self.asked), sheet)
        if self.revealed:
            lines += [Text(), *quiz.answer(one, sheet)]
        if self.at in self._outcomes:
            lines += [Text(), Text(self._outcomes[self.at], "bold")]
        self.query_one("VerticalScroll > Static", Static).update(Text("\n").join(lines))
        title = f"{one.at.name}: question {self.at + 1} of {len(self.asked)}"
        self.query_one(".title", Static).update(words(title, "bold"))
        self.query_one(".foot", Static).update(self._keys())

    def _keys(self) -> Text:
        more = self.at + 1 < len(self.asked)
        if not self.revealed:
            keys: tuple[tuple[str, str], ...] = (
                (("↵", "the answer"), ("→", "next question")) if more else (("↵", "the answer"),)
            )
        elif self.at not in self._outcomes:
            keys = _RATED
        else:
            keys = (("↵", "next question" if more else "done"),)
        before = Text("did you know it?   " if keys is _RATED else "", "bold")
        hints = (Text.assemble((key, "bold magenta"), " ", (does, "dim")) for key, does in (*keys, ("esc", "close")))
        return before.append_text(Text("   ").join(hints))
