"""The directory of fetched releases.

Only a whole release ever bears a release's name: it is unpacked beside, in a workshop, and renamed at the end. So a
kill leaves at most a workshop, which is swept when its owner is gone.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from reader import directories

_RELEASE = re.compile(r"[0-9][0-9A-Za-z.+!]{0,63}")
_WORKSHOP = ".unpacking-"
# A workshop is made a moment before it is locked, so a young one without a lock may still be somebody's.
_OLD = 3600  # seconds


def cache_dir() -> Path:
    return directories.cache() / "releases"


def in_order(versions: Iterable[str]) -> tuple[str, ...]:
    """Each once, oldest release first: 0.10 comes after 0.9."""
    from packaging.version import Version  # 12 ms, not needed to open the home release

    return tuple(sorted(set(versions), key=Version))


def is_older(one: str, other: str) -> bool | None:
    """None where one of them is no version."""
    from packaging.version import InvalidVersion, Version  # 12 ms

    try:
        return Version(one) < Version(other)
    except InvalidVersion:
        return None


def at_hand(cache: Path | None = None) -> tuple[str, ...]:
    """The releases that were fetched, oldest release first."""
    place = cache or cache_dir()
    try:
        roots = list(place.iterdir())
    except OSError:
        return ()
    return in_order(root.name for root in roots if _is_whole(root))


def path_of(version: str, cache: Path | None = None) -> Path | None:
    """The root of a release at hand; `v0.13.0` and `0.13` are 0.13.0 too."""
    place = cache or cache_dir()
    if _is_whole(place / version):
        return place / version
    from packaging.version import InvalidVersion, Version  # 12 ms, when written otherwise only

    try:
        wanted = Version(version)
    except InvalidVersion:
        return None
    return next((place / name for name in at_hand(place) if Version(name) == wanted), None)


def _is_whole(root: Path) -> bool:
    return _RELEASE.fullmatch(root.name) is not None and os.access(root / "vllm" / "__init__.py", os.F_OK)


@contextlib.contextmanager
def workshop(cache: Path, version: str) -> Iterator[Path]:
    """A directory of our own in the cache, gone afterwards whatever happens. Raises OSError."""
    import tempfile  # 6 ms, for fetching only

    cache.mkdir(parents=True, exist_ok=True)
    _sweep(cache)
    place = Path(tempfile.mkdtemp(prefix=f"{_WORKSHOP}{version}-", dir=cache))
    lock = _lock(place)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def adopt(tree: Path, cache: Path, version: str) -> Path:
    """Gives a finished tree its name, at once. Another process may have been faster: then its tree is the one."""
    target = cache / version
    try:
        tree.rename(target)
    except OSError:
        if not _is_whole(target):
            raise
    return target


def _sweep(cache: Path) -> None:
    """Removes the workshops of processes that were killed; a living owner holds its lock."""
    for place in cache.glob(f"{_WORKSHOP}*"):
        with contextlib.suppress(OSError):
            if time.time() - place.stat().st_mtime < _OLD:
                continue
            lock = _lock(place)
            if lock is not None:
                shutil.rmtree(place, ignore_errors=True)
                os.close(lock)


def _lock(place: Path) -> int | None:
    """A lock on the directory, which the system lets go when the process ends; None when somebody else has it, or
    when the system has no such locks: then nothing is ever swept, rather than a live one."""
    try:
        import fcntl
    except ImportError:
        return None
    descriptor = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
