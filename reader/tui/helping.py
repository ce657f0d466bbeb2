"""All keys on one screen."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from reader.tui.keys import GROUPS, Key


class Helping(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,enter,space", "dismiss", "close")]
    DEFAULT_CSS = """
    Helping { align: center middle; background: $background; }
    Helping > VerticalScroll { width: 92; max-width: 100%; height: auto; max-height: 100%; padding: 1 3;
                               background: $surface; border: round $accent; scrollbar-size-vertical: 1; }
    Helping:ansi > VerticalScroll { background: ansi_default; border: round ansi_magenta; }
    Helping Static { width: 1fr; height: auto; }
    """

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(keys())

    def on_resize(self) -> None:
        self.query_one(Static).update(keys(columns=2 if self.size.width >= 90 else 1))


def keys(columns: int = 1) -> Text:
    """Group by group; a key without words of its own is told with the one before it."""
    del columns
    lines = [Text.assemble(("The keys", "bold"), ("   esc closes this", "dim"))]
    room = max(len(key.sign) for _, keys in GROUPS for key in keys if key.does)
    for title, some in GROUPS:
        lines += [Text(), Text(title, "bold cyan")]
        lines += [_line(key, room) for key in some if key.does]
    return Text("\n").join(lines)


def _line(key: Key, room: int) -> Text:
    return Text.assemble("  ", (key.sign.ljust(room), "bold magenta"), "  ", key.does)
