"""A note of one's own, over as many lines as it takes. Nothing typed is lost: leaving asks, a closed terminal keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from reader.errors import ProgressFailed
from reader.progress import OwnNote
from reader.progress.ledger import as_note
from reader.terminal import own
from reader.terminal.sheet import words
from reader.tui.panels import drawing

_WRITING = (("^s", "keep it"), ("esc", "leave"))
_LEAVING = (("y", "keep the note"), ("n", "throw it away"), ("esc", "go on writing"))


class WritePanel(ModalScreen[str]):
    """`keep` writes the note down. Gives back what was kept, None where nothing was."""

    AUTO_FOCUS = "TextArea"
    # None with priority: it would overtake what was typed before it and is not yet in the text.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", show=False),
        Binding("escape", "leave", show=False),
    ]
    DEFAULT_CSS = """
    WritePanel { background: $background; color: $foreground; }
    WritePanel .title { dock: top; height: 1; padding: 0 2; background: $surface; }
    WritePanel .foot { dock: bottom; height: auto; max-height: 4; padding: 0 2; background: $surface; }
    WritePanel VerticalScroll { height: auto; max-height: 30%; padding: 0 2; border-bottom: solid $surface; }
    WritePanel VerticalScroll > Static { width: 100%; height: auto; }
    WritePanel TextArea { height: 1fr; border: none; padding: 0 1; background: $background; color: $foreground; }
    WritePanel TextArea:focus { border: none; }
    """

    def __init__(self, title: str, before: Sequence[OwnNote], keep: Callable[[str], None]) -> None:
        """`before` are the notes that the stop has already."""
        super().__init__()
        self._told = title
        self._before = before
        self._keep = keep
        self._leaving = self._done = False
        self._problem = ""
        self._area = TextArea(soft_wrap=True, tab_behavior="focus", show_line_numbers=False, compact=True)

    def compose(self) -> ComposeResult:
        yield Static(words(self._told, "bold"), classes="title", markup=False)
        if self._before:
            with VerticalScroll(can_focus=False):
                yield Static(markup=False)
        yield self._area
        yield Static(classes="foot", markup=False)

    def on_mount(self) -> None:
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        self.call_after_refresh(self._draw)

    def on_unmount(self) -> None:
        """The session ends with the note still open: a terminal that was closed, Ctrl-C."""
        if not self._done and as_note(self._text):
            self._kept(as_note(self._text))

    def on_key(self, event: Key) -> None:
        if self._leaving:
            event.stop()
            event.prevent_default()
            if event.key == "escape":
                self._asks(False)
            elif event.key == "y":
                self.action_keep()
            elif event.key == "n":
                self._done = True
                self.dismiss(None)

    def action_keep(self) -> None:
        text = as_note(self._text)
        if not text:
            self._done = True
            self.dismiss(None)
        elif self._kept(text):
            self.dismiss(text)
        else:
            self._asks(False)

    def action_leave(self) -> None:
        """Asks where something was written."""
        if as_note(self._text):
            self._asks(True)
        else:
            self._done = True
            self.dismiss(None)

    @property
    def _text(self) -> str:
        return self._area.text

    def _kept(self, text: str) -> bool:
        try:
            self._keep(text)
        except ProgressFailed as error:
            self._problem = str(error)
            return False
        self._done = True
        return True

    def _asks(self, leaving: bool) -> None:
        self._leaving = leaving
        self._area.read_only = leaving
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        if self._before:
            box = self.query_one("VerticalScroll > Static", Static)
            box.update(Text("\n").join(own.notes(self._before, drawing.sheet(self.size.width - 6))))
        keys = _LEAVING if self._leaving else _WRITING
        lead = Text("keep the note?   " if self._leaving else "", "bold")
        line = lead.append_text(
            Text("   ").join(Text.assemble((key, "bold magenta"), " ", (does, "dim")) for key, does in keys)
        )
        problem = [Text.assemble(("! ", "bold red"), words(one)) for one in self._problem.split("\n") if one.strip()]
        self.query_one(".foot", Static).update(Text("\n").join([*problem[:3], line]))
