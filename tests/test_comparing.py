"""What a reader is told of changes: status, next --changed, diff, where --history, show --at, check --since."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reader import library
from reader.cli.group import main
from reader.syntax import normalised

Run = Callable[..., Result]


@pytest.fixture
def engine(tmp_path: Path, guided: Run) -> Path:
    """A file of the checkout that the guided tours read."""
    return tmp_path / "vllm-0.13.0" / "vllm" / "engine.py"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def read(guided: Run) -> Run:
    """After the first two stops were read."""
    guided("tour", "1")
    guided("next")
    guided("next")
    return guided


@pytest.mark.parametrize(
    ("old", "new", "level", "changed"),
    [
        ("append(request)", "insert(0, request)", "body", True),
        ("def add(self, request", "def add(self, one, request", "signature", True),
        ("        self.waiting.append", "        # why\n\n        self.waiting.append", "same", False),
    ],
)
def test_status_says_how_much(read: Run, engine: Path, old: str, new: str, level: str, changed: bool) -> None:
    """A comment is no change; a body and a signature are told apart, and the sum stands above them."""
    edit(engine, old, new)
    told = read("status").stdout
    (row, *_) = rows(read("status", "--json"))
    assert row["changed"] == (["add"] if changed else [])
    assert [(one["stop"], one["level"]) for one in row["changes"]] == ([("add", level)] if changed else [])
    assert ("1 of the 2 stops that you have read has changed" in told) == changed
    assert (f"{level}  week01:add" in told) == changed


def test_a_file_marked_by_hand_names_its_definitions(guided: Run, engine: Path) -> None:
    """Which of them changed, and how."""
    guided("mark", "vllm/engine.py")
    edit(engine, "append(request)", "insert(0, request)")
    (row,) = [row for row in rows(guided("status", "--json")) if row.get("file") == "vllm/engine.py"]
    assert row["marked"] == "changed"
    assert row["definitions"] == [{"symbol": "Engine.add", "level": "body"}]
    assert "Engine.add (body)" in guided("status").stdout


def test_next_changed_goes_through_what_changed(read: Run, engine: Path) -> None:
    """Only what differs is shown; the stop that one leaves is read as it is now, and in the end nothing is left."""
    edit(engine, "append(request)", "insert(0, request)")
    page = read("next", "--changed").stdout
    assert "-│     self.waiting.append(request)" in page and "+│     self.waiting.insert(0, request)" in page
    assert "as you read it on" in page
    assert "Nothing that you have read has changed" in read("next", "--changed").stdout
    assert rows(read("status", "--json"))[0]["changed"] == []


def test_next_changed_with_skip_records_nothing(read: Run, engine: Path) -> None:
    """The same stop comes again."""
    edit(engine, "append(request)", "insert(0, request)")
    assert read("next", "--changed", "--skip").stdout == read("next", "--changed", "--skip").stdout
    assert rows(read("status", "--json"))[0]["changed"] == ["add"]


def test_diff_needs_something_that_was_read(guided: Run) -> None:
    """Otherwise it says what to type instead."""
    assert "reader diff week01:add 0.13.0" in guided("diff", "week1:add", code=2).stderr


def test_diff_of_a_stop_has_its_notes(read: Run, engine: Path) -> None:
    """At their lines as they are now; rows and both sides are in the JSON."""
    edit(engine, "append(request)", "append(request)  # kept")
    (row,) = rows(read("diff", "week1:add", "--json"))
    assert (row["name"], row["level"], row["added"], row["removed"]) == ("week01:add", "same", 1, 1)
    assert row["before"]["release"] == row["after"]["release"] == "0.13.0"
    assert {one["kind"] for one in row["rows"]} >= {"removed", "added"}
    told = read("diff", "week1:add").stdout
    assert "comments and formatting only" in told and "①" in told


def test_diff_between_two_directories(guided: Run, engine: Path, tmp_path: Path) -> None:
    """Backwards is done as asked, and said."""
    old = tmp_path / "old"
    shutil.copytree(tmp_path / "vllm-0.13.0", old)
    (old / "PKG-INFO").write_text("Name: vllm\nVersion: 0.12.0\n\n")
    edit(old / "vllm" / "engine.py", "append(request)", "insert(0, request)")
    ref = "vllm/engine.py::Engine.add"
    (row,) = rows(guided("diff", ref, str(old), "--json"))
    assert (row["level"], row["before"]["release"], row["after"]["release"]) == ("body", "0.12.0", "0.13.0")
    (row,) = rows(guided("diff", "vllm/engine.py", str(old), "--stat", "--json"))
    assert row["definitions"] == [{"symbol": "Engine.add", "level": "body"}]
    assert "Engine.add" in guided("diff", "vllm/engine.py", str(old), "--stat").stdout
    assert "newer" in guided("diff", ref, str(tmp_path / "vllm-0.13.0"), str(old)).stderr


def test_diff_of_a_tour_has_a_line_a_stop(read: Run, engine: Path) -> None:
    """With --stat; without, it says so."""
    edit(engine, "append(request)", "insert(0, request)")
    assert "--stat" in read("diff", "week1", code=2).stderr
    told = [line.split()[0] for line in read("diff", "week1", "--stat").stdout.splitlines()]
    assert told == ["body", "unchanged"]
    assert [row["level"] for row in rows(read("diff", "week1", "--stat", "--json"))] == ["body", "same"]


def test_diff_of_what_is_gone_exits_1(read: Run, engine: Path) -> None:
    """With what may have taken its place."""
    edit(engine, "def add(self", "def enter(self")
    done = read("diff", "week1:add", code=1)
    assert "gone" in done.stdout and "Engine.enter" in done.stdout and "% alike" in done.stdout


@pytest.mark.parametrize("name", ["0.1.9", "nonsense", "../elsewhere"])
def test_a_side_that_is_not_there_is_refused(guided: Run, name: str) -> None:
    """With what is at hand."""
    assert "no release, tag, commit or checkout" in guided("diff", "vllm/engine.py", name, code=2).stderr


def test_marks_of_an_older_reader_are_compared_as_they_were(read: Run, engine: Path, tmp_path: Path) -> None:
    """Their digest counts comments too, so that one can tell that something changed and not what; nothing is said of
    what is the same."""
    text = "\n".join(engine.read_text("utf-8").split("\n"))
    start = text.index("    def add(")
    end = text.index("\n\n", start)
    digest = sha256(normalised(text[start:end], "python").encode()).hexdigest()[:32]
    with closing(sqlite3.connect(tmp_path / "data" / "vllm-reader" / "progress.db")) as db:
        db.execute("UPDATE marks SET digest = ?, kept = NULL, symbol = NULL WHERE stop = 'add'", (digest,))
        db.commit()
    assert rows(read("status", "--json"))[0]["changed"] == []
    edit(engine, "append(request)", "append(request)  # why")
    assert [one["level"] for one in rows(read("status", "--json"))[0]["changes"]] == ["unknown"]
    assert "the text was not kept, and its release is not at hand" in " ".join(
        read("diff", "week1:add", code=1).stdout.split()
    )


def test_where_history_of_one_release(guided: Run) -> None:
    """It is the only one at hand, and that is said."""
    done = guided("where", "vllm/engine.py::Engine.add", "--history", "--json")
    assert [(row["release"], row["verdict"], row["change"]) for row in rows(done)] == [("0.13.0", "exact", None)]
    assert "reader fetch" in done.stderr
    guided("where", "vllm/engine.py::Engine.nothing", "--history", code=1)


def test_show_at_another_release(guided: Run, tmp_path: Path, engine: Path) -> None:
    """As a directory, a tag or a release; the header says of which release it is."""
    old = tmp_path / "old"
    shutil.copytree(tmp_path / "vllm-0.13.0", old)
    (old / "PKG-INFO").write_text("Name: vllm\nVersion: 0.12.0\n\n")
    edit(old / "vllm" / "engine.py", "append(request)", "insert(0, request)")
    told = guided("show", "vllm/engine.py::Engine.add", "--at", str(old)).stdout
    assert "vLLM 0.12.0" in told and "insert(0, request)" in told


def test_check_since_lists_what_to_read_again(guided: Run, tmp_path: Path, engine: Path) -> None:
    """Each stop with the notes that stand on or beside changed lines."""
    old = tmp_path / "old"
    shutil.copytree(tmp_path / "vllm-0.13.0", old)
    (old / "PKG-INFO").write_text("Name: vllm\nVersion: 0.12.0\n\n")
    edit(engine, "append(request)", "append(request)\n        self.count += 1")
    (row,) = rows(guided("check", "week1", "--since", str(old), "--json"))
    assert (row["stop"], row["level"], len(row["touched"])) == ("week01:add", "body", 1)
    assert "1 of 1 notes to read again" in guided("check", "week1", "--since", str(old)).stdout


def test_a_home_is_moved_when_every_note_holds(guided: Run, tmp_path: Path) -> None:
    """Only that one value changes; a tour with a loose note stays as it is."""
    (tmp_path / "vllm-0.13.0" / "PKG-INFO").write_text("Name: vllm\nVersion: 0.14.0\n\n")
    mine = tmp_path / "mine.toml"
    text = (
        '# mine\nformat = 1\ntitle = "T"\nhome = "0.13.0" # the plan\'s\nintro = "I"\n\n'
        '[[stop]]\nid = "a"\ntitle = "A"\n'
        'ref = "vllm/engine.py::Engine.add"\nlane = "frontend"\nminutes = 1\nwhy = "Because."\n\n'
        '[[stop.note]]\nat = "append(request)"\nsay = "So."\n'
    )
    mine.write_text(text)
    target = str(tmp_path / "vllm-0.13.0")
    assert "0.13.0 -> 0.14.0" in guided("check", str(mine), "--move-home", target).stdout
    assert mine.read_text() == text.replace('"0.13.0"', '"0.14.0"')
    assert "already" in guided("check", str(mine), "--move-home", target).stdout
    mine.write_text(text.replace("append(request)", "nowhere(request)"))
    assert "stays at 0.13.0" in guided("check", str(mine), "--move-home", target, code=1).stderr
    assert 'home = "0.13.0"' in mine.read_text()
    assert guided("check", "--move-home", target, code=2).exit_code == 2


@pytest.fixture
def real(clone: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """A command over the clone of real releases, with the tours that come with reader."""
    monkeypatch.setenv("READER_CHECKOUT", str(clone))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def run(*args: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, args)
        assert result.exit_code == code, result.output
        return result

    return run


def test_marks_of_0_13_0_seen_from_0_33_0(real: Run, release: Callable[[str], Path], tmp_path: Path) -> None:
    """A whole week read in one release: every stop that has changed is told, the difference can be shown without that
    release, and what is gone is shown from it."""
    stops = [stop.id for stop in library.load("week07").stops_at("0.13.0")]
    real("--checkout", str(release("0.13.0")), "mark", *(f"week7:{stop}" for stop in stops))
    (row,) = [row for row in rows(real("status", "--json")) if row.get("tour") == "week07"]
    levels = {one["stop"]: one["level"] for one in row["changes"]}
    assert levels["cascade"] == "gone" and len(row["changed"]) > 5
    assert row["read"] == len(stops)
    gone = real("show", "week7:cascade").stdout.split("\n\n")[0].splitlines()
    assert all(line.startswith("0.13.0 ▏") for line in gone)
    shown = real("next", "--changed").stdout
    assert "as you read it on" in shown and "vLLM 0.13.0" in shown and "vLLM 0.33.0" in shown
    assert (tmp_path / "data" / "vllm-reader" / "progress.db").stat().st_size < 1_000_000


def test_a_directory_is_compared_by_its_files(guided: Run, tmp_path: Path) -> None:
    """Which came and which went."""
    old = tmp_path / "old"
    shutil.copytree(tmp_path / "vllm-0.13.0", old)
    (old / "vllm" / "gone.py").touch()
    (row,) = rows(guided("diff", "vllm/", str(old), "--json"))
    assert [one["text"] for one in row["rows"] if one["kind"] == "removed"] == ["vllm/gone.py"]


def test_what_is_in_neither_is_not_called_unchanged(guided: Run, tmp_path: Path) -> None:
    """A misspelt name has no history."""
    assert "in neither" in guided("diff", "vllm/engine.py::Engine.ad", str(tmp_path / "vllm-0.13.0"), code=1).stdout
