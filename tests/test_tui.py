"""Whole sittings, driven by keys: what is on the screen, and what is in the progress afterwards."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from reader import library
from reader.checkout import open_checkout
from reader.progress import Store, open_store
from reader.tui.app import Session
from reader.tui.contents import Contents
from reader.tui.helping import Helping
from reader.tui.keys import KEYS
from reader.tui.masthead import Masthead
from reader.tui.page import Page

GUIDE = Path(__file__).parent / "fixtures" / "guide"
LONG = "".join(f"        step_{number} = {number}\n" for number in range(90))

Sit = Callable[..., AbstractAsyncContextManager["Sitting"]]


class Sitting:
    """One session, as somebody sees it who types."""

    def __init__(self, app: Session, pilot: Pilot[int]) -> None:
        self.app, self.pilot = app, pilot

    async def type(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settled()

    async def settled(self) -> None:
        """Until nothing is under way: pages that are made ready, questions that are answered."""
        await self.app.workers.wait_for_complete()
        while self.app.running.busy:
            await self.pilot.pause()
        await self.pilot.pause()

    async def go(self, key: str, text: str) -> None:
        """Press the key until the cursor is on a line, or on a word, with this text."""
        for _ in range(200):
            if text in (self.page.word() if key == "tab" else self.line):
                return
            await self.type(key)
        raise AssertionError(f"{text} is not come to with {key}:\n{self.screen}")

    @property
    def screen(self) -> str:
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)

    @property
    def page(self) -> Page:
        return self.app.page

    @property
    def line(self) -> str:
        """The text under the cursor."""
        return self.page.here.text.plain if self.page.here else ""

    @property
    def foot(self) -> str:
        return self.screen.rstrip().rpartition("\n")[2]

    @property
    def read(self) -> set[tuple[str, str]]:
        return {(mark.tour, mark.stop) for mark in self.app.store.marks()}


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The guide's small checkout with its tours, and a long method for what only shows in one."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(library, "directory", lambda: GUIDE / "tours")
    root = shutil.copytree(GUIDE / "checkout", tmp_path / "vllm-0.13.0")
    (root / "vllm" / "long.py").write_text(f"class Long:\n    def steps(self):\n{LONG}        return step_0\n")
    return root


@pytest.fixture
def sit(checkout: Path) -> Sit:
    @asynccontextmanager
    async def sit(
        tour: str = "week01", size: tuple[int, int] = (100, 30), store: Store | None = None, **more: object
    ) -> AsyncIterator[Sitting]:
        store = store or open_store()
        options = {"color": True, "theme": "dark"} | more
        app = Session(open_checkout(checkout), store, tour, **options)  # type: ignore[arg-type]
        async with app.run_test(size=size) as pilot:
            sitting = Sitting(app, pilot)
            await sitting.settled()
            yield sitting

    return sit


@pytest.mark.asyncio
async def test_a_session_opens_at_the_first_unread_stop(sit: Sit) -> None:
    """What is on the screen is the stop that `reader tour` would print, below a header that says where one is."""
    async with sit() as one:
        assert "week01  The engine" in one.screen
        assert "stop 1 of 3" in one.screen
        assert "vllm/engine.py:2-3  Engine.add  vLLM 0.13.0  exact" in one.screen
        assert "It only waits." in one.screen
        assert "self.waiting.append(request)" in one.screen
        assert "Nothing runs yet." in one.screen
        assert "? What runs here?" in one.screen
        assert "Nothing at all." not in one.screen
        assert not one.read


@pytest.mark.asyncio
async def test_the_next_page_records_the_one_that_is_left(sit: Sit) -> None:
    """As `reader next` does it, with what was shown; back and skip record nothing."""
    async with sit() as one:
        await one.type("n")
        assert "stop 2 of 3" in one.screen
        assert "1 read" in one.screen
        assert one.read == {("week01", "add")}
        await one.type("p", "s", "s")
        assert "stop 3 of 3" in one.screen
        assert one.read == {("week01", "add")}
        mark = next(iter(one.app.store.marks()))
        assert (mark.release, mark.path, mark.symbol) == ("0.13.0", "vllm/engine.py", "Engine.add")
        assert mark.digest


@pytest.mark.asyncio
async def test_the_last_page_is_followed_by_the_end(sit: Sit) -> None:
    """It says how far one is and which tour is next, which `n` opens; what is open is the other tour then."""
    async with sit() as one:
        await one.type("n", "n", "n")
        assert "That was the last stop of week01. All 3 are read." in one.screen
        assert "Next is The queue" in one.screen
        assert len(one.read) == 3
        await one.type("p")
        assert "stop 3 of 3" in one.screen
        await one.type("n", "n")
        assert "week02  The queue" in one.screen
        position = one.app.store.position()
        assert position is not None
        assert (position.tour, position.stop) == ("week02", "pop")


@pytest.mark.asyncio
async def test_space_reads_on_and_turns_the_page_at_its_end(sit: Sit) -> None:
    """A screen further as long as there is one, then the next stop."""
    async with sit(size=(60, 14)) as one:
        first = one.screen
        await one.type("space")
        assert "stop 1 of 3" in one.screen
        assert one.screen != first
        await one.type(*["space"] * 4)
        assert ("week01", "add") in one.read


@pytest.mark.asyncio
async def test_a_mark_is_set_and_taken_away_by_hand(sit: Sit) -> None:
    """With its sign in the list of stops, and its word in the header."""
    async with sit(size=(140, 30)) as one:
        assert "▸·" in one.screen
        await one.type("m")
        assert one.read == {("week01", "add")}
        assert "✓ read" in one.screen
        assert "▸✓" in one.screen
        assert "marked as read" in one.foot
        await one.type("m")
        assert not one.read
        assert "▸·" in one.screen


@pytest.mark.asyncio
async def test_what_changed_since_it_was_read_says_so(sit: Sit, checkout: Path) -> None:
    """In the list of stops with a sign of its own, and in the header in words."""
    async with sit() as one:
        await one.type("n")
    engine = checkout / "vllm" / "engine.py"
    engine.write_text(
        engine.read_text().replace(
            "self.waiting.append(request)", "self.waiting.append(request)  \n        self.n += 1"
        )
    )
    async with sit(size=(140, 30)) as one:
        assert " ≠ 1 A request comes in" in one.screen
        await one.type("p")
        assert "changed since you read it" in one.screen


@pytest.mark.asyncio
async def test_the_stops_are_gone_to_by_key_and_by_mouse(sit: Sit) -> None:
    """Neither records anything; on a narrow screen the list comes with a key and goes when one has chosen."""
    async with sit(size=(140, 30)) as one:
        await one.pilot.click(Contents, offset=(8, 2))
        await one.settled()
        assert "What may run" in one.screen
        assert not one.read
    async with sit(size=(80, 24)) as one:
        assert not one.app.part(Contents).display
        await one.type("i", "down", "enter")
        assert "stop 2 of 3" in one.screen
        await one.type("i", "i")
        assert not one.app.part(Contents).display


@pytest.mark.asyncio
async def test_names_are_walked_and_their_definitions_opened(sit: Sit) -> None:
    """A definition is a page of its own with the way here above it; back again one is where one was."""
    async with sit() as one:
        await one.type("n")
        await one.go("tab", "schedule")
        line, column = one.page.line, one.page.column
        await one.type("d")
        assert "↳" in one.screen
        assert "Engine.schedule" in one.screen
        assert "return self.waiting[:8]" in one.screen
        await one.type("ctrl+o")
        assert "stop 2 of 3" in one.screen
        assert (one.page.line, one.page.column) == (line, column)
        await one.type("right_square_bracket")
        assert "Engine.schedule" in one.screen
        await one.type("n")
        assert "stop 2 of 3" in one.screen
        assert one.read == {("week01", "add")}


@pytest.mark.asyncio
async def test_folds_open_one_by_one_and_all_together(sit: Sit, tmp_path: Path) -> None:
    """With enter on the fold, closed again from a line of it; the cursor stays where it was."""
    tour = tmp_path / "mine.toml"
    tour.write_text(
        'format = 1\ntitle = "Mine"\nhome = "0.13.0"\nintro = "Long."\n[[stop]]\nid = "long"\ntitle = "Long"\n'
        'ref = "vllm/long.py::Long.steps"\nlane = "gpu"\nminutes = 1\nwhy = "See."\n'
        '[[stop.note]]\nat = "step_45 ="\nsay = "The middle."\n'
    )
    async with sit(str(tour), size=(100, 60)) as one:
        assert "step_45 = 45" in one.screen
        assert "step_20 = 20" not in one.screen
        await one.go("down", "⋯")
        await one.type("enter")
        assert "step_0 = 0" in one.line
        assert "step_20 = 20" in one.screen
        await one.type("enter")
        assert "⋯" in one.line
        await one.type("O")
        assert "step_0 = 0" in one.line
        await one.type("O")
        assert "⋯" in one.line
        await one.type("slash", *"step_80", "enter")
        assert "step_80 = 80" in one.line
        assert "hit 1 of 1" in one.foot


@pytest.mark.asyncio
async def test_a_search_has_n_until_it_is_ended(sit: Sit) -> None:
    """The foot says so; escape gives n back to the pages."""
    async with sit() as one:
        await one.type("g", "slash", *"request", "enter")
        assert "hit 1 of " in one.foot
        await one.type("n")
        assert "hit 2 of " in one.foot
        await one.type("N", "N")
        assert "from the end again" in one.foot
        await one.type("escape", "n")
        assert "stop 2 of 3" in one.screen
        await one.type("slash", *"nowhere to be found", "enter")
        assert "is not on this page" in one.foot


@pytest.mark.asyncio
@pytest.mark.parametrize("width", [60, 80, 109, 110, 160, 240])
async def test_a_resized_page_keeps_the_line_of_the_cursor(sit: Sit, width: int) -> None:
    """Notes come beside their lines or under them, lines wrap or do not; the cursor stands on the same of the file."""
    async with sit(size=(100, 24)) as one:
        await one.go("down", "self.waiting")
        await one.type("tab")
        word = one.page.word()
        assert word
        await one.pilot.resize_terminal(width, 24)
        await one.settled()
        assert "self.waiting.append(request)" in one.line
        assert one.page.word() == word


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(39, 24), (100, 9), (10, 3)])
async def test_a_terminal_too_small_gets_a_word(sit: Sit, size: tuple[int, int]) -> None:
    """And the page as it was when there is room again."""
    async with sit(size=(100, 30)) as one:
        await one.type("n", "down")
        before = one.screen
        await one.pilot.resize_terminal(*size)
        await one.settled()
        assert "too" in one.screen
        assert "Engine" not in one.screen
        await one.pilot.resize_terminal(100, 30)
        await one.settled()
        assert one.screen == before


@pytest.mark.asyncio
async def test_without_colours_nothing_is_lost(sit: Sit) -> None:
    """Signs and words carry everything: not one colour reaches the screen, and the text is the same."""
    async with sit(size=(140, 30)) as one:
        await one.type("n")
        with_colours = one.screen
    async with sit(size=(140, 30), color=False) as one:
        await one.type("p", "n")
        for line in one.app.screen._compositor.render_strips():
            for text, style, _ in line.apply_filter(one.app._filters[-1], one.app.background_colors[0]):
                assert style is None or all(
                    colour is None or colour.is_default for colour in (style.color, style.bgcolor)
                ), text
        assert one.screen == with_colours


@pytest.mark.asyncio
async def test_colours_are_chosen_and_remembered(sit: Sit) -> None:
    """Dark, light, the terminal's own; the next sitting begins with what was chosen."""
    async with sit() as one:
        await one.type("D")
        assert one.app.theme == "light"
        await one.type("D")
        assert one.app.theme == "terminal"
    async with sit() as one:
        assert one.app.theme == "terminal"


