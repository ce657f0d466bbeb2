"""Tours for CodeTour: every step stands where its stop or note does, and comes back as it was."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from reader import library
from reader.checkout import open_checkout
from reader.codetour.exporting import Export
from reader.codetour.importing import Import
from reader.codetour.lifting import Lifter
from reader.codetour.parsing import parse
from reader.codetour.player import numbered, shown_title
from reader.prose import blocks
from reader.reading import Readings
from reader.tour import Note, Question, Stop, Tour
from reader.tourfile.writing import toml_of
from tests.conftest import commit

WEEKS = ("week03", "week07")


def played(root: Path, step: dict[str, Any]) -> int | None:
    """The line where CodeTour's player puts a step: of plain text, Python's own expressions say the same."""
    text = "\n".join((root / step["file"]).read_text(encoding="utf-8-sig").splitlines())
    if "line" in step:
        return int(step["line"])
    found = re.search(step["pattern"], text, re.MULTILINE)
    return found and text[: found.start()].count("\n") + 1


def exported(root: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / ".tours" / f"{name}.tour").read_text(encoding="utf-8"))
    return found


def test_the_files_of_two_tours(guided: Callable[..., Result], tmp_path: Path) -> None:
    """Numbered titles, the next one by its exact title, one primary; the stop, its notes and its answer in a row."""
    out = guided("export", "codetour", str(tmp_path / "out"))
    assert "week01.tour: 6 steps" in out.output
    first, second = (exported(tmp_path / "out", name) for name in ("week01", "week02"))
    assert (first["title"], second["title"]) == ("1 - The engine", "2 - The queue")
    assert (first["nextTour"], first["isPrimary"]) == ("2 - The queue", True)
    assert not {"nextTour", "isPrimary", "ref"} & second.keys()
    titles = [step["title"] for step in first["steps"]]
    assert titles[:4] == ["A request comes in", "↳ self.waiting.append(request)", "↳ The answer", "One turn"]
    assert [step["symbol"] for step in first["steps"][:2]] == ["vllm/engine.py::Engine.add"] * 2
    assert "**Question.** What runs here?" in first["steps"][0]["description"]
    assert "Nothing at all." not in first["steps"][0]["description"]
    assert "Nothing at all." in first["steps"][2]["description"]


def test_every_step_stands_at_its_line(guided: Callable[..., Result], tmp_path: Path) -> None:
    """Found by its pattern, in the checkout as it lies there; no step has a bare line number."""
    guided("export", "codetour", str(tmp_path / "out"))
    root = tmp_path / "vllm-0.13.0"
    first = exported(tmp_path / "out", "week01")["steps"]
    text = (root / "vllm/engine.py").read_text(encoding="utf-8").splitlines()
    lines = [text[(played(root, step) or 0) - 1].strip() for step in first]
    assert lines == [
        "def add(self, request):",
        "self.waiting.append(request)",
        "def add(self, request):",
        "def step(self):",
        "def schedule(self):",
        "def schedule(self):",
    ]
    assert not any("line" in step for step in first)


def test_what_is_not_here_has_no_place_and_says_so(guided: Callable[..., Result], tmp_path: Path) -> None:
    """A stop that is gone is words alone; a note without its line is told at its stop."""
    out = guided("export", "codetour", str(tmp_path / "out"))
    assert "have no place in this checkout, and say why" in out.output
    lost = exported(tmp_path / "out", "week02")["steps"][-1]
    assert not {"file", "directory", "pattern", "line"} & lost.keys()
    assert "**This step has no place in this checkout.**" in lost["description"]
    assert "**gone**" in lost["description"]
    turn = next(step for step in exported(tmp_path / "out", "week01")["steps"] if step["title"] == "One turn")
    assert "Of `this line is nowhere`, which is not found here: A note that lost its line." in turn["description"]


def test_other_files_stay(guided: Callable[..., Result], tmp_path: Path) -> None:
    """A tour that somebody wrote is not replaced, one that an earlier export wrote is; nothing else lies in .tours,
    where CodeTour would take any file for a tour."""
    own = tmp_path / "out" / ".tours" / "week01.tour"
    own.parent.mkdir(parents=True)
    own.write_text("{}")
    assert "was not written by reader" in guided("export", "codetour", str(tmp_path / "out"), code=2).output
    assert own.read_text() == "{}"
    guided("export", "codetour", str(tmp_path / "out"), "--force")
    guided("export", "codetour", str(tmp_path / "out"), "week2")
    assert [file.name for file in own.parent.iterdir()] == ["week02.tour"]
    assert exported(tmp_path / "out", "week02")["title"] == "The queue"


def test_pinned_lines_are_those_of_the_commit(guided: Callable[..., Result], tmp_path: Path) -> None:
    """Of a clone the commit that is read, whatever was changed since; of a release its tag."""
    guided("export", "codetour", str(tmp_path / "a"), "week1", "--pinned")
    tour = exported(tmp_path / "a", "week01")
    assert tour["ref"] == "v0.13.0"
    assert [step["line"] for step in tour["steps"][:2]] == [2, 3]
    assert not any("pattern" in step for step in tour["steps"])
    root = tmp_path / "vllm-0.13.0"
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    commit(root, "v0.13.0")
    engine = root / "vllm" / "engine.py"
    engine.write_text("# one more line\n" + engine.read_text())
    guided("export", "codetour", str(tmp_path / "b"), "week1", "--pinned")
    again = exported(tmp_path / "b", "week01")
    assert re.fullmatch(r"[0-9a-f]{40}", again["ref"])
    assert [step["line"] for step in again["steps"][:2]] == [2, 3]


def test_titles_of_ten_tours_sort_as_they_are_numbered() -> None:
    """The player sorts them as text, and shows what stands up to the next hyphen."""
    assert sorted(numbered(number, 12, "KV-cache") for number in (10, 2)) == ["02 - KV‑cache", "10 - KV‑cache"]
    assert shown_title(numbered(3, 9, "KV-cache")) == "KV‑cache"
    assert shown_title("No number - here") == "No number - here"


@pytest.mark.parametrize("version", ["0.9.2", "0.33.0"])
def test_a_real_release(release: Callable[[str], Path], version: str) -> None:
    """On vLLM itself every step hits the line that the excerpt has, first in the file, and the tours that are taken in
    again have the same stops, words, notes, questions and facts."""
    checkout = open_checkout(release(version))
    readings, lifter = Readings(checkout), Lifter(checkout)
    for tour in map(library.load, WEEKS):
        made = next(iter(Export([tour], checkout)))
        assert made.problems == ()
        given = json.loads(made.data)
        assert expected_lines(tour, readings) == [
            played(checkout.root, step) for step in given["steps"] if "file" in step and "answers" not in step["reader"]
        ]
        back = Import(checkout, lifter, Path(f"{tour.name}.tour"), parse(Path("x"), made.data)).done()
        assert (back.told, back.unplaced) == ((), 0)
        assert_same(back.tour, tour, version)
        assert toml_of(back.tour)


def expected_lines(tour: Tour, readings: Readings) -> list[int]:
    lines = []
    for stop in tour.stops_at(readings.checkout.release):
        reading = readings.stop(tour, stop)
        if reading.site.path is None or reading.excerpt is None or reading.site.kind == "directory":
            continue
        blank = next(at for at, line in enumerate(reading.excerpt.lines, 1) if line.strip())
        lines.append(blank if reading.site.kind == "file" else reading.site.line or 0)
        lines += [note.line for note in reading.excerpt.notes if note.line is not None]
    return lines


def assert_same(found: Tour, tour: Tour, version: str) -> None:
    assert (found.name, found.title, found.home, found.week) == (tour.name, tour.title, tour.home, tour.week)
    assert said(found.intro) == said(tour.intro)
    wanted = [stop.at_release(version)[0] for stop in tour.stops_at(version)]
    assert [facts(stop, stop.notes) for stop in found.stops] == [facts(stop, stop.notes_at(version)) for stop in wanted]


def facts(stop: Stop, notes: tuple[Note, ...]) -> list[Any]:
    plain = [
        getattr(stop, key) for key in ("id", "title", "ref", "minutes", "lane", "state", "reason", "stars", "covers")
    ]
    links = [stop.after, stop.back_from, stop.call, stop.message]
    return [*plain, *links, said(stop.why), {one.at: said(one.say) for one in notes}, list(map(asked, stop.questions))]


def asked(question: Question) -> Any:
    return said(question.ask), said(question.answer), question.ref


def said(text: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.lead, one.text) for one in blocks(text) if one.kind != "gap"]


def test_steps_that_somebody_added_come_back_beside_ours(guided: Callable[..., Result], tmp_path: Path) -> None:
    """And words that were edited in the editor come back as they are now."""
    guided("export", "codetour", str(tmp_path / "out"), "week1")
    file = tmp_path / "out" / ".tours" / "week01.tour"
    tour = json.loads(file.read_text(encoding="utf-8"))
    tour["steps"][0]["description"] = tour["steps"][0]["description"].replace("It only waits.", "It waits \\[only\\].")
    tour["steps"].append({"file": "vllm/core/queue.py", "line": 2, "description": "# Mine\nMy words."})
    file.write_text(json.dumps(tour), encoding="utf-8")
    guided("import", str(file), "--output", str(tmp_path / "mine"))
    back = library.load(str(tmp_path / "mine" / "week01.toml"))
    assert back.stops[0].why == "It waits [only]."
    assert (back.stops[-1].title, str(back.stops[-1].ref)) == ("Mine", "vllm/core/queue.py::Queue.pop")
    assert [stop.id for stop in back.stops] == ["add", "step", "schedule", "mine"]


@pytest.mark.parametrize(
    ("step", "key", "value"),
    [
        (0, "stop", "no id!"),
        (0, "minutes", "many"),
        (0, "lane", 7),
        (0, "after", "add"),
        (3, "stop", "add"),
        (1, "note", []),
    ],
)
def test_a_spoilt_export_comes_in_all_the_same(
    guided: Callable[..., Result], tmp_path: Path, step: int, key: str, value: object
) -> None:
    """As a tour of somebody's own, where what we wrote beside a step is not to be used; every word is there."""
    guided("export", "codetour", str(tmp_path / "out"), "week1")
    file = tmp_path / "out" / ".tours" / "week01.tour"
    tour = json.loads(file.read_text(encoding="utf-8"))
    tour["steps"][step]["reader"][key] = value
    file.write_text(json.dumps(tour), encoding="utf-8")
    guided("import", str(file), "--output", str(tmp_path / "mine"))
    made = (tmp_path / "mine" / "week01.toml").read_text(encoding="utf-8")
    assert all(words in made for words in ("It only waits.", "Nothing runs yet.", "Nothing at all.", "Eight at once."))
    assert library.load(str(tmp_path / "mine" / "week01.toml")).stops


