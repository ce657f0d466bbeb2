"""A book of the fixture's tours, and a Chromium that opens it from the disk and complains of everything.

Needs the extra `browser` and a Chromium that is there already: pytest tests/browser
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, sync_playwright

from reader import library
from reader.cli.group import main

BOOK = Path(__file__).resolve().parent.parent / "fixtures" / "book"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a book without anything of a reader's."""
    place = tmp_path_factory.mktemp("book")
    checkout = shutil.copytree(BOOK / "checkout", place / "vllm-0.13.0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "directory", lambda: BOOK / "tours")
        patch.setenv("XDG_DATA_HOME", str(place / "data"))
        done = CliRunner().invoke(main, ["--checkout", str(checkout), "export", "html", str(place / "pages")])
    assert done.exit_code == 0, done.output
    return place / "pages"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(f"these tests need a Chromium on the PATH, under one of these names: {', '.join(NAMES)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


class Desk:
    """Opens pages of the book and keeps what went wrong: anything in the console, any error, any request but for files
    of the book."""

    def __init__(self, browser: Browser, book: Path) -> None:
        self._browser = browser
        self.book = book
        self.trouble: list[str] = []
        self._contexts: list[BrowserContext] = []

    def open(self, page: str = "week01.html", width: int = 1280, **options: object) -> Page:
        context = self._browser.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        self._contexts.append(context)
        context.route("**/*", self._only_files)
        return self.another(context, page)

    def another(self, context: BrowserContext, page: str) -> Page:
        opened = context.new_page()
        opened.on("console", self._heard)
        opened.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        opened.on("dialog", lambda dialog: (self.trouble.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        opened.goto(f"{self.book.as_uri()}/{page}")
        return opened

    def _heard(self, message: ConsoleMessage) -> None:
        self.trouble.append(f"{message.type}: {message.text}")

    def _only_files(self, route: Route) -> None:
        if route.request.url.startswith(self.book.as_uri() + "/"):
            route.continue_()
        else:
            self.trouble.append(f"request: {route.request.url}")
            route.abort()

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def desk(chromium: Browser, book: Path) -> Iterator[Desk]:
    """Every test ends with nothing in the console and no request to anywhere."""
    desk = Desk(chromium, book)
    yield desk
    desk.close()
    assert desk.trouble == []


Opener = Callable[..., Page]
