"""The questions of a stop, as cards: the same that `reader quiz` asks, and kept in the same place."""

from __future__ import annotations

from reader.guide import StopView
from reader.progress import Store
from reader.progress.ledger import Card, Ledger
from reader.study import quiz
from reader.study.desk import StopState
from reader.study.quiz import RATINGS, Asked

__all__ = ["RATINGS", "Asked", "answered", "made_ready", "outcome", "questions"]


def questions(view: StopView, store: Store) -> tuple[Asked, ...]:
    """Those of the release, in the tour's order."""
    return quiz.asked_of(StopState(view.tour, view.stop, view.read != "unread"), Ledger(store).cards())


def answered(one: Asked, typed: str, store: Store) -> Card:
    """`typed` is a key of RATINGS. Raises ProgressFailed where it cannot be kept."""
    return quiz.record(one, RATINGS[typed], Ledger(store))


def outcome(one: Asked, card: Card) -> str:
    known = Asked(one.at, one.question, card).knowledge == "known"
    return f"{'Known' if known else 'Not known'}; it comes back {quiz.comes_back(card)}."


def made_ready() -> None:
    """What reckons when a card comes back takes 50 ms to load: in a thread, before the first is rated."""
    quiz.schedule(None, quiz.GOOD, 0.0)
