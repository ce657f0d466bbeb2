"""Compiled tours: they are what the TOML says, and nothing that lies in the cache changes that."""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import cachefile, compiled, directories, library, planfile, tourfile
from reader.errors import BadTour, ReaderError
from reader.ref import Ref
from reader.tour import Note, Question, Stop, Tour, Variant

TOUR = """\
format = 1
title = "A week"
home = "0.13.0"
intro = "What it is about."
[[stop]]
id = "one"
title = "A claim"
ref = "vllm/a.py::A.f"
why = "It matters."
minutes = 5
"""
ROUTE = """\
format = 1
title = "A route"
home = "0.13.0"
intro = "Borrowed."
[[stop]]
from = "mine:one"
"""
LONG_AGO = 1_700_000_000  # seconds since 1970

Parsed = list[Path]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Parsed:
    """The files that were read as TOML since the test began; the cache is empty then."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    done: Parsed = []
    parse = tourfile.parse

    def counting(path: Path, *rest: Any) -> Tour:
        done.append(path)
        return parse(path, *rest)

    monkeypatch.setattr(tourfile, "parse", counting)
    return done


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path / "mine.toml", TOUR)


def written(path: Path, text: str, at: int = LONG_AGO) -> Path:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))
    return path


def tour(path: Path) -> Tour:
    """Borrowed from are its neighbours."""
    return compiled.tour(path, lambda borrower, name: borrower.with_name(f"{name}.toml"))


def kept() -> Path:
    (one,) = (directories.cache() / "tours").iterdir()
    return one


def test_a_tour_is_parsed_once(parsed: Parsed, path: Path) -> None:
    """The second reading takes what the first one left, and it is the same tour."""
    first = tour(path)
    assert tour(path) == first == tourfile.parse(path, TOUR.encode())
    assert parsed == [path, path]  # the second is this test's own


@pytest.mark.parametrize("name", library.names())
def test_every_tour_comes_back_whole(parsed: Parsed, tmp_path: Path, name: str) -> None:
    """Each of the project's own tours is the same from the cache."""
    for each in library.names():
        written(tmp_path / f"{each}.toml", (library.directory() / f"{each}.toml").read_text(encoding="utf-8"))
    path = tmp_path / f"{name}.toml"
    first, count = tour(path), len(parsed)
    assert tour(path) == first
    assert len(parsed) == count


