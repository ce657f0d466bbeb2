"""What of a span is shown and what is folded: every line of it is in exactly one row, in order.

Kept are the head, the first words of the docstring, lines with notes with their surroundings and the heads of what
encloses them. What is left is folded along the blocks of the syntax, never fewer than four lines at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reader.excerpt.labels import joined, label_of_body, label_of_rest
from reader.excerpt.parts import TAB, Fold, Line
from reader.syntax import Block
from reader.value import frozen

FEWEST = 4  # lines that may be folded
CONTEXT = 2  # lines kept on each side of a noted one
WHOLE = 12  # lines of a statement or paragraph that is kept whole for a note in it
SHORT = 40  # lines of a definition that is shown whole
SHORT_BARE = 60  # the same without any note to say what matters in it
HEAD = 6  # lines of an inner block's head
SIGNATURE = 12  # lines of a member's head
TOGETHER = 12  # lines that neighbouring folds may have together to be one
FOLDS = 4  # folds in a row that are enough, however long they are
BUDGET = 70  # rows up to which inner heads are shown where no note says what matters
MEMBERS = 220  # rows up to which the members of a class are shown
DEEPEST = 60  # levels of blocks

_ITEMS = ("- ", "* ", "+ ", "1. ", "#", "|", "```")


@frozen
class Span:
    """`head` is the last line of the signature, `first - 1` where there is none; `lines` are all of the span.

    `members` is the number of rows up to which the heads of the blocks right below are shown whatever the notes say, as
    those of a class are; `deeper` how many levels further heads may be shown where no note says what matters. `prose`:
    the first paragraph of a block says what it is about, as in a document."""

    first: int
    lines: Sequence[str]
    head: int
    blocks: tuple[Block, ...]
    members: int = 0
    deeper: int = 0
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
    first, last = span.first, span.last
    for number in range(first, last + 1):
        if number == last or (number in shown) != (number + 1 in shown):
            yield first, number, number in shown
            first = number + 1


def _settled(span: Span, keep: Iterable[int], noted: frozenset[int]) -> set[int]:
    """No blank line at the edge of what is shown, and no gap too small to fold."""
    keep = set(keep).intersection(range(span.first, span.last + 1))
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


def _item(span: Span, number: int) -> range:
    """The paragraph or list item of a document around a line."""
    first = last = number
    while first > span.first and span.text(first).strip() and not span.text(first).lstrip().startswith(_ITEMS):
        first -= 1
    while last < span.last and span.text(last + 1).strip() and not span.text(last + 1).lstrip().startswith(_ITEMS):
        last += 1
    return span.within(max(first, number - 2 * WHOLE), min(last, number + 2 * WHOLE))


def _surroundings(span: Span, number: int) -> set[int]:
    if span.prose:
        return {*_item(span, number), *(each for block in _path(span.blocks, number) for each in _head(span, block))}
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
    while last - first >= most and span.text(first).lstrip().startswith(("#", "//", "*", "/*")):
        first += 1
    return span.within(first, min(last, first + most - 1))


def _heads(span: Span, keep: set[int], noted: frozenset[int]) -> set[int]:
    """The heads of inner blocks, level by level, as long as the rows stay few enough to be read."""
    limit = span.members or BUDGET
    added: set[int] = set()
    top = _without_small_talk(span.blocks, noted) if span.members else span.blocks
    for most in (SIGNATURE, 1) if span.members else (HEAD,):
        heads = _level_heads(span, top, most)
        if _count(span, keep | heads, noted) <= limit:
            added = heads
            break
    level: Sequence[Block] = span.blocks
    for _ in range(span.deeper if added and not noted else 0):
        level = [child for block in level for child in block.children]
        heads = _level_heads(span, level, HEAD)
        if not heads or _count(span, keep | added | heads, noted) > BUDGET:
            break
        added |= heads
    return added


def _without_small_talk(members: Sequence[Block], noted: frozenset[int]) -> list[Block]:
    """The members of a class less the runs of short ones that no note is about: their heads would be all of them."""
    if not noted:
        return list(members)
    told: list[Block] = []
    run: list[Block] = []
    for member in (*members, None):
        if member and member.last - member.first < WHOLE and not noted & {*range(member.first, member.last + 1)}:
            run.append(member)
            continue
        told += run if len(run) < FEWEST else []
        run = []
        told += [member] if member else []
    return told


def _level_heads(span: Span, level: Iterable[Block], most: int) -> set[int]:
    heads: set[int] = set()
    for block in level:
        if not block.children:
            continue
        lead = block.children[0]
        head = _head(span, block, most)
        if block.last - head.stop + 1 < FEWEST:
            heads.update(span.within(block.first, block.last))
        elif span.members or head.stop >= lead.first:
            heads.update(head)
        if span.prose and not lead.children and lead.last - lead.first < WHOLE:
            heads.update(span.within(lead.first, lead.last))
    return heads


def _count(span: Span, keep: set[int], noted: frozenset[int]) -> int:
    return sum(
        last - first + 1 if shown else len(_folds(span, first, last))
        for first, last, shown in _runs(span, _settled(span, keep, noted))
    )


@frozen
class _Piece:
    """Part of a stretch that is not shown. `within` is the block around it: pieces of different blocks stay apart."""

    first: int
    last: int
    labels: tuple[str, ...]
    within: int = 0

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def with_next(self, after: _Piece) -> _Piece:
        return _Piece(self.first, after.last, self.labels + after.labels, self.within)


def _folds(span: Span, first: int, last: int) -> list[Fold]:
    """A stretch that is not shown, along the blocks in it. Small neighbours are folded as one."""
    together = max(TOGETHER, (last - first + 1) // FOLDS)
    pieces = _gathered(list(_pieces(span, span.blocks, first, last)), together)
    starts = [first, *(piece.first for piece in pieces[1:])]
    ends = [*(start - 1 for start in starts[1:]), last]
    labels = [joined(piece.labels) for piece in pieces]
    if not any(labels):
        labels = [label_of_rest(span.lines[first - span.first : last - span.first + 1])] * len(starts)
    return [
        Fold(start, end, label, _indent(span, start, end))
        for start, end, label in zip(starts, ends, labels, strict=True)
    ]


def _pieces(span: Span, blocks: Iterable[Block], first: int, last: int, within: int = 0) -> Iterator[_Piece]:
    for block in blocks:
        low, high = max(first, block.first), min(last, block.last)
        if low > high:
            continue
        if (low, high) == (block.first, block.last):
            yield _Piece(low, high, (block.label,), within)
        elif block.docstring or not block.children:
            rest = label_of_rest(span.lines[low - span.first : high - span.first + 1])
            yield _Piece(low, high, (rest,), within)
        elif high == block.last and low <= block.children[0].first:
            yield _Piece(low, high, label_of_body(block), block.first)
        else:
            yield from _pieces(span, block.children, low, high, block.first)


def _gathered(pieces: Iterable[_Piece], together: int) -> list[_Piece]:
    """Neighbours in one, while one of them is too small to be folded or both together are still short."""
    done: list[_Piece] = []
    for piece in pieces:
        done.append(piece)
        while len(done) > 1 and _belong(done[-2], done[-1], together):
            after = done.pop()
            done.append(done.pop().with_next(after))
    if len(done) > 1 and done[-1].count < FEWEST:
        after = done.pop()
        done.append(done.pop().with_next(after))
    return done


def _belong(before: _Piece, after: _Piece, together: int) -> bool:
    if before.count < FEWEST:
        return True
    return before.within == after.within and after.last - before.first + 1 <= together


def _indent(span: Span, first: int, last: int) -> int:
    """Of the first line that has one; preprocessor lines at the margin say nothing."""
    texts = [span.text(number).expandtabs(TAB) for number in range(first, last + 1)]
    indents = [len(text) - len(text.lstrip()) for text in texts if text.strip() and not text.startswith("#")]
    return next(iter(indents), 0)
