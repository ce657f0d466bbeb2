"""How long `reader next` and a whole printed tour take, as ratios to importing the libraries they stand on.

Run it with the root of a checkout: `python tests/bench/startup.py .cache/releases/0.33.0`. Prints medians in
milliseconds of wall clock and of CPU, the ratios of issue 2 with their bounds, and the peak memory; exits 1 when a bound does not hold.
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


def seconds(command: Sequence[str], environ: Mapping[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> int:
    with tempfile.TemporaryDirectory() as data:
        environ = {**os.environ, "XDG_DATA_HOME": data, "READER_CHECKOUT": str(Path(sys.argv[1]).resolve())}
        seconds([*READER, "tour", "week3"], environ)  # `next` turns a page of an open tour
        commands = {"floor": FLOOR, **{name: [*READER, *args] for name, (args, _) in BOUNDS.items()}}
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine falls on all of them
            for name, command in commands.items():
                times[name].append(seconds(command, environ))
    return report(times)


def report(times: Mapping[str, Sequence[float]]) -> int:
    floor = statistics.median(times["floor"])
    print(f"{'floor':<28}{floor * 1000:7.0f} ms")
    failed = False
    for name, (_, bound) in BOUNDS.items():
        median = statistics.median(times[name])
        failed |= median > bound * floor
        print(f"{name:<28}{median * 1000:7.0f} ms  {median / floor:5.2f} of at most {bound}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # kilobytes on Linux
    print(f"{'peak memory':<28}{peak:7.0f} MB  of at most {MEGABYTES}")
    return int(failed or peak > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
