"""Folds of the page that is shown, opened and closed, and the way to a line that may be in one."""

from __future__ import annotations

from dataclasses import replace

from reader.excerpt import TAB, Fold, Line
from reader.excerpt.unfolding import fold_around, folds_of
from reader.tui import cursor
from reader.tui.motion import Motion, places
from reader.tui.page import Where
from reader.tui.shown import Shown


class Unfolding(Motion):
    """Needs `draw`, which puts what is shown on the screen."""

    shown: Shown

    def draw(self, where: Where | None = None) -> None:
        raise NotImplementedError

    def reveal(self, number: int, column: int | None = None) -> None:
        """A line of the file that is on this page, unfolded if need be."""
        excerpt = self.shown.excerpt
        around = fold_around(excerpt, number) if excerpt else None
        if around is not None and around not in self.shown.manner.opened:
            self.fold(self.shown.manner.opened | {around})
        self.show_line(number, column)

    def show_line(self, number: int, column: int | None = None) -> None:
        """The cursor to a line of the file, a third down the window; `column` is counted from 1 in the file."""
        page = self.page
        at = cursor.line_showing(page.leaf, number)
        if at is None:
            return
        here = page.leaf.lines[at]
        if column is not None and isinstance(here.row, Line) and here.column is not None:
            wanted = len(here.row.text[: column - 1].expandtabs(TAB))
            page.go(at, here.start + wanted - here.column)
        else:
            page.go(at)
        page.scroll_to(y=max(at - page.size.height // 3, 0), animate=False, force=True)

    def action_unfold_all(self) -> None:
        excerpt = self.shown.excerpt
        every = frozenset(folds_of(excerpt)) if excerpt else frozenset()
        if not every:
            self.say("nothing is folded here")
        else:
            self.fold(frozenset() if self.shown.manner.opened == every else every)

    def unfold_hits(self, wanted: str) -> None:
        """Folds that hide what is searched for."""
        excerpt = self.shown.excerpt
        if excerpt is None:
            return
        start = excerpt.site.start or 1
        hit = {
            fold
            for fold in folds_of(excerpt)
            if any(places(wanted, line) for line in excerpt.lines[fold.first - start : fold.last - start + 1])
        }
        if not hit <= self.shown.manner.opened:
            self.fold(self.shown.manner.opened | hit)

    def fold(self, opened: frozenset[Fold]) -> None:
        self.shown = replace(self.shown, manner=replace(self.shown.manner, opened=opened))
        self.draw(self.page.where())
