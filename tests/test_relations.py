"""`reader classes`, `reader calls`, `reader tests`: what they print, their JSON, their exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reader.cli.group import main

TREE = Path(__file__).parent / "fixtures" / "relations"
BASE = "vllm/worker/base.py::Base"
STEP = "vllm/engine/core.py::EngineCore.step"
CLASSES = {"relation", "path", "line", "symbol", "abstract", "depth", "outside", "of", "role", "sure", "note"}
CALLS = {
    "direction", "depth", "path", "line", "symbol", "kind", "via", "sites", "sure", "note", "again", "of", "names",
}  # fmt: skip
TESTS = {"path", "line", "test", "distance", "via", "sure", "uses", "why"}
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    def reader(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, ["--checkout", str(TREE), *arguments])
        assert result.exit_code == code, result.output
        return result

    return reader


@pytest.mark.parametrize(
    ("command", "ref", "keys"),
    [("classes", BASE, CLASSES), ("classes", f"{BASE}.run", CLASSES), ("calls", STEP, CALLS), ("tests", STEP, TESTS)],
)
def test_every_row_has_every_key(command: str, ref: str, keys: set[str], run: Run) -> None:
    """One object a line, with keys that do not depend on what was found."""
    rows = [json.loads(line) for line in run(command, "--json", ref).stdout.splitlines()]
    assert len(rows) > 3 and {frozenset(row) for row in rows} == {frozenset(keys)}


def test_the_rows_of_a_class_are_in_reading_order(run: Run) -> None:
    """Bases, the class, subclasses, then its members' relations; what is outside has no path."""
    rows = [json.loads(line) for line in run("classes", "--json", "vllm/worker/deep.py::Plain").stdout.splitlines()]
    order = list(dict.fromkeys(row["relation"] for row in rows))
    assert order == ["base", "self", "subclass", "overrides", "overridden-by"] or order[:3] == [
        "base",
        "self",
        "subclass",
    ]
    assert {row["path"] for row in rows if row["outside"]} == {None}
    overrides = {row["of"]: row["symbol"] for row in rows if row["relation"] == "overrides"}
    assert overrides["vllm/worker/deep.py::Plain.run"] == "Base.run"


@pytest.mark.parametrize("width", ["60", "140"])
@pytest.mark.parametrize(("command", "ref"), [("classes", BASE), ("calls", STEP), ("tests", STEP)])
def test_lines_keep_to_the_width(command: str, ref: str, width: str, run: Run) -> None:
    """Narrow or wide, and without a colour in a pipe."""
    out = run(command, "--width", width, ref).stdout
    assert "\x1b" not in out and max(map(len, out.splitlines())) <= int(width)


def test_a_reader_sees_the_class_between_its_kin(run: Run) -> None:
    """Bases above, subclasses as a tree, members with what stands in for them, abstract ones marked."""
    out = " ".join(run("classes", BASE).stdout.split())
    assert "class Base vllm/worker/base.py:9 abstract" in out
    assert "ABC outside of this checkout" in out
    assert "run :13 abstract overridden by Box.run" in out
    assert "stop :17 abstract by convention overridden by Plain.stop" in out
    assert "Typed.stop vllm/worker/deep.py" in out and "set on self" in out


def test_a_member_has_its_chain(run: Run) -> None:
    """What it overrides, nearest first, what lies outside, and who overrides it."""
    out = " ".join(run("classes", "vllm/worker/deep.py::Several.ready").stdout.split())
    assert "overrides Base.ready vllm/worker/base.py:24" in out and "ABC may" not in out
    out = " ".join(run("classes", "vllm/worker/deep.py::made.Made.name").stdout.split())
    assert "overrides Mixin.name" in out and "what parent may have of this name lies outside" in out


def test_a_reader_sees_the_tree_of_calls(run: Run) -> None:
    """Recursion and pointers are words; what is only possible, untold or outside is apart and counted."""
    out = " ".join(run("calls", STEP, "--depth", "3").stdout.split())
    assert "recursion: see above" in out and "not told:" in out
    assert "1 call leaves the checkout: time.monotonic" in out
    assert "goes on into C++: reader kernel twist" in out
    only_up = run("calls", STEP, "--up").stdout
    assert "called by" in only_up and "\ncalls\n" not in only_up


@pytest.mark.parametrize(
    ("command", "ref", "words"),
    [
        ("classes", "vllm/worker/gone.py::Nowhere", "gone"),
        ("calls", "vllm/engine/core.py", "is a file"),
        ("tests", "vllm/engine/", "is a directory"),
        ("classes", "vllm/engine/core.py::resolve", "it has no bases"),
        ("calls", "vllm/worker/deep.py::Renamed.limit", "which nobody calls"),
        ("tests", "vllm/engine/core.py::EngineCore.load", "no test was found"),
        ("calls", "vllm/engine/core.py::EngineCore.nothing", "EngineCore has no nothing"),
    ],
)
def test_what_cannot_be_answered_is_said_and_ends_with_1(command: str, ref: str, words: str, run: Run) -> None:
    """A clear word and no traceback."""
    assert words in " ".join(run(command, ref, code=1).output.split())


def test_a_file_that_does_not_parse_gives_what_could_be_read(run: Run, tmp_path: Path) -> None:
    """A class cut in the middle still has its bases and its calls, and the reader is told."""
    tree = tmp_path / "vllm-0.13.0"
    (tree / "vllm").mkdir(parents=True)
    (tree / "vllm" / "__init__.py").write_text("")
    (tree / "vllm" / "cut.py").write_text(
        "class A:\n    def f(self): ...\n\nclass B(A):\n    def f(self):\n        g(\n"
    )
    for command, words in (("classes", "A.f"), ("calls", "method B.f")):
        result = run("--checkout", str(tree), command, "vllm/cut.py::B.f")
        assert "does not parse" in result.stderr and words in result.stdout


@pytest.mark.parametrize("command", ["uses", "calls", "classes", "tests"])
def test_a_stop_is_asked_about_as_what_it_shows(
    command: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `reader show` takes, the questions take; a stop that a tour does not have is said to be missing."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    tour = tmp_path / "config" / "vllm-reader" / "tours" / "mine.toml"
    tour.parent.mkdir(parents=True)
    stop = f'id = "turn"\ntitle = "T"\nref = "{STEP}"\nminutes = 1\nlane = "engine-core"\nwhy = "W"\n'
    tour.write_text(f'format = 1\ntitle = "M"\nhome = "0.13.0"\nintro = "I"\n\n[[stop]]\n{stop}')
    asked = run(command, "--json", "mine:turn").stdout
    assert asked == run(command, "--json", STEP).stdout
    assert "there is no stop in mine" in run(command, "mine:turned", code=2).stderr


def test_a_name_without_its_file_is_answered_with_where_it_is_defined(run: Run) -> None:
    """It is not taken for the answer: the place is told, and the exit code is 1."""
    said = run("calls", "EngineCore.step", code=1).stdout
    assert "gone" in said and "vllm/engine/core.py:" in said and "EngineCore.step" in said.split("near")[1]
