"""What changed: since it was read, or between two releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reader import library
from reader.checkout.tree import of_release
from reader.cli.reading import stop_or_ref
from reader.cli.session import Session
from reader.errors import ReaderError, UnknownName
from reader.ref import Ref

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.guide.comparing import Comparing, Comparison, Side

_PROBLEM = 1


@click.command(
    epilog="""\b
Example:
  reader diff week3:engine-step            what changed since I read it
  reader diff engine-step 0.13.0           since 0.13.0
  reader diff vllm/v1/engine/core.py::EngineCore.step 0.13.0 0.33.0
  reader diff week3 0.13.0 --stat          a line for each stop of the tour"""
)
@click.argument("what", metavar="STOP-or-REF")
@click.argument("before", metavar="[A]", required=False)
@click.argument("after", metavar="[B]", required=False)
@click.option("--stat", is_flag=True, help="One line a stop of a tour, or a definition of a file.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_context
def diff(ctx: click.Context, what: str, before: str | None, after: str | None, stat: bool, as_json: bool) -> None:
    """Show what changed of one definition, wherever it has gone meanwhile.

    A and B are releases at hand, tags or commits of the clone that is read, or directories. Without B: the checkout
    that is read. Without A: what you read, as you read it. Lines that only moved are marked with < and >. Exits 1 when
    one side has nothing to compare.
    """
    session: Session = ctx.obj
    checkout = session.checkout()
    from reader.guide.comparing import Comparing  # with the versions at hand 30 ms

    comparing = Comparing(checkout, session.store(), before, after)
    if comparing.backwards:
        session.say(f"reader: {before} is the newer of the two: what was added since is shown as removed.")
    found = _found(session, what, checkout, comparing, stat)
    if as_json:
        session.write_json(_row(one, stat) for one in found)
    else:
        _write(session, checkout, found, stat)
    if any(one.before.problem or one.after.problem for one in found) and not stat:
        ctx.exit(_PROBLEM)


def turn_to_changed(session: Session, checkout: Checkout, *, record: bool) -> None:
    """`reader next --changed`."""
    from reader.guide.changed import next_changed

    page = next_changed(checkout, session.store(), record=record)
    if page is None:
        session.write(f"Nothing that you have read has changed in {of_release(checkout.edition)}.\n")
        session.hint("reader status: how far you are · reader next: turn the page")
        return
    if page.view.unrecorded:
        session.say(f"reader: nothing is recorded: {page.view.unrecorded}")
    session.write(session.screen(checkout).changed(page.view, page.comparison))
    more = f"{page.left} more have changed" if page.left else "the last that has changed"
    session.hint(f"reader next --changed: {more} · reader show: all of this stop")


def _found(session: Session, what: str, checkout: Checkout, comparing: Comparing, stat: bool) -> list[Comparison]:
    from reader.guide.comparing import of_tour, subject

    tour = _tour(what)
    if tour is not None:
        if not stat:
            raise ReaderError(f"{what} is a whole tour: `reader diff {what} --stat` shows it, a line for each stop")
        subjects = list(of_tour(library.load(tour), checkout.release))
        if comparing.before is None:
            subjects = [one for one in subjects if comparing.was_read(one)]
        return [comparing.of(one) for one in subjects]
    return [comparing.of(subject(stop_or_ref(what, session, checkout)))]


def _tour(what: str) -> str | None:
    if ":" in what or "/" in what:
        return None
    try:
        return library.canonical(what)
    except UnknownName:
        return None


def _write(session: Session, checkout: Checkout, found: list[Comparison], stat: bool) -> None:
    screen = session.screen(checkout)
    if not stat:
        session.write(*(screen.comparison(one) for one in found))
        session.hint(f"reader show {found[0].name}: all of it as it is now")
        return
    if not found:
        session.say("reader: nothing of it is marked as read; name a release to compare with")
    whole = [one for one in found if Ref.parse(one.ref).symbol is None and len(found) == 1]
    session.write(screen.definition_changes(whole[0]) if whole else screen.comparisons(found))
    changed = [one for one in found if one.level != "same"]
    session.hint(f"reader diff {(changed or found)[0].name}: its lines" if found else "reader diff --help")


def _row(one: Comparison, stat: bool) -> dict[str, object]:
    lines = one.difference
    row: dict[str, object] = {
        "name": one.name,
        "ref": one.ref,
        "level": one.level,
        "added": lines.added if lines else None,
        "removed": lines.removed if lines else None,
        "moved": lines.moved if lines else None,
        "before": _side(one.before),
        "after": _side(one.after),
        "successors": [
            {"path": like.path, "symbol": like.symbol, "line": like.line, "likeness": like.likeness}
            for like in one.successors
        ],
    }
    if stat and Ref.parse(one.ref).symbol is None:
        from reader.guide.comparing import of_file

        row["definitions"] = [{"symbol": symbol, "level": level} for symbol, level in of_file(one)]
    if not stat:
        row["rows"] = [
            {"kind": each.kind, "before": each.before, "after": each.after, "text": each.text}
            for each in (lines.rows if lines else ())
        ]
    return row


def _side(side: Side) -> dict[str, object]:
    last = side.first + side.text.count("\n") if side.text is not None else None
    return {
        "release": side.release,
        "path": side.path,
        "symbol": side.symbol,
        "start": side.first if side.text is not None else None,
        "end": last,
        "verdict": side.verdict,
        "problem": side.problem,
    }
