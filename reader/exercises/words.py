"""How far tests are called, and what is said of how they were looked for: for every surface that lists them."""

from __future__ import annotations

from reader.exercises.values import Exercises


def far(distance: int) -> str:
    if distance == 1:
        return "use it themselves"
    return "reach it through " + ("1 call" if distance == 2 else f"{distance - 1} calls")


def looked(known: Exercises) -> str:
    told = "; ".join(known.looked)
    if not known.unlike:
        return told
    uses = "1 test that uses" if known.unlike == 1 else f"{known.unlike} tests that use"
    return f"{told}; {uses} only something of the same name, and nothing else of it, passed over"
