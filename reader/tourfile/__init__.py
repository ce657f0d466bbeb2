"""The TOML form of a tour, checked key by key: every complaint names its stop and key.

Owns msgspec and tomllib. Keys are converted one at a time, because a conversion of the whole file would stop at the
first thing wrong and an author wants them all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from reader.errors import BadRef, BadTour, ReaderError, UnknownName, near
from reader.tour import Key, Stop, Tour, Variant
from reader.tourfile.borrowed import borrowed
from reader.tourfile.keys import BORROWED, STOP, TABLES, TOUR, Fields

Lend = Callable[[str], Tour]  # a tour by its name, for the routes that borrow its stops; raises ReaderError


def _nobody(name: str) -> Tour:
    raise UnknownName("tour", name, hint="A file on its own has nobody to borrow from.")


MOST = 1_000  # stops; the longest tour that comes with reader has 54, and of a thousand each page costs milliseconds


def parse(path: Path, raw: bytes, lend: Lend = _nobody) -> Tour:
    """Raises BadTour with every complaint."""
    try:
        data = tomllib.loads(raw.decode())
    except UnicodeDecodeError as error:
        raise BadTour(path, [f"byte {error.start} is not UTF-8: {error.reason}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise BadTour(path, [f"not TOML: {error}"]) from error
    except RecursionError as error:
        raise BadTour(path, ["values in values, too deep to be read"]) from error
    reading = _Reading(lend)
    tour = reading.tour(path.stem, data)
    if reading.complaints or tour is None:
        raise BadTour(path, reading.complaints)
    return tour


class _Reading:
    """One pass over one file, gathering complaints."""

    def __init__(self, lend: Lend) -> None:
        self.complaints: list[str] = []
        self._lend = lend
        self._lent: dict[Key, str] = {}  # what is borrowed -> its id here

    def tour(self, name: str, data: dict[str, Any]) -> Tour | None:
        tables = self._tables("tour", data.pop("stop", []), "stop")
        if len(tables) > MOST:
            self._complain("tour", "stop", f"there are {len(tables)}; a tour has at most {MOST}: make several of it")
            return None
        values = self._values("tour", data, TOUR)
        made = [stop for number, table in tables if (stop := self._stop(number, table))]
        stops = [stop if isinstance(stop, Stop) else stop() for stop in made]
        self._links(stops, self._ids(tables))
        if not tables:
            self._complain("tour", "stop", "is missing; a tour has at least one [[stop]]")
        if self.complaints:
            return None
        values.pop("format")
        return Tour(name=name, stops=tuple(stops), **values)

    def _stop(self, number: int, table: dict[str, Any]) -> Stop | Callable[[], Stop] | None:
        """A borrowed one is made when it is known what else is borrowed."""
        given = table.get("id", table.get("from"))
        where = f"stop {given!r}" if isinstance(given, str) and given else f"stop number {number}"
        before = len(self.complaints)
        if "from" in table:
            variants = tuple(self._inner(where, "variant", table.pop("variant", [])))
            values = self._values(where, table, BORROWED)
            return self._borrowed(where, values, variants) if len(self.complaints) == before else None
        inner: dict[str, Any] = {f"{key}s": tuple(self._inner(where, key, table.pop(key, []))) for key in TABLES}
        values = self._values(where, table, STOP)
        return Stop(**values, **inner) if len(self.complaints) == before else None

    def _borrowed(self, where: str, values: dict[str, Any], variants: tuple[Variant, ...]) -> Callable[[], Stop] | None:
        name, stop_id = values["from"]
        try:
            lender = self._lend(name)
            lent = lender.stop(stop_id)
        except ReaderError as error:
            self._complain(where, "from", str(error))
            return None
        owner = (lender.name, stop_id)
        if lent.owner:
            self._complain(where, "from", f"is borrowed there too; write {':'.join(lent.owner)!r}")
        if owner in self._lent:
            self._complain(where, "from", f"{':'.join(owner)} is borrowed by an earlier stop too")
        self._lent[owner] = values.get("id", stop_id)
        return lambda: borrowed(lent, owner, values, variants, self._lent)

    def _inner(self, where: str, key: str, tables: object) -> Iterator[Any]:
        build, fields = TABLES[key]
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

    def _values(self, where: str, table: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
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

    def _ids(self, tables: Iterable[tuple[int, dict[str, Any]]]) -> set[str]:
        """Of the tables as they are written, so that a stop with another mistake counts too."""
        seen: set[str] = set()
        for _, table in tables:
            lent = table.get("from")
            given = table.get("id", lent.rpartition(":")[2] if isinstance(lent, str) else None)
            if not isinstance(given, str):
                continue
            if given in seen:
                self._complain(f"stop {given!r}", "id", "is used by an earlier stop too; progress hangs on it")
            seen.add(given)
        return seen

    def _links(self, stops: list[Stop], ids: set[str]) -> None:
        for stop in stops:
            ways: tuple[Stop | Variant, ...] = (stop, *stop.variants)
            for key in ("after", "back_from"):
                for named in {getattr(one, key) for one in ways} - {None, ""}:
                    self._link(stop.id, key, str(named), ids)
            for one in ways:
                self._one_way(stop, one)

    def _link(self, stop_id: str, key: str, named: str, ids: set[str]) -> None:
        if named not in ids:
            self._complain(f"stop {stop_id!r}", key, f"names no stop of this tour: {named!r}" + _or(named, ids))
        elif named == stop_id:
            self._complain(f"stop {stop_id!r}", key, "names the stop itself")

    def _one_way(self, stop: Stop, one: Stop | Variant) -> None:
        """A stop is come to in one way: by a call, by a message, or back from one that it calls."""
        where = f"stop {stop.id!r}" if one is stop else f"stop {stop.id!r}, variant {one.when!r}"
        if one.back_from and one.after:
            self._complain(where, "back_from", "cannot stand beside after: a stop is come to in one way")
        after = one.after or (one.after is None and stop.after)
        if one.message and not after:
            self._complain(where, "message", "needs an after, which names the stop that sends it")
        if one.call and not (after or one.back_from or (one.back_from is None and stop.back_from)):
            self._complain(where, "call", "needs an after or a back_from, which names the other stop")
        if one.call and one.message:
            self._complain(where, "call", "cannot stand beside message: a stop is come to in one way")

    def _complain(self, where: str, key: str, what: str) -> None:
        self.complaints.append(f"{where}: {key if key.isprintable() else repr(key)}: {what}")


def _or(name: str, known: Iterable[str]) -> str:
    names = near(name, known)
    return f"; did you mean {names[0]}?" if names else ""
