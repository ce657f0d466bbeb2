"""What was read: mark and status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reader import guide
from reader.cli.reading import stop_or_ref
from reader.cli.session import Session
from reader.errors import UnknownName, Unreadable
from reader.ref import Ref

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.study.forecast import Forecast

_DETAILED = 8  # files that were marked by hand of which `status` says at first what has changed


@click.command(
    epilog="\b\nExample:\n  reader mark vllm/engine/llm_engine.py\n  reader mark week3:engine-step 5\n"
    "  reader mark --unread engine-step"
)
@click.argument("what", metavar="FILE-or-STOP...", nargs=-1, required=True)
@click.option("--unread", is_flag=True, help="Take the mark back.")
@click.pass_obj
def mark(session: Session, what: tuple[str, ...], unread: bool) -> None:
    """Mark files or stops as read by hand.

    A stop is its id or its number in the current tour, a file its path in the checkout. If one of them does not exist,
    none is marked.
    """
    checkout = session.checkout()
    for named in [_markable(text, session, checkout, unread) for text in what]:
        session.write(_unmarked(named, session) if unread else _marked(named, session, checkout))
    session.hint("reader status: what is read")


@click.command(epilog="\b\nExample:\n  reader status\n  reader status --json")
@click.option("--all", "whole", is_flag=True, help="Every change, and the files that you have not read too.")
@click.option("--json", "as_json", is_flag=True, help="One object a line: tours, then files, then the forecast.")
@click.pass_obj
def status(session: Session, whole: bool, as_json: bool) -> None:
    """What is read, what has changed since, and what is not read: by tour and by file, with the time spent.

    And when, at your pace since the first stop that you read, the tours and the plan will be done; as long as too
    little is read to tell, it says so.
    """
    from reader.study.desk import desk  # with the forecast and the plan 30 ms, which `mark` does not pay
    from reader.study.forecast import forecast

    checkout, store = session.checkout_at_hand(), session.store()
    session.progress("comparing with what you read")  # seconds after a pull, and the first time in a release
    known = guide.status(checkout, store, None if whole or as_json else _DETAILED)
    session.progress("")
    expected = forecast(desk(store, session.plans_release()), store.now())
    if as_json:
        session.write_json([*map(_tour_row, known.tours), *map(_file_row, known.files), _forecast_row(expected)])
        return
    screen = session.screen(checkout)
    session.write(screen.status(known, whole=whole), "\n", screen.forecast(expected))
    session.hint("reader plan: the weeks · reader: where you are · reader next: turn the page")


def _markable(text: str, session: Session, checkout: Checkout, unread: bool) -> guide.Named | str:
    named = stop_or_ref(text, session, checkout)
    if not isinstance(named, Ref):
        return named
    if named.symbol:
        raise UnknownName("stop or file", text, hint="Only stops and whole files are marked; this is a ref into one.")
    is_there = checkout.has(named.path) or checkout.is_directory(named.path)
    if not is_there and (obstacle := checkout.obstacle(named.path)):
        raise Unreadable(named.path, obstacle)
    if not is_there and not unread:  # a mark may outlive its file
        raise UnknownName("file", named.path, hint=f"It was looked for in {checkout.root}, release {checkout.release}.")
    return named.path


def _marked(named: guide.Named | str, session: Session, checkout: Checkout) -> str:
    if isinstance(named, str):
        guide.mark_file(named, checkout, session.store())
        return f"{named}: read\n"
    guide.mark(named.tour, named.stop, checkout, session.store())
    return f"{named.tour.name}:{named.stop.id}: read\n"


def _unmarked(named: guide.Named | str, session: Session) -> str:
    store = session.store()
    if isinstance(named, str):
        name, was = named, store.unmark_file(named)
    else:
        name, was = f"{named.tour.name}:{named.stop.id}", store.unmark(*named.tour.key(named.stop))
    return f"{name}: unread{'' if was else ' (it was not marked)'}\n"


def _tour_row(one: guide.TourStatus) -> dict[str, object]:
    progress = one.progress
    return {
        "tour": progress.tour.name,
        "week": progress.tour.week,
        "route": progress.tour.is_route,
        "stops": progress.total,
        "read": progress.read,
        "changed": list(one.changed),
        "changes": [
            {"stop": each.stop, "level": each.level, "release": each.release, "ref": each.ref, "path": each.path}
            for each in one.changes
        ],
        "unread": progress.total - progress.read,
        "minutes_left": progress.minutes_left,
        "seconds": round(progress.seconds),
    }


def _file_row(one: guide.FileStatus) -> dict[str, object]:
    return {
        "file": one.path,
        "stops": one.total,
        "read": one.read,
        "changed": one.changed,
        "unread": one.total - one.read,
        "marked": one.marked,
        "definitions": [{"symbol": symbol, "level": level} for symbol, level in one.definitions],
    }


def _forecast_row(one: Forecast) -> dict[str, object]:
    return {
        "forecast": one.state,
        "days": one.days,
        "stops_read": one.stops_read,
        "stops_left": one.stops_left,
        "minutes_read": one.minutes_read,
        "minutes_left": one.minutes_left,
        "seconds": round(one.seconds),
        "plan_days": round(one.plan_days, 2),
        "plan_days_done": round(one.plan_days_done, 2),
        "tours_end": one.tours_end.isoformat() if one.tours_end else None,
        "plan_end": one.plan_end.isoformat() if one.plan_end else None,
    }
