"""What a reader sees: pages at fixed widths, colours, links, and nothing that steers the terminal.

`python tests/test_terminal.py` writes the golden pages anew; read the difference before you keep it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from reader.check import Problem, StopCheck, TourCheck
from reader.checkout import Checkout, SourceText
from reader.excerpt import Ends, PlacedNote, Way, excerpt_of
from reader.guide import Changed, Crossing, FileStatus, Look, Status, StopView, TourProgress, TourStatus
from reader.progress import Keeping
from reader.ref import Ref
from reader.resolve import Candidate, Hop, Site
from reader.syntax import definitions
from reader.terminal import Screen
from reader.terminal.sheet import shortened, words
from reader.tour import Note, Question, Stop, Tour

HERE = Path(__file__).parent
ROOT = HERE / "fixtures" / "excerpts"
GOLDEN = HERE / "golden"
KITCHEN = Checkout(ROOT, "1.0", "archive")
WIDTHS = (60, 80, 120, 200)
ESCAPE = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b]*\x1b\\")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

NOTES = (
    Note(
        "dish = self.waiting.popleft()",
        "First come, first served: `popleft` takes the oldest. Nothing is **sorted** here.",
    ),
    Note("b[dish].append(", "A burner gives one minute a turn, so that `list[int]` grows by one; never write b[/c]."),
    Note("heapq.heapify(done)", "Only the smallest is in its place after this.\n\n- not sorted\n- no copy made"),
    Note("no such line", "What this note was about is gone."),
)
WHY = """Here is the whole kitchen in one call. Carry away
in which order things happen: light, cook, serve.

