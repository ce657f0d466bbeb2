"""The page as a widget: lines over Textual's Line API, a cursor in them, and hits of a search."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Offset, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from reader.terminal.notes import Laid
from reader.tui import cursor
from reader.tui.cursor import Anchor
from reader.tui.leaf import Leaf
from reader.value import frozen

LEAD = 2  # columns before a line, where the cursor's mark stands
_MARK = "▌ "
_HIT = Style(reverse=True, dim=True)


@frozen
class Where:
    """The cursor, and how far below the top of the window its line is."""

    anchor: Anchor
    below: int


class Page(ScrollView, can_focus=True, inherit_bindings=False):
    """Decides nothing about what stands on it: it is given a leaf, and tells what was pointed at."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"page--cursor", "page--mark"}
    DEFAULT_CSS = """
    Page { width: 1fr; height: 1fr; background: $background; color: $foreground; overflow-x: hidden;
           overflow-y: auto; scrollbar-size-vertical: 1; }
    Page > .page--cursor { background: $cursor; }
    Page > .page--mark { color: $accent; text-style: bold; }
    """

    class Resized(Message):
        """The page must be drawn for another width."""

    class Followed(Message):
        """Something that leads somewhere was clicked."""

    class Asked(Message):
        """A name was clicked twice."""

    def __init__(self) -> None:
        super().__init__()
        self.leaf = Leaf((), ())
        self.line = self.column = 0
        self.hits: tuple[tuple[int, int, int], ...] = ()
        self._strips: dict[int, Strip] = {}
        self._kept = 0  # the column that up and down come back to

    @property
    def lead(self) -> int:
        return 0 if self.app.has_class("linear") else LEAD

    @property
    def room(self) -> int:
        """Columns that a leaf may be drawn in; the scroll bar's is kept free."""
        return max(self.outer_size.width - 1 - self.lead, 8)

    @property
    def here(self) -> Laid | None:
        return self.leaf.lines[self.line] if self.line < len(self.leaf.lines) else None

    def put(self, leaf: Leaf, where: Where | None = None, begin: tuple[int, int] = (0, -1)) -> None:
        """Show this: where one was, else at the top, with the cursor where one begins if that is in sight."""
        self.leaf, self.hits = leaf, ()
        self._strips.clear()
        self.virtual_size = Size(self.size.width, len(leaf.lines))
        height = max(self.size.height, 1)
        if where is None:
            first, column = begin
            self.line = first if first < height - 1 else 0
            self.column, top = column if column >= 0 and self.line == first else self._home(), 0
        else:
            self.line, self.column = cursor.found(leaf, where.anchor)
            top = self.line - min(where.below, height - 1)
        self._kept = self.column
        self.scroll_to(y=max(top, 0), animate=False, force=True)
        self.refresh()
        self._tell_terminal()

    def where(self) -> Where | None:
        if not self.leaf.lines:
            return None
        below = self.line - round(self.scroll_target_y)
        return Where(cursor.anchor(self.leaf, self.line, self.column), max(below, 0))

    def move(self, lines: int) -> None:
        self.go(self.line + lines, self._kept, keep=True)

    def go(self, line: int, column: int | None = None, *, keep: bool = False) -> None:
        """The cursor to this line and column, which come into sight; without a column to its first sign."""
        if not self.leaf.lines:
            return
        before = self.line
        self.line = min(max(line, 0), len(self.leaf.lines) - 1)
        own = self.leaf.lines[self.line]
        self.column = self._home() if column is None else min(max(column, own.start), max(len(own.text) - 1, 0))
        self._kept = self._kept if keep else self.column
        self._into_sight()
        self.refresh_lines(before)
        self.refresh_lines(self.line)
        self._tell_terminal()

    def step(self, columns: int) -> None:
        self.go(self.line, self.column + columns)

    def hop(self, step: int) -> bool:
        """To the next name, or the one before."""
        found = cursor.next_name(self.leaf.lines, self.line, self.column, step)
        if found is not None:
            self.go(*found)
        return found is not None

    def turn_screen(self, screens: float) -> bool:
        """False where there is nothing further."""
        top, last = round(self.scroll_target_y), self.max_scroll_y
        if (top >= last if screens > 0 else top <= 0) or not self.leaf.lines:
            return False
        rows = max(int((self.size.height - 2) * abs(screens)), 1) * (1 if screens > 0 else -1)
        target = min(max(top + rows, 0), last)
        self.scroll_to(y=target, animate=False)
        self.go(self.line + target - top, self._kept, keep=True)
        return True

    def word(self) -> str:
        return cursor.word_at(self.here, self.column) if self.here else ""

    def render_line(self, y: int) -> Strip:
        index, width = y + self.scroll_offset.y, self.size.width
        if index >= len(self.leaf.lines):
            return Strip.blank(width, self.rich_style)
        if index == self.line:
            return self._under_cursor(self.leaf.lines[index], width)
        strip = self._strips.get(index)
        if strip is None:
            strip = self._strips[index] = self._drawn(self._with_hits(index), Text(" " * self.lead), self.rich_style)
        return strip.adjust_cell_length(width, self.rich_style)

    def notify_style_update(self) -> None:
        self._strips.clear()
        super().notify_style_update()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The cursor stays on the screen, as an editor's does when the wheel turns."""
        super().watch_scroll_y(old_value, new_value)
        top = round(new_value)
        inside = min(max(self.line, top), max(top + self.size.height - 1, top))
        if inside != self.line and self.leaf.lines and round(self.scroll_target_y) == top:
            self.line = min(inside, len(self.leaf.lines) - 1)
            self.column = self._home()
            self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        line = event.y + self.scroll_offset.y
        if line >= len(self.leaf.lines):
            return
        self.go(line, self._character(line, event.x - self.lead))
        if event.chain == 2 and self.word():
            self.post_message(self.Asked())
        elif event.chain == 1 and not hasattr(self.leaf.lines[line].row, "number"):
            self.post_message(self.Followed())

    def _character(self, line: int, cells: int) -> int:
        plain = self.leaf.lines[line].text.plain
        if plain.isascii():
            return cells
        return next((at for at in range(len(plain)) if Text(plain[: at + 1]).cell_len > cells), len(plain))

    def _home(self) -> int:
        own = self.here
        if own is None:
            return 0
        rest = own.text.plain[own.start :]
        return own.start + len(rest) - len(rest.lstrip(" ")) if rest.strip() else own.start

    def _into_sight(self) -> None:
        top, height = round(self.scroll_target_y), max(self.size.height, 1)
        if self.line < top:
            self.scroll_to(y=self.line, animate=False, force=True)
        elif self.line >= top + height:
            self.scroll_to(y=self.line - height + 1, animate=False, force=True)

    def _under_cursor(self, line: Laid, width: int) -> Strip:
        text = self._with_hits(self.line).copy()
        if self.has_focus:
            span = cursor.name_at(line, self.column)
            if span is not None:
                text.stylize("underline", *span)
            if len(text) <= self.column:
                text.append(" " * (self.column - len(text) + 1))
            text.stylize("reverse", self.column, self.column + 1)
        ground = self.rich_style + self.get_component_rich_style("page--cursor", partial=True)
        mark = Text(_MARK, self.get_component_rich_style("page--mark", partial=True)) if self.lead else Text()
        return self._drawn(text, mark, ground).adjust_cell_length(width, ground)

    def _drawn(self, text: Text, lead: Text, ground: Style) -> Strip:
        return Strip(Text.assemble(lead, text).render(self.app.console)).apply_style(ground)

    def _with_hits(self, index: int) -> Text:
        own = self.leaf.lines[index].text
        spans = [(start, end) for line, start, end in self.hits if line == index]
        if not spans:
            return own
        text = own.copy()
        for start, end in spans:
            text.stylize(_HIT, start, end)
        return text

    def mark_hits(self, hits: tuple[tuple[int, int, int], ...]) -> None:
        """Line, start and end of what a search has found here."""
        self.hits = hits
        self._strips.clear()
        self.refresh()

    def _tell_terminal(self) -> None:
        """Where the terminal's own cursor is to be: a screen reader reads that line."""
        row = self.line - round(self.scroll_target_y)
        self.app.cursor_position = self.region.offset + Offset(self.lead + self.column, max(row, 0))
