"""To and from VS Code's CodeTour: `export codetour`, and what `import` does with .tour files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader import library
from reader.cli.reading import tour_names
from reader.cli.session import Session
from reader.errors import ReaderError

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.codetour.exporting import Exported
    from reader.folder import Written
    from reader.tour import Tour

_TOLD = 12  # problems that are listed


@click.command(
    epilog="\b\nExample:\n  reader export codetour .\n  reader --checkout ~/vllm export codetour ~/vllm week3 week4\n"
    "  reader export codetour ~/vllm --pinned"
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("tours", metavar="[TOUR...]", nargs=-1, shell_complete=tour_names)
@click.option("--pinned", is_flag=True, help="Line numbers at the commit or release that is read, instead of patterns.")
@click.option("--force", is_flag=True, help="Replace files that are in the way, whoever wrote them.")
@click.pass_obj
def codetour(session: Session, folder: Path, tours: tuple[str, ...], pinned: bool, force: bool) -> None:
    """Write tours into DIR/.tours for VS Code's CodeTour. DIR is the checkout that VS Code opens.

    Each stop and each note is a step. A step finds its line by a pattern that was tried out on the file, so that the
    tour plays on when lines move; what this release no longer has is said in a step without a place. Without TOUR all
    tours but the routes, which read the same stops in another order.
    """
    checkout = session.checkout()
    chosen = [library.load(name) for name in dict.fromkeys(tours)] or list(_all(session))
    done, written = _exported(session, folder, chosen, checkout, pinned, force)
    _tell(session, folder, done, written)
    if folder.resolve() != checkout.root:
        session.say(f"reader: the files are those of {checkout.root}: open it in VS Code, with the folder .tours in it")
    session.hint("in VS Code: install the extension CodeTour, open the folder, CodeTour: Start Tour")


def _all(session: Session) -> Iterator[Tour]:
    shelf = library.shelf()
    for broken in shelf.broken:
        session.say(f"reader: left out: {broken.held.path}: {broken.complaints[0]}")
    for tour in shelf.tours:
        if not tour.is_route:
            yield tour


def _exported(
    session: Session, root: Path, tours: Sequence[Tour], checkout: Checkout, pinned: bool, force: bool
) -> tuple[list[Exported], Written]:
    from reader.codetour.exporting import Export, pinned_at
    from reader.folder import Folder

    ref, read = pinned_at(checkout) if pinned else (None, checkout)
    export = Export(tours, read, pinned=ref)
    done = []
    with Folder(root, "codetour", force=force) as folder:
        folder.claim(export.paths)
        for one in export:
            session.progress(f"writing {one.path}")
            folder.write(one.path, one.data)
            done.append(one)
        session.progress("")
        return done, folder.done()


def _tell(session: Session, root: Path, done: Sequence[Exported], written: Written) -> None:
    steps, loose = sum(one.steps for one in done), sum(one.loose for one in done)
    lines = [f"{root / one.path}: {one.steps} steps\n" for one in done]
    if loose:
        lines.append(f"{loose} of {steps} steps have no place in this checkout, and say why\n")
    session.write(*lines)
    problems = [problem for one in done for problem in one.problems]
    for problem in problems[:_TOLD]:
        session.say(f"reader: {problem}")
    if len(problems) > _TOLD:
        session.say(f"reader: and {len(problems) - _TOLD} more")
    for path in written.removed:
        session.say(f"reader: removed {root / path}, which an earlier export wrote")
    for path in written.kept:
        session.say(f"reader: {root / path} was changed since an earlier export wrote it, and stays")


def import_tours(session: Session, files: Sequence[Path], *, dry: bool = False) -> None:
    raise ReaderError(f"{files[0]}: CodeTour files cannot be taken in yet")
