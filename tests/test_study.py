"""The plan beside what was read: items, check lists, the forecast, sittings, and when a question comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import library
from reader.errors import UnknownName
from reader.progress import Mark, Shown, Store
from reader.progress.ledger import Card, Ledger
from reader.ref import Ref
from reader.study import checks, quiz, weeks
from reader.study.desk import Desk, StopState, desk
from reader.study.forecast import FARTHEST, Forecast, forecast
from reader.study.sitting import sitting
from reader.tour import Question, Stop, Tour

TOURS = Path(__file__).parent / "fixtures" / "guide" / "tours"
NOON = 1_700_000_000.0 - 1_700_000_000.0 % 86400 + 43200  # of 14 November 2023, UTC
DAY = 86400.0
SHOWN = Shown("0.13.0", "vllm/engine.py::Engine.add", "vllm/engine.py", "digest")
MARK = Mark("week01", "s", None, None, None, None, NOON, 0.0)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def two_tours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "directory", lambda: TOURS)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with closing(Store(tmp_path / "progress.db", clock)) as store:
        yield store


def read(store: Store, *names: str) -> None:
    for name in names:
        tour, _, stop = name.partition(":")
        store.mark(tour, stop, SHOWN)


def done(known: Desk) -> list[str]:
    return [item.item.id for one in weeks.weeks(known) for item in one.items if item.done]


def test_an_item_is_done_when_all_its_stops_are_read(store: Store) -> None:
    """Two stops cover it in this release; one of another release does not count."""
    read(store, "week01:add")
    assert done(desk(store, "0.13.0")) == []
    read(store, "week01:step")
    assert done(desk(store, "0.13.0")) == ["w1.1.1"]
    assert done(desk(store, "0.20.0")) == []


def test_an_item_without_stops_is_done_by_hand_only(store: Store) -> None:
    """Reading everything does not do it; a tick does, and its undoing undoes it."""
    read(store, *(one.name for one in desk(store, None).stops))
    assert "w1.1.2" not in done(desk(store, None))
    Ledger(store).tick(["w1.1.2"])
    assert "w1.1.2" in done(desk(store, None))
    Ledger(store).untick(["w1.1.2"])
    assert "w1.1.2" not in done(desk(store, None))


def test_a_week_adds_up_its_sections(store: Store) -> None:
    """Days of all sections, time of the week's own tours, items covered; the tour opened last marks its week."""
    clock = store._clock
    assert isinstance(clock, Clock)
    store.open("week01", "week01", "add", SHOWN)
    clock.now += 90
    store.open("week02", "week02", "pop", SHOWN)
    first, second, third = weeks.weeks(desk(store, None))
    assert (first.days, first.seconds, first.here, first.tours) == ((2, 3), 90.0, False, ("week01",))
    assert (first.covered, len(first.items)) == (2, 3)
    assert second.here and third.tours == ()


@pytest.mark.parametrize("name", ["week2", "week02", "w2", "2", " WEEK 2 "])
def test_weeks_and_phases_have_several_names(store: Store, name: str) -> None:
    """With and without zero, with the short word or the number alone."""
    assert weeks.week(desk(store, None), name).week.number == 2
    phase = name.lower().replace("week", "phase").replace("w", "p")
    assert checks.phase(desk(store, None), phase).phase.number == 2


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda one: weeks.week(one, "week4"), "did you mean week3"),
        (lambda one: weeks.week(one, "enigne"), "week1 to week3"),
        (lambda one: checks.phase(one, "phse2"), "did you mean phase2"),
        (lambda one: checks.phase(one, "3"), "phase1 to phase2"),
        (lambda one: weeks.known_items(one.plan, ["w1.1.1", "w1.1.9"]), "did you mean w1.1"),
        (lambda one: weeks.known_items(one.plan, ["p1.1"]), "no item of the plan called 'p1.1'"),
        (lambda one: weeks.known_checks(one.plan, ["w1.1.1"]), "no check called 'w1.1.1'"),
    ],
)
def test_a_wrong_name_gets_the_near_ones(store: Store, call: Callable[[Desk], object], said: str) -> None:
    """Week, phase, item or check, with what there is."""
    with pytest.raises(UnknownName, match=said):
        call(desk(store, None))


