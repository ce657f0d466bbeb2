"""The TOML form of the plan. Shares with `tourfile` the rule that every complaint comes at once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from reader import plan
from reader.errors import BadTour, near

FORMAT = 1

# [[table]] in the file -> (field of Plan, type of a row)
_TABLES: dict[str, tuple[str, Any]] = {
    "phase": ("phases", plan.Phase),
    "week": ("weeks", plan.Week),
    "section": ("sections", plan.Section),
    "item": ("items", plan.Item),
    "check": ("checks", plan.Check),
    "goal": ("goals", plan.Goal),
    "pace": ("paces", plan.Pace),
    "fast": ("fast", plan.Fast),
    "document": ("documents", plan.Document),
    "code": ("code", plan.Code),
    "size": ("sizes", plan.Size),
    "method": ("methods", plan.Method),
    "resource": ("resources", plan.Resource),
}


def parse(path: Path, raw: bytes) -> plan.Plan:
    """Raises BadTour with every complaint."""
    try:
        data = tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadTour(path, [f"not TOML: {error}"]) from error
    complaints: list[str] = []
    if data.pop("format", None) != FORMAT:
        complaints.append(f"format: this reader knows format {FORMAT}")
    head = {key: data.pop(key, None) for key in ("title", "home")}
    complaints += [f"{key}: is missing" for key, value in head.items() if not isinstance(value, str)]
    rows = {field: _rows(table, kind, data.pop(table, []), complaints) for table, (field, kind) in _TABLES.items()}
    complaints += [f"{key}: is no key" for key in data]
    complaints += _twice(rows["items"] + rows["checks"])
    complaints += _unknown(rows["checks"], [item.id for item in rows["items"]])
    if complaints:
        raise BadTour(path, complaints)
    return _plan(head | rows)


def _rows(table: str, kind: Any, values: object, complaints: list[str]) -> tuple[Any, ...]:
    if not isinstance(values, list):
        complaints.append(f"{table}: must be written as [[{table}]] tables")
        return ()
    rows = []
    known = set(kind.__dataclass_fields__)
    for number, value in enumerate(values, 1):
        where = f"{table} {value['id'] if isinstance(value, dict) and 'id' in value else number}"
        try:
            rows.append(msgspec.convert(value, kind))
        except msgspec.ValidationError as error:
            complaints.append(f"{where}: {error}")
        if isinstance(value, dict):
            complaints += [f"{where}: {key}: is no key" for key in value if key not in known]
    return tuple(rows)


def _twice(rows: tuple[Any, ...]) -> list[str]:
    ids = [row.id for row in rows]
    return [f"id {one!r} is used twice" for one in sorted({one for one in ids if ids.count(one) > 1})]


def _unknown(checks: tuple[plan.Check, ...], items: list[str]) -> list[str]:
    """What a check list line names that is no item of this plan."""
    return [
        f"check {check.id}: items: {one!r} is no item of the plan" + "".join(f"; did you mean {two}?" for two in guess)
        for check in checks
        for one in check.items
        if one not in items
        for guess in [near(one, items)[:1]]
    ]


def _plan(values: dict[str, Any]) -> plan.Plan:
    return plan.Plan(**values)
