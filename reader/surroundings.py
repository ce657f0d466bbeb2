"""What a command is surrounded by: the folders that may hold tours, and who is told what one should know of those.

Set once a command, before anything is looked for. Apart from `library`, whose import costs 3 ms that not every command
has to pay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path


class Surroundings:
    """`roots` gives the folders that may hold `.reader/tours`, nearest first; it is called where tours are looked for,
    and may be costly. `tell` is called once with each thing to be told."""

    def __init__(self) -> None:
        self.set(tuple, lambda said: None)

    def set(self, roots: Callable[[], Iterable[Path]], tell: Callable[[str], None]) -> None:
        self.roots, self._tell = roots, tell
        self._told: set[str] = set()

    def tell(self, said: str) -> None:
        if said not in self._told:
            self._told.add(said)
            self._tell(said)


surroundings = Surroundings()
