"""What an operation and the hops of its path are called: for every surface that shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.kernels import Hop, Operation

_ELSE = re.compile(r"\belse of if ")


def title(one: Operation) -> str:
    name = f"torch.ops.{one.namespace}.{one.name}" if one.namespace else one.name
    return f"{name}.{one.overload}" if one.overload else name


def described(one: Operation) -> Iterator[str]:
    if not one.namespace:
        yield f"a kernel of {one.how}" if one.how else "a Python function"
        return
    yield {"c++": "registered in C++", "python": "registered in Python", "triton": "registered in Python"}.get(
        one.mechanism, "registered outside of this checkout"
    )
    if one.how:
        yield f"by {one.how}"
    if one.targets:
        yield f"built into {', '.join(one.targets)}"


def said(hop: Hop) -> str:
    """What is at the hop: a name, or of an end why the path ends."""
    return hop.note or "" if hop.kind == "end" else hop.place.name


def facts(hop: Hop) -> Iterator[str]:
    """All but whether it is sure."""
    if hop.dispatch and hop.kind in ("impl", "function"):
        yield hop.dispatch
    if hop.via and hop.via not in (hop.place.name, hop.place.name.rpartition("::")[2]) and hop.kind != "end":
        yield f"by {hop.via}"
    if hop.within:
        yield f"in {hop.within}"
    yield from links(hop)
    if hop.place.condition:
        yield f"[{_ELSE.sub('unless ', hop.place.condition)}]"
    if hop.note and hop.kind != "end":
        yield f"({hop.note})"


def links(hop: Hop) -> Iterator[str]:
    """Where it hangs on another hop than its neighbours."""
    if hop.parent is not None and hop.parent != hop.number - 1:
        yield f"from {hop.parent}"
    if hop.leads is not None and hop.leads != hop.number + 1:
        yield f"to {hop.leads}"


LEGEND = "from N: reached from hop N, not from the one above; to N: goes on at hop N"
