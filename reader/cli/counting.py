"""The plan's size table, counted again: stats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reader import library
from reader.cli.session import Session
from reader.errors import OtherProject

if TYPE_CHECKING:
    from reader.stats import Recount


@click.command(epilog="\b\nExample:\n  reader stats\n  reader --checkout 0.33.0 stats --json")
@click.option("--json", "as_json", is_flag=True, help="One object a line, for each figure of the plan.")
@click.pass_obj
def stats(session: Session, as_json: bool) -> None:
    """Count the study plan's size table again, in the checkout at hand, and set it beside the plan's figures.

    The plan counted the release that it was written against; where its figure cannot be had there, the reason is said.
    In another release the figures are expected to differ.
    """
    from reader.stats import recount  # with the plan 30 ms

    checkout, plan = session.checkout(), library.plan()
    if checkout.foreign:
        raise OtherProject("the plan's size table", checkout.named, checkout.root)
    session.progress(f"counting {checkout.root}")
    counted = recount(checkout, plan)
    session.progress("")
    if as_json:
        session.write_json(_row(one, checkout.release, plan.home) for one in counted)
        return
    session.write(session.screen(checkout).stats(counted, checkout.release, plan.home))
    session.hint("reader --checkout RELEASE stats: the same for another release · reader fetch --list: which there are")


def _row(one: Recount, release: str, home: str) -> dict[str, object]:
    return {
        "what": one.size.what,
        "path": one.size.path,
        "measure": one.size.measure,
        "plan": one.size.figure,
        "about": one.size.about,
        "release": release,
        "count": one.count,
        "difference": one.difference,
        "missing": one.missing,
        "reason": one.reason(release, home),
    }
