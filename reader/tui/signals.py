"""What ends a session from outside: a closed terminal, `kill`, Ctrl-C sent as a signal. The progress is there by then:
it is written with every turn."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import termios
from collections.abc import Callable

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def watch(ended: Callable[[int], None]) -> None:
    """`ended` is called between two events of the loop with the exit code that the signal asks for. Where the terminal
    is gone there is nothing to put right and nobody to tell: the process ends as one that does not look, at once."""
    loop = asyncio.get_running_loop()

    def end(number: signal.Signals) -> None:
        if not terminal_is_there():
            for one in ENDING:
                loop.remove_signal_handler(one)
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        ended(128 + number)

    for number in ENDING:
        loop.add_signal_handler(number, end, number)


def terminal_is_there() -> bool:
    try:
        termios.tcgetattr(sys.__stdin__.fileno())  # type: ignore[union-attr] # None has no fileno: caught
    except (termios.error, AttributeError, OSError, ValueError):
        return False
    return True
