"""The keys of the reader's own work: questions, notes, what has changed, another tour, the editor, a reference."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reader import guide
from reader.errors import ReaderError
from reader.ref import Ref
from reader.resolve import Site
from reader.tui.current import Current
from reader.tui.panels import AskPanel, FindPanel, TextPanel, ToursPanel, WritePanel

if TYPE_CHECKING:
    from reader.guide.comparing import Comparison

EDITOR = "editor"  # the setting


class Working(Current):
    """Needs `refresh_stop`, which shows the stop anew after something was written down."""

    def refresh_stop(self) -> None:
        raise NotImplementedError

    def action_question(self) -> None:
        from reader.tui.answers.question import answered, questions

        stop = self.shown.stop
        asked = questions(stop, self.store) if stop is not None and not self.shown.ended else ()
        if not asked:
            self.say("this stop has no question")
        else:
            self.push_screen(AskPanel(asked, lambda one, typed: answered(one, typed, self.store)))

    def action_note(self) -> None:
        from reader.progress.ledger import Ledger

        stop = self.shown.stop
        if stop is None or self.shown.ended:
            self.say("notes are kept at stops: ctrl-o goes back to yours")
            return
        key = stop.tour.key(stop.stop)
        panel = WritePanel(
            f"your note at {stop.tour.name}: {stop.stop.title}",
            stop.own,
            lambda text: Ledger(self.store).add_note(*key, text),
        )
        self.push_screen(panel, lambda kept: self.refresh_stop() if kept else None)

    def action_changes(self) -> None:
        from reader.terminal.comparison import comparison
        from reader.tui.answers import difference
        from reader.tui.panels.drawing import sheet

        view = self.shown.view
        if isinstance(view, guide.StopView) and view.read == "unread":
            self.say("you have not read this stop yet: there is nothing to compare it with")
            return
        what = (
            difference.of_stop(view) if isinstance(view, guide.StopView) else difference.of_ref(_asked_ref(view.site))
        )
        question = difference.difference(what, difference.recollected(what, self.store))

        def told(found: Comparison) -> None:
            self.push_screen(TextPanel(question.doing, lambda width: comparison(found, sheet(width))))

        self.running.ask(question, told, self.say)

    def action_find(self) -> None:
        self.push_screen(FindPanel(self.workshop), self.open_at)

    def action_tours(self) -> None:
        known = guide.progress(self.store, self.readings.checkout.release)
        self.push_screen(ToursPanel(known), self._tour_chosen)

    def _tour_chosen(self, name: str | None) -> None:
        if name is None:
            return
        try:
            self.open_tour(name)
        except ReaderError as error:
            self.say(str(error))

    def action_editor(self) -> None:
        from reader import editors

        site, (line, column) = self.shown.view.site, self.line_and_column()
        checkout = self.readings.checkout
        if not self.shown.has_lines_of_the_checkout or not checkout.on_disk:
            self.say("there is no file on disk to open")
            return
        self.workshop.forget()  # the file may be another afterwards
        try:
            text = editors.chosen(os.environ, self.setting(EDITOR))
            what = editors.command(text, checkout.root / str(site.path), line or site.start, column or 1)
            if what.terminal:
                with self.suspend():
                    editors.run(what)
                self.notice()
            else:
                editors.run(what)
                self.say(f"opened in {text}")
        except ReaderError as error:
            self.say(str(error))

    def setting(self, name: str) -> str | None:
        raise NotImplementedError

    def action_copy(self) -> None:
        """By the terminal itself (OSC 52), which works over SSH and where no clipboard is. A line of another release is
        none of this checkout, and no reference."""
        site, (line, _) = self.shown.view.site, self.line_and_column()
        here = line is not None and self.shown.has_lines_of_the_checkout
        ref = f"{site.path}:{line}" if here else str(_asked_ref(site))
        self.copy_to_clipboard(ref)
        self.say(f"copied: {ref}")


def _asked_ref(site: Site) -> Ref:
    return Ref(site.path, site.symbol) if site.path is not None and site.verdict != "historic" else site.ref
