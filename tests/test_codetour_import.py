"""Tours of CodeTour come in: lines become symbols and fragments that stay, and nothing of theirs runs or is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.checkout import Checkout, open_checkout
from reader.checkout.choice import Allowed
from reader.checkout.objects import objects_of
from reader.cli.group import main
from reader.codetour.importing import Import, Imported, name_of
from reader.codetour.lifting import Lifter
from reader.codetour.parsing import parse
from reader.errors import ReaderError
from reader.reading import Readings
from reader.tour import Tour
from reader.tourfile import parse as toml
from reader.tourfile.writing import toml_of
from tests.conftest import commit

SHOP = '''\
"""A shop."""

RATES = {
    "a": 1,
    "b": 2,
}


class Cart:
    def __init__(self):
        self.items = []

    @property
    def total(self):
        return sum(self.items)

    @total.setter
    def total(self, value):
        self.items = [value]

    # Puts one in.
    def add(self, item):
        if item is None:
            return None
        self.items.append(item)

        return None


def pay(cart):
    return cart.total * RATES["a"]
'''
ENGINE = """\
#include <vector>

namespace shop {

int price(int item) {
  return item * 2;
}

int price(float item) {
  return item * 3;
}

class Till {
 public:
  void open() {
    count = 1;
  }
};

}  // namespace shop
"""


ENDLESS = "(?:(?:a{1,1000}){1,1000}){1,1000}b"


def line_of(text: str, fragment: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if fragment in line)


PAY = {
    "start": {"line": line_of(SHOP, "def pay"), "character": 1},
    "end": {"line": line_of(SHOP, "def pay") + 1, "character": 9},
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    (root / "src" / "shop.py").write_text(SHOP)
    (root / "src" / "till.cpp").write_text(ENGINE)
    (root / "notes.yml").write_text("one:\n  name: a\ntwo:\n  name: b\n")
    return root


def opened(root: Path) -> Checkout:
    return open_checkout(root, Allowed(every=True))


def taken(root: Path, *steps: dict[str, Any], file: Path | None = None, **tour: Any) -> Imported:
    data = json.dumps({"title": "T", **tour, "steps": [{"description": "Words.", **step} for step in steps]}).encode()
    place = file or Path("t.tour")
    checkout = opened(root)
    return Import(checkout, Lifter(checkout), place, parse(place, data)).done()


def anchors(root: Path, tour: Tour) -> list[str | None]:
    """The text of the line that each stop and each note stands at."""
    checkout = opened(root)
    readings = Readings(checkout)
    found: list[str | None] = []
    for stop in tour.stops:
        reading = readings.stop(tour, stop)
        assert reading.site.path is not None and reading.excerpt is not None, reading.site
        if reading.site.kind == "directory":
            found.append(reading.site.path)
            continue
        text = checkout.read(reading.site.path).text.split("\n")
        found.append(text[(reading.site.line or 1) - 1].strip() if reading.site.symbol else reading.site.path)
        found += [note.line and text[note.line - 1].strip() for note in reading.excerpt.notes]
    return found


@pytest.mark.parametrize(
    ("file", "fragment", "ref", "at"),
    [
        ("src/shop.py", "def pay", "src/shop.py::pay", None),
        ("src/shop.py", "return cart.total", "src/shop.py::pay", 'return cart.total * RATES["a"]'),
        ("src/shop.py", "class Cart", "src/shop.py::Cart", None),
        ("src/shop.py", "@property", "src/shop.py::Cart.total", None),
        ("src/shop.py", "@total.setter", "src/shop.py::Cart", "@total.setter"),
        ("src/shop.py", "self.items = [value]", "src/shop.py::Cart", "self.items = [value]"),
        ("src/shop.py", "# Puts one in", "src/shop.py::Cart.add", None),
        ("src/shop.py", '"a": 1', "src/shop.py", '"a": 1,'),
        ("src/shop.py", '"""A shop', "src/shop.py", None),
        ("src/till.cpp", "namespace shop {", "src/till.cpp::shop", None),
        ("src/till.cpp", "return item * 3", "src/till.cpp", "return item * 3;"),
        ("src/till.cpp", "count = 1", "src/till.cpp::shop::Till::open", "count = 1;"),
        ("notes.yml", "two:", "notes.yml", "two:"),
    ],
)
def test_a_line_is_lifted_to_its_definition(shop: Path, file: str, fragment: str, ref: str, at: str | None) -> None:
    """The smallest one that the resolver finds just there, and a fragment that stands on the line alone."""
    number = line_of((shop / file).read_text(), fragment)
    done = taken(shop, {"file": file, "line": number})
    stop = done.tour.stops[0]
    assert (str(stop.ref), [note.at for note in stop.notes]) == (ref, [at] if at else [])
    assert (done.told, done.unplaced) == ((), 0)


