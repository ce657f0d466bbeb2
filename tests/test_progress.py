"""The progress file: what it keeps, what it refuses, and that nothing in it is ever lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.errors import ProgressFailed
from reader.progress import Mark, NotWritable, Position, Shown, Store, database, open_store, texts
from reader.progress.ledger import Card, CardKey, Ledger

ORDER = ("one", "two", "three")
SHOWN = Shown("0.13.0", "vllm/a.py::A", "vllm/a.py", "digest-a")


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "progress.db"


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[Store]:
    with closing(Store(path, clock)) as store:
        yield store


def opened(store: Store, stop: str = "one", shown: Shown = SHOWN) -> Store:
    store.open("week03", "week03", stop, shown)
    return store


def turn(store: Store, step: int = 1, record: bool = True) -> tuple[str, bool, bool]:
    turned = store.turn("week03", "week03", ORDER, step=step, record=record)
    return turned.here, turned.recorded, turned.ended


def test_looking_creates_nothing(store: Store, path: Path) -> None:
    """A store that was only asked has no file."""
    assert (store.marks(), store.files(), store.position(), store.setting("checkout")) == ((), (), None, None)
    assert store.seconds() == {}
    assert not path.parent.exists()


def test_a_turned_page_is_read_as_it_was_shown(store: Store, clock: Clock) -> None:
    """The mark carries release, ref, path, digest, time and the seconds spent."""
    opened(store)
    clock.now += 90
    assert turn(store) == ("two", True, False)
    assert store.marks() == (Mark("week03", "one", "0.13.0", "vllm/a.py::A", "vllm/a.py", "digest-a", clock.now, 90.0),)


def test_a_skipped_page_is_not_read(store: Store) -> None:
    """`record=False` moves on and marks nothing."""
    assert turn(opened(store), record=False) == ("two", False, False)
    assert store.marks() == ()


def test_turning_back_marks_nothing(store: Store) -> None:
    """Back is a look over the shoulder; before the first page there is none."""
    assert turn(opened(store, "two"), step=-1, record=False) == ("one", False, False)
    assert turn(store, step=-1, record=False) == ("one", False, True)
    assert store.marks() == ()


def test_the_last_page_is_read_once(store: Store, clock: Clock) -> None:
    """At the end of a tour the last stop is marked and one stays there; asking again changes nothing."""
    assert turn(opened(store, "three")) == ("three", True, True)
    marks = store.marks()
    clock.now += 1000
    assert turn(store) == ("three", False, True)
    assert store.marks() == marks


def test_a_position_outside_the_order_starts_at_the_first_unread(store: Store) -> None:
    """A stop that this release or a newer tour does not have is no place to count from."""
    store.mark("week03", "one", SHOWN)
    assert turn(opened(store, "vanished")) == ("two", False, False)


def test_lunch_does_not_count(store: Store, clock: Clock) -> None:
    """One opening counts half an hour at most, and a clock set back counts nothing."""
    opened(store)
    clock.now += 5 * 3600
    turn(store)
    clock.now -= 50
    turn(store)
    assert {mark.stop: mark.seconds for mark in store.marks()} == {"one": 1800.0, "two": 0.0}
    assert store.seconds() == {"week03": 1800.0}


def test_time_adds_up_over_openings(store: Store, clock: Clock) -> None:
    """Opening the same stop again goes on counting."""
    for _ in range(3):
        opened(store)
        clock.now += 60
    turn(store)
    assert store.marks()[0].seconds == 180.0


def test_another_tour_keeps_the_place_in_this_one(store: Store) -> None:
    """Each tour has its position, and the one opened last is the current one."""
    opened(store)
    store.open("week08", "week08", "kernel", SHOWN)
    here, there = store.position(), store.position("week03")
    assert here is not None and (here.tour, here.stop) == ("week08", "kernel")
    assert there is not None and (there.tour, there.stop) == ("week03", "one")


def test_what_is_shown_late_reaches_the_mark(store: Store) -> None:
    """A page turned by another process before its first one could say what was shown is marked, and filled in later."""
    turn(opened(store))
    assert not store.was_shown("week03", "two")
    turn(store)
    late = Shown("0.13.0", "vllm/b.py", "vllm/b.py", "digest-b")
    store.shown("week03", "two", late)
    store.shown("week03", "one", late)
    marks = {mark.stop: mark.digest for mark in store.marks()}
    assert marks == {"one": "digest-a", "two": "digest-b"}


def test_a_borrowed_stop_is_recorded_where_it_belongs(store: Store, clock: Clock) -> None:
    """A route has a position of its own; visits, marks and time of what it borrows go to the owner, once."""
    owners = {"lent": ("week03", "two")}
    store.open("route", "route", "own", SHOWN)
    for seconds in (0, 60):
        clock.now += seconds
        store.turn("route", "route", ["own", "lent", "last"], step=1, record=True, owners=owners)
    assert store.position("route") == Position("route", "last", "route")
    assert {(mark.tour, mark.stop) for mark in store.marks()} == {("route", "own"), ("week03", "two")}
    assert store.seconds() == {"route": 0.0, "week03": 60.0}
    assert store.spent() == {("route", "own"): 0.0, ("week03", "two"): 60.0}
    assert store.position("week03") is None


def test_a_route_begins_at_its_first_unread_stop(store: Store) -> None:
    """What was read in its own tour is not read again in the route."""
    store.mark("week03", "two", SHOWN)
    turned = store.turn("route", "route", ["lent", "own"], step=1, record=True, owners={"lent": ("week03", "two")})
    assert turned.here == "own"


def test_marks_by_hand_come_and_go(store: Store) -> None:
    """Stops and files are marked and unmarked whatever is open; unmarking what is not marked says so."""
    store.mark("week03", "two", SHOWN)
    store.mark_file("vllm/a.py", SHOWN)
    assert [mark.stop for mark in store.marks("week03")] == ["two"]
    assert [mark.path for mark in store.files()] == ["vllm/a.py"]
    assert store.marks("week08") == ()
    assert (store.unmark("week03", "two"), store.unmark_file("vllm/a.py")) == (True, True)
    assert (store.unmark("week03", "two"), store.unmark_file("vllm/a.py")) == (False, False)
    assert (store.marks(), store.files()) == ((), ())


def test_settings_are_kept_and_taken_away(store: Store, path: Path, clock: Clock) -> None:
    """A setting outlives the process; None removes it."""
    store.set_setting("checkout", "/somewhere/vllm")
    with closing(Store(path, clock)) as again:
        assert again.setting("checkout") == "/somewhere/vllm"
        again.set_setting("checkout", None)
    assert store.setting("checkout") is None


@given(st.lists(st.tuples(st.sampled_from([-1, 1]), st.booleans()), max_size=12), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_any_walk_stays_in_the_tour_and_marks_what_it_leaves(walk: list[tuple[int, bool]], length: int) -> None:
    """The position is the walk's, clamped to the tour; exactly the stops left with `record` are read."""
    order = [f"s{number}" for number in range(length)]
    with tempfile.TemporaryDirectory() as place, closing(Store(Path(place) / "p.db", Clock())) as store:
        store.open("t", "t", order[0], SHOWN)
        index, read = 0, set()
        for step, record in walk:
            turned = store.turn("t", "t", order, step=step, record=record)
            if record:
                read.add(order[index])
            index = min(max(index + step, 0), length - 1)
            assert turned.here == order[index]
        position = store.position()
        assert position is not None and position.stop == order[index]
        assert {mark.stop for mark in store.marks()} == read


