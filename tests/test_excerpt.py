"""Excerpts: what is shown, what is folded and what it says, where notes stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader import syntax
from reader.checkout import Checkout, SourceText
from reader.errors import Unreadable
from reader.excerpt import Excerpt, Fold, Line, Way, excerpt_of, visible
from reader.ref import Ref
from reader.resolve import Site
from reader.tour import Note

KITCHEN = Checkout(Path(__file__).parent / "fixtures" / "excerpts", "1.0", "archive")


@dataclass(frozen=True)
class OneFile:
    """As much of a checkout as a file needs."""

    text: str
    foreign: bool = False

    def read(self, path: str) -> SourceText:
        return SourceText(self.text, path)


def site_of(ref: str, checkout: Checkout | OneFile = KITCHEN) -> Site:
    """The site of a ref that is there, by the definitions of its file alone."""
    asked = Ref.parse(ref)
    if asked.is_directory:
        return Site(asked, "exact", "1.0", asked.path, kind="directory")
    text = checkout.read(asked.path).text
    if asked.symbol is None:
        return Site(asked, "exact", "1.0", asked.path, None, "file", 1, 1, text.count("\n"))
    known = syntax.definitions(text, syntax.language_of(asked.path))
    found = next(one for one in known if one.symbol == asked.symbol)
    return Site(asked, "exact", "1.0", asked.path, found.symbol, found.kind, found.line, found.start, found.end)


def cut(ref: str, *fragments: str, full: bool = False) -> Excerpt:
    return excerpt_of(KITCHEN, site_of(ref), [Note(at, f"about {at}") for at in fragments], full=full)


def shown(excerpt: Excerpt) -> list[str]:
    return [row.text.strip() for row in excerpt.rows if isinstance(row, Line)]


def folds(excerpt: Excerpt) -> list[Fold]:
    return [row for row in excerpt.rows if isinstance(row, Fold)]


TURN = "kitchen.py::Kitchen.turn"


def test_short_definition_is_shown_whole() -> None:
    """A definition of few lines has no fold."""
    assert not folds(cut("kitchen.py::run"))


def test_full_has_no_folds() -> None:
    """With `full` every line of the span is a row."""
    excerpt = cut("kitchen.py", "heapq.heapify", full=True)
    assert [row.number for row in excerpt.rows if isinstance(row, Line)] == list(range(1, len(excerpt.lines) + 1))


def test_a_file_that_does_not_parse_says_so() -> None:
    """Of a file cut in the middle of a function the reader hears that its end is a guess."""
    whole = "def first():\n    return 1\n\n\ndef second(\n    a,\n):\n    return a\n"
    for text, said in ((whole, False), (whole[: whole.index("):") + 1], True)):
        checkout = OneFile(text)
        excerpt = excerpt_of(checkout, site_of("a.py::first", checkout), [])  # type: ignore[arg-type] # enough of one
        assert any("does not parse" in one for one in excerpt.warnings) is said


def test_signature_and_noted_lines_stay() -> None:
    """The head, the docstring's first paragraph, the noted line with its surroundings: all of it is among the lines."""
    texts = shown(cut(TURN, "heapq.heapify"))
    assert texts[0].startswith("def turn(")
    assert texts[1] == '"""One turn: light, cook, serve.'
    assert "because a dish that is served" not in texts
    assert "heapq.heapify(done)" in texts
    assert "done," in texts and "turn=next(self.counter)," in texts


def test_enclosing_heads_stay() -> None:
    """A note deep inside keeps the heads of what encloses it, also across a fold."""
    lines = ["def f():", "    for a in b:"] + [f"        x{n} = {n}" for n in range(40)] + ["        last = 1"]
    checkout = OneFile("\n".join(lines) + "\n")
    excerpt = excerpt_of(checkout, site_of("f.py::f", checkout), [Note("last = 1", "")])  # type: ignore[arg-type]
    assert "for a in b:" in shown(excerpt)
    assert folds(excerpt)


def test_fold_says_what_it_holds_in_the_sources_words() -> None:
    """A fold's label is the comment of what it folds, and its count is its lines."""
    labels = [fold.label for fold in folds(cut(TURN, "heapq.heapify"))]
    assert any("Light the burners that are free" in label for label in labels)
    assert any("Cook everything" in label for label in labels)


def test_class_shows_its_members() -> None:
    """A class keeps the signatures of its methods and folds long bodies."""
    texts = shown(cut("kitchen.py::Kitchen"))
    assert [text for text in texts if text.startswith("def ")] == [
        "def __init__(",
        "def order(self, dish: str) -> None:",
        "def turn(self, times: list[int], b: dict[str, list[int]]) -> list[str]:",
        "def report(self, done: list[str], spent: int, turn: int) -> None:",
    ]
    assert "One turn: light, cook, serve" in [fold.label for fold in folds(cut("kitchen.py::Kitchen"))]


