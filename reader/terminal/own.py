"""The reader's own notes, marked as such: at a stop, and as a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.text import Text

from reader.terminal.notes import ACCENT
from reader.terminal.sheet import Sheet, prose, words, wrapped

if TYPE_CHECKING:
    from reader.progress import OwnNote


def notes(own: Sequence[OwnNote], sheet: Sheet, zone: tzinfo | None = None) -> list[Text]:
    """Numbered as `reader note --delete` counts them."""
    lines: list[Text] = []
    for number, note in enumerate(own, 1):
        when = f"your note {number}, {datetime.fromtimestamp(note.at, zone):%Y-%m-%d %H:%M}"
        lines.append(Text.assemble(("✎ ", ACCENT), (when, "dim")))
        body = prose(note.text, sheet.narrowed(sheet.width - 2)) or [Text()]
        lines += [Text.assemble("  ", line) for line in body]
    return lines


def listed(own: Sequence[tuple[str, Sequence[OwnNote]]], sheet: Sheet) -> list[Text]:
    """Each stop with its notes under it."""
    lines: list[Text] = []
    for name, some in own:
        lines += [*([Text()] if lines else []), *wrapped(words(name, "bold cyan"), sheet.width), *notes(some, sheet)]
    return lines
