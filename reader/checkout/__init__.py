"""One checkout, of vLLM or of another project: where it is, of which release, and safe reading of its files.

Every path is relative to the root, with forward slashes. Nothing outside the root is ever read, also not through a
symbolic link, and nothing is written or run here except `git describe` in a clone. What it holds is never imported.
"""

from reader.checkout.choice import VARIABLE, Allowed, Origin, choose, find, named, open_checkout, origin
from reader.checkout.identity import UNKNOWN
from reader.checkout.tree import LARGEST, Checkout, Kind, SourceText

__all__ = [
    "LARGEST",
    "UNKNOWN",
    "VARIABLE",
    "Allowed",
    "Checkout",
    "Kind",
    "Origin",
    "SourceText",
    "choose",
    "find",
    "named",
    "open_checkout",
    "origin",
]
