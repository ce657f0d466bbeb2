"""Lines to read: what differs, and whatever else is no list of places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from reader.terminal.sheet import words


class TextPanel(ModalScreen[None]):
    """`draw` gives the lines for a width: they are drawn anew when that changes."""

    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", show=False),
        Binding("j", "scroll_body(1)", show=False),
        Binding("k", "scroll_body(-1)", show=False),
        Binding("space,ctrl+f", "page_body(1)", show=False),
        Binding("b,ctrl+b", "page_body(-1)", show=False),
        Binding("g", "end_body(-1)", show=False),
        Binding("G", "end_body(1)", show=False),
    ]
    DEFAULT_CSS = """
    TextPanel { background: $background; color: $foreground; }
    TextPanel .title { dock: top; height: 1; padding: 0 2; background: $surface; }
    TextPanel .foot { dock: bottom; height: 1; padding: 0 2; background: $surface; }
    TextPanel VerticalScroll { padding: 0 2; scrollbar-size-vertical: 1; }
    TextPanel VerticalScroll > Static { width: 100%; height: auto; }
    """

    def __init__(self, title: str, draw: Callable[[int], Sequence[Text]]) -> None:
        super().__init__()
        self._told = title
        self._draw = draw
        self._width = 0

    def compose(self) -> ComposeResult:
        yield Static(words(self._told, "bold"), classes="title", markup=False)
        with VerticalScroll():
            yield Static(markup=False)
        yield Static(self._keys(), classes="foot", markup=False)

    def on_mount(self) -> None:
        self.call_after_refresh(self._fill)

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        if not self.is_mounted:
            return
        width = max(self.query_one(VerticalScroll).size.width - 5, 20)
        if width != self._width:
            self._width = width
            self.query_one("VerticalScroll > Static", Static).update(Text("\n").join(self._draw(width)))

    def _keys(self) -> Text:
        keys = (("↑↓ space b", "move"), ("esc", "close"))
        return Text("   ").join(Text.assemble((key, "bold magenta"), " ", (does, "dim")) for key, does in keys)

    def action_close(self) -> None:
        self.dismiss(None)

    def action_scroll_body(self, step: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)

    def action_page_body(self, step: int) -> None:
        body = self.query_one(VerticalScroll)
        body.scroll_relative(y=step * max(body.size.height - 2, 1), animate=False)

    def action_end_body(self, step: int) -> None:
        body = self.query_one(VerticalScroll)
        if step < 0:
            body.scroll_home(animate=False)
        else:
            body.scroll_end(animate=False)
