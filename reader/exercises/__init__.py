"""The tests that exercise a definition, nearest first.

Owns what counts as a test and how near it is: calls between it and the definition, then how like the paths are, then
the names. Text and inference only: nothing is collected or run. What only may be meant is not `sure`.
"""

from __future__ import annotations

from reader.checkout import Checkout
from reader.exercises.values import Exercises, Test

__all__ = ["Exercises", "Test", "tests"]


def tests(checkout: Checkout, path: str, symbol: str, kind: str, *, depth: int = 3, enough: int = 12) -> Exercises:
    """Callers are followed up to `depth` calls, and no further once `enough` tests are known for certain."""
    from reader.exercises.search import Search  # 50 ms with inference, which nobody pays who only draws

    return Search(checkout, depth, enough).of(path, symbol, kind)
