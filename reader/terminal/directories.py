"""A directory stop: its tree, one line about each file."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from reader.excerpt import Entry
from reader.terminal.notes import Laid
from reader.terminal.sheet import Sheet, words, wrapped

_LEAST_ABOUT = 30  # columns; with less the words go under the name


def directory(entries: Sequence[Entry], sheet: Sheet) -> list[Laid]:
    """Name, size and what it is about, in columns."""
    if not entries:
        return [Laid(Text("the directory is empty", "dim"))]
    names = [words(entry.path, "bold" if entry.path.endswith("/") else "") for entry in entries]
    sizes = [f"{entry.files} files" if entry.path.endswith("/") else f"{entry.lines:,} lines" for entry in entries]
    name_room = min(max(name.cell_len for name in names), sheet.width // 2)
    size_room = max(map(len, sizes))
    column = name_room + size_room + 4
    lines: list[Laid] = []
    for entry, name, size in zip(entries, names, sizes, strict=True):
        lead = Text.assemble(name, " " * (name_room - name.cell_len), "  ", (size.rjust(size_room), "dim"), "  ")
        about = words(entry.about)
        if name.cell_len > name_room or sheet.width - column < _LEAST_ABOUT:
            drawn = wrapped(Text.assemble(name, "  ", (size, "dim")), sheet.width, rest="  ")
            drawn += wrapped(about, sheet.width, Text("    "), "    ") if about.plain else []
        else:
            drawn = wrapped(about, sheet.width, lead, " " * column)
        lines += [Laid(line, entry) for line in drawn]
    return lines
