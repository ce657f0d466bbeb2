"""Where a symbol went whose own place does not have it any more: candidates by text search, then judged by nearness.

The old text is not at hand, only the ref. So `moved` is said when exactly one definition of the same qualified name is
left that a careful reader would take: the one that came when the old one left, or, where the history of the name is not
known, one that lies where the old one could have gone. Otherwise nothing is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reader import search
from reader.checkout import Checkout
from reader.ref import Ref
from reader.resolve import lifetimes
from reader.resolve.lifetimes import Traced
from reader.resolve.nearness import GENERIC, Nearness, nearness, words_of
from reader.resolve.python import Found, Names, of_definition
from reader.resolve.sources import Sources, is_python, native_parts, python_parts
from reader.value import frozen

# More files than this that hold one name are sorted by nearness first, and only the nearest parsed.
_MOST = 24
# By how much the best must beat the second.
_DECISIVE = 2.0
# From so many namesakes on, a name is one that everybody writes again.
_CROWD = 3


@frozen
class Scored:
    found: Found
    near: Nearness

    @property
    def score(self) -> float:
        return self.near.score


@dataclass(slots=True)
class Search:
    """What was found for one ref: `same` have its qualified name, `partial` hold its class without the member."""

    same: list[Scored] = field(default_factory=list)
    partial: list[Scored] = field(default_factory=list)
    traced: Traced = field(default_factory=Traced)
    loose: bool = False  # C++: `same` lie in other namespaces or classes than the ref says, so that none is the answer

    def trace(self, ref: Ref, name: str, checkout: Checkout) -> None:
        """What its own history leaves open, as where many names moved at once, the history of its file may tell."""
        present = {one.near.new.path for one in (*self.same, *self.partial) if one.near.same_area}
        table, release = lifetimes.history_of(checkout), checkout.release
        self.traced = table.trace(name, ref.path, present, release)
        if self.traced.home is None:
            file = lifetimes.place_name(ref.path)
            files = {path for path in present if lifetimes.place_name(path) == file}
            home = table.trace(file, ref.path, files, release).home
            others = frozenset() if self.traced.torn else self.traced.others
            self.traced = replace(self.traced, home=home, others=others)

    def allowed(self) -> list[Scored]:
        """Without those whose history says that they are namesakes, best first."""
        return [one for one in ranking(self) if self.traced.allows(one.near.new.path)]


def search_all(sources: Sources, names: Names, refs: Sequence[Ref]) -> list[Search]:
    """One pass over the tree for all Python names and one over the C++ files, however many refs there are."""
    python = {ref: python_parts(ref.symbol or "") for ref in refs if is_python(ref.path)}
    native = {ref: native_parts(ref.symbol or "") for ref in refs if not is_python(ref.path) and not _document(ref)}
    checkout = sources.checkout
    defining = search.files_defining(checkout, {parts[0] for parts in python.values() if parts}) if python else {}
    unknown = {parts[0] for parts in python.values() if len(parts) == 1 and not defining[parts[0]]}
    assigning = search.files_assigning(checkout, unknown) if unknown else {}
    declaring = search.files_declaring(checkout, {parts[-1] for parts in native.values() if parts}) if native else {}
    results = []
    for ref in refs:
        if python.get(ref):
            parts = python[ref]
            results.append(_python(names, ref, parts, defining[parts[0]] or assigning.get(parts[0], ())))
            results[-1].trace(ref, parts[0], checkout)
        elif native.get(ref):
            results.append(_native(sources, ref, declaring[native[ref][-1]]))
            results[-1].trace(ref, native[ref][-1], checkout)
        elif _document(ref):
            results.append(_headings(sources, ref))
        else:
            results.append(Search())
    return results


def decide(ref: Ref, result: Search, file_gone: bool) -> Found | None:
    """The one candidate that is decisively best, or None."""
    if result.loose:
        return None
    ranked = result.allowed()
    if result.traced.home:
        return at_home(result.traced.home, ranking(result))
    if not ranked:
        return None
    best = ranked[0]
    if result.traced.others is not None and len({one.near.new.path for one in ranked}) > 1:
        return None  # history left several: one of them lying nearer is no reason to call it the answer
    if len(ranked) > 1 and best.score - ranked[1].score < _DECISIVE:
        return None
    if is_python(ref.path):
        return best.found if _plausible_python(ref, best, len(ranked), file_gone) else None
    return best.found if _plausible_native(ref, best) else None


def at_home(home: str, ranked: Sequence[Scored]) -> Found | None:
    """What history says, unless the old file, by its name, lies elsewhere and has the name too."""
    there = [one for one in ranked if one.near.new.path == home]
    if len(there) != 1:
        return None
    nearest = ranked[0]
    doubtful = nearest.score - there[0].score >= _DECISIVE and (nearest.near.same_name or nearest.near.package)
    return None if doubtful else there[0].found


def ranking(result: Search) -> list[Scored]:
    """Best first; what lies in another area of the tree is no candidate."""
    usable = [one for one in result.same if one.near.same_area]
    return sorted(usable, key=lambda one: (-one.score, one.found.path, one.found.line))


def _plausible_python(ref: Ref, best: Scored, rivals: int, file_gone: bool) -> bool:
    near, parts = best.near, python_parts(ref.symbol or "")
    is_class = best.found.kind == "class" or len(parts) > 1
    weight = len(words_of(parts[0]))
    # A file name that many have, `utils.py`, says little about a name that many have, `round_up`.
    whole = near.package or (near.same_name and (file_gone or weight > 2) and _telling(near, weight, is_class))
    if near.crosses_generation:
        if near.same_name and near.old.path.startswith("vllm/attention/backends/"):
            return False  # each backend stood in both engines, with its own helpers
        own = near.same_name and near.old.stem not in GENERIC
        return not is_class and file_gone and near.new.generation != "v2" and (own or weight > 3)
    if is_class and near.old.generation in ("v1", "v2") and not near.new.generation and not near.package:
        return False  # out of the second engine went little; what lies outside is mostly the first one's
    if near.old.stem.endswith("_ops") != near.new.stem.endswith("_ops") and not whole:
        return False  # the wrapper of an operation and the operation itself often share a name
    if near.other_platform and not near.package and not near.new.is_model:
        if near.same_name:
            return near.prefix >= 2 and near.old.platforms <= near.new.platforms
        return rivals == 1 and (weight > 3 or (is_class and not file_gone and weight > 1)) and parts[0][0] != "_"
    if near.new.is_model:
        # Models write the names of layers, and of each other, again.
        return near.old.is_model and whole and not near.substituted
    if near.old.is_model:
        return whole or (rivals == 1 and weight > 3)
    if parts[0].startswith("_") and weight == 1:
        return near.same_name and whole
    if whole:
        return rivals < _CROWD or near.package or near.same_folders or (file_gone and weight > 1)
    if best.found.kind != "variable" and is_class and weight == 1 and _named_after(parts[0], near):
        return file_gone or rivals == 1
    if weight < 2 + parts[0].startswith("_") or (
        weight == 2 and (rivals > 1 or not _own_words(parts[0], near, is_class, file_gone))
    ):
        return False
    return near.prefix >= 2 or near.stem_shared or (file_gone and weight > 3)


def _own_words(name: str, near: Nearness, is_class: bool, file_gone: bool) -> bool:
    """Whether the old path lends weight to a name of two words."""
    if not is_class and words_of(name) == words_of(near.old.stem):
        return False  # the main thing of a file, in a file of another name: `fused_moe.py::fused_moe`
    return near.stem_shared or not (is_class or (file_gone and near.old.stem in GENERIC))


def _named_after(name: str, near: Nearness) -> bool:
    """`attention/attention.py` for `Attention`, when the old path was about attention too or was the next file."""
    words = words_of(name)
    named = words == words_of(near.new.stem) or (*words[:-1], words[-1] + "s") == words_of(near.new.stem)
    return named and (set(words) <= near.old.words or near.same_folders)


def _telling(near: Nearness, weight: int, is_class: bool) -> bool:
    """Whether two files of one name may be taken for one file, for a name of so many words."""
    return (
        near.old.stem not in GENERIC or near.same_home or weight > 2 or (is_class and weight == 2 and near.prefix > 1)
    )


def _plausible_native(ref: Ref, best: Scored) -> bool:
    near = best.near
    if near.same_name and near.substituted:
        return False
    if near.same_name:
        return True
    if near.other_platform:
        return False
    name = native_parts(ref.symbol or "")[-1] if not _document(ref) else ref.symbol or ""
    return len(words_of(name)) >= 3 and (near.stem_shared or near.prefix >= 2)


def _python(names: Names, ref: Ref, parts: tuple[str, ...], paths: Sequence[str]) -> Search:
    result = Search()
    for path in _nearest(ref, paths):
        if path == ref.path:
            continue
        found = _own(names, path, parts)
        if found is None:
            continue
        scored = Scored(found, nearness(ref.path, path))
        if found.symbol == parts[0] and len(parts) > 1:
            result.partial.append(scored)
        else:
            result.same.append(scored)
    return result


def _own(names: Names, path: str, parts: tuple[str, ...]) -> Found | None:
    """What this file itself defines: an import of the name is not a home of it. A class without the member is given
    as itself."""
    head = names.sources.match(path, parts[0])
    if head is None:
        own = [one for one in names.sources.bindings(path) if one.name == parts[0] and not one.scope and not one.stub]
        if len(parts) > 1 or not own or own[0].how not in ("value", "assign"):
            return None
        return Found(path, parts[0], "variable", own[0].line, own[0].line, own[0].end)
    if len(parts) == 1:
        return of_definition(path, head.definition, head.twins)
    answer = names.find(path, parts)
    if isinstance(answer, Found):
        return answer
    return of_definition(path, head.definition) if head.definition.kind == "class" else None


def _native(sources: Sources, ref: Ref, paths: Sequence[str]) -> Search:
    symbol = ref.symbol or ""
    near = [path for path in _nearest(ref, paths) if path != ref.path]
    same = _native_named(sources, ref, symbol, near)
    if same or len(native_parts(symbol)) == 1:
        return Search(same)
    loose = _native_named(sources, ref, native_parts(symbol)[-1], near)
    return Search(loose if len(loose) <= _CROWD else [], loose=True)


def _native_named(sources: Sources, ref: Ref, symbol: str, paths: Sequence[str]) -> list[Scored]:
    found: list[Scored] = []
    for path in paths:
        match = sources.match(path, symbol)
        if match and match.definition.kind != "declaration":
            near = nearness(ref.path, path)
            if match.sure:
                found.append(Scored(of_definition(path, match.definition, match.twins), near))
            else:
                found += (Scored(of_definition(path, one), near) for one in (match.definition, *match.twins))
    return found


def _headings(sources: Sources, ref: Ref) -> Search:
    """Headings are searched in documents of the same file name only: "Usage" is everywhere."""
    result = Search()
    old = nearness(ref.path, ref.path).old
    for path in sources.checkout.files("", search.DOCUMENTS):
        if path == ref.path or path.rpartition("/")[2].rpartition(".")[0] != old.name.rpartition(".")[0]:
            continue
        match = sources.match(path, ref.symbol or "")
        if match:
            result.same.append(Scored(of_definition(path, match.definition, match.twins), nearness(ref.path, path)))
    return result


def _nearest(ref: Ref, paths: Sequence[str]) -> Sequence[str]:
    if len(paths) <= _MOST:
        return paths
    return sorted(paths, key=lambda path: -nearness(ref.path, path).score)[:_MOST]


def _document(ref: Ref) -> bool:
    return ref.path.endswith((".md", ".rst"))
