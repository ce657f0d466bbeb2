"""The life of a symbol: a line for each stretch of releases in which it stood at one place under one verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader.terminal.changes import SAID
from reader.terminal.grid import grid
from reader.terminal.sheet import Sheet, words, wrapped

if TYPE_CHECKING:
    from reader.history.lives import Age

_TOLD = 3  # releases that are named one by one
_CODE = frozenset({"signature", "body", "unknown"})


def life(ref: str, ages: Sequence[Age], sheet: Sheet) -> list[Text]:
    lines = wrapped(words(ref, "bold"), sheet.width)
    rows = []
    for stretch in _stretches(ages):
        first, last = stretch[0], stretch[-1]
        span = first.release if first is last else f"{first.release} to {last.release}"
        style = "green" if first.site.verdict == "exact" else "bold" if first.site.found else "bold red"
        rows.append([words(span), Text(first.site.verdict, style), _place(first, sheet), _changes(stretch)])
    return [*lines, *grid(rows, sheet)]


def _stretches(ages: Sequence[Age]) -> Iterator[list[Age]]:
    run: list[Age] = []
    for age in ages:
        if run and _key(run[-1]) != _key(age):
            yield run
            run = []
        run.append(age)
    if run:
        yield run


def _key(age: Age) -> tuple[object, ...]:
    return age.site.verdict, age.site.path, age.site.symbol, age.site.message if not age.site.found else None


def _place(age: Age, sheet: Sheet) -> Text:
    site = age.site
    if site.path is None:
        return words(site.message or "")
    place = sheet.place(site.path)
    return place.append(words(f"::{site.symbol}", "cyan")) if site.symbol else place


def _changes(stretch: Sequence[Age]) -> Text:
    """In which releases the code was another than in the one before."""
    changed = [age for age in stretch if age.change in _CODE]
    if len(changed) > _TOLD:
        heads = [age.release for age in changed if age.change == "signature"]
        signature = f", the signature in {', '.join(heads)}" if 0 < len(heads) <= _TOLD else ""
        return words(f"changed in {len(changed)} of {len(stretch)} releases{signature}", "dim")
    if changed:
        return words(
            "changed in " + ", ".join(f"{one.release}: {SAID[one.change or 'same']}" for one in changed), "dim"
        )
    return Text("the same code in all of them" if len(stretch) > 1 and stretch[0].site.found else "", "dim")