def test_file_folds_its_imports() -> None:
    """Of a file the imports are one fold that says so."""
    assert any("imports" in fold.label for fold in folds(cut("kitchen.py")))


def test_note_needs_exactly_one_line() -> None:
    """A fragment on no line or on several leaves its note loose, with the reason, before those that are placed."""
    excerpt = cut(TURN, "heapq.heapify", "no such thing", "continue")
    loose_first = [(note.number, note.at, note.line is None, note.why_loose) for note in excerpt.notes]
    lines = [number for number, text in enumerate(excerpt.lines, excerpt.site.start or 0) if "continue" in text]
    assert loose_first == [
        (1, "no such thing", True, "not found"),
        (2, "continue", True, f"matches 3 lines: {', '.join(map(str, lines))}"),
        (3, "heapq.heapify", False, None),
    ]


def test_notes_are_numbered_in_reading_order() -> None:
    """The numbers follow the lines, not the tour's file, and stand at their lines."""
    excerpt = cut(TURN, "heapq.heapify", "dish = self.waiting.popleft()")
    assert [note.at for note in excerpt.notes] == ["dish = self.waiting.popleft()", "heapq.heapify"]
    marked = {row.notes: row.text.strip() for row in excerpt.rows if isinstance(row, Line) and row.notes}
    assert marked == {(1,): "dish = self.waiting.popleft()", (2,): "heapq.heapify(done)"}


def test_white_space_is_no_reason_to_lose_a_note() -> None:
    """A fragment matches a line whose blanks differ from it."""
    assert cut(TURN, "spent   =  sum(b[dish])").notes[0].line is not None


def test_note_outside_the_site_is_loose() -> None:
    """A line of the file that is not in the site's span does not hold a note."""
    assert cut("kitchen.py::run", "heapq.heapify").notes[0].line is None


def test_call_site_is_found() -> None:
    """The line where the caller's stop calls this one is found by the call's name; a class is called by its own."""
    excerpt = excerpt_of(KITCHEN, site_of(TURN), [], way=Way("cook", site_of("kitchen.py::run")))
    assert excerpt.call_site is not None
    assert excerpt.call_site.text.strip().startswith("left -= len(kitchen.turn(")
    made = replace(site_of("kitchen.py::Kitchen.__init__"), symbol="deque.__init__")
    excerpt = excerpt_of(KITCHEN, made, [], way=Way("cook", site_of("kitchen.py::Kitchen.__init__")))
    assert excerpt.call_site is not None and "deque()" in excerpt.call_site.text


def test_missing_call_is_a_problem() -> None:
    """A caller that does not call says so, with its place."""
    excerpt = excerpt_of(KITCHEN, site_of("kitchen.py::run"), [], way=Way("cook", site_of(TURN)))
    assert excerpt.call_site is None
    assert excerpt.call_problem is not None and "no call of run in kitchen.py:" in excerpt.call_problem


def test_the_text_of_an_excerpt_is_the_definition_as_the_file_has_it() -> None:
    """What is kept and compared later: folds, notes and made-visible signs are not in it."""
    text = "x = 1\n\ndef f():\n    return '\x07'  # bell\n"
    checkout = OneFile(text)
    assert excerpt_of(checkout, site_of("f.py::f", checkout), []).text == text[7:-1]  # type: ignore[arg-type]


def test_long_function_has_an_outline() -> None:
    """A function of more than 120 lines is outlined, and the outline says what is shown."""
    body = "".join(f"    # Part {part}.\n" + f"    x = {part}\n" * 20 + "\n" for part in range(8))
    checkout = OneFile(f"def f():\n{body}    done = 1\n")
    site = site_of("f.py::f", checkout)
    excerpt = excerpt_of(checkout, site, [Note("done = 1", "")])  # type: ignore[arg-type]
    assert [one.label.rstrip(".") for one in excerpt.outline][:8] == [f"Part {part}" for part in range(8)]
    assert not excerpt.outline[0].shown
    assert not cut(TURN).outline


def test_directory_speaks_in_its_files_words() -> None:
    """Each file is told by its docstring, leading comment, heading or first class; a licence is none of these."""
    excerpt = cut("./")
    about = {entry.path: (entry.about, entry.lines, entry.files) for entry in excerpt.entries}
    assert excerpt.form == "directory"
    assert about["notes/"] == ("Notes of the cook", 0, 2)
    assert about["kitchen.py"][0] == "A kitchen that cooks orders one turn at a time"
    assert about["heat.cu"] == ("A heater: one thread for each burner", 10, 0)
    assert about["menu.md"][0] == "The menu"
    assert about["empty.py"] == ("empty", 0, 0)
    assert {entry.path: entry.about for entry in cut("notes/").entries}["salt.py"] == "Salt: White"


