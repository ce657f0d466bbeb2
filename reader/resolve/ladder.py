"""The rungs in their order, and the words that go with each verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from reader.checkout import Checkout
from reader.ref import Ref
from reader.resolve import moved, places
from reader.resolve.python import Found, Lost, Names, of_definition
from reader.resolve.site import Candidate, Hop, Site, Verdict
from reader.resolve.sources import Sources, is_native, is_python, names, native_parts, python_parts

# Enough to choose from; what comes after the tenth is noise.
_SHOWN = 10


def resolve(checkout: Checkout, ref: Ref) -> Site:
    return resolve_all(checkout, (ref,))[0]


def resolve_all(checkout: Checkout, refs: Sequence[Ref]) -> tuple[Site, ...]:
    """In the order of `refs`; the tree is searched once for all of those whose place does not have them any more."""
    ladder = Ladder(checkout)
    sites: dict[Ref, Site] = {}
    lost: dict[Ref, Lost] = {}
    for ref in sorted(set(refs), key=str):  # refs of one file together: its tree is parsed once
        answer = ladder.at_its_place(ref)
        if isinstance(answer, Site):
            sites[ref] = answer
        else:
            lost[ref] = answer
    sites.update(ladder.elsewhere_in_tree(lost))
    return tuple(sites[ref] for ref in refs)


def resolve_stop(checkout: Checkout, ref: Ref, instead_of: Ref | None) -> Site:
    """`ref` is what a tour's variant names for this release in place of `instead_of`."""
    site = resolve(checkout, ref)
    if instead_of is None or instead_of == ref or site.verdict != "exact":
        return site
    hop = Hop(ref.path, site.line or 1, f"the tour says that {instead_of} lives here in release {checkout.release}")
    return replace(site, verdict="elsewhere", hops=(hop, *site.hops))


