"""Panels over the page, in a bare app: what is on the screen, what is given back, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import TextArea

from reader import library
from reader.checkout import Checkout, open_checkout
from reader.errors import ReaderError
from reader.guide import progress, view
from reader.progress import NotWritable, OwnNote, open_store
from reader.progress.ledger import Card
from reader.study.quiz import Asked
from reader.tui.answers import Answer, Entry, Group, Place, Question, Workshop, question
from reader.tui.answers.callers import callers
from reader.tui.answers.values import Spot
from reader.tui.panels import AskPanel, FindPanel, PlacesPanel, Running, TextPanel, ToursPanel, WritePanel, running
from reader.tui.panels.rows import Rows

FIXTURES = Path(__file__).parent / "fixtures"
CORE = "vllm/engine/core.py"
HOSTILE = "[b]x[/c] \x1b[31m\u202egnp\x07 [link=javascript:1]"

PLACES = Answer(
    "step: 3 places",
    (
        Group("called by", (Entry("Client.turn", Place("vllm/engine/client.py", 22, "Client.turn"), "method"),)),
        Group(
            "perhaps by 2 more",
            (
                Entry(
                    "EngineCore.take", Place(CORE, 41, "EngineCore.take"), "method", "the type is not told", sure=False
                ),
                Entry("what is not told", None, "", "nobody can say", (12,), False),
            ),
        ),
    ),
    ("and 3 in tests/, which are elsewhere",),
)


class Bare(App[object]):
    """Opens one panel, and ends with what it gives back."""

    def __init__(self, panel: Screen[Any] | None = None, workshop: Workshop | None = None) -> None:
        super().__init__()
        self.panel, self.workshop = panel, workshop or Workshop(tree())

    def compose(self) -> ComposeResult:
        yield Running(self.workshop)

    def on_mount(self) -> None:
        if self.panel is not None:
            self.push_screen(self.panel, self.exit)


def tree() -> Checkout:
    return Checkout(FIXTURES / "relations", "0.13.0", "archive")


def screen(app: App[Any]) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(pilot: Pilot[Any], told: Callable[[], bool]) -> None:
    """For what comes from another thread."""
    for _ in range(3000):
        if told():
            return
        await pilot.pause(0.01)
    pytest.fail(f"it never came:\n{screen(pilot.app)}")


pytestmark = pytest.mark.asyncio


async def test_a_place_is_chosen_from_its_list() -> None:
    """Headings are passed over; Enter gives the place back."""
    app = Bare(PlacesPanel(PLACES, tree()))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert "step: 3 places" in screen(app) and "3 listed" in screen(app)
        assert "▸22 │         return self.core.step()" in screen(app)
        await pilot.press("down", "enter")
        await pilot.pause()
    assert app.return_value == Place(CORE, 41, "EngineCore.take")


async def test_what_leads_nowhere_can_be_read_and_not_chosen() -> None:
    """An entry without a place says what it says; the panel stays."""
    app = Bare(PlacesPanel(PLACES, tree()))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("down", "down", "down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, PlacesPanel)
        assert "nobody can say" in screen(app) and "at 12" in screen(app)
        await pilot.press("escape")
        await pilot.pause()
    assert app.return_value is None


async def test_typing_filters_and_the_count_says_so() -> None:
    """Every word must fit, of the name, the path or the note; what is left out is counted."""
    app = Bare(PlacesPanel(PLACES, tree()))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"core.py perhaps")
        await pilot.pause()
        assert "1 of 3" in screen(app) and "Client.turn" not in screen(app)
        await pilot.press("enter")
        await pilot.pause()
    assert app.return_value == Place(CORE, 41, "EngineCore.take")


async def test_nothing_that_fits_is_no_choice() -> None:
    """Enter on an empty list does nothing."""
    app = Bare(PlacesPanel(PLACES, tree()))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"zzz", "enter", "down", "pageup")
        await pilot.pause()
        assert "0 of 3" in screen(app) and isinstance(app.screen, PlacesPanel)


@pytest.mark.parametrize("size", [(60, 14), (60, 30), (80, 24), (120, 30), (240, 60)])
async def test_a_list_says_all_of_it_at_any_size(size: tuple[int, int]) -> None:
    """Title, notes and reasons are there, and no line is wider than the terminal; also after it was resized."""
    app = Bare(PlacesPanel(PLACES, tree()))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("down")
        await pilot.resize_terminal(*size)
        await pilot.pause()
        await pilot.pause()
        shown = screen(app)
        assert all(len(line) <= size[0] for line in shown.split("\n"))
        for said in ("step: 3 places", "called by", "perhaps by 2 more", "the type is not told", "↵ go there"):
            assert said in " ".join(shown.split()), shown
        row = app.screen.query_one(Rows).current
        assert row is not None and isinstance(row.value, Entry) and row.value.label == "EngineCore.take"
        await pilot.press("ctrl+end")
        assert "what is not told" in screen(app)


async def test_foreign_text_is_never_markup_and_never_steers_the_terminal() -> None:
    """In titles, headings, labels, notes, paths, and in the source of a preview."""
    place = Place(f"vllm/{HOSTILE}.py", 1)
    entry = Entry(HOSTILE, place, HOSTILE[:6], HOSTILE)
    answer = Answer(HOSTILE, (Group(HOSTILE, (entry,)), Group(HOSTILE, (entry,), by_file=True)), (HOSTILE,))
    app = Bare(PlacesPanel(answer, tree()))
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.pause()
        shown = screen(app)
        assert shown.count("[b]x[/c]") >= 7
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)


async def test_a_click_highlights_and_a_second_one_goes_there() -> None:
    """The row under the mouse, whatever was highlighted."""
    app = Bare(PlacesPanel(PLACES, tree()))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        row = next(
            index for index, one in enumerate(app.screen.query_one(Rows).rows) if "EngineCore.take" in one.text.plain
        )
        await pilot.click(Rows, offset=(8, row))
        await pilot.pause()
        assert app.screen.query_one(Rows).at == row
        await pilot.click(Rows, offset=(8, row), times=2)
        await pilot.pause()
    assert app.return_value == Place(CORE, 41, "EngineCore.take")


async def test_a_long_list_is_walked_to_its_end() -> None:
    """Ten thousand rows, of which only those in sight are drawn."""
    entries = tuple(Entry(f"name_{number}", Place(CORE, number)) for number in range(10_000))
    app = Bare(PlacesPanel(Answer("many", (Group("all", entries),)), tree()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+end")
        await pilot.pause()
        assert "name_9999" in screen(app) and "10000 listed" in screen(app)
        await pilot.press("pageup", "ctrl+home", "enter")
        await pilot.pause()
    assert app.return_value == Place(CORE, 0)


async def test_lines_are_drawn_for_the_width_that_there_is() -> None:
    """Again when that changes; keys move through them, Escape closes."""
    drawn: list[int] = []

    def draw(width: int) -> Sequence[Text]:
        drawn.append(width)
        return [Text(f"line {number} of [b]{width}[/b]") for number in range(99)]

    app = Bare(TextPanel("what differs in [i]x", draw))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "what differs in [i]x" in screen(app) and f"line 0 of [b]{drawn[-1]}[/b]" in screen(app)
        await pilot.resize_terminal(120, 24)
        await pilot.pause()
        await pilot.pause()
        assert drawn[-1] > drawn[0]
        await pilot.press("G")
        await pilot.pause()
        assert "line 98" in screen(app)
        await pilot.press("g", "space", "k", "escape")
        await pilot.pause()
        assert app.return_value is None and not app.is_running


@pytest.fixture
def asked(guided: Callable[..., object], tmp_path: Path) -> tuple[Asked, ...]:
    checkout, store = open_checkout(tmp_path / "vllm-0.13.0"), open_store()
    tour = library.load("week01")
    return tuple(one for at in (0, 2) for one in question.questions(view(tour, at, checkout, store), store))


async def test_an_answer_is_shown_before_it_is_rated(asked: tuple[Asked, ...]) -> None:
    """A rating before that is none; each question is rated once, and what was rated is given back."""
    given: list[tuple[str, str]] = []

    def record(one: Asked, typed: str) -> Card:
        given.append((one.question.ask, typed))
        return question.answered(one, typed, open_store())

    app = Bare(AskPanel(asked, record))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("y", "3")
        await pilot.pause()
        assert given == [] and "What runs here?" in screen(app) and "Nothing at all." not in screen(app)
        await pilot.press("enter", "n")
        await pilot.pause()
        assert "Nothing at all." in screen(app) and "Not known; it comes back in 10 minutes" in screen(app)
        await pilot.press("y", "enter", "enter", "4", "enter")
        await pilot.pause()
    assert given == [("What runs here?", "n"), ("How many may run?", "4")]
    assert isinstance(app.return_value, tuple)
    assert [one.knowledge for one in app.return_value] == ["missed", "known"]


async def test_an_answer_that_cannot_be_kept_is_not_called_kept(asked: tuple[Asked, ...]) -> None:
    """It may be rated again."""

    def record(one: Asked, typed: str) -> Card:
        raise NotWritable(Path("progress.db"), "the disk is [b]full[/b]", "make room")

    app = Bare(AskPanel(asked, record))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("enter", "y")
        await pilot.pause()
        assert "did you know it?" in screen(app) and "[b]full[/b]" in screen(app)
        await pilot.press("escape")
        await pilot.pause()
    assert app.return_value == ()


async def write(keys: Sequence[str], keep: Callable[[str], None]) -> Bare:
    app = Bare(WritePanel("your note", (), keep))
    async with app.run_test(size=(80, 24)) as pilot:
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
    return app


async def test_a_note_is_kept_as_it_was_typed() -> None:
    """Over several lines, markup and all, without the blank lines around it."""
    kept: list[str] = []
    app = await write([*"a [b]", "enter", "enter", *"c", "enter", "ctrl+s"], kept.append)
    assert kept == ["a [b]\n\nc"] and app.return_value == "a [b]\n\nc"


async def test_keys_that_come_all_at_once_are_kept_in_their_order() -> None:
    """As over a slow line: the key that keeps the note does not overtake what was typed before it."""
    kept: list[str] = []
    app = Bare(WritePanel("your note", (), kept.append))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for sign in "a long note":
            app.post_message(events.Key("space" if sign == " " else sign, sign))
        app.post_message(events.Key("ctrl+s", None))
        await until(pilot, lambda: bool(kept))
    assert kept == ["a long note"]


async def test_leaving_a_note_asks_what_is_to_become_of_it() -> None:
    """y keeps it, n throws it away, Escape goes on writing; letters are no text while it asks."""
    kept: list[str] = []
    await write([*"one", "escape", "x", "y"], kept.append)
    assert kept == ["one"]
    thrown = await write([*"two", "escape", "n"], kept.append)
    assert kept == ["one"] and thrown.return_value is None
    await write([*"thr", "escape", "escape", *"ee", "ctrl+s"], kept.append)
    assert kept == ["one", "three"]


async def test_an_empty_note_is_left_without_a_word() -> None:
    """Nothing was typed that could be lost."""
    kept: list[str] = []
    assert (await write(["enter", "space", "escape"], kept.append)).return_value is None
    assert (await write(["ctrl+s"], kept.append)).return_value is None
    assert kept == []


async def test_a_note_that_cannot_be_kept_stays_on_the_screen() -> None:
    """With the reason; nothing typed goes away with it."""

    def keep(text: str) -> None:
        raise NotWritable(Path("progress.db"), "the disk is [b]full[/b]", "make room")

    app = Bare(WritePanel("your note", (), keep))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"text", "escape", "y")
        await pilot.pause()
        assert "[b]full[/b]" in screen(app)
        assert app.screen.query_one(TextArea).text == "text" and not app.screen.query_one(TextArea).read_only


async def test_a_session_that_ends_keeps_the_note_that_is_open() -> None:
    """The terminal was closed, or Ctrl-C pressed."""
    kept: list[str] = []
    app = Bare(WritePanel("your note", (), kept.append))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"half")
        app.exit()
        await pilot.pause()
    assert kept == ["half"]


async def test_earlier_notes_stand_above_a_new_one() -> None:
    """As they were written."""
    app = Bare(WritePanel("your note", (OwnNote(1, "t", "s", "earlier [b]note", 0.0),), lambda _: None))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        assert "earlier [b]note" in screen(app)


async def test_a_search_goes_on_while_one_types() -> None:
    """Names that come near are taken over by Enter; then what is found is chosen."""
    app = Bare(FindPanel(Workshop(tree())))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*"EngineCoer.step")
        await until(pilot, lambda: "nothing in this checkout defines" in screen(app))
        for _ in "step.":
            await pilot.press("backspace")
        await pilot.press("enter")  # the list is that of another name as yet
        await until(pilot, lambda: "defines 'EngineCoer' " in screen(app) and "name  EngineCore" in screen(app))
        await pilot.press("enter")
        await until(pilot, lambda: "of EngineCore" in screen(app))
        await pilot.press("enter")
        await pilot.pause()
    assert isinstance(app.return_value, Place) and app.return_value.symbol == "EngineCore"


async def test_a_search_that_takes_long_says_so_and_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Escape ends it first, and closes the panel only then."""
    monkeypatch.setattr(running, "AT_ONCE", 0.001)
    go_on = Event()
    app = Bare(FindPanel(Workshop(tree())))
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one(Running).ask(Question("something far", lambda _: go_on.wait()), lambda _: None)
        await until(pilot, lambda: "looking: something far" in screen(app))
        await pilot.press("escape")
        await pilot.pause()
        assert "looking" not in screen(app) and isinstance(app.screen, FindPanel)
        go_on.set()


