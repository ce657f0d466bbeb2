"""Where one is in a tour, what is shown there, and what a turned page leaves behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reader import guide, library
from reader.checkout import Checkout, open_checkout
from reader.errors import ReaderError, UnknownName
from reader.progress import NotWritable, Shown, Store, database
from reader.ref import Ref
from reader.syntax.fingerprint import fingerprint

FIXTURE = Path(__file__).parent / "fixtures" / "guide"


@pytest.fixture(autouse=True)
def two_tours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "directory", lambda: FIXTURE / "tours")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(FIXTURE / "checkout", tmp_path / "vllm-0.13.0")


@pytest.fixture
def checkout(root: Path) -> Checkout:
    return open_checkout(root)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "progress.db", lambda: 1_700_000_000.0)) as store:
        yield store


def opened(checkout: Checkout, store: Store, name: str = "week01") -> guide.StopView:
    return guide.open_tour(library.load(name), name, checkout, store)


def turned(checkout: Checkout, store: Store, step: int = 1, record: bool = True) -> guide.Turned:
    turn = guide.turn(checkout, store, step=step, record=record)
    assert turn is not None
    return turn


def edit(root: Path, old: str, new: str) -> None:
    path = root / "vllm" / "engine.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_tour_opens_at_its_first_unread_stop(checkout: Checkout, store: Store) -> None:
    """Stops of other releases do not count, and what is read is not opened again."""
    first = opened(checkout, store)
    assert (first.stop.id, first.index, first.total, first.read, first.done) == ("add", 0, 3, "unread", 0)
    turned(checkout, store)
    again = opened(checkout, store)
    assert (again.stop.id, again.index, again.done) == ("step", 1, 1)


def test_a_view_has_the_live_code(checkout: Checkout, store: Store) -> None:
    """Site, excerpt and placed notes are those of the checkout."""
    view = opened(checkout, store)
    assert (view.site.verdict, view.site.path, view.release) == ("exact", "vllm/engine.py", "0.13.0")
    assert view.excerpt is not None and [note.line for note in view.excerpt.notes] == [3]


def test_a_page_turned_is_read(checkout: Checkout, store: Store) -> None:
    """The stop left behind is marked with the digest of what was shown, and the next one is shown."""
    first = opened(checkout, store)
    turn = turned(checkout, store)
    assert turn.left is not None and (turn.left.id, turn.view.stop.id, turn.recorded) == ("add", "step", True)
    (mark,) = store.marks()
    assert first.excerpt is not None and store.kept(mark.kept) == first.excerpt.text
    assert mark.digest == str(fingerprint(first.excerpt.text or "", "python"))
    assert (mark.release, mark.ref, mark.path) == ("0.13.0", "vllm/engine.py::Engine.add", "vllm/engine.py")


def test_changed_code_is_no_longer_read(root: Path, checkout: Checkout, store: Store) -> None:
    """Only the stop whose own definition changed says so, until it is read again."""
    opened(checkout, store)
    turned(checkout, store)
    turned(checkout, store)
    edit(root, "self.waiting.append(request)", "self.waiting.insert(0, request)")
    tour, now = library.load("week01"), open_checkout(root)
    assert [view.read for view in guide.views(tour, now, store)] == ["changed", "read", "unread"]
    assert guide.status(now, store).tours[0].changed == ("add",)
    guide.mark(tour, tour.stops[0], now, store)
    assert guide.status(now, store).tours[0].changed == ()


def test_code_that_went_away_is_changed(root: Path, checkout: Checkout, store: Store) -> None:
    """A stop read once and gone now is not simply read."""
    opened(checkout, store)
    turned(checkout, store)
    edit(root, "def add", "def entirely_different_name")
    edit(root, "self.waiting.append(request)", "return 1")
    view = guide.view(library.load("week01"), 0, open_checkout(root), store)
    assert (view.site.found, view.read) == (False, "changed")


def test_what_cannot_be_read_is_passed_over(root: Path, store: Store) -> None:
    """A binary in place of a file is said at its stop, and the tour goes on."""
    (root / "vllm" / "engine.py").write_bytes(b"\x00\xff" * 500)
    view = opened(open_checkout(root), store)
    assert "binary" in (view.problem or view.site.message or "")
    assert view.excerpt is None or not view.excerpt.rows
    assert turned(open_checkout(root), store).view.stop.id == "step"


def test_the_end_of_a_tour_names_the_next_one(checkout: Checkout, store: Store) -> None:
    """The last page is recorded, one stays there, and the tour with something unread comes next."""
    opened(checkout, store)
    turns = [turned(checkout, store) for _ in range(3)]
    assert [turn.ended for turn in turns] == [False, False, True]
    last = turns[-1]
    assert (last.recorded, last.view.done, last.view.stop.id) == (True, 3, "schedule")
    assert last.onward is not None and last.onward.tour.name == "week02"
    again = turned(checkout, store)
    assert (again.ended, again.recorded, again.view.done) == (True, False, 3)


def test_a_skipped_stop_is_opened_next_time(checkout: Checkout, store: Store) -> None:
    """Skipping goes on without a mark, so that the tour opens there again."""
    opened(checkout, store)
    assert turned(checkout, store, record=False).view.stop.id == "step"
    assert store.marks() == ()
    assert opened(checkout, store).stop.id == "add"


def test_turning_back_goes_back(checkout: Checkout, store: Store) -> None:
    """Back shows the page before, keeps the marks, and stops at the first."""
    opened(checkout, store)
    turned(checkout, store)
    back = turned(checkout, store, step=-1, record=False)
    assert (back.view.stop.id, back.view.read, back.ended) == ("add", "read", False)
    assert turned(checkout, store, step=-1, record=False).ended
    assert turned(checkout, store).view.stop.id == "step"


def test_no_page_turns_before_a_tour_is_open(checkout: Checkout, store: Store) -> None:
    """There is nowhere to count from, and nothing is recorded."""
    assert guide.turn(checkout, store) is None
    assert guide.place("0.13.0", store) is None
    assert not store.path.exists()


def test_looking_records_nothing(checkout: Checkout, store: Store) -> None:
    """Views, looks, progress and status leave no file behind."""
    tour = library.load("week01")
    assert len(list(guide.views(tour, checkout, store))) == 3
    assert guide.look(Ref.parse("vllm/core/queue.py"), checkout).excerpt is not None
    guide.progress(store, None)
    guide.status(checkout, store)
    assert not store.path.exists()


def test_a_page_that_was_not_recorded_stays(checkout: Checkout, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written, opening shows the stop and says so; turning says that it did not turn."""
    opened(checkout, store)
    store.close()
    monkeypatch.setattr(database.Database, "_writing", refuse)
    assert "no room" in (opened(checkout, store).unrecorded or "")
    with pytest.raises(NotWritable, match="the page was not turned"):
        guide.turn(checkout, store)
    place = guide.place("0.13.0", store)
    assert place is not None and place.stop.id == "add"


