"""To and from VS Code's CodeTour: `export codetour`, and what `import` does with .tour files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader import library
from reader.cli.drafting import create, tours_folder
from reader.cli.reading import tour_names
from reader.cli.session import Session
from reader.errors import ReaderError

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.codetour.exporting import Exported
    from reader.codetour.importing import Imported
    from reader.codetour.lifting import Lifter
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
    lines = [f"{root / one.path}: {_many(one.steps, 'step')}\n" for one in done]
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


def import_tours(session: Session, files: Sequence[Path], *, dry: bool = False, output: Path | None = None) -> bool:
    """Each file becomes a tour of one's own. Whether every step came to its place; what did not is told. Raises
    ReaderError behind the last file, with what was wrong with any of them as a whole."""
    from reader.codetour.lifting import Lifter

    checkout = session.checkout()
    folder = output or tours_folder(session, checkout)
    lifter, wrong, whole = Lifter(checkout), [], True
    for file in files:
        session.progress(f"reading {file}")
        try:
            done = _imported(checkout, lifter, file)
            place = folder if folder.suffix == ".toml" else folder / f"{done.tour.name}.toml"
            _write(place, done.tour, dry)
        except ReaderError as error:
            wrong.append(str(error))
            continue
        finally:
            session.progress("")
        _tell_imported(session, file, place, done, dry)
        whole = whole and not done.unplaced
    if wrong:
        raise ReaderError("\n".join(wrong))
    return whole


def _imported(checkout: Checkout, lifter: Lifter, file: Path) -> Imported:
    from reader.codetour.importing import Import
    from reader.codetour.parsing import parse, read

    return Import(checkout, lifter, file, parse(file, read(file))).done()


def _write(place: Path, tour: Tour, dry: bool) -> None:
    from reader.tourfile import parse
    from reader.tourfile.writing import toml_of

    text = toml_of(tour)
    parse(place, text.encode())  # what cannot be read again is never written
    if os.path.lexists(place):
        raise ReaderError(f"{place}: is there already, and was left as it is; --output names another place")
    if not dry:
        create(place, text, "--output names another place")


def _tell_imported(session: Session, file: Path, place: Path, done: Imported, dry: bool) -> None:
    stops = len(done.tour.stops)
    notes = sum(len(stop.notes) for stop in done.tour.stops)
    counts = f"{_many(done.steps, 'step')}, as {_many(stops, 'stop')} with {_many(notes, 'note')}"
    session.write(f"{'would be ' * dry}{place}: {counts}\n")
    for told in done.told:
        session.say(f"reader: {file.name}: {told}")
    if done.unplaced:
        which = "is not at the code that it was" if done.unplaced == 1 else "are not at the code that they were"
        session.say(f"reader: {file.name}: {_many(done.unplaced, 'step')} {which} written about; see above")
    if (library.directory() / f"{done.tour.name}.toml").is_file() and place.parent.parts[-2:] == library.FOLDER.parts:
        session.say(f"reader: {done.tour.name} stands in for the tour of that name that comes with reader")
    if not dry:
        session.hint(f"reader tour {done.tour.name} · reader check {done.tour.name}")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
