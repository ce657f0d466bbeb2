"""Tours of one's own on the command line: begun, grown, listed, read, and never lost."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from conftest import GUIDE

from reader import directories, folder

Guided = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guided: Guided) -> Path:
    """The checkout that `guided` reads, as the working directory; no tours of one's own from other tests."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path / "vllm-0.13.0")
    return tmp_path / "vllm-0.13.0"


def tour_of(place: Path, name: str = "mine") -> Path:
    return place / ".reader" / "tours" / f"{name}.toml"


def test_a_new_tour_passes_check_as_it_is(guided: Guided, here: Path) -> None:
    """Beside the checkout, with a stop of it, and open to every command by its name."""
    said = guided("new", "mine", "vllm/engine.py::Engine.step").stdout
    assert said.startswith(f"{tour_of(here)}: a tour with one stop")
    guided("check", "mine")
    assert "TODO" in guided("tour", "mine").stdout
    guided("next")
    guided("show", "mine:1")
    guided("mark", "mine:1")
    guided("note", "mine:1", "a note")
    assert "1/1" in guided("tour").stdout
    assert "mine" in guided("status").stdout
    guided("quiz", "mine", "--list")
    guided("diagram", "lanes", "mine")
    assert "a note" in guided("journal").stdout


def test_a_stop_is_appended_and_nothing_else_changed(guided: Guided, here: Path) -> None:
    """What the author wrote meanwhile stays, to the last blank."""
    guided("new", "mine", "vllm/engine.py::Engine.step")
    path = tour_of(here)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"# mine,  and no end of line")
    path.chmod(0o640)
    before = path.read_bytes()
    said = guided(
        *("add", "vllm/engine.py::Engine.schedule", "--tour", "mine", "--after", "engine-step", "--minutes", "7"),
        *("--title", 'What "waits"', "--why", "Because."),
    ).stdout
    assert "stop 2, engine-schedule" in said
    after = path.read_bytes()
    assert after.startswith(before)
    assert b"\n" not in after.replace(b"\r\n", b"")
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]
    guided("check", "mine")
    shown = guided("show", "mine:engine-schedule").stdout
    assert 'What "waits"' in shown and "Because." in shown and "batch = self.schedule()" in shown


def test_a_proposal_that_is_taken_up_holds(guided: Guided, here: Path) -> None:
    """Without the marks before it, it is a note on its line."""
    guided("new", "mine", "vllm/engine.py::Engine.step")
    path = tour_of(here)
    text = path.read_text().replace("# [[stop.note]]", "[[stop.note]]").replace("# at =", "at =")
    path.write_text(text.replace("# say =", "say ="))
    row = guided("check", "mine", "--json").stdout
    assert json.loads(row)["notes"] >= 2 and json.loads(row)["loose"] == 0


def test_nothing_that_is_there_is_overwritten(guided: Guided, here: Path) -> None:
    """Also a link that leads nowhere is something."""
    guided("new", "mine")
    before = tour_of(here).read_bytes()
    assert "is there already" in guided("new", "mine", code=2).stderr
    tour_of(here, "link").symlink_to("nowhere")
    assert "is there already" in guided("new", "link", code=2).stderr
    assert tour_of(here).read_bytes() == before and not (here / ".reader" / "tours" / "nowhere").exists()


@pytest.mark.parametrize("name", ["../x", "a b", "plan", "a:b", "", "x.toml", "\x1b[31m", "-"])
def test_a_name_that_cannot_be_typed_again_is_refused(guided: Guided, here: Path, name: str) -> None:
    """Before anything is written."""
    assert "letters, digits, - and _" in guided("new", "--", name, code=2).stderr
    assert not (here / ".reader").exists()


def test_a_broken_tour_is_told_with_its_place_and_left_alone(guided: Guided, here: Path) -> None:
    """Somebody is at work in it."""
    guided("new", "mine")
    path = tour_of(here)
    for broken, said in (
        (path.read_bytes() + b'[[stop]]\nid = "half', "not TOML"),
        (path.read_bytes().replace(b"minutes = 2", b"minutes = 0"), "minutes"),
        (path.read_bytes() + b"\xff", "is not UTF-8"),
        (b"", "title: is missing"),
    ):
        path.write_bytes(broken)
        told = guided("add", "vllm/engine.py", "--tour", "mine", code=2).stderr
        assert str(path) in told and said in told
        assert path.read_bytes() == broken


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("vllm/engine.py", "--tour", "week01"), "comes with reader and is not changed"),
        (("vllm/engine.py", "--tour", "nobody"), "`reader new nobody` writes a first one"),
        (("vllm/engine.py", "--tour", "./nobody.toml"), "cannot be read: No such file"),
        (("vllm/engine.py", "--tour", "mine", "--id", "late"), "there is a stop 'late' already"),
        (("vllm/engine.py", "--tour", "mine", "--id", "Not An Id"), "is no id"),
        (("vllm/engine.py", "--tour", "mine", "--after", "nobody"), "names no stop of this tour"),
        (("vllm/engine.py", "--tour", "mine", "--title", " "), "title: is empty"),
        (("vllm/nothing.py", "--tour", "mine"), "there is no place called 'vllm/nothing.py'"),
        (("../etc/passwd", "--tour", "mine"), "would lead out of the checkout"),
    ],
)
def test_what_cannot_be_added_is_not_added(guided: Guided, here: Path, args: tuple[str, ...], said: str) -> None:
    """And the reason is told."""
    tour_of(here).parent.mkdir(parents=True)
    shutil.copy(GUIDE / "tours" / "week01.toml", tour_of(here))
    before = tour_of(here).read_bytes()
    assert said in guided("add", *args, code=2).stderr
    assert tour_of(here).read_bytes() == before


