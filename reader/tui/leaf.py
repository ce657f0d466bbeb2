"""What stands on one page, line by line: the sections of a stop or of a place, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text

from reader.excerpt import Fold
from reader.excerpt.unfolding import unfolded
from reader.guide import Look, StopView
from reader.terminal import header
from reader.terminal.notes import Laid, unlaid
from reader.terminal.sheet import Sheet
from reader.terminal.stop import below, below_look, intro
from reader.value import frozen

if TYPE_CHECKING:
    from reader.excerpt import Excerpt
    from reader.terminal.sheet import Sheet


@frozen
class Manner:
    """How a page is to be drawn: the folds that are open, whether the questions are answered, and what the header had
    no room for."""

    opened: frozenset[Fold] = frozenset()
    answered: bool = False
    compact: bool = False
    linear: bool = False


@frozen
class Leaf:
    """`sections` are the indexes of the lines that one begins at."""

    lines: tuple[Laid, ...]
    sections: tuple[int, ...]


def leaf(view: StopView | Look, sheet: Sheet, manner: Manner) -> Leaf:
    opened = replace(view, excerpt=_opened(view.excerpt, manner.opened))
    if manner.linear:
        from reader.tui.linear import spoken

        return bound(spoken(opened, sheet, manner.answered))
    above, lead = header.historic(view.site, sheet)
    head = [*(_placed(view, above) if manner.compact else ()), *header.found(view.site, above, view.excerpt)]
    if isinstance(opened, Look):
        return bound([unlaid(_led(lead, head)), *below_look(opened, sheet)])
    return bound(
        [
            unlaid(intro(opened.tour, sheet)) if opened.index == 0 and not opened.done else [],
            unlaid(_led(lead, head)),
            unlaid(header.crossing(opened, sheet)),
            *below(opened, sheet, answers=manner.answered, reveal="a"),
        ]
    )


def bound(sections: Sequence[Sequence[Laid]]) -> Leaf:
    """With a blank line between two sections that have anything in them."""
    lines: list[Laid] = []
    starts: list[int] = []
    for section in sections:
        if section:
            lines += [Laid(Text())] if lines else []
            starts.append(len(lines))
            lines += section
    return Leaf(tuple(lines), tuple(starts))


def _opened(excerpt: Excerpt | None, folds: Collection[Fold]) -> Excerpt | None:
    return None if excerpt is None else unfolded(excerpt, folds)


def _placed(view: StopView | Look, sheet: Sheet) -> list[Text]:
    from reader.terminal.sheet import wrapped

    lines = wrapped(header.spot(view.site, sheet), sheet.width, rest="  ")
    return lines + (wrapped(header.worth(view), sheet.width) if isinstance(view, StopView) else [])


def _led(lead: Text, lines: Sequence[Text]) -> list[Text]:
    return [Text.assemble(lead, line) for line in lines]
