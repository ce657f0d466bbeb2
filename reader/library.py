"""The tours at hand, by name: those beside the checkout, those in the user's configuration, and those that come with
`reader`. The nearest of a name is the one that the name means; see `surroundings` for what is near.

Owns where they lie, what they may be called, and who may borrow from whom: a tour borrows from those beside it and from
those that come with `reader`, which know no others. Reads the one tour asked for, never all of them to find it. A tour
may come from a stranger: one that lies beside a checkout is not followed out of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from reader import compiled, directories
from reader.errors import BadTour, ReaderError, UnknownName, near
from reader.pattern import pattern
from reader.surroundings import surroundings
from reader.tour import Tour
from reader.value import frozen

if TYPE_CHECKING:
    from reader.plan import Plan  # 14 ms, which few commands need

Origin = Literal["beside", "user", "reader"]

FOLDER = Path(".reader", "tours")  # beside a checkout, or in a folder above the working directory
NAME = pattern(r"[^\W_][\w-]*")
MOST = 200  # tours of one folder that are taken

_WEEK = pattern(r"(?:week|w)?[ _-]?0*(\d{1,2})")
_LINK = "a symbolic link that leads out of the folder that .reader lies in; it is not followed"


@frozen
class Held:
    """A tour's file, not opened yet. `hides` are those of the same name further away. `problem` says why it can be no
    tour, whatever is in it."""

    name: str
    path: Path
    origin: Origin
    hides: tuple[Held, ...] = ()
    problem: str | None = None

    @property
    def source(self) -> str:
        """What loads it again from anywhere; see `source_of`."""
        return self.name if self.origin == "reader" else str(self.path.absolute())

    @property
    def stands_in(self) -> bool:
        """Whether there is another one of this name that comes with reader."""
        return self.origin != "reader" and any(one.origin == "reader" for one in self.hides)


@frozen
class Broken:
    """A tour that cannot be read, with every complaint about it."""

    held: Held
    complaints: tuple[str, ...]


@frozen
class Shelf:
    """Every tour at hand, the weeks in their order and then the others by name; `held` says where each was found."""

    tours: tuple[Tour, ...]
    broken: tuple[Broken, ...]
    held: dict[str, Held]


def directory() -> Path:
    """Where the tours lie that come with reader: in the package when installed, beside it in a checkout of this
    project."""
    inside = Path(__file__).parent / "_tours"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "tours"


def of_user() -> Path:
    """Where the tours of the user lie that are found from everywhere."""
    return directories.config() / "tours"


def names() -> tuple[str, ...]:
    """The weeks in their order, then the others by name."""
    return tuple(one.name for one in _listed() if one.problem is None)


def canonical(name: str) -> str:
    """`week3`, `week03` and `3` are one tour. Raises UnknownName with the names that come near."""
    return find(name).name


def find(name: str) -> Held:
    """The nearest tour of this name. Raises UnknownName with the names that come near."""
    found = _find(name)
    if found.stands_in:
        surroundings.tell(f"{found.name} is {found.path}, which stands in for the one that comes with reader")
    return found


def load(name: str) -> Tour:
    """A tour by its name, or from a file when `name` ends in .toml. Raises UnknownName or BadTour."""
    return _load(path_of(name))


def path_of(name: str) -> Path:
    """The file of a tour. Raises UnknownName."""
    return Path(name) if name.endswith(".toml") else find(name).path


def source_of(name: str) -> str:
    """What loads the same tour again from anywhere, for the progress to keep: an absolute path, or the name of one that
    comes with reader. Raises UnknownName."""
    return str(Path(name).absolute()) if name.endswith(".toml") else find(name).source


def reload(source: str) -> Tour:
    """What `source_of` gave: a tour that is open stays the one that was opened, whatever lies nearer by now."""
    if not source.endswith(".toml"):
        own = directory() / f"{source}.toml"
        if os.access(own, os.F_OK):
            return _load(own)
    return load(source)


def shelf(*, quiet: bool = False) -> Shelf:
    """Reads them all; one that is broken is no hindrance to the others. Unless `quiet` it is told that it is left
    out."""
    tours, broken = [], []
    listed = _listed()
    for held in listed:
        try:
            if held.problem:
                raise BadTour(held.path, [held.problem])
            tours.append(_load(held.path))
        except BadTour as error:
            broken.append(Broken(held, error.complaints))
        except ReaderError as error:
            broken.append(Broken(held, (str(error).removeprefix(f"{held.path}: "),)))
    if not quiet:
        for one in broken:
            surroundings.tell(f"{one.held.path}: {one.complaints[0]}; this tour is left out")
    return Shelf(tuple(tours), tuple(broken), {held.name: held for held in listed if held.problem is None})


def plan() -> Plan:
    """The study plan. Raises BadTour."""
    path = directory() / "plan.toml"
    try:
        return compiled.plan(path)
    except OSError as error:
        raise ReaderError(f"{path}: cannot be read: {error.strerror}") from error


def _find(name: str) -> Held:
    known = {one.name: one for one in _listed() if one.problem is None}
    wanted = name.strip()
    if wanted not in known and (number := _WEEK.fullmatch(wanted.lower())):
        wanted = f"week{int(number[1]):02}"
    if wanted in known:
        return known[wanted]
    raise UnknownName("tour", name, near(wanted, known), hint="`reader tour` lists them all.")


def _load(path: Path) -> Tour:
    refuse_link(path)
    return compiled.tour(path, lender)


def lender(borrower: Path, name: str) -> Path:
    """The file of a tour that the one at `borrower` borrows from: of the same folder, or one that comes with reader.
    What lies nearer to the command does not count, so that a tour says the same wherever it is read."""
    own = directory()
    number = _WEEK.fullmatch(name)
    stems = (name, f"week{int(number[1]):02}") if number else (name,)
    for place in (own,) if borrower.parent == own else (borrower.parent, own):
        for stem in stems:
            found = place / f"{stem}.toml"
            if NAME.fullmatch(stem) and stem != "plan" and os.access(found, os.F_OK):
                refuse_link(found)
                return found
    raise UnknownName("tour", name, hint="A tour borrows from those in its own folder and those that come with reader.")


def _listed() -> tuple[Held, ...]:
    """The nearest of each name; what can be no tour stands in for none."""
    found: dict[str, Held] = {}
    bad = []
    for origin, place in _places():
        for held in _in(origin, place):
            nearer = found.get(held.name)
            if held.problem:
                bad.append(held)
            else:
                found[held.name] = replace(nearer, hides=(*nearer.hides, held)) if nearer else held
    return (*sorted(found.values(), key=lambda one: (not one.name.startswith("week"), one.name)), *bad)


def _places() -> Iterator[tuple[Origin, Path]]:
    for root in dict.fromkeys(surroundings.roots()):
        yield "beside", root / FOLDER
    with suppress(RuntimeError):  # no home directory
        yield "user", of_user()
    yield "reader", directory()


def _in(origin: Origin, place: Path) -> Iterator[Held]:
    """A folder that may not be listed counts as empty."""
    try:
        files = sorted(one.name for one in place.iterdir() if one.name.endswith(".toml") and one.name[0] != ".")
    except OSError:
        return
    for file in files[:MOST]:
        name, path = file.removesuffix(".toml"), place / file
        if origin != "reader":
            yield Held(name, path, origin, problem=_problem(name, path))
        elif name != "plan":
            yield Held(name, path, origin)
    if len(files) > MOST:
        yield Held("...", place, origin, problem=f"of {len(files)} tours in one folder the first {MOST} are taken")


def _problem(name: str, path: Path) -> str | None:
    if name == "plan":
        return "this is the name of the study plan, which is no tour; rename the file"
    if not NAME.fullmatch(name):
        return "a tour is called by letters, digits, - and _; rename the file"
    return _LINK if _leads_out(path) else None


def refuse_link(path: Path) -> None:
    """Raises ReaderError for a file beside a checkout, be it there yet or not, that a link leads out of it."""
    if _leads_out(path):
        raise ReaderError(f"{path}: {_LINK}")


def _leads_out(path: Path) -> bool:
    """Of the folder that its `.reader` lies in, where it lies in one."""
    if path.parent.parts[-2:] != FOLDER.parts:
        return False
    root = os.path.realpath(path.parent.parent.parent)
    return not os.path.realpath(path).startswith(root.rstrip(os.sep) + os.sep)
