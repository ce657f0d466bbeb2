"""The tours and routes with one's progress, to open another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text

from reader.guide import TourProgress
from reader.terminal import header
from reader.terminal.sheet import words
from reader.terminal.stop import intro
from reader.terminal.tables import duration
from reader.tui.panels import drawing
from reader.tui.panels.listing import ListPanel
from reader.tui.panels.rows import Row


class ToursPanel(ListPanel[str]):
    """Gives back the name of the tour to open."""

    enters: ClassVar[str] = "open"

    def __init__(self, known: Sequence[TourProgress]) -> None:
        super().__init__()
        self._known = known

    def told(self) -> str:
        return "tours and routes"

    def rows(self, typed: str, width: int) -> Sequence[Row]:
        wanted = typed.lower().split()
        fits = [
            one for one in self._known if all(word in f"{one.tour.name} {one.tour.title}".lower() for word in wanted)
        ]
        room = max((len(one.tour.name) for one in fits), default=0)
        plain = [one for one in fits if not one.tour.is_route]
        routes = [one for one in fits if one.tour.is_route]
        rows: list[Row] = []
        for title, some in (("tours", plain), ("routes: the same stops in another order", routes)):
            if some:
                rows += [*([Row(Text())] if rows else []), Row(Text(title, "bold"))]
                rows += [Row(_line(one, room), one, one.tour.name) for one in some]
        return rows

    def shown(self, value: object, width: int, height: int) -> Sequence[Text]:
        assert isinstance(value, TourProgress)
        read = Text.assemble(header.bar(value.read, value.total), f" {value.read} of {value.total} read")
        if value.minutes_left:
            read.append(f", {duration(value.minutes_left * 60)} left", "dim")
        return [read, Text(), *intro(value.tour, drawing.sheet(width))]

    def chosen(self, value: object) -> None:
        if isinstance(value, TourProgress):
            self.dismiss(value.tour.name)

    def counted(self, listed: int) -> str:
        return f"{listed} of {len(self._known)}"


def _line(one: TourProgress, room: int) -> Text:
    done = one.read == one.total
    return Text.assemble(
        ("▸ " if one.here else "  ", "bold magenta"),
        words(f"{one.tour.name:<{room}}  ", "bold"),
        (f"{one.read:>3}/{one.total:<3} ", "green" if done else "dim"),
        words(one.tour.title),
    )
