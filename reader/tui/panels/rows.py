"""A list of one-line rows, of any length: only those in sight are drawn. A row without a value is a heading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reader.value import frozen

_MARK = "▌ "


@frozen
class Row:
    """`key` tells the row again in another list: the same thing is highlighted after a resize or a filter."""

    text: Text
    value: object | None = None
    key: object = None


class Rows(ScrollView, can_focus=False):
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--current", "rows--mark"}
    DEFAULT_CSS = """
    Rows { width: 1fr; height: 1fr; background: $background; color: $foreground; overflow-x: hidden; overflow-y: auto;
           scrollbar-size-vertical: 1; }
    Rows > .rows--current { background: $panel; text-style: bold; }
    Rows > .rows--mark { color: $accent; text-style: bold; }
    Rows:ansi > .rows--current { text-style: reverse; }
    """

    class Highlighted(Message):
        """The highlight is on another row."""

    class Chosen(Message):
        """Somebody clicked twice."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()
        self.at = -1

    @property
    def room(self) -> int:
        """Columns of a row; the scroll bar's is kept free."""
        return max(self.size.width - 1 - len(_MARK), 8)

    @property
    def current(self) -> Row | None:
        return self.rows[self.at] if 0 <= self.at < len(self.rows) else None

    def put(self, rows: Sequence[Row]) -> None:
        """Highlighted is what was before, as far as it is still there; else the first."""
        before = self.current
        self.rows = tuple(rows)
        choices = [index for index, row in enumerate(self.rows) if row.value is not None]
        key = before.key if before is not None else None
        same = next((index for index in choices if key is not None and self.rows[index].key == key), None)
        self.at = same if same is not None else choices[0] if choices else -1
        self.virtual_size = Size(self.size.width, len(self.rows))
        self.scroll_to(y=0, animate=False, force=True)
        self._into_sight()
        self.refresh()
        self.post_message(self.Highlighted())

    def move(self, step: int) -> None:
        """So many rows with a value on, at most to the first or the last."""
        choices = [index for index, row in enumerate(self.rows) if row.value is not None]
        if choices:
            place = choices.index(self.at) + step if self.at in choices else 0
            self._go(choices[min(max(place, 0), len(choices) - 1)])

    def screenful(self, step: int) -> None:
        self.move(step * max(self.size.height - 2, 1))

    def render_line(self, y: int) -> Strip:
        index, width = y + self.scroll_offset.y, self.size.width
        if index >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        is_current, ground = index == self.at, self.rich_style
        mark = Text(" " * len(_MARK))
        if is_current:
            ground += self.get_component_rich_style("rows--current", partial=True)
            mark = Text(_MARK, self.get_component_rich_style("rows--mark", partial=True))
        text = self.rows[index].text.copy()
        text.truncate(self.room, overflow="ellipsis")
        return self._drawn(Text.assemble(mark, text), ground).adjust_cell_length(width, ground)

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if 0 <= index < len(self.rows) and self.rows[index].value is not None:
            self._go(index)
            if event.chain == 2:
                self.post_message(self.Chosen())

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.rows))
        self._into_sight()

    def _drawn(self, text: Text, ground: Style) -> Strip:
        return Strip(text.render(self.app.console)).apply_style(ground)

    def _go(self, index: int) -> None:
        self.at = index
        self._into_sight()
        self.refresh()
        self.post_message(self.Highlighted())

    def _into_sight(self) -> None:
        """With the headings right above it."""
        top = self.at
        while top > 0 and self.rows[top - 1].value is None and self.at - top < 3:
            top -= 1
        if self.at >= 0:
            self.scroll_to_region(Region(0, top, 1, self.at - top + 1), animate=False, force=True)
