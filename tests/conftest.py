"""What every test stands on: no test touches the home directory, and real releases are fetched, never skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reader import library, releases
from reader.cli.group import main

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def no_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Home and every XDG directory lead to an empty place, so that a test cannot read or spoil the user's own."""
    pip_conf = _users_pip_conf()
    home = tmp_path_factory.mktemp("home")
    names = {
        "HOME": "",
        "XDG_DATA_HOME": "data",
        "XDG_CACHE_HOME": "cache",
        "XDG_CONFIG_HOME": "config",
        "XDG_STATE_HOME": "state",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, below in names.items():
            patch.setenv(name, str(home / below))
        for name in ("READER_CHECKOUT", "NO_COLOR", "FORCE_COLOR", "PAGER", "COLUMNS"):
            patch.delenv(name, raising=False)
        if pip_conf and "PIP_CONFIG_FILE" not in os.environ:
            patch.setenv("PIP_CONFIG_FILE", str(pip_conf))
        yield home


def _users_pip_conf() -> Path | None:
    """The one thing of the user's own that tests need: which mirror releases are to be fetched from."""
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    places = (config / "pip" / "pip.conf", Path.home() / ".pip" / "pip.conf")
    return next((place for place in places if place.is_file()), None)


@pytest.fixture(scope="session")
def release() -> Callable[[str], Path]:
    """The unpacked source of a vLLM release; the network is asked once a release, and its absence is a failure."""

    def fetch(version: str) -> Path:
        at_hand = os.environ.get("READER_TEST_RELEASES")
        if at_hand:
            return Path(at_hand) / f"vllm-{version}"
        return releases.fetch(version, cache=PROJECT / ".cache" / "releases")

    return fetch


def commit(root: Path, tag: str | None = None) -> None:
    """Everything that lies in the clone at `root`, with a tag of its own if one is named."""
    run = ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@t", "-c", "gc.auto=0"]
    for command in (["add", "-A", "-f"], ["commit", "-q", "--allow-empty", "-m", tag or "more"]):
        subprocess.run([*run, *command], check=True, capture_output=True)
    if tag:
        subprocess.run([*run, "tag", "-a", tag, "-m", tag], check=True, capture_output=True)


@pytest.fixture(scope="session")
def clone(release: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git clone of real releases, one commit and one tag each, its work tree at the last of them."""
    root = tmp_path_factory.mktemp("clone") / "vllm"
    root.mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for version in ("0.9.2", "0.13.0", "0.33.0"):
        for folder in ("vllm", "csrc"):
            shutil.rmtree(root / folder, ignore_errors=True)
            shutil.copytree(release(version) / folder, root / folder)
        commit(root, f"v{version}")
    return root


GUIDE = PROJECT / "tests" / "fixtures" / "guide"


@pytest.fixture
def guided(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """One command in this process, over the small checkout of the guide's fixture, with the two tours and the plan of
    it as the only ones. `code` is the exit code to be had, `typed` what is written to standard input."""
    checkout = shutil.copytree(GUIDE / "checkout", tmp_path / "vllm-0.13.0")
    for name, value in {"XDG_DATA_HOME": tmp_path / "data", "READER_CHECKOUT": checkout, "PAGER": "cat"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setattr(library, "directory", lambda: GUIDE / "tours")

    def run(*args: str, code: int = 0, typed: str | bytes = "") -> Result:
        result = CliRunner().invoke(main, args, input=typed)
        assert result.exit_code == code, result.output
        return result

    return run
