"""What a class inherits from and what inherits from it; of a member, what it stands in for and what for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reader.hierarchy import words
from reader.tui.answers.subject import about, subject
from reader.tui.answers.values import Answer, Entry, Group, Place, Question, Spot, count
from reader.tui.answers.workshop import Workshop

if TYPE_CHECKING:
    from reader.hierarchy import Family, Kin, Method, Standing


def classes(spot: Spot) -> Question[Answer]:
    """As `reader classes --all` lists them."""
    return Question(f"the classes around {spot.name}", lambda workshop: _answer(workshop, spot))


def _answer(workshop: Workshop, spot: Spot) -> Answer:
    what = subject(workshop, spot)
    if isinstance(what, Answer):
        return what
    families, path, symbol = workshop.tools.families, what.path, what.symbol or ""
    if what.kind in ("class", "struct"):
        return _of_class(about(what), families.family(path, symbol))
    standing = families.standing(path, symbol) if symbol else None
    if standing is None:
        return Answer(f"{about(what)} is a {what.kind or 'file'}: it has no bases")
    return _of_member(about(what), standing, families.outside(path, symbol))


def _of_class(name: str, known: Family) -> Answer:
    related = [one for one in known.members if one.above or one.below or one.own.abstract]
    groups = [
        Group(words.above(known.bases), tuple(_kin(one) for one in known.bases)),
        Group(words.below(known.subclasses), tuple(_tree(known))),
        Group(words.RELATED, tuple(entry for one in related for entry in _member(one))),
        Group(words.LEFT_OPEN, tuple(map(_method, known.left_open))),
    ]
    title = f"{name}: {count(len(known.bases), 'base')}, {count(len(known.subclasses), 'subclass', 'subclasses')}"
    alone = len(known.members) - len(related)
    notes = (f"{count(alone, 'member')} of its own beside these",) if alone else ()
    return Answer(title, tuple(one for one in groups if one.entries), notes)


def _of_member(name: str, known: Standing, outside: tuple[str, ...]) -> Answer:
    groups = (
        Group("overrides" if known.above else "overrides nothing in this checkout", tuple(map(_method, known.above))),
        Group(words.overridden(known.below), tuple(map(_method, known.below))),
    )
    title = f"{name}: overrides {len(known.above) or 'nothing'}, {words.overridden(known.below)}"
    return Answer(title, groups, (words.beyond_bases(outside),) if outside else ())


def _tree(known: Family) -> Iterator[Entry]:
    """Each below the first of its bases that is in the tree."""
    children: dict[tuple[str, str], list[Kin]] = {}
    for one in known.subclasses:
        children.setdefault(one.parents[0], []).append(one)

    def below(at: tuple[str, str], depth: int) -> Iterator[Entry]:
        for one in children.get(at, ()):
            yield _kin(one, depth)
            yield from below((str(one.path), one.symbol), depth + 1)

    return below((str(known.me.path), known.me.symbol), 0)


def _kin(one: Kin, depth: int = 0) -> Entry:
    place = Place(one.path, one.line, one.symbol) if one.path is not None else None
    others = [symbol for _, symbol in one.parents[1:]]
    also = f"also of {', '.join(others)}" if others else ""
    note = _told(words.abstract(one), words.beyond(one), also, one.note)
    return Entry(one.symbol, place, "class", note, sure=one.sure, depth=depth)


def _member(one: Standing) -> Iterator[Entry]:
    yield _method(one.own)
    for label, methods in (("overrides", one.above), ("overridden by", one.below)):
        for each in methods:
            yield _method(each, label, 1)


def _method(one: Method, label: str = "", depth: int = 0) -> Entry:
    note = _told(words.role(one), words.abstract(one), one.note)
    lead = label or ("method" if one.role == "method" else one.role)
    return Entry(one.symbol, Place(one.path, one.line, one.symbol), lead, note, sure=one.sure, depth=depth)


def _told(*parts: str | None) -> str:
    return "; ".join(filter(None, parts))
