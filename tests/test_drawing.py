"""`reader diagram`: what it writes where, its JSON, what it says when there is nothing to draw."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

FIXTURES = Path(__file__).parent / "fixtures"
RELATIONS = FIXTURES / "relations"
PATHS = FIXTURES / "paths"
STEP = "vllm/engine/core.py::EngineCore.step"
NODE = {"item", "id", "lines", "kind", "group", "ref", "place", "states", "count"}
EDGE = {"item", "source", "target", "kind", "label", "sure", "place"}


def reader(*arguments: str, checkout: Path = RELATIONS) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reader", "--checkout", str(checkout), "diagram", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def drawn(*arguments: str, checkout: Path = RELATIONS) -> tuple[dict[str, dict[str, object]], list[dict[str, object]]]:
    """The nodes by the first line in them, and the edges with the names of their ends."""
    done = reader(*arguments, "--json", checkout=checkout)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    nodes = [row for row in rows if row["item"] == "node"]
    edges = [row for row in rows if row["item"] == "edge"]
    assert {frozenset(row) for row in nodes} == {frozenset(NODE)} and {frozenset(row) for row in edges} <= {
        frozenset(EDGE)
    }
    names = {row["id"]: row["lines"][0] for row in nodes}
    ends = [row | {"source": names[row["source"]], "target": names[row["target"]]} for row in edges]
    return {row["lines"][0]: row for row in nodes}, ends


def test_calls_are_drawn_with_their_lines_and_how_sure_they_are() -> None:
    """Callers and callees; what a string names is told as such, what is only possible is not sure."""
    nodes, edges = drawn("calls", STEP)
    assert nodes["EngineCore.step"]["states"] == ["root"]
    found = {(edge["source"], edge["target"]): edge for edge in edges}
    assert found["EngineCore.take", "EngineCore.step"]["place"] == "vllm/engine/core.py:41"
    by_name = found["EngineCore.step", "Foreman.work_on"]
    assert (by_name["kind"], by_name["label"], by_name["sure"]) == ("dispatch", "by name", False)
    assert nodes["torch.ops._C.twist"]["kind"] == "end" and nodes["torch.ops._C.twist"]["ref"] is None


def test_up_and_down_draw_one_side() -> None:
    """Callers only, or callees only; both together are both."""
    _, up = drawn("calls", STEP, "--up")
    _, down = drawn("calls", STEP, "--down")
    _, both = drawn("calls", STEP)
    assert {edge["target"] for edge in up} == {"EngineCore.step"}
    assert "EngineCore.step" in {edge["source"] for edge in down} and "EngineCore.take" not in str(down)
    assert len(both) == len(up) + len(down)


def test_classes_are_drawn_with_what_is_outside() -> None:
    """The root marked, abstract ones too, bases that are not in the checkout named."""
    nodes, edges = drawn("classes", "vllm/worker/base.py::Base")
    assert set(nodes["Base"]["states"]) == {"root", "abstract"}  # type: ignore[call-overload] # JSON
    assert nodes["ABC"]["kind"] == "end" and nodes["ABC"]["place"] is None
    assert {(edge["source"], edge["target"]) for edge in edges} >= {("Base", "ABC"), ("Box", "Base")}


def test_a_method_is_drawn_with_what_overrides_it() -> None:
    """Each hangs on the nearest above it that binds the name."""
    nodes, edges = drawn("classes", "vllm/worker/base.py::Base.run")
    assert ("Box.run", "Base.run") in {(edge["source"], edge["target"]) for edge in edges}
    assert {name.rpartition(".")[2] for name in nodes} == {"run"}


def test_a_class_without_relations_is_one_box() -> None:
    """That is an answer, not an error."""
    nodes, edges = drawn("classes", "vllm/engine/core.py::EngineCore")
    assert list(nodes) == ["EngineCore"] and edges == []


def test_a_wrapper_and_the_calls_in_it_are_one_box() -> None:
    """From there over the registration to the kernel; what comes from outside ends, and says so."""
    nodes, edges = drawn("kernel", "scale", checkout=PATHS)
    found = [(edge["source"], edge["target"], edge["kind"]) for edge in edges]
    assert ("scale", "impl scale", "dispatch") in found and ("scale", "scale_kernel", "launch") in found
    assert not [edge for edge in found if edge[0] == edge[1] == "scale_kernel"]
    assert nodes["scale_kernel"]["group"] == "GPU" and nodes["here it ends"]["kind"] == "end"
    unsure = [edge for edge in edges if not edge["sure"]]
    assert unsure and {edge["source"] for edge in unsure} == {"Layer.forward"}


@pytest.mark.parametrize(
    ("arguments", "starts"),
    [
        ((), "---\ntitle: 'EngineCore.step: calls'\n---\nflowchart LR\n"),
        (("--format", "dot"), 'digraph "EngineCore.step: calls" {\n'),
        (("--format", "svg"), '<svg xmlns="http://www.w3.org/2000/svg"'),
    ],
)
def test_a_picture_goes_to_stdout(arguments: tuple[str, ...], starts: str) -> None:
    """Mermaid, where nothing else is said; and nothing but the picture."""
    done = reader("calls", STEP, *arguments)
    assert done.stdout.startswith(starts) and done.returncode == 0 and done.stderr == ""


@pytest.mark.parametrize(
    ("name", "starts"), [("a.svg", "<svg"), ("a.dot", "digraph"), ("a.gv", "digraph"), ("a.mmd", "---"), ("a", "---")]
)
def test_the_suffix_decides_the_format(name: str, starts: str, tmp_path: Path) -> None:
    """Unless --format does; what was written is said on stderr."""
    path = tmp_path / name
    done = reader("classes", "vllm/worker/base.py::Base", "--output", str(path))
    assert path.read_text(encoding="utf-8").startswith(starts)
    assert done.stdout == "" and str(path) in done.stderr and "boxes" in done.stderr
    assert reader("classes", "vllm/worker/base.py::Base", "-o", str(path), "--format", "dot").returncode == 0
    assert path.read_text(encoding="utf-8").startswith("digraph")


def test_a_file_of_the_users_own_is_kept(tmp_path: Path) -> None:
    """Until --force says otherwise."""
    path = tmp_path / "notes.svg"
    path.write_text("mine")
    done = reader("classes", "vllm/worker/base.py::Base", "-o", str(path))
    assert done.returncode == 2 and "was not written by reader" in done.stderr and path.read_text() == "mine"
    assert reader("classes", "vllm/worker/base.py::Base", "-o", str(path), "--force").returncode == 0
    assert path.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (("classes", "vllm/nothing.py::X"), "there is no vllm/nothing.py", 1),
        (("classes", "vllm/worker/base.py::Bsae"), "neither defines nor imports Bsae", 1),
        (("classes", "vllm/worker/base.py"), "reader outline vllm/worker/base.py", 1),
        (("classes", "vllm/worker/"), "is a directory; name a definition of a file in it", 1),
        (("classes", "vllm/worker/base.py::T"), "it has no bases", 1),
        (("calls", "vllm/worker/base.py::T"), "which nobody calls", 1),
        (("classes", "../base.py::Base"), "'..' would lead out of the checkout", 2),
        (("kernel", "no_such_operation"), "there is no operation 'no_such_operation'", 1),
        (("lanes", "nothing"), "there is no tour called 'nothing'", 2),
        (("calls", STEP, "--depth", "0"), "0 is not in the range", 2),
        (("calls", STEP, "--format", "gif"), "'gif' is not one of", 2),
        (("circles", STEP), "There is no diagram 'circles'", 2),
    ],
)
def test_what_cannot_be_drawn_is_said(arguments: tuple[str, ...], said: str, code: int) -> None:
    """On stderr, with an exit code, and nothing on stdout that a file could be made of."""
    done = reader(*arguments)
    assert said in " ".join(done.stderr.split()) and done.returncode == code
    assert done.stdout == "" and "Traceback" not in done.stderr


def test_another_definition_than_the_one_named_is_said() -> None:
    """A picture of what a name leads to says that it does."""
    done = reader("classes", "vllm/worker/deep.py::Base")
    assert "vllm/worker/deep.py::Base is alias; drawn is vllm/worker/base.py::Base" in done.stderr
    assert done.returncode == 0


def test_shared_options_stand_after_the_kind_too() -> None:
    """`--checkout` is what one adds last."""
    command = [sys.executable, "-m", "reader", "diagram", "calls", STEP, "--checkout", str(RELATIONS)]
    assert "Crew.call" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("kind", ["classes", "calls", "kernel", "lanes"])
def test_every_kind_has_help_with_an_example(kind: str) -> None:
    """And the options that all have."""
    said = reader(kind, "--help").stdout
    assert f"reader diagram {kind} " in said and "--output" in said and "--format" in said and "--json" in said


def test_the_lanes_of_a_small_tour(guided: Callable[..., Result]) -> None:
    """A box for each stop that some process runs, in reading order, in its lane."""
    rows = [json.loads(line) for line in guided("diagram", "lanes", "week1", "--json").stdout.splitlines()]
    assert [(row["id"], row["group"]) for row in rows if row["item"] == "node"][:3] == [
        ("add", "Front end"),
        ("step", "Engine core"),
        ("schedule", "Engine core"),
    ]


def test_a_tour_that_no_process_runs_has_no_picture(guided: Callable[..., Result], tmp_path: Path) -> None:
    """Of documents alone; the way out is another tour."""
    path = tmp_path / "papers.toml"
    path.write_text(
        'format = 1\ntitle = "Papers"\nhome = "0.13.0"\nintro = "Only papers."\n'
        '[[stop]]\nid = "paper"\ntitle = "A paper"\nref = "docs/paper.md"\nminutes = 1\nwhy = "To read."\n'
    )
    assert "is code that some process" in guided("diagram", "lanes", str(path), code=1).output


def test_a_suffix_of_another_kind_of_file_gets_no_mermaid(tmp_path: Path) -> None:
    """Nothing is written, and the suffixes that are known are named."""
    path = tmp_path / "picture.png"
    done = reader("classes", "vllm/worker/base.py::Base", "--output", str(path))
    assert done.returncode == 2 and ".svg" in done.stderr and "--format" in done.stderr and not path.exists()
    assert reader("classes", "vllm/worker/base.py::Base", "-o", str(path), "--format", "dot").returncode == 0
