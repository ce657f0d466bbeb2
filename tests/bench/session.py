"""How much work a page turn of the reading session is: from the key to the screen, over every stop of the twelve weeks.

`python tests/bench/session.py CHECKOUT` prints median, nine tenths and the worst, in milliseconds of processor time:
- `key`: what the thread that draws does from the key to the finished screen, its neighbour being ready, as it is when
  somebody has read for a moment
- `all`: the same with what the other thread does meanwhile to make the next pages ready
- `cold`: making one page ready, which a reader waits for who turns faster than that
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from reader import library
from reader.checkout import Checkout, named
from reader.guide import Lectern
from reader.progress import open_store
from reader.reading import Readings
from reader.tui.app import Session

SIZE = (160, 45)


async def turns(checkout: Checkout, tour: str, folder: Path) -> list[tuple[float, float, float]]:
    """(key, all, cold) of each page turn of a tour, in milliseconds."""
    store = open_store(folder / f"{tour}.db")
    lectern, cold = Lectern(library.load(tour), tour, Readings(checkout, past=True), store), []
    for index in range(len(lectern.stops)):
        before = time.process_time()
        lectern.ready(index)
        cold.append((time.process_time() - before) * 1e3)
    app = Session(checkout, store, tour, color=True, theme="dark")
    took = []
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        turning = app.shown.turning
        for index in range(1, len(turning.lectern.stops)):
            turning.page(index).result()
            thread, process = time.thread_time(), time.process_time()
            await pilot.press("n")
            await pilot.pause()
            assert app.shown.stop is not None
            assert app.shown.stop.index == index
            took.append(((time.thread_time() - thread) * 1e3, (time.process_time() - process) * 1e3, cold[index]))
    store.close()
    return took


def main() -> None:
    checkout = named(sys.argv[1], Path.cwd(), lambda _: None, "", "")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        every: list[tuple[float, float, float]] = []
        for tour in library.names():
            if tour.startswith("week"):
                some = asyncio.run(turns(checkout, tour, Path(folder)))
                every += some
                print(tour, line([one[0] for one in some]))
    for name, column in zip(("key", "all", "cold"), zip(*every, strict=True), strict=True):
        print(f"{name:>5} of {len(every)} turns: {line(list(column))}")


def line(took: list[float]) -> str:
    took = sorted(took)
    return f"median {took[len(took) // 2]:.0f} ms, p90 {took[len(took) * 9 // 10]:.0f} ms, max {took[-1]:.0f} ms"


if __name__ == "__main__":
    main()