Then look at [the menu](menu.md) again."""
STOP = Stop(
    "kitchen-turn", "One turn of the kitchen", Ref("kitchen.py", "Kitchen.turn"), WHY, 15, lane="engine-core",
    state="legacy", reason="kept for `old` stoves", stars=3, notes=NOTES,
    questions=(Question("Why is the dish served *after* it is forgotten?", "It is not: `done` is taken first."),),
)  # fmt: skip
TOUR = Tour("week01", "A kitchen from within", "1.0", "What a kitchen is.", (STOP,), 1)


def site_of(ref: str) -> Site:
    asked = Ref.parse(ref)
    if asked.is_directory:
        return Site(asked, "exact", "1.0", asked.path, kind="directory")
    text = KITCHEN.read(asked.path).text
    if asked.symbol is None:
        return Site(asked, "exact", "1.0", asked.path, None, "file", 1, 1, text.count("\n"))
    found = next(one for one in definitions(text, "python") if one.symbol == asked.symbol)
    return Site(asked, "exact", "1.0", asked.path, found.symbol, found.kind, found.line, found.start, found.end)


SPOT = site_of("kitchen.py::Kitchen.turn")


def view_of(ref: str, notes: tuple[Note, ...] = NOTES, **changes: object) -> StopView:
    site = site_of(ref)
    stop = replace(STOP, ref=site.ref, notes=notes)
    way = Way("kitchen-run", site_of("kitchen.py::run")) if site.symbol else None
    excerpt = excerpt_of(KITCHEN, site, notes, way=way)
    view = StopView(TOUR, stop, 2, 14, site, excerpt, None, "changed", 5, "1.0")
    return replace(view, **changes)  # type: ignore[arg-type]


DOCUMENT = (
    Note("- Salad is cold.", "Cold as in *served cold*."),
    Note("| salad |", "Five minutes, of which four to wash."),
)


def turn_page(width: int) -> str:
    return Screen(width, color=False).stop(view_of("kitchen.py::Kitchen.turn"), answers=width == 120)


def document_page(width: int) -> str:
    return Screen(width, color=False).stop(view_of("menu.md", DOCUMENT))


def directory_page(width: int) -> str:
    return Screen(width, color=False).stop(view_of("./", ()))


def found_page(width: int) -> str:
    """Every way to be found, and not to be."""
    hops = (Hop("stoves.py", 6, "imports Kitchen as Old"), Hop("stoves.py", 8, "Kitchen = Old"))
    near = (Candidate("kitchen.py", "Kitchen.turn", 33), Candidate("stoves.py", "Stove.turn", 9))
    asked = Ref("stoves.py", "Kitchen.turn")
    lost = Site(asked, "gone", "1.0", candidates=near, message="last seen in 0.9; read kitchen.py::run instead")
    sites = [
        SPOT,
        replace(SPOT, ref=asked, verdict="alias", hops=hops),
        replace(SPOT, ref=asked, verdict="moved", candidates=near[1:]),
        replace(SPOT, ref=asked, verdict="historic", release="0.9", missing_in="1.0", message="gone since 1.0"),
        replace(lost, verdict="ambiguous", message=None),
        lost,
        replace(SPOT, release="unknown"),
    ]
    return Screen(width, color=False).sites(sites)


CHANGES = (
    Changed("kitchen-turn", "One turn of the kitchen", "gone", "0.9", "kitchen.py::Kitchen.turn", None, 15),
    Changed("soup", "Why soup waits", "signature", "0.9", "kitchen.py::soup", "kitchen.py", 5),
    Changed("menu", "The menu", "moved", "0.9", "menu.md", "food/menu.md", 5),
)


def tables_page(width: int) -> str:
    screen = Screen(width, color=False)
    progress = TourProgress(TOUR, 14, 5, 200, 130, 4000.0, True)
    rest = replace(progress, read=14, minutes_left=0, here=False)
    files = (
        FileStatus("kitchen.py", 3, 1, 1, "changed", (("Kitchen.turn", "body"), ("", "body"), ("Oven", "new"))),
        FileStatus("menu.md", 1, 0, 0, "unread"),
    )
    status = Status("1.0", (TourStatus(progress, CHANGES), TourStatus(rest, ())), files, 4000.0, Keeping(3, 250_000))
    loose = Problem("loose", "kitchen-turn", "note at 'no such line': not found")
    stop = StopCheck(STOP, SPOT, 4, 1, False, (loose,))
    checked = TourCheck(TOUR, "1.0", (stop,), (Problem("uncovered", "w1.1.1", "no stop covers it: read the kitchen"),))
    clean = TourCheck(TOUR, "0.9", (), ())
    known = definitions(KITCHEN.read("kitchen.py").text, "python")
    parts = [screen.tours([progress, rest]), screen.status(status), screen.checks([checked, clean])]
    return "\n".join([*parts, screen.definitions("kitchen.py", known), screen.intro(TOUR)])


PAGES: dict[str, Callable[[int], str]] = {
    "turn": turn_page,
    "document": document_page,
    "directory": directory_page,
    "found": found_page,
    "tables": tables_page,
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_as_it_was(name: str, width: int) -> None:
    """A page without colour is the golden one, to the character."""
    assert PAGES[name](width) == (GOLDEN / f"{name}-{width}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_page_fits_and_has_no_trailing_blank(name: str, width: int) -> None:
    """No line is wider than the width or ends in a blank."""
    for line in PAGES[name](width).split("\n"):
        assert cell_len(line) <= width
        assert line == line.rstrip()


def test_source_never_passes_through_markup() -> None:
    """`list[int]` keeps its brackets and `b[/c]` raises nothing, in source, notes, titles and prose."""
    view = view_of("kitchen.py::Kitchen.turn")
    odd = replace(view.stop, title="list[int] b[/c]", why="[bold]list[int][/bold] b[/c]")
    for color in (False, True):
        drawn = ESCAPE.sub("", Screen(80, color).stop(replace(view, stop=odd)))
        assert "def turn(self, times: list[int], b: dict[str, list[int]]) -> list[str]:" in drawn
        assert "\nlist[int] b[/c]\n" in drawn
        assert "[bold]list[int][/bold] b[/c]" in drawn
        assert "b[/c]." in drawn


def test_colour_changes_no_word() -> None:
    """Without its escape sequences a coloured excerpt is the plain one; only backquotes and stars of prose are gone."""

    def bare(text: str) -> str:
        return re.sub(r"[`*\s]|\[the menu\]\(menu.md\)|the menu \(menu.md\)", "", text)

    view = view_of("kitchen.py::Kitchen.turn")
    colored = Screen(200, color=True).stop(view)
    assert "\x1b[" in colored
    assert bare(ESCAPE.sub("", colored)) == bare(Screen(200, color=False).stop(view))


def test_colours_are_the_terminals_own() -> None:
    """Only styles and the first colours of the palette are used: none of black, yellow, blue and white, no RGB."""
    colored = Screen(120, color=True).stop(view_of("kitchen.py::Kitchen.turn"))
    used = {code for found in re.findall(r"\x1b\[([\d;]*)m", colored) for code in found.split(";")}
    assert used <= {"0", "1", "2", "3", "4", "31", "32", "35", "36"}


def test_string_over_many_lines_is_one_string() -> None:
    """A line within a long docstring has the colour of a string, although its quotes are folded away."""
    colored = Screen(80, color=True).stop(view_of("kitchen.py::Kitchen.turn", (Note("frees its burner", "x"),)))
    line = next(line for line in colored.split("\n") if "frees its burner" in line)
    assert re.search(r"\x1b\[[\d;]*32m\s*frees its burner", line)


def test_paths_are_links_where_the_terminal_can() -> None:
    """With a root the path is an OSC 8 link to its file; without one, or without colour, there is no link."""
    view = view_of("kitchen.py::Kitchen.turn")
    linked = Screen(80, color=True, root=Path("/a b")).stop(view)
    assert re.search(r"\x1b\]8;id=\d+;file://[^/]*/a%20b/kitchen\.py#\d+\x1b\\", linked)
    assert "\x1b]8" not in Screen(80, color=True).stop(view)
    assert "\x1b" not in Screen(80, color=False, root=Path("/a b")).stop(view)


def test_answers_are_hidden_until_asked_for() -> None:
    """A question stands without its answer, and with it when answers are asked for."""
    view = view_of("kitchen.py::Kitchen.turn")
    screen = Screen(80, color=False)
    assert "It is not" not in screen.stop(view)
    assert "It is not" in screen.stop(view, answers=True)


def test_problem_takes_the_place_of_the_excerpt() -> None:
    """A stop that cannot be read says why, and so does one whose opening was not recorded."""
    view = view_of("kitchen.py::Kitchen.turn", excerpt=None, problem="a.bin: binary", unrecorded="disk full")
    drawn = Screen(80, color=False).stop(view)
    assert "! this stop cannot be shown: a.bin: binary\n" in drawn
    assert "! not recorded: disk full\n" in drawn


def test_long_line_goes_on_under_a_hanging_indent() -> None:
    """A line that is too long is continued, marked, and loses nothing; its number stands once."""
    drawn = Screen(60, color=False).look(Look(SPOT, excerpt_of(KITCHEN, SPOT, (), full=True), None))
    number = next(
        n for n, line in enumerate((ROOT / "kitchen.py").read_text().split("\n"), 1) if "nothing at all" in line
    )
    start = drawn.index(f"\n{number} │")
    lines = drawn[start:].split("\n")[1:5]
    assert [line[:2] for line in lines[1:3]] == [" ↪", " ↪"]
    assert "".join("".join(line.partition("│")[2].split()) for line in lines).startswith(
        'done=[dishfornumber,dishinenumerate(self.cooking)ifsum(b[dish])>=times[number]anddish!="nothingatall"]'
    )


HOSTILE = "\x1b[2J\x1b]8;;http://evil\x07\x9b31m\r\x08\u202e\u2028[link=x]"


def test_control_sequences_of_strangers_are_shown_not_obeyed() -> None:
    """From whichever field of a tour or a checkout they come, control characters are drawn as signs."""
    note = PlacedNote(1, f"say {HOSTILE}", f"at {HOSTILE}", None, f"why {HOSTILE}")
    site = Site(
        Ref("a.py"), "moved", f"1{HOSTILE}", f"a{HOSTILE}.py", f"s{HOSTILE}", "function", 1, 1, 9,
        (Hop(f"p{HOSTILE}", 3, f"how {HOSTILE}"),), (Candidate(f"c{HOSTILE}", f"d{HOSTILE}", 4),), f"m{HOSTILE}",
    )  # fmt: skip
    excerpt = excerpt_of(KITCHEN, SPOT, [])
    excerpt = replace(excerpt, site=site, notes=(note,), warnings=(HOSTILE,), call_problem=HOSTILE)
    stop = replace(
        STOP, title=HOSTILE, why=HOSTILE, reason=HOSTILE, questions=(Question(HOSTILE, HOSTILE, Ref(HOSTILE)),)
    )  # fmt: skip
    tour = replace(TOUR, title=HOSTILE, name=HOSTILE)
    view = StopView(tour, stop, 0, 1, site, excerpt, HOSTILE, "read", 0, HOSTILE, unrecorded=HOSTILE)
    progress = TourProgress(tour, 1, 0, 1, 1, 0.0, False)
    for color in (False, True):
        screen = Screen(80, color, Path("/root") if color else None)
        drawn = [screen.stop(view, answers=True), screen.tours([progress]), screen.intro(tour), screen.sites([site])]
        drawn.append(screen.checks([TourCheck(tour, HOSTILE, (), (Problem("loose", HOSTILE, HOSTILE),))]))
        for text in drawn:
            assert not CONTROL.search(ESCAPE.sub("", text))
            links = [escape for escape in ESCAPE.findall(text) if escape.startswith("\x1b]8;id")]
            assert all(re.match(r"\x1b]8;id=\d+;file://[^/]*/root/[\w%./-]*#\d+\x1b", link) for link in links)
            assert bool(links) == (color and "moved" in text)


@dataclass(frozen=True)
class OneFile:
    """As much of a checkout as a file needs."""

    text: str
    foreign: bool = False

    def read(self, path: str) -> SourceText:
        return SourceText(self.text, path)


ANY_LINES = st.lists(st.text(st.characters(codec=None, exclude_characters="\n")).map(str), max_size=30)


@settings(max_examples=80, deadline=None)
@given(ANY_LINES, st.sampled_from(["f.py", "f.cu", "f.md", "f.txt"]), st.sampled_from([40, 60, 80, 130]), st.booleans())
def test_any_text_is_drawn_within_its_width(lines: list[str], path: str, width: int, color: bool) -> None:
    """Whatever a file holds: nothing that steers a terminal gets out, and no plain line is wider than the screen."""
    text = "\n".join(line.replace("\r", "") for line in lines) + "\n"
    site = Site(Ref(path), "exact", "1.0", path, None, "file", 1, 1, text.count("\n"))
    notes = [Note(line, line * 3) for line in lines[:3]]
    excerpt = excerpt_of(OneFile(text), site, notes)  # type: ignore[arg-type]
    drawn = Screen(width, color).look(Look(site, excerpt, None))
    assert not CONTROL.search(ESCAPE.sub("", drawn))
    for line in ESCAPE.sub("", drawn).split("\n"):
        assert sum(map(cell_len, line)) <= width


@given(st.text(st.characters(codec="ascii") | st.sampled_from("⋯漢…é\u200b"), max_size=30), st.integers(4, 40))
def test_a_shortened_label_is_as_rich_truncates_it(text: str, room: int) -> None:
    """The short cut for ASCII gives the same line, ellipsis and all."""
    expected = words(text)
    expected.truncate(room, overflow="ellipsis")
    assert shortened(text, room).plain == expected.plain


def write_golden() -> None:
    for name, page in PAGES.items():
        for width in WIDTHS:
            (GOLDEN / f"{name}-{width}.txt").write_text(page(width), encoding="utf-8")


if __name__ == "__main__":
    write_golden()


CROSSINGS = [
    (Crossing("frontend", "engine-core", False), "⇢ from here on: the engine core, by default another process"),
    (Crossing("worker", "gpu", False), "⇢ from here on: on the GPU: launched, not called; the CPU goes on"),
    (Crossing("gpu", "worker", True), "⇢ back in the worker, on the CPU, which has gone on meanwhile"),
    (Crossing("worker", "frontend", True), "⇢ back in the front end"),
]


@pytest.mark.parametrize(("crossing", "said"), CROSSINGS)
def test_a_crossing_stands_right_above_the_title(crossing: Crossing, said: str) -> None:
    """One line, in words that need no colour."""
    lines = Screen(110, color=False).stop(view_of("kitchen.py::Kitchen.turn", crossing=crossing)).splitlines()
    place = next(index for index, line in enumerate(lines) if line.startswith(said))
    assert lines[place + 1] == STOP.title


def test_the_header_says_how_one_comes_here() -> None:
    """Both ends of a message, or where the call stands whose value comes back."""
    view = view_of("kitchen.py::Kitchen.turn")
    assert view.excerpt is not None and view.excerpt.call_site is not None
    ends = replace(view.excerpt, call_site=None, ends=Ends("kitchen-run", "a hatch", "kitchen.py", 7, 35))
    said = " ".join(Screen(110, color=False).stop(replace(view, excerpt=ends)).split())
    assert "message from stop kitchen-run over a hatch sent at kitchen.py:7 received at line 35" in said
    back = replace(view.excerpt, call_site=replace(view.excerpt.call_site, back=True))
    said = " ".join(Screen(110, color=False).stop(replace(view, excerpt=back)).split())
    assert "back from stop kitchen-run called at kitchen.py:" in said