def test_a_checkout_in_which_nothing_is_utf_8(guided: Callable[..., Result], tmp_path: Path) -> None:
    """Latin-1, carriage returns, tabs and trailing space: the pattern hits however an editor decodes the file."""
    engine = tmp_path / "vllm-0.13.0" / "vllm" / "engine.py"
    text = engine.read_text().replace("    ", "\t").replace("\n", "  \r\n")
    engine.write_bytes(b"# \xe9\r\n" + text.replace("append(request)", "append(request)  # \xfcber").encode("latin-1"))
    guided("export", "codetour", str(tmp_path / "out"), "week1")
    note = exported(tmp_path / "out", "week01")["steps"][1]
    for shown in (engine.read_bytes().decode("latin-1"), engine.read_bytes().decode("utf-8", "replace")):
        plain = "\n".join(shown.split("\r\n"))
        found = re.search(note["pattern"], plain, re.MULTILINE)
        assert found is not None
        assert plain[: found.start()].count("\n") == 3


def test_what_is_in_the_way_stays(guided: Callable[..., Result], tmp_path: Path) -> None:
    """A file where the folder should be is left, and said."""
    out = tmp_path / "out"
    out.write_text("a file")
    assert "is there and is no directory" in guided("export", "codetour", str(out), code=2).output
    assert out.read_text() == "a file"
