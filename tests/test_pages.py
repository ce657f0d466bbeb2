"""The book as files: what stands in it, what never does, and what a hostile tour or source makes of it.

What it looks like and does in a browser is tested in tests/browser.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reader import library, pages
from reader.cli.group import main
from reader.pages import index, rendering
from reader.tour import Tour

BOOK = Path(__file__).parent / "fixtures" / "book"
VOID = {"wbr", "meta", "link", "br", "input", "rect", "path", "img", "hr"}
Export = Callable[..., Path]


class Parsed(HTMLParser):
    """A page as a browser would have it: every element with its attributes, what is left open, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if tag not in ("a", "b", "code", "i", "span", "strong", "sup", "wbr"):
            self.text += " "

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open[-4:], self.getpos())
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [attrs[name] for _, attrs in self.elements if name in attrs]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """One command over the checkout and the tours of the fixture."""
    checkout = shutil.copytree(BOOK / "checkout", tmp_path / "vllm-0.13.0")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("READER_CHECKOUT", str(checkout))
    monkeypatch.setattr(library, "directory", lambda: BOOK / "tours")

    def run(*args: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, args)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def export(run: Callable[..., Result], tmp_path: Path) -> Export:
    def export(*args: str, to: str = "pages", code: int = 0) -> Path:
        run("export", "html", str(tmp_path / to), *args, code=code)
        return tmp_path / to

    return export


def html(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.html"))


def test_every_stop_and_note_is_there(export: Export) -> None:
    """Title, why, place, release, verdict, questions and answers, each where its anchor says."""
    folder = export()
    assert [path.name for path in html(folder)] == ["index.html", "round.html", "week01.html", "week02.html"]
    page = Parsed(folder / "week01.html")
    tour = library.load("week01")
    ids = page.values("id")
    assert [one for one in ids if one in {stop.id for stop in tour.stops}] == [stop.id for stop in tour.stops]
    said = " ".join(page.text.split())
    for stop in tour.stops:
        for text in (stop.title, *(question.answer.strip() for question in stop.questions)):
            assert " ".join(text.replace("`", "").replace("**", "").split()) in said
        for number, note in enumerate(sorted(stop.notes, key=lambda one: one.at != "no such line at all"), 1):
            assert f"{stop.id}-n{number}" in ids
            first = note.say.split(".")[0].replace("`", "").replace("**", "")
            assert " ".join(first.split()) in said
    assert "vllm/kitchen.py:34-76" in said
    assert "vLLM 0.13.0" in said
    assert "by alias what the tour names only binds the name" in said
    assert "loose: its line no such line at all is not found here" in said
    assert "from here on: the engine core" in said
    assert "called by Day after day at vllm/stoves.py:12 served = kitchen.turn([10], {})" in said
    assert "1 of the 2 paths and names of vLLM here is dead in 0.13.0: vllm/core/scheduler.py" in said
    assert "gone not found here" in said


def test_every_line_of_an_excerpt_has_an_anchor(export: Export) -> None:
    """Those that are folded away too, and those of documents."""
    ids = set(Parsed(export() / "week01.html").values("id"))
    assert {f"turn-L{number}" for number in range(34, 77)} <= ids
    assert {f"menu-L{number}" for number in range(1, 29)} <= ids


def test_ids_are_unique_and_links_lead_somewhere(export: Export) -> None:
    """Within each page, and from page to page."""
    folder = export()
    parsed = {path.name: Parsed(path) for path in html(folder)}
    for name, page in parsed.items():
        ids = page.values("id")
        assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
        for href in page.values("href"):
            file, _, anchor = href.partition("#")
            if href.startswith(("https://example.org", "data:,")) or file in ("book.css", "index.html"):
                continue
            assert file in ("", *parsed), (name, href)
            assert not anchor or anchor in parsed[file or name].values("id"), (name, href)
        for source in page.values("src"):
            assert (folder / source).is_file()


def test_the_search_index_leads_to_what_it_names(export: Export) -> None:
    """One entry for each stop, note and question; answers are not in it."""
    folder = export()
    script = (folder / "search-index.js").read_text(encoding="ascii")
    data = json.loads(script.removeprefix("window.BOOK_INDEX = ").removesuffix(";\n"))
    anchors = {name: set(Parsed(folder / name).values("id")) for name, _ in data["pages"]}
    for number, anchor, kind, *_ in data["entries"]:
        assert anchor in anchors[data["pages"][number][0]] or kind == "tour"
    kinds = [entry[2] for entry in data["entries"]]
    assert (kinds.count("tour"), kinds.count("stop"), kinds.count("question")) == (3, 11, 3)
    assert "It is not: done is taken first" not in script


def test_nothing_leads_out_of_the_book_by_itself(export: Export) -> None:
    """No address of the network is loaded, no script or style stands in a page, and the policy forbids both."""
    folder = export()
    for path in folder.iterdir():
        if path.suffix in (".css", ".js"):
            assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", path.read_text(encoding="utf-8")) or (
                path.name == "search-index.js"
            )
    for path in html(folder):
        page = Parsed(path)
        assert page.open == []
        for tag, attrs in page.elements:
            assert tag not in ("style", "iframe", "object", "embed", "base", "img", "video", "audio"), tag
            assert not [name for name in attrs if name.startswith("on") or name == "style"], attrs
            assert tag != "script" or attrs["src"] in (*rendering.SCRIPTS, "progress.js")
            assert tag != "link" or attrs["href"] in ("book.css", "data:,")
        policy = next(attrs["content"] for _, attrs in page.elements if "http-equiv" in attrs)
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_hostile_tours_and_sources_are_text(export: Export) -> None:
    """Whatever they hold is escaped; links that could run something are written out; unseen signs are made visible."""
    folder = export()
    for path in html(folder):
        text = path.read_text(encoding="utf-8")
        for attack in ("<script>document", "<img", "<iframe", "<svg onload", "<b onclick", "<details open"):
            assert attack not in text, (path.name, attack)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f]", text)
        assert not [href for href in Parsed(path).values("href") if re.match(r"(?i)javascript|data:t|vbscript", href)]
    page = Parsed(folder / "week02.html")
    assert "click (javascript:alert(1)" in page.text
    assert "⟨U+202E⟩" in page.text
    assert "{{ 7 * 7 }} {% include 'x' %}␇" in page.text
    assert "␛[31mred␛[0m" in page.text
    assert "49" not in re.sub(r"\d\d+", "", page.text)


