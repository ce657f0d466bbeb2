"""A site cut to what is worth reading: numbered lines, folds, notes placed. Plain data.

Nothing after this module opens a file of the checkout, and nothing here knows how an excerpt is drawn.
"""

from reader.excerpt.parts import CallSite, Entry, Excerpt, Fold, Line, Outlined, PlacedNote
from reader.excerpt.visible import visible, visible_line

__all__ = [
    "CallSite",
    "Entry",
    "Excerpt",
    "Fold",
    "Line",
    "Outlined",
    "PlacedNote",
    "visible",
    "visible_line",
]
