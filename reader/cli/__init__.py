"""The command line: options in, one call, render, exit code.

This package is the only user of click. `run` is the entry of the process and stays light, so that Ctrl-C is quiet from
the first moment on; the commands hang on the group in `group.py`, and each is imported when it is called.
"""

from __future__ import annotations

import gc
import sys

INTERRUPTED = 130  # 128 + SIGINT, as shells count it


def run() -> None:
    """Never returns: the exit code is the outcome."""
    gc.set_threshold(50_000)  # a run is short and makes few cycles; looking for them takes a twentieth of it
    try:
        from reader.cli import plain
        from reader.cli.group import main  # 45 ms of click, here so that an interrupt during them is caught

        plain.register()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # a closed descriptor gives None
                stream.reconfigure(errors=plain.HANDLER)  # type: ignore[union-attr] # a TextIOWrapper at start
        main.main(prog_name="reader")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