def test_nothing_is_a_form() -> None:
    """An empty file and a site that was not found give an excerpt of nothing; the file says that it is empty."""
    empty = cut("empty.py")
    assert (empty.form, empty.warnings) == ("nothing", ("the file is empty",))
    gone = excerpt_of(KITCHEN, Site(Ref("a.py", "b"), "gone", "1.0"), [Note("x", "y")])
    assert (gone.form, gone.notes[0].why_loose) == ("nothing", "not found")


def test_unreadable_file_is_an_error(tmp_path: Path) -> None:
    """A binary file is no excerpt but an error that names it."""
    (tmp_path / "a.py").write_bytes(b"\0\1\2")
    with pytest.raises(Unreadable, match=r"a\.py"):
        excerpt_of(Checkout(tmp_path, "1.0", "archive"), Site(Ref("a.py"), "exact", "1.0", "a.py", kind="file"), [])


def test_control_characters_become_visible() -> None:
    """What steers a terminal or reorders text is replaced by a sign, and a tab is kept."""
    assert visible("a\x1b[31m\tb\u202e\x7f\x9b") == "a␛[31m\tb⟨U+202E⟩␡⟨U+009B⟩"
    checkout = OneFile("x = '\x1b]0;boo\x07'\n")
    site = site_of("f.py", checkout)
    excerpt = excerpt_of(checkout, site, [Note("boo", "\x1b[2J")])  # type: ignore[arg-type]
    assert excerpt.rows == (Line(1, "x = '␛]0;boo␇'", (1,)),)
    assert excerpt.notes[0].say == "␛[2J"


WORDS = st.sampled_from(
    [
        *(
            "def f():",
            "class C:",
            "if x:",
            "else:",
            "for a in b:",
            "x = (",
            ")",
            "y = 1",
            '"""',
            "# note",
            "",
            "return",
        ),
        *("void f() {", "}", "#if A", "#endif", "## Title", "- item", "```", "| a | b |"),
        *("\t", "\x1b[2J", "日本語", "\u202e"),
    ]
)
LINES = st.lists(st.builds(lambda indent, word: " " * indent + word, st.integers(0, 9), WORDS | st.text(max_size=30)))
PATHS = st.sampled_from(["f.py", "f.cu", "f.cpp", "f.md", "f.txt"])


@st.composite
def excerpts(draw: st.DrawFn, lines: st.SearchStrategy[list[str]] = LINES) -> Excerpt:
    """Any text, any span of it, any notes."""
    repeated = [line for line in draw(lines) for _ in range(draw(st.integers(1, 4)))]
    text = "\n".join(repeated).replace("\r", "") + "\n"
    count = text.count("\n")
    first = draw(st.integers(1, count))
    last = draw(st.integers(first, count))
    kind = draw(st.sampled_from(["file", "function", "class", "heading", "kernel", "value"]))
    path = draw(PATHS)
    site = Site(Ref(path, "f"), "exact", "1.0", path, "f", kind, first, first, last)
    said = draw(st.lists(st.sampled_from(text.split("\n")) | st.text(max_size=8), max_size=5))
    notes = [Note(at, draw(st.text(max_size=40))) for at in said]
    return excerpt_of(OneFile(text), site, notes, full=draw(st.booleans()))  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(excerpts())
def test_every_line_is_in_exactly_one_row(excerpt: Excerpt) -> None:
    """Whatever the text and the notes: the rows are the span, in order, and no fold is smaller than four lines."""
    first = excerpt.site.start or 1
    numbers: list[int] = []
    for row in excerpt.rows:
        if isinstance(row, Fold):
            assert row.count >= 4
            numbers += range(row.first, row.last + 1)
        else:
            assert row.text == excerpt.lines[row.number - first]
            numbers.append(row.number)
    assert numbers == list(range(first, first + len(excerpt.lines)))


@settings(max_examples=150, deadline=None)
@given(excerpts())
def test_every_placed_note_stands_at_a_shown_line(excerpt: Excerpt) -> None:
    """Whatever the text and the notes: a placed note is at one shown line that has its fragment, or loose."""
    at_rows = {number: row for row in excerpt.rows if isinstance(row, Line) for number in row.notes}
    assert [note.number for note in excerpt.notes] == list(range(1, len(excerpt.notes) + 1))
    for note in excerpt.notes:
        if note.line is None:
            assert note.why_loose and note.number not in at_rows
        else:
            assert at_rows[note.number].number == note.line
            assert " ".join(note.at.split()) in " ".join(at_rows[note.number].text.split())
