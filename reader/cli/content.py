"""Tours judged like code: check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from reader import library
from reader.cli.reading import tour_names
from reader.cli.session import Session
from reader.errors import BadTour, OtherProject

if TYPE_CHECKING:
    from reader.check import Problem, StopCheck, TourCheck
    from reader.checkout import Checkout
    from reader.tour import Tour


@click.command(
    epilog="\b\nExample:\n  reader check\n  reader check week3 my-tour.toml\n"
    "  reader check --release 0.13.0 --release 0.33.0\n"
    "  reader check --release 0.33.0 --since 0.13.0\n"
    "  reader check ./mine.toml --move-home 0.33.0"
)
@click.argument("tours", metavar="[TOUR...]", nargs=-1, shell_complete=tour_names)
@click.option(
    "--release", "releases", metavar="RELEASE", multiple=True, help="Against this release at hand. Repeatable."
)
@click.option("--since", metavar="RELEASE", help="List the stops whose code is another than in RELEASE, worst first.")
@click.option("--move-home", metavar="RELEASE", help="Make RELEASE the home of the tours, if every note holds there.")
@click.option("--json", "as_json", is_flag=True, help="One object a line: a stop, or for uncovered plan items a tour.")
@click.pass_context
def check(
    ctx: click.Context,
    tours: tuple[str, ...],
    releases: tuple[str, ...],
    since: str | None,
    move_home: str | None,
    as_json: bool,
) -> None:
    """Check tours against a checkout: verdicts, notes that lost their line, plan items that no stop covers.

    Without TOUR all of them. With several releases a table of tours by releases: stops, notes, how many of them lost
    their line, the share that holds, problems. Exits 1 when anything is wrong in any of them.

    With --since: what an author has to read again for a new release, each stop with the notes that stand on or beside
    changed lines; exits 0, or 1 when a tour cannot be read.
    """
    session: Session = ctx.obj
    if move_home is not None:
        from reader.cli.revising import move

        ctx.exit(move(session, tours, move_home))
    checkouts = [session.checkout_of(release) for release in dict.fromkeys(releases)] or [session.checkout()]
    chosen, broken = _chosen(tours)
    chosen = _of_vllm_left_out(session, chosen, checkouts, named=bool(tours))
    if since is not None:
        from reader.cli.revising import revise

        for one in broken:
            session.say(f"reader: {one.held.path}: {one.complaints[0]}; this tour is left out")
        revise(session, chosen, checkouts, since, as_json)
        ctx.exit(1 if broken else 0)
    done = [*_checked(session, chosen, checkouts), *_rows_of_broken(broken, checkouts)]
    if as_json:
        session.write_json(row for one in done for row in _rows(one))
    else:
        session.write(session.screen().checks(done))
    ctx.exit(1 if any(one.problems for one in done) else 0)


def _chosen(names: Sequence[str]) -> tuple[Sequence[Tour], Sequence[library.Broken]]:
    """Those that can be read, and those that cannot."""
    if not names:
        shelf = library.shelf(quiet=True)
        return shelf.tours, shelf.broken
    tours, broken = [], []
    for name in dict.fromkeys(names):
        try:
            tours.append(library.load(name))
        except BadTour as error:
            broken.append(library.Broken(library.Held(error.path.stem, error.path, "beside"), error.complaints))
    return tours, tuple(broken)


def _rows_of_broken(broken: Sequence[library.Broken], checkouts: Sequence[Checkout]) -> Iterator[TourCheck]:
    from reader.check import broken_tour

    for one in broken:
        for checkout in checkouts:
            yield broken_tour(one, checkout.release)


def _of_vllm_left_out(
    session: Session, chosen: Sequence[Tour], checkouts: Sequence[Checkout], *, named: bool
) -> list[Tour]:
    """In another project's checkout the tours of vLLM are not judged: of those that were named that is an error."""
    other = next((one for one in checkouts if one.foreign), None)
    about = [tour for tour in chosen if tour.of_the_plan]
    if other is None or not about:
        return list(chosen)
    if named or len(about) == len(chosen):
        raise OtherProject(about[0].name if named else "every tour at hand", other.named, other.root)
    session.say(f"reader: {len(about)} tours about vLLM are left out; this checkout is of {other.named}")
    return [tour for tour in chosen if not tour.of_the_plan]


def _checked(session: Session, tours: Sequence[Tour], checkouts: Sequence[Checkout]) -> Iterator[TourCheck]:
    """Half a second for each tour and release: somebody who waits is told how far it is."""
    from reader.check import check_tour  # with the plan 20 ms

    plan = library.plan()
    for tour in tours:
        for checkout in checkouts:
            session.progress(f"checking {tour.name} at {checkout.release}")
            yield check_tour(tour, checkout, plan)
    session.progress("")


def _rows(one: TourCheck) -> list[dict[str, object]]:
    rows = [_row(one, stop, stop.problems) for stop in one.stops]
    return [*rows, _row(one, None, one.uncovered)] if one.uncovered else rows


def _row(one: TourCheck, checked: StopCheck | None, problems: tuple[Problem, ...]) -> dict[str, object]:
    site = checked.site if checked else None
    return {
        "tour": one.tour.name,
        "release": one.release,
        "id": checked.stop.id if checked else None,
        "ref": str(site.ref) if site else None,
        "verdict": site.verdict if site else None,
        "path": site.path if site else None,
        "symbol": site.symbol if site else None,
        "notes": checked.notes if checked else None,
        "loose": checked.loose if checked else None,
        "told_gone": checked.told_gone if checked else None,
        "problems": [{"what": problem.what, "where": problem.where, "say": problem.say} for problem in problems],
    }
