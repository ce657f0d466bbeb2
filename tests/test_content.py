"""`reader check` over several releases: the table, what is wrong and where, the exit code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def releases(tmp_path: Path) -> tuple[str, str]:
    """The fixture's checkout, and a later release of it where the queue is gone."""
    first = Path(__file__).parent / "fixtures" / "guide" / "checkout"
    later = shutil.copytree(first, tmp_path / "vllm-0.14.0")
    (later / "vllm" / "_version.py").write_text("__version__ = version = '0.14.0'\n")
    (later / "vllm" / "core" / "queue.py").unlink()
    return str(first), str(later)


def test_the_table_has_every_tour_at_every_release(guided: Run, releases: tuple[str, str]) -> None:
    """Tour by tour, then the sums; a problem that several releases have is told once, with all of them."""
    args = [part for release in releases for part in ("--release", release)]
    said = guided("check", *args, code=1).stdout
    rows = [line.split()[:5] for line in said.splitlines()[2:8]]
    assert rows == [
        ["week01", "0.13.0", "3", "2", "1"],
        ["0.14.0", "3", "2", "1", "50"],
        ["week02", "0.13.0", "3", "0", "0"],
        ["0.14.0", "3", "0", "0", "2"],
        ["all", "0.13.0", "6", "2", "1"],
        ["0.14.0", "6", "2", "1", "50"],
    ]
    lines = " ".join(said.split())
    assert lines.count("note at 'this line is nowhere'") == 1
    assert "not found (at 0.13.0, 0.14.0)" in lines
    assert "vllm/core/queue.py::Queue.pop is gone here; give the stop a variant (at 0.14.0)" in lines


def test_json_has_a_line_for_each_stop_and_release(guided: Run, releases: tuple[str, str]) -> None:
    """The same release named twice is checked once."""
    args = ("--release", releases[0], "--release", releases[1], "--release", releases[0])
    rows = [json.loads(line) for line in guided("check", "week1", "--json", *args, code=1).stdout.splitlines()]
    stops = [(row["release"], row["id"]) for row in rows if row["id"]]
    assert stops == [(release, stop) for release in ("0.13.0", "0.14.0") for stop in ("add", "step", "schedule")]


@pytest.mark.parametrize(
    ("release", "said"), [("9.9.9", "`reader fetch 9.9.9` gets it"), ("/nowhere", "no such directory")]
)
def test_a_release_that_is_not_there_is_said(guided: Run, release: str, said: str) -> None:
    """Which option names it, and the way out; nothing is checked by half."""
    result = guided("check", "--release", release, code=2)
    assert "--release" in result.stderr and said in result.stderr
    assert result.stdout == ""


def test_code_without_a_lane_and_a_state_without_a_reason_are_problems(guided: Run, tmp_path: Path) -> None:
    """What some process runs says which; a document, a test or a directory need not. What is not live says why."""
    stop = '[[stop]]\nid = "{0}"\ntitle = "A"\nref = "{1}"\nwhy = "."\nminutes = 1\n{2}'
    tour = tmp_path / "mine.toml"
    tour.write_text(
        'format = 1\ntitle = "Mine"\nhome = "0.13.0"\nintro = "."\n'
        + stop.format("bare", "vllm/engine.py::Engine.add", "")
        + stop.format("folder", "vllm/", "")
        + stop.format("old", "vllm/engine.py::Engine.step", 'lane = "worker"\nstate = "legacy"\n')
    )
    said = " ".join(guided("check", str(tour), code=1).stdout.split())
    assert "lane bare has no lane; say which process runs vllm/engine.py::Engine.add" in said
    assert "reason old is legacy without a reason" in said
    assert "folder" not in said
