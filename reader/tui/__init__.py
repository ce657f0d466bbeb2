"""The reading session, full screen: the only Textual. Imported inside its command only, as that takes 390 ms."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.progress import Store

__all__ = ["refusal", "run"]


def refusal() -> str | None:
    """Why no session can be had here; None where one can."""
    if sys.stdin is None or not sys.stdin.isatty():
        return "standard input is no terminal"
    terminal = os.environ.get("TERM", "")
    if terminal in ("", "dumb", "unknown"):
        return f"the terminal is {terminal or 'of no known kind (TERM is not set)'}, whose cursor cannot be placed"
    return None


def run(checkout: Checkout, store: Store, source: str, *, color: bool) -> int:
    """A session in the tour that `source` loads, until it is left; the exit code."""
    from reader.tui import themes
    from reader.tui.app import Session

    app = Session(checkout, store, source, color=color, theme=themes.first_choice(os.environ))
    return app.run() or app.return_code or 0
