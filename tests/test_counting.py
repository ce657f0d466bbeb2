"""`reader stats` as a user types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]


def test_the_table_sets_the_recount_beside_the_plan(guided: Run) -> None:
    """Figure, count, difference, and the known reason under the table."""
    said = guided("stats").stdout
    rows = [line.split() for line in said.splitlines()]
    assert ["Python", "files", "3", "3", "none"] in rows
    assert ["Lines", "of", "the", "queue", "1,000", "3", "-997", "(1)"] in rows
    assert ["Lines", "of", "what", "matters", "7", "unknown", "(2)"] in rows
    assert ["Lines", "of", "what", "is", "gone", "about", "9", "not", "here", "(3)"] in rows
    assert "(1) it was longer once" in said
    assert "(3) there is no vllm/gone.py in this checkout" in said
    assert "the plan counted vLLM 0.13.0, and so does this" in said


def test_json_has_every_key(guided: Run) -> None:
    """One object for each figure."""
    rows = [json.loads(line) for line in guided("stats", "--json").stdout.splitlines()]
    assert rows[1] == {
        "what": "Lines of the queue",
        "path": "vllm/core/",
        "measure": "lines .py",
        "plan": 1000,
        "about": False,
        "release": "0.13.0",
        "count": 3,
        "difference": -997,
        "missing": False,
        "reason": "it was longer once",
    }
    assert [row["count"] for row in rows] == [3, 3, None, None]
    assert [row["missing"] for row in rows] == [False, False, False, True]


def test_another_release_says_that_the_plan_counted_its_own(guided: Run, tmp_path: Path) -> None:
    """Differences are expected there, and no reason of 0.13.0 is given for them."""
    (tmp_path / "vllm-0.13.0" / "vllm" / "_version.py").write_text("__version__ = version = '0.14.0'\n")
    said = guided("stats").stdout
    assert "the plan counted 0.13.0; this is vLLM 0.14.0, so differences are to be expected" in said
    assert "it was longer once" not in said
    rows = [json.loads(line) for line in guided("stats", "--json").stdout.splitlines()]
    assert rows[1]["reason"] == "the plan counted 0.13.0"
