"""`reader export` and `reader import`: into folders and files of the user's, and back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from reader import folder
from reader.cli import importing
from reader.progress.parcel import TABLES

Run = Callable[..., Result]

TOUR = """format = 1
title = "Mine"
home = "0.13.0"
intro = "i"
[[stop]]
id = "one"
title = "One"
ref = "vllm/engine.py::Engine.step"
minutes = 1
lane = "frontend"
why = "w"
"""


def test_every_kind_has_help_with_an_example(guided: Run) -> None:
    """And the group lists them all."""
    listed = guided("export", "--help").stdout
    for kind in ("html", "markdown", "codetour", "progress"):
        assert f"  {kind} " in listed
        assert "Example:" in guided("export", kind, "--help").stdout
    assert "There is no export 'pdf'" in guided("export", "pdf", code=2).stderr


def test_markdown_goes_into_a_folder_where_other_files_stay(guided: Run, tmp_path: Path) -> None:
    """The pages that are not written again are cleared away, and what was done is told."""
    out = tmp_path / "notes"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    assert guided("export", "markdown", str(out)).stderr.endswith("3 pages\n")
    assert sorted(path.name for path in out.iterdir()) == [
        ".reader-export.json",
        "README.md",
        "mine.txt",
        "week01.md",
        "week02.md",
    ]
    assert guided("export", "markdown", str(out)).stderr.endswith("3 pages, 0 of them new or changed\n")
    said = guided("export", "markdown", str(out), "week1", "1").stderr
    assert said.endswith("2 pages; 1 page of an earlier export cleared away\n")
    assert not (out / "week02.md").exists()
    assert (out / "mine.txt").read_text() == "mine"


def test_markdown_replaces_no_page_of_the_users(guided: Run, tmp_path: Path) -> None:
    """Nothing at all is written then; with --force it is. An unknown tour leaves no folder behind."""
    out = tmp_path / "notes"
    out.mkdir()
    (out / "README.md").write_text("mine")
    result = guided("export", "markdown", str(out), code=2)
    assert "README.md: is there and was not written by reader" in result.stderr
    assert result.stderr.endswith("Nothing was written.\n")
    assert [path.name for path in out.iterdir()] == ["README.md"]
    guided("export", "markdown", str(out), "--force")
    assert "Guided tours" in (out / "README.md").read_text()
    guided("export", "markdown", str(tmp_path / "new"), "week77", code=2)
    assert not (tmp_path / "new").exists()


def test_two_tours_of_one_name_are_not_one_page(guided: Run, tmp_path: Path) -> None:
    """A tour of one's own is a page like any; the same one twice is one."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.toml").write_text(TOUR if name == "a" else TOUR.replace("One", "Two"))
    a, b = (str(tmp_path / name / "mine.toml") for name in ("a", "b"))
    result = guided("export", "markdown", str(tmp_path / "out"), a, b, code=2)
    assert "two of these tours are called mine" in result.stderr
    assert not (tmp_path / "out").exists()
    guided("export", "markdown", str(tmp_path / "out"), a, a)
    assert (tmp_path / "out" / "mine.md").is_file()


def read_some(guided: Run) -> None:
    guided("tour", "week1")
    guided("next")
    guided("note", "add", "mine")


@pytest.mark.parametrize("spelling", ["progress", "--progress"])
def test_progress_goes_to_another_machine(
    guided: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelling: str
) -> None:
    """As a file; what comes is told before, and is there afterwards; twice is once."""
    read_some(guided)
    file = str(tmp_path / "progress.json")
    assert guided("export", spelling, file).stderr == f"{file}: 1 read stop, 1 note, 0 answers\n"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    would = guided("import", file, "--dry-run")
    assert would.stdout.startswith("would come:\n    1 stop read (week01 1)\n    1 note (week01 1)\n")
    assert would.stderr == "reader: nothing was changed\n"
    assert not (tmp_path / "other").exists()
    assert guided("import", file).stdout == would.stdout.removeprefix("would come:\n")
    assert guided("import", file).stderr == "reader: all of that is here already; nothing was changed\n"
    assert "mine" in guided("show", "add").stdout
    assert '"read": "read"' in guided("tour", "week1", "--json").stdout