def test_the_tour_survives_lines_that_move(shop: Path) -> None:
    """Seven lines at the head and two functions in another order: every stop and note stands at the text it did."""
    steps = [{"file": "src/shop.py", "line": number} for number, line in enumerate(SHOP.split("\n"), 1) if line.strip()]
    tour = toml(Path("t.toml"), toml_of(taken(shop, *steps).tour).encode())
    before = anchors(shop, tour)
    head, pay = SHOP.split("\n\n\ndef pay")
    (shop / "src" / "shop.py").write_text("# new\n" * 7 + f"def pay{pay}\n\n{head}\n")
    assert anchors(shop, tour) == before
    assert None not in before


def test_steps_in_one_definition_are_one_stop(shop: Path) -> None:
    """In their order and with all their words; the first speaks for the stop, the others stand at their lines."""
    done = taken(
        shop,
        {"title": "Adding", "file": "src/shop.py", "line": line_of(SHOP, "def add"), "description": "First."},
        {"title": "Nothing", "file": "src/shop.py", "line": line_of(SHOP, "if item"), "description": "Second."},
        {"file": "src/shop.py", "line": line_of(SHOP, "append"), "description": "Third."},
        {"file": "src/shop.py", "line": line_of(SHOP, "def pay"), "description": "# Paying\nFourth."},
    )
    add, pay = done.tour.stops
    assert (add.id, add.title, add.why) == ("adding", "Adding", "First.")
    assert [(note.at, note.say) for note in add.notes] == [
        ("if item is None:", "**Nothing**\n\nSecond."),
        ("self.items.append(item)", "Third."),
    ]
    assert (pay.title, pay.why) == ("Paying", "Fourth.")


def test_steps_without_a_place(shop: Path) -> None:
    """Words before the first place go to the introduction, others to the stop behind them, the last stand alone."""
    done = taken(
        shop,
        {"title": "Welcome", "description": "Hello."},
        {"directory": "src"},
        {"description": "Between."},
        {"file": "notes.yml", "description": "A file."},
        {"title": "Bye", "description": "End.", "commands": ["a.b?[1]"], "view": "explorer"},
        description="About.",
        when="isLinux",
        nextTour="2 - More",
    )
    assert done.tour.intro == (
        "About.\n\n**Welcome**\n\nHello.\n\nIts author shows this tour only where `isLinux`.\n\n"
        "The tour after it is “2 - More”."
    )
    assert [str(stop.ref) for stop in done.tour.stops] == ["src/", "notes.yml", "./"]
    assert done.tour.stops[1].why == "Between.\n\nA file."
    assert done.tour.stops[2].why.endswith(
        "shows the view `explorer`.\n\nIn the editor this step runs commands: `a.b?[1]`."
    )


