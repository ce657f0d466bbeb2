"""Progress as a file, to carry it from one machine to another: its form, and what two of them are together.

To join is to keep the better of two rows of one key, whichever way round and however often: a stop stays as the mark
has it that knows what was read, and of two such as the later one has it; a tick keeps its first time. What has no
better, like a note, is kept from both sides. Files come from strangers: a row that is not as it should be is refused
with its place, together with every other such row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from reader.errors import ReaderError
from reader.progress.texts import LARGEST as LONGEST_TEXT
from reader.value import frozen

FORMAT = "reader-progress"
VERSION = 1
LARGEST = 256 * 1024 * 1024  # bytes: several times what a store can hold
_NO_JSON = "is not JSON: {}; wanted is what `reader export progress` or the HTML pages wrote, or a .tour file"
_MOST = 5_000_000  # commas: so much a file of a stranger may hold at most, whatever it is
_ROWS = 200_000  # of one table; fifty visits a day take eleven years to come to that
_TOLD = 20  # complaints that are written out

Row = dict[str, Any]
Key = tuple[Any, ...]
Parcel = dict[str, dict[Key, Row]]  # by table and key


class BadParcel(ReaderError):
    """Every complaint about one file, each naming its place."""

    def __init__(self, path: Path | str, complaints: Iterable[str]) -> None:
        self.complaints = tuple(complaints)
        told = [f"{path}: {complaint}" for complaint in self.complaints[:_TOLD]]
        more = len(self.complaints) - len(told)
        super().__init__("\n".join([*told, *([f"{path}: and {more} more like that"] if more else [])]))


@frozen
class Table:
    """`fields` are types as msgspec knows them; those of `optional` may be missing or null. `better` tells which of two
    rows of one key stays: that with the greater value."""

    name: str
    key: tuple[str, ...]
    fields: Mapping[str, Any]
    optional: tuple[str, ...] = ()
    better: Callable[[Row], Any] | None = None
    longest: tuple[str, ...] = ()  # figures of which the greater stays, whatever row does

    @property
    def keeps_text(self) -> bool:
        """Whether a row has the text that was read."""
        return "text" in self.optional


_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
_Line = Annotated[str, msgspec.Meta(max_length=10_000)]
_Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
_Words = Annotated[str, msgspec.Meta(max_length=10_000_000)]
_Time = Annotated[float, msgspec.Meta(ge=0, le=32_503_680_000)]  # until the year 3000
_Spent = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
_Number = Annotated[int, msgspec.Meta(ge=0, le=10**9)]

_WHAT = ("release", "ref", "path", "digest")
_STOP: dict[str, Any] = {"tour": _Name, "stop": _Name}
_SHOWN: dict[str, Any] = {**dict.fromkeys(_WHAT, _Line), "symbol": _Line, "first": _Number}


def _knows(mark: Row) -> bool:
    """Whether it tells what was read, so that a change can be told too: what is gone has neither path nor digest."""
    return mark["release"] is not None and (mark["digest"] is not None or mark["path"] is None)


TABLES = (
    Table(
        "marks",
        ("tour", "stop"),
        {**_STOP, "at": _Time, "seconds": _Spent, **_SHOWN, "text": _Text},
        ("seconds", *_SHOWN, "text"),
        better=lambda row: (_knows(row), row["at"]),
        longest=("seconds",),
    ),
    Table(
        "files",
        ("path",),
        {
            "path": _Name,
            "at": _Time,
            "seconds": _Spent,
            **dict.fromkeys(("release", "ref", "digest"), _Line),
            "text": _Text,
        },
        ("seconds", "release", "ref", "digest", "text"),
        better=lambda row: (row["release"] is not None, row["at"]),
        longest=("seconds",),
    ),
    Table("notes", ("tour", "stop", "text", "at"), {**_STOP, "text": _Words, "at": _Time}),
    Table("ticks", ("id",), {"id": _Name, "at": _Time}, better=lambda row: -row["at"]),
    Table(
        "cards",
        ("tour", "stop", "question"),
        {
            **_STOP,
            "question": _Name,
            "state": Annotated[int, msgspec.Meta(ge=1, le=3)],
            "step": _Number,
            "stability": Annotated[float, msgspec.Meta(gt=0, le=1e6)],
            "difficulty": Annotated[float, msgspec.Meta(ge=1, le=10)],
            "due": _Time,
            "last": _Time,
        },
        ("step", "stability", "difficulty"),
        better=lambda row: row["last"],
    ),
    Table(
        "reviews",
        ("tour", "stop", "question", "ask", "rating", "at"),
        {**_STOP, "question": _Name, "ask": _Words, "rating": Annotated[int, msgspec.Meta(ge=1, le=4)], "at": _Time},
    ),
    Table(
        "visits",
        ("tour", "stop", "since"),
        {**_STOP, "since": _Time, "seconds": _Spent, **_SHOWN},
        tuple(_SHOWN),
        better=lambda row: row["release"] is not None,
        longest=("seconds",),
    ),
    Table(
        "positions",
        ("tour",),
        {**_STOP, "source": Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,100}$")], "at": _Time},
        better=lambda row: row["at"],
    ),
)


def joined(one: Parcel, other: Parcel) -> Parcel:
    return {table.name: _joined(table, one.get(table.name, {}), other.get(table.name, {})) for table in TABLES}


def holds(one: Parcel, other: Parcel) -> bool:
    """Whether all that the other has is in this one."""
    return joined(one, other) == joined(one, {})


def _joined(table: Table, one: Mapping[Key, Row], other: Mapping[Key, Row]) -> dict[Key, Row]:
    return gathered(table, (*one.values(), *other.values()))


def gathered(table: Table, rows: Iterable[Row]) -> dict[Key, Row]:
    """By their keys; of several rows of one key the best."""
    found: dict[Key, Row] = {}
    for row in rows:
        key = tuple(row[name] for name in table.key)
        found[key] = _better(table, found[key], row) if key in found else row
    return found


def _better(table: Table, one: Row, other: Row) -> Row:
    """Of two rows of one key. Two as good as each other have an order all the same, so that it is nobody's turn. The
    text that was read stays with whichever mark is of it: one that a browser made has none."""
    if table.better is None or one == other:
        return one
    aside = (*table.longest, *(("text",) if table.keeps_text else ()))
    judge = table.better

    def rank(row: Row) -> tuple[Any, str]:
        return judge(row), json.dumps({name: row[name] for name in row if name not in aside}, sort_keys=True)

    chosen = max(one, other, key=rank) | {name: max(one[name], other[name]) for name in table.longest}
    if table.keeps_text and _is_of_one_text(one, other):
        chosen["text"] = max(one["text"], other["text"], key=lambda text: (text is not None, text or ""))
    return chosen


def _is_of_one_text(one: Row, other: Row) -> bool:
    names = ("digest",) if one["digest"] is not None else ("digest", "release", "ref")
    return all(one[name] == other[name] for name in names)


def written(parcel: Parcel) -> bytes:
    """One object of JSON, the same for the same progress. In ASCII, so that nothing in it is hidden or lost."""
    content: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    for table in TABLES:
        rows = [row for _, row in sorted(parcel.get(table.name, {}).items())]
        content[table.name] = {row["id"]: row["at"] for row in rows} if table.name == "ticks" else rows
    return (json.dumps(content, indent=1) + "\n").encode()


def read(path: Path | str, data: bytes) -> Parcel:
    """Raises BadParcel with every complaint."""
    content = _json(path, data)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadParcel(path, [f'is no progress of reader\'s: it has no "format": "{FORMAT}"'])
    version = content.get("version")
    if type(version) is int and version > VERSION:
        told = f"was written by a newer reader (its version is {version}, this one knows {VERSION})"
        raise BadParcel(path, [f"{told}; update reader: `pip install --upgrade vllm-reader`"])
    complaints: list[str] = []
    if type(version) is not int or version < 1:
        complaints.append(f"version: is {_shown(version)}; this reader knows {VERSION}")
    known = {"format", "version", *(table.name for table in TABLES)}
    complaints += [f"{_shown(name)}: is no part of progress" for name in content if name not in known]
    parcel = {table.name: _table(table, content.get(table.name), complaints) for table in TABLES}
    if complaints:
        raise BadParcel(path, complaints)
    return parcel


def _json(path: Path | str, data: bytes) -> Any:
    if len(data) > LARGEST or data.count(b",") > _MOST:
        raise BadParcel(path, ["is larger than any progress that reader writes"])
    try:
        return json.loads(data, parse_constant=_refused)
    except json.JSONDecodeError as error:
        raise BadParcel(path, [_NO_JSON.format(f"{error.msg} in line {error.lineno}, column {error.colno}")]) from error
    except RecursionError as error:
        raise BadParcel(path, ["is nested too deeply to be progress"]) from error
    except ValueError as error:  # not Unicode, NaN, or a number of thousands of digits
        raise BadParcel(path, [_NO_JSON.format(error)]) from error


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number there")


def _table(table: Table, given: Any, complaints: list[str]) -> dict[Key, Row]:
    rows = [_row(table, place, values, complaints) for place, values in _rows(table, given, complaints)]
    return gathered(table, filter(None, rows))


def _rows(table: Table, given: Any, complaints: list[str]) -> Iterator[tuple[str, Any]]:
    """With the place of each."""
    if given is None:
        return
    if isinstance(given, list | dict) and len(given) > _ROWS:
        complaints.append(f"{table.name}: has {len(given):,} rows, more than reader ever writes")
    elif table.name == "ticks":
        if isinstance(given, dict):
            yield from ((f"ticks[{_shown(name)}]", {"id": name, "at": at}) for name, at in given.items())
        else:
            complaints.append(f"ticks: expected an object, got {_shown(given)}")
    elif isinstance(given, list):
        yield from ((f"{table.name}[{index}]", values) for index, values in enumerate(given))
    else:
        complaints.append(f"{table.name}: expected a list, got {_shown(given)}")


def _row(table: Table, place: str, values: Any, complaints: list[str]) -> Row | None:
    if not isinstance(values, dict):
        complaints.append(f"{place}: expected an object, got {_shown(values)}")
        return None
    before = len(complaints)
    complaints += [f"{place}.{_shown(name)}: is no key of {table.name}" for name in values if name not in table.fields]
    row: Row = {}
    for name, kind in table.fields.items():
        value = values.get(name)
        if value is None and name in table.optional:
            row[name] = 0.0 if name in table.longest else None
            continue
        try:
            row[name] = msgspec.convert(value, kind)
            if kind is not _Text:
                _whole(row[name])
        except (msgspec.ValidationError, ValueError) as error:
            said = "is missing" if name not in values else str(error)
            complaints.append(f"{place}.{name}: {said}")
    return row if len(complaints) == before else None


def _whole(value: object) -> None:
    """Half a character cannot be stored but in what was read, which may be of any file."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError("holds half a character, which is no text") from error


def _shown(value: object) -> str:
    """A value of a stranger, in a few printable characters."""
    text = json.dumps(value) if isinstance(value, str | int | float | bool | None) else type(value).__name__
    return text if len(text) <= 60 else f"{text[:60]}..."
