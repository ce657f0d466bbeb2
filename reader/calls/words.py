"""What a step of a tree of calls is called, and how sure one may be of it: for every surface that shows one."""

from __future__ import annotations

from collections.abc import Iterable

from reader.calls.values import Calls, CallSite, Rest, Step, Via

VIA: dict[Via, str] = {
    "made": "makes one",
    "launch": "launches it",
    "macro": "macro",
    "string": "",
    "message": "",
    "operation": "",
    "stands in": "",
    "call": "",
    "reference": "",
}
AGAIN = {
    "recursion": "recursion: see above",
    "shown": "shown elsewhere",
    "cut": "not looked into, for size",
}


CALLABLE = ("function", "method", "class", "struct", "kernel", "macro")


def refused(kind: str | None) -> str:
    """Why nobody calls what is of this kind; "" where somebody may."""
    return "" if kind in CALLABLE else f"a {kind}, which nobody calls; `reader uses` tells where it is used"


def is_perhaps(step: Step) -> bool:
    """Unless the note says more exactly what is not sure."""
    return not (step.sure or step.via in ("string", "message", "stands in") or _is_through(step))


def parted(callers: Iterable[Step]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Those that are certain, or no guess and yet not certain: a name in a string, a declared base, a message; and
    those that only may be."""
    known: list[Step] = []
    perhaps: list[Step] = []
    for one in callers:
        followed = one.via in ("string", "message", "operation", "stands in", "macro") or _is_through(one)
        (known if one.sure or followed else perhaps).append(one)
    return tuple(known), tuple(perhaps)


def lines(step: Step) -> tuple[int, ...]:
    """Of its calls, each once."""
    first: dict[int, CallSite] = {one.line: one for one in step.sites}
    return tuple(first)


def aside(known: Calls) -> str:
    """What calls it outside of the package, which other questions tell; "" for none."""
    rest = known.callers_rest
    if rest is None or not rest.outside:
        return ""
    return f"and {', '.join(rest.outside)}, which `reader tests` and `reader uses` tell"


def outside(rest: Rest, most: int | None = None) -> str:
    """The calls that leave the checkout, by `most` of their names; "" for none."""
    if not rest.outside_calls:
        return f"and {', '.join(rest.outside)}" if rest.outside else ""
    telling = sorted(rest.outside, key=lambda one: "." not in one)
    names = telling if most is None else telling[:most]
    more = f", and {len(rest.outside) - len(names)} more" if len(rest.outside) > len(names) else ""
    leave = "call leaves" if rest.outside_calls == 1 else "calls leave"
    return f"{rest.outside_calls} {leave} the checkout: {', '.join(names)}{more}"


def _is_through(step: Step) -> bool:
    return (step.note or "").startswith("through ")
