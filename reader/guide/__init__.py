"""Where am I, show this stop, turn the page, what is next, how far.

Brings a tour, a checkout and the progress together into plain values for any surface to draw, and records page turns.
Draws nothing, and opens no file itself.
"""

from reader.guide.places import find_stop, place, stop_names, stops_of
from reader.guide.state import look
from reader.guide.status import progress, status
from reader.guide.stops import first_unread, mark, mark_file, open_tour, turn, view, views
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
    "Look",
    "Named",
    "Place",
    "ReadState",
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
    "place",
    "progress",
    "status",
    "stop_names",
    "stops_of",
    "turn",
    "view",
    "views",
]
