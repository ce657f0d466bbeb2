"""`reader where`, `reader outline` and `reader find`: what they print, their JSON contracts, their exit codes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TANGLE = Path(__file__).parent / "fixtures" / "tangle"
WHERE = {
    "ref", "verdict", "release", "path", "symbol", "kind", "line", "start", "end", "hops", "candidates", "message",
}  # fmt: skip


def reader(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reader", "--checkout", str(TANGLE), *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("vllm/engine/front.py::Front", 0),
        ("vllm/engine/", 0),
        ("vllm/core/scheduler.py::Scheduler", 1),
        ("vllm/nothing.py", 1),
    ],
)
def test_every_key_of_where_is_always_there(ref: str, code: int) -> None:
    """Found or not, one object with all keys; the exit code says whether something was not found."""
    done = reader("where", "--json", ref)
    assert [set(row) for row in rows(done)] == [WHERE] and done.returncode == code
    assert rows(done)[0]["ref"] == ref


def test_hops_and_candidates_have_their_keys() -> None:
    """The lists in the object are of objects with fixed keys too."""
    alias, unsure = rows(reader("where", "--json", "vllm/engine/front.py::Front", "vllm/core/scheduler.py::Scheduler"))
    assert [set(hop) for hop in alias["hops"]] == [{"path", "line", "how"}] * 2  # type: ignore[attr-defined] # JSON
    assert [set(one) for one in unsure["candidates"]] == [{"path", "symbol", "line"}]  # type: ignore[attr-defined]


def test_refs_come_from_standard_input_too() -> None:
    """Blank lines and comments are passed over, the order is kept."""
    done = reader("where", "--json", "-", text="# a comment\n\nvllm/shapes.py::LIMIT\n  vllm/config/\n")
    assert [row["ref"] for row in rows(done)] == ["vllm/shapes.py::LIMIT", "vllm/config/"] and done.returncode == 0


def test_a_bad_ref_does_not_keep_the_others_from_an_answer() -> None:
    """It is reported on stderr, the rest is answered, and the exit code is 2."""
    done = reader("where", "--json", "-", text="../secret\nvllm/shapes.py::LIMIT\n")
    assert [row["ref"] for row in rows(done)] == ["vllm/shapes.py::LIMIT"]
    assert done.returncode == 2 and "../secret" in done.stderr


def test_what_is_not_there_is_said_as_it_is(tmp_path: Path) -> None:
    """A link out of the tree is there but not followed; a name alone is no path, and is told how it is written."""
    tree = shutil.copytree(TANGLE, tmp_path / "vllm-0.13.0")
    (tree / "vllm" / "out.py").symlink_to("/etc/hostname")
    said = reader("--checkout", str(tree), "where", "vllm/out.py", "vllm/out.py::f", "Front").stdout
    assert said.count("vllm/out.py: a symbolic link that leads out of the checkout; it is not followed") == 2
    assert "there is no Front in this checkout; a symbol is written after its file, as in core.py::Front" in said
    assert "vllm/v1/engine/front.py:8  Front" in said.partition("candidates, best first:")[2]


@pytest.mark.parametrize("command", ["where", "show"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vllm/shapes.py:12", "a ref names no line"),
        ("vllm/shapes.py:12-14", "a ref names no line"),
        ("vllm.shapes.Shape", "a symbol is written after its file"),
        ("Front.step", "as in core.py::Front.step"),
    ],
)
def test_how_others_write_a_place_is_answered_with_how_reader_does(command: str, text: str, said: str) -> None:
    """Of an editor, a traceback and Python: none of them is taken for a tour's name or a lost file."""
    done = reader(command, text)
    assert done.returncode == 1 and said in " ".join(done.stdout.split())


def test_a_reader_sees_place_hops_and_candidates() -> None:
    """The plain output names path and line, each hop, and what else it could be."""
    done = reader("where", "vllm/engine/front.py::Front", "vllm/core/scheduler.py::Scheduler")
    assert "vllm/v1/engine/front.py:8  alias  class Front" in done.stdout
    assert "assigns Front = V1Front" in done.stdout
    assert "candidates, best first:\n      vllm/v1/core/sched/scheduler.py:1  Scheduler" in done.stdout


def test_outline_lists_every_definition_in_order() -> None:
    """Overloads and conditional twins each on a line of their own, with exactly the keys of the contract."""
    found = rows(reader("outline", "--json", "vllm/shapes.py"))
    assert {frozenset(row) for row in found} == {frozenset({"path", "symbol", "kind", "line", "start", "end"})}
    assert [row["symbol"] for row in found] == [
        "Box", "Box.open", "Box.open", "Box.open", "Box.size", "Box.size", "route", "route", "again", "again",
    ]  # fmt: skip


def test_outline_nests_what_is_nested() -> None:
    """A member stands under its class, without the class's name."""
    lines = reader("outline", "vllm/v1/engine/front.py").stdout.splitlines()
    assert [line.partition("  ")[2] for line in lines] == [
        "class Front", "  method step", "  class Inner", "    method deep",
    ]  # fmt: skip


def test_outline_shows_prototypes_when_asked() -> None:
    """A header of declarations is empty without the option and not with it."""
    assert rows(reader("outline", "--json", "csrc/launch.h")) == []
    assert [row["kind"] for row in rows(reader("outline", "--json", "--declarations", "csrc/launch.h"))] == [
        "declaration"
    ]


@pytest.mark.parametrize(("path", "words"), [("vllm/nothing.py", "vllm/nothing.py"), ("vllm/", "a directory")])
def test_outline_of_no_file_says_so(path: str, words: str) -> None:
    """A missing file and a directory are told apart, and both end with 2."""
    done = reader("outline", path)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr


def test_every_key_of_find_is_always_there() -> None:
    """Best first, one object a line; `exact` says that the whole name was asked for."""
    done = reader("find", "Scheduler", "--json")
    assert done.returncode == 0 and rows(done)
    assert all(set(row) == {"path", "symbol", "kind", "line", "start", "end", "exact"} for row in rows(done))


def test_what_find_leaves_out_is_counted() -> None:
    """Nothing is cut in silence, and how to see the rest is said on stderr."""
    done = reader("find", "step", "--limit", "1")
    assert len(done.stdout.splitlines()) == 1
    assert re.match(r"1 of \d+: --limit 0 shows all", done.stderr)
    assert len(reader("find", "step", "--limit", "0").stdout.splitlines()) > 1


def test_find_of_nothing_names_what_comes_near() -> None:
    """Exit code 1 and no row; a folder that is not there, and a path in place of a name, are exit code 2."""
    done = reader("find", "Schedular", "--json")
    assert (done.returncode, done.stdout) == (1, "") and "Scheduler" in done.stderr
    assert reader("find", "Scheduler", "--under", "nowhere").returncode == 2
    assert reader("find", "vllm/engine/front.py").returncode == 2