def refuse(self: database.Database) -> None:
    raise NotWritable(Path("progress.db"), "no room", "make some")


def test_a_kill_before_the_showing_is_made_good(checkout: Checkout, store: Store) -> None:
    """A stop that was turned to but never shown is looked up before it is marked."""
    opened(checkout, store)
    store.turn("week01", "week01", ("add", "step", "schedule"), step=1, record=True)
    assert turned(checkout, store).view.stop.id == "schedule"
    assert all(mark.digest and mark.release == "0.13.0" for mark in store.marks())


@pytest.mark.parametrize(
    ("text", "tour", "stop"),
    [
        ("step", "week01", "step"),
        ("pop", "week02", "pop"),
        ("2", "week01", "step"),
        ("week2:step", "week02", "step"),
        ("2:1", "week02", "pop"),
        ("3", "week01", "schedule"),
    ],
)
def test_stops_are_found_by_name_and_number(checkout: Checkout, store: Store, text: str, tour: str, stop: str) -> None:
    """In the current tour first, then in the only tour that has it; numbers count what the release has."""
    opened(checkout, store)
    found = guide.find_stop(text, "0.13.0", store)
    assert found is not None and (found.tour.name, found.stop.id) == (tour, stop)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9", "stops 1 to 3"),
        ("0", "stops 1 to 3"),
        ("week1:stp", "did you mean step"),
        ("week9:step", "no tour"),
        ("week1:late", "at release 0.13.0"),
    ],
)
def test_a_wrong_name_gets_the_near_ones(checkout: Checkout, store: Store, text: str, said: str) -> None:
    """A number too large, a slip in a stop, a tour that is not there, a stop of another release."""
    opened(checkout, store)
    with pytest.raises(UnknownName, match=said):
        guide.find_stop(text, "0.13.0", store)