@pytest.mark.asyncio
async def test_a_linear_page_is_read_in_order_without_signs(sit: Sit) -> None:
    """Words for what stands in signs elsewhere, no box drawing, no list beside it; remembered."""
    async with sit(size=(140, 40)) as one:
        await one.type("L")
        assert "Place: vllm/engine.py, lines 2 to 3, Engine.add, vLLM 0.13.0." in one.screen
        assert "Verdict: exact" in one.screen
        assert "Note 1 on line 3: Nothing runs yet." in one.screen
        assert "Question: What runs here?" in one.screen
        order = [one.screen.index(text) for text in ("Stop 1 of 3", "Title:", "It only waits.", "def add", "Note 1")]
        assert order == sorted(order)
        assert not set(one.screen) & set("│┃━─▌▸✓·⋯①█░★")
        assert not one.app.part(Masthead).display
    async with sit(size=(140, 40)) as one:
        assert "Verdict: exact" in one.screen


@pytest.mark.asyncio
async def test_all_keys_are_told(sit: Sit) -> None:
    """Every key that has an action stands in `?`, and the action is there."""
    async with sit(size=(100, 70)) as one:
        await one.type("question_mark")
        assert isinstance(one.app.screen, Helping)
        for key in KEYS:
            assert key.does in one.screen
            assert hasattr(one.app, f"action_{key.action.partition('(')[0]}")
        await one.type("escape")
        assert "stop 1 of 3" in one.screen


