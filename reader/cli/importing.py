"""Into reader: import, of progress and of CodeTour files."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reader.cli.session import Session
from reader.errors import ReaderError

if TYPE_CHECKING:
    from reader.progress.carrying import Arrived
    from reader.progress.parcel import Parcel

_PROBLEM = 1
_SAID = {  # table -> one of it, and several
    "marks": ("stop read", "stops read"),
    "files": ("file read", "files read"),
    "notes": ("note", "notes"),
    "ticks": ("tick", "ticks"),
    "cards": ("question's date", "questions' dates"),
    "reviews": ("answer", "answers"),
    "visits": ("visit", "visits"),
    "positions": ("place in a tour", "places in tours"),
}


@click.command(
    "import",
    epilog="""\b
Example:
  reader import laptop.json --dry-run
  reader import laptop.json
  ssh laptop reader export progress - | reader import -
  reader import .tours/*.tour""",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", "dry", is_flag=True, help="Tell what would come; change nothing.")
@click.option(
    "--output",
    metavar="DIR|FILE.toml",
    type=click.Path(path_type=Path),
    help="Where a tour goes, in place of .reader/tours beside the checkout.",
)
@click.pass_context
def import_(ctx: click.Context, files: tuple[Path, ...], dry: bool, output: Path | None) -> None:
    """Take in progress from another machine or from the HTML pages, or tours of CodeTour.

    FILE is what `reader export progress` or the pages wrote, - for standard input: nothing of yours is lost, and what
    is here already is not taken in twice. Or it is a .tour file, which becomes a tour of yours: its steps are found in
    the checkout that you read and held by symbols and fragments of text, so that they stay where they are when lines
    move. What could not be found is listed, and the exit code is 1. Nothing in it is run.
    """
    session: Session = ctx.obj
    tours = [file for file in files if file.suffix.lower() == ".tour"]
    parcels = [_read(file) for file in files if file not in tours]
    whole = True
    if tours:
        from reader.cli.touring import import_tours

        whole = import_tours(session, tours, dry=dry, output=output)
    if parcels:
        _bring(session, parcels, dry)
    ctx.exit(0 if whole else 1)


def _read(file: Path) -> Parcel:
    from reader.progress.parcel import LARGEST, read  # 45 ms with msgspec and json

    if file.suffix == ".toml":
        raise ReaderError(f"{file}: is a tour of reader's already; `reader tour {file}` opens it")
    if str(file) == "-":
        return read("standard input", sys.stdin.buffer.read(LARGEST + 1) if sys.stdin is not None else b"")
    try:
        if not file.is_file():
            raise ReaderError(f"{file}: is no file" if file.exists() else f"{file}: there is no such file")
        with file.open("rb") as opened:
            return read(file, opened.read(LARGEST + 1))
    except OSError as error:
        raise ReaderError(f"{file}: cannot be read: {error.strerror}") from error


def _bring(session: Session, parcels: Sequence[Parcel], dry: bool) -> None:
    from reader.progress.carrying import bring
    from reader.progress.parcel import joined

    parcel: Parcel = {}
    for one in parcels:
        parcel = joined(parcel, one)
    arrived = bring(session.store(), parcel, dry=dry)
    if not arrived:
        session.say("reader: all of that is here already; nothing was changed")
        return
    session.write("would come:\n" if dry else "", *map(_told, arrived))
    if dry:
        session.say("reader: nothing was changed")
    session.hint("reader: where am I, and what is next · reader status")


def _told(arrived: Arrived) -> str:
    one, several = _SAID[arrived.table]
    parts = []
    if arrived.new:
        parts.append(f"{len(arrived.new):5} {one if len(arrived.new) == 1 else several}{_by_tour(arrived.new)}")
    if arrived.better:
        newer = "of them from later, or with more known" if arrived.new else "from later, or with more known"
        parts.append(f"{len(arrived.better):5} {one if len(arrived.better) == 1 else several} {newer}")
    return "".join(f"{part}\n" for part in parts)


def _by_tour(rows: Sequence[dict[str, Any]]) -> str:
    from reader.excerpt import visible_line

    tours = Counter(row["tour"] for row in rows if "tour" in row)
    told = [f"{visible_line(tour)} {count}" for tour, count in sorted(tours.items())[:12]]
    return f" ({', '.join(told)}{', ...' * (len(tours) > 12)})" if told else ""
