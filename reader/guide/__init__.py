"""Where am I, show this stop, turn the page, what is next, how far.

Brings a tour, a checkout and the progress together into plain values for any surface to draw, and records page turns.
Draws nothing, and opens no file itself.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.guide.lectern import Lectern, Ready
    from reader.guide.looking import look
    from reader.guide.places import find_stop, opened_before, place, stop_names, stops_of
    from reader.guide.stops import first_unread, mark, mark_file, open_tour, turn, view, views
    from reader.guide.tally import progress, status
    from reader.guide.values import (
        Changed,
        Crossing,
        FileStatus,
        Look,
        Named,
        Place,
        ReadState,
        Status,
        StopView,
        TourProgress,
        TourStatus,
        Turned,
    )

__all__ = [
    "Changed",
    "Crossing",
    "FileStatus",
    "Lectern",
    "Look",
    "Named",
    "Place",
    "ReadState",
    "Ready",
    "Status",
    "StopView",
    "TourProgress",
    "TourStatus",
    "Turned",
    "find_stop",
    "first_unread",
    "look",
    "mark",
    "mark_file",
    "open_tour",
    "opened_before",
    "place",
    "progress",
    "status",
    "stop_names",
    "stops_of",
    "turn",
    "view",
    "views",
]

# Where each name is. `reader status` needs neither excerpts nor the ladder, whose imports take 30 ms.
_HOMES = {
    "looking": ("look",),
    "lectern": ("Lectern", "Ready"),
    "places": ("find_stop", "opened_before", "place", "stop_names", "stops_of"),
    "tally": ("progress", "status"),
    "stops": ("first_unread", "mark", "mark_file", "open_tour", "turn", "view", "views"),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = next((home for home, names in _HOMES.items() if name in names), "values")
    return getattr(import_module(f"{__name__}.{home}"), name)
