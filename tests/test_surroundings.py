"""What surrounds a command: asked for when it is needed, and told of once."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.cli.session import Session
from reader.surroundings import Surroundings, surroundings


def test_the_same_is_told_once_a_command() -> None:
    """And again in the next one."""
    told: list[str] = []
    around = Surroundings()
    around.tell("nobody hears it")
    for _ in range(2):
        around.set(tuple, told.append)
        for said in ("one", "two", "one"):
            around.tell(said)
    assert told == ["one", "two"] * 2


def test_a_command_looks_above_itself_and_in_the_checkout_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nearest first: the working directory, those above it, then what an option names, or else the environment."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "vllm").mkdir()
    (tmp_path / "vllm" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path / "a" / "b")
    monkeypatch.setenv("READER_CHECKOUT", str(tmp_path / "elsewhere"))
    here = [tmp_path / "a" / "b", tmp_path / "a", tmp_path, *tmp_path.parents]
    Session()
    assert list(surroundings.roots()) == [*here, tmp_path / "elsewhere"]
    Session("../../vllm")
    assert list(surroundings.roots()) == [*here, tmp_path]
    Session("~nobody-of-this-name/vllm")
    assert list(surroundings.roots()) == here
    Session("0.13.0")
    assert list(surroundings.roots()) == [*here, tmp_path / "a" / "b" / "0.13.0"]


def test_a_working_directory_that_is_gone_has_the_root_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be deleted under us."""
    monkeypatch.setattr("reader.cli.session.Path.cwd", lambda: (_ for _ in ()).throw(FileNotFoundError))
    Session("/nonexistent")
    assert list(surroundings.roots()) == [Path("/"), Path("/nonexistent")]