def test_a_stop_of_two_tours_is_asked_back(store: Store) -> None:
    """With no tour open, a name that two tours have is no name for one."""
    with pytest.raises(UnknownName, match="week01:step or week02:step"):
        guide.find_stop("step", "0.13.0", store)
    assert guide.find_stop("nobody", "0.13.0", store) is None


def test_progress_counts_what_the_release_has(checkout: Checkout, store: Store) -> None:
    """Stops and minutes of other releases are no part of it."""
    opened(checkout, store)
    turned(checkout, store)
    first, second = guide.progress(store, "0.13.0")
    assert (first.read, first.total, first.minutes, first.minutes_left, first.here) == (1, 3, 30, 25, True)
    assert (second.read, second.total, second.here) == (0, 3, False)
    assert guide.progress(store, "0.20.0")[0].total == 4


def test_status_counts_files(checkout: Checkout, store: Store) -> None:
    """Every stop counts for the file it leads to, and a file marked by hand says so."""
    opened(checkout, store)
    turned(checkout, store)
    guide.mark_file("vllm/core/queue.py", checkout, store)
    known = guide.status(checkout, store)
    files = {file.path: file for file in known.files}
    engine, queue = files["vllm/engine.py"], files["vllm/core/queue.py"]
    assert (engine.read, engine.total, engine.marked) == (1, 4, "unread")
    assert (queue.read, queue.total, queue.marked) == (0, 1, "read")


def test_a_marked_file_that_changed_says_so(root: Path, checkout: Checkout, store: Store) -> None:
    """The mark by hand remembers a digest too."""
    guide.mark_file("vllm/engine.py", checkout, store)
    edit(root, "[:8]", "[:9]")
    (engine,) = [file for file in guide.status(open_checkout(root), store).files if file.path == "vllm/engine.py"]
    assert engine.marked == "changed"


def test_without_a_checkout_nothing_counts_as_changed(checkout: Checkout, store: Store) -> None:
    """Progress can be looked at before anything was fetched."""
    opened(checkout, store)
    turned(checkout, store)
    known = guide.status(None, store)
    assert known.release is None
    assert (known.tours[0].progress.read, known.tours[0].changed) == (1, ())


def test_a_tour_with_nothing_for_a_release_says_so(checkout: Checkout, store: Store, tmp_path: Path) -> None:
    """No page, no crash: the message names the release and the tour's own."""
    text = (FIXTURE / "tours" / "week02.toml").read_text().replace("minutes = 5", 'minutes = 5\nwhen = ">=2"')
    path = tmp_path / "late.toml"
    path.write_text(text)
    with pytest.raises(ReaderError, match=r"no stop of late is for release 0\.13\.0"):
        guide.open_tour(library.load(str(path)), str(path), checkout, store)


ROUTE = """\
format = 1
title = "Backwards"
home = "0.13.0"
intro = "The same, from behind."
[[stop]]
from = "week02:step"
id = "queue-step"
[[stop]]
from = "week01:step"
[[stop]]
id = "between"
title = "Nowhere else"
ref = "vllm/engine.py"
minutes = 2
why = "Only the route has it."
[[stop]]
from = "week01:add"
"""