def test_the_same_export_is_the_same_book(export: Export) -> None:
    """To the byte, wherever it is written."""
    one, other = export(), export(to="again")
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in other.iterdir())
    assert all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def test_a_book_holds_nothing_of_the_reader_unasked(run: Callable[..., Result], export: Export, tmp_path: Path) -> None:
    """Neither marks nor notes, nor where the checkout lies."""
    before = {path.name: path.read_bytes() for path in export().iterdir()}
    run("mark", "week01:turn")
    run("note", "week01:turn", "a secret of mine")
    after = {path.name: path.read_bytes() for path in export().iterdir()}
    assert before == after
    assert not [name for name, data in after.items() if str(tmp_path).encode() in data]


def test_progress_is_carried_when_asked_for(run: Callable[..., Result], export: Export) -> None:
    """In words, and as marks for the browser in the form that `reader import` takes."""
    run("mark", "week01:turn")
    folder = export("--progress")
    assert "1 of 9 stops read" in " ".join(Parsed(folder / "week01.html").text.split())
    assert "1 of 9 stops read" in " ".join(Parsed(folder / "index.html").text.split())
    script = (folder / "progress.js").read_text(encoding="ascii")
    (mark,) = json.loads(script.removeprefix("window.BOOK_MARKS = ").removesuffix(";\n"))
    assert (mark["tour"], mark["stop"], mark["release"], mark["path"]) == (
        "week01",
        "turn",
        "0.13.0",
        "vllm/kitchen.py",
    )
    assert not (export() / "progress.js").exists()


def test_own_notes_are_put_in_when_asked_for(run: Callable[..., Result], export: Export) -> None:
    """As text, whatever is in them."""
    run("note", "week01:turn", "mine: <b>not bold</b>")
    page = Parsed(export("--notes") / "week01.html")
    assert "mine: <b>not bold</b>" in page.text
    assert "turn-own" in page.values("id")


def test_a_mark_of_the_page_is_the_mark_of_the_command_line(run: Callable[..., Result], export: Export) -> None:
    """What the browser will save of a stop is what `reader mark` records of it."""
    run("mark", "week01:turn", "week01:notes", "week01:lost", "week01:old")
    script = (export("--progress") / "progress.js").read_text(encoding="ascii")
    marks = {one["stop"]: one for one in json.loads(script.removeprefix("window.BOOK_MARKS = ").removesuffix(";\n"))}
    articles = {attrs["id"]: attrs for tag, attrs in Parsed(export() / "week01.html").elements if tag == "article"}
    assert set(marks) == {"turn", "notes", "lost", "old"}
    for stop, mark in marks.items():
        for name in ("tour", "release", "ref", "path", "digest", "symbol", "first"):
            assert articles[stop].get(f"data-{name}") == (None if mark[name] is None else str(mark[name])), (stop, name)