def in_parallel(path: Path, code: str, count: int) -> set[tuple[int, bytes]]:
    """Run the code in processes that start together, each with a `store`: their exit codes and complaints."""
    head = (
        "import os, sys, time; from pathlib import Path; from reader.progress import Shown, Store; sys.stdin.read(1)\n"
        f"store = Store(Path({str(path)!r}), time.time)\n"
    )
    command = [sys.executable, "-c", head + code]
    procs = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(count)]
    for proc in procs:
        assert proc.stdin is not None
        proc.stdin.write(b"x")
        proc.stdin.flush()
    outcomes = [(proc.communicate()[1], proc.returncode) for proc in procs]
    return {(code, complaint) for complaint, code in outcomes}


FINE = {(0, b"")}


def test_processes_that_turn_at_once_turn_a_page_each(store: Store, path: Path) -> None:
    """Six simultaneous turns move six pages on and mark all six."""
    order = tuple(f"s{number}" for number in range(20))
    store.open("week03", "week03", "s0", SHOWN)
    store.close()
    code = f"store.turn('week03', 'week03', {order!r}, step=1, record=True); store.close()"
    assert in_parallel(path, code, 6) == FINE
    position = store.position()
    assert position is not None and position.stop == "s6"
    assert {mark.stop for mark in store.marks()} == set(order[:6])


