"""A tour as TOML text that an author would have written: one key a line, prose over several lines, nothing to escape
where TOML can do without.

Refuses to touch what stands in a file already: a stop is appended, and what comes out is read again before it is given.
Strings are written here and not by a library, because what a stranger's file carries must come out legible: characters
that no terminal shows, and those that turn the reading direction, are escaped.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

from reader.errors import ReaderError
from reader.tour import Message, Note, Question, Stop, Tour, Variant
from reader.tourfile.keys import FORMAT

_WIDE = 88  # columns of prose that stand on the key's own line
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_PROSE = ("intro", "why", "say", "ask", "answer")
_TOUR = ("title", "week", "home", "intro")
_STOP = ("id", "title", "ref", "when", "minutes", "lane", "state", "reason", "covers", "stars")
_WAY = ("after", "back_from", "call")
_NOTE = ("at", "when", "say")
_QUESTION = ("when", "ask", "answer", "ref")
_VARIANT = ("when", "title", "ref", "lane", "state", "reason")


def toml_of(tour: Tour) -> str:
    """What `parse` reads as the same tour, with the keys in the order of the README's example. The stops that a route
    borrows are written out as stops of its own: what it borrows them from is not in them."""
    head = [f"format = {FORMAT}", *_pairs(tour, _TOUR)]
    return "\n".join(["\n".join(head) + "\n", *map(stop_toml, tour.stops)])


def stop_toml(stop: Stop, proposed: Iterable[Note] = ()) -> str:
    """One `[[stop]]` table; the notes `proposed` stand in comments, for the author to take up."""
    lines = ["[[stop]]", *_pairs(stop, (*_STOP, *_WAY, "why")), *_message("stop", stop.message)]
    for note in stop.notes:
        lines += _table("note", note, _NOTE)
    for note in proposed:
        lines += [f"# {line}".rstrip() for each in _table("note", note, _NOTE) for line in each.split("\n")]
    for question in stop.questions:
        lines += _table("question", question, _QUESTION)
    for variant in stop.variants:
        lines += _table("variant", variant, (*_VARIANT, *_WAY, "why"))
        lines += _message("stop.variant", variant.message)
    return "\n".join(lines) + "\n"


def with_stop(text: str, stop: Stop, proposed: Iterable[Note] = ()) -> str:
    """The text of a tour's file with one stop more at its end: every character that was there is still there, before
    it. Raises ReaderError, which names the place, for a text to which none can be appended."""
    before = _loaded(text)
    end = "\r\n" if "\r\n" in text else "\n"
    block = stop_toml(stop, proposed).replace("\n", end)
    gap = "" if not text else end if text.endswith("\n") else end * 2
    made = text + gap + block
    given = before.get("stop", [])
    after = _loaded(made)
    added = after.pop("stop", [])
    if added[:-1] != given or after != {key: value for key, value in before.items() if key != "stop"}:
        raise ReaderError("what stands at its end would take in the stop that is appended")
    return made


def _loaded(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReaderError(f"not TOML: {error}") from error


def _table(name: str, value: Note | Question | Variant, keys: Iterable[str]) -> list[str]:
    return [f"[[stop.{name}]]", *_pairs(value, keys)]


def _message(where: str, message: Message | None) -> list[str]:
    """A table of its own, which has to stand behind the keys of the one that it is in."""
    if message is None:
        return []
    values = ((key, getattr(message, key)) for key in Message.__match_args__)
    return [f"[{where}.message]", *(f"{key} = {_text(value)}" for key, value in values)]


def _pairs(value: Any, keys: Iterable[str]) -> Iterator[str]:
    """Without what the format takes for granted where it is left out."""
    for key in keys:
        given = getattr(value, key)
        if given is None or (isinstance(value, Stop) and (key, given) in (("state", "live"), ("stars", 0))):
            continue
        if isinstance(given, tuple):
            if given:
                yield f"{key} = [{', '.join(map(_text, given))}]"
        elif isinstance(given, int):
            yield f"{key} = {given}"
        else:
            yield pair(key, str(given))


def pair(key: str, value: str) -> str:
    """One key with a string."""
    return f"{key} = {_prose(value) if key in _PROSE else _text(value)}"


def _text(value: str) -> str:
    """On one line; in single quotes, where nothing is escaped, when that spares a backslash."""
    if ('"' in value or "\\" in value) and "'" not in value and value.isprintable():
        return f"'{value}'"
    return '"' + "".join(map(_escaped, value)) + '"'


def _prose(value: str) -> str:
    """Its own white space at both ends is not kept: nor does `parse` keep it."""
    value = value.strip()
    if "\n" not in value and len(value) <= _WIDE:
        return _text(value)
    if "\\" in value and "'''" not in value and all(line.isprintable() for line in value.split("\n")):
        return f"'''\n{value}\n'''"
    escaped = "".join(char if char in '\n\t"' else _escaped(char) for char in value)
    return '"""\n' + escaped.replace('"""', '""\\"') + '\n"""'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    if "\ud800" <= char <= "\udfff":  # half a character, which JSON can carry and UTF-8 cannot
        return "\ufffd"
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"