def test_a_route_shows_its_stops_and_leads_home_for_the_rest(export: Export) -> None:
    """Folded lines of a borrowed stop stay on the page of its own tour, and marks count in both."""
    page = Parsed(export() / "round.html")
    assert [attrs["id"] for tag, attrs in page.elements if tag == "article"] == ["again", "turn", "order"]
    turn = next(attrs for _, attrs in page.elements if attrs.get("id") == "turn")
    assert turn["data-tour"] == "week01"
    assert any(href.startswith("week01.html#turn-L") for href in page.values("href"))
    alone = Parsed(export("round", to="alone") / "round.html")
    assert {f"turn-L{number}" for number in range(34, 77)} <= set(alone.values("id"))


def test_only_the_tours_that_were_named(export: Export) -> None:
    """Each once, in the order given, and the contents list no others."""
    folder = export("2", "week01", "week02")
    assert [path.name for path in html(folder)] == ["index.html", "week01.html", "week02.html"]
    listed = [href for href in Parsed(folder / "index.html").values("href") if href.startswith("week")]
    assert listed == ["week02.html", "week01.html"]
    export("week01")
    assert [path.name for path in html(folder)] == ["index.html", "week01.html"]


def test_other_files_stay(export: Export, run: Callable[..., Result], tmp_path: Path) -> None:
    """A file of the user's is neither touched nor replaced."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    (folder / "week01.html").write_text("mine too", encoding="utf-8")
    result = run("export", "html", str(folder), code=2)
    assert "week01.html" in result.output
    assert sorted(path.name for path in folder.iterdir() if path.suffix) == ["mine.txt", "week01.html"]
    export("--force")
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_page_that_would_be_too_large_leaves_out_folded_lines(
    export: Export, monkeypatch: pytest.MonkeyPatch, run: Callable[..., Result], tmp_path: Path
) -> None:
    """The largest folds first, each saying so, and never a line that is shown."""
    whole = (export() / "week01.html").stat().st_size
    limit = whole - 15_000
    monkeypatch.setattr(pages, "LARGEST", limit)
    result = run("export", "html", str(tmp_path / "small"), "week01")
    page = tmp_path / "small" / "week01.html"
    assert page.stat().st_size <= limit
    assert "left out of the book to keep this page small" in page.read_text(encoding="utf-8")
    assert "week01.html:" in result.output
    shown = set(Parsed(page).values("id"))
    assert {"turn-L34", "turn-L44", "order-L32"} <= shown


@pytest.mark.parametrize("name", ["index", "INDEX", "con", "a b", "ä", "x" * 90, "..", ""])
def test_a_tour_of_any_name_has_a_page_of_its_own(name: str) -> None:
    """Which no other page has, and no file system refuses."""
    file = index.file_of(name)
    assert re.fullmatch(r"[A-Za-z0-9_-]+\.html", file)
    assert file != index.file_of(name + "!")
    assert file.lower() not in ("index.html", "con.html")


def test_tours_of_one_name_are_refused(export: Export, run: Callable[..., Result], tmp_path: Path) -> None:
    """They would be one page; the first of them is not replaced by the other."""
    own = tmp_path / "WEEK01.toml"
    own.write_bytes((BOOK / "tours" / "week01.toml").read_bytes())
    result = run("export", "html", str(tmp_path / "pages"), "week01", str(own), code=2)
    assert "would be one page" in result.output
    assert not (tmp_path / "pages").exists()


def test_names_of_tours_are_no_paths() -> None:
    """A page never lands elsewhere."""
    for name in ("../x", "a/b", "a\\b", ".hidden"):
        assert "/" not in index.file_of(name) and "\\" not in index.file_of(name)
        assert not index.file_of(name).startswith(".")


@pytest.mark.parametrize("version", ["0.13.0", "0.33.0"])
def test_the_book_of_a_real_release(
    version: str, release: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All twelve weeks and the routes: no page over 1.5 MB, every stop there, well formed, no line left out."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)  # no tours of anybody's beside it
    names = sorted(path.stem for path in library.directory().glob("*.toml") if path.stem != "plan")
    where = ["--checkout", str(release(version)), "export", "html", str(tmp_path / "book"), *names]
    result = CliRunner().invoke(main, where)
    assert result.exit_code == 0, result.output
    assert "left out" not in result.output
    tours: list[Tour] = [library.load(str(library.directory() / f"{name}.toml")) for name in names]
    assert len(tours) >= 18
    for tour in tours:
        path = tmp_path / "book" / f"{tour.name}.html"
        assert path.stat().st_size < 1_500_000
        page = Parsed(path)
        ids = set(page.values("id"))
        assert page.open == []
        assert {stop.id for stop in tour.stops_at(version)} <= ids
        for href in page.values("href"):
            assert not href.startswith("#") or href[1:] in ids, href