def test_progress_goes_through_a_pipe(guided: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` is standard output, and standard input."""
    read_some(guided)
    text = guided("export", "progress", "-").stdout
    assert json.loads(text)["format"] == "reader-progress"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    assert "1 stop read" in guided("import", "-", typed=text).stdout


def test_a_progress_file_is_replaced_where_nothing_is_lost_with_it(
    guided: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of another machine is not, nor what is no progress; --force does it."""
    read_some(guided)
    file = tmp_path / "progress.json"
    guided("export", "progress", str(file))
    guided("next")
    guided("export", "progress", str(file))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    result = guided("export", "progress", str(file), code=2)
    assert f"holds progress that is not here; `reader import {file}` takes it in" in result.stderr
    file.write_text("mine")
    assert "is no progress of reader's" in guided("export", "progress", str(file), code=2).stderr
    assert file.read_text() == "mine"
    guided("export", "progress", str(file), "--force")
    assert json.loads(file.read_text())["marks"] == []
    assert "is no file" in guided("export", "progress", str(tmp_path), code=2).stderr
    nowhere = guided("export", "progress", str(tmp_path / "no" / "where"), code=2).stderr
    assert "cannot be written: No such file or directory" in nowhere


def test_a_name_less_export_of_progress_goes_where_one_is(
    guided: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a name that says what it is."""
    monkeypatch.chdir(tmp_path)
    guided("export", "progress")
    assert (tmp_path / "reader-progress.json").is_file()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.json", None, "there is no such file"),
        ("dir.json", "", "is no file"),
        ("mine.toml", TOUR, "is a tour of reader's already; `reader tour"),
        ("bad.json", "{", "is not JSON"),
        ("two.json", '{"format": "reader-progress", "version": 1, "marks": [1, 2]}', "marks[1]: expected an object"),
    ],
)
def test_what_cannot_be_taken_in_is_said(
    guided: Run, tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    """With exit code 2, and nothing is changed, also by a good file beside it."""
    good, bad = tmp_path / "good.json", tmp_path / name
    good.write_text('{"format": "reader-progress", "version": 1, "marks": [{"tour": "t", "stop": "s", "at": 1}]}')
    if name == "dir.json":
        bad.mkdir()
    elif content is not None:
        bad.write_text(content)
    assert said in guided("import", str(good), str(bad), code=2).stderr
    assert json.loads(guided("export", "progress", "-").stdout)["marks"] == []


def test_several_progress_files_are_taken_in_at_once(guided: Run, tmp_path: Path) -> None:
    """As if they were one; a mark as the browser makes it counts as read."""
    for number, stop in enumerate(("add", "step")):
        mark = {"tour": "week01", "stop": stop, "at": 5, "seconds": None, "ref": None, "digest": None}
        content = {"format": "reader-progress", "version": 1, "marks": [mark]}
        (tmp_path / f"{number}.json").write_text(json.dumps(content))
    assert (
        guided("import", str(tmp_path / "0.json"), str(tmp_path / "1.json")).stdout == "    2 stops read (week01 2)\n"
    )
    assert "2/3" in guided("tour").stdout


def test_what_the_tours_of_a_stranger_are_called_cannot_steer_the_terminal(guided: Run, tmp_path: Path) -> None:
    """It is told what comes, in characters that are seen."""
    mark = {"tour": "\x1b[31m\u202e", "stop": "s", "at": 5}
    (tmp_path / "x.json").write_text(json.dumps({"format": "reader-progress", "version": 1, "marks": [mark]}))
    told = guided("import", str(tmp_path / "x.json")).stdout
    assert "␛[31m⟨U+202E⟩" in told
    assert "\x1b" not in told


def test_a_file_of_codetour_becomes_a_tour(guided: Run, tmp_path: Path) -> None:
    """Beside progress, in one call; a step without a place ends with exit code 1."""
    tour = {"title": "Theirs", "steps": [{"file": "vllm/engine.py", "line": 5, "description": "here"}]}
    lost = {"title": "Lost", "steps": [*tour["steps"], {"file": "nowhere.py", "line": 5, "description": "here"}]}
    for name, content in (("theirs", tour), ("lost", lost)):
        (tmp_path / f"{name}.tour").write_text(json.dumps(content))
    out = tmp_path / "own"
    guided("import", str(tmp_path / "theirs.tour"), "--output", str(out))
    (made,) = out.glob("*.toml")
    assert "Engine.step" in made.read_text()
    guided("import", str(tmp_path / "lost.tour"), "--output", str(out), code=1)


def test_what_a_row_is_called_is_said_for_every_table() -> None:
    """No kind of progress comes in unsaid."""
    assert set(importing._SAID) == {table.name for table in TABLES}


def test_a_full_disk_leaves_what_was_there(guided: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file is whole, and no half of the new one lies about."""
    file = tmp_path / "progress.json"
    guided("export", "progress", str(file))
    before = file.read_bytes()
    read_some(guided)

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder, "NamedTemporaryFile", full)
    assert "cannot be written: No space left on device" in guided("export", "progress", str(file), code=2).stderr
    assert file.read_bytes() == before
    shutil.rmtree(tmp_path / "data")
