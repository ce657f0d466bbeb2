"""How long `reader status` takes with 500 marks, beside the floor that every command has, in the same minute.

    python tests/bench/status.py /path/to/vllm-0.13.0 /path/to/vllm-0.33.0

Marks every stop of the weeks and 250 files as read in the first, and looks at them in the second. The floor is what
`reader next` cannot do without: Python with click, rich, sqlite3 and tree-sitter. Prints the first look, the ones after
it, the size of the progress file and the peak memory; exits 1 when the later looks are over three floors, or the file
over 5 MB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from reader import guide, library
from reader.checkout import open_checkout
from reader.progress import Store

FLOOR = "import click, rich.text, sqlite3, tree_sitter, tree_sitter_python"
FILES = 250


def marked(checkout: Path, store: Store) -> int:
    source = open_checkout(checkout)
    count = 0
    for tour in map(library.load, library.names()):
        for stop in () if tour.is_route else tour.stops_at(source.release):
            guide.mark(tour, stop, source, store)
            count += 1
    for path in list(source.files("vllm", (".py",)))[:FILES]:
        guide.mark_file(path, source, store)
        count += 1
    return count


def timed(command: list[str], environ: dict[str, str], runs: int) -> tuple[float, int]:
    """Seconds of the best run, and the peak resident MB."""
    best, peak = float("inf"), 0
    for _ in range(runs):
        with tempfile.NamedTemporaryFile("r") as report:
            started = time.perf_counter()
            subprocess.run(
                ["/usr/bin/env", "time", "-f", "%M", "-o", report.name, *command],
                env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
            )  # fmt: skip
            best = min(best, time.perf_counter() - started)
            peak = max(peak, int(report.read().split()[-1]) // 1024)
    return best, peak


def main(before: str, after: str) -> int:
    with tempfile.TemporaryDirectory() as work:
        environ = os.environ | {"XDG_DATA_HOME": f"{work}/data", "XDG_CACHE_HOME": f"{work}/cache"}
        progress = Path(work, "data", "vllm-reader", "progress.db")
        with closing(Store(progress, time.time)) as store:
            marks = marked(Path(before), store)
        size = progress.stat().st_size / 1e6
        floor, _ = timed([sys.executable, "-c", FLOOR], environ, 7)
        status = [sys.executable, "-m", "reader", "--checkout", after, "status"]
        cold, peak = timed(status, environ, 1)
        warm, _ = timed(status, environ, 7)
    print(f"{marks} marks, progress file {size:.1f} MB (limit 5), peak {peak} MB")
    print(f"floor {floor:.2f} s; first {cold:.2f} s = {cold / floor:.1f}")
    print(f"then {warm:.2f} s = {warm / floor:.2f} (limit 3)")
    return int(warm > 3 * floor or size > 5)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
