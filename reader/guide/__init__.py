"""Where am I, show this stop, turn the page, what is next, how far.

Brings a tour, a checkout and the progress together into plain values for any surface to draw, and records page turns.
Draws nothing, and opens no file itself.
"""

from reader.guide.state import look
from reader.guide.status import progress, status
from reader.guide.stops import first_unread, here, mark, mark_file, open_tour, turn, view, views
from reader.guide.values import (
    FileStatus,
    Look,
    ReadState,
    Status,
    StopView,
    TourProgress,
    TourStatus,
    Turned,
)

__all__ = [
    "FileStatus",
    "Look",
    "ReadState",
    "Status",
    "StopView",
    "TourProgress",
    "TourStatus",
    "Turned",
    "first_unread",
    "here",
    "look",
    "mark",
    "mark_file",
    "open_tour",
    "progress",
    "status",
    "turn",
    "view",
    "views",
]
