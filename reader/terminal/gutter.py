"""The left margin of an excerpt: the real file's line numbers, the notes' marks, the line that parts them from code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Span, Text

from reader.excerpt import Fold, Line
from reader.facts import mark
from reader.terminal.notes import ACCENT
from reader.terminal.sheet import BESIDE, Sheet, shortened
from reader.value import frozen


@frozen
class Gutter:
    digits: int
    marks: int

    @classmethod
    def of(cls, rows: Sequence[Line | Fold], together: Iterable[Sequence[int]] = ()) -> Gutter:
        """`together` are numbers of notes that stand at one row although their lines are several."""
        last = max((row.last if isinstance(row, Fold) else row.number for row in rows), default=1)
        notes = [*(row.notes for row in rows if isinstance(row, Line)), *together]
        return cls(len(str(last)), max((len(_marks(numbers)) for numbers in notes), default=0))

    @property
    def width(self) -> int:
        return self.digits + self.marks + (4 if self.marks else 3)

    def beside(self, sheet: Sheet) -> bool:
        """Whether there are notes and room for them beside the lines."""
        return self.marks > 0 and sheet.width >= BESIDE

    def lead(self, number: int, notes: Sequence[int] = ()) -> Text:
        return self._drawn(str(number), _marks(notes))

    def blank(self, sign: str = "") -> Text:
        return self._drawn(sign, "")

    def fold(self, fold: Fold, width: int, margin: int = 0) -> Text:
        """`width` is that of the whole row; a label too long for it ends in an ellipsis. `margin` is not drawn."""
        room = max(width - self.width, 12)
        indent = min(max(fold.indent - margin, 0), room // 2)
        label = f"⋯ {fold.count} lines" + f": {fold.label}" * bool(fold.label)
        return self.blank().append(" " * indent).append_text(shortened(label, room - indent, "dim"))

    def _drawn(self, number: str, marks: str) -> Text:
        numbered = number.rjust(self.digits) + " "
        marked = numbered + (marks.ljust(self.marks + 1) if self.marks else "")
        spans = [Span(0, len(numbered), "dim"), Span(len(marked), len(marked) + 2, "dim")]
        if marks:
            spans.append(Span(len(numbered), len(marked), ACCENT))
        return Text(f"{marked}│ ", spans=spans)


def _marks(notes: Sequence[int]) -> str:
    return "".join(map(mark, notes))
