"""Where a step of a stranger's tour stands: its path made relative to the checkout, its line as the player tells it.

Refuses what leads out of the checkout, and says of a file that is not there which come near.
"""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from reader.checkout import Checkout
from reader.codetour.javascript import first_line, units
from reader.codetour.parsing import GivenStep, GivenTour
from reader.codetour.seen import Seen, Sight
from reader.errors import BadRef, ReaderError, near
from reader.ref import Ref
from reader.value import frozen

_DRIVE = re.compile(r"[A-Za-z]:[\\/]|[A-Za-z]:$")
_NUMBERED = re.compile(r"#?(\d+)\s+-")


class NotPlaced(ReaderError):
    """Why a step has no place in the checkout, in words for who imports it."""


@frozen
class Found:
    """`path` of a file or directory that may or may not be there. `told` is what had to be done to it."""

    path: str
    told: str | None = None


def path_of(given: str, checkout: Checkout, *, directory: bool = False) -> Found:
    """Raises NotPlaced for a path that is none, or that leads out."""
    if not given.strip() or not given.isprintable():
        raise NotPlaced(f"{given!r} is no path")
    path = given.strip().replace("\\", "/")
    absolute = _DRIVE.match(path) is not None or path.startswith(("//", "~"))
    if absolute:
        return _of_absolute(given, path, checkout, directory)
    told = None
    relative = path.lstrip("/") or "."
    if path != given and "\\" in given:
        told = f"{given!r} is read as {relative!r}"
    try:
        clean = Ref.parse(relative + "/" * directory).path.rstrip("/") or "."
    except BadRef as error:
        raise NotPlaced(f"{given!r} is not taken: {error.reason}") from error
    if "::" in relative:
        raise NotPlaced(f"{given!r} has '::' in it, which a ref cannot tell from a symbol")
    if not _there(checkout, clean, directory) and _there(checkout, unquote(clean), directory):
        return Found(unquote(clean), told)
    return Found(clean, told)


def _of_absolute(given: str, path: str, checkout: Checkout, directory: bool) -> Found:
    """Somebody's own place: the longest end of it that the checkout has."""
    parts = [part for part in re.sub(r"^[A-Za-z]:", "", path).split("/") if part not in ("", "~")]
    if ".." not in parts:
        for start in range(1, len(parts)):
            tail = "/".join(parts[start:])
            if "::" not in tail and _there(checkout, tail, directory):
                return Found(tail, f"{given!r} is an absolute path; {tail!r} here is taken for it")
    raise NotPlaced(f"{given!r} is an absolute path of which nothing is in this checkout")


def _there(checkout: Checkout, path: str, directory: bool) -> bool:
    return checkout.is_directory(path) if directory else checkout.has(path)


def of_uri(uri: str, checkout: Checkout) -> Found:
    """A file: one that lies in the checkout; anything else is not ours to open. Raises NotPlaced."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        raise NotPlaced(f"{uri!r} is not of this checkout")
    path = unquote(parts.path)
    root = str(checkout.root)
    if path.startswith(root.rstrip("/") + "/"):
        return path_of(path[len(root.rstrip("/")) + 1 :], checkout)
    return path_of(path.lstrip("/") if _DRIVE.match(path.lstrip("/")) else f"/{path}", checkout)


def namesakes(path: str, checkout: Checkout) -> list[str]:
    """The files of the same name, those with most of the folders before it first."""
    parts = PurePosixPath(path).parts
    found = [one for one in checkout.files() if one.rpartition("/")[2] == parts[-1]]
    return sorted(found, key=lambda one: (-_shared(PurePosixPath(one).parts, parts), one))


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(reversed(one), reversed(other), strict=False)))


def missing(path: str, checkout: Checkout) -> str:
    """What is said of a file that is not there."""
    names = namesakes(path, checkout)[:3] or near(path, _beside(path, checkout))
    return "there is no such file in this checkout" + (f"; did you mean {' or '.join(names)}?" if names else "")


def _beside(path: str, checkout: Checkout) -> list[str]:
    """The files in its folder, or in the nearest one above that is there."""
    for above in PurePosixPath(path).parents:
        folder = str(above)
        if checkout.is_directory(f"{folder}/"):
            return [f"{folder}/{name}".removeprefix("./") for name in checkout.entries(folder) if name[-1] != "/"]
    return []


def line_of_step(step: GivenStep, tour: GivenTour, sight: Sight, path: str) -> tuple[Seen, int, int | None] | None:
    """As the player: the line, else the selection, else the pattern, else the marker. The player stands at the end of a
    selection, but the code in it is meant: its first line and its last. None for the file as a whole. Raises
    ReaderError."""
    if step.line or step.selection:
        seen = sight.of(step, path)
        if seen is None:
            raise NotPlaced("its file cannot be read")
        return (seen, step.line, None) if step.line else (seen, *(step.selection or (1, None)))
    pattern = step.pattern or _marker(step, tour)
    if pattern is None:
        return None
    return _matched(step, sight, path, pattern)


def _matched(step: GivenStep, sight: Sight, path: str, pattern: str) -> tuple[Seen, int, int | None] | None:
    for seen in (sight.now(path), sight.of(step, path)):
        if seen is not None:
            line = first_line(pattern, units("\n".join([*seen.lines, ""])))
            if line is not None:
                return seen, min(line, len(seen.lines)), None
    if step.pattern is None:
        return None
    raise NotPlaced(f"its pattern matches nothing: {pattern[:120]!r}")


def _marker(step: GivenStep, tour: GivenTour) -> str | None:
    """What the player looks for where a step has nothing but a file."""
    numbered = _NUMBERED.match(tour.title)
    marker = tour.marker or (f"CT{int(numbered[1])}" if numbered and int(numbered[1]) else None)
    return f"{marker}.{step.number}" if marker else None
