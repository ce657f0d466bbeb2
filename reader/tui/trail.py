"""Where one has been, as an editor keeps it: back, forward again, and a new jump forgets what lay ahead."""

from __future__ import annotations

from typing import Generic, TypeVar

_T = TypeVar("_T")

LONGEST = 200


class Trail(Generic[_T]):
    def __init__(self) -> None:
        self._behind: list[_T] = []
        self._ahead: list[_T] = []

    def jump(self, left: _T) -> None:
        """Leave this place for a new one."""
        self._behind = [*self._behind[1 - LONGEST :], left]
        self._ahead = []

    def go(self, step: int, left: _T) -> _T | None:
        """Back (-1) or forward (1); None where there is nothing further."""
        taken, given = (self._behind, self._ahead) if step < 0 else (self._ahead, self._behind)
        if not taken:
            return None
        given.append(left)
        return taken.pop()

    @property
    def behind(self) -> tuple[_T, ...]:
        return tuple(self._behind)

    @property
    def ahead(self) -> tuple[_T, ...]:
        return tuple(self._ahead)
