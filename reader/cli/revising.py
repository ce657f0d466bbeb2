"""For authors: what of a tour has to be read again for another release, and moving its home there."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader import library
from reader.check import check_tour
from reader.errors import ReaderError
from reader.guide.comparing import Comparing, Comparison, of_tour, touched
from reader.history.change import LEVELS

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.cli.session import Session
    from reader.tour import Tour

_HOME = re.compile(r"""^home[ \t]*=[ \t]*(?P<quote>["'])(?P<release>[^"'\n]*)(?P=quote)""", re.MULTILINE)


def revise(session: Session, tours: Sequence[Tour], checkouts: Sequence[Checkout], since: str, as_json: bool) -> None:
    for checkout in checkouts:
        comparing = Comparing(checkout, session.store(), since, None)
        found = []
        for tour in tours:
            session.progress(f"comparing {tour.name} at {since} and {checkout.release}")
            own = (one for one in of_tour(tour, checkout.release) if one.stop is None or one.stop.owner is None)
            found += [comparing.of(one) for one in own]
        session.progress("")
        found = [one for one in found if one.level != "same"]
        found.sort(key=lambda one: (LEVELS.index(one.level), -_amount(one)))
        if as_json:
            session.write_json(_row(one, since, checkout.release) for one in found)
        else:
            session.write(session.screen().revisions(found, since, checkout.release))


def move(session: Session, names: Sequence[str], release: str) -> int:
    """The exit code. A tour is written only when nothing is wrong with it at the new home."""
    if not names:
        raise click.UsageError("--move-home needs the tours to move: `reader check ./mine.toml --move-home 0.33.0`")
    checkout, plan = session.checkout_of(release), library.plan()
    done = [check_tour(library.load(name), checkout, plan) for name in dict.fromkeys(names)]
    for name, one in zip(dict.fromkeys(names), done, strict=True):
        if one.problems:
            session.write(session.screen().checks([one]))
            session.say(f"reader: {one.tour.name} stays at {one.tour.home}: mend these first.")
        elif one.tour.home == checkout.release:
            session.write(f"{one.tour.name}: {checkout.release} is its home already\n")
        else:
            _write_home(library.path_of(name), checkout.release)
            session.write(f"{one.tour.name}: home {one.tour.home} -> {checkout.release}, {one.notes} notes hold\n")
    return 1 if any(one.problems for one in done) else 0


def _write_home(path: Path, release: str) -> None:
    """Only the one value changes: comments and order are the author's. Whole or not at all."""
    try:
        text = path.read_bytes().decode()
        changed, count = _HOME.subn(lambda match: match[0].replace(match["release"], release), text, count=1)
        if count != 1:
            raise ReaderError(f"{path}: there is no line `home = ...` that could be changed; change it by hand")
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            draft.write_bytes(changed.encode())
            draft.chmod(path.stat().st_mode)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise ReaderError(f"{path}: cannot be written: {error.strerror}") from error


def _amount(one: Comparison) -> int:
    return one.difference.added + one.difference.removed if one.difference else 0


def _row(one: Comparison, since: str, release: str) -> dict[str, object]:
    return {
        "stop": one.name,
        "since": since,
        "release": release,
        "level": one.level,
        "added": one.difference.added if one.difference else None,
        "removed": one.difference.removed if one.difference else None,
        "ref": one.ref,
        "path": one.after.path,
        "symbol": one.after.symbol,
        "notes": len(one.notes),
        "touched": [{"line": note.line, "at": note.at} for note in touched(one)],
    }
