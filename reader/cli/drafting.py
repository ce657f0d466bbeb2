"""Tours of one's own: new and add. Writes a tour's file whole or not at all, and replaces none that it has not read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader import library
from reader.cli.session import Session
from reader.errors import ReaderError, UnknownName
from reader.ref import Ref

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.tour import Tour


@click.command(
    epilog="\b\nExample:\n  reader new kv-cache\n  reader new kv-cache --user\n"
    "  reader new kv-cache vllm/v1/core/kv_cache_manager.py::KVCacheManager"
)
@click.argument("name")
@click.argument("ref", required=False)
@click.option("--title", help="The tour's title.")
@click.option("--user", is_flag=True, help="In your configuration, where it is found from everywhere.")
@click.pass_obj
def new(session: Session, name: str, ref: str | None, title: str | None, user: bool) -> None:
    """Write a first tour of your own, with a word on every key, and say where.

    NAME is letters, digits, - and _. REF is what its first stop shows. It is written to .reader/tours/ beside the
    checkout that you read, so that it is found there, or with --user to your configuration; so too when that checkout
    is a fetched release or an installed package. A file that is there is left as it is.
    """
    from reader import drafts  # 30 ms, with what resolves a ref

    checkout = session.checkout()
    path = _free(name, library.of_user() if user else tours_folder(session, checkout))
    shelf, meant = library.shelf(), _meant(name)
    begin = drafts.draft(Ref.parse(ref) if ref else drafts.first_ref(checkout), checkout, _guides(shelf, checkout))
    text = drafts.first_tour(name, title, checkout, begin)
    create(path, text, "--user writes it to your configuration")
    for told in begin.told:
        session.say(f"reader: {told}")
    session.write(f"{path}: a tour with one stop, {begin.stop.id}\n")
    if name in shelf.held and library.find(name).path != path:
        session.say(f"reader: {name} is {library.find(name).path} here, which is nearer than the new one")
    if meant not in (None, name):
        session.say(f"reader: {name} meant {meant} until now; where the new one is found, it means that")
    session.hint(f"reader add REF --tour {name}: another stop · reader check {name} · reader tour {name}")


@click.command(
    epilog="\b\nExample:\n  reader add vllm/v1/engine/core.py::EngineCore.step --tour kv-cache\n"
    '  reader add csrc/cache_kernels.cu::reshape_and_cache --tour ./mine.toml --why "Where the keys go."'
)
@click.argument("ref")
@click.option("--tour", "name", metavar="TOUR", required=True, help="A tour of yours, by its name or its .toml file.")
@click.option("--id", "stop_id", metavar="ID", help="The stop's id, which it keeps for ever; else made from REF.")
@click.option("--title", help="The stop's title; else the name of what it shows.")
@click.option("--why", help="Why one is here, and what to carry away.")
@click.option("--minutes", type=click.IntRange(1, 480), help="How long one reads; else told from its length.")
@click.option("--after", metavar="ID", help="The stop of the tour whose body calls this one; the call is shown.")
@click.pass_obj
def add(session: Session, /, ref: str, name: str, stop_id: str | None, **given: str | int | None) -> None:
    """Append a stop to a tour of your own.

    REF is path, dir/ or path::Qualified.name in the checkout that you read. Proposed with it, in comments, are the
    lines that may deserve a note: calls to other files, what is sent, awaited or launched, what is written and
    returned. Nothing else in the file changes. A tour that cannot be read is left as it is, and its mistakes are told.
    """
    from reader import drafts  # 30 ms, with what resolves a ref
    from reader.tourfile.writing import with_stop

    checkout, path = session.checkout(), _own(name)
    before = _read(path)
    tour = _parsed(path, before)
    taken = {stop.id for stop in tour.stops}
    if stop_id in taken:
        raise ReaderError(f"{path}: there is a stop {stop_id!r} already")
    guides = (tour, *_guides(library.shelf(quiet=True), checkout))
    made = drafts.draft(Ref.parse(ref), checkout, guides, taken, id=stop_id, **given)
    try:
        after = with_stop(before.decode(), made.stop, made.proposed).encode()
    except ReaderError as error:
        raise ReaderError(f"{path}: {error}; nothing was added") from error
    with_it = _parsed(path, after)
    _replace(path, before, after)
    for told in (*made.told, *_doubts(with_it, made.stop.id, checkout)):
        session.say(f"reader: {told}")
    count = len(made.proposed)
    notes = f", {count} {'note' if count == 1 else 'notes'} proposed in comments" if count else ""
    session.write(f"{path}: stop {len(with_it.stops)}, {made.stop.id}{notes}\n")
    session.hint(f"reader check {name} · reader show {name}:{made.stop.id}: the stop")


def tours_folder(session: Session, checkout: Checkout) -> Path:
    """Where a new tour belongs: a folder of tours around us, else beside the checkout if that is the user's own."""
    here = session.here()
    for place in (here, *here.parents):
        if (place / library.FOLDER).is_dir():
            return place / library.FOLDER
    from reader.releases import path_of

    fetched = path_of(checkout.release)
    is_fetched = fetched is not None and os.path.realpath(fetched) == str(checkout.root)
    if checkout.kind == "package" or is_fetched or not os.access(checkout.root, os.W_OK):
        return library.of_user()
    return checkout.root / library.FOLDER


