"""Pages made ready before they are asked for, one after the other in a thread of their own.

The thread has the checkout to itself; nothing in it touches the progress. The page one stands at is made first,
then its neighbours, then the rest of the tour, so that the outline knows what has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from reader.guide import Lectern, Ready
from reader.terminal.code import coloured_lines

_T = TypeVar("_T")

AHEAD = (1, -1, 2)  # pages that are made before all others of the tour


class Turning:
    """Of one tour. `close` ends it without waiting for what nobody will look at."""

    def __init__(self, lectern: Lectern, told: Callable[[Ready], None]) -> None:
        """`told` is called in the thread with each page that is ready."""
        self.lectern = lectern
        self._told = told
        self._pages: dict[int, Future[Ready]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pages")

    def page(self, index: int) -> Future[Ready]:
        """Asked for now: what else waits is made after it. One whose file was edited since is made anew."""
        self.at_hand(index)
        wanted = self._pages.get(index)
        if wanted is None or not (wanted.done() or wanted.running()):
            self._forget_waiting()
            wanted = self._begin(index)
        return wanted

    def at_hand(self, index: int) -> Ready | None:
        page = self._pages.get(index)
        if page is None or not page.done() or page.cancelled() or page.exception() is not None:
            return None
        ready = page.result()
        if self.lectern.is_current(ready):
            return ready
        del self._pages[index]
        return None

    def prepare_around(self, index: int) -> None:
        count = len(self.lectern.stops)
        near = [index + step for step in AHEAD]
        for one in dict.fromkeys([*near, *range(index, count), *range(index)]):
            if 0 <= one < count and one not in self._pages:
                self._begin(one)

    def do(self, call: Callable[[], _T]) -> Future[_T]:
        """Something else that needs the checkout."""
        self._forget_waiting()
        return self._thread.submit(call)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _begin(self, index: int) -> Future[Ready]:
        page = self._pages[index] = self._thread.submit(self._made, index)
        return page

    def _made(self, index: int) -> Ready:
        ready = self.lectern.ready(index)
        excerpt = ready.reading.excerpt
        if excerpt is not None and excerpt.form == "code":
            coloured_lines(excerpt)
        self._told(ready)
        return ready

    def _forget_waiting(self) -> None:
        for index, page in list(self._pages.items()):
            if page.cancel() or page.cancelled():
                del self._pages[index]