@pytest.mark.asyncio
async def test_what_a_narrow_screen_breaks_of_a_key_stays_under_its_words(sit: Sit) -> None:
    """It never begins in the column of the keys."""
    async with sit(size=(60, 90)) as one:
        await one.type("question_mark")
        broken = next(line for line in one.screen.splitlines() if "marked as read" in line and "n →" not in line)
    assert broken.index("mark") > 15


@pytest.mark.asyncio
async def test_progress_that_cannot_be_written_is_told_and_reading_goes_on(sit: Sit, tmp_path: Path) -> None:
    """The pages turn, each says that nothing is recorded; nothing falls over at the end."""
    (tmp_path / "data").write_text("in the way")
    async with sit() as one:
        assert "not recorded:" in one.screen
        await one.type("n")
        assert "stop 2 of 3" in one.screen
        assert "not recorded:" in one.screen
        await one.type("m", "D", "q")
    assert one.app.return_code == 0


@pytest.mark.asyncio
async def test_two_sessions_lose_nothing_of_each_other(sit: Sit) -> None:
    """Each marks the stop that it shows, wherever the other has turned to meanwhile."""
    async with sit() as one, sit("week02") as other:
        await one.type("n")
        await other.type("n")
        await one.type("n")
        assert one.read == {("week01", "add"), ("week02", "pop"), ("week01", "step")}


