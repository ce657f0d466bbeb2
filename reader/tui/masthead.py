"""What stands above the page: the tour and how far one is in it, the place, the title, what it is worth."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Static

from reader.guide import Look, StopView
from reader.terminal import header
from reader.terminal.sheet import Sheet, words, wrapped

ROOMY = 20  # rows of a terminal from which there is room for all of it
_MOST = 2  # rows that one fact may take


class Masthead(Static):
    DEFAULT_CSS = """
    Masthead { dock: top; height: auto; padding: 0 2; background: $surface; color: $foreground; }
    """
    _rows = 0

    def put(self, above: Text) -> None:
        """The screen is laid out anew only where it takes more rows than before, or fewer."""
        rows = above.plain.count("\n") + 1
        self.update(above, layout=rows != self._rows)
        self._rows = rows


def lines(view: StopView | Look, sheet: Sheet, crumbs: Sequence[str], *, compact: bool) -> Text:
    """`crumbs` are the places that one came by, the tour's stop first. `compact` leaves the rest to the page."""
    above, lead = header.historic(view.site, sheet)
    if isinstance(view, Look):
        title = _shortened(Text.assemble(("↳ ", "bold cyan"), words(" › ".join(crumbs), "dim")), sheet.width)
        rows = [title, _shortened(header.spot(view.site, sheet), above.width)]
        return Text("\n").join([rows[0], Text.assemble(lead, rows[1])])
    rows = [_top(view, sheet), Text.assemble(lead if compact else "", _title(view, above if compact else sheet))]
    if not compact:
        rows += [Text.assemble(lead, one) for one in wrapped(_spot(view, above), above.width, rest="  ")[:_MOST]]
        rows += _between(list(header.worth(view).split(" · ")), sheet.width)[:_MOST]
    return Text("\n").join(rows)


def _between(parts: Sequence[Text], room: int) -> list[Text]:
    """In lines that break between two parts; one that is too long for a line is cut."""
    rows: list[Text] = []
    for part in parts:
        longer = Text.assemble(rows[-1], (" · ", "dim"), part) if rows else part
        if rows and longer.cell_len <= room:
            rows[-1] = longer
        else:
            rows.append(_shortened(part, room))
    return rows


def _top(view: StopView, sheet: Sheet) -> Text:
    stop = Text.assemble((f"stop {view.index + 1} of {view.total}", "bold"))
    progress = Text.assemble("  ", header.bar(view.done, view.total), f" {view.done} read")
    left = Text.assemble((view.tour.name, "bold"), "  ", words(view.tour.title, "dim"))
    right = Text.assemble(stop, progress)
    if sheet.width - right.cell_len < len(view.tour.name) + 2:
        right = stop
    left = _shortened(left, max(sheet.width - right.cell_len - 2, 1))
    return Text.assemble(left, " " * max(sheet.width - left.cell_len - right.cell_len, 1), right)


def _title(view: StopView, sheet: Sheet) -> Text:
    return _shortened(words(view.stop.title, "bold"), sheet.width)


def _spot(view: StopView, sheet: Sheet) -> Text:
    spot = header.spot(view.site, sheet)
    style = "green" if view.site.verdict == "exact" else "bold" if view.site.found else "bold red"
    return Text.assemble(spot, ("  ", ""), (view.site.verdict, style))


def _shortened(text: Text, room: int) -> Text:
    drawn = text.copy()
    drawn.truncate(max(room, 1), overflow="ellipsis")
    return drawn
