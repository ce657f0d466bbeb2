"""A `.tour` file of a stranger's, read: every key that CodeTour knows, each checked for itself, so that one wrong value
costs no step its text.

Comments, trailing commas and a byte order mark are accepted, as editors leave them. Raises ReaderError with line and
column where the file is no JSON at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from reader.errors import ReaderError
from reader.value import frozen

LARGEST = 10_000_000  # bytes of a file: some have whole sources in them
_MOST = 2_000  # steps
_LENIENT = 300_000  # characters that json5 reads in five seconds
_LONGEST = 100_000  # characters of one description

_TEXT = ("title", "description", "file", "directory", "uri", "view", "pattern", "contents", "symbol")
_STEP: dict[str, Any] = dict.fromkeys(_TEXT, str) | {
    "line": int,
    "commands": list[str],
    "selection": dict[str, dict[str, int]],
    "reader": dict[str, Any],
}
_TOUR: dict[str, Any] = dict.fromkeys(("title", "description", "ref", "nextTour", "stepMarker", "when"), str) | {
    "isPrimary": bool,
    "reader": dict[str, Any],
}
_PLACE = re.compile(r"<string>:(\d+) (.*) at column (\d+)", re.DOTALL)


@frozen
class GivenStep:
    """As it stands in the file; `number` counts from 1. `line` and `selection`, its first and last line, are None where
    the player would not look at them."""

    number: int
    description: str
    title: str | None = None
    file: str | None = None
    directory: str | None = None
    uri: str | None = None
    view: str | None = None
    line: int | None = None
    selection: tuple[int, int] | None = None
    pattern: str | None = None
    contents: str | None = None
    commands: tuple[str, ...] = ()
    symbol: str | None = None
    reader: dict[str, Any] | None = None


@frozen
class GivenTour:
    """`complaints` name what was left out, with its step."""

    title: str
    steps: tuple[GivenStep, ...]
    description: str = ""
    ref: str | None = None
    next: str | None = None
    marker: str | None = None
    when: str | None = None
    reader: dict[str, Any] | None = None
    complaints: tuple[str, ...] = ()


def read(path: Path) -> bytes:
    """Raises ReaderError."""
    try:
        if not path.is_file():
            raise ReaderError(f"{path}: is no file" if path.exists() else f"{path}: there is no such file")
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise ReaderError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise ReaderError(f"{path}: is larger than {LARGEST // 10**6} MB; no tour is")
    return data


def parse(path: Path, data: bytes) -> GivenTour:
    """Raises ReaderError."""
    found = _loaded(path, data)
    if not isinstance(found, dict):
        raise ReaderError(f"{path}: is no tour: it holds {_kind(found)}, not an object with title and steps")
    complaints: list[str] = []
    values = _values("the tour", found, _TOUR, complaints)
    steps = found.get("steps")
    if not isinstance(steps, list):
        raise ReaderError(f"{path}: is no tour: it has no list of steps")
    if len(steps) > _MOST:
        raise ReaderError(f"{path}: has {len(steps)} steps; {_MOST} are the most")
    return GivenTour(
        title=" ".join(values.get("title", "").split()) or path.stem,
        steps=tuple(_steps(steps, complaints)),
        description=values.get("description", "")[:_LONGEST],
        ref=values.get("ref"),
        next=values.get("nextTour"),
        marker=values.get("stepMarker"),
        when=values.get("when"),
        reader=values.get("reader"),
        complaints=tuple(complaints),
    )


def _loaded(path: Path, data: bytes) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReaderError(f"{path}: byte {error.start} is not UTF-8: {error.reason}") from error
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ReaderError(f"{path}: is nested too deeply to be a tour") from error
    except json.JSONDecodeError as error:
        if len(text) > _LENIENT:
            raise _bad(path, error.lineno, error.colno, error.msg) from error
    except ValueError as error:
        raise ReaderError(f"{path}: is not JSON: {error}") from error
    return _lenient(path, text)


def _lenient(path: Path, text: str) -> Any:
    import json5  # 15 ms, for files that are not quite JSON

    try:
        return json5.loads(text)
    except RecursionError as error:
        raise ReaderError(f"{path}: is nested too deeply to be a tour") from error
    except ValueError as error:
        if found := _PLACE.match(str(error)):
            raise _bad(path, int(found[1]), int(found[3]), found[2].lower()) from error
        raise ReaderError(f"{path}: is not JSON: {str(error).lower()}") from error


def _bad(path: Path, line: int, column: int, what: str) -> ReaderError:
    said = " ".join(what.split()).replace('" "', "end of line").replace('""', "end")
    return ReaderError(f"{path}: line {line}, column {column}: not JSON: {said}")


def _steps(steps: list[Any], complaints: list[str]) -> Iterator[GivenStep]:
    for number, step in enumerate(steps, 1):
        if not isinstance(step, dict):
            complaints.append(f"step {number}: is {_kind(step)}, not an object; it is left out")
            continue
        values = _values(f"step {number}", step, _STEP, complaints)
        values["description"] = _bounded(values.get("description", ""), f"step {number}", complaints)
        values["commands"] = tuple(values.get("commands", ()))
        if values.get("line", 1) < 1 and values.pop("line") < 0:  # the player takes 0 for none
            complaints.append(f"step {number}: line: counts from 1")
        if values.pop("selection", None) is not None:
            values["selection"] = _span(step["selection"], number, complaints)
        yield GivenStep(number, **values)


def _bounded(text: str, where: str, complaints: list[str]) -> str:
    if len(text) > _LONGEST:
        complaints.append(f"{where}: description: only the first {_LONGEST} of {len(text)} characters are taken")
    return text[:_LONGEST].replace("\r\n", "\n").replace("\r", "\n")


def _span(selection: dict[str, dict[str, int]], number: int, complaints: list[str]) -> tuple[int, int] | None:
    try:
        first, last = int(selection["start"]["line"]), int(selection["end"]["line"])
    except (KeyError, TypeError, ValueError):
        first = last = 0
    if 1 <= first <= last:
        return first, last
    complaints.append(f"step {number}: selection: has no lines from start to end")
    return None


def _values(where: str, table: dict[str, Any], known: dict[str, Any], complaints: list[str]) -> dict[str, Any]:
    values = {}
    for key, kind in known.items():
        if table.get(key) is None:
            continue
        try:
            values[key] = msgspec.convert(table[key], kind, strict=False)
        except msgspec.ValidationError as error:
            complaints.append(f"{where}: {key}: {error}; it is left out")
    return values


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "an object")
