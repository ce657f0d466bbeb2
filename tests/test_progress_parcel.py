"""Progress as a file: what is carried, what two of them are together, and what is refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.progress import Shown, Store, texts
from reader.progress.carrying import bring, packed
from reader.progress.database import SCHEMA
from reader.progress.ledger import Card, CardKey, Ledger
from reader.progress.parcel import TABLES, BadParcel, Parcel, holds, joined, read, written

NAMES = st.sampled_from(["week03", "λ"])
TIMES = st.integers(0, 3).map(lambda number: number * 100.5)
LINES = st.none() | st.sampled_from(["0.13.0", "a", "b"])
SHOWN = dict.fromkeys(("release", "ref", "path", "digest", "symbol"), LINES) | {"first": st.none() | st.integers(1, 2)}
STOP = {"tour": NAMES, "stop": st.sampled_from(["one", "two"])}
QUESTION = {**STOP, "question": st.sampled_from(["q", "r"])}
TEXTS = st.none() | st.sampled_from(["def f(): ...\n", "x = '\ud800'\n"])
ROWS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "marks": {**STOP, "at": TIMES, "seconds": TIMES, **SHOWN, "text": TEXTS},
    "files": {
        "path": NAMES,
        "at": TIMES,
        "seconds": TIMES,
        "release": LINES,
        "ref": LINES,
        "digest": LINES,
        "text": TEXTS,
    },
    "notes": {**STOP, "text": st.text("aλ\n", max_size=2), "at": TIMES},
    "cards": {
        **QUESTION,
        "state": st.integers(1, 3),
        "step": st.none() | st.integers(0, 1),
        "stability": st.none() | st.sampled_from([0.5, 20.0]),
        "difficulty": st.none() | st.just(5.0),
        "due": TIMES,
        "last": TIMES,
    },
    "reviews": {**QUESTION, "ask": st.text("aλ", max_size=2), "rating": st.integers(1, 4), "at": TIMES},
    "visits": {**STOP, "since": TIMES, "seconds": TIMES, **SHOWN},
    "positions": {**STOP, "source": st.sampled_from(["week03", "fast-path"]), "at": TIMES},
}


def content(tables: dict[str, Any]) -> bytes:
    return json.dumps({"format": "reader-progress", "version": 1, **tables}).encode()


PARCELS = st.fixed_dictionaries(
    {name: st.lists(st.fixed_dictionaries(row), max_size=3) for name, row in ROWS.items()}
    | {"ticks": st.dictionaries(st.sampled_from(["w3.1.1", "p2.1"]), TIMES)}
).map(lambda tables: read("x", content(tables)))


@contextmanager
def store(path: Path | str = ":memory:", now: float = 1000.0) -> Iterator[Store]:
    with closing(Store(Path(path), lambda: now)) as opened:
        yield opened


def textless(parcel: Parcel) -> Parcel:
    return {
        name: {key: {**row, "text": None} if name in ("marks", "files") else row for key, row in rows.items()}
        for name, rows in parcel.items()
    }


@given(PARCELS, PARCELS, PARCELS)
def test_joining_has_no_order_and_no_number_of_times(a: Parcel, b: Parcel, c: Parcel) -> None:
    """Whichever machine is first, and however often: the same comes out. Only the text of a mark may be lost on the way
    over a third machine, where another mark stood between."""
    assert joined(a, b) == joined(b, a)
    assert textless(joined(a, joined(b, c))) == textless(joined(joined(a, b), c))
    assert joined(a, joined(a, b)) == joined(a, b)
    assert joined(a, a) == a


@given(PARCELS, PARCELS)
def test_of_neither_side_anything_is_lost(a: Parcel, b: Parcel) -> None:
    """Every key of both is there, every note and answer as it was, the first time of a tick, the greater time spent,
    and never a mark that knows less."""
    both = joined(a, b)
    assert holds(both, a)
    assert holds(both, b)
    for side in (a, b):
        for table in TABLES:
            assert side[table.name].keys() <= both[table.name].keys()
        for key, tick in side["ticks"].items():
            assert both["ticks"][key]["at"] <= tick["at"]
        for key, mark in side["marks"].items():
            assert both["marks"][key]["seconds"] >= mark["seconds"]
            told = both["marks"][key]
            assert told["release"] is not None or not (mark["release"] and mark["digest"])
            aside = {"seconds": 0, "text": None}
            assert told | aside in [each["marks"].get(key, {}) | aside for each in (a, b)]
            assert (
                told["text"] is not None
                or mark["text"] is None
                or mark["digest"] != told["digest"]
                or not mark["digest"]
            )


@given(PARCELS)
def test_what_is_written_is_read_as_it_was(a: Parcel) -> None:
    """And the same progress gives the same file, byte for byte."""
    assert read("x", written(a)) == joined(a, {})
    assert written(read("x", written(a))) == written(a)


@settings(max_examples=60, deadline=None)
@given(PARCELS, PARCELS)
def test_a_store_takes_in_what_a_file_has(tmp_path_factory: pytest.TempPathFactory, a: Parcel, b: Parcel) -> None:
    """A new store has it all, twice is once, a dry run changes nothing, and the order of two files does not count."""
    place = tmp_path_factory.mktemp("stores")
    found = []
    for number, order in enumerate([(a, b), (b, a)]):
        with store(place / f"{number}.db") as one:
            bring(one, order[0])
            assert packed(one) == joined(order[0], {})
            before = bring(one, order[1], dry=True)
            assert packed(one) == joined(order[0], {})
            assert bring(one, order[1]) == before
            assert bring(one, order[1]) == ()
            assert bring(one, order[0]) == ()
            found.append(packed(one))
    assert found[0] == found[1] == joined(a, b)


def a_life(one: Store) -> None:
    """Two stops turned, the second one open, notes, a tick and an answer."""
    shown = Shown("0.13.0", "a.py::f", "a.py", "d", "f", 3, "def f(): ...\n")
    one.open("week03", "week03", "one", shown)
    one.turn("week03", "week03", ["one", "two"], step=1, record=True)
    one.shown("week03", "two", shown)
    one.mark_file("a.py", shown)
    ledger = Ledger(one)
    ledger.add_note("week03", "one", "my note")
    ledger.tick(["w3.1.1"])
    ledger.review(CardKey("week03", "one", "q"), "Why?", 3, lambda *_: Card(2, None, 3.0, 5.0, 2000.0, 1000.0))


def test_a_life_is_carried_whole(tmp_path: Path) -> None:
    """With the text that was read, so that a change can be shown there too."""
    with store(tmp_path / "a.db") as one, store(tmp_path / "b.db", now=2000.0) as other:
        a_life(one)
        bring(other, read("x", written(packed(one))))
        assert packed(other) == packed(one)
        (mark,) = other.marks()
        assert (mark.stop, mark.path, mark.symbol, mark.first) == ("one", "a.py", "f", 3)
        assert other.kept(mark.kept) == "def f(): ...\n"
        assert other.kept(other.files()[0].kept) == "def f(): ...\n"
        assert [note.text for note in other.notes()] == ["my note"]
        assert len(Ledger(other).reviews()) == 1
        assert other.position() == one.position()


def test_what_is_of_one_machine_stays_there(tmp_path: Path) -> None:
    """The checkout, the page that is open, and a tour that is opened by its file."""
    with store(tmp_path / "a.db") as one:
        one.set_setting("checkout", "/home/me/vllm")
        one.open("mine", "/home/me/mine.toml", "one", Shown("0.13.0", "a.py"))
        assert not any(packed(one).values())
        assert b"/home/me" not in written(packed(one))


def test_visits_from_elsewhere_are_older_than_those_of_here(tmp_path: Path) -> None:
    """Turning the page records what was shown here, also when another machine showed the stop later."""
    elsewhere = {"tour": "week03", "stop": "one", "since": 5000.0, "seconds": 9.0, "release": "0.33.0", "path": "b.py"}
    with store(tmp_path / "a.db") as one:
        one.open("week03", "week03", "one", Shown("0.13.0", "a.py::f", "a.py", "d"))
        bring(one, read("x", content({"visits": [elsewhere]})))
        one.turn("week03", "week03", ["one", "two"], step=1, record=True)
        (mark,) = one.marks()
        assert (mark.release, mark.path) == ("0.13.0", "a.py")
        assert mark.seconds == 9.0


def test_where_one_stood_last_is_where_one_goes_on(tmp_path: Path) -> None:
    """On whichever machine that was."""
    earlier = {"tour": "week04", "stop": "a", "source": "week04", "at": 999.0}
    later = {"tour": "week05", "stop": "b", "source": "week05", "at": 1001.0}
    with store(tmp_path / "a.db") as one:
        one.open("week03", "week03", "one", Shown("0.13.0", "a.py"))
        bring(one, read("x", content({"positions": [earlier]})))
        assert one.position().tour == "week03"  # type: ignore[union-attr] # it stands
        bring(one, read("x", content({"positions": [later]})))
        assert one.position().tour == "week05"  # type: ignore[union-attr]


def test_a_mark_of_the_browser_hides_none_that_knows_more(tmp_path: Path) -> None:
    """It has a tour, a stop and a time; where there was none, it counts as read."""
    marks = [{"tour": "week03", "stop": stop, "at": 9000} for stop in ("one", "two")]
    with store(tmp_path / "a.db") as one:
        a_life(one)
        bring(one, read("x", content({"marks": marks})))
        found = {mark.stop: mark for mark in one.marks()}
        assert (found["one"].digest, found["one"].at) == ("d", 1000.0)
        assert (found["two"].digest, found["two"].at, found["two"].seconds) == (None, 9000.0, 0.0)


def test_a_text_that_is_kept_is_not_lost_to_a_later_mark_without_it(tmp_path: Path) -> None:
    """The browser's pages carry the digest of what they show, and not the text again."""
    mark = {"tour": "week03", "stop": "one", "at": 9000, "release": "0.13.0", "path": "a.py", "digest": "d"}
    with store(tmp_path / "a.db") as one:
        a_life(one)
        bring(one, read("x", content({"marks": [mark]})))
        (found,) = one.marks()
        assert (found.at, one.kept(found.kept)) == (9000.0, "def f(): ...\n")
        assert bring(one, read("x", content({"marks": [mark]}))) == ()


