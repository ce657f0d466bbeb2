"""The places that answer a question, to choose one from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text

from reader.checkout import Checkout
from reader.tui.answers import Answer, Entry, Group, Place
from reader.tui.answers.preview import preview
from reader.tui.panels import drawing
from reader.tui.panels.listing import ListPanel
from reader.tui.panels.rows import Row


class PlacesPanel(ListPanel[Place]):
    """Gives back the place to go to, None where it was closed."""

    def __init__(self, answer: Answer, checkout: Checkout) -> None:
        super().__init__()
        self.answer = answer
        self._checkout = checkout

    def told(self) -> str:
        return self.answer.title

    def rows(self, typed: str, width: int) -> Sequence[Row]:
        return list(drawing.rows(self.answer, _filtered(self.answer.groups, typed), width))

    def shown(self, value: object, width: int, height: int) -> Sequence[Text]:
        assert isinstance(value, Entry)
        lines = drawing.whole(value, width)
        if value.place is None or height <= len(lines) + 1:
            return lines
        return [*lines, Text(), *drawing.code(preview(self._checkout, value.place, height - len(lines) - 1), width)]

    def chosen(self, value: object) -> None:
        if isinstance(value, Entry) and value.place is not None:
            self.dismiss(value.place)

    def counted(self, listed: int) -> str:
        every = sum(len(group.entries) for group in self.answer.groups)
        return f"{listed} of {every}" if listed != every else f"{every} listed"


def _filtered(groups: Sequence[Group], typed: str) -> list[Group]:
    """Of each group the entries that hold every word that was typed; in lower case it fits any case."""
    wanted = typed.split()
    if not wanted:
        return list(groups)
    kept = [replace(group, entries=tuple(one for one in group.entries if _fits(one, wanted))) for group in groups]
    return [group for group in kept if group.entries]


def _fits(one: Entry, wanted: Sequence[str]) -> bool:
    place = f"{one.place.path}:{one.place.line}" if one.place is not None else ""
    text = f"{one.lead} {one.label} {place} {'' if one.sure else 'perhaps'} {one.note}"
    lower = text.lower()
    return all(word in (lower if word == word.lower() else text) for word in wanted)
