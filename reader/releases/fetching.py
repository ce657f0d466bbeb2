"""Fetching one release, and the list of those that can be fetched."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reader.errors import FetchFailed
from reader.releases.cache import adopt, at_hand, cache_dir, path_of, workshop
from reader.value import frozen

if TYPE_CHECKING:
    from packaging.version import Version

    from reader.releases.index import Answer, Archive

HOME_RELEASE = "0.13.0"


@frozen
class Available:
    """`size` in bytes of the archive, where known without fetching it. `yanked` is the reason, None when it is not."""

    version: str
    filename: str
    size: int | None
    yanked: str | None


def available(warn: Callable[[str], None] | None = None) -> tuple[Available, ...]:
    """The source archives that the index has, oldest release first. `warn` hears of indexes that did not answer."""
    from reader.releases import index, pipconf  # 450 ms, for the network only

    config = pipconf.read_config()
    with index.client(config) as session:
        answer = index.ask(session, config)
    if not answer.archives:
        raise FetchFailed(_nothing(answer))
    if warn:
        for problem in answer.problems:
            warn(problem)
    return tuple(
        Available(archive.version, archive.link.filename, archive.size, archive.yanked) for archive in answer.archives
    )


def fetch(
    version: str,
    *,
    cache: Path | None = None,
    report: Callable[[int, int | None], None] | None = None,
    unpacked: Callable[[int], None] | None = None,
    warn: Callable[[str], None] | None = None,
    yanked: bool = False,
) -> Path:
    """The unpacked release, fetched unless it is at hand. `report` hears bytes so far and in all (None: not said),
    `unpacked` the files so far, `warn` what is unusual. Raises FetchFailed; then nothing is left behind."""
    place = cache or cache_dir()
    if root := path_of(version, place):
        return root
    from reader.releases import index, pipconf  # 450 ms, for the network only
    from reader.releases.unpack import unpack

    config = pipconf.read_config()
    with index.client(config) as session:
        archive = _pick(version, index.ask(session, config), yanked, at_hand(place))
        if root := path_of(archive.version, place):
            return root
        if archive.digest is None and warn:
            warn(f"{archive.link.redacted} comes without a digest; it was taken as it is, since it is a local file")
        try:
            with workshop(place, archive.version) as bench:
                index.download(session, archive, bench / archive.link.filename, report)
                tree = _unpacked(unpack, archive, bench, unpacked)
                return adopt(tree, place, archive.version)
        except OSError as error:
            raise FetchFailed(_disk(place, error)) from error


def _unpacked(
    unpack: Callable[[Path, Path, Callable[[int], None] | None], Path],
    archive: Archive,
    bench: Path,
    unpacked: Callable[[int], None] | None,
) -> Path:
    try:
        return unpack(bench / archive.link.filename, bench / "tree", unpacked)
    except FetchFailed as error:
        raise FetchFailed(f"{archive.link.redacted}: {error}\nNothing of it was kept; ask another index.") from error


def checked(version: str) -> Version:
    """Raises FetchFailed for what no index could have, before one is asked."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version)
    except InvalidVersion:
        raise FetchFailed(f"{version!r} is no release number; write one like {HOME_RELEASE}") from None


def _pick(version: str, answer: Answer, yanked: bool, here: tuple[str, ...]) -> Archive:
    from packaging.version import Version

    wanted = checked(version)
    archive = next((archive for archive in answer.archives if Version(archive.version) == wanted), None)
    if archive is None:
        raise FetchFailed(_unknown(version, answer, here))
    if archive.yanked is not None and not yanked:
        raise FetchFailed(
            f"release {archive.version} was withdrawn: {archive.yanked}\n"
            f"To read it all the same: reader fetch --yanked {archive.version}"
        )
    return archive


def _unknown(version: str, answer: Answer, here: tuple[str, ...]) -> str:
    if not answer.archives:
        return _nothing(answer) + (f"\nAt hand are: {', '.join(here)}" if here else "")
    near = ", ".join(_near(version, [archive.version for archive in answer.archives if archive.yanked is None]))
    lines = [f"the index has no source archive of release {version}; near it are {near}"]
    lines += [f"not asked was {problem}" for problem in answer.problems]
    return "\n".join([*lines, "`reader fetch --list` shows all of them."])


def _near(version: str, known: list[str]) -> list[str]:
    """The neighbours in number, and the newest: a wrong release number is rarely a slip of the keyboard."""
    from packaging.version import Version

    wanted = Version(version)
    below = [name for name in known if Version(name) < wanted]
    above = [name for name in known if Version(name) > wanted]
    return list(dict.fromkeys([*below[-2:], *above[:2], *known[-1:]]))


def _nothing(answer: Answer) -> str:
    if not answer.asked:
        return "pip is configured with no-index and without find-links, so there is no index to ask"
    if not answer.problems:
        return (
            "no source archive of vLLM at " + ", ".join(answer.asked) + "\nSet PIP_INDEX_URL to an index that has it."
        )
    lines = ["no index could be asked for vLLM:", *(f"  {problem}" for problem in answer.problems)]
    return "\n".join([*lines, "Look at the network, or set PIP_INDEX_URL (pip.conf: index-url) to a mirror."])


def _disk(place: Path, error: OSError) -> str:
    where = error.filename or place
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{place}: the disk is full; a release takes up to 200 MB. Make room, or set XDG_CACHE_HOME elsewhere."
    if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
        return f"{where}: stands in the way; remove it and fetch again"
    return f"{where}: {error.strerror or error}\nSet XDG_CACHE_HOME to a directory that can be written."