_texts = st.text(max_size=5)
_maybe = st.none() | _texts
_refs = st.builds(Ref, _texts, _maybe)
_tours = st.builds(
    Tour,
    *[_texts] * 4,
    st.lists(
        st.builds(
            Stop,
            id=_texts,
            title=_texts,
            ref=_refs,
            why=_texts,
            minutes=st.integers(1, 480),
            reason=_maybe,
            covers=st.lists(_texts, max_size=2).map(tuple),
            after=_maybe,
            when=_maybe,
            notes=st.lists(st.builds(Note, _texts, _texts, _maybe), max_size=2).map(tuple),
            questions=st.lists(st.builds(Question, _texts, _texts, st.none() | _refs, _maybe), max_size=2).map(tuple),
            variants=st.lists(
                st.builds(Variant, _texts, _maybe, st.none() | _refs, _maybe, reason=_maybe), max_size=2
            ).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    st.none() | st.integers(1, 99),
)


@given(any_tour=_tours)
def test_any_tour_comes_back_whole(any_tour: Tour) -> None:
    """Packed, written and unpacked, every value is what it was."""
    assert compiled._unpacked(marshal.loads(marshal.dumps(compiled._packed(any_tour)))) == any_tour


def test_a_change_of_the_file_is_seen(parsed: Parsed, path: Path) -> None:
    """A file with another time is parsed again, also when it is as long as before."""
    tour(path)
    written(path, TOUR.replace("A claim", "B claim"), LONG_AGO + 1)
    assert tour(path).stops[0].title == "B claim"
    assert len(parsed) == 2


def test_a_change_of_a_lender_is_seen(parsed: Parsed, path: Path) -> None:
    """A route is parsed again when a tour changes that it borrows from, and only then."""
    route = written(path.with_name("route.toml"), ROUTE)
    assert tour(route) == tour(route)
    assert parsed == [route, path]
    written(path, TOUR.replace("A claim", "B claim"), LONG_AGO + 1)
    assert tour(route).stops[0].title == "B claim"
    path.unlink()
    with pytest.raises(BadTour, match="mine"):
        tour(route)


def test_tours_that_borrow_from_each_other_are_refused(parsed: Parsed, path: Path) -> None:
    """A circle is a complaint about the tour that closes it."""
    written(path, ROUTE.replace("mine", "route"))
    with pytest.raises(BadTour, match="borrows from this tour"):
        tour(written(path.with_name("route.toml"), ROUTE))


def test_a_file_just_written_is_not_kept(parsed: Parsed, tmp_path: Path) -> None:
    """Two writes in one tick of the clock cannot be told apart, so a young file is parsed each time."""
    path = tmp_path / "young.toml"
    path.write_text(TOUR, encoding="utf-8")
    tour(path)
    tour(path)
    assert len(parsed) == 2


def test_two_files_of_one_name_are_two_tours(parsed: Parsed, path: Path, tmp_path: Path) -> None:
    """What is kept belongs to the whole path."""
    (tmp_path / "other").mkdir()
    other = written(tmp_path / "other" / "mine.toml", TOUR.replace("A claim", "Another"))
    assert [tour(path).stops[0].title, tour(other).stops[0].title] == ["A claim", "Another"]


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _turned(content: bytes) -> bytes:
    return content[:200] + bytes([content[200] ^ 1]) + content[201:]


def _foreign(content: bytes) -> bytes:
    inner = marshal.dumps(("another", "shape"))
    return cachefile._sum(inner) + inner


def _misfit(content: bytes) -> bytes:
    inner = marshal.dumps((*marshal.loads(content[4:])[:2], ("too", "few")))
    return cachefile._sum(inner) + inner


def _number(content: bytes) -> bytes:
    inner = marshal.dumps(5)
    return cachefile._sum(inner) + inner


@pytest.mark.parametrize("spoil", [_cut, _turned, _foreign, _misfit, _number, lambda _: b"", lambda _: b"not ours"])
def test_what_is_damaged_or_foreign_is_replaced(parsed: Parsed, path: Path, spoil: Callable[[bytes], bytes]) -> None:
    """Whatever bytes lie in the cache, the tour is read right, and the next reading has it from the cache again."""
    right = tour(path)
    kept().write_bytes(spoil(kept().read_bytes()))
    assert tour(path) == right
    assert tour(path) == right
    assert len(parsed) == 2


def test_what_others_can_write_is_not_read(parsed: Parsed, path: Path) -> None:
    """A file that somebody else may have put there is parsed over."""
    tour(path)
    kept().chmod(0o666)
    tour(path)
    assert len(parsed) == 2
    assert kept().stat().st_mode & 0o777 == 0o600


def test_another_version_reads_for_itself(parsed: Parsed, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an older reader took for right may be a complaint now."""
    tour(path)
    monkeypatch.setattr(compiled, "_READER", ("99", *compiled._READER[1:]))
    tour(path)
    assert len(parsed) == 2


def test_a_cache_that_cannot_be_is_no_hindrance(
    parsed: Parsed, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file stands in the cache's place, tours are parsed each time."""
    (tmp_path / "cache").write_text("in the way")
    tour(path)
    tour(path)
    assert len(parsed) == 2


def test_a_bad_tour_is_bad_each_time(parsed: Parsed, path: Path) -> None:
    """Complaints are not kept."""
    written(path, TOUR + "unknown = 1\n")
    for _ in range(2):
        with pytest.raises(BadTour, match="unknown"):
            tour(path)
    assert not (directories.cache() / "tours").exists()


def test_what_is_no_text_of_a_fair_size_is_not_read_as_a_tour(tmp_path: Path) -> None:
    """A pipe would be waited for, and a device never ends."""
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "device.toml").symlink_to("/dev/zero")
    with (tmp_path / "large.toml").open("wb") as large:
        large.truncate(50_000_000)
    for name, said in (("pipe", "not a regular file"), ("device", "not a regular file"), ("large", "too large")):
        with pytest.raises(ReaderError, match=said):
            library.load(str(tmp_path / f"{name}.toml"))


def test_the_plan_is_read_once_and_again_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the cache it is what a parse gives; an edit is seen, and what is no plan is refused as ever."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "plan.toml"
    text = (library.directory() / "plan.toml").read_text("utf-8")
    path.write_text(text, "utf-8")
    os.utime(path, ns=(1, 1))
    right = planfile.parse(path, path.read_bytes())
    assert compiled.plan(path) == right
    with monkeypatch.context() as patch:
        patch.setattr(planfile, "parse", lambda path, raw: 1 / 0)
        assert compiled.plan(path) == right
    path.write_text(text.replace('home = "0.13.0"', 'home = "0.14.0"', 1), "utf-8")
    assert compiled.plan(path).home == "0.14.0"
    path.write_text("format = 7\n", "utf-8")
    with pytest.raises(BadTour):
        compiled.plan(path)