def test_a_line_means_the_text_that_its_author_had(shop: Path) -> None:
    """At the commit that wrote the step, since the code moved on and the tour did not; or at the tag that it names."""
    subject = shop / ".tours" / "t.tour"
    subject.parent.mkdir()
    step = {"file": "src/shop.py", "line": line_of(SHOP, "append"), "description": "Words."}
    subject.write_text(json.dumps({"title": "T", "steps": [step]}))
    os.system(f"git init -q {shop}")
    commit(shop, "v1.0")
    (shop / "src" / "shop.py").write_text("import os\n\n\n" + SHOP.replace("item)\n", "item)  # kept\n"))
    commit(shop)
    done = taken(shop, step, file=subject)
    assert [note.at for note in done.tour.stops[0].notes] == ["self.items.append(item) # kept"]
    assert done.told == (
        f"step 1 (src/shop.py): its line was 'self.items.append(item)' as of {tagged(shop)[:9]}, which wrote the step; "
        "'self.items.append(item) # kept' is taken",
    )
    pay = {"file": "src/shop.py", "line": line_of(SHOP, "return cart.total"), "description": "W."}
    assert anchors(shop, taken(shop, pay, ref="v1.0").tour)[-1] == 'return cart.total * RATES["a"]'
    assert anchors(shop, taken(shop, pay).tour)[-1] != 'return cart.total * RATES["a"]'
    told = taken(shop, pay, ref="v9").told
    assert told == ("the tour names 'v9', which is not at hand: its lines are taken as those of this checkout",)


def test_a_line_that_was_edited_is_looked_for_in_its_own_definition(shop: Path) -> None:
    """One like it in another function is another line; where it is gone, the definition stands for it."""
    subject = shop / "t.tour"
    step = {"file": "src/shop.py", "line": line_of(SHOP, "self.items = []"), "description": "Words."}
    subject.write_text(json.dumps({"title": "T", "steps": [step]}))
    os.system(f"git init -q {shop}")
    commit(shop)
    (shop / "src" / "shop.py").write_text(SHOP.replace("self.items = []", "pass"))
    done = taken(shop, step, file=subject)
    assert (str(done.tour.stops[0].ref), done.tour.stops[0].notes) == ("src/shop.py::Cart.__init__", ())
    assert "its line is gone: 'self.items = []'" in done.told[0]


def tagged(root: Path) -> str:
    return objects_of(root).tags()["v1.0"]


def test_a_file_that_moved_is_found_by_its_text(shop: Path) -> None:
    """And one that carries its own text, as an exported tour does, needs no history."""
    (shop / "lib").mkdir()
    (shop / "src" / "shop.py").rename(shop / "lib" / "shop.py")
    done = taken(shop, {"file": "src/shop.py", "line": line_of(SHOP, "append"), "contents": SHOP})
    assert str(done.tour.stops[0].ref) == "lib/shop.py::Cart.add"
    assert done.told == ("step 1 (src/shop.py): was in src/shop.py, is now in lib/shop.py",)


@pytest.mark.parametrize(
    ("step", "ref", "at"),
    [
        ({"pattern": "^def (?<name>pay)"}, "src/shop.py::pay", None),
        ({"pattern": "items\\.append\\(\\w+\\)$"}, "src/shop.py::Cart.add", "self.items.append(item)"),
        ({"selection": PAY}, "src/shop.py::pay", None),
        ({"line": "24"}, "src/shop.py::Cart.add", "return None"),
        ({"line": 0}, "src/shop.py", None),
    ],
)
def test_what_places_a_step(shop: Path, step: dict[str, Any], ref: str, at: str | None) -> None:
    """Patterns of JavaScript, selections, numbers in quotes, and a zero that means none."""
    done = taken(shop, {"file": "src/shop.py", **step})
    assert str(done.tour.stops[0].ref) == ref
    if at is not None and "pattern" in step:
        assert [note.at for note in done.tour.stops[0].notes] == [at]


