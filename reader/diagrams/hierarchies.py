"""A class with all that is above and below it; or a method with all that it stands in for and that stands in for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.checkout.tree import VLLM, of_release
from reader.diagrams.graph import Edge, Graph, Node, State
from reader.hierarchy import Families, Kin, Method, Standing
from reader.resolve import Site
from reader.resolve.sources import Sources

_CLASSES = ("class", "struct", "union")


def classes(site: Site, sources: Sources) -> Graph | None:
    """Of a class, its whole tree; of a method, the classes of the tree that bind it. None of anything else."""
    path, symbol = str(site.path), str(site.symbol)
    families = Families(sources)
    if site.kind in _CLASSES:
        return _tree(families, path, symbol, _edition(site))
    owner = _owner(symbol)
    return _binding(families, path, symbol, owner, _edition(site)) if owner else None


def _edition(site: Site) -> str:
    return site.release if site.project == VLLM else f"{site.project} {site.release}"


def _tree(families: Families, path: str, symbol: str, release: str) -> Graph:
    above, below = families.bases(path, symbol), families.subclasses(path, symbol)
    family = families.family(path, symbol)
    me = family.me
    nodes = [_node(me, "root"), *map(_node, above), *map(_node, below)]
    edges = [*_up(me, above), *_down(below)]
    return Graph(
        title=f"{symbol}: bases and subclasses",
        nodes=tuple(nodes),
        edges=tuple(edges),
        subtitle=f"{of_release(release)} · {path} · {_count(above, 'base', 'bases')}, "
        f"{_count(below, 'subclass', 'subclasses')}",
        notes=tuple(_doubts((*above, *below))),
    )


def _node(kin: Kin, *states: State) -> Node:
    marks: list[State] = [*states]
    if kin.abstract:
        marks.append("abstract")
    if not kin.sure:
        marks.append("perhaps")
    place = f"{kin.path}:{kin.line}" if kin.path else None
    small = (place,) if place else ("outside of the checkout",)
    return Node(
        id=_id(kin),
        lines=(kin.symbol, *small),
        kind="class" if kin.path else "end",
        ref=f"{kin.path}::{kin.symbol}" if kin.path else None,
        place=place,
        states=tuple(marks),
        about=". ".join(part for part in (f"abstract: {kin.abstract}" if kin.abstract else "", kin.note or "") if part),
    )


def _id(kin: Kin) -> str:
    return f"{kin.path or ''}::{kin.symbol}"


def _up(me: Kin, above: tuple[Kin, ...]) -> Iterator[Edge]:
    for one in above:
        for path, symbol in one.parents or ((str(me.path), me.symbol),):
            yield Edge(f"{path}::{symbol}", _id(one), "inherits", sure=one.sure)


def _down(below: tuple[Kin, ...]) -> Iterator[Edge]:
    for one in below:
        for path, symbol in one.parents:
            yield Edge(_id(one), f"{path}::{symbol}", "inherits", sure=one.sure)


def _binding(families: Families, path: str, symbol: str, owner: str, release: str) -> Graph | None:
    standing = families.standing(path, symbol)
    if standing is None:
        return None
    others = (*standing.above, *standing.below)
    outside = families.outside(path, symbol)
    name = standing.own.symbol.rpartition(".")[2].rpartition("::")[2]
    return Graph(
        title=f"{standing.own.symbol}: overrides",
        nodes=(_method_node(standing.own, "root"), *map(_method_node, others)),
        edges=tuple(_overrides(standing, families.bases(path, owner), families.subclasses(path, owner))),
        subtitle=f"{of_release(release)} · {path} · overrides {len(standing.above)}, "
        f"is overridden by {len(standing.below)}; classes that do not bind {name} are left out",
        notes=(f"Bases outside of the checkout may bind it too: {', '.join(outside)}.",) if outside else (),
    )


def _overrides(standing: Standing, above: Iterable[Kin], below: Iterable[Kin]) -> Iterator[Edge]:
    """Each that binds the name hangs on the nearest above it that does."""
    bound = {_class(one): one for one in (standing.own, *standing.above, *standing.below)}
    up, down = ({(one.path, one.symbol): one.parents for one in kin if one.path is not None} for kin in (above, below))
    for one in standing.below:
        for base in _nearest(_class(one), down, bound):
            yield Edge(_place_id(one), _place_id(bound[base]), "inherits", sure=one.sure)
    for one in standing.above:
        for child in _nearest(_class(one), up, bound):
            yield Edge(_place_id(bound[child]), _place_id(one), "inherits", sure=one.sure)


def _class(method: Method) -> tuple[str, str]:
    return method.path, _owner(method.symbol)


def _nearest(
    start: tuple[str, str],
    onward: dict[tuple[str, str], tuple[tuple[str, str], ...]],
    bound: dict[tuple[str, str], Method],
) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    seen, way = {start}, [start]
    while way:
        for other in onward.get(way.pop(0), ()):
            if other in bound:
                found[other] = None
            elif other not in seen:
                seen.add(other)
                way.append(other)
    return list(found)


def _method_node(method: Method, *states: State) -> Node:
    marks: list[State] = [*states]
    if method.abstract:
        marks.append("abstract")
    if not method.sure:
        marks.append("perhaps")
    about = ". ".join(part for part in (method.abstract and f"abstract: {method.abstract}", method.note) if part)
    place = f"{method.path}:{method.line}"
    return Node(
        id=_place_id(method),
        lines=(method.symbol, place),
        kind="function",
        ref=f"{method.path}::{method.symbol}",
        place=place,
        states=tuple(marks),
        about=about or None,
    )


def _place_id(method: Method) -> str:
    return f"{method.path}::{method.symbol}"


def _owner(symbol: str) -> str:
    return symbol.rpartition("::" if "::" in symbol else ".")[0]


def _count(kin: tuple[Kin, ...], one: str, many: str) -> str:
    return f"{len(kin)} {one if len(kin) == 1 else many}"


def _doubts(kin: tuple[Kin, ...]) -> Iterator[str]:
    unsure = sum(not one.sure for one in kin)
    if unsure:
        yield f"{unsure} perhaps: what they inherit from cannot be told from the text alone."
