"""Uses of a definition, file by file: those that are sure first, then those that may be, each with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

from reader.terminal import header
from reader.terminal.sheet import Sheet, words, wrapped

if TYPE_CHECKING:
    from reader.resolve import Site
    from reader.usages import Usages, Use

# Uses that are shown before the rest is counted.
_SURE = 60
_PERHAPS = 25
_FEW = 8  # uses in tests that are listed line by line
_FILES = 6  # of tests that are named
_TESTS = 2
_KINDS = {"call": "call", "import": "import", "override": "override", "reference": "other use"}


def usages(found: Usages, site: Site, sheet: Sheet, *, whole: bool) -> list[Text]:
    lines = [*header.where(site, sheet), Text()]
    lines += _head(f"used in {_count(found.sure, 'place')}", found.sure, sheet)
    lines += _listed(found.sure, _SURE, sheet, whole)
    if found.perhaps:
        lines += [Text(), *_head(f"perhaps in {_count(found.perhaps, 'more place')}", found.perhaps, sheet)]
        lines += _listed(found.perhaps, _PERHAPS, sheet, whole)
    for note in found.notes:
        lines += [Text(), *wrapped(words(note, "dim"), sheet.width)]
    return lines


def _head(title: str, uses: Sequence[Use], sheet: Sheet) -> list[Text]:
    counted = Counter(one.kind for one in uses)
    told = ", ".join(_plural(number, _KINDS[kind]) for kind, number in counted.most_common())
    return wrapped(Text.assemble((title, "bold"), (f": {told}" if told else "", "dim")), sheet.width, rest="  ")


def _listed(uses: Sequence[Use], most: int, sheet: Sheet, whole: bool) -> list[Text]:
    """Of many in tests only the files are named, so that they do not bury the few in the package."""
    ordered = sorted(uses, key=lambda one: (_rank(one.path), one.path, one.line, one.column))
    in_tests = [one for one in ordered if _rank(one.path) == _TESTS]
    fold = not whole and len(in_tests) > _FEW < len(ordered)
    plain = [one for one in ordered if _rank(one.path) != _TESTS] if fold else ordered
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
        more = f"… and {len(left)} more in {_plural(files, 'file')}: --all shows them"
        lines += wrapped(words(more, "dim"), sheet.width, Text("  "), "  ")
    return lines + (_by_file(in_tests, sheet) if fold else [])


def _by_file(uses: Sequence[Use], sheet: Sheet) -> list[Text]:
    counted = Counter(one.path for one in uses)
    lines = wrapped(
        Text.assemble("in tests ", (f"{len(uses)}, in {_plural(len(counted), 'file')}: --all shows them", "dim")),
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
    behind = [f"in {one.within}"] if one.within else []
    if one.why:
        behind.append(one.why)
    if behind:
        text.append("  ").append(words("; ".join(behind), "dim"))
    return wrapped(text, sheet.width, lead, " " * (8 + width))


def _rank(path: str) -> int:
    """The package before what exercises it."""
    top = path.partition("/")[0]
    return 0 if top in ("vllm", "csrc") else _TESTS if top == "tests" else 1


def _count(uses: Sequence[Use], what: str) -> str:
    return "no place" if not uses else _plural(len(uses), what)


def _plural(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
