"""`reader plan` and `reader checkpoint`, a sitting and the forecast, as a user types them."""

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

Run = Callable[..., Result]


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_plan_shows_every_week_under_its_phase(guided: Run) -> None:
    """Items done and covered, days planned, and the sums."""
    said = guided("plan").stdout
    assert said.index("phase 1: Beginning") < said.index("The engine") < said.index("phase 2: Going on")
    assert "0 of 5 items done, 3 covered by stops; 0 min spent, 4-7 days planned" in said


def test_a_week_shows_its_items_with_their_stops(guided: Run) -> None:
    """Read or not, and an item that no tour covers is said to be so."""
    guided("tour", "week1")
    guided("next")
    said = guided("plan", "week1").stdout.splitlines()
    start = next(index for index, line in enumerate(said) if "w1.1.1" in line)
    assert said[start : start + 5] == [
        "☐ w1.1.1  ★★  read  Read `vllm/engine.py`",
        "    ✓ week01:add A request comes in",
        "    · week01:step One turn",
        "☐ w1.1.2  practise  Draw the loop",
        "    no tour covers this item",
    ]


def test_the_json_of_the_plan_has_every_key(guided: Run) -> None:
    """A week a line; with a week an item a line, its stops in it."""
    assert rows(guided("plan", "--json"))[0] == {
        "week": 1,
        "title": "The engine",
        "phase": 1,
        "phase_title": "Beginning",
        "items": 3,
        "done": 0,
        "covered": 2,
        "days": [2, 3],
        "seconds": 0,
        "tours": ["week01"],
        "current": False,
    }
    first, *_ = rows(guided("plan", "2", "--json"))
    assert first == {
        "id": "w2.1.1",
        "week": 2,
        "section": "2.1",
        "section_title": "In line",
        "days": [1, 2],
        "kind": "understand",
        "text": "Understand first in, first out",
        "path": None,
        "stars": 0,
        "done": False,
        "by_hand": False,
        "stops": [{"tour": "week02", "id": "pop", "title": "Taking one out", "read": False}],
    }


def test_reading_all_stops_of_an_item_does_it(guided: Run) -> None:
    """And unreading one undoes it."""
    guided("mark", "week1:add", "week1:step")
    assert [row["done"] for row in rows(guided("plan", "1", "--json"))] == [True, False, False]
    assert rows(guided("plan", "--json"))[0]["done"] == 1
    guided("mark", "--unread", "week1:step")
    assert not any(row["done"] for row in rows(guided("plan", "1", "--json")))


def test_items_are_ticked_and_unticked_by_hand(guided: Run) -> None:
    """Several at once; what changed nothing says so; capital letters are no other item."""
    assert guided("plan", "--done", "w1.1.2", "W1.2.1").stdout == "w1.1.2: ticked\nw1.2.1: ticked\n"
    assert guided("plan", "--done", "w1.1.2").stdout == "w1.1.2: ticked (it was before)\n"
    assert "(ticked by hand)" in guided("plan", "1").stdout
    assert [row["by_hand"] for row in rows(guided("plan", "1", "--json"))] == [False, True, True]
    assert guided("plan", "--undo", "w1.1.2").stdout == "w1.1.2: not ticked\n"
    assert "was not before" in guided("plan", "--undo", "w1.1.2").stdout


def test_one_wrong_item_ticks_none(guided: Run) -> None:
    """All names are looked at before the first tick."""
    assert "did you mean w1.1" in guided("plan", "--done", "w1.1.2", "w1.1.7", code=2).stderr
    assert not any(row["by_hand"] for row in rows(guided("plan", "1", "--json")))


def test_check_lists_say_what_prepares_them(guided: Run) -> None:
    """In numbers for all phases; with its stops and questions for one."""
    guided("mark", "week1:add")
    said = guided("checkpoint").stdout
    assert "Phase 1: Beginning  0 of 2 ticked  you are here" in said
    assert "1 of 2 stops read, 0 of 1 questions known" in said
    assert "no tour prepares this yet" in said
    one = guided("checkpoint", "phase1").stdout
    assert "✓ week01:add A request comes in" in one
    assert "? What runs here?\n      (not asked yet, week01:add)" in one


