"""The progress file itself: its schema, how it is opened, and what is said when it cannot be.

Reading never creates the file. One that is damaged, of a newer version or not ours is refused as it stands; one that
cannot be written is still read.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from reader.errors import ProgressFailed

# The schema, version by version: each text brings a file from the version before it to its own, and a new file gets all
# of them. The version is kept in user_version. A text that was released is never changed; what is new is a new text.
SCHEMA = (
    """
    -- A stop that was read, as it was when the page was turned. `release` is NULL for the moment between the turn to a
    -- stop and its showing; `path` and `digest` are NULL when there was nothing to show. `at` is in seconds since 1970.
    CREATE TABLE marks (
        tour TEXT NOT NULL, stop TEXT NOT NULL,
        release TEXT, ref TEXT, path TEXT, digest TEXT,
        at REAL NOT NULL, seconds REAL NOT NULL,
        PRIMARY KEY (tour, stop)
    ) WITHOUT ROWID;

    -- A file that was marked as read by hand.
    CREATE TABLE files (
        path TEXT PRIMARY KEY,
        release TEXT, ref TEXT, digest TEXT,
        at REAL NOT NULL, seconds REAL NOT NULL
    ) WITHOUT ROWID;

    -- Where each tour stands. `source` is what loads it again: its name, or the path of a file.
    CREATE TABLE positions (
        tour TEXT PRIMARY KEY, stop TEXT NOT NULL, source TEXT NOT NULL, at REAL NOT NULL
    ) WITHOUT ROWID;

    -- The log of openings. `seconds` is NULL while the stop is open; what was shown is here before it is in a mark.
    CREATE TABLE visits (
        id INTEGER PRIMARY KEY,
        tour TEXT NOT NULL, stop TEXT NOT NULL,
        release TEXT, ref TEXT, path TEXT, digest TEXT,
        since REAL NOT NULL, seconds REAL
    );
    CREATE INDEX visits_by_stop ON visits (tour, stop);

    -- E.g. the chosen checkout, and the tour that was opened last.
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    -- What was ticked by hand: items of the plan and lines of its check lists, by id.
    CREATE TABLE ticks (id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;

    -- The reader's own notes, several to a stop.
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY,
        tour TEXT NOT NULL, stop TEXT NOT NULL,
        text TEXT NOT NULL, at REAL NOT NULL
    );
    CREATE INDEX notes_by_stop ON notes (tour, stop);

    -- How well each question is known, in the terms of FSRS. `question` is a digest of its text: one that was rewritten
    -- is another card. `due` and `last` are in seconds since 1970.
    CREATE TABLE cards (
        tour TEXT NOT NULL, stop TEXT NOT NULL, question TEXT NOT NULL,
        state INTEGER NOT NULL, step INTEGER, stability REAL, difficulty REAL,
        due REAL NOT NULL, last REAL NOT NULL,
        PRIMARY KEY (tour, stop, question)
    ) WITHOUT ROWID;

    -- Every answer that was given, from 1, not known, to 4, easy. `ask` is the question as it was put.
    CREATE TABLE reviews (
        id INTEGER PRIMARY KEY,
        tour TEXT NOT NULL, stop TEXT NOT NULL, question TEXT NOT NULL,
        ask TEXT NOT NULL, rating INTEGER NOT NULL, at REAL NOT NULL
    );
    """,
    """
    -- What was read, so that a change can be shown when that release is nowhere any more. `key` is a digest of the
    -- text, which is deflated UTF-8; what no mark or file names is dropped after a month.
    CREATE TABLE texts (key TEXT PRIMARY KEY, text BLOB NOT NULL, at REAL NOT NULL) WITHOUT ROWID;

    -- The symbol that was shown, the line where it began, and the key of its text.
    ALTER TABLE marks ADD COLUMN symbol TEXT;
    ALTER TABLE marks ADD COLUMN first INTEGER;
    ALTER TABLE marks ADD COLUMN kept TEXT;
    ALTER TABLE files ADD COLUMN kept TEXT;
    ALTER TABLE visits ADD COLUMN symbol TEXT;
    ALTER TABLE visits ADD COLUMN first INTEGER;
    ALTER TABLE visits ADD COLUMN kept TEXT
    """,
)
VERSION = len(SCHEMA)
TABLES: tuple[set[str], ...] = (
    set(),
    {"marks", "files", "positions", "visits", "settings"},
    {"marks", "files", "positions", "visits", "settings", "ticks", "notes", "cards", "reviews"},
    {"marks", "files", "positions", "visits", "settings", "ticks", "notes", "cards", "reviews", "texts"},
)  # of each version, 0 being a file that nobody has written to yet

PATIENCE = 5.0  # seconds to wait for another process

_CANNOT_WRITE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_SCHEMA}
_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class NotWritable(ProgressFailed):
    """Nothing can be recorded, but what was recorded can be read."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(path, reason, remedy)
        self.remedy = remedy


