"""Questions one at a time, and as a list. The answer is a page of its own, so that nothing gives it away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.text import Text

from reader.terminal import header
from reader.terminal.sheet import Sheet, inline, words, wrapped
from reader.terminal.stop import spoken

if TYPE_CHECKING:
    from reader.study.quiz import Asked

_STATES = {"new": "new", "missed": "not known", "known": "known"}


def question(one: Asked, number: int, count: int, sheet: Sheet) -> list[Text]:
    """Where it stands, then the question itself, which comes under the excerpt."""
    place = Text.assemble((f"question {number} of {count}", "bold"), "  ", words(one.at.name, "cyan"))
    lines = [header.rule(sheet), *wrapped(place.append("  ").append(words(one.at.stop.title, "dim")), sheet.width)]
    return [*lines, Text(), *spoken("? ", one.question.ask, sheet)]


def answer(one: Asked, sheet: Sheet) -> list[Text]:
    lines = spoken("→ ", one.question.answer, sheet)
    if one.question.ref is not None:
        lines += wrapped(words(f"see {one.question.ref}", "dim"), sheet.width, Text("  "), "  ")
    return lines


def questions(asked: Sequence[Asked], sheet: Sheet, zone: tzinfo | None = None) -> list[Text]:
    """Under their stops; what is known of each, and when one comes back that was answered."""
    lines: list[Text] = []
    before = None
    for one in asked:
        if one.at.name != before:
            head = Text.assemble(words(one.at.name, "bold cyan"), "  ", words(one.at.stop.title))
            lines += [*([Text()] if lines else []), *wrapped(head, sheet.width, rest="  ")]
        before = one.at.name
        state = Text(f"  {_STATES[one.knowledge]:<9}  ", "" if one.knowledge == "missed" else "dim")
        text = inline(words(" ".join(one.question.ask.split())).plain, sheet.plain)
        if one.card is not None:
            text.append(f"  (due {datetime.fromtimestamp(one.card.due, zone):%Y-%m-%d %H:%M})", "dim")
        lines += wrapped(text, sheet.width, state, " " * 13)
    return lines
