"""The tours as a book of HTML pages: export html."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader.cli.exporting import chosen, told
from reader.cli.reading import tour_names
from reader.cli.session import Session

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.pages import Page
    from reader.tour import Tour


@click.command(
    epilog="""\b
Example:
  reader export html ~/vllm-book
  reader export html ~/vllm-book week3 life-of-a-request
  reader export html ~/my-book --progress --notes"""
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.argument("names", metavar="[TOUR]...", nargs=-1, shell_complete=tour_names)
@click.option("--progress", is_flag=True, help="Carry your reading marks into the pages.")
@click.option("--notes", is_flag=True, help="Put your own notes into the pages.")
@click.option("--force", is_flag=True, help="Replace pages that you changed, or that reader did not write.")
@click.pass_obj
def html(session: Session, folder: Path, names: tuple[str, ...], progress: bool, notes: bool, force: bool) -> None:
    """Write the tours as a book that any browser opens: no server, no network.

    DIR/index.html is the contents; each tour is a page, its excerpts cut from the checkout with the notes beside their
    lines. Without TOUR: all tours and routes. Other files in DIR stay.

    A book holds nothing about you unless you ask for it, because it may be given away: --progress puts in which stops
    you read, when, and how long you took; --notes what you wrote down. What you mark as read in the browser stays in
    the browser; the contents page saves it as a file for `reader import`. The excerpts are source text, whose licence
    goes with them.
    """
    from reader.folder import Folder  # with the templates 60 ms
    from reader.pages import Options, export

    checkout = session.checkout()
    tours = _tours(names, checkout)
    try:
        with Folder(folder, "html", force=force) as pages:
            made = export(pages, tours, checkout, session.store(), Options(progress, notes), session.progress)
            done = pages.done()
    finally:
        session.progress("")
    session.write(f"{folder / 'index.html'}\n")
    session.say(f"{folder}: {told(done)}")
    for said in _said(made):
        session.say(said)
    session.hint(f"open {folder / 'index.html'} in a browser")


def _tours(names: tuple[str, ...], checkout: Checkout) -> tuple[Tour, ...]:
    """Those named, each once, or all: the weeks in their order, then the routes."""
    tours = chosen(names, checkout, "html")
    return tuple(tours if names else sorted(tours, key=lambda tour: tour.is_route))


def _said(made: tuple[Page, ...]) -> list[str]:
    stops, size = sum(page.stops for page in made), sum(page.size for page in made)
    said = [f"{len(made)} tours, {stops} stops, {size / 1_000_000:.1f} MB" if len(made) > 1 else f"{stops} stops"]
    for page in made:
        if page.left_out:
            said.append(f"{page.file}: {page.left_out:,} folded lines are left out, to keep the page small")
    return said
