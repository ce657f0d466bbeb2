"""The study plan: plan and checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reader.cli.session import Session
from reader.progress.ledger import Ledger
from reader.study import weeks
from reader.study.desk import Desk, StopState, desk

if TYPE_CHECKING:
    from reader.plan import Plan
    from reader.study.checks import PhaseState

HINT = "reader plan week1: a week's items · reader checkpoint: the check lists"


def week_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """For shell completion."""
    from reader import library  # the plan, 30 ms, and only when the shell asks

    return [name for week in library.plan().weeks if (name := f"week{week.number}").startswith(incomplete)]


@click.command(
    "plan",
    epilog="\b\nExample:\n  reader plan\n  reader plan week5\n  reader plan --done w1.2.1 w1.2.2\n"
    "  reader plan --undo w1.2.1",
)
@click.argument("what", metavar="[WEEK] or ITEM...", nargs=-1, shell_complete=week_names)
@click.option("--done", is_flag=True, help="Tick these items by hand.")
@click.option("--undo", is_flag=True, help="Take the tick back; what was read stays read.")
@click.option("--json", "as_json", is_flag=True, help="One object a line: a week, or with WEEK an item.")
@click.pass_obj
def plan_(session: Session, what: tuple[str, ...], done: bool, undo: bool, as_json: bool) -> None:
    """Show the study plan: the weeks at a glance, or one week with its items and the stops that cover them.

    WEEK is week5, w5 or 5. An item (w5.1.2) is done when all the stops that cover it are read, or when you tick it.
    """
    if done or undo:
        if done and undo:
            raise click.UsageError("Either --done or --undo.")
        ids = weeks.known_items(_plan(what, "the items: reader plan --done w1.2.1"), what)
        _tick(session, ids, done)
        session.hint(f"reader plan week{ids[0].removeprefix('w').partition('.')[0]}: the week")
        return
    if len(what) > 1:
        raise click.UsageError("Name one week, or items after --done or --undo.")
    known = _desk(session)
    if what:
        _one_week(session, known, what[0], as_json)
        return
    states = weeks.weeks(known)
    if as_json:
        session.write_json(map(_week_row, states))
        return
    session.write(session.screen().weeks(states))
    session.hint(HINT)


@click.command(
    epilog="\b\nExample:\n  reader checkpoint\n  reader checkpoint phase2\n  reader checkpoint --tick p2.1\n"
    "  reader checkpoint --untick p2.1"
)
@click.argument("what", metavar="[PHASE] or CHECK...", nargs=-1)
@click.option("--tick", is_flag=True, help="Tick these lines.")
@click.option("--untick", is_flag=True, help="Take the tick back.")
@click.option("--json", "as_json", is_flag=True, help="One object a line of the check lists.")
@click.pass_obj
def checkpoint(session: Session, what: tuple[str, ...], tick: bool, untick: bool, as_json: bool) -> None:
    """Show what one should be able to do after a phase, and which stops and questions prepare it.

    Without PHASE all check lists, the current phase first. PHASE is phase2, p2 or 2, and shows the stops and the
    questions themselves. Only you can tick a line (p2.1).
    """
    if tick or untick:
        if tick and untick:
            raise click.UsageError("Either --tick or --untick.")
        _tick(session, weeks.known_checks(_plan(what, "the lines: reader checkpoint --tick p2.1"), what), tick)
        session.hint("reader checkpoint: the check lists")
        return
    if len(what) > 1:
        raise click.UsageError("Name one phase, or check list lines after --tick or --untick.")
    from reader.study import checks  # with the questions' digests 3 ms

    known = _desk(session)
    states = (checks.phase(known, what[0]),) if what else checks.phases(known)
    if as_json:
        session.write_json(row for one in states for row in _check_rows(one))
        return
    session.write(session.screen().phases(states, whole=bool(what)))
    session.hint("reader checkpoint --tick p1.1: tick a line · reader quiz: the questions")


def _desk(session: Session) -> Desk:
    return desk(session.store(), session.plans_release())


def _one_week(session: Session, known: Desk, name: str, as_json: bool) -> None:
    state = weeks.week(known, name)
    if as_json:
        session.write_json(_item_row(section, item) for section in state.sections for item in section.items)
        return
    session.write(session.screen().week(state))
    tour = state.tours[0] if state.tours else None
    session.hint((f"reader tour {tour}: read it · " if tour else "") + "reader plan --done ITEM: tick an item by hand")


def _plan(named: tuple[str, ...], what: str) -> Plan:
    if not named:
        raise click.UsageError(f"Name {what}")
    from reader import library

    return library.plan()


def _tick(session: Session, ids: tuple[str, ...], tick: bool) -> None:
    ledger = Ledger(session.store())
    changed = ledger.tick(ids) if tick else ledger.untick(ids)
    session.write(*(_said(one, tick, one in changed) for one in ids))


def _said(name: str, ticked: bool, changed: bool) -> str:
    if ticked:
        return f"{name}: ticked{'' if changed else ' (it was before)'}\n"
    return f"{name}: not ticked{'' if changed else ' (it was not before)'}\n"


def _week_row(one: weeks.WeekState) -> dict[str, object]:
    return {
        "week": one.week.number,
        "title": one.week.title,
        "phase": one.phase.number,
        "phase_title": one.phase.title,
        "items": len(one.items),
        "done": one.done,
        "covered": one.covered,
        "days": list(one.days),
        "seconds": round(one.seconds),
        "tours": list(one.tours),
        "current": one.here,
    }


def _item_row(section: weeks.SectionState, one: weeks.ItemState) -> dict[str, object]:
    item = one.item
    return {
        "id": item.id,
        "week": item.week,
        "section": section.section.id,
        "section_title": section.section.title,
        "days": list(section.section.days),
        "kind": item.kind,
        "text": item.text,
        "path": item.path,
        "stars": item.stars,
        "done": one.done,
        "by_hand": one.by_hand,
        "stops": [_stop_row(stop) for stop in one.stops],
    }


def _stop_row(one: StopState) -> dict[str, object]:
    return {"tour": one.tour.name, "id": one.stop.id, "title": one.stop.title, "read": one.read}


def _check_rows(phase: PhaseState) -> list[dict[str, object]]:
    return [
        {
            "id": one.check.id,
            "phase": phase.phase.number,
            "phase_title": phase.phase.title,
            "current": phase.here,
            "text": one.check.text,
            "ticked": one.ticked is not None,
            "items": list(one.check.items),
            "stops": [_stop_row(stop) for stop in one.stops],
            "questions": [
                {
                    "tour": asked.at.tour.name,
                    "id": asked.at.stop.id,
                    "ask": asked.question.ask,
                    "state": asked.knowledge,
                }
                for asked in one.questions
            ],
        }
        for one in phase.checks
    ]
