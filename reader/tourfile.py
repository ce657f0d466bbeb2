"""The TOML form of a tour, checked key by key: every complaint names its stop and key.

Owns msgspec and tomllib. Keys are converted one at a time, because a conversion of the whole file would stop at the
first thing wrong and an author wants them all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from reader.errors import BadRef, BadTour, near
from reader.ref import Ref
from reader.tour import Lane, Note, Question, State, Stop, Tour, Variant

FORMAT = 1

Text = Annotated[str, msgspec.Meta(min_length=1)]
Convert = Callable[[Any], Any]


def parse(path: Path, raw: bytes) -> Tour:
    """Raises BadTour with every complaint."""
    try:
        data = tomllib.loads(raw.decode())
    except UnicodeDecodeError as error:
        raise BadTour(path, [f"byte {error.start} is not UTF-8: {error.reason}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise BadTour(path, [f"not TOML: {error}"]) from error
    reading = _Reading()
    tour = reading.tour(path.stem, data)
    if reading.complaints or tour is None:
        raise BadTour(path, reading.complaints)
    return tour


def _typed(kind: Any) -> Convert:
    return lambda value: msgspec.convert(value, kind)


def _prose(value: object) -> str:
    text = msgspec.convert(value, Text).strip()
    if not text:
        raise ValueError("is empty")
    return text


def _ref(value: object) -> Ref:
    return Ref.parse(msgspec.convert(value, Text))


def _when(value: object) -> str:
    text = msgspec.convert(value, Text)
    try:
        SpecifierSet(text)
    except InvalidSpecifier as error:
        raise ValueError(f"{text!r} is no version specifier; write e.g. '>=0.11' or '>=0.9,<0.12'") from error
    return text


def _release(value: object) -> str:
    text = msgspec.convert(value, Text)
    try:
        return str(Version(text))
    except InvalidVersion as error:
        raise ValueError(f"{text!r} is no release; write e.g. '0.13.0'") from error


def _id(value: object) -> str:
    text = msgspec.convert(value, Text)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError(f"{text!r} is no id; use lower-case letters, digits and single hyphens")
    return text


def _items(value: object) -> tuple[str, ...]:
    items = msgspec.convert(value, tuple[Text, ...])
    for item in items:
        if not re.fullmatch(r"w\d+\.\d+\.\d+|p\d+\.\d+", item):
            raise ValueError(f"{item!r} is no plan item; they look like w3.1.1 or p2.1")
    return items


def _format(value: object) -> int:
    if value != FORMAT or isinstance(value, bool):
        raise ValueError(f"is {value!r}; this reader knows format {FORMAT}")
    return FORMAT


_STARS = Annotated[int, msgspec.Meta(ge=0, le=3)]
_MINUTES = Annotated[int, msgspec.Meta(ge=1, le=480)]
_WEEK = Annotated[int, msgspec.Meta(ge=1, le=99)]

# key -> (required, conversion)
_NOTE = {"at": (True, _prose), "say": (True, _prose), "when": (False, _when)}
_QUESTION = {"ask": (True, _prose), "answer": (True, _prose), "ref": (False, _ref), "when": (False, _when)}
_VARIANT = {
    "when": (True, _when),
    "title": (False, _prose),
    "ref": (False, _ref),
    "why": (False, _prose),
    "lane": (False, _typed(Lane)),
    "state": (False, _typed(State)),
    "reason": (False, _prose),
    "after": (False, _typed(str)),  # "" takes the stop's own `after` away
}
_STOP = {
    "id": (True, _id),
    "title": (True, _prose),
    "ref": (True, _ref),
    "why": (True, _prose),
    "minutes": (True, _typed(_MINUTES)),
    "lane": (False, _typed(Lane)),
    "state": (False, _typed(State)),
    "reason": (False, _prose),
    "stars": (False, _typed(_STARS)),
    "covers": (False, _items),
    "after": (False, _id),
    "when": (False, _when),
}
_TOUR = {
    "format": (True, _format),
    "title": (True, _prose),
    "home": (True, _release),
    "intro": (True, _prose),
    "week": (False, _typed(_WEEK)),
}
_TABLES: dict[str, tuple[Callable[..., Any], Mapping[str, tuple[bool, Convert]]]] = {
    "note": (Note, _NOTE),
    "question": (Question, _QUESTION),
    "variant": (Variant, _VARIANT),
}


class _Reading:
    """One pass over one file, gathering complaints."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def tour(self, name: str, data: dict[str, Any]) -> Tour | None:
        tables = self._tables("tour", data.pop("stop", []), "stop")
        values = self._values("tour", data, _TOUR)
        stops = [stop for number, table in tables if (stop := self._stop(number, table))]
        self._ids(stops)
        if not tables:
            self._complain("tour", "stop", "is missing; a tour has at least one [[stop]]")
        if self.complaints:
            return None
        values.pop("format")
        return Tour(name=name, stops=tuple(stops), **values)

    def _stop(self, number: int, table: dict[str, Any]) -> Stop | None:
        given = table.get("id")
        where = f"stop {given!r}" if isinstance(given, str) and given else f"stop number {number}"
        inner = {f"{key}s": tuple(self._inner(where, key, table.pop(key, []))) for key in _TABLES}
        before = len(self.complaints)
        values = self._values(where, table, _STOP)
        return _stop(values | inner) if len(self.complaints) == before else None

    def _inner(self, where: str, key: str, tables: object) -> Iterator[Any]:
        build, fields = _TABLES[key]
        for number, table in self._tables(where, tables, key):
            before = len(self.complaints)
            values = self._values(f"{where}, {key} {number}", table, fields)
            if len(self.complaints) == before:
                yield build(**values)

    def _tables(self, where: str, value: object, key: str) -> list[tuple[int, dict[str, Any]]]:
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            self._complain(where, key, f"must be written as [[{key if where == 'tour' else 'stop.' + key}]] tables")
            return []
        return list(enumerate(value, 1))

    def _values(
        self, where: str, table: Mapping[str, Any], fields: Mapping[str, tuple[bool, Convert]]
    ) -> dict[str, Any]:
        values = {}
        for key, value in table.items():
            if key not in fields:
                self._complain(where, key, "is no key" + _or(key, fields))
                continue
            try:
                values[key] = fields[key][1](value)
            except BadRef as error:
                self._complain(where, key, str(error))
            except (msgspec.ValidationError, ValueError) as error:
                self._complain(where, key, str(error))
        for key, (required, _) in fields.items():
            if required and key not in table:
                self._complain(where, key, "is missing")
        return values

    def _ids(self, stops: list[Stop]) -> None:
        seen: dict[str, Stop] = {}
        for stop in stops:
            if stop.id in seen:
                self._complain(f"stop {stop.id!r}", "id", "is used by an earlier stop too; progress hangs on it")
            seen[stop.id] = stop
        for stop in stops:
            for after in {stop.after, *(variant.after for variant in stop.variants)} - {None, ""}:
                if after not in seen:
                    problem = f"names no stop of this tour: {after!r}" + _or(str(after), seen)
                    self._complain(f"stop {stop.id!r}", "after", problem)
                elif after == stop.id:
                    self._complain(f"stop {stop.id!r}", "after", "names the stop itself")

    def _complain(self, where: str, key: str, what: str) -> None:
        self.complaints.append(f"{where}: {key}: {what}")


def _stop(values: dict[str, Any]) -> Stop:
    return Stop(**values)


def _or(name: str, known: Iterable[str]) -> str:
    names = near(name, known)
    return f"; did you mean {names[0]}?" if names else ""