def test_a_check_is_prepared_by_the_stops_that_name_it(store: Store) -> None:
    """Else by those of its phase that cover the plan items behind it, each once; else by none."""
    first, second = checks.phase(desk(store, "0.13.0"), "1").checks
    assert [one.name for one in first.stops] == ["week01:add", "week01:step"]
    assert [one.name for one in second.stops] == ["week02:pop"]
    assert [asked.question.ask for asked in second.questions] == ["Who is next?"]
    assert checks.phase(desk(store, None), "2").checks[0].stops == ()


def test_the_current_phase_comes_first(store: Store) -> None:
    """That of the tour opened last, else the first with something to tick."""
    assert [one.phase.number for one in checks.phases(desk(store, None))] == [1, 2]
    Ledger(store).tick(["p1.1", "p1.2"])
    assert [(one.phase.number, one.here) for one in checks.phases(desk(store, None))] == [(2, True), (1, False)]
    store.open("week01", "week01", "add", SHOWN)
    assert [one.phase.number for one in checks.phases(desk(store, None))] == [1, 2]


def test_no_pace_is_told_from_too_little(store: Store, clock: Clock) -> None:
    """Nothing read, few stops, few days: each is said, and no date is named."""
    assert forecast(desk(store, "0.13.0"), clock.now, UTC).state == "nothing"
    read(store, "week01:add", "week01:step", "week01:schedule", "week02:pop")
    clock.now += 10 * DAY
    assert forecast(desk(store, "0.13.0"), clock.now, UTC).state == "early"
    read(store, "week02:step")
    assert forecast(desk(store, "0.13.0"), clock.now, UTC).state == "pace"
    early = forecast(desk(store, "0.13.0"), clock.now - 9 * DAY, UTC)
    assert (early.state, early.tours_end, early.plan_end) == ("early", None, None)
    assert "Too little read yet" in early.sentences[0]


def test_the_end_follows_from_the_pace(store: Store, clock: Clock) -> None:
    """40 of 45 minutes in four calendar days leave five, which is half a day; of 5.5 planned days four are done."""
    read(store, "week01:add", "week01:step", "week01:schedule", "week02:pop", "week02:step")
    Ledger(store).tick(["w1.1.2"])
    known = forecast(desk(store, "0.13.0"), clock.now + 3 * DAY, UTC)
    assert (known.minutes_read, known.minutes_left, known.days) == (40, 5, 4)
    assert known.tours_end == date(2023, 11, 18)
    assert (known.plan_days_done, known.plan_days) == (4.0, 5.5)
    assert known.plan_end == date(2023, 11, 19)
    assert known.sentences[1:] == (
        "At this pace the last of the other 1 stops is read on 2023-11-18.",
        "At this pace the plan ends on 2023-11-19; 4 of 5.5 planned days are done.",
    )


def test_what_is_all_read_has_no_end_to_come(store: Store, clock: Clock) -> None:
    """Said as done, however fast it was."""
    read(store, *(one.name for one in desk(store, None).stops))
    known = forecast(desk(store, None), clock.now, UTC)
    assert (known.state, known.tours_end, known.stops_left) == ("done", None, 0)
    assert known.sentences[0] == "All stops of all tours are read."


@given(st.integers(0, 10**9), st.integers(0, 30), st.floats(0, 10**6))
def test_any_clock_gives_a_forecast(now: int, stops: int, seconds: float) -> None:
    """A clock set back or far ahead, any number of stops: a date within ten years of today, or none."""
    stop = Stop("s", "S", Ref("a.py"), "why", 5)
    tour = Tour("week01", "T", "0.13.0", "", tuple(replace(stop, id=f"s{number}") for number in range(30)), 1)
    marks = tuple(replace(MARK, stop=f"s{number}") for number in range(stops))
    known = Desk(library.plan(), (tour,), None, marks, {}, {"week01": seconds}, {}, None)
    told = forecast(known, float(now), UTC)
    assert isinstance(told, Forecast) and told.sentences
    if told.tours_end is not None:
        assert 0 <= (told.tours_end - date.fromtimestamp(now)).days <= FARTHEST + 1


