"""The rungs `moved`, `ambiguous` and `gone`: the whole tree is searched for what its own place does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from reader.ref import Ref
from reader.resolve import moved, places
from reader.resolve.answers import Answers
from reader.resolve.python import Found, Lost, Names
from reader.resolve.site import Candidate, Hop, Site
from reader.resolve.sources import Sources, is_python, python_parts

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")  # as code has it: `EngineCore.step`


class Elsewhere:
    """The tree around one ladder."""

    def __init__(self, sources: Sources, names: Names, say: Answers) -> None:
        self.checkout = sources.checkout
        self.sources = sources
        self.names = names
        self.say = say
        self.places = places.Places(sources)

    def declared(self, ref: Ref, found: Found) -> Site:
        """A prototype is all that this file has; where the body is, is offered."""
        bodies = moved.ranking(moved.search_all(self.sources, self.names, [ref])[0])
        note = "declared here; defined elsewhere" if bodies else "declared here; no definition was found"
        others = tuple(one.found.candidate() for one in bodies)
        return self.say.site(ref, "exact", replace(found, others=others), note=note)

    def sites(self, lost: dict[Ref, Lost]) -> dict[Ref, Site]:
        """In one pass over the tree for all of them."""
        sites = {ref: self._path_moved(ref, reason) for ref, reason in lost.items() if ref.symbol is None}
        members = {ref: reason for ref, reason in lost.items() if reason.owner}
        sites.update((ref, self._member_gone(ref, reason)) for ref, reason in members.items())
        wanted = [ref for ref in lost if ref not in sites]
        for ref, result in zip(wanted, moved.search_all(self.sources, self.names, wanted), strict=True):
            sites[ref] = self._symbol_moved(ref, lost[ref], result)
        return sites

    def _path_moved(self, ref: Ref, lost: Lost) -> Site:
        ranked = self.places.candidates(ref)
        best = places.decide(ref, ranked, self.checkout)
        others = tuple(one.found.candidate() for one in ranked if one.found is not best)
        if best:
            hop = Hop(best.path, 1, f"{ref.path} is not there any more; this is the nearest of its name")
            return self.say.site(ref, "moved", replace(best, hops=(hop,), others=others))
        near = places.worth_naming(ranked)
        if near:
            return self.say.unsure(ref, (one.found for one in near), f"{lost.reason}; {_namesakes(len(near))}")
        others = tuple(one.found.candidate() for one in ranked) or tuple(self._bearers(ref.path))
        return self.say.gone(ref, lost.reason, candidates=others)

    def _bearers(self, name: str) -> Iterable[Candidate]:
        """What defines a name that was written without its file. One alone is no answer either: it was not named."""
        if not _NAME.fullmatch(name):
            return ()
        from reader.lookup import find  # 5 ms, for what is no path

        found = find(self.checkout, name, nearest=False).found
        return (Candidate(one.path, one.symbol, one.line) for one in found if one.exact)

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
        return self.say.gone(ref, lost.reason + _near(name, members), lost.hops, (owner.candidate(),))

    def _symbol_moved(self, ref: Ref, lost: Lost, result: moved.Search) -> Site:
        exported = None if result.traced.home else self._exported(ref, result)
        best = exported or moved.decide(ref, result, not self.checkout.has(ref.path))
        ranked = [one.found for one in moved.ranking(result)]
        if best:
            others = tuple(one.candidate() for one in ranked if one is not best)
            hop = Hop(best.path, best.line, f"{lost.reason}; {best.symbol} is defined here")
            return self.say.site(ref, "moved", replace(best, hops=(*lost.hops, hop, *best.hops), others=others))
        reason = lost.reason + _stood(result.traced.stood)
        if ranked:
            told = "in other scopes are" if result.loose else _namesakes(len(ranked), bool(result.allowed()))
            return self.say.unsure(ref, ranked, f"{reason}; {told}", lost.hops)
        partial = sorted(result.partial, key=lambda one: -one.score)
        others = tuple(one.found.candidate() for one in partial if one.near.same_area)
        if others:
            reason += f"; {others[0].path} has a {others[0].symbol}, without that member"
        else:
            reason += self._near_names(ref)
        return self.say.gone(ref, reason, lost.hops, others)

    def _near_names(self, ref: Ref) -> str:
        """Of the ref's file, or of where that file went."""
        path, said = ref.path, ""
        if not self.checkout.has(path):
            whole = Ref(path)
            went = places.decide(whole, self.places.candidates(whole), self.checkout)
            if went is None or went.kind != "file":
                return ""
            path, said = went.path, f"; the file is now {went.path}"
        return said + _near(ref.symbol or "", [one.symbol for one in self.sources.definitions(path)])

    def _exported(self, ref: Ref, result: moved.Search) -> Found | None:
        """The candidate that the old file's own package hands out under this name: a move within one package."""
        package = f"{ref.path.rpartition('/')[0]}/__init__.py"
        if not result.same or not is_python(ref.path) or package == ref.path or not self.checkout.has(package):
            return None
        answer = self.names.find(package, python_parts(ref.symbol or ""))
        if not isinstance(answer, Found):
            return None
        for one in result.allowed():
            crosses = one.near.crosses_generation or one.near.crosses_models
            own = (
                one.found.path == package and one.found.kind == "function"
            )  # `get_model` of each loader, and the package's
            if not crosses and not own and one.found.candidate() == answer.candidate():
                return one.found
        return None


def _namesakes(count: int, possible: bool = True) -> str:
    """How to speak of them before they are listed."""
    if not possible:
        return "its history leads to none of its namesakes"
    return "of its name are" if count > 1 else "one namesake is here, and nothing shows that it is the same thing"


def _stood(known: tuple[str, str] | None) -> str:
    if known is None:
        return ""
    first, last = known
    return f"; it stood there in {first}" if first == last else f"; it stood there from {first} to {last}"


def _near(name: str, names: Iterable[str]) -> str:
    """A tail for a message: names that come near the one that is not there."""
    close = get_close_matches(name, [one for one in dict.fromkeys(names) if one != name], n=3, cutoff=0.6)
    return f"; near it are {', '.join(close)}" if close else ""