class Ladder:
    """One resolution of one or many refs: what is parsed for one is there for the next."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.sources = Sources(checkout)
        self.names = Names(self.sources)
        self.places = places.Places(self.sources)

    def at_its_place(self, ref: Ref) -> Site | Lost:
        """The rungs `exact`, `alias`, `inherited`: what the ref's own path gives."""
        if ref.symbol is None:
            here = self.places.here(ref.path)
            return self._site(ref, "exact", here) if here else Lost(f"there is no {ref.path} in this checkout")
        if not self.checkout.has(ref.path):
            return self._package_symbol(ref)
        problem = self.sources.problem(ref.path)
        if problem:
            return Site(ref, "gone", self.checkout.release, message=problem)
        if is_python(ref.path):
            return self._python(ref, ref.path)
        match = self.sources.match(ref.path, ref.symbol)
        if match is None:
            return self._other_scope(ref) or Lost(f"{ref.path} has no {ref.symbol}")
        if not match.sure:
            several = [of_definition(ref.path, one) for one in (match.definition, *match.twins)]
            return self._unsure(ref, several, f"{ref.path} has several {ref.symbol}; say which")
        found = of_definition(ref.path, match.definition, match.twins)
        if found.kind == "declaration":
            return self._declared(ref, found)
        return self._site(ref, "exact", found)

    def _package_symbol(self, ref: Ref) -> Site | Lost:
        """`vllm/config::VllmConfig` means the package; other refs have lost their file."""
        inside = f"{ref.path.rstrip('/')}/__init__.py"
        if self.checkout.has(inside):
            answer = self._python(ref, inside)
            if isinstance(answer, Site):
                return answer
        return Lost(f"there is no {ref.path} in this checkout")

    def _python(self, ref: Ref, path: str) -> Site | Lost:
        answer = self.names.find(path, python_parts(ref.symbol or ""))
        if isinstance(answer, Lost):
            if answer.several:
                return self._unsure(ref, answer.several, answer.reason, answer.hops)
            if "circle" in answer.reason:
                return self._gone(ref, answer.reason, answer.hops)
            return answer
        return self._site(ref, _verdict(answer, path), answer)

    def _other_scope(self, ref: Ref) -> Site | None:
        """The same C++ name in this file, outside of the scope that the ref says. It is no answer: a kernel in a
        namespace and the host function that launches it often share a name."""
        parts = native_parts(ref.symbol or "")
        if not is_native(ref.path) or len(parts) < 2:
            return None
        match = self.sources.match(ref.path, parts[-1])
        if match is None:
            return None
        all_ = (match.definition, *match.twins)
        near = tuple(one for one in all_ if names(one.symbol, ref.symbol or "", "cpp"))
        found = tuple(of_definition(ref.path, one) for one in near)
        return self._unsure(ref, found, f"{ref.path} has no {ref.symbol}; of its name are") if found else None

    def _declared(self, ref: Ref, found: Found) -> Site:
        """A prototype is all that this file has; where the body is, is offered."""
        bodies = moved.ranking(moved.search_all(self.sources, self.names, [ref])[0])
        note = "declared here; defined elsewhere" if bodies else "declared here; no definition was found"
        others = tuple(one.found.candidate() for one in bodies)
        return self._site(ref, "exact", replace(found, others=others), note=note)

    def elsewhere_in_tree(self, lost: dict[Ref, Lost]) -> dict[Ref, Site]:
        """The rungs `moved`, `ambiguous` and `gone`, for refs that their own place does not answer."""
        sites = {ref: self._path_moved(ref, reason) for ref, reason in lost.items() if ref.symbol is None}
        members = {ref: reason for ref, reason in lost.items() if reason.owner}
        sites.update((ref, self._member_gone(ref, reason)) for ref, reason in members.items())
        wanted = [ref for ref in lost if ref not in sites]
        for ref, result in zip(wanted, moved.search_all(self.sources, self.names, wanted), strict=True):
            sites[ref] = self._symbol_moved(ref, lost[ref], result)
        return sites

    def _path_moved(self, ref: Ref, lost: Lost) -> Site:
        ranked = self.places.candidates(ref)
        best = places.decide(ref, ranked)
        others = tuple(one.found.candidate() for one in ranked if one.found is not best)
        if best:
            hop = Hop(best.path, 1, f"{ref.path} is not there any more; this is the nearest of its name")
            return self._site(ref, "moved", replace(best, hops=(hop,), others=others))
        near = places.worth_naming(ranked)
        if near:
            return self._unsure(ref, (one.found for one in near), f"{lost.reason}; of its name are")
        return self._gone(ref, lost.reason, candidates=tuple(one.found.candidate() for one in ranked))

    def _member_gone(self, ref: Ref, lost: Lost) -> Site:
        owner = lost.owner
        assert owner is not None
        name = python_parts(ref.symbol or "")[-1]
        prefix = f"{owner.symbol}."
        members = [
            one.symbol.removeprefix(prefix)
            for one in self.sources.definitions(owner.path)
            if one.symbol.startswith(prefix) and "." not in one.symbol.removeprefix(prefix)
        ]
        return self._gone(ref, lost.reason + _near(name, members), lost.hops, (owner.candidate(),))

    def _symbol_moved(self, ref: Ref, lost: Lost, result: moved.Search) -> Site:
        best = self._exported(ref, result) or moved.decide(ref, result, not self.checkout.has(ref.path))
        ranked = [one.found for one in moved.ranking(result)]
        if best:
            others = tuple(one.candidate() for one in ranked if one is not best)
            hop = Hop(best.path, best.line, f"{lost.reason}; {best.symbol} is defined here")
            return self._site(ref, "moved", replace(best, hops=(*lost.hops, hop, *best.hops), others=others))
        if ranked:
            return self._unsure(ref, ranked, f"{lost.reason}; of its name are", lost.hops)
        partial = sorted(result.partial, key=lambda one: -one.score)
        others = tuple(one.found.candidate() for one in partial if one.near.same_area)
        message = lost.reason
        if others:
            message += f"; {others[0].path} has a {others[0].symbol}, without that member"
        elif self.checkout.has(ref.path):
            message += _near(ref.symbol or "", [one.symbol for one in self.sources.definitions(ref.path)])
        return self._gone(ref, message, lost.hops, others)

    def _exported(self, ref: Ref, result: moved.Search) -> Found | None:
        """The candidate that the old file's own package hands out under this name: a move within one package."""
        package = f"{ref.path.rpartition('/')[0]}/__init__.py"
        if not result.same or not is_python(ref.path) or package == ref.path or not self.checkout.has(package):
            return None
        answer = self.names.find(package, python_parts(ref.symbol or ""))
        if not isinstance(answer, Found):
            return None
        for one in result.same:
            crosses = one.near.crosses_generation or one.near.crosses_models
            own = (
                one.found.path == package and one.found.kind == "function"
            )  # `get_model` of each loader, and the package's
            if not crosses and not own and one.found.candidate() == answer.candidate():
                return one.found
        return None

    def _site(self, ref: Ref, verdict: Verdict, found: Found, note: str | None = None) -> Site:
        twins = tuple(Candidate(found.path, one.symbol, one.line) for one in found.twins)
        notes = [text for text in (note, found.note, _twins(found)) if text]
        spans = found.kind != "directory"
        return Site(
            ref,
            verdict,
            self.checkout.release,
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

    def _unsure(self, ref: Ref, found: Iterable[Found], reason: str, hops: tuple[Hop, ...] = ()) -> Site:
        candidates = _first(one.candidate() for one in found)
        shown = ", ".join(_shown(one) for one in candidates)
        return Site(
            ref, "ambiguous", self.checkout.release, hops=hops, candidates=candidates, message=f"{reason}: {shown}"
        )

    def _gone(self, ref: Ref, message: str, hops: tuple[Hop, ...] = (), candidates: tuple[Candidate, ...] = ()) -> Site:
        return Site(ref, "gone", self.checkout.release, hops=hops, candidates=_first(candidates), message=message)


def _verdict(found: Found, path: str) -> Verdict:
    if found.inherited and found.hops and found.hops[0].how.startswith("class "):
        return "inherited"
    return "alias" if found.hops else "exact"


def _twins(found: Found) -> str | None:
    if not found.twins:
        return None
    lines = ", ".join(f"{one.line} ({one.condition})" if one.condition else str(one.line) for one in found.twins)
    return f"defined again in this file at line {lines}"


def _near(name: str, names: Iterable[str]) -> str:
    """A tail for a message: names that come near the one that is not there."""
    close = get_close_matches(name, list(dict.fromkeys(names)), n=3, cutoff=0.6)
    return f"; near it are {', '.join(close)}" if close else ""


def _shown(candidate: Candidate) -> str:
    return candidate.path if candidate.symbol is None else f"{candidate.path}::{candidate.symbol}"


def _first(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(dict.fromkeys(candidates))[:_SHOWN]
