"""Questions of the tours as cards: which are due, and when an answered one comes back.

Owns fsrs. A question that was not known comes back in ten minutes, one that was known after days, and each time later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal

from reader.progress.ledger import Card, CardKey, Ledger
from reader.study.desk import StopState
from reader.tour import Question

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
SOON = timedelta(minutes=10)  # until a question that was not known comes back

# What one may say to "did you know it?", by what is typed.
RATINGS = {"y": GOOD, "yes": GOOD, "n": AGAIN, "no": AGAIN, **{str(one): one for one in range(1, 5)}}

_IN_REVIEW = 2  # the state of a card that was known last time; in the others it is being learned

Knowledge = Literal["new", "missed", "known"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with where it stands and what is known of it; `card` is None before the first answer."""

    at: StopState
    question: Question
    card: Card | None

    @property
    def key(self) -> CardKey:
        digest = sha256(" ".join(self.question.ask.split()).encode()).hexdigest()[:16]
        return CardKey(*self.at.key, digest)

    @property
    def knowledge(self) -> Knowledge:
        """After the last answer."""
        if self.card is None:
            return "new"
        return "known" if self.card.state == _IN_REVIEW else "missed"


def asked_of(one: StopState, cards: Mapping[CardKey, Card]) -> tuple[Asked, ...]:
    """The questions of a stop, which are those of the release already."""
    new = (Asked(one, question, None) for question in one.stop.questions)
    return tuple(Asked(one, asked.question, cards.get(asked.key)) for asked in new)


def asked(stops: Iterable[StopState], cards: Mapping[CardKey, Card]) -> tuple[Asked, ...]:
    """Each once, also where a route borrows its stop."""
    every = (each for one in stops for each in asked_of(one, cards))
    return tuple({each.key: each for each in every}.values())


def due(questions: Sequence[Asked], now: float) -> tuple[Asked, ...]:
    """What to ask now: first what came back, longest due first; then what was never asked, of stops that are read
    before others."""
    back = [(one.card.due, one) for one in questions if one.card is not None and one.card.due <= now]
    new = [one for one in questions if one.card is None]
    return (
        *(one for _, one in sorted(back, key=lambda pair: pair[0])),
        *sorted(new, key=lambda one: not one.at.read),
    )


def later(questions: Sequence[Asked], now: float) -> tuple[Asked, ...]:
    """What is not due yet, the first to come back first."""
    coming = [(one.card.due, one) for one in questions if one.card is not None and one.card.due > now]
    return tuple(one for _, one in sorted(coming, key=lambda pair: pair[0]))


def next_due(questions: Iterable[Asked]) -> float | None:
    """When the first of those that were answered comes back."""
    return min((one.card.due for one in questions if one.card is not None), default=None)


def record(one: Asked, rating: int, ledger: Ledger) -> Card:
    """The answer's card, as it is kept."""
    return ledger.review(one.key, one.question.ask, rating, schedule)


def comes_back(card: Card) -> str:
    """When, in words: it follows on "it comes back"."""
    if card.due - card.last < 24 * 3600:
        return f"in {round((card.due - card.last) / 60)} minutes"
    return f"on {datetime.fromtimestamp(card.due):%Y-%m-%d}"


def schedule(card: Card | None, rating: int, now: float) -> Card:
    """The card after an answer given `now`. Without fsrs's random spread of days: the same answers give the same
    dates."""
    import fsrs  # 50 ms, and only for an answer

    scheduler = fsrs.Scheduler(learning_steps=(SOON,), relearning_steps=(SOON,), enable_fuzzing=False)
    at = datetime.fromtimestamp(now, UTC)
    before = fsrs.Card(card_id=0, due=at)  # without an id it takes one from the clock, and sleeps to keep it unique
    if card is not None:
        before = fsrs.Card(
            card_id=0,
            state=fsrs.State(card.state),
            step=card.step,
            stability=card.stability,
            difficulty=card.difficulty,
            due=datetime.fromtimestamp(card.due, UTC),
            last_review=datetime.fromtimestamp(min(card.last, now), UTC),  # a clock set back is no negative interval
        )
    after, _ = scheduler.review_card(before, fsrs.Rating(rating), at)
    return Card(after.state.value, after.step, after.stability, after.difficulty, after.due.timestamp(), now)
