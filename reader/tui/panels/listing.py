"""A panel that is a list: what is typed filters it, what is highlighted is shown beside or below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from reader.terminal.sheet import words
from reader.tui.panels.rows import Row, Rows

_T = TypeVar("_T")

BESIDE = 140  # columns from which the preview stands beside the list
BELOW = 22  # rows from which it stands below


class ListPanel(ModalScreen[_T | None], Generic[_T]):
    """Whoever derives from it says which rows there are, and what is shown of the one that is highlighted."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("down,ctrl+n", "move(1)", show=False),
        Binding("up,ctrl+p", "move(-1)", show=False),
        Binding("pagedown", "screenful(1)", show=False),
        Binding("pageup", "screenful(-1)", show=False),
        Binding("ctrl+home", "move(-1000000)", show=False),
        Binding("ctrl+end", "move(1000000)", show=False),
    ]
    DEFAULT_CSS = """
    ListPanel { background: $background; color: $foreground; }
    ListPanel .title { dock: top; height: 1; padding: 0 2; background: $surface; }
    ListPanel .foot { dock: bottom; height: 1; padding: 0 2; background: $surface; }
    ListPanel Input.-textual-compact { padding: 0 2 !important; background: $background; }
    ListPanel Input:focus { border: none; background-tint: $foreground 0%; }
    ListPanel .body { layout: vertical; height: 1fr; }
    ListPanel .preview { display: none; height: 45%; min-height: 7; padding: 0 1 0 2; border-top: solid $surface; }
    ListPanel.-below .preview { display: block; }
    ListPanel.-beside .body { layout: horizontal; }
    ListPanel.-beside .preview { display: block; width: 52%; height: 1fr; border-top: none;
                                 border-left: solid $surface; }
    ListPanel .detail { height: auto; max-height: 4; padding: 0 2; background: $background; }
    ListPanel.-below .detail { display: none; }
    ListPanel.-beside .detail { display: none; }
    """
    prompt: ClassVar[str] = "type to filter"
    enters: ClassVar[str] = "go there"

    def compose(self) -> ComposeResult:
        yield Static(classes="title", markup=False)
        yield Input(placeholder=self.prompt, compact=True)
        with Container(classes="body"):
            yield Rows()
            yield Static(classes="preview", markup=False)
        yield Static(classes="detail", markup=False)
        yield Static(classes="foot", markup=False)

    def rows(self, typed: str, width: int) -> Sequence[Row]:
        raise NotImplementedError

    def told(self) -> str:
        """What stands above the list."""
        raise NotImplementedError

    def shown(self, value: object, width: int, height: int) -> Sequence[Text]:
        """Of the highlighted row: what it says in full, then as much more as there is room for."""
        raise NotImplementedError

    def chosen(self, value: object) -> None:
        raise NotImplementedError

    def on_mount(self) -> None:
        self._lay_out()
        self.call_after_refresh(self.renew)

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()
        self.call_after_refresh(self.renew)

    def renew(self) -> None:
        """Draw the list again, for another filter or width."""
        if not self.is_mounted:
            return
        rows = self.query_one(Rows)
        rows.put(self.rows(self.typed, rows.room))
        self._tell()

    @property
    def typed(self) -> str:
        return self.query_one(Input).value

    @on(Input.Changed)
    def _on_typed(self) -> None:
        self.on_typed(self.typed)

    def on_typed(self, typed: str) -> None:
        self.renew()

    @on(Input.Submitted)
    @on(Rows.Chosen)
    def _on_chosen(self) -> None:
        row = self.query_one(Rows).current
        if row is not None:
            self.chosen(row.value)

    @on(Rows.Highlighted)
    def _on_highlighted(self) -> None:
        row = self.query_one(Rows).current
        place = ".preview" if self.has_class("-below") or self.has_class("-beside") else ".detail"
        box = self.query_one(place, Static)
        room = box.container_size if place == ".detail" else box.content_size
        lines = (
            self.shown(row.value, max(room.width - (4 if place == ".detail" else 0), 20), room.height) if row else ()
        )
        box.update(Text("\n").join(lines if place == ".preview" else lines[:4]))

    def action_close(self) -> None:
        self.dismiss(None)

    def action_move(self, step: int) -> None:
        self.query_one(Rows).move(step)

    def action_screenful(self, step: int) -> None:
        self.query_one(Rows).screenful(step)

    def _lay_out(self) -> None:
        width, height = self.app.size
        self.set_class(width >= BESIDE, "-beside")
        self.set_class(width < BESIDE and height >= BELOW, "-below")

    def _tell(self) -> None:
        rows = self.query_one(Rows)
        values = [index for index, row in enumerate(rows.rows) if row.value is not None]
        width = max(self.app.size.width - 4, 8)
        count = Text(self.counted(len(values)), "dim")
        title = words(self.told(), "bold")
        title.truncate(max(width - count.cell_len - 2, 8), overflow="ellipsis")
        gap = " " * max(width - title.cell_len - count.cell_len, 1)
        self.query_one(".title", Static).update(Text.assemble(title, gap, count))
        keys = (("↵", self.enters), ("↑↓", "choose"), ("esc", "close"))
        foot = Text("   ").join(Text.assemble((key, "bold magenta"), " ", (does, "dim")) for key, does in keys)
        self.query_one(".foot", Static).update(foot)

    def counted(self, listed: int) -> str:
        return f"{listed} listed"
