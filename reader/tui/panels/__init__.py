"""Screens that a question opens over the page, and what shows that one is being answered.

A panel is given what it shows and gives back what was chosen; it decides nothing about the code. Everything foreign
reaches it as finished `Text`: no label, name or line of source is ever parsed for markup.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.tui.panels.ask import AskPanel
    from reader.tui.panels.find import FindPanel
    from reader.tui.panels.places import PlacesPanel
    from reader.tui.panels.running import Running
    from reader.tui.panels.text import TextPanel
    from reader.tui.panels.tours import ToursPanel
    from reader.tui.panels.write import WritePanel

__all__ = ["AskPanel", "FindPanel", "PlacesPanel", "Running", "TextPanel", "ToursPanel", "WritePanel"]

_HOMES = {
    "AskPanel": "ask",
    "FindPanel": "find",
    "PlacesPanel": "places",
    "Running": "running",
    "TextPanel": "text",
    "ToursPanel": "tours",
    "WritePanel": "write",
}


def __getattr__(name: str) -> object:
    """Each when it is first opened: most sittings open two or three of them."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
