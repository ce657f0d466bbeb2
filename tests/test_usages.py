"""Uses of Python definitions: the fixture bears the expectations beside the code that they are about."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from reader import usages
from reader.checkout import Checkout, open_checkout
from reader.cli.group import main
from reader.ref import Ref
from reader.resolve import resolve
from reader.usages import Use

ROOT = Path(__file__).parent / "fixtures" / "usages"
# `#= call path::Symbol` behind a line: it is a use of that; `#? ...`: it may be one. As often as it stands there.
MARK = re.compile(r"#([=?]) (call|import|override|reference) (\S+::\S+)")

REFS = (
    "pkg/core/base.py::LIMIT",
    "pkg/core/base.py::Config.doubled",
    "pkg/core/base.py::Config.steps",
    "pkg/core/base.py::BaseEngine",
    "pkg/core/base.py::BaseEngine.step",
    "pkg/core/engine.py::Engine",
    "pkg/core/engine.py::Engine.step",
)


@pytest.fixture(scope="module")
def checkout() -> Checkout:
    return Checkout(ROOT, "0.13.0", "archive")


def found(checkout: Checkout, ref: str) -> tuple[Use, ...]:
    return usages.uses(checkout, resolve(checkout, Ref.parse(ref))).found


def expected(ref: str) -> Counter[tuple[str, int, str, bool]]:
    marks: Counter[tuple[str, int, str, bool]] = Counter()
    for path in sorted(ROOT.rglob("*.py")):
        for number, line in enumerate(path.read_text().split("\n"), 1):
            for sign, kind, told in MARK.findall(line):
                if told == ref:
                    marks[path.relative_to(ROOT).as_posix(), number, kind, sign == "="] += 1
    return marks


def test_every_mark_is_of_a_ref_that_is_asked() -> None:
    """No expectation of the fixture is left out."""
    told = {ref for path in ROOT.rglob("*.py") for _, _, ref in MARK.findall(path.read_text())}
    assert told == set(REFS)


@pytest.mark.parametrize("ref", REFS)
def test_the_uses_are_those_that_the_source_marks(checkout: Checkout, ref: str) -> None:
    """Neither more nor fewer, of the kind and the sureness that stand beside them."""
    told = Counter((one.path, one.line, one.kind, one.sure) for one in found(checkout, ref))
    assert told == expected(ref)
