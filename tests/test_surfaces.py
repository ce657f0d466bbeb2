"""One truth on every surface: of each kind of stop all of them name the verdict, and show exactly these lines.

The checkout is a clone with two releases; what is expected stands in the tour's own stops and is told by none of them.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from reader import facts, leaflet
from reader.breakpoints import breakpoints
from reader.checkout import Checkout, open_checkout
from reader.cli.group import main
from reader.codetour.exporting import Export
from reader.excerpt import Fold, Line
from reader.folder import Folder
from reader.guide import Lectern, StopView, views
from reader.guide.stops import shown_as
from reader.pages import Options, export
from reader.progress import Store, open_store
from reader.reading import Readings
from reader.ref import Ref
from reader.terminal import Screen
from reader.terminal.sheet import Sheet
from reader.tour import Tour
from reader.tourfile import parse
from reader.tui import masthead
from reader.tui.answers import Place
from reader.tui.app import Session
from reader.tui.leaf import Leaf, Manner, leaf
from reader.value import frozen
from tests.conftest import commit

STEPS = "".join(f"        print({number})\n" for number in range(40))
NOW = {
    "vllm/__init__.py": "from vllm.core import Engine\n",
    "vllm/core.py": "class Base:\n    def run(self):\n        return self.turn()\n\n\nclass Engine(Base):\n"
    f"    def turn(self):\n        first = 1\n        while first:\n{STEPS.replace('    print', '        print')}"
    "        return first\n",
    "vllm/found.py": "class Wanderer:\n    def walk(self):\n        return 'far'\n",
    "vllm/here.py": "def lives():\n    return 'here'\n",
    "vllm/a/twin.py": "def twin():\n    return 2\n",
    "vllm/b/twin.py": "def twin():\n    return 2\n",
    "vllm/old.py": "# nothing of it is left\n\ndef other():\n    return 'new'\n",
}
BEFORE = NOW | {"vllm/old.py": "def retired(work):\n    done = [work]\n    return done\n"}
STOPS = {  # verdict, ref, path, first and last line
    "alias": ("by alias", "vllm/__init__.py::Engine", "vllm/core.py", 6, 50),
    "inherited": ("inherited", "vllm/core.py::Engine.run", "vllm/core.py", 2, 3),
    "exact": ("exact", "vllm/core.py::Engine.turn", "vllm/core.py", 7, 50),
    "moved": ("moved", "vllm/lost/found.py::Wanderer.walk", "vllm/found.py", 2, 3),
    "elsewhere": ("elsewhere", "vllm/there.py::lived", "vllm/here.py", 1, 2),
    "ambiguous": ("ambiguous", "vllm/pair.py::twin", None, None, None),
    "gone": ("gone", "vllm/nowhere.py::nobody", None, None, None),
    "historic": ("historic", "vllm/old.py::retired", "vllm/old.py", 1, 3),
    "latin": ("exact", "vllm/latin.py", "vllm/latin.py", 1, 1),
}
MORE = {
    "exact": 'lane = "engine-core"\nafter = "inherited"\n[[stop.note]]\nat = "return first"\nsay = "It ends."\n'
    '[[stop.note]]\nat = "no such line"\nsay = "It is lost."\n[[stop.question]]\n'
    'ask = "Does it end?"\nanswer = "It does."\n',
    "inherited": 'lane = "frontend"\n',
    "elsewhere": '[[stop.variant]]\nwhen = ">=0.13"\nref = "vllm/here.py::lives"\n',
    "historic": '[[stop.note]]\nat = "return done"\nsay = "So it was."\n',
}


@frozen
class Said:
    """What a surface says of a stop: as text, and which lines it shows, None where it shows none of any."""

    text: str
    lines: list[int] | None = None


def source() -> str:
    text = 'format = 1\ntitle = "Truth"\nhome = "0.13.0"\nintro = "."\n'
    for name, (_, ref, *_) in STOPS.items():
        text += f'[[stop]]\nid = "{name}"\ntitle = "Of {name}"\nref = "{ref}"\nwhy = "."\nminutes = 1\n'
        text += MORE.get(name, "")
    return text


def tour() -> Tour:
    return parse(Path("truth.toml"), source().encode())


def written(folder: Path) -> Path:
    file = folder / "truth.toml"
    file.write_text(source())
    return file


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    root = tmp_path_factory.mktemp("clone") / "vllm"
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for release, files in (("0.12.0", BEFORE), ("0.13.0", NOW)):
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        (root / "vllm" / "latin.py").write_bytes(b"NAME = 'caf\xe9'\n")
        commit(root, f"v{release}")
    return open_checkout(root)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "progress.db")


def terminal(checkout: Checkout, store: Store, tmp_path: Path) -> dict[str, Said]:
    found = {}
    for view in views(tour(), checkout, store):
        text = Screen(100, color=False).stop(view)
        found[view.stop.id] = Said(text, [int(one) for one in re.findall(r"(?m)^ *(\d+) [^│\n]{0,4}│", text)])
    return found


def _session(checkout: Checkout, store: Store, manner: Manner) -> dict[str, Said]:
    lectern = Lectern(tour(), "truth", Readings(checkout, past=True), store)
    found = {}
    for index in range(len(lectern.stops)):
        view = lectern.view(lectern.ready(index))
        drawn = leaf(view, Sheet(100), manner)
        above = "" if manner.linear else masthead.lines(view, Sheet(100), [], compact=False).plain
        found[view.stop.id] = Said(f"{above}\n{_plain(drawn)}", _rows(drawn))
    return found


def _plain(drawn: Leaf) -> str:
    return "\n".join(line.text.plain for line in drawn.lines)


def _rows(drawn: Leaf) -> list[int]:
    return list(dict.fromkeys(line.row.number for line in drawn.lines if isinstance(line.row, Line)))


def session(checkout: Checkout, store: Store, tmp_path: Path) -> dict[str, Said]:
    return _session(checkout, store, Manner())


def in_words(checkout: Checkout, store: Store, tmp_path: Path) -> dict[str, Said]:
    return _session(checkout, store, Manner(linear=True))


def book(checkout: Checkout, store: Store, tmp_path: Path) -> dict[str, Said]:
    with Folder(tmp_path / "book", "html") as folder:
        export(folder, [tour()], checkout, store, Options())
        folder.done()
    found = {}
    for article in (tmp_path / "book" / "truth.html").read_text().split("<article")[1:]:
        name = re.search(r'id="([^"]+)"', article)
        lines = [int(one) for one in re.findall(r'<a class="n"[^>]*>(\d+)</a>', article)]
        assert name is not None
        found[name[1]] = Said(html.unescape(re.sub(r"<[^>]+>", "", article.replace("</dt>", " "))), lines)
    return found


def markdown(checkout: Checkout, store: Store, tmp_path: Path) -> dict[str, Said]:
    """Lines are not numbered in it: they are counted from the first, over what a fold says that it leaves out."""
    read = tuple(views(tour(), checkout, store))
    page = leaflet.page(tour(), read, leaflet.files([tour()]))
    found = {}
    for part in page.split('\n<a id="')[1:]:
        name = part.partition('"')[0]
        number, lines = STOPS[name][3] or 0, []
        for row in re.search(r"\n```\w+\n(.*?)\n```", part, re.DOTALL)[1].split("\n") if "\n```" in part else ():  # type: ignore[index]
            fold = re.search(r"⋯ lines (\d+)-(\d+),", row)
            if fold:
                assert int(fold[1]) == number
                number = int(fold[2]) + 1
            else:
                lines.append(number)
                number += 1
        found[name] = Said(part.replace("\\", ""), lines)
    return found


def codetour(checkout: Checkout, store: Store, tmp_path: Path) -> dict[str, Said]:
    """Shows no lines of its own, and stands at none of another release."""
    (done,) = Export([tour()], checkout)
    found: dict[str, str] = {}
    name = ""
    for step in json.loads(done.data)["steps"]:
        name = step["reader"].get("stop", name)
        _, _, path, *_ = STOPS[name]
        assert step.get("file") == (path if name != "historic" else None), name
        found[name] = found.get(name, "") + step["description"].replace("\\", "") + "\n"
    return {name: Said(text) for name, text in found.items()}


SURFACES = [terminal, session, in_words, book, markdown, codetour]
Surface = Callable[[Checkout, Store, Path], dict[str, Said]]


def shown(view: StopView) -> list[int]:
    """Of the excerpt itself, which the surfaces draw; checked against the span and the file."""
    if view.excerpt is None or not view.site.found:
        return []
    rows = view.excerpt.rows
    lines = [row.number for row in rows if isinstance(row, Line)]
    folded = [number for row in rows if isinstance(row, Fold) for number in range(row.first, row.last + 1)]
    _, _, _, first, last = STOPS[view.stop.id]
    assert first is not None and last is not None
    assert sorted([*lines, *folded]) == list(range(first, last + 1))
    text = (BEFORE if view.site.verdict == "historic" else NOW).get(str(view.site.path), "NAME = 'café'\n").split("\n")
    assert all(row.text == text[row.number - 1] for row in rows if isinstance(row, Line))
    return lines


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_names_the_verdict_and_shows_these_lines(
    checkout: Checkout, store: Store, tmp_path: Path, surface: Surface
) -> None:
    """The word, the place, the release whose lines they are, and no line more or less than the excerpt has."""
    said = surface(checkout, store, tmp_path)
    assert list(said) == list(STOPS)
    for view in views(tour(), checkout, store):
        name = view.stop.id
        word, ref, path, first, last = STOPS[name]
        text = " ".join(said[name].text.split())
        assert facts.verdict(view.site)[0] == word, (name, view.site)
        if word != "exact":
            assert re.search(rf"\b{word}\b", text), name
        words = surface is in_words and path and first is not None
        place = f"{path}, lines {first} to {last}" if words else facts.span(path, first, last) if path else ref
        assert place in text, name
        assert ("0.12.0" if name == "historic" else "0.13.0") in text, name
        for other in view.site.candidates:
            assert other.path in text, name
        if said[name].lines is not None:
            assert said[name].lines == shown(view), name


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_says_what_hangs_on_a_stop(
    checkout: Checkout, store: Store, tmp_path: Path, surface: Surface
) -> None:
    """A note at its line, one that lost it and why, a question, the call, the process that takes over, a warning."""
    said = {name: " ".join(one.text.split()) for name, one in surface(checkout, store, tmp_path).items()}
    for wanted in (
        "It ends.",
        "no such line",
        "is not found here",
        "It is lost.",
        "Does it end?",
        "return self.turn()",
    ):
        assert wanted in said["exact"], wanted
    assert "from here on: the engine core" in said["exact"]
    assert "vllm/core.py:3" in said["exact"].replace(" line 3", ":3")
    assert "not UTF-8: read as Latin-1" in said["latin"]
    assert "So it was." in said["historic"]


def test_json_says_of_which_release_its_lines_are(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Path and lines of what is gone are another release's, and the row says so."""
    for name, value in {"XDG_DATA_HOME": tmp_path / "data", "READER_CHECKOUT": checkout.root}.items():
        monkeypatch.setenv(name, str(value))
    result = CliRunner().invoke(main, ["tour", str(written(tmp_path)), "--json"])
    assert result.exit_code == 0, result.output
    rows = {row["id"]: row for row in map(json.loads, result.stdout.splitlines())}
    for name, (_, _, path, first, last) in STOPS.items():
        row = rows[name]
        assert (row["path"], row["start"], row["end"]) == (path, first, last), name
        assert row["release"] == ("0.12.0" if name == "historic" else "0.13.0"), name
    assert [note["line"] for note in rows["exact"]["notes"]] == [None, 50]


