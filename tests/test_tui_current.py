"""A session over a checkout that changes under it: what is shown is what lies there, and a change is said."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from reader import library
from reader.checkout import open_checkout
from reader.progress import open_store
from reader.ref import Ref
from reader.tui.app import Session

GUIDE = Path(__file__).parent / "fixtures" / "guide"
ENGINE = "vllm/engine.py"


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(library, "directory", lambda: GUIDE / "tours")
    return shutil.copytree(GUIDE / "checkout", tmp_path / "vllm-0.13.0")


@asynccontextmanager
async def sitting(root: Path) -> AsyncIterator[tuple[Session, Pilot[int]]]:
    app = Session(open_checkout(root), open_store(), "week01", color=True, theme="dark")
    async with app.run_test(size=(110, 40)) as pilot:
        await settled(app, pilot)
        yield app, pilot


async def settled(app: Session, pilot: Pilot[int]) -> None:
    await app.workers.wait_for_complete()
    while app.running.busy:
        await pilot.pause()
    await pilot.pause()


async def pressed(app: Session, pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(app, pilot)


def screen(app: Session) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def longer(root: Path, lines: int = 3) -> None:
    file = root / ENGINE
    file.write_text("# more\n" * lines + file.read_text())


@pytest.mark.asyncio
async def test_a_file_that_is_edited_is_shown_as_it_is_now(root: Path) -> None:
    """The page follows the definition to its new lines, and says that it does."""
    async with sitting(root) as (app, pilot):
        assert f"{ENGINE}:2-3" in screen(app) and not app.notice()
        longer(root)
        assert app.notice()
        await settled(app, pilot)
        assert f"{ENGINE}:5-6" in screen(app)
        assert f"{ENGINE} was changed: this is how it is now" in screen(app)
        assert not app.notice()


@pytest.mark.asyncio
async def test_a_page_that_was_made_ready_before_an_edit_is_not_shown(root: Path) -> None:
    """Neighbours are made ahead of time: turning to one after its file was edited shows its lines of now."""
    async with sitting(root) as (app, pilot):
        before = app.shown.turning.at_hand(1)
        assert before is not None and before.reading.site.path == ENGINE
        start = before.reading.site.start
        longer(root)
        await pressed(app, pilot, "n")
        stop = app.shown.stop
        assert stop is not None and start is not None
        assert stop.site.start == start + 3 and stop.excerpt is not None
        assert stop.excerpt.text == before.reading.excerpt.text if before.reading.excerpt else False


@pytest.mark.asyncio
async def test_a_question_is_not_asked_of_lines_that_have_moved(root: Path) -> None:
    """The page is shown anew first; the same key asks then, and an answer leads to lines of now."""
    async with sitting(root) as (app, pilot):
        await pressed(app, pilot, "c", "escape")
        longer(root)
        await pressed(app, pilot, "c")
        assert len(app.screen_stack) == 1
        assert "was changed" in screen(app)
        app.open_place(Ref(ENGINE, "Engine.add"))
        await settled(app, pilot)
        assert f"{ENGINE}:5-6" in screen(app)
        longer(root, 1)
        assert app.notice()
        await settled(app, pilot)
        assert f"{ENGINE}:6-7" in screen(app)


@pytest.mark.asyncio
async def test_what_is_marked_after_an_edit_is_what_was_shown_last(root: Path) -> None:
    """The mark of a page that was shown anew bears its new lines."""
    async with sitting(root) as (app, pilot):
        longer(root)
        assert app.notice()
        await settled(app, pilot)
        await pressed(app, pilot, "m")
        (mark,) = app.store.marks()
        assert mark.first == 5


@pytest.mark.asyncio
async def test_another_release_in_the_same_place_is_told(root: Path) -> None:
    """Whoever checks out another release goes on at the same stop, as that release has it, under its name."""
    async with sitting(root) as (app, pilot):
        metadata = next(one for one in (root / "PKG-INFO", root / "vllm" / "_version.py") if one.exists())
        metadata.write_text(metadata.read_text().replace("0.13.0", "0.14.0"))
        longer(root)
        assert app.notice()
        await settled(app, pilot)
        assert "vLLM 0.14.0" in screen(app) and "0.13.0" not in screen(app)
        assert app.checkout.release == "0.14.0" == app.workshop._plain.release
