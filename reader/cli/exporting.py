"""Out of reader: export, with its kinds. The HTML book and CodeTour files have modules of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader import guide, library
from reader.cli.group import Kinds, named
from reader.cli.reading import tour_names
from reader.cli.session import Session
from reader.errors import ReaderError
from reader.reading import meet

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.folder import Folder, Written
    from reader.leaflet import Leaflet
    from reader.progress.parcel import Parcel
    from reader.tour import Tour

# kind -> module of this package
_KINDS = {"html": "booking", "markdown": "exporting", "codetour": "touring", "progress": "exporting"}


class _Kinds(Kinds):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_KINDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return named(_KINDS[cmd_name], cmd_name) if cmd_name in _KINDS else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`--progress` is how one would say it who knows `import`."""
        if args and args[0] == "--progress":
            args = ["progress", *args[1:]]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Kinds,
    epilog="""\b
Example:
  reader export html ~/vllm-book
  reader export markdown notes/ week3
  reader export progress laptop.json""",
)
def export() -> None:
    """Write the tours as pages, or your progress as a file.

    Pages go into a folder; other files in it stay, and no page replaces one that you wrote or changed.
    """


@click.command(
    epilog="\b\nExample:\n  reader export markdown notes/\n  reader export markdown notes/ week3 ./mine.toml",
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("tours", metavar="[TOUR]...", nargs=-1, shell_complete=tour_names)
@click.option("--full", is_flag=True, help="Fold nothing.")
@click.option("--force", is_flag=True, help="Replace pages that reader did not write, or that were changed since.")
@click.pass_obj
def markdown(session: Session, /, folder: Path, tours: tuple[str, ...], full: bool, force: bool) -> None:
    """Write the tours as Markdown, one file a tour, that GitHub renders well; README.md lists them.

    TOUR is as for `reader tour`; without one all are written. Pages of an earlier export that are not written again are
    cleared away, unless you changed them; other files stay. What you have read and noted is not in them.
    """
    from reader.folder import Folder  # 18 ms with tempfile, json and hashlib

    checkout = session.checkout()
    wanted = chosen(tours, checkout, "markdown")
    try:
        done = _written(session, Folder(folder, "markdown", force=force), wanted, checkout, full)
    finally:
        session.progress("")
    session.say(f"{folder}: {told(done)}")


def _written(session: Session, folder: Folder, tours: list[Tour], checkout: Checkout, full: bool) -> Written:
    from reader import leaflet  # 35 ms

    names = leaflet.files(tours)
    made = []
    with folder as into:
        into.claim([*names.values(), leaflet.INDEX])
        for tour in tours:
            session.progress(f"writing {names[tour.name]}")
            text, entry = _leaflet(session, tour, checkout, names, full)
            into.write(entry.file, text.encode("utf-8", "replace"))
            made.append(entry)
        into.write(leaflet.INDEX, leaflet.index(made, checkout.named).encode("utf-8", "replace"))
        return into.done()


def chosen(wanted: tuple[str, ...], checkout: Checkout, kind: str) -> list[Tour]:
    """By their names, or all that can be about this checkout; each once. `kind` is what they are exported as."""
    if wanted:
        tours = [library.load(name) for name in wanted]
    else:
        tours = [tour for tour in library.shelf().tours if not (checkout.foreign and tour.of_the_plan)]
    if not tours:
        raise ReaderError(
            f"no tour here is about {checkout.named}; name the file of one: reader export {kind} DIR mine.toml"
        )
    found: dict[str, Tour] = {}
    for tour in tours:
        meet(tour, checkout)
        if found.setdefault(tour.name, tour) != tour:
            raise ReaderError(f"two of these tours are called {tour.name}; write them into folders of their own")
    return list(found.values())


def _leaflet(
    session: Session, tour: Tour, checkout: Checkout, names: dict[str, str], full: bool
) -> tuple[str, Leaflet]:
    from reader.diagrams.folding import folded  # 15 ms with the layout
    from reader.diagrams.tours import lanes
    from reader.diagrams.writing import written
    from reader.leaflet import Leaflet, page

    views = tuple(guide.views(tour, checkout, session.store(), full=full))
    graph = lanes(tour, checkout)
    drawn = written(folded(graph), "mermaid") if len(graph.nodes) > 1 else None
    text = page(tour, views, names, drawn, on_the_web=not checkout.foreign)
    return text, Leaflet(tour, names[tour.name], len(views), sum(view.stop.minutes for view in views))


def told(done: Written) -> str:
    """What an export into a folder did, for every kind."""
    said = _counted(done.pages, "page")
    if done.changed < done.pages:
        said += f", {done.changed} of them new or changed"
    if done.removed:
        said += f"; {_counted(len(done.removed), 'page')} of an earlier export cleared away"
    if done.kept:
        said += f"; kept, because changed since: {', '.join(done.kept)}"
    return said


@click.command(
    epilog="\b\nExample:\n  reader export progress laptop.json\n  reader export progress - | ssh other reader import -"
)
@click.argument(
    "file", required=False, default="reader-progress.json", type=click.Path(path_type=Path, allow_dash=True)
)
@click.option("--force", is_flag=True, help="Replace the file, whatever it is.")
@click.pass_obj
def progress(session: Session, file: Path, force: bool) -> None:
    """Write your progress as a file, to carry it to another machine: `reader import FILE` takes it in there.

    Marks with the text that was read, notes, ticks, answers to questions and the time spent. FILE is
    reader-progress.json without a name, - is standard output. A file is replaced if it is progress too and nothing of
    it would be lost.
    """
    from reader.progress.carrying import packed  # 45 ms with msgspec and json
    from reader.progress.parcel import written

    parcel = packed(session.store())
    data = written(parcel)
    if str(file) == "-":
        if sys.stdout is not None:
            sys.stdout.write(data.decode())
        return
    from reader.folder import NotWritten, replace  # 18 ms with tempfile, json and hashlib

    try:
        if not force and os.path.lexists(file):
            _refuse_others(file, parcel)
        replace(Path(file).resolve(), data)
    except OSError as error:
        raise NotWritten(f"{file}: cannot be written: {error.strerror}") from error
    counts = {"read stop": "marks", "note": "notes", "answer": "reviews"}
    session.say(f"{file}: " + ", ".join(_counted(len(parcel[table]), what) for what, table in counts.items()))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _refuse_others(file: Path, mine: Parcel) -> None:
    from reader.folder import NotWritten
    from reader.progress.parcel import LARGEST, BadParcel, holds, read

    if not file.is_file():
        raise NotWritten(f"{file}: is there and is no file; name another")
    with file.open("rb") as there:
        data = there.read(LARGEST + 1)
    try:
        theirs = read(file, data) if data else {}
    except BadParcel:
        raise NotWritten(
            f"{file}: is there and is no progress of reader's; name another file, or replace it with --force"
        ) from None
    if not holds(mine, theirs):
        raise NotWritten(
            f"{file}: holds progress that is not here; `reader import {file}` takes it in, or replace it with --force"
        )
