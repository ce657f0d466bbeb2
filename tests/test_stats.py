"""The plan's size table, counted again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reader import library
from reader.checkout import open_checkout
from reader.stats import Recount, recount

EXACT = {
    "Source files": 2433,
    "Python lines, tests included": 659437,
    "C++ and CUDA lines": 84243,
    "Attention, lines": 7311,
    "Python files of vllm itself": 1131,
    "C++ and CUDA files": 169,
    "Test files": 856,
    "Example files": 114,
    "`csrc/`, lines": 84243,
}


def counted(root: Path) -> dict[str, Recount]:
    return {one.size.what: one for one in recount(open_checkout(root), library.plan())}


def test_a_clean_0_13_0_has_the_plans_figures(release: Callable[[str], Path]) -> None:
    """All that can be counted come out exact; every difference has its reason; one figure nobody can reproduce."""
    known = counted(release("0.13.0"))
    assert {what: known[what].count for what in EXACT} == EXACT
    assert all(known[what].difference == 0 for what in EXACT)
    for one in known.values():
        assert one.difference == 0 or one.reason("0.13.0", "0.13.0")
    core = known["Core modules, lines"]
    assert (core.count, core.missing) == (None, False)
    assert "no choice of folders gives this figure" in (core.reason("0.13.0", "0.13.0") or "")


def test_another_release_is_reason_enough(release: Callable[[str], Path]) -> None:
    """There the figures differ, and what was found out about 0.13.0 is not said of it; what is gone is said to be."""
    known = counted(release("0.33.0"))
    assert known["Test files"].reason("0.33.0", "0.13.0") == "the plan counted 0.13.0"
    gone = known["Attention, lines"]
    assert (gone.count, gone.difference, gone.missing) == (None, None, True)
    assert gone.reason("0.33.0", "0.13.0") == "there is no vllm/attention/ in this checkout"


@pytest.mark.parametrize(("text", "lines"), [(b"", 0), (b"a", 0), (b"a\n", 1), (b"a\r\nb\n\n", 3)])
def test_lines_are_line_ends(tmp_path: Path, text: bytes, lines: int) -> None:
    """As `wc -l` has them; what is hidden or generated is no source."""
    (tmp_path / "vllm").mkdir()
    (tmp_path / "vllm" / "__init__.py").write_bytes(text)
    (tmp_path / "vllm" / "_version.py").write_bytes(b"generated\n")
    (tmp_path / ".buildkite").mkdir()
    (tmp_path / ".buildkite" / "hidden.py").write_bytes(b"hidden\n")
    known = counted(tmp_path)
    assert known["Python lines, tests included"].count == lines
    assert known["Python files of vllm itself"].count == 1
