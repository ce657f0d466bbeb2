"""A tour's stops as places where a debugger of Python stops, and what must be so that it does.

Refuses what Python never comes to: C++ and CUDA, documents, what this release does not have. Each is named with the
reason.
"""

from __future__ import annotations

import re

from reader.breakpoints.lines import Stoppable, stoppable
from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.reading import Reading, Readings
from reader.tour import Lane, Tour
from reader.value import frozen

VARIABLE = "VLLM_ENABLE_V1_MULTIPROCESSING"
_ENGINE = "vllm/v1/engine/llm_engine.py"
_SERVER = "vllm/v1/engine/async_llm.py"


@frozen
class Point:
    """`number` counts the stops of the tour, from 1."""

    number: int
    title: str
    path: str
    line: int
    function: str
    lane: Lane | None


@frozen
class LeftOut:
    number: int
    title: str
    why: str


@frozen
class Engine:
    """What this checkout says of the engine's process: the line that asks for the variable, and the line where the
    server always starts a process of its own; None where there is none."""

    reads: str | None
    server: str | None


@frozen
class Breakpoints:
    tour: Tour
    release: str
    points: tuple[Point, ...]
    left_out: tuple[LeftOut, ...]
    engine: Engine | None  # None of another project than vLLM


def breakpoints(tour: Tour, checkout: Checkout) -> Breakpoints:
    readings = Readings(checkout)
    points: list[Point] = []
    left_out: list[LeftOut] = []
    for number, stop in enumerate(tour.stops_at(checkout.release), 1):
        reading = readings.stop(tour, stop)
        found = _stoppable(reading, checkout)
        title = reading.stop.title
        if found.line is None or reading.site.path is None:
            left_out.append(LeftOut(number, title, found.why_not))
        else:
            lane = reading.stop.lane
            points.append(Point(number, title, reading.site.path, found.line, found.function, lane))
    engine = None if checkout.foreign else _engine(checkout)
    return Breakpoints(tour, checkout.release, tuple(points), tuple(left_out), engine)


def _stoppable(reading: Reading, checkout: Checkout) -> Stoppable:
    site = reading.site
    if reading.problem or site.path is None:
        return Stoppable(None, why_not=reading.problem or f"{site.verdict} in this release")
    if site.kind == "directory":
        return Stoppable(None, why_not="a directory")
    if not site.path.endswith((".py", ".pyi")):
        native = site.path.endswith((".cu", ".cuh", ".cpp", ".cc", ".c", ".h", ".hpp"))
        return Stoppable(None, why_not="C++ or CUDA, where pdb cannot stop" if native else "no Python")
    if site.symbol is None or site.line is None:
        return Stoppable(None, why_not="a whole file")
    try:
        text = checkout.read(site.path).text
    except ReaderError as error:
        return Stoppable(None, why_not=str(error))
    first, last = site.start or site.line, site.end or site.line
    return stoppable(text, site.symbol.rpartition(".")[2], first, site.line, last)


def _engine(checkout: Checkout) -> Engine:
    return Engine(
        _line_of(checkout, _ENGINE, rf"^\s*if .*\b{VARIABLE}\b"),
        _line_of(checkout, _SERVER, r"\bmake_async_mp_client\(|\basyncio_mode=True"),
    )


def _line_of(checkout: Checkout, path: str, pattern: str) -> str | None:
    try:
        text = checkout.read(path).text
    except ReaderError:
        return None
    found = re.search(pattern, text, re.MULTILINE)
    return f"{path}:{text.count(chr(10), 0, found.end()) + 1}" if found else None
