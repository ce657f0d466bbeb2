"""What of a span is shown and what is folded: every line of it is in exactly one row, in order.

Kept are the head, the first words of the docstring, lines with notes with their surroundings and the heads of what
encloses them. What is left is folded along the blocks of the syntax, never fewer than four lines at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reader.excerpt.labels import joined, label_of_body, label_of_rest
from reader.excerpt.parts import TAB, Fold, Line
from reader.syntax import Block

FEWEST = 4  # lines that may be folded
CONTEXT = 2  # lines kept on each side of a noted one
WHOLE = 12  # lines of a statement or paragraph that is kept whole for a note in it
SHORT = 40  # lines of a definition that is shown whole
SHORT_BARE = 60  # the same without any note to say what matters in it
HEAD = 6  # lines of an inner block's head
TOGETHER = 12  # lines that neighbouring folds may have together to be one
BUDGET = 70  # rows up to which inner heads are shown where no note says what matters
MEMBERS = 220  # rows up to which the members of a class are shown

_Piece = tuple[int, int, tuple[str, ...]]  # first line, last line, labels


@dataclass(frozen=True, slots=True)
class Span:
    """`head` is the last line of the signature, `first - 1` where there is none; `lines` are all of the span.

    `members`: the blocks right below are worth their heads in any case, as those of a class are. `prose`: the first
    paragraph of a block says what it is about, as in a document."""

    first: int
    lines: Sequence[str]
    head: int
    blocks: tuple[Block, ...]
    members: bool = False
    prose: bool = False

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1

    def text(self, number: int) -> str:
        return self.lines[number - self.first]

    def within(self, first: int, last: int) -> range:
        return range(max(first, self.first), min(last, self.last) + 1)


def kept(span: Span, noted: Iterable[int], full: bool = False) -> frozenset[int]:
    """The lines to show."""
    noted = frozenset(noted)
    count = len(span.lines)
    if full or count <= (SHORT if noted else SHORT_BARE):
        return frozenset(span.within(span.first, span.last))
    keep = set(span.within(span.first, span.head)) | noted
    keep.update(_closing(span))
    for block in span.blocks:
        if block.docstring:
            keep.update(_opening_paragraph(span, block))
    for number in noted:
        keep.update(_surroundings(span, number))
    if span.members or span.prose or not noted:
        keep.update(_heads(span, keep, noted))
    return frozenset(_settled(span, keep, noted))


def rows(span: Span, keep: frozenset[int], notes: Mapping[int, tuple[int, ...]]) -> tuple[Line | Fold, ...]:
    """`notes` are the numbers of the notes by line."""
    drawn: list[Line | Fold] = []
    for first, last, shown in _runs(span, keep):
        if shown:
            drawn += [Line(number, span.text(number), notes.get(number, ())) for number in range(first, last + 1)]
        else:
            drawn += _folds(span, first, last)
    return tuple(drawn)


def _runs(span: Span, keep: Iterable[int]) -> Iterator[tuple[int, int, bool]]:
    """Stretches of lines that are all shown, or all not."""
    shown = set(keep)
    first = span.first
    for number in range(span.first, span.last + 1):
        if number == span.last or (number in shown) != (number + 1 in shown):
            yield first, number, number in shown
            first = number + 1


def _settled(span: Span, keep: Iterable[int], noted: frozenset[int]) -> set[int]:
    """No blank line at the edge of what is shown, and no gap too small to fold."""
    keep = {number for number in keep if span.first <= number <= span.last}
    for first, last, shown in list(_runs(span, keep)):
        if shown:
            for edge in (range(first, last + 1), range(last, first - 1, -1)):
                for number in edge:
                    if number in noted or span.text(number).strip():
                        break
                    keep.discard(number)
    for first, last, shown in list(_runs(span, keep)):
        if not shown and last - first + 1 < FEWEST:
            keep.update(range(first, last + 1))
    return keep


def _closing(span: Span) -> range:
    """The line of the last brace, with nothing else on it."""
    return range(span.last, span.last + (1 if span.text(span.last).strip(" \t})];,") == "" else 0))


def _opening_paragraph(span: Span, block: Block) -> Iterator[int]:
    """A docstring's lines up to its first blank one."""
    for number in span.within(block.first, block.last):
        if number > block.first and not span.text(number).strip():
            return
        yield number