def test_notes_are_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    """Not in that in which they arrived."""
    with store(tmp_path / "a.db") as one:
        a_life(one)
        bring(one, read("x", content({"notes": [{"tour": "week03", "stop": "one", "text": "before", "at": 1}]})))
        assert [note.text for note in one.notes("week03", "one")] == ["before", "my note"]


def test_no_text_of_here_goes_for_those_that_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their marks come without, the oldest first."""
    with store(tmp_path / "a.db") as one:
        a_life(one)
        monkeypatch.setattr(texts, "ROOM", one.keeping().size + 1)
        marks = [{"tour": "t", "stop": f"{at}", "at": at, "text": f"text {at}"} for at in (5000, 6000)]
        bring(one, read("x", content({"marks": marks})))
        found = {mark.stop: one.kept(mark.kept) for mark in one.marks()}
        assert found == {"one": "def f(): ...\n", "6000": "text 6000", "5000": None}


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_store_is_carried_as_it_is(tmp_path: Path, version: int) -> None:
    """To export is no reason to bring it up to date."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as db:
        for script in SCHEMA[:version]:
            db.executescript(script)
        db.execute("INSERT INTO marks VALUES ('week03', 'one', '0.13.0', 'a.py', 'a.py', 'd', 5.0, 1.0)")
        db.execute(f"PRAGMA user_version = {version}")
        db.commit()
    with store(path) as one:
        (mark,) = packed(one)["marks"].values()
    assert (mark["digest"], mark["text"], mark["symbol"]) == ("d", None, None)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (version,)


