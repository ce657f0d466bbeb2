"""The session as a Textual app: what stands on the screen, how it begins and ends.

`drawing` fills the screen, `showing` knows which page is shown, `unfolding` and `motion` move on it, `asking` and
`working` have the keys that ask and write.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from reader.checkout import Checkout
from reader.errors import ProgressFailed, ReaderError
from reader.progress import Store
from reader.reading import Readings
from reader.tui import current, signals, themes
from reader.tui.answers import Workshop
from reader.tui.contents import WIDE, Contents
from reader.tui.drawing import Drawing
from reader.tui.foot import Foot
from reader.tui.keys import KEYS
from reader.tui.masthead import Masthead
from reader.tui.page import Page
from reader.tui.panels import Running

LEAST = (40, 10)  # columns and rows; with less there is only a word
LINEAR = "linear"  # the setting
INTERRUPTED = 130
_OF_THE_PAGE = {key.action.partition("(")[0] for key in KEYS} - {"interrupt", "suspend_process"}


class Desk(Screen[None], inherit_bindings=False):
    """The screen under all panels; Textual's own would take Tab for the focus."""


class Session(Drawing):
    """`exit` gives the exit code of the command."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "reader"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, key.does, show=False, priority=key.action == "interrupt") for key in KEYS
    ]
    CSS = """
    Screen { background: $background; layers: base over; }
    #small { display: none; width: 1fr; height: 1fr; content-align: center middle; text-align: center; }
    #body { height: 1fr; }
    #search { dock: bottom; display: none; height: 1; border: none; padding: 0 2; background: $surface; }
    #search:focus { border: none; }
    Session.-small #small { display: block; }
    Session.-small Masthead, Session.-small #body, Session.-small Foot, Session.-small #search { display: none; }
    """

    def __init__(self, checkout: Checkout, store: Store, source: str, *, color: bool, theme: str) -> None:
        """Raises ReaderError where there is nothing to begin with."""
        with themes.colours(color):
            super().__init__(ansi_color=None if color else True)
        self.start(store, Readings(checkout, past=True))
        self.workshop = Workshop(checkout)
        self.color = color
        self._begin = self.turning(source)
        self._first = self._begin.lectern.first()
        for one in themes.THEMES:
            self.register_theme(one)
        self.ansi_theme_dark, self.ansi_theme_light = themes.DARK, themes.LIGHT
        self.theme = self.setting(themes.SETTING) or theme if color else themes.TERMINAL
        self.set_class(self.setting(LINEAR) == "yes", "linear")

    @property
    def checkout(self) -> Checkout:
        return self.readings.checkout

    # The screen

    def get_default_screen(self) -> Screen[None]:
        return Desk(id="_default")

    def compose(self) -> ComposeResult:
        yield Masthead()
        with Horizontal(id="body"):
            yield Contents()
            yield Page()
        yield Foot()
        yield Running(self.workshop)
        yield Input(id="search", placeholder="search on this page")
        yield Static(id="small")

    def on_mount(self) -> None:
        signals.watch(self.exit_with)
        self.app_resume_signal.subscribe(self, self._paint_anew)
        self.page.focus()
        self.go_to(self._begin, self._first)
        self.set_interval(current.EVERY, self.notice)

    def _paint_anew(self, _: object) -> None:
        """In the foreground again, after the shell or an editor had the terminal: Textual paints what has changed, and
        nothing of the page has."""
        for widget in self.screen.walk_children(Widget, with_self=True):
            widget.refresh()

    def on_unmount(self) -> None:
        for turning in self.turnings.values():
            turning.close()

    def on_resize(self, event: events.Resize) -> None:
        columns, rows = event.size
        self.set_class(columns < LEAST[0] or rows < LEAST[1], "-small")
        word = f"too small\n{columns} × {rows}\nreader needs\n{LEAST[0]} × {LEAST[1]}"
        self.screen_stack[0].query_one("#small", Static).update(Text(word))
        self.lay_out()

    def on_page_resized(self) -> None:
        if hasattr(self, "shown"):
            self.draw(self.page.where())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A panel over the page has keys of its own; the session's are not for it."""
        return len(self.screen_stack) == 1 or action not in _OF_THE_PAGE

    async def run_action(self, action: object, *args: object, **more: object) -> bool:
        """Every key of the session comes through here: what was said has been read by then."""
        self.said = ""
        done = await super().run_action(action, *args, **more)  # type: ignore[arg-type] # handed on as it came
        if self.is_running and hasattr(self, "shown") and not self._exit:
            self.draw_foot()
        return done

    # Keys that are about the session itself

    def action_contents(self) -> None:
        contents = self.part(Contents)
        if contents.has_focus:
            self.wants_contents = False
            self.page.focus()
        else:
            self.wants_contents = True
            contents.display = True
            contents.focus()
        self.lay_out()

    def on_contents_chosen(self, event: Contents.Chosen) -> None:
        self.page.focus()
        self.go_to(self.shown.turning, event.index)

    def action_dismiss(self) -> None:
        if self.running.give_up():
            self.say("given up")
        elif self.part(Contents).has_focus:
            self.page.focus()
            if self.size.width < WIDE:
                self.wants_contents = None
                self.lay_out()
        elif not self.end_search() and self.shown.stop is None:
            self.action_trail(-1)

    def action_theme(self) -> None:
        if not self.color:
            self.say("no colours: NO_COLOR or --no-color said so")
            return
        self.theme = themes.following(self.theme)
        self._remember(themes.SETTING, self.theme)
        self.say(f"colours: {self.theme}")

    def action_linear(self) -> None:
        self.toggle_class("linear")
        on = self.has_class("linear")
        self._remember(LINEAR, "yes" if on else None)
        self.lay_out()
        self.draw(self.page.where())
        self.say("one column, in reading order" if on else "header, stops and page")

    def action_help(self) -> None:
        from reader.tui.helping import Helping

        self.push_screen(Helping())

    async def action_quit(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        self.exit_with(0)

    def action_interrupt(self) -> None:
        self.exit_with(INTERRUPTED)

    def exit_with(self, code: int) -> None:
        problem = self.shown.turning.lectern.leave() if hasattr(self, "shown") else None
        self.exit(code, return_code=code, message=problem and Text(f"reader: {problem}"))

    def refresh_stop(self) -> None:
        """The stop as it is now: a note was written, or a mark set."""
        if self.shown.ready is not None:
            self.shown = replace(self.shown, view=self.shown.turning.lectern.view(self.shown.ready))
        self.draw(self.page.where())

    def _handle_exception(self, error: Exception) -> None:
        """What a user can cause is told as everywhere; a bug keeps its traceback."""
        if isinstance(error, ReaderError):
            self.exit(error.exit_code, return_code=error.exit_code, message=Text(f"reader: {error}"))
        else:
            super()._handle_exception(error)

    def setting(self, name: str) -> str | None:
        try:
            return self.store.setting(name)
        except ProgressFailed:
            return None

    def _remember(self, name: str, value: str | None) -> None:
        try:
            self.store.set_setting(name, value)
        except ProgressFailed as error:
            self.say(f"not remembered: {error}")
