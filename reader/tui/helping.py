"""All keys on one screen."""

from __future__ import annotations

from typing import ClassVar

from rich.console import Group, RenderableType
from rich.table import Table
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


def keys() -> Group:
    """Group by group; a key without words of its own is told with the one before it."""
    room = max(len(key.sign) for _, keys in GROUPS for key in keys if key.does)
    lines: list[RenderableType] = [Text.assemble(("The keys", "bold"), ("   esc closes this", "dim"))]
    for title, some in GROUPS:
        lines += [Text(), Text(title, "bold cyan"), _table([key for key in some if key.does], room)]
    return Group(*lines)


def _table(some: list[Key], room: int) -> Table:
    """What a narrow screen breaks goes on under its own words, not under the keys."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=room + 2, no_wrap=True)
    table.add_column(ratio=1)
    for key in some:
        table.add_row(Text(f"  {key.sign}", "bold magenta"), Text(key.does))
    return table