async def test_what_is_no_name_is_said_in_the_search() -> None:
    """And nothing is chosen of what was found before."""
    app = Bare(FindPanel(Workshop(tree()), "[b]"))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "nothing in this checkout defines '[b]'" in screen(app))
        await pilot.press("enter", *" c d")
        await until(pilot, lambda: "'[b] c d' is no" in screen(app))
        await pilot.press("enter", "escape")
        await pilot.pause()
    assert app.return_value is None


async def test_a_tour_is_chosen_by_its_progress(guided: Callable[..., object]) -> None:
    """The tours with what is read of each; a filter by name or title."""
    known = progress(open_store(), "0.13.0")
    app = Bare(ToursPanel(known))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert f"0/{known[0].total}" in screen(app) and known[0].tour.intro in screen(app)
        await pilot.press(*known[1].tour.name, "enter")
        await pilot.pause()
    assert app.return_value == known[1].tour.name


async def test_a_running_question_is_shown_and_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen says what is looked for; what is given up is never heard of."""
    monkeypatch.setattr(running, "AT_ONCE", 0.001)
    go_on, told = Event(), list[str]()
    app = Bare()
    async with app.run_test(size=(80, 24)) as pilot:
        line = app.query_one(Running)
        line.ask(Question("who calls [b]x", lambda _: str(go_on.wait())), told.append)
        await until(pilot, lambda: "looking: who calls [b]x" in screen(app))
        assert line.busy and line.give_up() and not line.give_up()
        await pilot.pause()
        assert "looking" not in screen(app)
        go_on.set()
        line.ask(Question("another", lambda _: "answer"), told.append)
        await until(pilot, lambda: bool(told))
    assert told == ["answer"]


async def test_a_second_question_takes_the_place_of_the_first() -> None:
    """Only the second is answered, also where the first is the quicker one to end."""
    go_on, told = Event(), list[str]()
    app = Bare()
    async with app.run_test(size=(80, 24)) as pilot:
        line = app.query_one(Running)
        line.ask(Question("first", lambda _: "first" * go_on.wait()), told.append)
        line.ask(Question("second", lambda _: "second"), told.append)
        go_on.set()
        await until(pilot, lambda: bool(told))
        await pilot.pause()
    assert told == ["second"]


async def test_a_question_that_fails_says_why() -> None:
    """To whoever asked, else on the screen; never as markup."""

    def fail(_: Workshop) -> str:
        raise ReaderError("no [b]history[/b] here")

    failed: list[str] = []
    app = Bare()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        line = app.query_one(Running)
        line.ask(Question("x", fail), lambda _: None, failed.append)
        await until(pilot, lambda: bool(failed))
        line.ask(Question("x", fail), lambda _: None)
        await until(pilot, lambda: "no [b]history[/b] here" in screen(app))
    assert failed == ["no [b]history[/b] here"]


async def test_keys_are_heard_while_a_question_is_answered() -> None:
    """It runs in a thread of its own: the list can be walked meanwhile."""
    go_on = Event()
    app = Bare()
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(Running).ask(Question("long", lambda _: go_on.wait()), lambda _: None)
        app.push_screen(PlacesPanel(PLACES, tree()))
        await pilot.pause()
        await pilot.press("down")
        assert app.query_one(Running).busy
        row = app.screen.query_one(Rows).current
        assert row is not None and isinstance(row.value, Entry) and row.value.label == "EngineCore.take"
        go_on.set()


async def test_an_answer_of_the_real_kind_fits_its_panel() -> None:
    """Callers and callees of a definition, as they come."""
    answer = Workshop(tree()).ask(callers(Spot(CORE, "EngineCore.step", "method")), Event())
    assert answer is not None
    app = Bare(PlacesPanel(answer, tree()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        shown = screen(app)
        assert "called by" in shown and "\n  calls" in shown and "self.mystery.spin" in shown
