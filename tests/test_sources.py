"""`reader fetch` and `reader use` as a user types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `reader` in an empty directory, with an empty cache, and a find-links directory as its only index."""
    links, cwd = tmp_path / "links", tmp_path / "cwd"
    links.mkdir()
    cwd.mkdir()
    for version in ("0.13.0", "1.0.0"):
        source = _source(tmp_path / "made" / version)
        with tarfile.open(links / f"vllm-{version}.tar.gz", "w:gz") as tar:
            tar.add(source, f"vllm-{version}")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "READER_"))}
    environ = kept | {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(links)}
    environ |= {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_DATA_HOME": str(tmp_path / "data")}

    def reader(*arguments: str, cwd: Path = cwd, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "reader", *arguments]
        return subprocess.run(command, cwd=cwd, env=environ | more, capture_output=True, text=True)

    return reader


def _source(root: Path) -> Path:
    (root / "vllm").mkdir(parents=True)
    (root / "csrc").mkdir()
    (root / "vllm" / "__init__.py").touch()
    (root / "csrc" / "ops.h").touch()
    (root / "PKG-INFO").write_text(f"Name: vllm\nVersion: {root.name}\n\n")
    return root


def test_fetch_prints_where_the_release_is(run: Run, tmp_path: Path) -> None:
    """stdout is the path and nothing else, the first time and the second; without a number it is the home release."""
    root = tmp_path / "cache" / "vllm-reader" / "releases"
    for _ in range(2):
        done = run("fetch", "1.0.0")
        assert (done.returncode, done.stdout) == (0, f"{root / '1.0.0'}\n"), done.stderr
    assert run("fetch").stdout == f"{root / '0.13.0'}\n"
    assert json.loads(run("fetch", "--json").stdout) == {"release": "0.13.0", "path": str(root / "0.13.0")}


def test_list_shows_the_index_and_what_is_at_hand(run: Run) -> None:
    """Newest first, what is at hand marked; without an index what is at hand is shown all the same, with exit 2."""
    run("fetch", "0.13.0")
    assert run("fetch", "--list").stdout == "  1.0.0\n* 0.13.0       at hand, 0 MB, home of the tours\n"
    rows = [json.loads(line) for line in run("fetch", "--list", "--json").stdout.splitlines()]
    assert [(row["release"], bool(row["at_hand"]), row["home"]) for row in rows] == [
        ("1.0.0", False, False),
        ("0.13.0", True, True),
    ]
    done = run("fetch", "--list", PIP_FIND_LINKS="")
    assert (done.returncode, done.stdout) == (2, "* 0.13.0       at hand, 0 MB, home of the tours\n")
    assert "no-index" in done.stderr


def test_fetch_says_what_cannot_be_fetched(run: Run) -> None:
    """An unknown release is exit 2 with the near ones, and no traceback."""
    unasked = run("fetch", "main")
    assert (
        unasked.returncode == 2 and "'main' is no release number" in unasked.stderr and "fetching" not in unasked.stderr
    )
    done = run("fetch", "0.14.0")
    assert (done.returncode, done.stdout) == (2, "")
    assert "near it are 0.13.0, 1.0.0" in done.stderr and "Traceback" not in done.stderr


def test_use_keeps_the_choice_until_it_is_forgotten(run: Run, tmp_path: Path) -> None:
    """A path is kept whole, so that it holds from elsewhere; `use` alone says which one and why."""
    root = tmp_path / "made" / "1.0.0"
    assert "0.13.0" in run("use").stdout and "will be fetched" in run("use").stdout
    assert run("use", "1.0.0", cwd=root.parent).returncode == 0
    assert run("use").stdout == f"vLLM 1.0.0 (archive) in {root.resolve()}\nchosen with `reader use`\n"
    assert run("use", "--forget").returncode == 0
    assert "will be fetched" in run("use").stdout


def test_use_takes_a_release_at_hand(run: Run) -> None:
    """A number is a fetched release; one that is not at hand says how to get it and changes nothing."""
    assert run("fetch", "1.0.0").returncode == 0
    assert run("use", "1.0.0").returncode == 0
    done = run("use", "0.9.2")
    assert done.returncode == 2 and "`reader fetch 0.9.2` gets it" in done.stderr
    assert run("use").stdout.startswith("vLLM 1.0.0 (archive)")


def test_a_choice_that_is_overruled_here_says_so(run: Run, tmp_path: Path) -> None:
    """Inside another checkout the choice is kept, and a note tells that it is not the one read here."""
    run("fetch", "1.0.0")
    done = run("use", "1.0.0", cwd=tmp_path / "made" / "0.13.0" / "csrc")
    assert done.returncode == 0 and "another checkout is read" in done.stderr
    assert run("use", cwd=tmp_path / "made" / "0.13.0").stdout.endswith("the working directory lies in it\n")


def test_a_bad_choice_names_itself(run: Run, tmp_path: Path) -> None:
    """A directory that is not vLLM is refused by `use`, and a chosen one that has gone says how to change it."""
    done = run("use", str(tmp_path))
    assert done.returncode == 2 and str(tmp_path) in done.stderr and "vllm/__init__.py" in done.stderr
    root = tmp_path / "made" / "1.0.0"
    run("use", str(root))
    root.rename(tmp_path / "gone")
    done = run("use")
    assert done.returncode == 2 and "reader use --forget" in done.stderr
    done = run("use", READER_CHECKOUT=str(tmp_path))
    assert done.returncode == 2 and "unset READER_CHECKOUT" in done.stderr


def test_a_fetched_release_is_removed_by_name(run: Run, tmp_path: Path) -> None:
    """Never the one that is read; what is not there is said with what is."""
    root = tmp_path / "cache" / "vllm-reader" / "releases"
    for version in ("0.13.0", "1.0.0"):
        run("fetch", version)
    run("use", "1.0.0")
    refused = run("fetch", "--remove", "1.0.0")
    assert (refused.returncode, (root / "1.0.0").is_dir()) == (2, True)
    assert "reader use --forget" in refused.stderr
    refused = run("fetch", "--remove", "0.13.0", READER_CHECKOUT="0.13.0")
    assert (refused.returncode, (root / "0.13.0").is_dir()) == (2, True)
    done = run("fetch", "--remove", "0.13.0")
    assert (done.returncode, done.stdout.startswith("0.13.0: removed")) == (0, True), done.stderr
    assert [path.name for path in root.iterdir()] == ["1.0.0"]
    again = run("fetch", "--remove", "0.13.0")
    assert again.returncode == 2 and "At hand are: 1.0.0" in again.stderr
    assert run("fetch", "--remove").returncode == 2


def test_the_room_of_fetched_releases_has_a_limit(run: Run, tmp_path: Path) -> None:
    """Fetching past it says so and deletes nothing; --tidy asks first, and keeps the home release and what is read."""
    root = tmp_path / "cache" / "vllm-reader" / "releases"
    run("fetch", "1.0.0")
    assert "0 MB" in run("fetch", "--limit", "10 b").stdout
    warned = run("fetch", "0.13.0")
    assert "reader fetch --tidy" in warned.stderr and (root / "1.0.0").is_dir()
    listed = run("fetch", "--list")
    assert "Fetched releases take" in listed.stderr and "at hand, 0 MB" in listed.stdout
    asked = run("fetch", "--tidy")  # nobody answers
    assert (root / "1.0.0").is_dir() and "This removes 1.0.0" in asked.stderr
    assert "1.0.0: removed" in run("fetch", "--tidy", "--yes").stdout
    assert "Nothing to remove" in run("fetch", "--tidy").stdout and (root / "0.13.0").is_dir()
    assert run("fetch", "--limit", "much").returncode == 2