def test_a_check_list_is_ticked_by_its_reader_only(guided: Run) -> None:
    """However much was read; the tick goes and comes."""
    guided("mark", "week1:add", "week1:step")
    assert [row["ticked"] for row in rows(guided("checkpoint", "1", "--json"))] == [False, False]
    assert guided("checkpoint", "--tick", "p1.1").stdout == "p1.1: ticked\n"
    first, second = rows(guided("checkpoint", "phase1", "--json"))
    assert (first["ticked"], second["ticked"]) == (True, False)
    assert (first["items"], [stop["id"] for stop in first["stops"]]) == (["w1.1.1"], ["add", "step"])
    assert first["questions"] == [{"tour": "week01", "id": "add", "ask": "What runs here?", "state": "new"}]
    assert guided("checkpoint", "--untick", "p1.1").stdout == "p1.1: not ticked\n"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("plan", "week4"), "did you mean week3"),
        (("plan", "week1", "week2"), "Name one week"),
        (("plan", "--done"), "Name the items"),
        (("plan", "--done", "--undo", "w1.1.1"), "Either"),
        (("plan", "--done", "p1.1"), "no item of the plan"),
        (("checkpoint", "phase7"), "no phase of the plan"),
        (("checkpoint", "1", "2"), "Name one phase"),
        (("checkpoint", "--tick"), "Name the lines"),
        (("checkpoint", "--tick", "--untick", "p1.1"), "Either"),
        (("checkpoint", "--tick", "p1.7"), "did you mean p1"),
    ],
)
def test_what_is_wrong_is_said_with_exit_2(guided: Run, args: tuple[str, ...], said: str) -> None:
    """On stderr, and nothing on stdout."""
    result = guided(*args, code=2)
    assert said in result.stderr
    assert result.stdout == ""


def test_looking_at_the_plan_records_nothing(guided: Run) -> None:
    """No progress file is made."""
    for args in (("plan",), ("plan", "1"), ("checkpoint",)):
        guided(*args)
    assert not open_store().path.exists()


def test_a_sitting_turns_the_page_and_plans_what_fits(guided: Run) -> None:
    """The stop that was left is read; the plan starts with the one shown and goes on into the next tour."""
    guided("tour", "week1")
    said = guided("next", "--minutes", "30").stdout
    assert said.splitlines()[:4] == [
        "A sitting of 30 minutes: 3 stops, 30 minutes.",
        "   10 min  week01:step One turn",
        "   15 min  week01:schedule What may run",
        "    5 min  week02:pop Taking one out",
    ]
    assert "stop 2 of 3" in said
    assert [row["read"] for row in rows(guided("tour", "week1", "--json"))] == ["read", "unread", "unread"]
    assert (
        "No stop fits into 2 minutes: the next unread one, week01:schedule" in guided("next", "--minutes", "2").stdout
    )


def test_a_sitting_goes_on_where_a_tour_ends(guided: Run) -> None:
    """At the last stop, and before any tour was opened; nonsense minutes are refused and turn no page."""
    assert guided("next", "--minutes", "5").stdout.startswith("A sitting of 5 minutes: 1 stop, 5 minutes.")
    guided("next")
    guided("next")
    said = guided("next", "--minutes", "5").stdout
    assert said.splitlines()[1] == "    5 min  week02:pop Taking one out"
    assert "That was the last stop of week01" in said
    assert "--minutes" in guided("next", "--minutes", "0", code=2).stderr


def test_status_tells_when_it_will_be_done(guided: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too early at first; five stops and four days later with dates."""
    now = [1_700_000_000.0]
    monkeypatch.setattr(progress, "time", SimpleNamespace(time=lambda: now[0]))
    assert "No stop is read yet" in guided("status").stdout
    guided("mark", "week1:add")
    assert "tell an end: one stop in one day" in guided("status").stdout
    guided("mark", "week1:step", "week1:schedule", "week2:pop")
    assert "Too little read yet to tell an end: 4 stops in one day" in guided("status").stdout
    now[0] += 3 * 86400
    guided("mark", "week2:step")
    said = guided("status").stdout
    assert "Pace so far: 5 stops in 4 days; 10 of the tours' minutes a day" in said
    *_, last = rows(guided("status", "--json"))
    assert (last["forecast"], last["days"], last["stops_left"], last["minutes_left"]) == ("pace", 4, 1, 5)
    assert last["tours_end"] in said and last["plan_end"] in said


def test_a_tour_of_ones_own_has_sittings_too(guided: Run, tmp_path: Path) -> None:
    """Its stops come first, then those of the tours that come with reader."""
    own = tmp_path / "mine.toml"
    own.write_text((Path(__file__).parent / "fixtures" / "guide" / "tours" / "week02.toml").read_text())
    guided("tour", str(own))
    said = guided("next", "--minutes", "12").stdout
    assert said.splitlines()[1:3] == [
        "    5 min  mine:step The same turn again",
        "    5 min  mine:lost Gone without a word",
    ]
