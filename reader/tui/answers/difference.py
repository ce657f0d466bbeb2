"""What of a stop or place is not what was read."""

from __future__ import annotations

from reader.guide import Named, StopView
from reader.guide.comparing import Comparing, Comparison, Memory, Subject, mark_of, subject
from reader.progress import Mark
from reader.ref import Ref
from reader.tui.answers.values import Question
from reader.value import frozen


@frozen
class Recollection:
    """What is known of what was read, taken from the progress so that another thread may use it."""

    mark: Mark | None
    text: str | None
    by_hand: bool

    def marks(self) -> tuple[Mark, ...]:
        return (self.mark,) if self.mark is not None and not self.by_hand else ()

    def files(self) -> tuple[Mark, ...]:
        return (self.mark,) if self.mark is not None and self.by_hand else ()

    def kept(self, key: str | None) -> str | None:
        return self.text if self.mark is not None and key == self.mark.kept else None


def recollected(what: Subject, memory: Memory) -> Recollection:
    mark = mark_of(what, memory.marks(), memory.files)
    return Recollection(mark, memory.kept(mark.kept) if mark else None, what.stop is None and what.ref.symbol is None)


def of_stop(view: StopView) -> Subject:
    stop = next(one for one in view.tour.stops if one.id == view.stop.id)
    return subject(Named(view.tour, stop, view.index, view.tour.name))


def of_ref(ref: Ref) -> Subject:
    return subject(ref)


def difference(what: Subject, known: Recollection, before: str | None = None) -> Question[Comparison]:
    """As `reader diff` tells it: since it was read, or since the release `before`. Fails where it was not read."""
    since = f"since {before}" if before else "since you read it"
    return Question(
        f"what differs in {what.name} {since}",
        lambda workshop: Comparing(workshop.checkout, known, before, None).of(what),
    )
