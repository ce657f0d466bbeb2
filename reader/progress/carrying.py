"""A store's progress as a parcel, and a parcel's rows into a store: whole, or not at all.

What is of one machine stays there: which checkout is read, tours that are opened by the path of a file, the page that
is open at this moment. Only texts that a mark names are carried.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from reader.progress import CURRENT_TOUR, Store, texts
from reader.progress.parcel import TABLES, Key, Parcel, Row, Table, gathered, joined
from reader.value import frozen

_SINCE = {"notes": 2, "ticks": 2, "cards": 2, "reviews": 2}  # the version of the store that has the table
_LATE = ("symbol", "first", "kept")  # columns since version 3
_CARRIED = {"visits": "seconds IS NOT NULL", "positions": "source NOT LIKE '%.toml'"}
_BY_NAME = {table.name: table for table in TABLES}


@frozen
class Arrived:
    """Of one table: the rows that were not there, and those that stand in place of what was."""

    table: str
    new: tuple[Row, ...]
    better: tuple[Row, ...]


def packed(store: Store) -> Parcel:
    return {table.name: _rows(store, table) for table in TABLES}


def bring(store: Store, parcel: Parcel, *, dry: bool = False) -> tuple[Arrived, ...]:
    """What the parcel has that the store had not; nothing of the store's is lost. With `dry` nothing is changed."""
    if dry:
        return _arriving(packed(store), parcel)
    with store._database.writing() as db:
        arriving = _arriving(packed(store), parcel)  # within the transaction, so that what is read stays true
        for one in arriving:
            _WRITERS.get(one.table, _write)(db, one, store.now())
    return arriving


def _arriving(mine: Parcel, theirs: Parcel) -> tuple[Arrived, ...]:
    both = joined(mine, theirs)
    found = []
    for table in TABLES:
        before, after = mine[table.name], sorted(both[table.name].items())
        new = tuple(row for key, row in after if key not in before)
        better = tuple(row for key, row in after if key in before and row != before[key])
        if new or better:
            found.append(Arrived(table.name, new, better))
    return tuple(found)


def _columns(table: Table) -> list[str]:
    """As the store calls them: of what was read it has the key of the text."""
    return ["kept" if name == "text" and table.keeps_text else name for name in table.fields]


def _rows(store: Store, table: Table) -> dict[Key, Row]:
    old = store._database.version() < 3
    columns = ", ".join("NULL" if old and name in _LATE else name for name in _columns(table))
    query = f"SELECT {columns} FROM {table.name} WHERE {_CARRIED.get(table.name, 'true')}"
    found = store._database.read(query, since=_SINCE.get(table.name, 1))
    rows = [dict(zip(table.fields, values, strict=True)) for values in found]
    if table.keeps_text:
        rows = [row | {"text": store.kept(row["text"])} for row in rows]
    return gathered(table, rows)


def _write(db: sqlite3.Connection, arrived: Arrived, now: float) -> None:
    """Oldest first, as they would have been recorded."""
    table = _BY_NAME[arrived.table]
    rows = sorted((*arrived.new, *arrived.better), key=lambda row: row.get("at", 0.0))
    _insert(db, table.name, _columns(table), [[row[name] for name in table.fields] for row in rows])


def _write_with_texts(db: sqlite3.Connection, arrived: Arrived, now: float) -> None:
    """As long as there is room for the texts, the latest first: none that is here has to go for them."""
    rows = []
    for row in sorted((*arrived.new, *arrived.better), key=lambda row: -float(row["at"])):
        room = db.execute("SELECT ? - total(length(text)) FROM texts", (texts.ROOM,)).fetchone()[0]
        text = row["text"] if room > 0 else None
        rows.append(row | {"text": texts.keep(db, text, min(row["at"], now))})
    table = _BY_NAME[arrived.table]
    _insert(db, table.name, _columns(table), [[row[name] for name in table.fields] for row in rows])


def _write_visits(db: sqlite3.Connection, arrived: Arrived, now: float) -> None:
    """Below every visit of this machine: that with the highest id is what was shown here last. One that is open here
    stays open."""
    table = _BY_NAME["visits"]
    where = "WHERE " + " AND ".join(f"{name} = ?" for name in table.key)
    new = [
        row
        for row in sorted(arrived.new, key=lambda row: float(row["since"]))
        if db.execute(f"SELECT 1 FROM visits {where}", [row[name] for name in table.key]).fetchone() is None
    ]
    lowest: int = db.execute("SELECT coalesce(min(id), 1) FROM visits").fetchone()[0]
    rows = [[lowest - len(new) + at, *(row[name] for name in table.fields)] for at, row in enumerate(new)]
    _insert(db, "visits", ["id", *table.fields], rows)
    others = [name for name in table.fields if name not in table.key]
    to = ", ".join(f"{name} = ?" for name in others)
    for row in arrived.better:
        db.execute(f"UPDATE visits SET {to} {where}", [row[name] for name in (*others, *table.key)])


def _write_positions(db: sqlite3.Connection, arrived: Arrived, now: float) -> None:
    """Where one stood last on any machine is where one goes on."""
    _write(db, arrived, now)
    last = db.execute("SELECT tour FROM positions ORDER BY at DESC, tour DESC LIMIT 1").fetchone()
    db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (CURRENT_TOUR, *last))


_WRITERS = {
    "marks": _write_with_texts,
    "files": _write_with_texts,
    "visits": _write_visits,
    "positions": _write_positions,
}


def _insert(db: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    marks = ", ".join("?" * len(columns))
    db.executemany(f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
