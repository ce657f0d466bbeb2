"""`reader open` and `reader breakpoints`."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import json5
import pytest
from click.testing import Result

from reader import directories, editors

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def editor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "nano")


def printed(result: Result) -> list[str]:
    return shlex.split(result.stdout)


def test_a_stop_is_opened_at_its_line(guided: Run, tmp_path: Path) -> None:
    """By its id, as a ref, and without an argument the one where one stands."""
    file = str(tmp_path / "vllm-0.13.0" / "vllm" / "engine.py")
    for what in ("week1:step", "week1:2", "vllm/engine.py::Engine.step"):
        assert printed(guided("open", what, "--print")) == ["nano", "+5,1", file]
    assert "no tour is open yet" in guided("open", "--print", code=2).stderr
    guided("tour", "week1")
    assert printed(guided("open", "--print")) == ["nano", "+2,1", file]


def test_what_is_not_there_is_not_opened(guided: Run) -> None:
    """It says what was looked for, with exit code 1."""
    result = guided("open", "vllm/engine.py::Engine.nothing", "--print", code=1)
    assert "gone" in result.stderr
    assert result.stdout == ""


def test_the_editor_that_is_named_counts(guided: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before what is remembered, and that before $VISUAL and $EDITOR."""
    monkeypatch.setenv("VISUAL", "hx")
    assert printed(guided("open", "week1:step", "--print"))[0] == "hx"
    guided("open", "week1:step", "--print", "--editor-command", "ed {file} {line}", "--remember")
    assert printed(guided("open", "week1:step", "--print"))[::2] == ["ed", "5"]
    assert printed(guided("open", "week1:step", "--print", "--editor-command", "code"))[:2] == ["code", "--goto"]
    assert printed(guided("open", "week1:step", "--print", "--remember"))[0] == "hx"
    assert printed(guided("open", "week1:step", "--print"))[0] == "hx"


def test_it_is_said_when_the_line_is_not_passed_on(guided: Run) -> None:
    """A whole file needs none."""
    said = guided("open", "week1:step", "--print", "--editor-command", "myed").stderr
    assert "how myed takes a line is not known: the file opens without it, 5" in said
    assert guided("open", "vllm/engine.py", "--print", "--editor-command", "myed").stderr == ""


def test_the_editor_is_run_with_the_file(guided: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a program with arguments, and what goes wrong with it is an exit code."""
    monkeypatch.setattr(editors, "_has_terminal", lambda: True)
    out = tmp_path / "out"
    script = f"import sys; open({str(out)!r}, 'w').write(repr(sys.argv[1:]))"
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(script)} {{file}} '; touch x' +{{line}}"
    guided("open", "week1:step", "--editor-command", command)
    assert out.read_text() == repr([str(tmp_path / "vllm-0.13.0" / "vllm" / "engine.py"), "; touch x", "+5"])
    assert "there is no program" in guided("open", "week1:step", "--editor-command", "no-such-thing", code=2).stderr
    assert "cannot be read" in guided("open", "week1:step", "--editor-command", "vim '", code=2).stderr


def test_breakpoints_are_those_of_the_checkout(guided: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its paths; with --installed, or of a fetched release, as Python finds them."""
    root = tmp_path / "vllm-0.13.0"
    text = guided("breakpoints", "week1").stdout
    assert f"# 2. One turn\nbreak {root}/vllm/engine.py:6\n" in text
    assert "\nbreak vllm/engine.py:6\n" in guided("breakpoints", "week1", "--installed").stdout
    rows = [json.loads(line) for line in guided("breakpoints", "week1", "--json").stdout.splitlines()]
    assert rows[1] == {
        "path": "vllm/engine.py", "line": 6, "function": "step", "title": "One turn", "lane": "engine-core",
    }  # fmt: skip
    launch = json5.loads(guided("breakpoints", "week1", "--format", "vscode").stdout)
    assert launch["configurations"][0]["justMyCode"] is False
    monkeypatch.setattr(directories, "cache", lambda: tmp_path)
    assert "\nbreak vllm/engine.py:6\n" in guided("breakpoints", "week1").stdout


def test_a_tour_without_python_ends_with_exit_code_1(guided: Run, tmp_path: Path) -> None:
    """And says so."""
    tour = tmp_path / "mine.toml"
    tour.write_text(
        'format = 1\ntitle = "t"\nhome = "0.13.0"\nintro = "i"\n'
        '[[stop]]\nid = "a"\ntitle = "t"\nref = "vllm/"\nminutes = 1\nwhy = "w"\n'
    )
    result = guided("breakpoints", str(tour), code=1)
    assert "is Python code that a debugger could stop in" in result.stderr
    assert "#   1. t: a directory" in result.stdout
