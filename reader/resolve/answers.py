"""The words that go with each verdict: what was found, or was not, as a site."""

from __future__ import annotations

from collections.abc import Iterable

from reader.ref import Ref
from reader.resolve.python import Found
from reader.resolve.site import Candidate, Hop, Site, Verdict

# Enough to choose from; what comes after the tenth is noise.
_SHOWN = 10


class Answers:
    """Of one checkout."""

    def __init__(self, release: str) -> None:
        self.release = release

    def site(self, ref: Ref, verdict: Verdict, found: Found, note: str | None = None) -> Site:
        twins = tuple(Candidate(found.path, one.symbol, one.line) for one in found.twins)
        notes = [text for text in (note, found.note, _twins(found)) if text]
        spans = found.kind != "directory"
        return Site(
            ref,
            verdict,
            self.release,
            found.path,
            found.symbol,
            found.kind,
            found.line if spans else None,
            found.start if spans else None,
            found.end if spans else None,
            found.hops,
            _first((*twins, *found.others)),
            "; ".join(notes) or None,
        )

    def unsure(self, ref: Ref, found: Iterable[Found], reason: str, hops: tuple[Hop, ...] = ()) -> Site:
        candidates = _first(one.candidate() for one in found)
        shown = ", ".join(_shown(one) for one in candidates)
        return Site(ref, "ambiguous", self.release, hops=hops, candidates=candidates, message=f"{reason}: {shown}")

    def gone(self, ref: Ref, message: str, hops: tuple[Hop, ...] = (), candidates: tuple[Candidate, ...] = ()) -> Site:
        return Site(ref, "gone", self.release, hops=hops, candidates=_first(candidates), message=message)


def _twins(found: Found) -> str | None:
    if not found.twins:
        return None
    lines = ", ".join(f"{one.line} ({one.condition})" if one.condition else str(one.line) for one in found.twins)
    return f"defined again in this file at line {lines}"


def _shown(candidate: Candidate) -> str:
    return candidate.path if candidate.symbol is None else f"{candidate.path}::{candidate.symbol}"


def _first(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(dict.fromkeys(candidates))[:_SHOWN]