@pytest.mark.asyncio
async def test_time_is_counted_for_the_stop_that_was_on_the_screen(sit: Sit, tmp_path: Path) -> None:
    """From its opening to the turn; leaving ends the count, and opening again begins another."""
    now = [1_000.0]
    store = Store(tmp_path / "own.db", lambda: now[0])
    async with sit(store=store) as one:
        now[0] += 60
        await one.type("n")
        now[0] += 30
        await one.type("q")
    now[0] += 5_000
    assert store.spent() == {("week01", "add"): 60.0, ("week01", "step"): 30.0}
    async with sit(store=store) as one:
        assert "stop 2 of 3" in one.screen
    store.close()


@pytest.mark.asyncio
async def test_a_hostile_tour_steers_nothing(sit: Sit, tmp_path: Path) -> None:
    """Control sequences, markup and marks that turn the text around are shown as what they are, or not at all."""
    tour = tmp_path / "hostile.toml"
    bad = "\\u001b[31mred\\u202e [bold]x[/] [@click=app.bell]c[/]"
    tour.write_text(
        f'format = 1\ntitle = "T {bad}"\nhome = "0.13.0"\nintro = "I {bad}"\n[[stop]]\nid = "bad"\ntitle = "S {bad}"\n'
        f'ref = "vllm/engine.py::Engine.add"\nlane = "gpu"\nminutes = 1\nwhy = "W {bad}"\nstate = "legacy"\n'
        f'reason = "R {bad}"\n[[stop.question]]\nask = "Q {bad}"\nanswer = "A {bad}"\n'
    )
    async with sit(str(tour), size=(160, 40)) as one:
        for keys in ((), ("L",), ("m",), ("a",), ("escape", "T"), ("escape", "w")):
            await one.type(*keys)
            assert not set(one.screen) & set("\x1b\u202e")
        await one.type("escape", "L")
        assert "[bold]x[/] [@click=app.bell]c[/]" in one.screen


@pytest.mark.asyncio
async def test_a_sitting_over_a_real_release(
    release: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every stop of week 3 on 0.33.0 comes to the screen, opened and closed, at the width of the notes and below it;
    a definition is jumped to and back."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    app = Session(open_checkout(release("0.33.0")), open_store(), "week03", color=True, theme="dark")
    async with app.run_test(size=(160, 45)) as pilot:
        one = Sitting(app, pilot)
        await one.settled()
        total = len(app.shown.turning.lectern.stops)
        for number in range(1, total):
            assert f"stop {number} of {total}" in one.screen
            await one.type("O", "O", "G", "n")
        await pilot.resize_terminal(80, 24)
        await one.type("p", "g")
        assert f"stop {total - 1} of {total}" in one.screen
        assert len(one.read) == total - 1
        await one.type("escape", *["p"] * (total - 3))
        await one.go("tab", "Executor")
        await one.type("d")
        assert "class Executor" in one.screen or "Executor" in one.screen.splitlines()[1]
        await one.type("ctrl+o")
        assert app.shown.stop is not None
    app.store.close()