def _surroundings(span: Span, number: int) -> set[int]:
    keep = set(span.within(number - CONTEXT, number + CONTEXT))
    whole = False
    for block in _path(span.blocks, number):
        if whole or block.docstring:
            continue
        if block.last - block.first < WHOLE:
            keep.update(span.within(block.first, block.last))
            whole = True
        else:
            keep.update(_head(span, block))
    return keep


def _path(blocks: Iterable[Block], number: int) -> Iterator[Block]:
    """The blocks around a line, outermost first."""
    for block in blocks:
        if block.first <= number <= block.last:
            yield block
            yield from _path(block.children, number)
            return


def _head(span: Span, block: Block, most: int = HEAD) -> range:
    """The lines of a block before what is in it; without its leading comment when that would be too long."""
    if not block.children:
        return range(0)
    first, last = block.first, block.children[0].first - 1
    while last - first >= most and span.within(first, first) and span.text(first).lstrip().startswith(("#", "//", "*")):
        first += 1
    return span.within(first, min(last, first + most - 1))


def _heads(span: Span, keep: set[int], noted: frozenset[int]) -> set[int]:
    """The heads of inner blocks, level by level, as long as the rows stay few enough to be read."""
    added: set[int] = set()
    level: Sequence[Block] = span.blocks
    limit = MEMBERS if span.members else BUDGET
    for most in (HEAD, 1):
        heads = _level_heads(span, level, most)
        if _count(span, keep | heads, noted) <= limit:
            added = heads
            break
    else:
        return added
    while not noted:
        level = [child for block in level if _opens(block) for child in block.children]
        heads = _level_heads(span, level, HEAD)
        if not heads or _count(span, keep | added | heads, noted) > BUDGET:
            break
        added |= heads
    return added


def _level_heads(span: Span, level: Iterable[Block], most: int) -> set[int]:
    heads: set[int] = set()
    for block in level:
        if _opens(block):
            heads.update(_head(span, block, most))
            lead = block.children[0]
            if span.prose and not lead.children and lead.last - lead.first < WHOLE:
                heads.update(span.within(lead.first, lead.last))
    return heads


def _opens(block: Block) -> bool:
    return bool(block.children) and block.last - block.first >= FEWEST


def _count(span: Span, keep: set[int], noted: frozenset[int]) -> int:
    return sum(
        last - first + 1 if shown else len(_folds(span, first, last))
        for first, last, shown in _runs(span, _settled(span, keep, noted))
    )


def _folds(span: Span, first: int, last: int) -> list[Fold]:
    """A stretch that is not shown, along the blocks in it. Small neighbours are folded as one."""
    pieces = _gathered(list(_pieces(span, span.blocks, first, last)))
    starts = [first, *(piece[0] for piece in pieces[1:])]
    ends = [*(start - 1 for start in starts[1:]), last]
    labels = [joined(piece[2]) for piece in pieces] or [label_of_rest(span.lines[first - span.first :])]
    return [
        Fold(start, end, label, _indent(span, start, end))
        for start, end, label in zip(starts, ends, labels, strict=True)
    ]


def _pieces(span: Span, blocks: Iterable[Block], first: int, last: int) -> Iterator[_Piece]:
    for block in blocks:
        low, high = max(first, block.first), min(last, block.last)
        if low > high:
            continue
        if (low, high) == (block.first, block.last):
            yield low, high, (block.label,)
        elif block.docstring or not block.children:
            yield low, high, (label_of_rest(span.lines[low - span.first : high - span.first + 1]),)
        elif high == block.last and low <= block.children[0].first:
            yield low, high, label_of_body(block)
        else:
            yield from _pieces(span, block.children, low, high)


def _gathered(pieces: list[_Piece]) -> list[_Piece]:
    """Neighbours in one, while one of them is too small to be folded or both together are still short."""
    done: list[_Piece] = []
    for piece in pieces:
        done.append(piece)
        while len(done) > 1 and _belong(done[-2], done[-1]):
            after, before = done.pop(), done.pop()
            done.append((before[0], after[1], before[2] + after[2]))
    if len(done) > 1 and done[-1][1] - done[-1][0] + 1 < FEWEST:
        after, before = done.pop(), done.pop()
        done.append((before[0], after[1], before[2] + after[2]))
    return done


def _belong(before: _Piece, after: _Piece) -> bool:
    return before[1] - before[0] + 1 < FEWEST or after[1] - before[0] + 1 <= TOGETHER


def _indent(span: Span, first: int, last: int) -> int:
    for number in range(first, last + 1):
        text = span.text(number).expandtabs(TAB)
        if text.strip():
            return len(text) - len(text.lstrip())
    return 0
