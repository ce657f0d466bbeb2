"""What a name in a C++ or CUDA file means, by name: as `reader calls` follows calls, launches and macros; any other
name as `reader find` has it, what the file includes first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from reader import search
from reader.syntax.cpp.mentions import Mention, declared, mentions
from reader.tui.answers import steps
from reader.tui.answers.meaning import Meaning
from reader.tui.answers.naming import Name
from reader.tui.answers.values import Entry, Place
from reader.tui.answers.workshop import Workshop
from reader.tui.answers.written import looked_up
from reader.tui.answers.written import meaning as written_out

_INCLUDE = re.compile(r"\s*#\s*include\s*[\"<]([^\">]+)[\">]")
_QUALIFIED = re.compile(r"(?:[A-Za-z_]\w*\s*::\s*)*$")


def meaning(workshop: Workshop, path: str, line: int, name: Name) -> Meaning:
    text = workshop.line(path, line)
    included = _INCLUDE.match(text)
    if included:
        return _included(workshop, path, included[1])
    found, rest = workshop.tools.native.at(path, line, name.column)
    if found:
        return Meaning(name.text, tuple(steps.callees(found, at=False)))
    source = workshop.tools.sources.text(path)
    here = next((one for one in mentions(source, name.text) if (one.line, one.column) == (line, name.column)), None)
    if here is None:
        return written_out(workshop, path, line, name)
    if here.role == "local":
        return _local(source, path, name.text, here)
    untold = tuple(one.note for one in steps.untold(rest))
    known = looked_up(workshop, _qualified(text, name), "by its name alone")
    near = set(workshop.tools.native.included(path))
    entries = tuple(_judged(sorted(known.entries, key=lambda one: _rank(one, path, near)), here, near))
    notes = (
        known.notes if entries else (f"no definition of {name.text} is known here; it may be local, or a library's",)
    )
    return Meaning(name.text, entries, notes=(*notes, *untold))


def _qualified(text: str, name: Name) -> str:
    before = _QUALIFIED.search(text[: name.column - 1])
    return (re.sub(r"\s", "", before[0]) if before else "") + name.text


def _rank(one: Entry, path: str, near: set[str]) -> int:
    at = one.place.path if one.place else ""
    return 0 if at == path else 1 if at in near else 2 if at.endswith(search.NATIVE) else 3


def _judged(entries: list[Entry], here: Mention, near: set[str]) -> Iterator[Entry]:
    """The only one in the file and what it includes is meant, unless it is some object's member."""
    native = [one for one in entries if one.place and one.place.path.endswith(search.NATIVE)]
    seen = [one for one in native if one.place and one.place.path in near]
    alone = len(seen) == 1 and here.receiver is None
    for one in native:
        sure = alone and one is seen[0]
        yield replace(one, sure=sure, note="" if sure else one.note)


def _local(source: str, path: str, name: str, here: Mention) -> Meaning:
    line, column = declared(source, name, here.line, here.column) or (here.line, here.column)
    place = Place(path, line, here.within if line != here.line else None, column)
    return Meaning(name, (Entry(name, place, "local", "declared here"),))


def _included(workshop: Workshop, path: str, target: str) -> Meaning:
    found = workshop.tools.native.header(path, target)
    if found is None:
        return Meaning(target, notes=(f"{target} is not in this checkout",))
    return Meaning(target, (Entry(found, Place(found), "file"),))
