"""A site cut to what is worth reading: numbered lines, folds, notes placed. Plain data.

Nothing after this module opens a file of the checkout, and nothing here knows how an excerpt is drawn.
"""

from reader.excerpt.calling import Way
from reader.excerpt.cutting import excerpt_of
from reader.excerpt.parts import (
    TAB,
    CallSite,
    Claims,
    DeadClaim,
    Ends,
    Entry,
    Excerpt,
    Fold,
    Line,
    Outlined,
    PlacedNote,
)
from reader.excerpt.visible import visible, visible_line

__all__ = [
    "TAB",
    "CallSite",
    "Claims",
    "DeadClaim",
    "Ends",
    "Entry",
    "Excerpt",
    "Fold",
    "Line",
    "Outlined",
    "PlacedNote",
    "Way",
    "excerpt_of",
    "visible",
    "visible_line",
]
