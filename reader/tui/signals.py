"""What ends a session from outside: a closed terminal, `kill`, Ctrl-C sent as a signal. The progress is there by then:
it is written with every turn."""

from __future__ import annotations

import asyncio
import signal
import sys
import termios
from collections.abc import Callable

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
PATIENCE = 5  # seconds for the end of a session that has no terminal any more


def watch(ended: Callable[[int], None]) -> None:
    """`ended` is called between two events of the loop with the exit code that the signal asks for. A session without a
    terminal ends as any other, so that a note under way is kept; should a write to nowhere hold it up, an alarm does
    not wait."""
    loop = asyncio.get_running_loop()

    def end(number: signal.Signals) -> None:
        if not terminal_is_there():
            signal.alarm(PATIENCE)
        ended(128 + number)

    for number in ENDING:
        loop.add_signal_handler(number, end, number)


def terminal_is_there() -> bool:
    try:
        termios.tcgetattr(sys.__stdin__.fileno())  # type: ignore[union-attr] # None has no fileno: caught
    except (termios.error, AttributeError, OSError, ValueError):
        return False
    return True