def test_processes_that_create_the_file_at_once_agree(store: Store, path: Path) -> None:
    """A first use by several processes at once makes one file, with what each of them wrote."""
    assert in_parallel(path, "store.set_setting(str(os.getpid()), 'here'); store.close()", 6) == FINE
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM settings").fetchone() == (6,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA user_version").fetchone() == (database.VERSION,)


def test_a_kill_in_the_middle_of_a_turn_loses_only_that_turn(store: Store, path: Path) -> None:
    """What was committed before stays, what was not is gone as a whole, and the file works on."""
    turn(opened(store))
    store.close()
    code = (
        "with store._database.writing() as db:\n"
        "    db.execute('DELETE FROM marks'); db.execute('DELETE FROM positions')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    assert in_parallel(path, code, 1) == {(-9, b"")}
    assert [mark.stop for mark in store.marks()] == ["one"]
    assert turn(store) == ("three", True, False)


def refused(store: Store, path: Path) -> str:
    """What is said to a reading and to a writing, the same; the file keeps every byte."""
    before = path.read_bytes()
    with pytest.raises(ProgressFailed) as reading:
        store.position()
    with pytest.raises(ProgressFailed) as writing:
        opened(store)
    assert path.read_bytes() == before
    assert str(reading.value) == str(writing.value)
    assert str(path) in str(reading.value)
    return str(reading.value)


def test_a_newer_schema_is_refused(store: Store, path: Path) -> None:
    """Nothing is guessed about a format that this version does not know."""
    opened(store).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {database.VERSION + 1}")
    assert "newer reader" in refused(store, path)


@pytest.mark.parametrize("content", [b"no database at all, but text\n" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_refused_with_a_way_out(store: Store, path: Path, content: bytes) -> None:
    """The message says how to move it aside; nothing in it is changed."""
    path.parent.mkdir()
    path.write_bytes(content)
    assert f"mv {path} {path}.damaged" in refused(store, path)


def test_a_file_torn_off_is_refused(store: Store, path: Path) -> None:
    """A database cut short by a full disk or a bad copy is damaged."""
    for number in range(200):
        store.mark("week03", f"stop-{number}", SHOWN)
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ProgressFailed, match="damaged"):
        store.marks()


def test_a_database_of_somebody_else_is_refused(store: Store, path: Path) -> None:
    """Tables that are not ours are left alone."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (x)")
    assert "not one of reader's" in refused(store, path)


def test_a_part_that_is_missing_is_refused(store: Store, path: Path) -> None:
    """Our version without one of our tables is no file to work with."""
    opened(store).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE visits")
    assert "missing" in refused(store, path)


def test_an_empty_file_is_a_new_one(store: Store, path: Path) -> None:
    """A kill between creating the file and its first commit leaves no bytes; that is no damage."""
    path.parent.mkdir()
    path.touch()
    assert store.position() is None
    assert turn(opened(store))[0] == "two"


def test_a_directory_in_its_place_cannot_be_used(store: Store, path: Path) -> None:
    """The message names it, and what to do."""
    path.mkdir(parents=True)
    with pytest.raises(NotWritable, match="XDG_DATA_HOME") as error:
        opened(store)
    assert str(path) in str(error.value)


def test_a_parent_that_is_a_file_leaves_nothing_to_read(store: Store, path: Path) -> None:
    """Nothing is recorded there, so reading finds nothing; recording says why it cannot."""
    path.parent.write_text("in the way")
    assert store.position() is None
    with pytest.raises(NotWritable, match="nothing can be recorded"):
        opened(store)
    assert path.parent.read_text() == "in the way"


@contextmanager
def unprivileged() -> Iterator[None]:
    """Permissions do not hold root back: for a while, be nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def readonly(clock: Clock) -> Iterator[Path]:
    """A progress file with one mark, in a directory where nobody may write. Not below pytest's own, which is root's."""
    place = Path(tempfile.mkdtemp())
    path = place / "progress.db"
    with closing(Store(path, clock)) as store:
        turn(opened(store))
    path.chmod(0o444)
    place.chmod(0o555)
    yield path
    place.chmod(0o755)
    shutil.rmtree(place)


def test_a_read_only_file_is_read_and_not_written(readonly: Path, clock: Clock) -> None:
    """Position and marks are there; recording raises, and what is there stays."""
    before = readonly.read_bytes()
    with unprivileged(), closing(Store(readonly, clock)) as store:
        position = store.position()
        assert position is not None and position.stop == "two"
        with pytest.raises(NotWritable, match="nothing can be recorded"):
            turn(store)
        assert [mark.stop for mark in store.marks()] == ["one"]
    assert readonly.read_bytes() == before


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, no database can grow."""
    connect = database.connect

    def no_room(uri: str) -> sqlite3.Connection:
        db = connect(uri)
        db.execute("PRAGMA max_page_count = 1")
        return db

    return lambda: monkeypatch.setattr(database, "connect", no_room)


def test_a_full_disk_loses_nothing(store: Store, path: Path, full_disk: Callable[[], None]) -> None:
    """The write that finds no room raises, and what was there before is still there."""
    opened(store).close()
    full_disk()
    with pytest.raises(NotWritable, match="disk is full"):
        for number in range(1000):
            store.mark("week03", f"stop-{number}" * 20, SHOWN)
    assert store.position() is not None
    assert all(mark.digest == "digest-a" for mark in store.marks())


def test_a_full_disk_on_first_use_says_so(store: Store, path: Path, full_disk: Callable[[], None]) -> None:
    """The file cannot even be made; the next try, with room again, works."""
    full_disk()
    with pytest.raises(NotWritable, match="disk is full"):
        opened(store)
    assert store.position() is None


def test_a_lock_held_too_long_is_no_traceback(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that keeps the file locked leads to a message, not to a loss."""
    monkeypatch.setattr(database, "PATIENCE", 0.0)
    opened(store).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProgressFailed, match="locked"):
            turn(store)
    assert turn(store) == ("two", True, False)


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Whatever lies in place of the file, it is a ProgressFailed or an empty answer, and its bytes stay."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "p.db"
        path.write_bytes(content)
        with closing(Store(path, Clock())) as store, suppress(ProgressFailed):
            assert store.marks() == ()
        assert path.read_bytes() == content


@pytest.mark.parametrize("data", ["/somewhere/data", "", "relative", None])
def test_the_file_lies_where_platformdirs_says(monkeypatch: pytest.MonkeyPatch, data: str | None) -> None:
    """The short cut on Linux gives the same path."""
    if data is None:
        monkeypatch.delenv("XDG_DATA_HOME")
    else:
        monkeypatch.setenv("XDG_DATA_HOME", data)
    assert open_store().path == platformdirs.user_data_path("vllm-reader", appauthor=False) / "progress.db"


FIRST_SCHEMA = """
CREATE TABLE marks (
    tour TEXT NOT NULL, stop TEXT NOT NULL,
    release TEXT, ref TEXT, path TEXT, digest TEXT,
    at REAL NOT NULL, seconds REAL NOT NULL,
    PRIMARY KEY (tour, stop)
) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY,
    release TEXT, ref TEXT, digest TEXT,
    at REAL NOT NULL, seconds REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE positions (
    tour TEXT PRIMARY KEY, stop TEXT NOT NULL, source TEXT NOT NULL, at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE visits (
    id INTEGER PRIMARY KEY,
    tour TEXT NOT NULL, stop TEXT NOT NULL,
    release TEXT, ref TEXT, path TEXT, digest TEXT,
    since REAL NOT NULL, seconds REAL
);
CREATE INDEX visits_by_stop ON visits (tour, stop);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO marks VALUES ('week03', 'one', '0.13.0', 'vllm/a.py::A', 'vllm/a.py', 'digest-a', 1.5, 90.0);
INSERT INTO marks VALUES ('week08', 'kernel', '0.8.5', NULL, NULL, NULL, 2.5, 0.0);
INSERT INTO files VALUES ('vllm/a.py', '0.13.0', 'vllm/a.py', 'digest-a', 3.5, 10.0);
INSERT INTO positions VALUES ('week03', 'two', 'week03', 4.5);
INSERT INTO visits VALUES (7, 'week03', 'two', '0.13.0', 'vllm/b.py', 'vllm/b.py', 'digest-b', 4.5, NULL);
INSERT INTO settings VALUES ('tour', 'week03'), ('checkout', '/somewhere');
PRAGMA user_version = 1;
"""


@pytest.fixture
def first(path: Path) -> Path:
    """A progress file as the first version of reader wrote it, kept here in that version's own words."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(FIRST_SCHEMA)
    return path


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as db:
        names = ("marks", "files", "positions", "visits", "settings")
        return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}


def test_an_older_file_is_read_as_it_stands(first: Path, store: Store) -> None:
    """Looking changes no byte of it; what it has no tables for yet is empty."""
    before = first.read_bytes()
    ledger = Ledger(store)
    assert [mark.stop for mark in store.marks()] == ["one", "kernel"]
    assert (store.notes(), ledger.ticks(), ledger.cards(), ledger.reviews()) == ((), {}, {}, ())
    assert first.read_bytes() == before


def test_an_older_file_is_brought_up_and_keeps_everything(first: Path, store: Store) -> None:
    """The first write makes it one of this version, with every row of every table as it was; the old is copied."""
    before, old = content(first), first.read_bytes()
    Ledger(store).add_note("week03", "one", "mine")
    store.close()
    now = content(first)
    widths = {name: len(rows[0]) for name, rows in before.items()}
    assert {name: [row[: widths[name]] for row in rows] for name, rows in now.items()} == before
    assert {value for rows in now.values() for row in rows for value in row[8 if len(row) > 8 else len(row) :]} <= {
        None
    }
    copy = first.with_name("progress.db.v1")
    assert (content(copy), len(copy.read_bytes())) == (before, len(old))
    with closing(sqlite3.connect(first)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (database.VERSION,)
    assert [note.text for note in store.notes()] == ["mine"]
    assert turn(store) == ("three", True, False)


def test_a_copy_that_is_there_already_is_not_written_over(first: Path, store: Store) -> None:
    """Whoever went back to an older reader has two copies of the same version; the first is what nobody else has."""
    copy = first.with_name("progress.db.v1")
    copy.write_text("precious")
    Ledger(store).add_note("week03", "one", "mine")
    assert copy.read_text() == "precious"


def test_what_was_read_is_kept_once_and_given_back(store: Store, clock: Clock) -> None:
    """Two marks of one text hold one copy; it goes when neither needs it and it was not looked at for a month."""
    text = "def f():\n    return '\udcff'\n" * 50
    shown = Shown("0.13.0", "vllm/a.py::f", "vllm/a.py", "digest", "f", 7, text)
    store.mark("week03", "one", shown)
    store.mark("week03", "two", shown)
    first, second = store.marks()
    assert (first.kept, first.symbol) == (second.kept, "f")
    assert store.kept(first.kept) == text
    assert store.keeping().texts == 1 and 0 < store.keeping().size < len(text)
    store.unmark("week03", "one")
    clock.now += 40 * 24 * 3600
    store.mark("week03", "three", SHOWN)
    assert store.kept(first.kept) == text
    store.unmark("week03", "two")
    store.mark("week03", "three", SHOWN)
    assert store.kept(first.kept) is None


def test_the_room_for_texts_is_bounded(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """When it is used up the texts that were kept first go; the marks stay, with their digests."""
    monkeypatch.setattr(texts, "ROOM", 3000)
    noise = random.Random(7)
    for number in range(9):
        clock.now += 1
        text = "".join(noise.choices("abcdefghijklmnop", k=1000))
        store.mark("week03", f"s{number}", Shown("0.13.0", "r", "p", f"digest-{number}", None, None, text))
    marks = store.marks()
    assert [mark.digest for mark in marks] == [f"digest-{number}" for number in range(9)]
    held = [store.kept(mark.kept) is not None for mark in marks]
    assert held == sorted(held) and 0 < sum(held) < 9
    assert store.keeping().size <= 3000


def test_a_kill_while_an_older_file_is_brought_up_leaves_it_as_it_was(first: Path, store: Store) -> None:
    """All of it is one transaction: half of the new tables without the version would be a damaged file."""
    before = content(first)
    code = (
        "import reader.progress.database as database\n"
        "class Script(str):\n"
        "    def split(self, by): yield from str.split(self, by)[:2]; os.kill(os.getpid(), 9)\n"
        "database.SCHEMA = (database.SCHEMA[0], Script(database.SCHEMA[1]))\n"
        "store.set_setting('a', 'b')\n"
    )
    assert in_parallel(first, code, 1) == {(-9, b"")}
    assert content(first) == before
    store.set_setting("after", "all")
    assert store.setting("after") == "all"


def test_processes_that_bring_up_a_file_at_once_agree(first: Path, store: Store) -> None:
    """Six first writes of a new version make one migration, and all six arrive."""
    code = "from reader.progress.ledger import Ledger; Ledger(store).add_note('t', 's', 'x'); store.close()"
    assert in_parallel(first, code, 6) == FINE
    assert len(store.notes()) == 6


def test_ticks_come_and_go(store: Store, clock: Clock) -> None:
    """Only what changed is named, and a second tick keeps the time of the first."""
    ledger = Ledger(store)
    assert ledger.ticks() == {}
    assert ledger.tick(["w1.1.1", "p1.1"]) == ("w1.1.1", "p1.1")
    before = clock.now
    clock.now += 60
    assert ledger.tick(["p1.1", "p1.2"]) == ("p1.2",)
    assert ledger.ticks() == {"w1.1.1": before, "p1.1": before, "p1.2": clock.now}
    assert ledger.untick(["p1.1", "p5.1"]) == ("p1.1",)
    assert set(ledger.ticks()) == {"w1.1.1", "p1.2"}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=5))
@settings(max_examples=40, deadline=None)
def test_any_note_comes_back_as_it_was_written(texts: list[str]) -> None:
    """To the character, in order, for its stop only; one taken away leaves the others."""
    with tempfile.TemporaryDirectory() as place, closing(Store(Path(place) / "p.db", Clock())) as store:
        ledger = Ledger(store)
        for text in texts:
            ledger.add_note("week03", "one", text)
        ledger.add_note("week03", "two", "other")
        assert [note.text for note in store.notes("week03", "one")] == texts
        for note in store.notes("week03", "one")[:1]:
            assert (ledger.delete_note(note), ledger.delete_note(note)) == (True, False)
        assert [note.text for note in store.notes("week03")] == [*texts[1:], "other"]


def test_an_answer_is_scheduled_from_the_card_as_it_stands(store: Store, clock: Clock) -> None:
    """The first time there is none; each answer is in the log, the card is the last one's."""
    seen = []

    def schedule(card: Card | None, rating: int, now: float) -> Card:
        seen.append(card)
        return Card(1, rating, 2.0, None, now + 600, now)

    ledger, key = Ledger(store), CardKey("week03", "one", "digest")
    first = ledger.review(key, "Why?", 1, schedule)
    clock.now += 700
    second = ledger.review(key, "Why?", 3, schedule)
    assert seen == [None, first]
    assert ledger.cards() == {key: second}
    assert [(one.ask, one.rating, one.at) for one in ledger.reviews()] == [
        ("Why?", 1, clock.now - 700),
        ("Why?", 3, clock.now),
    ]


def test_the_ledger_knows_what_was_opened(store: Store, clock: Clock) -> None:
    """Every opening with its time, and what loads each tour, the last one first."""
    opened(store)
    clock.now += 60
    store.open("mine", "/home/me/mine.toml", "kernel", SHOWN)
    ledger = Ledger(store)
    assert [(one.tour, one.stop, one.seconds) for one in ledger.visits()] == [
        ("week03", "one", 60.0),
        ("mine", "kernel", None),
    ]
    assert ledger.sources() == ("/home/me/mine.toml", "week03")