class Database:
    """One connection, made when first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._writable = False
        self._version = 0  # of the file as it was when it was opened

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._writable = None, False

    def read(self, query: str, *values: object, since: int = 1) -> list[Any]:
        """All rows; none if there is no file yet, or one older than the version `since` that the table came with: to
        read is no reason to bring it up to date."""
        try:
            if self._connection is None and not self._exists():
                return []
            db = self._reading()
            return [] if self._version < since else db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def version(self) -> int:
        """Of the file as it is; 0 if there is none."""
        self.read("SELECT 1")
        return self._version

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its first statement on, so that what it reads stays true."""
        try:
            db = self._writing()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _exists(self) -> bool:
        try:
            return self._path.exists()
        except OSError as error:
            raise self._closed(error) from error

    def _reading(self) -> sqlite3.Connection:
        """`immutable` is for a directory that cannot be written: SQLite wants to lay its shared memory there."""
        if self._connection is None:
            try:
                self._connection = self._connect("mode=rw")
                self._writable = self._version == VERSION  # a second connection would cost 2 ms
            except sqlite3.OperationalError as error:
                if _primary(error) not in _CANNOT_WRITE | _NO_ROOM:
                    raise
                self._connection = self._connect("mode=ro&immutable=1")
        return self._connection

    def _writing(self) -> sqlite3.Connection:
        if self._connection is None or not self._writable:
            self.close()
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise self._closed(error) from error
            self._connection = self._connect("mode=rwc")
            self._writable = True
        return self._connection

    def _connect(self, mode: str) -> sqlite3.Connection:
        db = connect(f"file:{quote(str(self._path))}?{mode}")
        try:
            db.execute("BEGIN")  # version and tables must be of one moment: another process may be creating them
            self._version = self._version_of(db)
            db.execute("COMMIT")
            if mode == "mode=rwc":
                self._bring_up(db)
        except BaseException:
            db.close()
            raise
        return db

    def _bring_up(self, db: sqlite3.Connection) -> None:
        """A new or an older file to this version, as one transaction: whole, or not at all."""
        if self._version < VERSION:
            if self._version:
                self._copy(db)
            db.execute("BEGIN IMMEDIATE")
            for script in SCHEMA[self._version_of(db) :]:  # asked again: another process may have been faster
                for statement in script.split(";\n"):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")
            self._version = VERSION
        with suppress(sqlite3.OperationalError):  # locked: another process is at it, or a later one will be
            db.execute("PRAGMA journal_mode = WAL")

    def _copy(self, db: sqlite3.Connection) -> None:
        """The file as an older reader left it, beside the new one: whoever goes back to that reader has it. A copy that
        is there already is the older one, and stays."""
        place = self._path.with_name(f"{self._path.name}.v{self._version}")
        if place.exists():
            return
        draft = place.with_name(f"{place.name}.{os.getpid()}")
        try:
            with closing(connect(f"file:{quote(str(draft))}?mode=rwc")) as copy:
                db.backup(copy)
            _place_new(draft, place)
        except OSError as error:
            reason = f"no copy of it can be made before it is brought up to date: {error.strerror}"
            remedy = "Make room beside it and do it again; nothing was changed."
            raise NotWritable(self._path, reason, remedy) from error
        finally:
            draft.unlink(missing_ok=True)

    def _version_of(self, db: sqlite3.Connection) -> int:
        """0 for a file that nobody has written to yet. Raises ProgressFailed for what is not ours, or newer."""
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if version > VERSION:
            raise ProgressFailed(
                self._path,
                f"was written by a newer reader (its format is {version}, this one knows {VERSION})",
                "Update reader: `pip install --upgrade vllm-reader`. Nothing in the file was changed.",
            )
        if (version == 0 and not tables) or (version > 0 and tables >= TABLES[version]):
            return version
        raise self._damaged("is a database, but not one of reader's, or a part of it is missing")

    def _failed(self, error: sqlite3.Error) -> ProgressFailed:
        code = _primary(error)
        if code in _DAMAGED:
            return self._damaged(f"is damaged ({error})")
        if code in _CANNOT_WRITE:
            return self._closed(error)
        if code in _NO_ROOM:
            return NotWritable(self._path, f"cannot be written: {error}", "Make room and do it again; nothing is lost.")
        if code in _BUSY:
            reason = f"another process has kept it locked for {PATIENCE:.0f} seconds"
            return ProgressFailed(self._path, reason, "Wait for it to end and do it again; nothing is lost.")
        raise error  # a bug of ours: it keeps its traceback

    def _damaged(self, reason: str) -> ProgressFailed:
        remedy = f"Move it aside, and reader begins a new one: mv {self._path} {self._path}.damaged"
        return ProgressFailed(self._path, reason, f"{remedy}\nNothing in it was changed.")

    def _closed(self, error: Exception) -> NotWritable:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        remedy = "Make the file and its directory writable, or set XDG_DATA_HOME to a directory that is."
        return NotWritable(self._path, f"nothing can be recorded in it: {reason}", remedy)


def _place_new(draft: Path, place: Path) -> None:
    """Never over what is there: another process was faster then, and what we copied may be its new file."""
    try:
        os.link(draft, place)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        if not place.exists():
            draft.replace(place)


def connect(uri: str) -> sqlite3.Connection:
    """The isolation level None leaves transactions to us."""
    return sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)


def _primary(error: sqlite3.Error) -> int:
    """The low byte of an extended result code is the code itself; an error of the module's own has none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
