"""The lines that differ between two texts of one definition; what only moved is told apart."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from reader.value import frozen

Kind = Literal["same", "removed", "added", "moved away", "moved here", "left out"]

CONTEXT = 3  # unchanged lines shown around a change
_SHORTEST_MOVE = 3  # lines that go together and are not blank: fewer are alike by chance
_COMMON = 50  # places at which one line is looked for: a line that stands more often tells nothing


@frozen
class Row:
    """One line, with its number before and after where it has one. Of kind "left out" it stands for all lines that are
    the same from there on: `text` is empty, `before` the first of them and `after` the last, `count` how many."""

    kind: Kind
    before: int | None
    after: int | None
    text: str
    count: int = 1


@frozen
class Difference:
    """`rows` are those to be shown. Moved lines count neither as added nor as removed."""

    rows: tuple[Row, ...]
    added: int
    removed: int
    moved: int

    @property
    def same(self) -> bool:
        return not (self.added or self.removed or self.moved)


def difference(before: str, after: str, first: tuple[int, int] = (1, 1), context: int = CONTEXT) -> Difference:
    """Line by line; blanks at a line's end do not count. `first` are the numbers of the first lines."""
    old, new = before.split("\n"), after.split("\n")
    rows = list(_rows(old, new, *first))
    rows = _with_moves(rows)
    counts = {kind: sum(row.kind == kind for row in rows) for kind in ("added", "removed", "moved here")}
    return Difference(tuple(_cut(rows, context)), counts["added"], counts["removed"], counts["moved here"])


def _rows(old: list[str], new: list[str], first_old: int, first_new: int) -> Iterator[Row]:
    plain_old, plain_new = [one.rstrip() for one in old], [one.rstrip() for one in new]
    for tag, a, b, c, d in SequenceMatcher(None, plain_old, plain_new, autojunk=False).get_opcodes():
        if tag == "equal":
            for offset in range(b - a):
                yield Row("same", first_old + a + offset, first_new + c + offset, new[c + offset])
            continue
        for index in range(a, b):
            yield Row("removed", first_old + index, None, old[index])
        for index in range(c, d):
            yield Row("added", None, first_new + index, new[index])


def _with_moves(rows: list[Row]) -> list[Row]:
    """Runs of removed lines that stand elsewhere among the added ones, at whatever indentation: longest first."""
    removed = [index for index, row in enumerate(rows) if row.kind == "removed"]
    added = [index for index, row in enumerate(rows) if row.kind == "added"]
    key_old = [rows[index].text.strip() for index in removed]
    key_new = [rows[index].text.strip() for index in added]
    free_old, free_new = [True] * len(removed), [True] * len(added)
    for length, a, b in _runs(key_old, key_new, removed, added):
        spans = range(length)
        if all(free_old[a + k] for k in spans) and all(free_new[b + k] for k in spans):
            for k in spans:
                free_old[a + k] = free_new[b + k] = False
                rows[removed[a + k]] = _as(rows[removed[a + k]], "moved away")
                rows[added[b + k]] = _as(rows[added[b + k]], "moved here")
    return rows


def _runs(old: list[str], new: list[str], at_old: list[int], at_new: list[int]) -> list[tuple[int, int, int]]:
    """Length and starts of every longest run of lines that follow each other on both sides, the longest first."""
    starts: dict[str, list[int]] = {}
    for index, text in enumerate(new):
        if text:
            starts.setdefault(text, []).append(index)

    def goes_on(a: int, b: int) -> bool:
        """Whether the lines after these follow them, on both sides, and are alike."""
        inside = 0 <= a < len(old) - 1 and 0 <= b < len(new) - 1
        return inside and (old[a + 1], at_old[a + 1], at_new[b + 1]) == (new[b + 1], at_old[a] + 1, at_new[b] + 1)

    found = []
    for a, text in enumerate(old):
        for b in starts.get(text, ())[:_COMMON]:
            if goes_on(a - 1, b - 1) and old[a - 1] == new[b - 1]:
                continue  # inside of a run that was counted
            length = 1
            while goes_on(a + length - 1, b + length - 1):
                length += 1
            if sum(len(line) > 2 for line in old[a : a + length]) >= _SHORTEST_MOVE:
                found.append((length, a, b))
    return sorted(found, key=lambda run: (-run[0], run[1], run[2]))


def _as(row: Row, kind: Kind) -> Row:
    return Row(kind, row.before, row.after, row.text)


def _cut(rows: list[Row], context: int) -> Iterator[Row]:
    """Lines that are the same are kept near a change and counted elsewhere."""
    changed = [index for index, row in enumerate(rows) if row.kind != "same"]
    near = {index for at in changed for index in range(at - context, at + context + 1)}
    index = 0
    while index < len(rows):
        if rows[index].kind != "same" or index in near:
            yield rows[index]
            index += 1
            continue
        end = index
        while end + 1 < len(rows) and rows[end + 1].kind == "same" and end + 1 not in near:
            end += 1
        yield rows[index] if end == index else Row("left out", rows[index].before, rows[end].after, "", end - index + 1)
        index = end + 1
