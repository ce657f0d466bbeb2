"""How fast the questions about code are, each beside another program that reads the same tree in the same minute.

    python tests/bench/questions.py /path/to/vllm-0.33.0 [/path/to/vllm-0.6.6 ...]

`find` beside `rg -w` of the same word, `uses` beside jedi's references in the project, `kernel` beside one run of
universal-ctags over `csrc/`; seconds of the clock, the best of several runs, and the peak memory. Then, for every
checkout that is named, the seconds of each question by the megabytes of source: the curve. Exits 1 when a ratio or the
memory is over its limit. Needs rg and ctags.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STEP = "vllm/v1/engine/llm_engine.py", "def step(", "LLMEngine.step"
SCHEDULE = "vllm/v1/core/sched/scheduler.py", "def schedule(", "Scheduler.schedule"
JEDI = """
import sys, tempfile, jedi
root, path, at = sys.argv[1:]
jedi.settings.cache_directory = tempfile.mkdtemp()
text = open(f"{root}/{path}", encoding="utf-8").read()
before = text[: text.index(at) + 4]
script = jedi.Script(text, path=f"{root}/{path}", project=jedi.Project(root, smart_sys_path=False))
print(len(script.get_references(before.count("\\n") + 1, len(before) - before.rfind("\\n") - 1)))
"""
MEMORY = 250
RUNS = 5


def timed(command: list[str], runs: int = RUNS) -> tuple[float, int]:
    """Seconds of the best run, and the peak resident MB of all."""
    best, peak = float("inf"), 0
    for _ in range(runs):
        with tempfile.NamedTemporaryFile("r") as report:
            started = time.perf_counter()
            subprocess.run(
                ["/usr/bin/env", "time", "-f", "%M", "-o", report.name, *command],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            best = min(best, time.perf_counter() - started)
            peak = max(peak, int(report.read().split()[-1]) // 1024)
    return best, peak


def reader(root: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "reader", "--checkout", root, *arguments, "--json"]


def questions(root: str) -> dict[str, list[str]]:
    return {
        "find LLMEngine": reader(root, "find", "LLMEngine"),
        "find schedule": reader(root, "find", "schedule"),
        "find forward": reader(root, "find", "forward"),
        "uses LLMEngine.step": reader(root, "uses", f"{STEP[0]}::{STEP[2]}"),
        "uses Scheduler.schedule": reader(root, "uses", f"{SCHEDULE[0]}::{SCHEDULE[2]}"),
        "kernel reshape_and_cache": reader(root, "kernel", "reshape_and_cache"),
        "kernel --list": reader(root, "kernel", "--list"),
    }


def yardsticks(root: str, work: str) -> dict[str, tuple[list[str], float]]:
    """For each question another program's command, and how many times its seconds the question may take. jedi gets a
    cache of its own, empty: reader keeps none either."""
    ctags = ["ctags", "-R", "-f", f"{work}/tags", f"{root}/csrc"]
    found = {f"find {word}": (["rg", "-w", word, root], 4.0) for word in ("LLMEngine", "schedule", "forward")}
    for path, at, name in (STEP, SCHEDULE):
        found[f"uses {name}"] = [sys.executable, "-c", JEDI, root, path, at], 0.2
    return found | {"kernel reshape_and_cache": (ctags, 2.0), "kernel --list": (ctags, 3.0)}


def beside(command: list[str], other: list[str]) -> tuple[float, float, int]:
    """Seconds of both, taken in turn so that both see the same machine, the best of each; and the peak of the first."""
    mine, theirs, peak = float("inf"), float("inf"), 0
    for _ in range(2 if "jedi" in " ".join(other) else RUNS):
        theirs = min(theirs, timed(other, 1)[0])
        for _ in range(2):
            seconds, resident = timed(command, 1)
            mine, peak = min(mine, seconds), max(peak, resident)
    return mine, theirs, peak


def megabytes(root: str) -> float:
    suffixes = {".py", ".cu", ".cuh", ".cpp", ".h", ".hpp", ".cc"}
    return sum(path.stat().st_size for path in Path(root).rglob("*") if path.suffix in suffixes) / 1e6


def main(root: str, *others: str) -> int:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    failed = False
    with tempfile.TemporaryDirectory() as work:
        known = yardsticks(root, work)
        for name, command in questions(root).items():
            other, limit = known[name]
            seconds, theirs, peak = beside(command, other)
            over = seconds > limit * theirs or peak > MEMORY
            failed = failed or over
            program = "jedi" if other[0] == sys.executable else other[0]
            ratio = f"{seconds / theirs:.2f} of {program}'s {theirs:.2f} s (limit {limit})"
            print(f"{name:26} {seconds:.2f} s = {ratio}, {peak} MB{'  OVER' * over}")
    for one in (*others, root) if others else ():
        cells = [f"{name} {timed(command, 2)[0]:.2f}" for name, command in questions(one).items()]
        print(f"{Path(one).name:14} {megabytes(one):6.1f} MB  {', '.join(cells)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
