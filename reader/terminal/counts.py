"""The plan's figures beside what is counted now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader.terminal.grid import grid
from reader.terminal.sheet import Sheet, inline, words, wrapped

if TYPE_CHECKING:
    from reader.stats import Recount

_ROOMY = 120  # columns from which the reasons have room for a column of their own


def stats(counted: Sequence[Recount], release: str, home: str, sheet: Sheet) -> list[Text]:
    """A reason stands beside its figure where there is room, else under the table, and each only once. Where the
    releases differ the last line is the reason of all that have no other."""
    beside = sheet.width >= _ROOMY
    rows = [[Text(each) for each in ("figure", "plan", "now", "difference", "")]]
    reasons: list[str] = []
    for one in counted:
        reason = one.reason(release, home) if release == home or one.count is None else None
        if reason and reason not in reasons:
            reasons.append(reason)
        number = f"({reasons.index(reason) + 1})" if reason else ""
        rows.append(
            [
                inline(words(one.size.what).plain, sheet.plain),
                Text(f"{'about ' if one.size.about else ''}{one.size.figure:,}"),
                Text("not here" if one.missing else "unknown" if one.count is None else f"{one.count:,}"),
                _difference(one.difference),
                inline(words(reason or "").plain, sheet.plain, "dim") if beside else Text(number, "dim"),
            ]
        )
    lines = grid(rows, sheet, header=True, right=(1, 2, 3))
    for index, reason in enumerate([] if beside else reasons, 1):
        lead = Text(f"({index})".rjust(4) + " ", "dim")
        lines += [
            *([Text()] if index == 1 else []),
            *wrapped(inline(words(reason).plain, sheet.plain), sheet.width, lead, "     "),
        ]
    return [*lines, Text(), *wrapped(words(_against(release, home), "dim"), sheet.width)]


def _difference(difference: int | None) -> Text:
    if difference is None:
        return Text("")
    return Text(f"{difference:+,}") if difference else Text("none", "green")


def _against(release: str, home: str) -> str:
    if release == home:
        return f"the plan counted vLLM {home}, and so does this"
    here = "a checkout of unknown release" if release == "unknown" else f"vLLM {release}"
    return f"the plan counted {home}; this is {here}, so differences are to be expected"
