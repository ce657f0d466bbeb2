"""The tests of a definition: those that use it themselves, then those that reach it, each with its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from reader.exercises.words import far, looked
from reader.terminal.relations import counted, way
from reader.terminal.sheet import Sheet, words, wrapped

if TYPE_CHECKING:
    from reader.exercises import Exercises, Test
    from reader.resolve import Site

_MOST = 30  # tests, before the rest is counted
_LINES = 6  # lines of one test on which it uses it


def tests(known: Exercises, site: Site, sheet: Sheet, *, whole: bool) -> list[Text]:
    head = Text.assemble((f"{site.kind} ", "dim"), words(str(site.symbol), "bold"), "  ")
    head.append(sheet.place(str(site.path), site.line, style="dim"))
    lines = [*way(site, sheet), *wrapped(head, sheet.width, rest="    "), Text()]
    shown = known.found if whole else known.found[:_MOST]
    before: int | None = None
    for one in shown:
        if one.distance != before:
            count = sum(each.distance == one.distance for each in known.found)
            lines.append(Text(f"{far(one.distance)}: {counted(count, 'test', 'tests')}", "bold"))
            before = one.distance
        lines += _test(one, sheet)
    if len(known.found) > len(shown):
        lines.append(Text(f"  and {len(known.found) - len(shown)} more: --all lists them", "dim"))
    if not known.found:
        lines.append(Text("no test was found", "bold"))
    return [*lines, Text(), *wrapped(words(looked(known), "dim"), sheet.width)]


def _test(one: Test, sheet: Sheet) -> list[Text]:
    text = sheet.place(one.path, one.line).append("  ").append(words(one.test, "bold"))
    lines = ", ".join(map(str, one.uses[:_LINES])) + (" ..." if len(one.uses) > _LINES else "")
    text.append(f"  at {lines}", "cyan")
    if one.via:
        text.append("  by ", "dim").append(words(", ".join(one.via), "dim"))
    if not one.sure:
        text.append("  perhaps", "magenta")
        if one.why:
            text.append("  ").append(words(one.why, "dim"))
    return wrapped(text, sheet.width, Text("  "), "      ")
