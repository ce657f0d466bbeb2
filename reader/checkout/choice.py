"""Which checkout is read: the one asked for, the one around us, the one chosen, or the home release.

Opens what it finds; whoever names a checkout that is none hears so, and is never given the next one in silence.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from reader.checkout.identity import release_of
from reader.checkout.tree import Checkout, Kind
from reader.errors import FetchFailed, NoCheckout
from reader.pattern import pattern

Origin = Literal["option", "environment", "here", "chosen", "home"]

VARIABLE = "READER_CHECKOUT"
_RELEASE = pattern(r"v?\d+(\.\d+)+[0-9A-Za-z.+]*")
_WAYS = """Three ways out:
  reader fetch {home}        gets a release from the package index that pip is configured for (needs the network)
  reader use DIR             from now on reads that clone, unpacked source archive or site-packages directory
  --checkout DIR             does so for one command, and {variable}=DIR for one shell"""


def open_checkout(root: Path) -> Checkout:
    """Opens a clone, an unpacked archive, or an installed package (its site-packages, or vllm/ in it). Raises
    NoCheckout when there is no `vllm/__init__.py`."""
    top = _top(root)
    if top is None:
        raise NoCheckout(f"{root} is no checkout of vLLM: {_why_not(root)}")
    if os.path.lexists(top / ".git"):
        kind: Kind = "clone"
    else:
        kind = "archive" if os.access(top / "csrc", os.F_OK) else "package"
    release, hints = release_of(top, kind)
    if kind == "package":
        hints += ("an installed package: it has no csrc/, tests/ or docs/; `reader fetch` gets a whole release",)
    return Checkout(top, release, kind, hints)


def find(start: Path) -> Checkout | None:
    """The checkout that `start` lies in, or is."""
    here = Path(os.path.realpath(start))
    for place in (here, *here.parents):
        if _is_top(place):
            return open_checkout(place)
    return None


def origin(option: str | None, environ: Mapping[str, str], cwd: Path, chosen: str | None) -> Origin:
    """Who has the say about the checkout, whether what they say is good or bad."""
    if option is not None:
        return "option"
    if environ.get(VARIABLE):
        return "environment"
    here = Path(os.path.realpath(cwd))
    if any(_is_top(place) for place in (here, *here.parents)):
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
) -> Checkout:
    """The checkout to read. `option`, the variable and `chosen` may each be a directory or a release at hand; `fetch`
    is called for the home release only, when nobody named anything."""
    match origin(option, environ, cwd, chosen):
        case "option":
            return named(option or "", cwd, at_hand, "--checkout", "give another one, or leave it out")
        case "environment":
            return named(environ[VARIABLE], cwd, at_hand, VARIABLE, f"set it to another one, or `unset {VARIABLE}`")
        case "here":
            found = find(cwd)
            assert found is not None  # origin has just seen it
            return found
        case "chosen":
            remedy = "`reader use DIR` chooses another one, `reader use --forget` drops it"
            return named(chosen or "", cwd, at_hand, "the checkout chosen with `reader use`", remedy)
    try:
        return open_checkout(fetch(home))
    except FetchFailed as error:
        ways = _WAYS.format(home=home, variable=VARIABLE)
        raise NoCheckout(
            f"no checkout of vLLM is at hand, and release {home} could not be fetched:\n{error}\n\n{ways}"
        ) from error


def named(text: str, cwd: Path, at_hand: Callable[[str], Path | None], who: str, remedy: str) -> Checkout:
    """The checkout that `who` names by a directory or by a release at hand; a directory goes first."""
    place = cwd / _expanded(text)
    if text and not os.path.lexists(place) and _RELEASE.fullmatch(text):
        fetched = at_hand(text)
        if fetched is None:
            raise NoCheckout(f"{who} says {text}, a release that is not at hand: `reader fetch {text}` gets it")
        place = fetched
    try:
        return open_checkout(place)
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


def _why_not(root: Path) -> str:
    if not os.path.lexists(root):
        return "there is no such directory"
    if not root.is_dir():
        return "it is not a directory; unpack an archive first, and name the directory"
    if (root / "HEAD").is_file() and (root / "objects").is_dir():
        return f"it is a bare repository, which has no files to read; `git clone {root} DIR` makes a clone that has"
    return "it has no vllm/__init__.py; name the directory that holds csrc/ and vllm/"
