"""The path of an operation, from the Python that calls it to the kernels; of a kernel, the way up to Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reader.tui.answers.subject import about, subject
from reader.tui.answers.values import Answer, Entry, Group, Place, Question, Spot, count
from reader.tui.answers.workshop import Workshop

if TYPE_CHECKING:
    from reader.kernels import Hop, Path

_OPERATION = re.compile(r"torch\.ops\.(\w+)\.(\w+)")


def kernel(spot: Spot) -> Question[Answer]:
    """Of the operation that is called under the cursor, or of what the cursor or the page means; as `reader kernel`."""
    return Question(f"the kernel path of {spot.name}", lambda workshop: _answer(workshop, spot))


def _answer(workshop: Workshop, spot: Spot) -> Answer:
    wanted = _called(workshop, spot)
    if wanted is None:
        what = subject(workshop, spot)
        if isinstance(what, Answer):
            return what
        if what.symbol is None:
            return Answer(f"{about(what)} is no operation, function or kernel")
        wanted = f"{what.path}::{what.symbol}"
    from reader.kernels.asking import ask  # 40 ms with what reads registrations

    known = ask(workshop.checkout, wanted)
    if not known.paths:
        return Answer(f"{wanted} leads to no kernel", notes=known.notes)
    groups = tuple(map(_group, known.paths))
    notes = (*known.notes, *(note for one in known.paths for note in one.notes))
    return Answer(f"{wanted}: {count(len(known.paths), 'operation')}", groups, (*notes, *_legend(known.paths)))


def _called(workshop: Workshop, spot: Spot) -> str | None:
    """An operation of torch that the line of the cursor names."""
    if spot.cursor is None:
        return None
    line, column = spot.cursor
    text = workshop.line(spot.path, line)
    found = [one for one in _OPERATION.finditer(text) if column is None or one.start() < column <= one.end() + 1]
    return f"{found[0][1]}::{found[0][2]}" if found else None


def _group(path: Path) -> Group:
    from reader.kernels.words import described, title

    return Group(f"{title(path.operation)}: {', '.join(described(path.operation))}", tuple(_entries(path)))


def _entries(path: Path) -> Iterator[Entry]:
    depths: dict[int, int] = {}
    for hop in path.hops:
        parent = depths.get(hop.parent, -1) if hop.parent is not None else -1
        depths[hop.number] = parent + 1
        yield _entry(hop, depths[hop.number])


def _entry(hop: Hop, depth: int) -> Entry:
    from reader.kernels.words import facts, said

    place = Place(hop.place.path, hop.place.line)
    return Entry(said(hop), place, f"{hop.number} {hop.kind}", "  ".join(facts(hop)), sure=hop.sure, depth=depth)


def _legend(paths: tuple[Path, ...]) -> tuple[str, ...]:
    from reader.kernels.words import LEGEND, links

    return (LEGEND,) if any(True for one in paths for hop in one.hops for _ in links(hop)) else ()
