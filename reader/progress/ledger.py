"""What a reader writes down beside the reading: ticks, notes, answers to questions. And the log that a journal needs.

The same file as the `Store` that it is made from. Knows no plan and no tour: ids and texts come in as plain values.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from reader.progress import OwnNote, Store
from reader.value import frozen


@frozen
class CardKey:
    """`question` is a digest of the question's text."""

    tour: str
    stop: str
    question: str


@frozen
class Card:
    """How well a question is known, in the terms of FSRS; `due` and `last` in seconds since 1970."""

    state: int
    step: int | None
    stability: float | None
    difficulty: float | None
    due: float
    last: float


@frozen
class Review:
    """One answer: from 1, not known, to 4, easy. `ask` is the question as it was put."""

    tour: str
    stop: str
    question: str
    ask: str
    rating: int
    at: float


@frozen
class Visit:
    """One opening of a stop; `seconds` is None while it is open."""

    tour: str
    stop: str
    release: str | None
    since: float
    seconds: float | None


def as_note(text: str) -> str:
    """What is kept of a note as it was typed; "" where nothing was."""
    return text.strip("\r\n").rstrip()


class Ledger:
    def __init__(self, store: Store) -> None:
        self.store = store
        self._database = store._database
        self._clock = store._clock

    def ticks(self) -> dict[str, float]:
        """What was ticked by hand, and when."""
        return dict(self._database.read("SELECT id, at FROM ticks", since=2))

    def tick(self, ids: Iterable[str]) -> tuple[str, ...]:
        """All of them or none; those that were not ticked before. The first time stays."""
        with self._database.writing() as db:
            return _each(db, "INSERT OR IGNORE INTO ticks VALUES (?, ?)", [(one, self._clock()) for one in ids])

    def untick(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Those that were ticked."""
        with self._database.writing() as db:
            return _each(db, "DELETE FROM ticks WHERE id = ?", [(one,) for one in ids])

    def add_note(self, tour: str, stop: str, text: str) -> None:
        with self._database.writing() as db:
            db.execute("INSERT INTO notes VALUES (NULL, ?, ?, ?, ?)", (tour, stop, text, self._clock()))

    def delete_note(self, note: OwnNote) -> bool:
        """Whether it was still there."""
        with self._database.writing() as db:
            return db.execute("DELETE FROM notes WHERE id = ?", (note.id,)).rowcount > 0

    def cards(self) -> dict[CardKey, Card]:
        rows = self._database.read("SELECT * FROM cards", since=2)
        return {CardKey(*row[:3]): Card(*row[3:]) for row in rows}

    def review(self, key: CardKey, ask: str, rating: int, schedule: Callable[[Card | None, int, float], Card]) -> Card:
        """Record an answer. `schedule` gets the card as it stands inside the transaction, so that of two processes
        asking at once neither's answer is lost."""
        where = (key.tour, key.stop, key.question)
        with self._database.writing() as db:
            now = self._clock()
            row = db.execute("SELECT * FROM cards WHERE tour = ? AND stop = ? AND question = ?", where).fetchone()
            card = schedule(Card(*row[3:]) if row else None, rating, now)
            values = (card.state, card.step, card.stability, card.difficulty, card.due, card.last)
            db.execute("INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*where, *values))
            db.execute("INSERT INTO reviews VALUES (NULL, ?, ?, ?, ?, ?, ?)", (*where, ask, rating, now))
        return card

    def reviews(self) -> tuple[Review, ...]:
        """In the order in which they were given."""
        rows = self._database.read("SELECT tour, stop, question, ask, rating, at FROM reviews ORDER BY at, id", since=2)
        return tuple(Review(*row) for row in rows)

    def visits(self) -> tuple[Visit, ...]:
        rows = self._database.read("SELECT tour, stop, release, since, seconds FROM visits ORDER BY since, id")
        return tuple(Visit(*row) for row in rows)

    def sources(self) -> tuple[str, ...]:
        """What loads each tour that was ever opened, the one opened last first."""
        return tuple(source for (source,) in self._database.read("SELECT source FROM positions ORDER BY at DESC, tour"))


def _each(db: sqlite3.Connection, statement: str, rows: Iterable[tuple[object, ...]]) -> tuple[str, ...]:
    """The first value of each row for which the statement did something."""
    return tuple(str(row[0]) for row in rows if db.execute(statement, row).rowcount > 0)
