"""What has changed since it was read: which stops, how much, worst first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.text import Text

from reader.history.change import LEVELS, is_change
from reader.terminal.grid import grid
from reader.terminal.sheet import Sheet, words, wrapped

if TYPE_CHECKING:
    from reader.guide import FileStatus, Status

SAID = {
    "gone": "gone",
    "replaced": "other code",
    "unsure": "cannot be told",
    "signature": "signature",
    "body": "body",
    "unknown": "text",
    "docstring": "docstring only",
    "moved": "moved only",
    "same": "unchanged",
    "new": "new",
}
_ONE = "The one stop that you have read has changed"
_WORST = 24  # changes that are shown at first
_NAMED = 8  # definitions of one file


def changes(known: Status, sheet: Sheet, *, whole: bool) -> list[Text]:
    every = [(status.progress.tour.name, one) for status in known.tours for one in status.changes]
    every.sort(key=lambda pair: LEVELS.index(pair[1].level))
    code = [pair for pair in every if is_change(pair[1].level)]
    read = sum(one.progress.read for one in known.tours if not one.progress.tour.is_route)
    lines: list[Text] = []
    if code:
        has = "has" if len(code) == 1 else "have"
        told = f"{len(code)} of the {read} stops that you have read {has} changed" if read > 1 else _ONE
        lines += wrapped(Text(told, "bold red"), sheet.width)
        rows = [
            [Text(SAID[one.level], "red"), words(f"{tour}:{one.stop}", "bold"), words(one.title), _read_in(one.release)]
            for tour, one in (code if whole else code[:_WORST])
        ]
        lines += grid(rows, sheet)
        if len(rows) < len(code):
            lines += wrapped(words(f"and {len(code) - len(rows)} more: --all shows them", "dim"), sheet.width)
    rest = Counter(SAID[one.level] for _, one in every if not is_change(one.level))
    if rest:
        rested = ", ".join(f"{count} {level}" for level, count in rest.items())
        lines += wrapped(Text(f"and with the same code as then: {rested}", "dim"), sheet.width)
    by_hand = [file for file in known.files if file.marked == "changed"]
    detailed = [file for file in by_hand if file.definitions]
    for file in detailed:
        lines += _definitions(file, sheet)
    if not whole and len(by_hand) > len(detailed):
        more = f"and {len(by_hand) - len(detailed)} more of the files that were marked by hand: --all shows them"
        lines += wrapped(words(more, "dim"), sheet.width)
    return lines


def _read_in(release: str | None) -> Text:
    return words(f"read in {release}" if release else "", "dim")


def _definitions(file: FileStatus, sheet: Sheet) -> list[Text]:
    """A file that was marked by hand."""
    named = [f"{symbol or 'outside of definitions'} ({SAID[level]})" for symbol, level in file.definitions[:_NAMED]]
    more = len(file.definitions) - len(named)
    told = ", ".join(named) + (f", and {more} more" if more else "")
    return wrapped(Text.assemble(words(file.path, "bold"), ": ", words(told)), sheet.width, rest="  ")
