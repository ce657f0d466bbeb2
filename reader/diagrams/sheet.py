"""The two axes of a drawing in layers, and how they lie on paper."""

from __future__ import annotations

from reader.diagrams.geometry import Point
from reader.value import frozen


@frozen
class Sheet:
    """`middles` are across the flow; `along` and `across` the sizes of each vertex. A layer begins at its `starts` and
    ends at its `ends`, along. `far` is the last point across."""

    down: bool
    middles: tuple[float, ...]
    along: tuple[float, ...]
    across: tuple[float, ...]
    ranks: tuple[int, ...]
    starts: tuple[float, ...]
    ends: tuple[float, ...]
    far: float

    def point(self, along: float, across: float) -> Point:
        return (across, along) if self.down else (along, across)

    def begin(self, vertex: int) -> float:
        """Along; downwards a box stands in the middle of its layer."""
        rank = self.ranks[vertex]
        return (self.starts[rank] + self.ends[rank] - self.along[vertex]) / 2

    def corner(self, vertex: int) -> Point:
        return self.point(self.begin(vertex), self.middles[vertex] - self.across[vertex] / 2)

    def size(self, vertex: int) -> Point:
        return self.point(self.along[vertex], self.across[vertex])