def test_a_call_that_is_not_found_is_told(guided: Guided, here: Path) -> None:
    """The stop is there all the same; `reader check` says it again."""
    guided("new", "mine", "vllm/engine.py::Engine.add")
    told = guided("add", "vllm/engine.py::Engine.step", "--tour", "mine", "--after", "engine-add").stderr
    assert "no call of step in vllm/engine.py" in told
    guided("check", "mine", code=1)


def test_a_full_disk_leaves_the_tour_as_it_was(guided: Guided, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that was changed at the last moment is not replaced."""
    guided("new", "mine")
    before = tour_of(here).read_bytes()

    def full(target: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(folder, "replace", full)
    said = guided("add", "vllm/engine.py", "--tour", "mine", code=2).stderr
    assert "No space left on device; nothing was added" in said
    assert tour_of(here).read_bytes() == before


def test_where_nothing_may_be_written_the_way_out_is_told(guided: Guided, here: Path) -> None:
    """A file stands where the folder should."""
    (here / ".reader").write_text("mine")
    assert "--user writes it to your configuration" in guided("new", "mine", code=2).stderr
    assert (here / ".reader").read_text() == "mine"
    assert str(directories.config()) in guided("new", "mine", "--user").stdout
    guided("check", "mine")


def test_a_fetched_release_gets_no_tours_of_ones_own(
    guided: Guided, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be removed at any time: they go to the configuration."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fetched = tmp_path / "cache" / "vllm-reader" / "releases" / "0.13.0"
    shutil.copytree(here, fetched)
    monkeypatch.delenv("READER_CHECKOUT")
    (tmp_path / "else").mkdir()
    monkeypatch.chdir(tmp_path / "else")
    assert str(tmp_path / "config") in guided("new", "mine", "--checkout", "0.13.0").stdout


def test_a_folder_of_tours_around_us_takes_the_new_one(
    guided: Guided, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One may read several checkouts side by side, with the tours beside them all."""
    (tmp_path / ".reader" / "tours").mkdir(parents=True)
    monkeypatch.chdir(here / "vllm")
    assert str(tour_of(tmp_path)) in guided("new", "mine").stdout
    guided("tour", "mine")


def test_the_list_says_where_tours_come_from_and_which_are_broken(guided: Guided, here: Path) -> None:
    """For eyes and for programs; the keys that were there before stay the first."""
    shipped = guided("tour", "--json").stdout.splitlines()
    guided("new", "week01", "vllm/engine.py")
    tour_of(here, "bad").write_text("format = 1\n")
    listed = guided("tour")
    assert f"{tour_of(here, 'week01')}" in listed.stdout
    assert "stands in for the one that comes with reader" in listed.stdout
    assert "week1 meant week01 until now" in guided("new", "week1", "vllm/engine.py").stderr
    assert "broken: tour: title: is missing (and 3 more: reader check bad)" in listed.stdout
    assert not listed.stderr
    rows = [json.loads(line) for line in guided("tour", "--json").stdout.splitlines()]
    assert all(list(row) == list(json.loads(shipped[0])) for row in rows)
    by_name = {row["tour"]: row for row in rows}
    assert by_name["week01"]["origin"] == "beside" and by_name["week01"]["stands_in_for"]
    assert by_name["bad"]["problem"] == "tour: title: is missing" and by_name["bad"]["stops"] is None
    assert by_name["week02"]["origin"] == "reader" and by_name["week02"]["problem"] is None


def test_a_broken_tour_ends_no_command_that_lists_all(guided: Guided, here: Path) -> None:
    """It is told on standard error, once."""
    guided("tour", "week01")
    tour_of(here).parent.mkdir(parents=True)
    tour_of(here).write_text("format = 1\n")
    for args in (
        (),
        ("status",),
        ("plan",),
        ("checkpoint",),
        ("journal",),
        ("show", "pop"),
        ("next", "--minutes", "9"),
    ):
        told = guided(*args).stderr
        assert told.count("title: is missing; this tour is left out") == 1, args
    row = guided("check", code=1)
    assert "broken" in row.stdout and "week02" in row.stdout
    rows = [json.loads(line) for line in guided("check", "mine", "--json", code=1).stdout.splitlines()]
    assert [problem["what"] for problem in rows[0]["problems"]] == ["broken"] * 4


def test_two_tours_of_one_name_share_their_progress_and_it_is_said(guided: Guided, here: Path) -> None:
    """Progress hangs on the tour's name and the stop's id; nothing of either is lost."""
    guided("mark", "week1:add", "week1:step")
    tour_of(here).parent.mkdir(parents=True)
    shutil.copy(GUIDE / "tours" / "week01.toml", tour_of(here, "week01"))
    assert "stands in" in guided("show", "week1:add").stderr
    guided("tour", "week1")
    told = guided("tour", str(GUIDE / "tours" / "week01.toml")).stderr
    assert f"was another tour when it was open last: {tour_of(here, 'week01')}" in told.replace("\n", " ")
    rows = [json.loads(line) for line in guided("tour", "--json").stdout.splitlines()]
    assert [row["read"] for row in rows if row["tour"] == "week01"] == [2]
    assert "was another" not in guided("tour", str(GUIDE / "tours" / "week01.toml")).stderr


def test_the_open_tour_is_the_one_that_was_opened(
    guided: Guided, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in that comes later, or another folder, does not change the page that is turned."""
    guided("tour", "week01")
    guided("new", "week01", "vllm/engine.py", "--title", "A stranger's")
    assert "A stranger's" not in guided("next").stdout
    guided("tour", "week01")
    monkeypatch.chdir(tmp_path)
    assert "A stranger's" in guided("show").stdout


def test_a_folder_that_leads_out_of_the_checkout_is_not_written_into(
    guided: Guided, here: Path, tmp_path: Path
) -> None:
    """A clone may bring a link to anywhere."""
    (tmp_path / "elsewhere" / "tours").mkdir(parents=True)
    (here / ".reader").symlink_to(tmp_path / "elsewhere")
    assert "symbolic link that leads out" in guided("new", "mine", code=2).stderr
    assert not list((tmp_path / "elsewhere" / "tours").iterdir())
    guided("new", "mine", "--user")


def test_a_file_system_without_links_takes_a_new_tour_too(
    guided: Guided, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And there too nothing is overwritten."""

    def refused(source: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    guided("new", "mine")
    before = tour_of(here).read_bytes()
    monkeypatch.setattr(os.path, "lexists", lambda path: False)  # it appears between the look and the write
    assert "was left as it is" in guided("new", "mine", code=2).stderr
    assert tour_of(here).read_bytes() == before
    assert list(tour_of(here).parent.iterdir()) == [tour_of(here)]


def test_of_another_project_only_ones_own_tours_tell_the_lane(
    guided: Guided, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """vLLM's `csrc/` says nothing of theirs."""
    root = tmp_path / "other"
    (root / "csrc").mkdir(parents=True)
    for name in ("one", "two", "three"):
        (root / "csrc" / f"{name}.cpp").write_text(f"int {name}() {{ return 1; }}\n")
    monkeypatch.chdir(root)
    monkeypatch.delenv("READER_CHECKOUT")
    guided("new", "mine", "csrc/one.cpp::one", "--any")
    assert "lane =" not in tour_of(root).read_text()
    guided("check", "mine", "--any")
    tour_of(root).write_text(tour_of(root).read_text().replace("minutes =", 'lane = "worker"\nminutes ='))
    guided("add", "csrc/two.cpp::two", "--tour", "mine", "--any")
    assert tour_of(root).read_text().count('lane = "worker"') == 2


def test_what_a_stranger_named_is_shown_and_not_obeyed(guided: Guided, here: Path) -> None:
    """Names of files, and keys and values of a tour, may hold control sequences."""
    tour_of(here).parent.mkdir(parents=True)
    tour_of(here, "\x1b[31mred").write_text("format = 1\n")
    tour_of(here, "keys").write_text('format = 1\n"\\u001b[2J" = 1\ntitle = "\\u202e"\n[[stop]]\nid = "\\u001b[2J"\n')
    tour_of(here, "whole").write_text(
        'format = 1\ntitle = "\\u001b[31mred\\u202e"\nhome = "0.13.0"\nintro = "\\u001b[2J"\n'
        '[[stop]]\nid = "one"\ntitle = "\\u001b]0;x\\u0007"\nref = "vllm/engine.py"\nminutes = 1\nwhy = "\\u009b31m"\n'
    )
    commands = [("tour",), ("tour", "--json"), ("status",), ("check",), ("show", "whole:one"), ("tour", "whole")]
    for args in (*commands, ("check", "keys"), ("tour", "keys"), ("quiz", "whole", "--list")):
        code = 1 if args[0] == "check" else 2 if args[1:] == ("keys",) else 0
        result = guided(*args, code=code)
        said = result.stdout + result.stderr
        assert not set(said) & set("\x1b\x07\x9b\u202e"), args
