"""How much room the fetched releases take, and what to do when it is too much. Removes nothing that was not named."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from reader.errors import FetchFailed, UnknownName
from reader.releases.cache import at_hand, cache_dir, path_of
from reader.value import frozen

LIMIT = 2_000_000_000  # bytes that the releases may take unless the user says otherwise: some twenty of them
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


@frozen
class Held:
    """A release at hand and the bytes of its files. `since`: when it was fetched, in seconds since 1970."""

    release: str
    size: int
    since: float


def held(cache: Path | None = None) -> tuple[Held, ...]:
    """Oldest release first."""
    place = cache or cache_dir()
    found = []
    for release in at_hand(place):
        root = place / release
        found.append(Held(release, _size(root), root.stat().st_mtime))
    return tuple(found)


def too_much(known: Collection[Held], limit: int, needed: Collection[str]) -> tuple[Held, ...]:
    """What to remove so that the rest keeps within the limit: what was fetched first goes first, and nothing that is
    needed. It may not be enough."""
    over = sum(one.size for one in known) - limit
    going = []
    for one in sorted(known, key=lambda one: one.since):
        if over <= 0:
            break
        if one.release not in needed:
            going.append(one)
            over -= one.size
    return tuple(going)


def discard(release: str, cache: Path | None = None) -> int:
    """The bytes freed. It is gone at once, by a rename, and then deleted; whoever reads it at this moment may see it
    go. Raises UnknownName, and FetchFailed where it cannot be removed."""
    place = cache or cache_dir()
    root = path_of(release, place)
    if root is None:
        hint = f"At hand are: {', '.join(at_hand(place)) or 'none'}."
        raise UnknownName("fetched release", release, hint=hint)
    size = _size(root)
    try:
        going = Path(tempfile.mkdtemp(prefix=".unpacking-removed-", dir=place))
        root.rename(going / root.name)
        shutil.rmtree(going)
    except OSError as error:
        raise FetchFailed(f"{root} cannot be removed: {error.strerror}; make {place} writable") from error
    return size


def parsed_size(text: str) -> int | None:
    """`2GB`, `500 MB`, `1.5g`; None for what is no size."""
    match = _SIZE.fullmatch(text.strip())
    return int(float(match[1]) * _UNITS[match[2].lower()]) if match else None


def said(size: int) -> str:
    return f"{size / 10**9:.1f} GB" if size >= 10**9 else f"{size / 10**6:.0f} MB"


def _size(root: Path) -> int:
    total = 0
    pending = [str(root)]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total
