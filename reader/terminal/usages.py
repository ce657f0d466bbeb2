"""Uses of a definition, file by file: those that are sure first, then those that may be, each with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

from reader.terminal import header
from reader.terminal.sheet import Sheet, words, wrapped
from reader.usages.order import behind, counts, in_tests, ordered, places, plural

if TYPE_CHECKING:
    from reader.resolve import Site
    from reader.usages import Usages, Use

# Uses that are shown before the rest is counted.
_SURE = 60
_PERHAPS = 25
_FEW = 8  # uses in tests that are listed line by line
_FILES = 6  # of tests that are named


def usages(found: Usages, site: Site, sheet: Sheet, *, whole: bool) -> list[Text]:
    lines = [*header.where(site, sheet), Text()]
    lines += _head(f"used in {places(found.sure)}", found.sure, sheet)
    lines += _listed(found.sure, _SURE, sheet, whole)
    if found.perhaps:
        lines += [Text(), *_head(f"perhaps in {places(found.perhaps, 'more place')}", found.perhaps, sheet)]
        lines += _listed(found.perhaps, _PERHAPS, sheet, whole)
    for note in found.notes:
        lines += [Text(), *wrapped(words(note, "dim"), sheet.width)]
    return lines


def _head(title: str, uses: Sequence[Use], sheet: Sheet) -> list[Text]:
    told = counts(uses)
    return wrapped(Text.assemble((title, "bold"), (f": {told}" if told else "", "dim")), sheet.width, rest="  ")


def _listed(uses: Sequence[Use], most: int, sheet: Sheet, whole: bool) -> list[Text]:
    """Of many in tests only the files are named, so that they do not bury the few in the package."""
    every = ordered(uses)
    tests = [one for one in every if in_tests(one)]
    fold = not whole and len(tests) > _FEW < len(every)
    plain = [one for one in every if not in_tests(one)] if fold else every
    shown = plain if whole else plain[:most]
    lines: list[Text] = []
    width = max((len(str(one.line)) for one in shown), default=1)
    for path, group in groupby(shown, key=lambda one: one.path):
        lines += [Text.assemble("  ", sheet.place(path))]
        for one in group:
            lines += _row(one, width, sheet)
    left = plain[len(shown) :]
    if left:
        files = len({one.path for one in left})
        more = f"… and {len(left)} more in {plural(files, 'file')}: --all shows them"
        lines += wrapped(words(more, "dim"), sheet.width, Text("  "), "  ")
    return lines + (_by_file(tests, sheet) if fold else [])


def _by_file(uses: Sequence[Use], sheet: Sheet) -> list[Text]:
    counted = Counter(one.path for one in uses)
    lines = wrapped(
        Text.assemble("in tests ", (f"{len(uses)}, in {plural(len(counted), 'file')}: --all shows them", "dim")),
        sheet.width, Text("  "), "  ",
    )  # fmt: skip
    most = counted.most_common(_FILES)
    width = len(str(most[0][1]))
    for path, number in most:
        lines.append(Text.assemble("    ", (str(number).rjust(width), "dim"), "  ", sheet.place(path)))
    left = sum(counted.values()) - sum(number for _, number in most)
    if left:
        lines += wrapped(
            words(f"… and {left} in {len(counted) - len(most)} more", "dim"), sheet.width, Text("    "), "    "
        )
    return lines


def _row(one: Use, width: int, sheet: Sheet) -> list[Text]:
    lead = Text.assemble("    ", (str(one.line).rjust(width), "dim"), "  ", (f"{one.kind:<9}", "cyan"), "  ")
    text = words(one.text)
    if told := behind(one):
        text.append("  ").append(words(told, "dim"))
    return wrapped(text, sheet.width, lead, " " * (8 + width))
