"""Who calls a definition and what it calls, as a tree with the places of the calls.

Owns the ends that no call shows: names in strings, messages to other processes, operations of torch. Each is told as
what it is. Refuses to guess: what is only possible is not `sure`, and what nobody can tell is counted.
"""

from __future__ import annotations

from reader.calls.values import Calls, CallSite, Rest, Step, Untold, Via
from reader.checkout import Checkout

__all__ = ["CallSite", "Calls", "Rest", "Step", "Untold", "Via", "calls"]


def calls(checkout: Checkout, path: str, symbol: str, *, depth: int = 2, up: bool = True, down: bool = True) -> Calls:
    """Of the definition that a ref leads to."""
    from reader.calls.asked import asked  # 30 ms with inference, which nobody pays who only draws

    return asked(checkout, path, symbol, depth=depth, up=up, down=down)
