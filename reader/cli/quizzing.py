"""Questions asked and answered: quiz."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from reader import library
from reader.cli.reading import tour_names
from reader.cli.session import Session
from reader.errors import ReaderError
from reader.excerpt import Line
from reader.guide import Look
from reader.progress.ledger import Ledger
from reader.reading import Readings, meet
from reader.study import quiz
from reader.study.desk import desk, opened
from reader.study.quiz import Asked

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.tour import Tour

ENDS = ("q", "quit")


@click.command(
    "quiz", epilog="\b\nExample:\n  reader quiz week3\n  reader quiz --list\n  printf 'y\\nn\\n' | reader quiz week3"
)
@click.argument("name", metavar="[TOUR]", required=False, shell_complete=tour_names)
@click.option("--list", "listing", is_flag=True, help="List the questions that are due; ask none.")
@click.option("--all", "every", is_flag=True, help="Also those that are known and not due yet.")
@click.option("--json", "as_json", is_flag=True, help="One object a line: a question that is due, with its answer.")
@click.pass_obj
def quiz_(session: Session, name: str | None, listing: bool, every: bool, as_json: bool) -> None:
    """Ask the questions of a tour; without TOUR those of all tours that you have opened.

    What came back is asked first, then what was never asked. Enter shows the answer; then say whether you knew it: y or
    n, or 1 (no), 2 (hardly), 3 (yes), 4 (easily). What you did not know comes back in ten minutes, what you knew after
    days, later each time. q ends; every answer is kept at once.
    """
    looking = listing or as_json
    checkout = session.checkout_at_hand() if looking else session.checkout()
    asked = _asked(session, name, checkout)
    now = session.store().now()
    chosen = (*quiz.due(asked, now), *(quiz.later(asked, now) if every else ()))
    if as_json:
        session.write_json(map(_row, chosen))
    elif listing:
        session.write(session.screen().questions(chosen))
    elif checkout is not None:
        _ask(session, chosen, checkout)
    if not chosen:
        session.say(_nothing(asked, name))
    elif listing:
        session.hint("reader quiz: answer them")


def _asked(session: Session, name: str | None, checkout: Checkout | None) -> tuple[Asked, ...]:
    known = desk(session.store(), checkout.release if checkout else None)
    tours = _tours(session, name)
    if checkout is not None and checkout.foreign:
        if tours and all(tour.of_the_plan for tour in tours):
            meet(tours[0], checkout)
        tours = [tour for tour in tours if not tour.of_the_plan]
    stops = [stop for tour in tours for stop in known.stops_of(tour)]
    once = {stop.key: stop for stop in reversed(stops)}  # of a week and a route that borrows from it, the first
    return quiz.asked(reversed(once.values()), known.cards)


def _tours(session: Session, name: str | None) -> Sequence[Tour]:
    if name is not None:
        return [library.load(name)]
    tours, lost = opened(Ledger(session.store()))
    for complaint in lost:
        session.say(f"reader: left out: {complaint}")
    if not tours:
        raise ReaderError(f"no tour was opened yet; name one: `reader quiz {library.names()[0]}`")
    return tours


def _ask(session: Session, questions: Sequence[Asked], checkout: Checkout) -> None:
    ledger, readings = Ledger(session.store()), Readings(checkout)
    given: list[bool] = []
    for number, one in enumerate(questions, 1):
        session.put(_shown(session, one, readings), session.screen().question(one, number, len(questions)), "\n")
        rating = _rating(session, one)
        if rating is None:
            break
        card = quiz.record(one, rating, ledger)
        given.append(replace(one, card=card).knowledge == "known")
        session.put(f"{'Known' if given[-1] else 'Not known'}; it comes back {quiz.comes_back(card)}.\n\n")
    if questions:
        known = sum(given)
        session.put(f"{len(given)} of {len(questions)} answered: {known} known, {len(given) - known} not.\n")
        session.hint("reader quiz: go on · reader checkpoint: what one should be able to do")


def _shown(session: Session, one: Asked, readings: Readings) -> str:
    """The excerpt of the question's stop, without its notes: they would say too much."""
    reading = readings.stop(one.at.tour, one.at.tour.stop(one.at.stop.id))
    excerpt = reading.excerpt
    if excerpt is not None:
        rows = tuple(replace(row, notes=()) if isinstance(row, Line) else row for row in excerpt.rows)
        excerpt = replace(excerpt, rows=rows, notes=())
    return session.screen(readings.checkout).look(Look(reading.site, excerpt, reading.problem)) + "\n"


def _rating(session: Session, one: Asked) -> int | None:
    """None to end, also where the input ends. A rating given at once spares the Enter before it."""
    typed = _typed(session, "Enter shows the answer, q ends: ")
    if typed is None or typed in ENDS:
        return None
    session.put("\n", session.screen().answer(one), "\n")
    while typed not in quiz.RATINGS:
        typed = _typed(session, "Did you know it? y, n, or 1 (no) to 4 (easily); q ends: ")
        if typed is None or typed in ENDS:
            return None
    return quiz.RATINGS[typed]


def _typed(session: Session, prompt: str) -> str | None:
    session.put(prompt)
    try:
        raw = sys.stdin.buffer.readline() if sys.stdin is not None else b""
    except KeyboardInterrupt:
        session.put("\n")  # for what the shell writes next
        raise
    if not raw.endswith(b"\n") or not sys.stdin.isatty():  # nobody's Enter has ended the line on the screen
        session.put("\n")
    return raw.decode("utf-8", "replace").strip().lower() if raw else None


def _nothing(asked: Sequence[Asked], name: str | None) -> str:
    if not asked:
        return f"reader: {name or 'what you have opened'} has no questions in this release."
    coming = quiz.next_due(asked)
    when = f" The next one comes back at {datetime.fromtimestamp(coming):%Y-%m-%d %H:%M}." if coming else ""
    return f"reader: no question is due.{when} --all asks them all the same."


def _row(one: Asked) -> dict[str, object]:
    return {
        "tour": one.at.tour.name,
        "id": one.at.stop.id,
        "title": one.at.stop.title,
        "ask": one.question.ask,
        "answer": one.question.answer,
        "ref": str(one.question.ref) if one.question.ref else None,
        "state": one.knowledge,
        "due": datetime.fromtimestamp(one.card.due).astimezone().isoformat() if one.card else None,
        "read": one.at.read,
    }
