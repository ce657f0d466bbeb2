"""The tree of calls: who calls a definition and what it calls, each with where it is and where the calls are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader.calls.words import AGAIN, VIA, aside, is_perhaps, lines, outside, parted
from reader.terminal.relations import Branch, counted, tree, way
from reader.terminal.sheet import Sheet, words, wrapped

if TYPE_CHECKING:
    from reader.calls import Calls, Rest, Step
    from reader.resolve import Site

# Steps of one definition that are drawn, by depth; the rest is counted.
_MOST = (40, 12, 6)
_OUTSIDE = 6  # names of what leaves the checkout
_UNTOLD = 4


def calls(known: Calls, site: Site, sheet: Sheet, *, up: bool, down: bool, whole: bool) -> list[Text]:
    drawn = _Drawn(sheet, whole)
    root = known.root
    head = Text.assemble((f"{root.kind} ", "dim"), words(root.symbol, "bold"), "  ")
    head.append(sheet.place(str(root.path), root.line, style="dim"))
    lines = [*way(site, sheet), *wrapped(head, sheet.width, rest="    ")]
    for note in known.notes:
        lines += wrapped(words(note, "dim"), sheet.width, Text("  "), "  ")
    if up:
        lines += [Text(), Text("called by", "bold"), *drawn.upwards(known)]
    if down:
        lines += [Text(), Text("calls", "bold"), *drawn.downwards(root)]
    return lines


class _Drawn:
    def __init__(self, sheet: Sheet, whole: bool) -> None:
        self._sheet = sheet
        self._whole = whole

    def upwards(self, known: Calls) -> Iterator[Text]:
        sure, perhaps = parted(known.callers)
        path = str(known.root.path)
        if not sure and not perhaps:
            yield Text("  nothing in the package that is known to", "dim")
        yield from tree(self._branches(sure, path, 1), self._sheet)
        if perhaps:
            yield Text(f"  perhaps, {counted(len(perhaps), 'more', 'more')}", "magenta")
            yield from tree(self._branches(perhaps, path, 1), self._sheet)
        if told := aside(known):
            yield from wrapped(words(told, "dim"), self._sheet.width, Text("  "), "  ")

    def downwards(self, root: Step) -> Iterator[Text]:
        branches = self._below(root, 1)
        if not branches:
            yield Text("  nothing", "dim")
        yield from tree(branches, self._sheet)

    def _branches(self, steps: Sequence[Step], path: str, depth: int) -> tuple[Branch, ...]:
        most = len(steps) if self._whole else _MOST[min(depth, len(_MOST)) - 1]
        shown = [self._branch(one, path, depth) for one in steps[:most]]
        if len(steps) > most:
            shown.append(Branch(Text(f"and {len(steps) - most} more: --all shows them", "dim")))
        return tuple(shown)

    def _branch(self, step: Step, path: str, depth: int) -> Branch:
        stand_ins = [one for one in step.below if one.via == "stands in"]
        if len(stand_ins) == len(step.below) == 1:
            return self._alone(step, stand_ins[0], path, depth)
        text = self._line(step, path)
        if stand_ins and len(stand_ins) == len(step.below) and not any(one.below or one.rest for one in stand_ins):
            return Branch(text, (Branch(self._names(stand_ins, step)),))
        return Branch(text, self._below(step, depth + 1))

    def _alone(self, step: Step, one: Step, path: str, depth: int) -> Branch:
        """What runs where exactly one stands in for an abstract method."""
        text = self._line(step, path, one)
        text.append("  ").append(words(f"for {step.symbol}", "dim"))
        return Branch(text, self._below(one, depth + 1))

    def _names(self, stand_ins: Sequence[Step], step: Step) -> Text:
        text = Text("either ", "dim")
        for number, one in enumerate(stand_ins):
            text.append(", " if number else "").append(words(one.symbol)).append(" ")
            text.append(self._place(one, str(step.path)))
        if step.rest is not None and step.rest.left_out:
            text.append(f" and {step.rest.left_out} more", "dim")
        return text

    def _below(self, step: Step, depth: int) -> tuple[Branch, ...]:
        path = str(step.path)
        branches = self._branches(step.below, path, depth)
        return (*branches, *(Branch(text) for text in self._rest(step.rest)))

    def _line(self, step: Step, path: str, named: Step | None = None) -> Text:
        shown = named or step
        text = words(shown.symbol, "" if step.path else "italic")
        if shown.path is not None:
            text.append("  ").append(self._place(shown, path))
        if step.sites:
            text.append(f"  at {', '.join(map(str, lines(step)))}", "cyan")
        if VIA[step.via]:
            text.append(f"  {VIA[step.via]}", "dim")
        if step.again:
            text.append(f"  {AGAIN[step.again]}", "yellow")
        if is_perhaps(step):
            text.append("  perhaps", "magenta")
        if step.note and named is None:
            text.append("  ").append(words(step.note, "dim"))
        return text

    def _place(self, step: Step, path: str) -> Text:
        """The path only where it is another than that of what this hangs on."""
        if step.path == path:
            return Text(f":{step.line}", "dim")
        return self._sheet.place(str(step.path), step.line, style="dim")

    def _rest(self, rest: Rest | None) -> Iterator[Text]:
        if rest is None:
            return
        untold = rest.untold if self._whole else rest.untold[:_UNTOLD]
        for one in untold:
            text = words(one.name).append(f"  at {one.line}", "cyan").append("  not told: ", "magenta")
            yield text.append(words(one.why, "dim"))
        if len(rest.untold) > len(untold):
            yield Text(f"and {len(rest.untold) - len(untold)} more that are not told: --all lists them", "dim")
        if told := outside(rest, None if self._whole else _OUTSIDE):
            yield words(told, "dim")
        if rest.left_out:
            yield words(f"and {rest.left_out} more that only may be", "dim")
