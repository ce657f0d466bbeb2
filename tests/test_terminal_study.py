"""What a reader sees of the plan, the check lists, the size table, the questions and the own notes, at fixed widths.

`python tests/test_terminal_study.py` writes the golden pages anew; read the difference before you keep it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from reader import library
from reader.plan import Plan, Size
from reader.planfile import parse
from reader.progress import Mark, OwnNote
from reader.progress.ledger import Card
from reader.ref import Ref
from reader.stats import Recount
from reader.study import checks, quiz, weeks
from reader.study.desk import Desk
from reader.study.forecast import Forecast
from reader.study.sitting import sitting
from reader.terminal import Screen
from reader.tour import Question, Tour

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
TOURS = HERE / "fixtures" / "guide" / "tours"
WIDTHS = (60, 80, 120, 200)
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
NOON = 1_700_000_000.0


def plan() -> Plan:
    path = TOURS / "plan.toml"
    return parse(path, path.read_bytes())


def tours() -> tuple[Tour, ...]:
    return tuple(library.load(str(TOURS / f"{name}.toml")) for name in ("week01", "week02"))


def desk() -> Desk:
    marks = tuple(Mark("week01", stop, "0.13.0", None, None, None, NOON, 0.0) for stop in ("add", "step"))
    known = Desk(plan(), tours(), "0.13.0", marks, {"w1.1.2": NOON, "p1.1": NOON}, {"week01": 4000.0}, {}, "week01")
    asked = quiz.asked(known.stops, {})
    cards = {asked[0].key: Card(1, 0, 1.0, 5.0, NOON, NOON), asked[1].key: Card(2, None, 3.0, 5.0, NOON, NOON)}
    return replace(known, cards=cards)


def page(width: int) -> str:
    screen, known = Screen(width, color=False), desk()
    asked = quiz.asked(known.stops, known.cards)
    answered = replace(asked[2], question=replace(asked[2].question, ref=Ref("vllm/core/queue.py", "Queue.pop")))
    sizes = (
        Recount(Size("`vllm/a.py`, lines", 1935, "lines .py", "vllm/a.py", why="the file of 0.6.3"), 6),
        Recount(Size("Core modules", 132410, why="nobody knows what was counted"), None),
        Recount(Size("Source files", 2433, "files .py"), 2433),
        Recount(Size("What is gone", 500, "lines .py", "vllm/gone/", about=True), None, missing=True),
    )
    told = Forecast("pace", 7, 250, 47, 2446, 1.25, 82.0, 10, 4000.0, date(2028, 4, 26), None)
    parts = [
        screen.weeks(weeks.weeks(known)),
        screen.week(weeks.week(known, "1")),
        screen.phases(checks.phases(known), whole=False),
        screen.phases([checks.phase(known, "1")], whole=True),
        screen.stats(sizes, "0.13.0", "0.13.0"),
        screen.stats(sizes, "0.33.0", "0.13.0"),
        screen.forecast(told),
        screen.sitting(sitting(known.stops, "week01", "add", 25)),
        screen.sitting(sitting(known.stops, "week01", "add", 2)),
        screen.question(asked[2], 3, 12),
        screen.answer(answered),
    ]
    return "\n".join(parts)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_as_it_was(width: int) -> None:
    """Without colour it is the golden one, to the character."""
    assert page(width) == (GOLDEN / f"study-{width}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", range(40, 201, 7))
def test_the_page_fits_and_has_no_trailing_blank(width: int) -> None:
    """No line is wider than the width or ends in a blank."""
    for line in page(width).split("\n"):
        assert cell_len(line) <= width
        assert line == line.rstrip()


@given(st.text(max_size=60), st.integers(40, 120))
@settings(max_examples=60, deadline=None)
def test_no_text_steers_the_terminal(text: str, width: int) -> None:
    """Of the plan, of a question, of a note: no control character gets out, no markup is taken as such, all fits."""
    known = desk()
    ask = f"{text} [bold]x[/bold] b[/c]"
    first = next(one for one in known.stops if one.stop.questions)
    one = replace(first, stop=replace(first.stop, title=text, questions=(Question(ask, ask),)))
    asked = quiz.asked_of(one, {})[0]
    item = replace(known.plan.items[0], text=ask)
    odd = replace(known, plan=replace(known.plan, items=(item, *known.plan.items[1:])))
    screen = Screen(width, color=False)
    drawn = [
        screen.question(asked, 1, 1),
        screen.answer(asked),
        screen.questions([asked]),
        screen.week(weeks.week(odd, "1")),
        screen.own([("week01:add", [OwnNote(1, "week01", "add", ask, NOON)])]),
        screen.stats([Recount(Size(text, 1, why=ask), None)], "0.13.0", "0.13.0"),
    ]
    for part in drawn:
        assert CONTROL.search(part) is None
        assert all(cell_len(line) <= width for line in part.split("\n"))
        assert "b[/c]" in re.sub(r"\s", "", part)


if __name__ == "__main__":
    for width in WIDTHS:
        (GOLDEN / f"study-{width}.txt").write_text(page(width), encoding="utf-8")