def test_a_marker_in_the_source(shop: Path) -> None:
    """Of a numbered tour a file's comment `CT1.1` places the step that has nothing else."""
    (shop / "src" / "shop.py").write_text(SHOP.replace("return None\n\n\n", "return None  # CT1.1 - Done\n\n\n"))
    done = taken(shop, {"file": "src/shop.py"}, title="1 - Shop")
    assert [note.at for note in done.tour.stops[0].notes] == ["return None # CT1.1 - Done"]


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (
            {"file": "src/shp.py", "line": 1},
            "there is no such file in this checkout; did you mean src/shop.py or src/till.cpp?",
        ),
        ({"file": "old/till.cpp", "line": 1}, "there is no such file in this checkout; did you mean src/till.cpp?"),
        ({"file": "../secret.py", "line": 1}, "'..' would lead out of the checkout"),
        ({"file": "C:\\work\\other\\x.py", "line": 1}, "is an absolute path of which nothing is in this checkout"),
        ({"file": "src/shop.py", "line": 900}, "line 900 is beyond the end: the file has"),
        ({"file": "src/shop.py", "pattern": "nothing like it"}, "its pattern matches nothing"),
        ({"file": "src/shop.py", "pattern": "a++"}, "there is nothing to repeat"),
        ({"file": "src/shop.py", "pattern": ENDLESS}, "without an end"),
        ({"uri": "https://a.b/c.py"}, "is not of this checkout"),
        ({"directory": "nowhere"}, "is not there"),
        ({"file": "notes.yml", "line": 2, "selection": 5}, "selection: Expected `object`"),
        ({"file": "notes.yml", "line": -2}, "line: counts from 1"),
    ],
)
def test_what_cannot_be_lifted_is_told(
    shop: Path, step: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its step, in words; the words of its author are there all the same."""
    monkeypatch.setattr("reader.codetour.javascript.PATIENCE", 0.05)
    (shop / "src" / "shop.py").write_text(SHOP + "# " + "a" * 3000 + "\n")
    done = taken(shop, step, {"file": "src/till.cpp"})
    assert any(told in said and "step 1" in said for said in done.told), done.told
    assert "Words." in toml_of(done.tour)


def test_patterns_that_never_end_are_not_waited_for_again(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the third no more are searched for, so that a tour of two thousand of them comes to an end."""
    monkeypatch.setattr("reader.codetour.javascript.PATIENCE", 0.02)
    (shop / "src" / "shop.py").write_text(SHOP + "# " + "a" * 3000 + "\n")
    done = taken(shop, *[{"file": "src/shop.py", "pattern": ENDLESS}] * 5)
    assert done.unplaced == 5
    assert "steps 4, 5 (src/shop.py): its pattern is not searched for: 3 before it did not end" in done.told


def test_a_tour_of_another_project_is_refused(shop: Path, tmp_path: Path) -> None:
    """Not one of its files is here, and it does not lie here: whoever meant another checkout is told how to say so."""
    with pytest.raises(ReaderError, match=r"none of the 2 files that it names is in .*/shop, .*--checkout DIR"):
        taken(shop, {"file": "a/b.ts"}, {"file": "c.ts"}, file=tmp_path / "x.tour")


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-2, 50), st.text(max_size=8), st.sampled_from(["src/shop.py", "^", "("])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=4,
)
KEYS = (
    "title",
    "description",
    "file",
    "directory",
    "uri",
    "view",
    "line",
    "pattern",
    "contents",
    "selection",
    "commands",
)
STEPS = st.lists(st.one_of(VALUES, st.dictionaries(st.sampled_from([*KEYS, "symbol", "reader"]), VALUES)), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS, st.dictionaries(st.sampled_from(["title", "description", "ref", "when", "reader", "stepMarker"]), VALUES))
def test_any_json_is_a_tour_or_is_refused_in_words(shop: Path, steps: list[Any], tour: dict[str, Any]) -> None:
    """And what it becomes is a tour that can be read again."""
    place = shop / "t.tour"
    checkout = opened(shop)
    found = parse(place, json.dumps({**tour, "steps": steps}).encode())
    done = Import(checkout, Lifter(checkout), place, found).done()
    assert toml(Path(f"{done.tour.name}.toml"), toml_of(done.tour).encode()).stops


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("src\\shop.py", "'src\\\\shop.py' is read as 'src/shop.py'"),
        ("C:\\Users\\me\\shop\\src\\shop.py", "'src/shop.py' here is taken for it"),
        ("./src/shop.py", None),
        ("/src/shop.py", None),
        ("src/shop%2Epy", None),
    ],
)
def test_paths_of_other_systems(shop: Path, file: str, told: str | None) -> None:
    """Made relative, and said where that took a guess."""
    done = taken(shop, {"file": file, "line": line_of(SHOP, "def pay")})
    assert str(done.tour.stops[0].ref) == "src/shop.py::pay"
    assert [told in said for said in done.told if told] == ([True] if told else [])


