"""The tree: breadth first, so that what is met twice is told where it is nearest; cut at cycles and at a size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reader.calls.frames import Frame, Frames
from reader.calls.values import Rest, Step

Grown = tuple[tuple[Step, ...], Rest | None]
_Key = tuple[str, str]
_Place = tuple[int, ...]  # the numbers of the steps on the way from the root
_Grow = Callable[[Frame, int], Grown]


class Tree:
    """`grow` gives what hangs on one definition. `most` definitions are looked into; the rest is counted."""

    def __init__(self, frames: Frames, grow: _Grow, depth: int, most: int) -> None:
        self._frames = frames
        self._grow = grow
        self._depth = depth
        self._most = most
        self._grown: dict[_Key, Grown] = {}
        self._cut: set[_Key] = set()
        self._told: dict[_Key, _Place] = {}  # abstract ones, with what stands in for them
        self._home: dict[_Key, _Place] = {}

    def of(self, root: Frame) -> Grown:
        """What hangs on the root, as deep as is wanted."""
        level: list[tuple[_Place, _Key, int | None]] = [((0,), (root.path, root.symbol), root.at)]
        self._home[root.path, root.symbol] = (0,)
        for depth in range(1, self._depth + 1):
            below: list[tuple[_Place, _Key, int | None]] = []
            for place, key, line in level:
                if len(self._grown) >= self._most:
                    self._cut.add(key)
                    continue
                frame = root if depth == 1 else self._frames.of(*key, line)
                if frame is not None:
                    self._grown[key] = self._grow(frame, depth)
                    below += self._placed(self._grown[key][0], place) if depth < self._depth else ()
            level = below
        top = (root.path, root.symbol)
        return self._hung(top, (0,), (top,))

    def _placed(self, steps: tuple[Step, ...], place: _Place) -> list[tuple[_Place, _Key, int | None]]:
        """The definitions among these steps that are met for the first time, by where they hang."""
        found = []
        for number, step in enumerate(steps):
            here = (*place, number)
            if step.below:
                found += self._placed(step.below, here)
                continue
            key = _key(step)
            if key is not None and key not in self._home:
                self._home[key] = here
                found.append((here, key, step.line))
        return found

    def _hung(self, key: _Key, place: _Place, above: tuple[_Key, ...]) -> Grown:
        steps, rest = self._grown.get(key, ((), None))
        return tuple(self._of(step, (*place, number), above) for number, step in enumerate(steps)), rest

    def _of(self, step: Step, place: _Place, above: tuple[_Key, ...]) -> Step:
        if step.below:
            if self._told.setdefault((str(step.path), step.symbol), place) != place:
                return replace(step, below=(), rest=None, again="shown")
            inner = tuple(self._of(one, (*place, number), above) for number, one in enumerate(step.below))
            return replace(step, below=inner)
        key = _key(step)
        if key is None:
            return step
        if key in above:
            return replace(step, again="recursion")
        if key not in self._grown:
            return replace(step, again="cut") if key in self._cut else step
        if self._home.get(key) != place:
            return replace(step, again="shown" if self._grown[key][0] else None)
        below, rest = self._hung(key, place, (*above, key))
        return replace(step, below=below, rest=rest)


def _key(step: Step) -> _Key | None:
    """Of what is followed: a definition that is known to be called."""
    if step.path is None or step.kind == "module" or _perhaps(step):
        return None
    return step.path, step.symbol


def _perhaps(step: Step) -> bool:
    """What nobody knows to be called is not followed further, unless the call is on one of its bases."""
    return not step.sure and step.via in ("call", "reference") and not (step.note or "").startswith("through ")
