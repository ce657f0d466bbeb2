"""How long `reader next` and a whole printed tour take, as ratios to importing the libraries they stand on.

    python tests/bench/startup.py .cache/releases/0.33.0

Takes the `reader` that is installed beside this Python, compiled: best in an environment of its own, `pip install .`.
Prints medians of processor time and of wall clock, from process to process, with the ratios and bounds of issue 2, and
the peak memory; exits 1 when a bound does not hold for the processor time, which other work on the machine moves least.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

FLOOR = [sys.executable, "-c", "import click, rich.console, rich.syntax, sqlite3, tree_sitter"]
READER = str(Path(sys.executable).with_name("reader"))
BOUNDS = {"reader next": (["next"], 1.5), "reader tour week3 --print": (["tour", "week3", "--print"], 4.0)}
MEGABYTES = 150
ROUNDS = 21  # and one that is not counted: as many pages as week 3 has to turn


def timed(command: Sequence[str], environ: Mapping[str, str], place: Path) -> tuple[float, float]:
    """Seconds of processor time and by the clock."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environ, cwd=place, stdout=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def environment(place: Path, checkout: Path) -> dict[str, str]:
    """Bytecode is written, whatever this shell says, to a place of our own: the first run of each is not counted."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"PYTHONPYCACHEPREFIX": "bytecode", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache"}
    return kept | {name: str(place / below) for name, below in own.items()} | {"READER_CHECKOUT": str(checkout)}


def main(checkout: Path) -> int:
    commands = {"floor": FLOOR, **{name: [READER, *args] for name, (args, _) in BOUNDS.items()}}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        environ = environment(place, checkout.resolve())
        timed([READER, "tour", "week3"], environ, place)  # `next` turns the pages of an open tour, one after the other
        for number in range(-1, ROUNDS):
            for name, command in commands.items():  # in turn, so that a busy moment of the machine falls on all of them
                taken = timed(command, environ, place)
                if number >= 0:
                    times[name].append(taken)
    return report({name: (median(every, 0), median(every, 1)) for name, every in times.items()})


def median(times: Sequence[tuple[float, float]], column: int) -> float:
    return statistics.median(each[column] for each in times)


def report(medians: Mapping[str, tuple[float, float]]) -> int:
    cpu, wall = medians["floor"]
    print(f"{'floor':<26}{cpu * 1000:6.0f} ms CPU{wall * 1000:6.0f} ms")
    failed = False
    for name, (_, bound) in BOUNDS.items():
        own_cpu, own_wall = medians[name]
        failed |= own_cpu > bound * cpu
        ratios = f"{own_cpu / cpu:.2f} of CPU, {own_wall / wall:.2f} by the clock, at most {bound}"
        print(f"{name:<26}{own_cpu * 1000:6.0f} ms CPU{own_wall * 1000:6.0f} ms   {ratios}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # kilobytes on Linux
    print(f"{'peak memory':<26}{peak:6.0f} MB, at most {MEGABYTES}")
    return int(failed or peak > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