def _free(name: str, folder: Path) -> Path:
    if not library.NAME.fullmatch(name) or name == "plan":
        raise ReaderError(f"{name!r} is no name for a tour; use letters, digits, - and _ (plan is the study plan's)")
    path = folder / f"{name}.toml"
    if os.path.lexists(path):
        raise ReaderError(f"{path}: is there already; `reader add REF --tour {name}` appends a stop to it")
    return path


def _meant(name: str) -> str | None:
    """`week3` is another way to write `week03` as long as no tour has that very name."""
    try:
        return library.canonical(name)
    except UnknownName:
        return None


def _guides(shelf: library.Shelf, checkout: Checkout) -> list[Tour]:
    """The tours that know which process runs what: of another project than vLLM those of reader know nothing."""
    return [tour for tour in shelf.tours if not checkout.foreign or shelf.held[tour.name].origin != "reader"]


def _own(name: str) -> Path:
    """The file of a tour that may be changed."""
    if name.endswith(".toml"):
        return Path(name)
    try:
        held = library.find(name)
    except UnknownName as error:
        raise UnknownName("tour", name, error.near, hint=f"`reader new {name}` writes a first one.") from None
    if held.origin == "reader":
        raise ReaderError(f"{held.name} comes with reader and is not changed; `reader new NAME` begins one of your own")
    return held.path


def _read(path: Path) -> bytes:
    try:
        library.load(str(path))  # what is no regular file of a fair size is refused there
        return path.read_bytes()
    except OSError as error:
        raise ReaderError(f"{path}: cannot be read: {error.strerror}") from error


def _parsed(path: Path, raw: bytes) -> Tour:
    from reader.tourfile import parse

    return parse(path, raw, lambda name: library.load(str(library.lender(path, name))))


def create(path: Path, text: str, remedy: str) -> None:
    """Appears whole, and in no other's place. `remedy` is said where it cannot be written. Raises ReaderError."""
    library.refuse_link(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_text(text, encoding="utf-8")
            _linked(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError:
        raise ReaderError(f"{path}: is there already, and was left as it is") from None
    except OSError as error:
        raise ReaderError(f"{path}: cannot be written: {error.strerror}; {remedy}") from error


def _linked(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without such links
        with path.open("xb") as file:
            file.write(draft.read_bytes())


def _replace(path: Path, before: bytes, after: bytes) -> None:
    """What a link leads to is replaced, not the link; what was changed meanwhile is not replaced."""
    from reader.folder import replace  # 4 ms of tempfile

    try:
        if path.read_bytes() != before:
            raise ReaderError(f"{path}: was changed at this moment by another program; nothing was added")
        replace(path.resolve(), after)
    except OSError as error:
        raise ReaderError(f"{path}: cannot be written: {error.strerror}; nothing was added") from error


def _doubts(tour: Tour, stop_id: str, checkout: Checkout) -> list[str]:
    from reader.reading import Readings

    reading = Readings(checkout).stop(tour, tour.stop(stop_id))
    problem = reading.excerpt.call_problem if reading.excerpt else reading.problem
    return [f"{stop_id}: {problem}"] if problem else []