MARK = {"tour": "t", "stop": "s", "at": 1.0}


def test_every_complaint_is_told_with_its_place() -> None:
    """At once, and a value of a stranger in printable characters."""
    tables = {
        "marks": [
            MARK,
            7,
            {"tour": "", "stop": 3, "at": "now", "colour\x1b": 1},
            MARK | {"at": -1},
            MARK | {"at": True},
        ],
        "files": {"a": 1},
        "ticks": {"w3.1.1": None, "\ud800": 1},
        "notes": [{"tour": "t", "stop": "s", "at": 1}, {"tour": "t", "stop": "s", "at": 1, "text": "\ud800"}],
        "reviews": [{"tour": "t", "stop": "s", "question": "q", "ask": "a", "rating": 5, "at": 1}],
        "positions": [{"tour": "t", "stop": "s", "source": "../../mine.toml", "at": 1}],
        "marx": [],
    }
    with pytest.raises(BadParcel) as raised:
        read("f.json", content(tables))
    assert raised.value.complaints == (
        '"marx": is no part of progress',
        "marks[1]: expected an object, got 7",
        'marks[2]."colour\\u001b": is no key of marks',
        "marks[2].tour: Expected `str` of length >= 1",
        "marks[2].stop: Expected `str`, got `int`",
        "marks[2].at: Expected `float`, got `str`",
        "marks[3].at: Expected `float` >= 0.0",
        "marks[4].at: Expected `float`, got `bool`",
        "files: expected a list, got dict",
        "notes[0].text: is missing",
        "notes[1].text: holds half a character, which is no text",
        'ticks["w3.1.1"].at: Expected `float`, got `null`',
        'ticks["\\ud800"].id: holds half a character, which is no text',
        "reviews[0].rating: Expected `int` <= 4",
        "positions[0].source: Expected `str` matching regex '^[A-Za-z0-9_-]{1,100}$'",
    )
    assert str(raised.value).startswith('f.json: "marx": is no part')
    with pytest.raises(BadParcel, match="and 30 more like that"):
        read("f.json", content({"marks": [7] * 50}))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not JSON: Expecting value in line 1, column 1"),
        (b'{"format": ', "is not JSON"),
        (b"\xff\xfe\xff", "is not JSON"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"a":' * 100_000, "is nested too deeply"),
        (b"[" + b"1," * 5_000_001, "is larger than any progress"),
        (content({"marks": [0] * 200_001}), "marks: has 200,001 rows, more than reader ever writes"),
        (b'{"format": NaN}', "NaN is no number"),
        (b'{"format": ' + b"9" * 5000 + b"}", "is not JSON: Exceeds the limit"),
        (b"[]", "is no progress of reader's"),
        (b'{"marks": []}', "is no progress of reader's"),
        (b'{"format": "reader-progress", "version": 2, "stars": 1}', "was written by a newer reader"),
        (b'{"format": "reader-progress"}', "version: is null; this reader knows 1"),
        (b'{"format": "reader-progress", "version": true}', "version: is true"),
        (b'{"format": "reader-progress", "version": 1, "ticks": []}', "ticks: expected an object, got list"),
    ],
)
def test_what_is_no_progress_is_refused(data: bytes, said: str) -> None:
    """With the reason, and without a traceback or a full memory."""
    with pytest.raises(BadParcel, match=said):
        read("f.json", data)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_what_another_shell_has_made_of_the_file_is_read(encoding: str) -> None:
    """A mark of the byte order, or two bytes a character."""
    assert read("f.json", content({"marks": [MARK]}).decode().encode(encoding))["marks"]
