"""The format of a `.tour` file, written: what CodeTour's player knows, and two keys of our own that it keeps.

`symbol` is the ref of a stop, `reader` what else makes the same stop again. Keys that are None are left out.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

SCHEMA = "https://aka.ms/codetour-schema"
FOLDER = ".tours"
FARTHEST = 2000  # the line where the player puts a step that it cannot place

_NUMBERED = re.compile(r"#?(\d+)\s-")
_HYPHEN = "\u2011"  # the player shows of a numbered title what stands up to the next plain one


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    title: str | None = None
    description: str
    file: str | None = None
    directory: str | None = None
    pattern: str | None = None
    line: int | None = None
    symbol: str | None = None
    reader: dict[str, Any] | None = None


class Tour(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    schema: str = msgspec.field(name="$schema")
    title: str
    description: str | None = None
    ref: str | None = None
    isPrimary: bool | None = None
    nextTour: str | None = None
    steps: tuple[Step, ...]
    reader: dict[str, Any] | None = None


def written(tour: Tour) -> bytes:
    return msgspec.json.format(msgspec.json.encode(tour), indent=2) + b"\n"


def numbered(number: int, of: int, title: str) -> str:
    """The player sorts titles as text, so that ten and more need a zero before the others."""
    return f"{number:0{len(str(of))}} - {title.replace('-', _HYPHEN)}"


def shown_title(title: str) -> str:
    """What the player calls a tour, and looks links to it up by."""
    return title.split("-")[1].strip() if _NUMBERED.match(title) else title
