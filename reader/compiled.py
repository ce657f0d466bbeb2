"""Tours and the plan that were read before, in a form that loads faster than TOML: 0.4 ms instead of 40.

Owns the files below the cache directory's `tours/`. Each holds one tour with the stamps of the files that it was read
from, its own and those that it borrows stops from; a stamp that differs, and anything that cannot be read or was not
written here, counts as not being there. Never the only copy of anything.
"""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reader import __version__, cachefile
from reader import tour as tours
from reader.errors import ReaderError
from reader.tour import Tour

if TYPE_CHECKING:
    from reader.plan import Plan

# A file that was written so short a time ago may be written again without a change in its stamp.
_SETTLED = 2_000_000_000  # nanoseconds
_LARGEST = 5_000_000  # bytes, fifty times the longest tour that comes with reader

# Every kind of value that a tour is made of; `Ref` is among the names of that module.
Kinds = Mapping[str, Any]
_KINDS: Kinds = {name: kind for name, kind in vars(tours).items() if is_dataclass(kind)}
# The program that read a tour, by its version and by the shape of its values.
_READER = (__version__, tuple((name, kind.__match_args__) for name, kind in _KINDS.items()))

Stamp = tuple[str, int, int]  # absolute path, size, nanoseconds of the last change
Find = Callable[[Path, str], Path]  # for the tour in this file, that of another one by its name; raises ReaderError

# What this process has had from the cache: a command asks for the same tours up to three times.
_SEEN: dict[str, tuple[tuple[Stamp, ...], Tour]] = {}


def tour(path: Path, find: Find, borrowers: tuple[Path, ...] = ()) -> Tour:
    """What `tourfile.parse` gives; `find` says where the tours lie that this one borrows stops from, `borrowers` are
    those that borrow from this one. Raises ReaderError where a file cannot be read, and BadTour."""
    try:
        return _tour(path, find, borrowers)
    except OSError as error:
        raise ReaderError(f"{path}: cannot be read: {error.strerror}") from error


def _tour(path: Path, find: Find, borrowers: tuple[Path, ...]) -> Tour:
    stamp = _stamp(path)
    place = cachefile.place("tours", path.absolute())
    found = _kept(place, stamp, path, find)
    if found is None:
        found, lenders = _parsed(path, find, borrowers)
        stamps = (stamp, *map(_stamp, lenders))
        if time.time_ns() - max(changed for _, _, changed in stamps) > _SETTLED:
            cachefile.save(place, (_READER, stamps, _packed(found)))
    return found


def _parsed(path: Path, find: Find, borrowers: tuple[Path, ...]) -> tuple[Tour, Iterable[Path]]:
    """Also the files that it borrows from."""
    from reader.tourfile import parse  # msgspec, packaging and tomllib: 40 ms with the parse

    lenders: dict[Path, Tour] = {}

    def lend(name: str) -> Tour:
        lender = find(path, name)
        if lender in (path, *borrowers):
            raise ReaderError(f"{name} borrows from this tour, so that this one cannot borrow from it")
        if lender not in lenders:
            lenders[lender] = tour(lender, find, (path, *borrowers))
        return lenders[lender]

    return parse(path, _bytes(path), lend), lenders


def _bytes(path: Path) -> bytes:
    """Of a tour; `reader tour` takes any file's name, and what is not a text of a fair size is not worth the wait."""
    status = path.stat()
    if stat.S_ISREG(status.st_mode) and status.st_size > _LARGEST:
        size = f"{status.st_size / 1e6:.1f} MB"
        raise ReaderError(f"{path}: {size} is too large to be a tour (limit {_LARGEST // 10**6} MB)")
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise ReaderError(f"{path}: not a regular file (a device, pipe or socket)")
    return path.read_bytes()


def _stamp(path: Path) -> Stamp:
    """All by which a change of a file shows."""
    status = path.stat()
    return str(path.absolute()), status.st_size, status.st_mtime_ns


def _kept(place: Path | None, stamp: Stamp, path: Path, find: Find) -> Tour | None:
    try:
        if stamp[0] in _SEEN and _holds(_SEEN[stamp[0]][0], stamp, path, find):
            return _SEEN[stamp[0]][1]
        reader, stamps, packed = cachefile.load(place)
        if reader != _READER or not _holds(stamps, stamp, path, find):
            return None
        found = _unpacked(packed)
    except (OSError, ReaderError, ValueError, TypeError, KeyError, IndexError):
        return None  # a file that is gone; or it is whole, but not written here
    if not isinstance(found, Tour):
        return None
    _SEEN[stamp[0]] = stamps, found
    return found


def _holds(stamps: tuple[Stamp, ...], stamp: Stamp, path: Path, find: Find) -> bool:
    """Also whether what is borrowed would be borrowed from the same files."""
    lenders = [Path(lender) for lender, _, _ in stamps[1:]]
    return (
        stamps[0] == stamp
        and all(_stamp(Path(one[0])) == one for one in stamps[1:])
        and all(find(path, lender.stem).absolute() == lender for lender in lenders)
    )


def plan(path: Path) -> Plan:
    """What `planfile.parse` gives. Raises BadTour, and OSError where the file cannot be read."""
    from reader import plan as plans  # 14 ms, which few commands need

    kinds: Kinds = {name: kind for name, kind in vars(plans).items() if is_dataclass(kind)}
    program = (__version__, tuple((name, kind.__match_args__) for name, kind in kinds.items()))
    place, stamp = cachefile.place("tours", path.absolute()), _stamp(path)
    try:
        reader, known, packed = cachefile.load(place)
        found = _unpacked(packed, kinds) if (reader, known) == (program, stamp) else None
    except (ValueError, TypeError, KeyError, IndexError):  # whole, but not written here
        found = None
    if isinstance(found, plans.Plan):
        return found
    from reader.planfile import parse  # msgspec and tomllib: 30 ms with the parse

    made = parse(path, path.read_bytes())
    if time.time_ns() - stamp[2] > _SETTLED:
        cachefile.save(place, (program, stamp, _packed(made, kinds)))
    return made


def _packed(value: Any, kinds: Kinds = _KINDS) -> Any:
    """Plain tuples, which is what marshal takes; the first part names the kind, None for a tuple."""
    if isinstance(value, tuple):
        return (None, *(_packed(one, kinds) for one in value))
    kind = kinds.get(type(value).__name__)
    if kind is not None:
        return (kind.__name__, *(_packed(getattr(value, field), kinds) for field in kind.__match_args__))
    return value


def _unpacked(packed: Any, kinds: Kinds = _KINDS) -> Any:
    if type(packed) is not tuple:
        return packed
    kind, *parts = packed
    values = [_unpacked(part, kinds) if type(part) is tuple else part for part in parts]
    return tuple(values) if kind is None else kinds[kind](*values)
