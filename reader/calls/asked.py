"""One question answered: the trees up and down of one definition."""

from __future__ import annotations

from collections.abc import Callable

from reader.calls.callees import Callees
from reader.calls.callers import Callers, counted
from reader.calls.frames import Frame, Frames
from reader.calls.growing import Grown, Tree
from reader.calls.native import Native
from reader.calls.values import Calls, Rest, Step
from reader.checkout import Checkout
from reader.hierarchy import Families
from reader.inference import Inference
from reader.resolve.sources import Sources, is_native

# Definitions that are looked into. One costs some 15 ms downwards, 100 to 400 ms upwards.
_DOWN = 80
_UP = 8


def asked(checkout: Checkout, path: str, symbol: str, *, depth: int, up: bool, down: bool) -> Calls:
    sources = Sources(checkout.keeping())
    frames = Frames(sources)
    frame = frames.of(path, symbol)
    if frame is None:
        return Calls(Step(symbol, path, None, "unknown", "call", 0))
    inference, families = Inference(sources), Families(sources)
    root = Step(frame.symbol, path, frame.at, frame.kind, "call", 0)
    callers: tuple[Step, ...] = ()
    rest: Rest | None = None
    if up:
        callers, rest = Tree(frames, _upwards(sources, families, inference), depth, _UP).of(frame)
    if down:
        below, more = Tree(frames, _downwards(sources, families, inference), depth, _DOWN).of(frame)
        root = Step(frame.symbol, path, frame.at, frame.kind, "call", 0, below=below, rest=more)
    return Calls(root, callers, rest, _notes(frame))


def _upwards(sources: Sources, families: Families, inference: Inference) -> Callable[[Frame, int], Grown]:
    python, native = Callers(sources, families, inference), Native(sources)

    def grow(frame: Frame, depth: int) -> Grown:
        if is_native(frame.path):
            return native.callers(frame, depth), None
        found = python.of(frame, depth)
        return found.steps, counted(found)

    return grow


def _downwards(sources: Sources, families: Families, inference: Inference) -> Callable[[Frame, int], Grown]:
    python, native = Callees(sources, families, inference), Native(sources)

    def grow(frame: Frame, depth: int) -> Grown:
        return native.callees(frame, depth) if is_native(frame.body_path) else python.of(frame, depth)

    return grow


def _notes(frame: Frame) -> tuple[str, ...]:
    if frame.kind == "class" and frame.body != frame.symbol:
        return (f"what it calls is what {frame.body} calls, which runs when one is made",)
    return ()
