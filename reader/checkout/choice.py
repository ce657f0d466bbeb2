"""Which checkout is read: the one asked for, the one around us, the one chosen, or the home release.

Opens what it finds; whoever names a checkout that is none hears so, and is never given the next one in silence. A tree
of another project than vLLM is opened only for whoever said that it shall be: with `--any`, or once with `use --any`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Literal

from reader.checkout.identity import release_of
from reader.checkout.tree import Checkout, Kind
from reader.errors import FetchFailed, NoCheckout
from reader.pattern import pattern

Origin = Literal["option", "environment", "here", "chosen", "home"]

VARIABLE = "READER_CHECKOUT"
# What stands in the root of a project, for who says `--any` somewhere within it.
_OF_A_ROOT = (".git", "pyproject.toml", "setup.py", "PKG-INFO", "CMakeLists.txt", "meson.build", "WORKSPACE")
_RELEASE = pattern(r"v?\d+(\.\d+)+[0-9A-Za-z.+]*")
_WAYS = """Three ways out:
  reader fetch {home}        gets a release from the package index that pip is configured for (needs the network)
  reader use DIR             from now on reads that clone, unpacked source archive or site-packages directory
  --checkout DIR             does so for one command, and {variable}=DIR for one shell"""


class Allowed:
    """Which trees of other projects may be opened: `every`, for who said `--any`, and those that `told` names by their
    real paths, which `use --any` was told before; it is asked only where the answer counts."""

    def __init__(self, every: bool = False, told: Callable[[], Collection[str]] = tuple) -> None:
        self.every = every
        self._told = told

    def has(self, root: Path) -> bool:
        return self.every or self.knows(root)

    def knows(self, root: Path) -> bool:
        return str(root) in self._told()


NONE = Allowed()


def open_checkout(root: Path, allowed: Allowed = NONE) -> Checkout:
    """Opens a clone, an unpacked archive, or an installed package (its site-packages, or vllm/ in it), and any tree
    that is allowed. Raises NoCheckout when there is no `vllm/__init__.py` in another one."""
    top = _top(root)
    if top is None:
        real = Path(os.path.realpath(_expanded(root)))
        if allowed.has(real) and real.is_dir() and not _is_bare(real):
            return _open_project(real)
        raise NoCheckout(f"{root} is no checkout of vLLM: {_why_not(_expanded(root))}")
    if os.path.lexists(top / ".git"):
        kind: Kind = "clone"
    else:
        kind = "archive" if os.access(top / "csrc", os.F_OK) else "package"
    release, hints = release_of(top, kind)
    if kind == "package":
        hints += ("an installed package: it has no csrc/, tests/ or docs/; `reader fetch` gets a whole release",)
    return Checkout(top, release, kind, hints)


def _open_project(root: Path) -> Checkout:
    from reader.checkout.projects import project_of, release_of_project

    if root.parent == root:
        raise NoCheckout(f"{root} is the whole file system; name the directory of one project")
    if not os.access(root, os.R_OK | os.X_OK):
        raise NoCheckout(f"{root} cannot be read: there is no permission; change its mode or its owner")
    clone = os.path.lexists(root / ".git")
    release, hints = release_of_project(root, clone=clone)
    return Checkout(root, release, "clone" if clone else "tree", hints, project_of(root), foreign=True)


def find(start: Path, allowed: Allowed = NONE) -> Checkout | None:
    """The checkout that `start` lies in, or is."""
    place = _around(start, allowed)
    return open_checkout(place, allowed) if place is not None else None


def _around(start: Path, allowed: Allowed) -> Path | None:
    """The nearest one; where every tree is allowed and none was told, the nearest folder that looks like the root of a
    project, or `start` itself."""
    here = Path(os.path.realpath(start))
    places = (here, *here.parents)
    nearest = next((place for place in places if _is_top(place) or allowed.knows(place)), None)
    if nearest is not None or not allowed.every:
        return nearest
    return next((one for one in places if any(os.path.lexists(one / name) for name in _OF_A_ROOT)), here)


def origin(
    option: str | None, environ: Mapping[str, str], cwd: Path, chosen: str | None, allowed: Allowed = NONE
) -> Origin:
    """Who has the say about the checkout, whether what they say is good or bad."""
    if option is not None:
        return "option"
    if environ.get(VARIABLE):
        return "environment"
    if _around(cwd, allowed) is not None:
        return "here"
    return "chosen" if chosen else "home"


def choose(
    option: str | None,
    environ: Mapping[str, str],
    cwd: Path,
    chosen: str | None,
    home: str,
    fetch: Callable[[str], Path],
    at_hand: Callable[[str], Path | None] = lambda release: None,
    allowed: Allowed = NONE,
) -> Checkout:
    """The checkout to read. `option`, the variable and `chosen` may each be a directory or a release at hand; `fetch`
    is called for the home release only, when nobody named anything."""
    match origin(option, environ, cwd, chosen, allowed):
        case "option":
            return named(option or "", cwd, at_hand, "--checkout", "give another one, or leave it out", allowed)
        case "environment":
            remedy = f"set it to another one, or `unset {VARIABLE}`"
            return named(environ[VARIABLE], cwd, at_hand, VARIABLE, remedy, allowed)
        case "here":
            found = find(cwd, allowed)
            assert found is not None  # origin has just seen it
            return found
        case "chosen":
            remedy = "`reader use DIR` chooses another one, `reader use --forget` drops it"
            return named(chosen or "", cwd, at_hand, "the checkout chosen with `reader use`", remedy, allowed)
    try:
        return open_checkout(fetch(home))
    except FetchFailed as error:
        ways = _WAYS.format(home=home, variable=VARIABLE)
        raise NoCheckout(
            f"no checkout of vLLM is at hand, and release {home} could not be fetched:\n{error}\n\n{ways}"
        ) from error


def named(
    text: str,
    cwd: Path,
    at_hand: Callable[[str], Path | None],
    who: str,
    remedy: str,
    allowed: Allowed = NONE,
) -> Checkout:
    """The checkout that `who` names by a directory or by a release at hand; a directory goes first."""
    place = cwd / _expanded(text)
    if text and not os.path.lexists(place) and _RELEASE.fullmatch(text):
        fetched = at_hand(text)
        if fetched is None:
            raise NoCheckout(f"{who} says {text}, a release that is not at hand: `reader fetch {text}` gets it")
        place = fetched
    try:
        return open_checkout(place, allowed)
    except NoCheckout as error:
        raise NoCheckout(f"{who} says {text!r}, but {error}\nTo change it: {remedy}.") from error


def _expanded(path: str | Path) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # ~somebody, and there is no such user
        return Path(path)


def _is_top(place: Path) -> bool:
    return os.access(place / "vllm" / "__init__.py", os.F_OK)  # Path.exists raises where it may not look


def _top(root: Path) -> Path | None:
    """The root itself, or the directory above when given `site-packages/vllm`; resolved."""
    real = Path(os.path.realpath(_expanded(root)))
    if _is_top(real):
        return real
    return real.parent if real.name == "vllm" and _is_top(real.parent) else None


def _is_bare(root: Path) -> bool:
    return all(os.access(root / name, os.F_OK) for name in ("HEAD", "objects", "refs"))


def _why_not(root: Path) -> str:
    if not os.path.lexists(root):
        return "there is no such directory"
    if not root.is_dir():
        return "it is not a directory; unpack an archive first, and name the directory"
    if _is_bare(root):
        return f"it is a bare repository, which has no files to read; `git clone {root} DIR` makes a clone that has"
    return (
        "it has no vllm/__init__.py; name the directory that holds csrc/ and vllm/, or say `--any` too, "
        "to read the source of another project"
    )
