"""How fast `reader where` is, beside one universal-ctags run over the same tree in the same minute.

    python tests/bench/where.py /path/to/vllm-0.33.0

Prints seconds, the ratio to ctags, and the peak memory of each; exits 1 when a ratio or the memory is over its limit.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

GONE = "vllm/attention/layer.py::Attention"
BATCH = 300
LIMITS = {"one": 0.5, "batch": 3.0}
MEMORY = 150


def timed(command: list[str], text: str = "") -> tuple[float, int]:
    """Seconds and peak resident MB of the best of three runs."""
    best, peak = float("inf"), 0
    for _ in range(3):
        with tempfile.NamedTemporaryFile("r") as report:
            started = time.perf_counter()
            subprocess.run(
                ["/usr/bin/env", "time", "-f", "%M", "-o", report.name, *command],
                input=text.encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            best = min(best, time.perf_counter() - started)
            peak = max(peak, int(report.read().split()[-1]) // 1024)
    return best, peak


def refs() -> str:
    """Three hundred of the table's refs, lost ones first: those are what costs."""
    table = tomllib.loads((Path(__file__).parent.parent / "refs.toml").read_text("utf-8"))
    rows = sorted(table["0.33.0"].items(), key=lambda row: row[1] == "exact")
    return "\n".join(ref for ref, _ in rows[:BATCH])


def main(checkout: str) -> int:
    reader = [sys.executable, "-m", "reader", "--checkout", checkout, "where", "--json"]
    ctags, _ = timed(["ctags", "-R", "-f", "/dev/null", checkout])
    print(f"ctags {ctags:.2f} s")
    failed = False
    for name, command, text in (("one", [*reader, GONE], ""), ("batch", [*reader, "-"], refs())):
        seconds, peak = timed(command, text)
        over = seconds > LIMITS[name] * ctags or peak > MEMORY
        failed = failed or over
        print(
            f"{name:5} {seconds:.2f} s = {seconds / ctags:.2f} of ctags (limit {LIMITS[name]}), {peak} MB",
            "OVER" * over,
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
