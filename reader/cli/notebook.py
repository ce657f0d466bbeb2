"""What the reader writes down, and the journal of it: note and journal."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from reader import guide
from reader.cli.session import Session
from reader.errors import ProgressFailed, ReaderError, UnknownName, near
from reader.excerpt import visible
from reader.progress.ledger import Ledger, as_note

if TYPE_CHECKING:
    from reader.progress import OwnNote
    from reader.study.journal import Day, Done

CUT = "-- Everything from this line on is left out. Your note on"


@click.command(
    epilog="""\b
Example:
  reader note engine-step "The queue is where the process ends."
  reader note week3:engine-step
  reader note engine-step - < draft.md
  reader note engine-step --delete 1"""
)
@click.argument("stop", required=False)
@click.argument("text", nargs=-1)
@click.option("--list", "listing", is_flag=True, help="List the notes; open no editor.")
@click.option("--delete", metavar="N", type=click.IntRange(1), help="Take the stop's note number N away, and print it.")
@click.option("--json", "as_json", is_flag=True, help="One object a line: a note.")
@click.pass_obj
def note(
    session: Session, stop: str | None, text: tuple[str, ...], listing: bool, delete: int | None, as_json: bool
) -> None:
    """Write down a note of your own at a stop; it is shown there from then on.

    STOP is a stop's id (engine-step, week3:engine-step) or its number in the current tour. TEXT is the note; - takes it
    from standard input. Without TEXT $VISUAL or $EDITOR opens in a terminal; elsewhere the stop's notes are listed.
    Without STOP all notes are.
    """
    if (listing or delete or as_json) and text:
        raise click.UsageError("Either write a note, or list or delete.")
    if stop is None:
        if delete:
            raise click.UsageError("Name the stop whose note is to go: reader note engine-step --delete 1")
        _list(session, session.store().notes(), as_json)
        return
    named = _named(session, stop)
    if delete:
        _delete(session, named, delete)
    elif text or not (listing or as_json or not _interactive(session)):
        _write(session, named, text)
    else:
        _list(session, session.store().notes(*named.tour.key(named.stop)), as_json)


def _day(_context: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    """In words of our own: click's show the pattern."""
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise click.BadParameter(f"{value!r} is no day; write one like 2026-11-01") from None


@click.command(epilog="\b\nExample:\n  reader journal > journal.md\n  reader journal --since 2026-11-01")
@click.option("--since", callback=_day, metavar="DATE", help="From this day on, e.g. 2026-11-01.")
@click.option("--json", "as_json", is_flag=True, help="One object a line: a day.")
@click.pass_obj
def journal(session: Session, since: date | None, as_json: bool) -> None:
    """Write the study journal as Markdown to standard output.

    Day by day: what was read and for how long, your own notes, the questions that you did not know, what you ticked.
    """
    from reader.study.desk import desk  # with the plan 30 ms, which no note pays
    from reader.study.journal import journal, markdown

    store = session.store()
    known = desk(store, session.plans_release())
    days = journal(known, Ledger(store), since)
    if not days:
        session.say("reader: nothing is in the journal" + (f" since {since:%Y-%m-%d}." if since else " yet."))
    if as_json:
        session.write_json(map(_day_row, days))
    elif days:
        session.write(markdown(days))


def _named(session: Session, text: str) -> guide.Named:
    store = session.store()
    named = guide.find_stop(text, session.plans_release(), store)
    if named is None:
        raise UnknownName("stop", text, near(text, guide.stop_names(store)), hint="`reader tour NAME` shows a tour's.")
    return named


def _interactive(session: Session) -> bool:
    return session.out.tty and sys.stdin is not None and sys.stdin.isatty()


def _write(session: Session, named: guide.Named, words: tuple[str, ...]) -> None:
    text = as_note(_text(named, words))
    if not text:
        raise ReaderError("nothing was written, so no note is kept")
    try:
        Ledger(session.store()).add_note(*named.tour.key(named.stop), text)
    except ProgressFailed:
        session.say(f"This note could not be kept:\n\n{visible(text)}\n")  # it may have come from an editor
        raise
    session.write(f"{named.tour.name}:{named.stop.id}: noted\n")
    session.hint(f"reader show {named.tour.name}:{named.stop.id}: the stop with its notes · reader journal")


def _text(named: guide.Named, words: tuple[str, ...]) -> str:
    """Bytes that are no text are kept as \\x escapes."""
    if words == ("-",):
        return sys.stdin.buffer.read().decode("utf-8", "backslashreplace") if sys.stdin is not None else ""
    if words:
        return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    template = f"\n\n{CUT} {named.tour.name}:{named.stop.id}\n-- {visible(named.stop.title)}\n-- {named.stop.ref}\n"
    return (click.edit(template, extension=".md") or "").partition(CUT)[0]


def _delete(session: Session, named: guide.Named, number: int) -> None:
    name = f"{named.tour.name}:{named.stop.id}"
    own = session.store().notes(*named.tour.key(named.stop))
    if number > len(own):
        has = f"It has notes 1 to {len(own)}." if own else "It has none."
        raise ReaderError(f"there is no note {number} at {name}\n{has}")
    Ledger(session.store()).delete_note(own[number - 1])
    session.write(f"{name}: note {number} deleted\n", session.screen().prose(own[number - 1].text))


def _list(session: Session, own: tuple[OwnNote, ...], as_json: bool) -> None:
    stops: dict[tuple[str, str], list[OwnNote]] = {}
    for one in own:
        stops.setdefault((one.tour, one.stop), []).append(one)
    if as_json:
        session.write_json(_row(one, number) for some in stops.values() for number, one in enumerate(some, 1))
        return
    if not own:
        session.say("reader: there are no notes here yet")
        return
    session.write(session.screen().own([(f"{tour}:{stop}", some) for (tour, stop), some in stops.items()]))
    session.hint("reader note STOP: write one · reader note STOP --delete N · reader journal")


def _row(one: OwnNote, number: int) -> dict[str, object]:
    at = datetime.fromtimestamp(one.at).astimezone().isoformat(timespec="seconds")
    return {"tour": one.tour, "id": one.stop, "number": number, "text": one.text, "at": at}


def _day_row(day: Day) -> dict[str, object]:
    return {
        "date": day.date.isoformat(),
        "seconds": round(day.seconds),
        "read": list(map(_done_row, day.read)),
        "seen": list(map(_done_row, day.seen)),
        "files": list(day.files),
        "notes": [
            {"tour": one.tour, "id": one.stop, "text": one.text, "at": one.at.isoformat(timespec="seconds")}
            for one in day.notes
        ],
        "answered": day.answered,
        "missed": [{"tour": one.tour, "id": one.stop, "ask": one.ask, "times": one.times} for one in day.missed],
        "ticked": [name for name, _ in day.ticked],
    }


def _done_row(one: Done) -> dict[str, object]:
    seconds = round(one.seconds)
    return {"tour": one.tour, "id": one.stop, "title": one.title, "release": one.release, "seconds": seconds}