def in_order(*names: str, read: str = "", minutes: int = 10) -> list[StopState]:
    tours = {name[0]: Tour(name[0], "T", "0.13.0", "", (), 1) for name in names}
    return [
        StopState(tours[name[0]], Stop(name[1:], "S", Ref("a.py"), "why", minutes), name[1:] in read.split())
        for name in names
    ]


def test_a_sitting_takes_what_fits_in_order() -> None:
    """Into the next tour, past what is read, and not past what is too long."""
    stops = in_order("aone", "atwo", "athree", "bfour", "bfive", read="three")
    planned = sitting(stops, "a", "two", 25)
    assert [one.stop.id for one in planned.stops] == ["two", "four"]
    assert (planned.planned, planned.following and planned.following.stop.id) == (20, "five")
    stops[3] = replace(stops[3], stop=replace(stops[3].stop, minutes=30))
    assert [one.stop.id for one in sitting(stops, "a", "two", 25).stops] == ["two"]


def test_a_sitting_comes_back_to_what_was_skipped() -> None:
    """After the last stop of the last tour."""
    assert [one.stop.id for one in sitting(in_order("aone", "atwo"), "a", "two", 60).stops] == ["two", "one"]


def test_a_sitting_without_a_stop_says_why() -> None:
    """Too short, or nothing left."""
    assert "takes 10" in sitting(in_order("aone"), "a", "one", 5).why_none
    assert "is read" in sitting(in_order("aone", read="one"), "a", "one", 5).why_none


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=12), st.integers(1, 90), st.integers(0, 11))
def test_a_sitting_never_takes_longer_than_it_says(shape: list[tuple[int, bool]], minutes: int, start: int) -> None:
    """The stops are unread, fit, and only what would no longer fit is left out."""
    tour = Tour("t", "T", "0.13.0", "", (), 1)
    stops = [StopState(tour, Stop(str(n), "S", Ref("a.py"), "w", m), r) for n, (m, r) in enumerate(shape)]
    planned = sitting(stops, "t", str(start), minutes)
    assert planned.planned <= minutes
    assert not any(one.read for one in planned.stops)
    if planned.following is None:
        assert len(planned.stops) == sum(not one.read for one in stops)
    else:
        assert planned.planned + planned.following.stop.minutes > minutes


def question(store: Store, ask: str = "Who is next?") -> quiz.Asked:
    known = desk(store, "0.13.0")
    return next(one for one in quiz.asked(known.stops, known.cards) if one.question.ask == ask)


def test_questions_are_those_of_the_release(store: Store) -> None:
    """One that is asked since 0.20 is not asked of 0.13."""

    def asks(release: str) -> set[str]:
        known = desk(store, release)
        return {one.question.ask for one in quiz.asked(known.stops, known.cards)}

    assert asks("0.13.0") == {"What runs here?", "How many may run?", "Who is next?"}
    assert asks("0.20.0") - asks("0.13.0") == {"How many may run since 0.20?"}


def test_what_was_not_known_comes_back_sooner(store: Store, clock: Clock) -> None:
    """In ten minutes, against days; known again and again it comes later each time."""
    missed = quiz.record(question(store), quiz.AGAIN, Ledger(store))
    assert missed.due == clock.now + 600
    assert question(store).knowledge == "missed"
    gaps = []
    for _ in range(4):
        clock.now = question(store).card.due if question(store).card else clock.now  # type: ignore[union-attr]
        card = quiz.record(question(store), quiz.GOOD, Ledger(store))
        gaps.append(card.due - clock.now)
        assert question(store).knowledge == "known"
    assert gaps == sorted(gaps) and gaps[0] >= DAY and gaps[-1] > gaps[0]
    assert quiz.record(question(store), quiz.AGAIN, Ledger(store)).due == clock.now + 600


