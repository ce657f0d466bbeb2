"""The book in a real Chromium, opened from the disk: what a reader does with it, at every size, in both themes."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Desk
from playwright.sync_api import Page, expect

PAGES = ("index.html", "week01.html", "week02.html", "round.html")
WIDTHS = (360, 768, 1280, 1920)
THEMES = ("light", "dark")
BOXES = """selector => [...document.querySelectorAll(selector)].map(each => {
  const {top, left, right, bottom} = each.getBoundingClientRect(); return {top, left, right, bottom, id: each.id}
})"""


def tops(page: Page, selector: str) -> list[dict[str, float]]:
    return page.evaluate(BOXES, selector)


def current(page: Page) -> str:
    return page.evaluate("location.hash")


def marks(page: Page) -> list[dict[str, object]]:
    return json.loads(page.evaluate("localStorage.getItem('reader-progress')") or '{"marks": []}')["marks"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(desk: Desk, name: str, width: int) -> None:
    """From a telephone to a wide screen everything is within the window, folds and answers opened too."""
    page = desk.open(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for box in tops(page, "h1, h2, .why p, .note, .facts, .code, .bar, .tool, .question, .listed"):
        assert box["right"] <= width + 0.5, box


@pytest.mark.parametrize("width", WIDTHS)
def test_notes_never_overlap(desk: Desk, width: int) -> None:
    """Long notes at neighbouring lines stand one below the other, at all sizes, whether folds are open or not."""
    page = desk.open("week01.html", width)
    for _ in range(2):
        notes = sorted(tops(page, ".note"), key=lambda one: one["top"])
        assert len(notes) > 8
        for one, other in itertools.pairwise(notes):
            assert one["bottom"] <= other["top"] + 0.5, (one, other)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.wait_for_function("document.querySelectorAll('details[open]').length > 3")


@pytest.mark.parametrize("width", [1280, 1920])
def test_notes_stand_beside_their_lines(desk: Desk, width: int) -> None:
    """On a wide screen a note begins at the height of its line; where many crowd, not far below it."""
    page = desk.open("week01.html", width)
    page.wait_for_function("document.querySelector('#turn .noted ~ .noted').style !== null")
    lines = {one["id"]: one for one in tops(page, ".code .noted")}
    owners = page.evaluate("[...document.querySelectorAll('.code .note')].map(one => one.closest('.noted').id)")
    for note, owner in zip(tops(page, ".code .note"), owners, strict=True):
        assert note["left"] >= lines[owner]["right"]
        assert -4 <= note["top"] - lines[owner]["top"] < 140, (note, owner)
    assert abs(tops(page, "#order .note")[0]["top"] - tops(page, "#order .noted")[0]["top"]) < 4


@pytest.mark.parametrize("width", [360, 768])
def test_notes_stand_below_their_lines_where_there_is_no_room(desk: Desk, width: int) -> None:
    """On a telephone a note follows its line and takes the width."""
    page = desk.open("week01.html", width)
    first, note = tops(page, "#order .noted")[0], tops(page, "#order .note")[0]
    assert first["top"] < note["top"]
    assert note["left"] < 60 < width / 2 < note["right"]


def test_a_note_stays_near_its_line_when_the_window_changes(desk: Desk) -> None:
    """The places are found again when the window becomes narrower and wider."""
    page = desk.open("week01.html", 1280)
    before = tops(page, ".note")
    page.set_viewport_size({"width": 500, "height": 900})
    page.wait_for_function("getComputedStyle(document.querySelector('.code .note')).float === 'none'")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_function("getComputedStyle(document.querySelector('.code .note')).float === 'right'")
    page.wait_for_timeout(100)
    assert tops(page, ".note") == before


def test_keys_turn_the_pages(desk: Desk) -> None:
    """`n` and `p` go from stop to stop, past the last to the way on, and the list at the side says where one is."""
    page = desk.open("week01.html", 1920)
    for anchor in ("order", "turn", "old"):
        page.keyboard.press("n")
        assert current(page) == f"#{anchor}"
        assert abs(tops(page, f"#{anchor}")[0]["top"] - tops(page, ".bar")[0]["bottom"]) < 5
        expect(page.locator(".side a[aria-current]")).to_have_attribute("href", f"#{anchor}")
    page.keyboard.press("p")
    assert current(page) == "#turn"
    seen = []
    while (current(page) != "#end") and len(seen) < 12:
        page.keyboard.press("n")
        seen.append(current(page))
    assert seen == ["#old", "#run", "#evening", "#heat", "#menu", "#notes", "#lost", "#end"]


def test_keys_are_told(desk: Desk) -> None:
    """`?` shows the keys, Escape hides them, and a key that is typed into a field is a letter."""
    page = desk.open()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("n?m")
    expect(page.locator("#query")).to_have_value("n?m")
    assert marks(page) == []


def test_search_finds_and_leads(desk: Desk) -> None:
    """From the disk, without a server: titles before notes, the words set apart, Enter leads to the best."""
    page = desk.open("index.html")
    page.keyboard.press("/")
    page.keyboard.type("turn kitchen")
    expect(page.locator("#hits a").first).to_contain_text("One turn of the kitchen")
    expect(page.locator("#hits mark").first).to_have_text("turn")
    page.keyboard.press("Enter")
    page.wait_for_url("**/week01.html#turn")


@pytest.mark.parametrize(
    ("words", "anchor"),
    [("stoves.py run", "#run"), ("Whoever smallest", "#turn"), ("popleft oldest", "#turn-n"), ("heat.cu", "#heat"),
     ("served", "#turn-q1"), ("who first", "#turn-q2"), ("Kitchen.order", "#order")],
)  # fmt: skip
def test_search_knows_notes_questions_symbols_and_paths(desk: Desk, words: str, anchor: str) -> None:
    """What stands in any of them is among what is found; answers are not, for they would be given away."""
    page = desk.open("week01.html")
    page.keyboard.press("/")
    page.keyboard.type(words)
    expect(page.locator("#found")).to_contain_text(re.compile("found|most"))
    links = page.eval_on_selector_all("#hits a", "all => all.map(one => one.getAttribute('href'))")
    if words == "Whoever smallest":
        assert not any("q2" in link for link in links)
    else:
        assert any(link.startswith(f"week01.html{anchor}") for link in links), links


def test_search_is_done_with_the_keyboard(desk: Desk) -> None:
    """Arrows go through what was found, Escape leaves, and nothing found is said."""
    page = desk.open("week01.html")
    page.keyboard.press("/")
    page.keyboard.type("dish")
    expect(page.locator("#hits a").nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hits a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#query")).to_be_focused()
    page.locator("#query").fill("nothingatall")
    expect(page.locator("#found")).to_have_text("Nothing found.")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_be_hidden()


def test_marks_outlive_the_page(desk: Desk) -> None:
    """`m` marks the stop that one reads; it is marked after a reload, in the contents, and on the page of a route."""
    page = desk.open("week01.html#turn")
    page.keyboard.press("m")
    expect(page.locator("#turn .marker")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".bar .how-far")).to_have_text("1 of 9 read")
    page.reload()
    expect(page.locator("#turn .read")).to_have_text("read")
    expect(page.locator("#order .marker")).to_have_attribute("aria-pressed", "false")
    expect(desk.another(page.context, "round.html").locator("#turn .read")).to_have_text("read")
    contents = desk.another(page.context, "index.html")
    expect(contents.locator(".listed", has_text="A kitchen from within").locator(".done")).to_have_text("1 of 9 read")
    expect(contents.locator("#resume")).to_have_attribute("href", "week01.html#old")
    page.keyboard.press("m")
    expect(page.locator(".bar .how-far")).to_have_text("0 of 9 read")


def test_a_mark_knows_what_was_read(desk: Desk) -> None:
    """Release, ref, path, symbol and digest go with it, so that the command line can tell what has changed since."""
    page = desk.open("week01.html")
    page.locator("#turn .marker").click()
    (mark,) = marks(page)
    assert mark | {"at": 0} == {
        "tour": "week01", "stop": "turn", "release": "0.13.0", "ref": "vllm/kitchen.py::Kitchen.turn",
        "path": "vllm/kitchen.py", "digest": mark["digest"], "symbol": "Kitchen.turn", "first": 34, "at": 0,
        "seconds": None,
    }  # fmt: skip
    assert str(mark["digest"]).count(".") == 2


def test_marks_go_into_a_file_and_come_back(desk: Desk, tmp_path: Path) -> None:
    """What one browser saves another loads, once or twice; what is no such file is refused with a word."""
    page = desk.open("week01.html")
    page.locator("#turn .marker").click()
    page.locator("#run .marker").click()
    page.goto(f"{desk.book.as_uri()}/index.html")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save marks as a file").click()
    saved = tmp_path / "marks.json"
    download.value.save_as(saved)
    found = json.loads(saved.read_text(encoding="utf-8"))
    assert (found["format"], found["version"]) == ("reader-progress", 1)
    assert [(one["tour"], one["stop"]) for one in found["marks"]] == [("week01", "run"), ("week01", "turn")]

    other = desk.open("index.html")
    other.locator("#load").set_input_files(saved)
    expect(other.locator("#said")).to_contain_text("2 of 2 marks")
    other.locator("#load").set_input_files(saved)
    expect(other.locator("#said")).to_contain_text("0 of 2 marks")
    assert len(marks(other)) == 2
    saved.write_text('{"format": "else"}', encoding="utf-8")
    other.locator("#load").set_input_files(saved)
    expect(other.locator("#said")).to_contain_text("no progress file")
    saved.write_text("{", encoding="utf-8")
    other.locator("#load").set_input_files(saved)
    expect(other.locator("#said")).to_contain_text("not JSON")
    assert len(marks(other)) == 2


def test_a_file_of_a_stranger_does_no_harm(desk: Desk, tmp_path: Path) -> None:
    """Rows that are no marks are left out, and what is in those that are is never more than text."""
    bad = [None, 1, {}, {"tour": "week01", "stop": 3, "at": 1}, {"tour": "__proto__", "stop": "x", "at": -1}]
    good = {"tour": "<img src=x onerror=alert(1)>", "stop": "__proto__", "at": 5, "release": {"a": 1}}
    file = tmp_path / "marks.json"
    file.write_text(json.dumps({"format": "reader-progress", "version": 1, "marks": [*bad, good]}), encoding="utf-8")
    page = desk.open("index.html")
    page.locator("#load").set_input_files(file)
    expect(page.locator("#said")).to_contain_text("1 of 6 marks")
    expect(page.locator("#said")).to_contain_text("5 are no marks")
    page.reload()
    assert [one["release"] for one in marks(page)] == [None]


def test_code_that_is_another_now_is_told(desk: Desk) -> None:
    """A mark whose digest is not that of the page says so, and counts as read."""
    page = desk.open("week01.html")
    page.locator("#turn .marker").click()
    page.evaluate("""() => {
        const kept = JSON.parse(localStorage.getItem('reader-progress'));
        kept.marks[0].digest = 'a.b.c'; kept.marks[0].release = '0.9.2';
        localStorage.setItem('reader-progress', JSON.stringify(kept));
    }""")
    page.reload()
    expect(page.locator("#turn .read")).to_have_text("changed since you read it")
    expect(page.locator(".bar .how-far")).to_have_text("1 of 9 read")


def test_marks_can_be_forgotten(desk: Desk) -> None:
    """Asked for twice, because there is no way back."""
    page = desk.open("week01.html")
    page.locator("#turn .marker").click()
    page.goto(f"{desk.book.as_uri()}/index.html")
    page.get_by_role("button", name="Forget all marks").click()
    assert len(marks(page)) == 1
    page.get_by_role("button", name="Really forget 1 mark?").click()
    assert marks(page) == []


def test_a_browser_that_keeps_nothing_is_no_hindrance(desk: Desk) -> None:
    """Where storage is refused the page works, a mark holds as long as the page, and that is said."""
    page = desk.open("index.html")
    page.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    page.goto(f"{desk.book.as_uri()}/week01.html")
    page.locator("#turn .marker").click()
    expect(page.locator("#turn .read")).to_have_text("read")
    expect(page.locator("#said")).to_contain_text("keeps nothing")


def test_answers_are_revealed_when_asked_for(desk: Desk) -> None:
    """By a click, or all of a stop by `a`."""
    page = desk.open("week01.html#turn")
    answer = page.get_by_text("It is not: done is taken first.")
    expect(answer).to_be_hidden()
    page.locator("#turn .answer summary").first.click()
    expect(answer).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("Whoever is smallest.")).to_be_visible()


def test_folds_open(desk: Desk) -> None:
    """By a click or `u`, and for an address that leads into one."""
    page = desk.open("week01.html#turn")
    folded = page.locator("#turn .fold > div").first
    expect(folded).to_be_hidden()
    page.keyboard.press("u")
    expect(folded).to_be_visible()
    anchor = folded.get_attribute("id")
    other = desk.open(f"week01.html#{anchor}")
    expect(other.locator(f"#{anchor}")).to_be_in_viewport()


def test_a_line_gives_its_address(desk: Desk) -> None:
    """A click on any number, shown or folded, makes the address lead to that line."""
    page = desk.open("week01.html")
    page.locator("#turn .n").first.click()
    assert current(page) == "#turn-L34"
    page.locator("#turn .fold > summary").first.click()
    line = page.locator("#turn .fold > div").first
    line.click(position={"x": 12, "y": 8})
    assert current(page) == "#" + str(line.get_attribute("id"))


def test_the_theme_is_the_systems_until_one_is_chosen(desk: Desk) -> None:
    """And what was chosen holds on the next page."""
    page = desk.open("week01.html", color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.keyboard.press("t")
    light = page.evaluate(ground)
    assert light != dark
    assert desk.another(page.context, "index.html").evaluate(ground) == light
    page.keyboard.press("t")
    assert page.evaluate(ground) == dark


@pytest.mark.parametrize("name", PAGES)
def test_hostile_tours_and_sources_do_nothing(desk: Desk, name: str) -> None:
    """No script of theirs runs, nothing is loaded, no link leads where it should not, no sign steers the text."""
    page = desk.open(name)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert "taken" not in page.evaluate("document.title").replace("document.title = 'taken'", "")
    assert page.locator("main img, main iframe, main script, body script").count() == 0
    for link in page.eval_on_selector_all("a", "all => all.map(one => one.getAttribute('href'))"):
        assert link.startswith(("#", "https://", "index.html", "week0", "round.html")), link
    assert not set(page.inner_text("body")) & set("\u202e\u202c\x07\x1b")


def test_it_reads_without_javascript(desk: Desk) -> None:
    """Text, code, notes, folds, answers and the way from stop to stop are there; what needs scripts is not shown."""
    page = desk.open("week01.html", java_script_enabled=False)
    expect(page.locator("#turn .note").first).to_be_visible()
    page.locator("#turn .answer summary").first.click()
    expect(page.get_by_text("It is not: done is taken first.")).to_be_visible()
    page.locator("#turn .fold summary").first.click()
    expect(page.locator("#turn .fold > div").first).to_be_visible()
    page.locator("#turn .turn").get_by_text("Next").click()
    assert page.url.endswith("#old")
    expect(page.get_by_role("button")).to_have_count(0)


def test_on_paper_everything_is_open_and_nothing_is_chrome(desk: Desk) -> None:
    """Folds and answers are printed, the bar and the buttons are not."""
    page = desk.open("week01.html", 794)
    page.emulate_media(media="print")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator("#turn .marker")).to_be_hidden()
    expect(page.get_by_text("It is not: done is taken first.")).to_be_visible()
    expect(page.locator("#turn .fold > div").first).to_be_visible()
    assert len(page.pdf()) > 10_000


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(desk: Desk, name: str, width: int, theme: str) -> None:
    """With folds, answers and pictures opened, and in the search box."""
    page = desk.open(name, width, color_scheme=theme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert _serious(page) == []
    page.keyboard.press("/")
    page.keyboard.type("kitchen")
    expect(page.locator("#hits a").first).to_be_visible()
    assert _serious(page) == []


def _serious(page: Page) -> list[str]:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
