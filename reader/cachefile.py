"""Plain values in one file of the cache: written whole or not at all, and worth nothing unless we wrote it.

Never the only copy of anything: what cannot be read, or was not written here, counts as not being there.
"""

from __future__ import annotations

import marshal
import os
from binascii import crc32
from contextlib import suppress
from pathlib import Path
from typing import Any

from reader import directories

keeping = True  # False where nothing may be written: while a shell waits for a word to be completed


def place(kind: str, *key: str | Path) -> Path | None:
    """A file for this key, however often its value changes; two keys of one sum displace each other."""
    with suppress(RuntimeError):  # no home directory
        joined = b"\0".join(map(os.fsencode, key))
        return directories.cache() / kind / f"{crc32(joined):08x}"
    return None


def load(place: Path | None) -> Any:
    """None where there is nothing of ours. What it gives may be of any shape: an older version wrote it, say."""
    if place is None:
        return None
    try:
        with place.open("rb") as file:
            if not _is_own(os.fstat(file.fileno())):
                return None
            content = file.read()
        return marshal.loads(content[4:]) if content[:4] == _sum(content[4:]) else None
    except (OSError, EOFError, ValueError, TypeError):
        return None


def save(place: Path | None, value: Any) -> None:
    """Takes what marshal does: tuples, lists, dicts, text, numbers, None. Where nothing can be written, the next run
    works it out again."""
    if place is None or not keeping:
        return
    content = marshal.dumps(value)
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.touch(0o600)
            draft.write_bytes(_sum(content) + content)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)


def _sum(content: bytes) -> bytes:
    return crc32(content).to_bytes(4, "big")


def _is_own(status: os.stat_result) -> bool:
    """marshal is not made for what a stranger wrote. It is five times as fast as json, whose import costs 5 ms more."""
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o022)
