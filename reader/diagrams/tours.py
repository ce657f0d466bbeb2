"""The data flow of a tour over the processes it runs through: which stop calls, sends to or answers which.

Shows the stops that some process runs; documents, directories and what lies outside the checkout are counted in a note.
"""

from __future__ import annotations

from collections.abc import Sequence

from reader.checkout import Checkout
from reader.checkout.tree import of_release
from reader.diagrams.graph import Edge, EdgeKind, Graph, Group, Node, State
from reader.reading import Reading, Readings
from reader.tour import Tour

LANES = (
    Group("frontend", "Front end"),
    Group("engine-core", "Engine core"),
    Group("worker", "Worker"),
    Group("gpu", "GPU"),
    Group("build", "Build"),
)


def lanes(tour: Tour, checkout: Checkout, known: Sequence[Reading] | None = None) -> Graph:
    """`known` are the readings of all its stops, for who has them."""
    readings = Readings(checkout)
    stops = tour.stops_at(checkout.release)
    found = list(enumerate(known if known is not None else [readings.stop(tour, stop) for stop in stops], 1))
    shown = [(number, one) for number, one in found if one.stop.runs and not one.told_gone]
    nodes = tuple(_node(number, reading) for number, reading in shown)
    ids = {node.id for node in nodes}
    edges = tuple(edge for _, reading in shown for edge in _edges(reading, ids))
    return Graph(
        title=tour.title,
        nodes=nodes,
        edges=edges,
        groups=LANES,
        flow="lanes",
        subtitle=f"{of_release(checkout.edition)} · {tour.name} · {len(nodes)} of {len(stops)} stops, in reading order",
        notes=_notes(found, shown, edges),
    )


def _node(number: int, reading: Reading) -> Node:
    stop, site = reading.stop, reading.site
    states: list[State] = []
    if not site.found:
        states.append("gone")
    if stop.state != "live":
        states.append("legacy")
    place = None if site.path is None else f"{site.path}:{site.line}" if site.line else site.path
    return Node(
        id=stop.id,
        lines=(_name(reading), stop.title),
        kind="stop",
        group=stop.lane,
        ref=str(stop.ref),
        place=place,
        states=tuple(states),
        number=number,
        weight=stop.stars,
        about=f"{stop.state}: {stop.reason}" if stop.reason else None,
    )


def _name(reading: Reading) -> str:
    """The last two parts of the symbol: a method with its class."""
    symbol = reading.site.symbol or reading.stop.ref.symbol
    if symbol is None:
        return reading.stop.ref.path.rsplit("/", 1)[-1]
    return ".".join(symbol.replace("::", ".").split(".")[-2:]) if "::" not in symbol else symbol.split("::")[-1]


def _edges(reading: Reading, ids: set[str]) -> list[Edge]:
    """The way to this stop. Where its line was not found in this checkout, it is not sure."""
    stop, excerpt = reading.stop, reading.excerpt
    other = stop.after or stop.back_from
    if other not in ids:
        return []
    if excerpt and excerpt.ends:
        ends = excerpt.ends
        return [Edge(other, stop.id, "message", _over(ends.over), place=f"{ends.path}:{ends.sent}")]
    call = excerpt.call_site if excerpt else None
    place = f"{call.path}:{call.line}" if call else None
    label = _over(stop.message.over) if stop.message else None
    return_ = stop.after is None
    kind: EdgeKind = "message" if stop.message else "return" if return_ else "launch" if stop.lane == "gpu" else "call"
    return [Edge(other, stop.id, kind, label, sure=call is not None, place=place)]


def _over(text: str) -> str:
    """What carries a message, without how: `ZMQ, from process to process`."""
    return text.partition(",")[0].replace("`", "").strip()


def _notes(
    found: Sequence[tuple[int, Reading]], shown: Sequence[tuple[int, Reading]], edges: Sequence[Edge]
) -> tuple[str, ...]:
    notes = []
    apart = len(found) - len(shown)
    if apart:
        left = "1 stop is" if apart == 1 else f"{apart} stops are"
        notes.append(f"{left} left out: documents, directories, practice, and what this release does not have.")
    bound = {name for edge in edges for name in (edge.source, edge.target)}
    loose = sum(reading.stop.id not in bound for _, reading in shown)
    if loose:
        notes.append(f"Of {loose} stops the tour does not say from where one comes there.")
    lost = [reading.stop.id for _, reading in shown if reading.excerpt and reading.excerpt.call_problem]
    if lost:
        notes.append(f"The line that leads there is not found in this release: {', '.join(lost)}.")
    return tuple(notes)
