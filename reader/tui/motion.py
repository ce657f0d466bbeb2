"""The keys that move on the page, and the search on it."""

from __future__ import annotations

from typing import TypeVar

from textual.app import App
from textual.widget import Widget
from textual.widgets import Input

from reader.tui.page import Page

_Part = TypeVar("_Part", bound=Widget)


class Motion(App[int]):
    """What of the session needs nothing but the page."""

    def part(self, kind: type[_Part]) -> _Part:
        """Of the session's own screen, whatever panel is open over it."""
        return self.screen_stack[0].query_one(kind)

    @property
    def page(self) -> Page:
        return self.part(Page)

    @property
    def box(self) -> Input:
        return self.screen_stack[0].query_one("#search", Input)

    def say(self, text: str) -> None:
        raise NotImplementedError

    def unfold_hits(self, wanted: str) -> None:
        raise NotImplementedError

    def action_line(self, step: int) -> None:
        self.page.move(step)

    def action_column(self, step: int) -> None:
        self.page.step(step)

    def action_name(self, step: int) -> None:
        if not self.page.hop(step):
            self.say("no further name on this page")

    def action_screenful(self, screens: float) -> None:
        if not self.page.turn_screen(screens):
            self.action_edge(1 if screens > 0 else -1)

    def action_edge(self, step: int) -> None:
        self.page.go(len(self.page.leaf.lines) if step > 0 else 0)

    def action_search(self) -> None:
        self.box.value = ""
        self.box.display = True
        self.box.focus()

    def action_hit(self, step: int) -> None:
        """To the next hit of the search, or the one before; around the end."""
        page = self.page
        if not page.hits:
            self.say("nothing is searched for: / searches on the page")
            return
        here = (page.line, page.column)
        places = [(line, start) for line, start, _ in page.hits]
        further = [one for one in places if (one > here if step > 0 else one < here)]
        target = (further or places)[0 if step > 0 else -1]
        page.go(*target)
        around = "" if further else ", from the start again" if step > 0 else ", from the end again"
        self.say(f"hit {places.index(target) + 1} of {len(places)}{around}   n next   N before   esc ends the search")

    def end_search(self) -> bool:
        """Whether there was one."""
        was = bool(self.page.hits) or self.box.display
        self.box.display = False
        self.page.mark_hits(())
        self.page.focus()
        return was

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input is self.box and self.box.display:
            self._look_for(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input is not self.box:
            return
        self.box.display = False
        self.page.focus()
        if event.value:
            self.unfold_hits(event.value)
            self._look_for(event.value)
            if self.page.hits:
                self.page.step(-1)
                self.action_hit(1)
            else:
                self.say(f"“{event.value}” is not on this page; F searches the whole checkout")

    def _look_for(self, wanted: str) -> None:
        """Capitals count where any are typed."""
        hits = []
        for index, line in enumerate(self.page.leaf.lines if wanted else ()):
            hits += [(index, start, start + len(wanted)) for start in places(wanted, line.text.plain)]
        self.page.mark_hits(tuple(hits))
        after = [hit for hit in hits if hit[0] >= self.page.line] or hits
        if after:
            self.page.go(*after[0][:2])


def places(wanted: str, text: str) -> list[int]:
    """Where it stands in the text; capitals count where any are typed."""
    if wanted == wanted.lower():
        text = text.lower()
    found, at = [], text.find(wanted)
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + len(wanted))
    return found
