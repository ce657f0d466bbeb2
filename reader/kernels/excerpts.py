"""The few source lines of each hop, from the one that it stands on."""

from __future__ import annotations

from collections.abc import Iterable

from reader.kernels import Hop, HopKind
from reader.resolve.sources import Sources
from reader.syntax.source import lines
from reader.value import frozen

# Lines from the one that the hop stands on: a schema's string and a launch's arguments go on below it.
_LINES: dict[HopKind, int] = {"wrapper": 1, "call": 1, "schema": 3, "impl": 2, "function": 3, "macro": 2, "launch": 2}
_LAUNCH_ABOVE = 3
_KERNEL_ABOVE = 3  # a kernel's template head and `__global__` stand above its name


@frozen
class Piece:
    """Lines in a row; `first` is the number of the first."""

    first: int
    lines: tuple[str, ...]


def excerpts(sources: Sources, hops: Iterable[Hop]) -> dict[int, Piece]:
    """By the hop's number. An end has none: its parent's lines say it."""
    texts: dict[str, list[str]] = {}
    found = {}
    for hop in hops:
        path = hop.place.path
        if path not in texts:
            texts[path] = lines(sources.text(path))
        piece = _piece(hop, texts[path]) if hop.kind != "end" else None
        if piece is not None:
            found[hop.number] = piece
    return found


def _piece(hop: Hop, text: list[str]) -> Piece | None:
    first, last = _span(hop, text)
    shown = text[first - 1 : last]
    return Piece(first, tuple(shown)) if shown else None


def _span(hop: Hop, text: list[str]) -> tuple[int, int]:
    line = hop.place.line
    if hop.kind == "kernel" and not hop.place.path.endswith(".py"):
        first = line
        while first > max(1, line - _KERNEL_ABOVE) and _continues(text[first - 2]):
            first -= 1
        return first, line
    if hop.kind == "launch" and not hop.place.path.endswith(".py"):
        return _named(hop, text), line
    last = line + _LINES.get(hop.kind, 1) - 1
    for number in range(line, min(last, len(text))):
        if text[number - 1].rstrip().endswith((";", ":", "{")) or not text[number].strip():
            return line, number
    return line, min(last, len(text))


def _named(hop: Hop, text: list[str]) -> int:
    """The line of the launched name, which may stand above its `<<<`."""
    name = hop.place.name.rpartition("::")[2].partition("<")[0]
    for number in range(hop.place.line, max(0, hop.place.line - _LAUNCH_ABOVE - 1), -1):
        if name in text[number - 1]:
            return number
    return hop.place.line


def _continues(above: str) -> bool:
    """Whether a line above a kernel's name belongs to its head."""
    stripped = above.strip()
    return bool(stripped) and not stripped.endswith((";", "}", "*/")) and not stripped.startswith(("//", "#"))
