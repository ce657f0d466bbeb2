"""The bytes of files, for a command that goes through the whole tree a dozen times: no file is read twice.

The Python of 0.33.0 is 75 MB, that of its package 44 MB; what is beyond the limit is read again each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

_MOST = 100_000_000  # bytes
_BLOCK = 512  # files, so that a pass does not wait until the tree is read


class Memory:
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._room = _MOST

    def texts(
        self, paths: Iterable[str], read: Callable[[Iterable[str]], Iterator[tuple[str, bytes]]]
    ) -> Iterator[tuple[str, bytes]]:
        """What `read` gives of these paths, in their order."""
        kept = self._kept
        wanted = list(paths)
        for start in range(0, len(wanted), _BLOCK):
            block = wanted[start : start + _BLOCK]
            missing = [path for path in block if path not in kept]
            fresh = dict(read(missing)) if missing else {}
            if fresh and self._room > 0:
                kept |= fresh
                self._room -= sum(map(len, fresh.values()))
            for path in block:
                data = kept.get(path)
                if data is None:
                    data = fresh.get(path)
                if data is not None:
                    yield path, data
