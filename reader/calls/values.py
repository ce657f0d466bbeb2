"""What a tree of calls is told in."""

from __future__ import annotations

from typing import Literal

from reader.value import frozen

# How one end leads to the other: a call, a class made, a kernel launched; a name in a string; a message to another
# process; an operation of torch; a method that stands in for the abstract one that is called; a reference only.
Via = Literal["call", "made", "launch", "macro", "string", "message", "operation", "stands in", "reference"]


@frozen
class CallSite:
    path: str
    line: int


@frozen
class Step:
    """One definition that is called or that calls, or, where `path` is None, an end that is no definition.

    `sites` are the places of the calls: in the body above for a callee, in the definition itself for a caller. `again`:
    "recursion" where it stands above itself, "shown" where it is told elsewhere in the tree, "cut" where the tree was
    large enough; nothing is below it then.
    Not `sure` is what is only possible, and `note` says why."""

    symbol: str
    path: str | None
    line: int | None
    kind: str
    via: Via
    depth: int
    sites: tuple[CallSite, ...] = ()
    sure: bool = True
    note: str | None = None
    again: Literal["recursion", "shown", "cut"] | None = None
    below: tuple[Step, ...] = ()
    rest: Rest | None = None


@frozen
class Untold:
    """A call of which nobody can say from the source what it calls."""

    name: str
    line: int
    why: str


@frozen
class Rest:
    """What a definition calls besides its steps: names that leave the checkout, with how many calls there are, calls
    that are not told, and how many steps were left out for size."""

    outside: tuple[str, ...] = ()
    outside_calls: int = 0
    untold: tuple[Untold, ...] = ()
    left_out: int = 0


@frozen
class Calls:
    """`root` holds what it calls in `below`; `callers` is the tree upwards, whose `rest` counts what was left out."""

    root: Step
    callers: tuple[Step, ...] = ()
    callers_rest: Rest | None = None
    notes: tuple[str, ...] = ()
