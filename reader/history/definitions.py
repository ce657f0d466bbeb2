"""Two texts of one file, definition by definition."""

from __future__ import annotations

from collections.abc import Iterator

from reader import syntax
from reader.history.change import Level, level_between
from reader.syntax import Definition, Language
from reader.syntax.fingerprint import Fingerprint, fingerprint
from reader.syntax.source import lines_of

NEW = "new"

_HOLDERS = frozenset({"class", "struct", "union", "namespace", "enum"})


def changes(before: str, after: str, language: Language) -> tuple[tuple[str, str], ...]:
    """Symbol and level of each definition that is not the same, in the order of the file as it is now, and then those
    that are gone; `NEW` for one that was not there. What a class says outside of its methods is told as the class's
    own change, what stands outside of all definitions as that of the symbol ""."""
    was, now = _parts(before, language), _parts(after, language)
    found = [(symbol, _level(was.get(symbol), print_)) for symbol, print_ in now.items()]
    found += [(symbol, "gone") for symbol in was if symbol not in now]
    return tuple((symbol, told) for symbol, told in found if told != "same")


def _level(was: Fingerprint | None, now: Fingerprint) -> Level | str:
    return NEW if was is None else level_between(was, now)


def _parts(text: str, language: Language) -> dict[str, Fingerprint]:
    """Each definition without those that stand in it; several of one name are counted through."""
    lines = lines_of(text)
    known = syntax.definitions(text, language)
    if language == "markdown":
        known = ()
    outer = [one for one in known if not any(_holds(other, one) for other in known)]
    own: dict[str, Fingerprint] = {"": fingerprint(_without(lines, 1, len(lines), outer), language)}
    for one in known:
        inner = list(_inside(one, known)) if one.kind in _HOLDERS else []
        name, number = one.symbol, 2
        while name in own:
            name, number = f"{one.symbol} ({number})", number + 1
        if not any(_holds(other, one) and other.kind not in _HOLDERS for other in known):
            own[name] = fingerprint(_without(lines, one.start, one.end, inner, hollow=bool(inner)), language)
    return own


def _holds(outer: Definition, inner: Definition) -> bool:
    return outer is not inner and outer.start <= inner.start and inner.end <= outer.end


def _inside(one: Definition, known: tuple[Definition, ...]) -> Iterator[Definition]:
    within = [other for other in known if _holds(one, other)]
    return (other for other in within if not any(_holds(between, other) for between in within))


def _without(lines: tuple[str, ...], first: int, last: int, left_out: list[Definition], hollow: bool = False) -> str:
    """`hollow`: a class whose every line was a method's still needs a body."""
    dropped = {number for one in left_out for number in range(one.start, one.end + 1)}
    kept = [lines[number - 1] for number in range(first, last + 1) if number not in dropped]
    if hollow and left_out:
        line = lines[left_out[0].line - 1]
        kept.append(f"{line[: len(line) - len(line.lstrip())]}...")
    return "\n".join(kept)
