"""Where the steps of an export should stand, by the excerpts themselves, for tests/bench/codetour.js to compare.

reader --checkout DIR export codetour OUT
python tests/bench/codetour.py DIR OUT > lines.json
node tests/bench/codetour.js DIR OUT lines.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reader import library
from reader.checkout import open_checkout
from reader.reading import Reading, Readings


def head(reading: Reading) -> int | None:
    if reading.site.kind == "file" and reading.excerpt is not None:
        return next((at for at, line in enumerate(reading.excerpt.lines, 1) if line.strip()), None)
    return reading.site.line or reading.site.start


def lines(steps: list[dict[str, Any]], readings: dict[str, Reading]) -> Iterator[int | None]:
    stop: Reading | None = None
    for step in steps:
        stop = readings.get(step["reader"].get("stop", ""), stop)
        assert stop is not None
        if "file" not in step:
            yield None
        elif "note" in step["reader"]:
            assert stop.excerpt is not None
            yield next(note.line for note in stop.excerpt.notes if note.at == step["reader"]["note"])
        else:
            yield head(stop)


def main(root: Path, out: Path) -> None:
    checkout = open_checkout(root)
    looked = Readings(checkout, past=True)
    found = {}
    for file in sorted((out / ".tours").glob("*.tour")):
        tour = library.load(file.stem)
        readings = {stop.id: looked.stop(tour, stop) for stop in tour.stops_at(checkout.release)}
        found[file.name] = list(lines(json.loads(file.read_bytes())["steps"], readings))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
