"""What stands above an excerpt, in words: where it is, how it was found, which process runs it, what it is worth.

One wording for every surface. Draws nothing: each function gives plain text, or a few pieces of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.checkout.tree import VLLM, of_release
from reader.excerpt import visible_line

if TYPE_CHECKING:
    from reader.excerpt import CallSite, PlacedNote
    from reader.guide import Crossing
    from reader.resolve import Site
    from reader.tour import Stop

LANES = {
    "frontend": "front-end process",
    "engine-core": "engine-core process",
    "worker": "worker process",
    "gpu": "on the GPU",
    "build": "build time",
}
READ = {"unread": "not read yet", "read": "read", "changed": "changed since you read it"}
_ONTO = {  # the first time
    "frontend": "the front end, in the caller's own process",
    "engine-core": "the engine core, by default another process, reached over ZMQ",
    "worker": "the worker, with one GPU in the engine core's process, else one process each over shared memory",
    "gpu": "on the GPU: launched, not called; the CPU goes on",
    "build": "build time, before there is any process to run it",
}
_BACK = {
    "frontend": "back in the front end",
    "engine-core": "back in the engine core",
    "worker": "back in the worker",
    "gpu": "on the GPU again: launched, not called; the CPU goes on",
    "build": "back at build time",
}
_FOUND_BY = {
    "exact": "exact",
    "alias": "by alias",
    "inherited": "inherited",
    "elsewhere": "elsewhere",
    "moved": "moved",
    "historic": "historic",
    "ambiguous": "ambiguous",
    "gone": "gone",
}
_MEANS = {
    "exact": "where the tour names it",
    "alias": "what the tour names only binds the name; the code is here",
    "inherited": "the class has this from a base",
    "elsewhere": "in this release it lives here",
    "moved": "no longer where the tour names it; this is the one that fits",
    "ambiguous": "several definitions fit as well; none is called the answer",
    "gone": "not found here",
}


def crossing(found: Crossing) -> str:
    """Said where another process takes over."""
    said = _BACK[found.lane] if found.again else f"from here on: {_ONTO[found.lane]}"
    if found.again and (found.source, found.lane) == ("gpu", "worker"):
        said += ", on the CPU, which has gone on meanwhile"
    return said


def state(stop: Stop) -> tuple[str, str]:
    """In one word, and the reason with its brackets, where there is one."""
    return stop.state, f" ({visible_line(stop.reason)})" if stop.reason else ""


def release(site: Site) -> str:
    if site.release == "unknown" and site.project == VLLM:
        return "release unknown"
    return visible_line(of_release(f"{site.project} {site.release}"))


def verdict(site: Site) -> tuple[str, str]:
    """In one or two words, and what it means."""
    means = _MEANS.get(site.verdict) or (
        f"gone from {site.missing_in}; this is the code of {site.release}, the newest release at hand that has it"
    )
    return _FOUND_BY[site.verdict], means


def historic(site: Site) -> str | None:
    """Of code that is shown from another release: what must be known before it is trusted."""
    if site.verdict != "historic":
        return None
    return f"This is code of {release(site)}; the lines are not those of {site.missing_in}, which is read here."


def called(call: CallSite) -> str:
    """The line with the call, without what only continues a macro."""
    return call.text.rstrip(" \\").strip()


def asked_for(site: Site) -> str | None:
    """The ref, where what was found stands under another."""
    elsewhere = site.path is not None and (site.ref.path, site.ref.symbol) != (site.path, site.symbol)
    return str(site.ref) if elsewhere else None


def candidates(site: Site) -> str:
    """What the candidates that were not chosen are."""
    if site.verdict == "historic":
        return "here, near"  # of the release that is read, not of the one that is shown
    return "candidates" if site.verdict == "ambiguous" else "near" if not site.found else "also like"


def span(path: str, first: int | None = None, last: int | None = None) -> str:
    """`path:first-last`, with as much of it as is known."""
    if first is None:
        return visible_line(path)
    return f"{visible_line(path)}:{first}" + ("" if last is None or last == first else f"-{last}")


def mark(number: int) -> str:
    """The sign of a note, beside its line and before its words."""
    return chr(0x245F + number) if 1 <= number <= 20 else f"({number})"


def lost(note: PlacedNote) -> str:
    """Why a note without a line has none; said after the fragment that it was to stand at."""
    return "is not found here" if note.why_loose == "not found" else note.why_loose or "has no place"
