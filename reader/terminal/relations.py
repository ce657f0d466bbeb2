"""Trees of relations: classes above and below, overrides, callers and callees, tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader.hierarchy import words as told
from reader.terminal import header
from reader.terminal.sheet import Sheet, words, wrapped
from reader.value import frozen

if TYPE_CHECKING:
    from reader.hierarchy import Family, Kin, Method, Standing
    from reader.resolve import Site

# Lines of a tree, and names behind one member, before the rest is counted.
_TREE = 60
_NAMES = 4


@frozen
class Branch:
    """One line of a tree with what hangs on it."""

    text: Text
    below: tuple[Branch, ...] = ()


def family(known: Family, site: Site, sheet: Sheet, *, whole: bool) -> list[Text]:
    lines = [*_head(known.me, site, sheet), *_above(known.bases, sheet), *_below(known, sheet, whole)]
    lines += _members(known, sheet, whole)
    if known.left_open:
        lines += [Text(), Text(told.LEFT_OPEN, "bold")]
        for one in known.left_open:
            lines += wrapped(_method(one, sheet), sheet.width, Text("  "), "    ")
    return lines


def standing(known: Standing, site: Site, outside: Sequence[str], sheet: Sheet, *, whole: bool) -> list[Text]:
    lines = [*way(site, sheet), *wrapped(_method(known.own, sheet, "bold"), sheet.width, rest="    ")]
    lines += [Text(), Text("overrides", "bold")]
    for number, one in enumerate(known.above):
        lead = "  " if not number else "  which stands in for "
        lines += wrapped(Text.assemble(lead, _method(one, sheet)), sheet.width, rest="    ")
    if not known.above:
        lines.append(Text("  nothing in this checkout", "dim"))
    if outside:
        lines += wrapped(words(told.beyond_bases(tuple(outside)), "dim"), sheet.width, Text("  "), "  ")
    lines += [Text(), Text(told.overridden(known.below), "bold")]
    shown = known.below if whole else known.below[:_TREE]
    for one in shown:
        lines += wrapped(_method(one, sheet), sheet.width, Text("  "), "    ")
    return lines + _rest(len(known.below) - len(shown), sheet)


def _head(me: Kin, site: Site, sheet: Sheet) -> list[Text]:
    text = Text.assemble((f"{site.kind} ", "dim"), _kin(me, sheet, "bold"))
    return [*way(site, sheet), *wrapped(text, sheet.width, rest="    ")]


def way(site: Site, sheet: Sheet) -> list[Text]:
    """How the ref led here, where it names another place."""
    return [] if site.verdict == "exact" else [*header.where(site, sheet), Text()]


def _above(bases: Sequence[Kin], sheet: Sheet) -> list[Text]:
    lines = [Text(), Text(told.above(tuple(bases)), "bold")]
    for one in bases:
        text = _kin(one, sheet)
        if one.depth > 1 and one.parents:
            text.append("  ").append(words(f"by {' and '.join(symbol for _, symbol in one.parents)}", "dim"))
        lines += wrapped(text, sheet.width, Text("  "), "    ")
    return lines if bases else [*lines, Text("  nothing", "dim")]


def _below(known: Family, sheet: Sheet, whole: bool) -> list[Text]:
    lines = [Text(), Text(told.below(known.subclasses), "bold")]
    children: defaultdict[tuple[str, str], list[Kin]] = defaultdict(list)
    for one in known.subclasses:
        children[one.parents[0]].append(one)
    top = (str(known.me.path), known.me.symbol)
    drawn = [*tree(_branches(children, top, sheet), sheet)]
    shown = drawn if whole or len(drawn) <= _TREE else drawn[:_TREE]
    return [*lines, *shown, *_cut(len(drawn) - len(shown), sheet)]


def _branches(children: Mapping[tuple[str, str], list[Kin]], at: tuple[str, str], sheet: Sheet) -> tuple[Branch, ...]:
    return tuple(
        Branch(_child(one, sheet), _branches(children, (str(one.path), one.symbol), sheet))
        for one in children.get(at, ())
    )


def _child(one: Kin, sheet: Sheet) -> Text:
    text = _kin(one, sheet)
    if len(one.parents) > 1:
        text.append(words(f"  also of {', '.join(symbol for _, symbol in one.parents[1:])}", "dim"))
    return text


def _members(known: Family, sheet: Sheet, whole: bool) -> list[Text]:
    related = [one for one in known.members if one.above or one.below or one.own.abstract]
    if not known.members:
        return []
    lines = [Text(), Text(told.RELATED, "bold")] if related else [Text()]
    for one in related:
        text = Text.assemble(
            words(one.own.symbol.replace("::", ".").rpartition(".")[2], "bold"), (f"  :{one.own.line}", "dim")
        )
        lines += wrapped(_marked(text, one.own), sheet.width, Text("  "), "    ")
        lines += _overrides("overrides", one.above, sheet, 1)
        lines += _overrides("overridden by", one.below, sheet, len(one.below) if whole else _NAMES)
    if alone := len(known.members) - len(related):
        also = " more" if related else ""
        lines.append(
            Text(f"  {counted(alone, f'{also[1:]} member'.strip(), f'{also[1:]} members'.strip())} of its own", "dim")
        )
    return lines


def _overrides(label: str, methods: Sequence[Method], sheet: Sheet, most: int) -> list[Text]:
    lines: list[Text] = []
    for one in methods[:most]:
        lead = Text("    " + (label if not lines else "").ljust(len("overridden by") + 1), "dim")
        lines += wrapped(_method(one, sheet), sheet.width, lead, " " * 8)
    if len(methods) > most and most > 1:
        lines.append(Text(f"    {'':14}and {len(methods) - most} more: --all lists them", "dim"))
    elif len(methods) > most:
        further = ", ".join(one.symbol for one in methods[most:])
        lines += wrapped(words(f"before it {further}", "dim"), sheet.width, Text(" " * 18), " " * 20)
    return lines


def _kin(one: Kin, sheet: Sheet, style: str = "") -> Text:
    text = words(one.symbol, style)
    if one.path is not None:
        text.append("  ").append(sheet.place(one.path, one.line, style="dim"))
    elif beyond := told.beyond(one):
        text.append(f"  {beyond}", "dim")
    return _marked(text, one)


def _method(one: Method, sheet: Sheet, style: str = "") -> Text:
    text = words(one.symbol, style).append("  ").append(sheet.place(one.path, one.line, style="dim"))
    if role := told.role(one):
        text.append(f"  {role}", "dim")
    return _marked(text, one)


def _marked(text: Text, one: Kin | Method) -> Text:
    if one.abstract:
        text.append("  ").append(words(told.abstract(one), "yellow"))
    if not one.sure:
        text.append("  ").append(words(f"perhaps: {one.note}" if one.note else "perhaps", "magenta"))
    elif one.note:
        text.append("  ").append(words(one.note, "dim"))
    return text


def tree(branches: Sequence[Branch], sheet: Sheet, lead: str = "  ") -> Iterator[Text]:
    """Each branch on its line, or on several where it is too long, under what it hangs on."""
    for branch in branches:
        last = branch is branches[-1]
        rest = lead + ("   " if last else "│  ")
        first = Text(lead + ("└─ " if last else "├─ "), "dim")
        yield from wrapped(branch.text, sheet.width, first, rest + "    ")
        yield from tree(branch.below, sheet, rest)


def _cut(count: int, sheet: Sheet) -> Iterable[Text]:
    return [Text(f"  and {counted(count, 'more line', 'more lines')}: --all shows them", "dim")] if count else []


def _rest(count: int, sheet: Sheet) -> list[Text]:
    return [Text(f"  and {count} more: --all shows them", "dim")] if count else []


def counted(number: int, one: str, several: str) -> str:
    return f"{number or 'no'} {one if number == 1 else several}"
