"""What was read: when, in which release, and a digest of it. Positions, time spent, and the few settings.

This package is the only sqlite3. One file, whose path and clock are arguments. Knows neither tours nor checkouts: an
order of stops, and what was shown, come in as plain values. A stop that a route borrows is visited and marked under the
tour that owns it, `owner`; only the position is the route's own.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reader import directories
from reader.progress import texts
from reader.progress.database import Database, NotWritable
from reader.progress.texts import Keeping
from reader.value import frozen

__all__ = ["Keeping", "Mark", "NotWritable", "OwnNote", "Position", "Shown", "Store", "Turn", "open_store"]

LONGEST_SITTING = 30 * 60  # seconds that one opening can count: lunch is not reading

CURRENT_TOUR = "tour"  # the setting that names the tour opened last

Key = tuple[str, str]  # a tour and a stop's id
Owners = Mapping[str, Key]  # the borrowed stops of an order, by their ids in it
NOTHING_BORROWED: Owners = {}


@frozen
class Shown:
    """What a stop or file turned out to be when it was shown. `first` is the line where `text`
    begins, which is kept as long as a mark needs it."""

    release: str
    ref: str
    path: str | None = None
    digest: str | None = None
    symbol: str | None = None
    first: int | None = None
    text: str | None = None


@frozen
class Mark:
    """A stop, or with `tour` and `stop` empty a file, that was read. `seconds` were spent on it until then. `kept` is
    the key of the text that was read, for `Store.kept`; None for a mark from before texts were kept."""

    tour: str
    stop: str
    release: str | None
    ref: str | None
    path: str | None
    digest: str | None
    at: float
    seconds: float
    symbol: str | None = None
    first: int | None = None
    kept: str | None = None


@frozen
class OwnNote:
    """What the reader wrote down at a stop."""

    id: int
    tour: str
    stop: str
    text: str
    at: float


@frozen
class Position:
    tour: str
    stop: str
    source: str


@frozen
class Turn:
    """`ended`: there was no further page, and `here` is where one stays. `left` is None if one came from nowhere."""

    here: str
    left: str | None
    recorded: bool
    ended: bool


def open_store(path: Path | None = None) -> Store:
    if path is None:
        path = directories.data() / "progress.db"
    return Store(path, time.time)


class Store:
    """One progress file. Connects when first needed; `close` when done."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self.path = path
        self._clock = clock
        self._database = Database(path)

    def close(self) -> None:
        self._database.close()

    def now(self) -> float:
        """Seconds since 1970, by the clock that everything here is recorded with."""
        return self._clock()

    def marks(self, tour: str | None = None) -> tuple[Mark, ...]:
        rows = self._database.read("SELECT * FROM marks WHERE ?1 IS NULL OR tour = ?1", tour)
        return tuple(Mark(*row) for row in rows)

    def files(self) -> tuple[Mark, ...]:
        rows = self._database.read("SELECT '', '', release, ref, path, digest, at, seconds FROM files")
        kept = dict(self._database.read("SELECT path, kept FROM files", since=3))
        return tuple(replace(mark, kept=kept.get(mark.path or mark.ref)) for mark in (Mark(*row) for row in rows))

    def kept(self, key: str | None) -> str | None:
        """The text that a mark was made for, as it was then; None when it was not kept, or had to go."""
        rows = self._database.read("SELECT text FROM texts WHERE key = ?", key, since=3)
        return texts.unpacked(rows[0][0]) if rows else None

    def keeping(self) -> Keeping:
        rows = self._database.read("SELECT count(*), cast(total(length(text)) AS INTEGER) FROM texts", since=3)
        return Keeping(*rows[0]) if rows else Keeping(0, 0)

    def position(self, tour: str | None = None) -> Position | None:
        """Of this tour, or of the one opened last."""
        rows = self._database.read(
            "SELECT tour, stop, source FROM positions"
            " WHERE tour = coalesce(?, (SELECT value FROM settings WHERE name = ?))",
            tour,
            CURRENT_TOUR,
        )
        return next((Position(*row) for row in rows), None)

    def was_shown(self, tour: str, stop: str) -> bool:
        """False if a kill came between the turn to this stop and its showing."""
        rows = self._database.read(
            "SELECT release IS NOT NULL FROM visits WHERE tour = ? AND stop = ? ORDER BY id DESC LIMIT 1", tour, stop
        )
        return bool(rows and rows[0][0])

    def seen(self, tour: str, stop: str) -> str | None:
        """The release in which the stop was shown last, if that was after it was marked."""
        rows = self._database.read(
            "SELECT v.release FROM visits v JOIN marks m ON (m.tour, m.stop) = (v.tour, v.stop)"
            " WHERE v.tour = ? AND v.stop = ? AND v.since > m.at ORDER BY v.id DESC LIMIT 1",
            tour,
            stop,
        )
        return rows[0][0] if rows else None

    def notes(self, tour: str | None = None, stop: str | None = None) -> tuple[OwnNote, ...]:
        """The reader's own, oldest first: of one stop, of one tour, or all."""
        rows = self._database.read(
            "SELECT * FROM notes WHERE (?1 IS NULL OR tour = ?1) AND (?2 IS NULL OR stop = ?2) ORDER BY at, id",
            tour,
            stop,
            since=2,
        )
        return tuple(OwnNote(*row) for row in rows)

    def seconds(self) -> dict[str, float]:
        """Time spent on each tour so far, what is open at this moment not counted."""
        return dict(
            self._database.read("SELECT tour, sum(seconds) FROM visits WHERE seconds IS NOT NULL GROUP BY tour")
        )

    def spent(self) -> dict[Key, float]:
        """The same by stop."""
        rows = self._database.read(
            "SELECT tour, stop, sum(seconds) FROM visits WHERE seconds IS NOT NULL GROUP BY tour, stop"
        )
        return {(tour, stop): seconds for tour, stop, seconds in rows}

    def setting(self, name: str) -> str | None:
        rows = self._database.read("SELECT value FROM settings WHERE name = ?", name)
        return rows[0][0] if rows else None

    def set_setting(self, name: str, value: str | None) -> None:
        """None takes it away."""
        with self._database.writing() as db:
            if value is None:
                db.execute("DELETE FROM settings WHERE name = ?", (name,))
            else:
                db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def open(self, tour: str, source: str, stop: str, shown: Shown, owner: Key | None = None) -> None:
        """Stand at this stop of this tour from now on."""
        with self._database.writing() as db:
            self._stand(db, tour, source, stop, owner or (tour, stop), shown)

    def turn(
        self,
        tour: str,
        source: str,
        order: Sequence[str],
        *,
        step: int,
        record: bool,
        owners: Owners = NOTHING_BORROWED,
    ) -> Turn:
        """One page on (`step` 1) or back (-1), counted from where the tour stands inside the transaction, so that two
        processes turning at once turn two pages. The stop left behind is marked as read if `record` says so."""
        keys = [owners.get(stop, (tour, stop)) for stop in order]
        with self._database.writing() as db:
            left, index = self._standing(db, tour, order, keys)
            if left is None:
                self._stand(db, tour, source, order[index], keys[index])
                return Turn(order[index], left=None, recorded=False, ended=False)
            ended = not 0 <= index + step < len(order)
            onto = index if ended else index + step
            recorded = record and self._record(db, *keys[index], even_closed=not ended or not _marked(db, keys[index]))
            if ended and record:
                self._leave(db)
            else:
                self._stand(db, tour, source, order[onto], keys[onto])
            return Turn(order[onto], left, recorded, ended)

    def move(
        self, tour: str, source: str, stop: str, shown: Shown, *, owner: Key | None = None, left: Key | None = None
    ) -> bool:
        """Stand at this stop, wherever another process has turned to meanwhile. `left` is marked as read, as it was
        shown; whether it was."""
        with self._database.writing() as db:
            recorded = left is not None and self._record(db, *left, even_closed=True)
            self._stand(db, tour, source, stop, owner or (tour, stop), shown)
            return recorded

    def leave(self, read: Key | None = None) -> None:
        """Nothing is open from now on: its time is counted until here. `read` is marked, as it was shown."""
        with self._database.writing() as db:
            if read is not None:
                self._record(db, *read, even_closed=True)
            self._leave(db)

    def shown(self, tour: str, stop: str, shown: Shown) -> None:
        """What the stop just turned to is; also for its mark, if another process has turned the page meanwhile."""
        with self._database.writing() as db:
            for table in ("visits", "marks"):
                db.execute(
                    f"UPDATE {table} SET release = ?, ref = ?, path = ?, digest = ?, symbol = ?, first = ?, kept = ?"
                    " WHERE tour = ? AND stop = ? AND release IS NULL",
                    (*self._what(db, shown), tour, stop),
                )

    def mark(self, tour: str, stop: str, shown: Shown) -> None:
        """By hand, whatever is open."""
        with self._database.writing() as db:
            spent = db.execute(
                "SELECT total(seconds) FROM visits WHERE tour = ? AND stop = ?", (tour, stop)
            ).fetchone()[0]
            release, ref, path, digest, *rest = self._what(db, shown)
            db.execute(
                "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (tour, stop, release, ref, path, digest, self._clock(), spent, *rest),
            )
            texts.sweep(db, self._clock())

    def unmark(self, tour: str, stop: str) -> bool:
        """Whether there was a mark."""
        with self._database.writing() as db:
            return db.execute("DELETE FROM marks WHERE tour = ? AND stop = ?", (tour, stop)).rowcount > 0

    def mark_file(self, path: str, shown: Shown) -> None:
        with self._database.writing() as db:
            spent = db.execute("SELECT total(seconds) FROM visits WHERE path = ?", (path,)).fetchone()[0]
            kept = texts.keep(db, shown.text, self._clock())
            db.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
                (path, shown.release, shown.ref, shown.digest, self._clock(), spent, kept),
            )
            texts.sweep(db, self._clock())

    def unmark_file(self, path: str) -> bool:
        with self._database.writing() as db:
            return db.execute("DELETE FROM files WHERE path = ?", (path,)).rowcount > 0

    def _standing(
        self, db: sqlite3.Connection, tour: str, order: Sequence[str], keys: Sequence[Key]
    ) -> tuple[str | None, int]:
        """The stop where the tour stands and its index; without one in this order, None and the first unread."""
        row = db.execute("SELECT stop FROM positions WHERE tour = ?", (tour,)).fetchone()
        if row is not None and row[0] in order:
            return row[0], order.index(row[0])
        read = set(db.execute("SELECT tour, stop FROM marks"))
        return None, next((index for index, key in enumerate(keys) if key not in read), 0)

    def _stand(
        self, db: sqlite3.Connection, tour: str, source: str, stop: str, key: Key, shown: Shown | None = None
    ) -> None:
        self._leave(db)
        now = self._clock()
        release, ref, path, digest, *rest = self._what(db, shown) if shown else (None,) * 7
        db.execute(
            "INSERT INTO visits VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)",
            (*key, release, ref, path, digest, now, *rest),
        )
        db.execute("INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)", (tour, stop, source, now))
        db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (CURRENT_TOUR, tour))

    def _what(self, db: sqlite3.Connection, shown: Shown) -> tuple[str | int | None, ...]:
        kept = texts.keep(db, shown.text, self._clock())
        return shown.release, shown.ref, shown.path, shown.digest, shown.symbol, shown.first, kept

    def _leave(self, db: sqlite3.Connection) -> None:
        db.execute(
            "UPDATE visits SET seconds = max(0, min(? - since, ?)) WHERE seconds IS NULL",
            (self._clock(), LONGEST_SITTING),
        )

    def _record(self, db: sqlite3.Connection, tour: str, stop: str, *, even_closed: bool) -> bool:
        """Mark a stop with what its last visit showed. A closed visit counts where the page really turns: another tour
        was opened meanwhile. At the end of a tour it was counted before."""
        where = "tour = ? AND stop = ?" + ("" if even_closed else " AND seconds IS NULL")
        visit = db.execute(f"SELECT max(id) FROM visits WHERE {where}", (tour, stop)).fetchone()[0]
        if visit is None:
            return False
        self._leave(db)
        db.execute(
            "INSERT OR REPLACE INTO marks SELECT tour, stop, release, ref, path, digest, ?,"
            " (SELECT total(seconds) FROM visits WHERE tour = v.tour AND stop = v.stop), symbol, first, kept"
            " FROM visits v WHERE id = ?",
            (self._clock(), visit),
        )
        texts.sweep(db, self._clock())
        return True


def _marked(db: sqlite3.Connection, key: Key) -> bool:
    return db.execute("SELECT 1 FROM marks WHERE tour = ? AND stop = ?", key).fetchone() is not None
