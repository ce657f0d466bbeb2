"""Keeping the fetched releases in order: how much room they take, and removing some."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from reader import releases
from reader.checkout import named
from reader.errors import ReaderError
from reader.releases.room import LIMIT, Held, discard, held, parsed_size, said, too_much

if TYPE_CHECKING:
    from reader.cli.session import Session

SETTING = "room"


def limit_of(session: Session) -> int:
    return int(session.store().setting(SETTING) or LIMIT)


def keep(session: Session, release: str | None, *, limit: str | None, remove: bool, tidy: bool, yes: bool) -> None:
    if limit is not None:
        _set_limit(session, limit)
    if remove:
        if release is None:
            raise click.UsageError("--remove needs the release to delete: `reader fetch --remove 0.9.2`")
        _remove(session, [_held(release)], yes=True)
    if tidy:
        _tidy(session, yes)


def warn_of_room(session: Session) -> None:
    known, limit = held(), limit_of(session)
    total = sum(one.size for one in known)
    if total > limit:
        session.say(
            f"Fetched releases take {said(total)}, more than the {said(limit)} that they may: `reader fetch --tidy`"
            " removes some, `reader fetch --limit SIZE` allows more."
        )


def _set_limit(session: Session, text: str) -> None:
    size = parsed_size(text)
    if size is None:
        raise click.UsageError(f"{text!r} is no size; write 4GB or 500MB")
    session.store().set_setting(SETTING, str(size))
    session.write(f"Fetched releases may take {said(size)} together.\n")


def _tidy(session: Session, yes: bool) -> None:
    known, limit = held(), limit_of(session)
    going = too_much(known, limit, _in_use(session) | {releases.HOME_RELEASE})
    if not going:
        total = sum(one.size for one in known)
        why = "what there is, is read or the tours' home" if total > limit else "that keeps within the limit"
        session.write(f"Nothing to remove: {said(total)} of {said(limit)} are taken, and {why}.\n")
        return
    _remove(session, going, yes)


def _held(release: str) -> Held:
    root = releases.path_of(release)
    found = next((one for one in held() if root is not None and one.release == root.name), None)
    return found or Held(release, 0, 0.0)  # `remove` says that there is none


def _remove(session: Session, going: list[Held] | tuple[Held, ...], yes: bool) -> None:
    for one in going:
        if one.release in _in_use(session):
            raise ReaderError(
                f"{one.release} is the release that is read; `reader use --forget` or `reader use ANOTHER` first"
            )
    if not yes:
        named_ = ", ".join(f"{one.release} ({said(one.size)})" for one in going)
        session.say(f"This removes {named_}. What you read of them stays in your progress.")
        click.confirm("Remove them?", abort=True, err=True)
    for one in going:
        freed = discard(one.release)
        session.write(f"{one.release}: removed, {said(freed)}\n")
        _needed(session, one.release)


def _needed(session: Session, release: str) -> None:
    """Marks keep their text, so that nothing is lost but the file around it."""
    marks = [mark for mark in session.store().marks() if mark.release == release]
    lost = [mark for mark in marks if mark.kept is None and mark.path is not None]
    if lost:
        session.say(
            f"{len(lost)} of your marks were made in {release} by an older reader, which kept no text: what changed"
            f" since cannot be shown for them any more. `reader fetch {release}` gets it back."
        )


def _in_use(session: Session) -> set[str]:
    """Releases that some choice names, whether it counts at this place or not."""
    chosen = session.store().setting("checkout")
    wanted = [session.wanted, os.environ.get("READER_CHECKOUT"), chosen]
    found = set()
    for name in filter(None, wanted):
        try:
            checkout = named(name, session.here(), releases.path_of, "", "")
        except ReaderError:
            continue
        if checkout.root.parent == releases.cache_dir().resolve():
            found.add(checkout.root.name)
    return found
