"""How long `reader next` and a whole printed tour take, as ratios to importing the libraries they stand on.

Run it with the root of a checkout: `python tests/bench/startup.py .cache/releases/0.33.0`. Prints medians of wall
clock and of CPU time with the ratios and bounds of issue 2, and the peak memory; exits 1 when a bound does not hold. On
a busy machine the CPU ratio is the one to trust.
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
READER = [sys.executable, "-m", "reader"]
BOUNDS = {"reader next": (["next"], 1.5), "reader tour week3 --print": (["tour", "week3", "--print"], 4.0)}
MEGABYTES = 150
ROUNDS = 21


def timed(command: Sequence[str], environ: Mapping[str, str]) -> tuple[float, float]:
    """Seconds by the clock and of CPU."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    with tempfile.TemporaryDirectory() as data:
        environ = {**os.environ, "XDG_DATA_HOME": data, "READER_CHECKOUT": str(Path(sys.argv[1]).resolve())}
        timed([*READER, "tour", "week3"], environ)  # `next` turns a page of an open tour
        commands = {"floor": FLOOR, **{name: [*READER, *args] for name, (args, _) in BOUNDS.items()}}
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine falls on all of them
            for name, command in commands.items():
                times[name].append(timed(command, environ))
    return report({name: (median(every, 0), median(every, 1)) for name, every in times.items()})


def median(times: Sequence[tuple[float, float]], column: int) -> float:
    return statistics.median(each[column] for each in times)


def report(medians: Mapping[str, tuple[float, float]]) -> int:
    wall, cpu = medians["floor"]
    print(f"{'floor':<26}{wall * 1000:6.0f} ms{cpu * 1000:6.0f} ms CPU")
    failed = False
    for name, (_, bound) in BOUNDS.items():
        own_wall, own_cpu = medians[name]
        failed |= own_wall > bound * wall
        ratios = f"{own_wall / wall:.2f} by the clock, {own_cpu / cpu:.2f} of CPU, at most {bound}"
        print(f"{name:<26}{own_wall * 1000:6.0f} ms{own_cpu * 1000:6.0f} ms CPU   {ratios}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # kilobytes on Linux
    print(f"{'peak memory':<26}{peak:6.0f} MB, at most {MEGABYTES}")
    return int(failed or peak > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
