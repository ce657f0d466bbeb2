"""`reader kernel`: what it prints, in which width, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reader.cli.group import main

FIXTURE = Path(__file__).parent / "fixtures" / "paths"
KEYS = ["op", "hop", "kind", "path", "line", "name", "dispatch", "via"]
KINDS = {"wrapper", "call", "schema", "impl", "function", "macro", "launch", "kernel"}


def kernel(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--checkout", str(FIXTURE), "kernel", *arguments])


def test_json_has_the_keys_and_kinds_of_the_contract() -> None:
    """One object a hop, the contract's keys first; an end is said of the hop that it ends."""
    result = kernel("small::attended", "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert all(list(row)[: len(KEYS)] == KEYS for row in rows)
    assert {row["kind"] for row in rows} <= KINDS
    assert {row["op"] for row in rows} == {"attended"} and {row["namespace"] for row in rows} == {"small"}
    assert [row["end"] for row in rows if row["end"]] == [
        "vllm/kernels/registered.py:82: flashinfer.attend is outside of this checkout"
    ]


@pytest.mark.parametrize("width", [40, 60, 100, 200])
def test_no_line_is_wider_than_asked(width: int) -> None:
    """Narrow and wide, with the source lines; nothing of a path is cut."""
    result = kernel("_C::scale", "--width", str(width))
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= width


def test_brief_leaves_the_source_out() -> None:
    """The hops stand in both."""
    whole, brief = kernel("_C::scale").stdout, kernel("_C::scale", "--brief").stdout
    assert "__global__ void scale_kernel" in whole and "__global__" not in brief
    assert all(kind in brief for kind in ("wrapper", "schema", "impl", "launch", "kernel"))


def test_the_list_says_mechanism_keys_and_counts() -> None:
    """For people and for programs."""
    shown = kernel("--list", "--width", "120").stdout
    assert "14 operations: 4 c++, 6 python, 1 triton, 3 external" in shown
    rows = {
        f"{row['namespace']}::{row['op']}": row
        for row in map(json.loads, kernel("--list", "--json").stdout.splitlines())
    }
    told = [line for line in kernel("--list", "--width", "70").stdout.splitlines() if "implementation" in line]
    assert len(told) > 5 and all(line.startswith("    ") for line in told), "one layout, whatever the width"
    assert rows["small::chosen"]["dispatch"] == ["CPU"]
    assert rows["_C::bare"]["line"] and rows["_far_C::thing"]["mechanism"] == "external"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nothing_like_it",), 1),
        (("csrc/nowhere.cu::f",), 1),
        (("../out.py::f",), 2),
        ((), 2),
        (("scale", "--list"), 2),
    ],
)
def test_what_cannot_be_answered_ends_with_a_code(arguments: tuple[str, ...], code: int) -> None:
    """1 where nothing was found, 2 where nothing could be asked; a word on stderr, no traceback."""
    result = kernel(*arguments)
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == code
    assert result.stderr and not result.stdout


@pytest.mark.parametrize(("what", "code"), [("unfinished", 1), ("bare", 1), ("_C::scale", 0), ("_far_C::thing", 0)])
def test_half_of_a_registration_is_shown_and_ends_with_1(what: str, code: int) -> None:
    """A schema without an implementation, an implementation without a schema."""
    result = kernel(what)
    assert result.stdout and result.exit_code == code
