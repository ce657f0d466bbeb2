"""Releases of vLLM: what the package index has, which ones are at hand, and fetching one.

A release is the source archive, unpacked as it is: never built, never imported. Which index is asked, with which
certificates, is pip's configuration; pip itself is not needed. Knows nothing of what is done with a release.
"""

from reader.releases.cache import at_hand, cache_dir, in_order, is_older, path_of
from reader.releases.fetching import HOME_RELEASE, Available, available, checked, fetch

__all__ = [
    "HOME_RELEASE",
    "Available",
    "at_hand",
    "available",
    "cache_dir",
    "checked",
    "fetch",
    "in_order",
    "is_older",
    "path_of",
]