@pytest.fixture
def route(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two tours, and a route over them."""
    tours = shutil.copytree(FIXTURE / "tours", tmp_path / "tours")
    (tours / "backwards.toml").write_text(ROUTE)
    monkeypatch.setattr(library, "directory", lambda: tours)


@pytest.mark.usefixtures("route")
def test_reading_in_a_route_is_reading_in_the_week(checkout: Checkout, store: Store) -> None:
    """One mark serves both, in both directions; the place in each is its own."""
    opened(checkout, store)
    turned(checkout, store)  # week01:add is read, week01:step is here
    view = opened(checkout, store, "backwards")
    assert (view.stop.id, view.done, view.total) == ("queue-step", 1, 4)
    assert turned(checkout, store).view.stop.id == "step"
    assert turned(checkout, store).view.stop.id == "between"
    turned(checkout, store)
    assert {(mark.tour, mark.stop) for mark in store.marks()} == {
        ("week01", "add"),
        ("week02", "step"),
        ("week01", "step"),
        ("backwards", "between"),
    }
    here, there = store.position("backwards"), store.position("week01")
    assert here is not None and there is not None
    assert (here.stop, there.stop) == ("add", "step")
    assert guide.first_unread(library.load("backwards"), "0.13.0", store) is None
    assert {one.tour.name: one.read for one in guide.progress(store, "0.13.0")} == {
        "week01": 2,
        "week02": 1,
        "backwards": 4,
    }


@pytest.mark.usefixtures("route")
def test_a_borrowed_stop_counts_once_in_the_status(checkout: Checkout, store: Store) -> None:
    """By file, what the route borrows is counted in its own tour, and a change is told of there."""
    before = {file.path: file.total for file in guide.status(checkout, store).files}
    assert before["vllm/engine.py"] == 5  # three of week01, one of week02, one of the route's own


@pytest.mark.usefixtures("route")
def test_the_next_tour_is_never_a_route(checkout: Checkout, store: Store) -> None:
    """At the end of the last week one is sent to the first with something unread, at the end of a route too."""
    for name in ("backwards", "week02"):
        opened(checkout, store, name)
        last = None
        while last is None or not last.ended:
            last = turned(checkout, store, record=False)
        assert last.onward is not None and last.onward.tour.name == "week01"


@pytest.mark.usefixtures("route")
def test_a_stop_by_its_id_alone_is_its_owners(store: Store) -> None:
    """A route that borrows it does not make the id ambiguous; in the route it is the route's."""
    named = guide.find_stop("add", "0.13.0", store)
    assert named is not None and named.tour.name == "week01"
    store.open("backwards", "backwards", "between", Shown("0.13.0", "vllm/engine.py"))
    named = guide.find_stop("add", "0.13.0", store)
    assert named is not None and (named.tour.name, named.index) == ("backwards", 3)


def test_a_view_says_where_another_process_takes_over(checkout: Checkout, store: Store) -> None:
    """Only between two stops of different lanes, and whether some stop before had the lane already."""
    tour = library.load("week02")
    lanes = [view.crossing for view in guide.views(tour, checkout, store)]
    assert lanes == [None, guide.Crossing("frontend", "engine-core", False), None]
    back = replace(tour, stops=(*tour.stops, replace(tour.stops[0], id="again")))
    assert guide.view(back, 3, checkout, store).crossing == guide.Crossing("engine-core", "frontend", True)


def test_a_document_is_no_place_to_cross_to(checkout: Checkout, store: Store) -> None:
    """Nobody runs it: its lane says what it is about, and what comes after it is compared with what came before."""
    tour = library.load("week02")
    page = replace(tour.stops[0], id="page", ref=Ref("README.md"), lane="gpu")
    read = replace(tour, stops=(tour.stops[0], page, replace(tour.stops[0], id="after")))
    assert [view.crossing for view in guide.views(read, checkout, store)] == [None, None, None]