def test_lines_of_another_release_are_never_offered_as_lines_of_this_checkout(
    checkout: Checkout, store: Store, tmp_path: Path
) -> None:
    """No link of the terminal's to a file, no mark that bears a line or a path, no place for a breakpoint."""
    view = next(one for one in views(tour(), checkout, store) if one.stop.id == "historic")
    assert "file://" not in Screen(100, color=True, root=checkout.root).stop(view)
    exact = next(one for one in views(tour(), checkout, store) if one.stop.id == "exact")
    assert "file://" in Screen(100, color=True, root=checkout.root).stop(exact)
    mark = shown_as(view.release, view.site, view.excerpt)
    assert (mark.path, mark.first, mark.digest) == (None, None, None)
    assert not [point for point in breakpoints(tour(), checkout).points if point.path == "vllm/old.py"]
    book(checkout, store, tmp_path)
    page = (tmp_path / "book" / "truth.html").read_text()
    article = page[page.index('id="historic"') :]
    assert "data-path" not in article[: article.index(">")]
    assert "This is code of vLLM 0.12.0; the lines are not those of 0.13.0" in article


async def _at_historic(checkout: Checkout, store: Store, file: Path) -> None:
    app = Session(checkout, store, str(file), color=False, theme="dark")
    async with app.run_test(size=(100, 12)) as pilot:
        app.open_stop(str(file), list(STOPS).index("historic"))
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.shown.view.site.verdict == "historic"
        assert "0.12.0 ▏" in masthead.lines(app.shown.view, Sheet(96), [], compact=True).plain
        app.page.go(next(at for at, line in enumerate(app.page.leaf.lines) if isinstance(line.row, Line)))
        assert app.spot() is None
        app.action_copy()
        assert app.clipboard == "vllm/old.py::retired"
        app.open_at(Place("vllm/old.py", 3, "other"))
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.shown.view.site.release == "0.13.0" and app.shown.view.site.symbol == "other"
        assert app.shown.view.site.ref == Ref("vllm/old.py", "other")


@pytest.mark.asyncio
async def test_a_session_takes_no_line_of_another_release_for_one_of_this_checkout(
    checkout: Checkout, store: Store, tmp_path: Path
) -> None:
    """No question about it, no reference to its lines; a place of this checkout with such a number is opened."""
    await _at_historic(checkout, store, written(tmp_path))
