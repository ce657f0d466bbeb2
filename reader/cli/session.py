"""What every command works with: the checkout, the progress, and how output is written.

Owns the decisions that depend on the process (is stdout a terminal, which pager, colour or not) and the writing itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from reader.errors import ReaderError

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.progress import Store

PIPED = (100, 40)  # columns and rows, where no terminal says


@dataclass(frozen=True, slots=True)
class Output:
    """How to draw on stdout. `links`: whether OSC 8 links may be written; `pager`: the command of one, or None."""

    color: bool
    width: int
    height: int
    tty: bool
    links: bool
    pager: str | None

    @classmethod
    def of_process(cls, color: bool | None = None, width: int | None = None, pager: bool = True) -> Output:
        tty = sys.stdout is not None and sys.stdout.isatty()
        size = shutil.get_terminal_size(PIPED)
        return cls(
            color=_color(tty) if color is None else color,
            width=width or size.columns,
            height=size.lines,
            tty=tty,
            links=tty and os.environ.get("TERM") not in ("dumb", "linux"),
            pager=_pager() if tty and pager else None,
        )


def _color(tty: bool) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return tty and os.environ.get("TERM") != "dumb"


def _pager() -> str | None:
    """$PAGER, where an empty one and `cat` mean none; without it, less."""
    chosen = os.environ.get("PAGER")
    if chosen is not None:
        return None if chosen.strip() in ("", "cat") else chosen
    return "less" if shutil.which("less") else None


class Session:
    """One command's run. Checkout and store are made when first asked for and kept."""

    def __init__(self, checkout: str | None, out: Output) -> None:
        self._wanted = checkout
        self.out = out

    @cached_property
    def _store(self) -> Store:
        from reader.progress import open_store

        return open_store()

    @cached_property
    def _checkout(self) -> Checkout:
        from reader.checkout import choose

        return choose(self._wanted, self.store().setting("checkout"))

    def store(self) -> Store:
        return self._store

    def checkout(self) -> Checkout:
        """Raises NoCheckout with the ways out."""
        return self._checkout

    def write(self, text: str) -> None:
        """The reading, to stdout: through the pager when it is taller than the terminal."""
        if sys.stdout is None:
            return
        if self.out.pager and text.count("\n") >= self.out.height:
            if _paged(self.out.pager, text):
                return
        try:
            sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
        except BrokenPipeError:
            raise
        except OSError as error:
            raise ReaderError(f"standard output: {error.strerror}") from error

    def say(self, text: str) -> None:
        """Anything that is not the reading, to stderr."""
        print(text, file=sys.stderr)

    def hint(self, text: str) -> None:
        """One dim line for a human at a terminal: what they would do next."""
        if self.out.tty:
            sys.stdout.write(f"\x1b[2m{text}\x1b[0m\n" if self.out.color else f"{text}\n")


def _paged(pager: str, text: str) -> bool:
    """False if the pager could not be started. $PAGER is a shell command line, as git and man take it."""
    environ = {"LESS": "FRX", **os.environ}
    process = subprocess.Popen(pager, shell=True, stdin=subprocess.PIPE, env=environ)
    assert process.stdin is not None
    interrupted = True
    try:
        with process.stdin as pipe:
            pipe.write(text.encode("utf-8", "backslashreplace"))
    except (BrokenPipeError, KeyboardInterrupt):  # left before the end, by `q` or by Ctrl-C
        pass
    while interrupted:
        try:
            process.wait()
            interrupted = False
        except KeyboardInterrupt:  # Ctrl-C is the pager's to answer as long as it runs
            continue
    return process.returncode not in (126, 127)  # not executable, not found