def test_json_as_people_leave_it() -> None:
    """Comments, trailing commas, a byte order mark; what is wrong is told with line and column."""
    data = b'\xef\xbb\xbf{\n // a tour\n "title": "T", /* so */\n "steps": [{"description": "d",},],\n}\n'
    assert parse(Path("t.tour"), data).steps[0].description == "d"
    for bad, told in [
        (b'{"title": "T",\n "steps": [}', "t.tour: line 2, column 12: not JSON"),
        (b"", "t.tour: is not JSON"),
        (b"[1]", "is no tour: it holds a list"),
        (b'{"title": "T"}', "has no list of steps"),
        (b'{"title": "\xff"}', "byte 11 is not UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"steps": [' + b"1," * 3000 + b"1]}", "has 3001 steps"),
    ]:
        with pytest.raises(ReaderError, match=told):
            parse(Path("t.tour"), bad)


def test_names_of_files() -> None:
    """As theirs, in letters that a tour may have, with the number of a series before it."""
    assert name_of(Path("Getting Started.tour"), "#2 - Start") == "02-getting-started"
    assert name_of(Path("plan.tour"), "Plan") == "plan-tour"
    assert name_of(Path("1 - intro.tour"), "1 - Intro") == "1-intro"
    assert name_of(Path("日本.tour"), "日本") == "tour"


@pytest.fixture
def run(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(shop)

    def run(*args: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, ["--any", "--checkout", str(shop), *args])
        assert result.exit_code == code, result.output
        return result

    return run


def test_the_command(shop: Path, run: Callable[..., Result]) -> None:
    """Writes beside the checkout, where the tour is found and checked; twice is refused, a dry run writes nothing."""
    (shop / "t.tour").write_text(json.dumps({"title": "T", "steps": [{"description": "d", "file": "notes.yml"}]}))
    assert "would be" in run("import", "t.tour", "--dry-run").output
    assert not (shop / ".reader").exists()
    assert "t.toml: 1 step, as 1 stop with 0 notes" in run("import", "t.tour").output
    run("check", "t")
    before = (shop / ".reader" / "tours" / "t.toml").read_bytes()
    assert "is there already, and was left as it is" in run("import", "t.tour", code=2).output
    assert (shop / ".reader" / "tours" / "t.toml").read_bytes() == before
    run("import", "t.tour", "--output", "mine.toml")
    assert (shop / "mine.toml").read_bytes() == before


def test_one_bad_file_of_several(shop: Path, run: Callable[..., Result]) -> None:
    """The others are taken in, and the exit code says that something was wrong; 1 where steps could not be placed."""
    (shop / "bad.tour").write_text("{")
    (shop / "good.tour").write_text(json.dumps({"title": "G", "steps": [{"description": "d", "file": "no.py"}]}))
    out = run("import", "bad.tour", "good.tour", "gone.tour", code=2).output
    assert "bad.tour: line 1, column" in out
    assert "gone.tour: there is no such file" in out
    assert (shop / ".reader" / "tours" / "good.toml").is_file()
    (shop / ".reader" / "tours" / "good.toml").unlink()
    assert "1 step is not at the code" in run("import", "good.tour", code=1).output


def test_a_hostile_tour(shop: Path, run: Callable[..., Result]) -> None:
    """Control characters, directions, HTML, commands and links that would run: all of it text, and none of it done."""
    step = {
        "title": "\x1b[31mred\u202e",
        "description": "<script>x</script> [a](javascript:x) \x1b]0;t\x07\n>> touch pwned\n\udc80",
        "file": "notes.yml",
        "commands": ["workbench.action.terminal.new"],
    }
    text = json.dumps({"title": "\x1b[1mT\x00", "steps": [step, {"description": 5}, 7, {"file": "a\x00b"}]})
    (shop / "h.tour").write_text(text)
    out = run("import", "h.tour", code=1).output
    made = (shop / ".reader" / "tours" / "h.toml").read_text(encoding="utf-8")
    assert not {"\x1b", "\u202e", "\x00", "\x07"} & {*out, *made}
    assert "To be run in a terminal: `touch pwned`" in made
    assert "a (`javascript:x`)" in made
    assert sorted(path.name for path in shop.iterdir()) == [".reader", "h.tour", "notes.yml", "src"]
    run("check", "h")
