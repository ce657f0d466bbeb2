"""`reader quiz` as a user types it, and types into it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from reader import progress
from reader.progress import open_store
from reader.progress.ledger import Ledger

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the progress file, which a test moves."""
    seconds = [1_700_000_000.0]
    monkeypatch.setattr(progress, "time", SimpleNamespace(time=lambda: seconds[0]))
    return seconds


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def states(guided: Run) -> dict[str, str]:
    return {row["id"]: row["state"] for row in rows(guided("quiz", "week1", "--all", "--json"))}


def test_the_answer_is_hidden_until_it_is_asked_for(guided: Run) -> None:
    """Excerpt without notes, then the question; Enter shows the answer; the end of input is no answer."""
    before = guided("quiz", "week1", typed="").stdout
    assert "self.waiting.append(request)" in before and "? What runs here?" in before
    assert "Nothing runs yet." not in before  # the note
    assert "Nothing at all." not in before  # the answer
    after = guided("quiz", "week1", typed="\n").stdout
    assert after.index("? What runs here?") < after.index("→ Nothing at all.")
    assert states(guided) == {"add": "new", "schedule": "new"}


@pytest.mark.parametrize("typed", ["\ny\n\nn\n", "y\nn\n", "3\n1\n", "\nmaybe\nYES\n\n\n\nno\n", "y\r\nn\r\n"])
def test_what_was_known_is_recorded(guided: Run, typed: str) -> None:
    """With Enter first or without, in letters or numbers; what is no answer is asked again."""
    said = guided("quiz", "week1", typed=typed).stdout
    assert "2 of 2 answered: 1 known, 1 not." in said
    assert "Not known; it comes back in 10 minutes." in said
    assert states(guided) == {"add": "known", "schedule": "missed"}


def test_what_was_not_known_comes_back_sooner(guided: Run, now: list[float]) -> None:
    """After ten minutes only that one is due; before, none, and it is said when."""
    guided("quiz", "week1", typed="y\nn\n")
    result = guided("quiz", "week1")
    assert result.stdout == "" and "no question is due. The next one comes back at" in result.stderr
    now[0] += 600
    assert [row["id"] for row in rows(guided("quiz", "week1", "--json"))] == ["schedule"]
    now[0] += 10 * 86400
    assert [row["id"] for row in rows(guided("quiz", "week1", "--json"))] == ["schedule", "add"]


def test_an_end_keeps_what_was_answered(guided: Run) -> None:
    """q at either prompt, or the end of the input."""
    assert "1 of 2 answered: 1 known, 0 not." in guided("quiz", "week1", typed="y\nq\n").stdout
    assert states(guided) == {"add": "known", "schedule": "new"}
    assert "0 of 1 answered" in guided("quiz", "week1", typed="\nq\n").stdout
    assert len(Ledger(open_store()).reviews()) == 1


def test_without_a_name_the_opened_tours_are_asked(guided: Run, tmp_path: Path) -> None:
    """The one opened last first; one whose file is gone is named and left out; none at all is said."""
    assert "no tour was opened yet" in guided("quiz", code=2).stderr
    own = tmp_path / "mine.toml"
    own.write_text((Path(__file__).parent / "fixtures" / "guide" / "tours" / "week02.toml").read_text())
    guided("tour", "week1")
    guided("tour", str(own))
    assert [row["tour"] for row in rows(guided("quiz", "--json"))] == ["mine", "week01", "week01"]
    own.unlink()
    result = guided("quiz", "--list")
    assert "left out" in result.stderr and str(own) in result.stderr
    assert "week01:add" in result.stdout and "mine" not in result.stdout


def test_the_list_has_no_answers(guided: Run) -> None:
    """What is known of each question, and when it comes back."""
    guided("quiz", "week1", typed="n\n")
    said = guided("quiz", "week1", "--list", "--all").stdout
    assert "new        How many may run?" in said
    assert "not known  What runs here?  (due 20" in said
    assert "Eight of those" not in said and "Nothing at all" not in said
    assert "since 0.20" not in said


def test_json_has_every_key(guided: Run) -> None:
    """Question and answer, what is known, when it is due."""
    first, *_ = rows(guided("quiz", "week1", "--json"))
    assert first == {
        "tour": "week01",
        "id": "add",
        "title": "A request comes in",
        "ask": "What runs here?",
        "answer": "Nothing at all.",
        "ref": None,
        "state": "new",
        "due": None,
        "read": False,
    }
    guided("quiz", "week1", typed="n\n")
    *_, last = rows(guided("quiz", "week1", "--json", "--all"))
    assert last["state"] == "missed" and last["due"].startswith("2023-11-1")


@pytest.mark.parametrize("typed", [b"\xff\xfe\n\x00y\ny\n", b"\x1b[A\ny\n", b"y"])
def test_any_bytes_may_be_typed(guided: Run, typed: bytes) -> None:
    """What is no answer is asked again, however odd; a last line without an end is one."""
    guided("quiz", "week1", typed=typed)
    assert states(guided)["add"] == "known"


def test_a_wrong_tour_gets_the_near_one(guided: Run) -> None:
    """As everywhere."""
    assert "did you mean week01" in guided("quiz", "wek01", code=2).stderr


def test_a_tour_without_questions_says_so(guided: Run, tmp_path: Path) -> None:
    """On stderr, with exit 0: nothing is wrong."""
    own = tmp_path / "mine.toml"
    text = (Path(__file__).parent / "fixtures" / "guide" / "tours" / "week02.toml").read_text()
    own.write_text(text.partition("[[stop.question]]")[0])
    assert "has no questions" in guided("quiz", str(own)).stderr


def test_a_question_of_a_borrowed_stop_is_asked_once(guided: Run, tmp_path: Path) -> None:
    """A week and a route that borrows from it are open: the question is one card, whichever asks it."""
    route = tmp_path / "route.toml"
    route.write_text(
        'format = 1\ntitle = "Another order"\nhome = "0.13.0"\nintro = "."\n'
        '[[stop]]\nfrom = "week01:schedule"\n[[stop]]\nfrom = "week01:add"\n'
    )
    for name in ("week1", str(route)):
        guided("tour", name)
    asks = [json.loads(line)["ask"] for line in guided("quiz", "--json", "--all").stdout.splitlines()]
    assert sorted(asks) == ["How many may run?", "What runs here?"]
    guided("quiz", str(route), typed="\ny\n\ny\n")
    states = [json.loads(line)["state"] for line in guided("quiz", "week1", "--json", "--all").stdout.splitlines()]
    assert "new" not in states
