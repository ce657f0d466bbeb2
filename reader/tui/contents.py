"""The stops of the tour down the left side, each with its mark: read, changed, or not read yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reader.guide import ReadState
from reader.terminal.sheet import shortened
from reader.value import frozen

WIDE = 118  # columns of a terminal from which the stops stand beside the page unless they are sent away
ROOMY = 180  # columns from which they may be wider
SIGNS: dict[ReadState, tuple[str, str]] = {"read": ("✓", "green"), "changed": ("≠", "bold red"), "unread": ("·", "dim")}


@frozen
class Item:
    title: str
    state: ReadState
    here: bool


class Contents(ScrollView, can_focus=True, inherit_bindings=False):
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"contents--at"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("home,g", "move(-10000)", show=False),
        Binding("end,G", "move(10000)", show=False),
        Binding("enter,space,o", "choose", show=False),
    ]
    DEFAULT_CSS = """
    Contents { width: 34; height: 1fr; padding: 0 1; background: $surface; color: $foreground;
               overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    Contents.-roomy { width: 46; }
    Contents > .contents--at { background: $panel; text-style: bold; }
    Contents:ansi > .contents--at { text-style: reverse; }
    """

    class Chosen(Message):
        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self) -> None:
        super().__init__()
        self._items: tuple[Item, ...] = ()
        self._at = 0

    def show(self, items: Sequence[Item]) -> None:
        """The line that one may choose with enter comes back to where one stands."""
        if tuple(items) == self._items:
            return
        self._items = tuple(items)
        if self.virtual_size.height != len(items):
            self.virtual_size = Size(1, len(items))
        here = next((index for index, item in enumerate(items) if item.here), self._at)
        self._go(here)
        self.refresh()

    def action_move(self, step: int) -> None:
        self._go(self._at + step)

    def action_choose(self) -> None:
        if self._items:
            self.post_message(self.Chosen(self._at))

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if index < len(self._items):
            self._go(index)
            self.action_choose()

    def render_line(self, y: int) -> Strip:
        index, width, ground = y + self.scroll_offset.y, self.scrollable_content_region.width, self.rich_style
        if index >= len(self._items):
            return Strip.blank(width, ground)
        if index == self._at and self.has_focus:
            ground += self.get_component_rich_style("contents--at", partial=True)
        drawn = _drawn(index, self._items[index], len(str(len(self._items))), width)
        return Strip(drawn.render(self.app.console)).apply_style(ground).adjust_cell_length(width, ground)

    def _go(self, index: int) -> None:
        self._at = min(max(index, 0), max(len(self._items) - 1, 0))
        top, height = round(self.scroll_target_y), max(self.size.height, 1)
        if not top <= self._at < top + height:
            self.scroll_to(y=max(self._at - height // 2, 0), animate=False, force=True)
        self.refresh()


def _drawn(index: int, item: Item, digits: int, width: int) -> Text:
    sign, style = SIGNS[item.state]
    lead = Text("▸" if item.here else " ", "bold magenta")
    title = shortened(item.title, max(width - digits - 4, 1), "bold" if item.here else "")
    return Text.assemble(lead, (sign, Style.parse(style)), " ", (str(index + 1).rjust(digits), "dim"), " ", title)
