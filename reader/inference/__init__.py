"""What a name or a callee in a Python file means, as far as its source tells.

Owns types as they are declared or assigned: annotations, `x = Foo(...)`, `self.x = ...`, what a called function says it
returns. Refuses to guess: what is not told is unknown, and said to be. Static: nothing is imported, nothing run.
"""

from __future__ import annotations

from reader.resolve.python import Found
from reader.value import frozen

__all__ = ["Targets"]


@frozen
class Targets:
    """What the name at one position may mean. `sure` when that is all it can mean; else `why` says what is not known
    (`the type of engine is not told`) or through what it was found (`through SchedulerInterface`)."""

    found: tuple[Found, ...] = ()
    sure: bool = False
    why: str | None = None
