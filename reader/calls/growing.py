"""The tree: breadth first, so that what is met twice is told where it is nearest; cut at cycles and at a size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reader.calls.frames import Frame, Frames
from reader.calls.values import Rest, Step

Grown = tuple[tuple[Step, ...], Rest | None]
_Grow = Callable[[Frame, int], Grown]


class Tree:
    """`grow` gives what hangs on one definition. `most` definitions are looked into; the rest is counted."""

    def __init__(self, frames: Frames, grow: _Grow, depth: int, most: int) -> None:
        self._frames = frames
        self._grow = grow
        self._depth = depth
        self._most = most
        self._grown: dict[tuple[str, str], Grown] = {}
        self._cut: set[tuple[str, str]] = set()
        self._told: dict[tuple[str, str], tuple[int, ...]] = {}  # abstract ones, with what stands in for them
        self._home: dict[tuple[str, str], tuple[int, ...]] = {}

    def of(self, root: Frame) -> Grown:
        """What hangs on the root, as deep as is wanted."""
        level: list[tuple[tuple[int, ...], Frame]] = [((0,), root)]
        self._home[root.key] = (0,)
        for depth in range(1, self._depth + 1):
            below: list[tuple[tuple[int, ...], Frame]] = []
            for place, frame in level:
                if len(self._grown) >= self._most:
                    self._cut.add(frame.key)
                    continue
                grown = self._grow(frame, depth)
                self._grown[frame.key] = grown
                below += self._placed(grown[0], place)
            level = below
        return self._hung(root, (0,), (root.key,))

    def _placed(self, steps: tuple[Step, ...], place: tuple[int, ...]) -> list[tuple[tuple[int, ...], Frame]]:
        """The definitions among these steps that are met for the first time, by where they hang."""
        found = []
        for number, step in enumerate(steps):
            here = (*place, number)
            if step.below:
                found += self._placed(step.below, here)
                continue
            frame = self._frame(step)
            if frame is not None and frame.key not in self._home:
                self._home[frame.key] = here
                found.append((here, frame))
        return found

    def _frame(self, step: Step) -> Frame | None:
        if step.path is None or step.kind == "module" or _perhaps(step):
            return None
        return self._frames.of(step.path, step.symbol, step.line)

    def _hung(self, frame: Frame, place: tuple[int, ...], above: tuple[tuple[str, str], ...]) -> Grown:
        steps, rest = self._grown.get(frame.key, ((), None))
        return tuple(self._of(step, (*place, number), above) for number, step in enumerate(steps)), rest

    def _of(self, step: Step, place: tuple[int, ...], above: tuple[tuple[str, str], ...]) -> Step:
        if step.below:
            if self._told.setdefault((str(step.path), step.symbol), place) != place:
                return replace(step, below=(), rest=None, again="shown")
            inner = tuple(self._of(one, (*place, number), above) for number, one in enumerate(step.below))
            return replace(step, below=inner)
        frame = self._frame(step)
        if frame is None:
            return step
        if frame.key in above:
            return replace(step, again="recursion")
        if frame.key not in self._grown:
            return replace(step, again="cut") if frame.key in self._cut else step
        if self._home.get(frame.key) != place:
            return replace(step, again="shown" if self._grown[frame.key][0] else None)
        below, rest = self._hung(frame, place, (*above, frame.key))
        return replace(step, below=below, rest=rest)


def _perhaps(step: Step) -> bool:
    """What nobody knows to be called is not followed further, unless the call is on one of its bases."""
    return not step.sure and step.via in ("call", "reference") and not (step.note or "").startswith("through ")
