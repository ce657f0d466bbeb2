"""The tours that come with `reader`, by name.

Owns where they lie and what they may be called. Reads the one tour asked for, never all of them to find it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from reader import compiled
from reader.errors import ReaderError, UnknownName, near
from reader.tour import Tour

if TYPE_CHECKING:
    from reader.plan import Plan  # 14 ms, which few commands need


def directory() -> Path:
    """Where the tours lie: inside the package when installed, beside it in a checkout of this project."""
    inside = Path(__file__).parent / "_tours"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "tours"


def names() -> tuple[str, ...]:
    """The weeks in their order, then the others by name."""
    found = (path.stem for path in directory().glob("*.toml") if path.stem != "plan")
    return tuple(sorted(found, key=lambda name: (not name.startswith("week"), name)))


def canonical(name: str) -> str:
    """`week3`, `week03` and `3` are one tour. Raises UnknownName with the names that come near."""
    known = names()
    number = re.fullmatch(r"(?:week|w)?[ _-]?0*(\d{1,2})", name.strip().lower())
    wanted = f"week{int(number[1]):02}" if number else name.strip()
    if wanted in known:
        return wanted
    raise UnknownName("tour", name, near(wanted, known), hint="`reader tour` lists them all.")


def load(name: str) -> Tour:
    """A tour by its name, or from a file when `name` ends in .toml. Raises UnknownName or BadTour."""
    return compiled.tour(path_of(name), path_of)


def path_of(name: str) -> Path:
    """The file of a tour. Raises UnknownName."""
    return Path(name) if name.endswith(".toml") else directory() / f"{canonical(name)}.toml"


def plan() -> Plan:
    """The study plan. Raises BadTour."""
    path = directory() / "plan.toml"
    try:
        return compiled.plan(path)
    except OSError as error:
        raise ReaderError(f"{path}: cannot be read: {error.strerror}") from error