def test_an_edited_question_is_a_new_card(store: Store) -> None:
    """Its answers hung on other words; a line end alone is no other word."""
    one = question(store)
    quiz.record(one, quiz.GOOD, Ledger(store))
    cards = Ledger(store).cards()

    def again(ask: str) -> quiz.Asked:
        stop = replace(one.at.stop, questions=(Question(ask, "A."),))
        return quiz.asked_of(replace(one.at, stop=stop), cards)[0]

    assert again("Who is next?").knowledge == "known"
    assert again("Who\n is  next?").knowledge == "known"
    assert again("Who is last?").knowledge == "new"


def test_what_came_back_is_asked_before_what_is_new(store: Store, clock: Clock) -> None:
    """Longest due first; of new ones those of stops that are read; what is not due is left out."""
    known = desk(store, "0.13.0")
    add, schedule, pop = quiz.asked(known.stops, known.cards)
    read(store, "week02:pop")

    def order() -> list[str]:
        now = desk(store, "0.13.0")
        return [one.at.stop.id for one in quiz.due(quiz.asked(now.stops, now.cards), clock.now)]

    assert order() == ["pop", "add", "schedule"]
    quiz.record(schedule, quiz.AGAIN, Ledger(store))
    clock.now += 60
    quiz.record(add, quiz.AGAIN, Ledger(store))
    quiz.record(pop, quiz.GOOD, Ledger(store))
    assert order() == []
    now = desk(store, "0.13.0")
    assert quiz.next_due(quiz.asked(now.stops, now.cards)) == clock.now + 540
    clock.now += 600
    assert order() == ["schedule", "add"]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(-1000, 10**7)), max_size=10))
def test_any_answers_at_any_time_are_scheduled_ahead(answers: list[tuple[int, int]]) -> None:
    """The same answers give the same dates, never before the answer; a clock set back raises nothing."""

    def walk() -> list[Card]:
        card, now, cards = None, NOON, []
        for rating, gap in answers:
            now += gap
            card = quiz.schedule(card, rating, now)
            cards.append(card)
            assert card.due > now
        return cards

    assert walk() == walk()


def test_a_borrowed_stop_is_its_owners(store: Store, tmp_path: Path) -> None:
    """Read in either it is read in both; items, forecast and questions count it once; a sitting in the route keeps its
    order and then goes on with the rest."""
    path = tmp_path / "short-way.toml"
    path.write_text(
        'format = 1\ntitle = "A short way"\nhome = "0.13.0"\nintro = "Backwards."\n'
        '[[stop]]\nfrom = "week02:pop"\n[[stop]]\nfrom = "week01:add"\n'
    )
    route = library.load(str(path))
    read(store, "week01:add")
    known = desk(store, "0.13.0")
    assert [(one.name, one.read) for one in known.stops_of(route)] == [
        ("short-way:pop", False),
        ("short-way:add", True),
    ]
    assert [one.name for one in known.from_here(route)][:4] == [
        "short-way:pop",
        "short-way:add",
        "week01:step",
        "week01:schedule",
    ]
    both = replace(known, tours=(*known.tours, route))
    assert both.stops == known.stops
    questions = quiz.asked([*known.stops_of(route), *known.stops], known.cards)
    assert len(questions) == len({one.key for one in questions}) == 3
    quiz.record(questions[0], quiz.GOOD, Ledger(store))
    assert question(store).knowledge == "known"


def test_in_a_route_one_stands_in_the_week_of_the_stop(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the tour which the stop is borrowed from."""
    for path in TOURS.glob("*.toml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "short-way.toml").write_text(
        'format = 1\ntitle = "A short way"\nhome = "0.13.0"\nintro = "Backwards."\n[[stop]]\nfrom = "week02:pop"\n'
    )
    monkeypatch.setattr(library, "directory", lambda: tmp_path)
    store.open("short-way", "short-way", "pop", SHOWN)
    assert [one.week.number for one in weeks.weeks(desk(store, None)) if one.here] == [2]
