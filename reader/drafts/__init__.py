"""What an author of a tour may begin with: a stop for a place in the checkout, with the lines that deserve a note, and
a first tour.

Proposes and writes nothing. What there is to say of a place is the author's to know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import log2
from typing import Any

from reader import syntax
from reader.checkout import UNKNOWN, Checkout
from reader.drafts.anchors import TODO, anchors
from reader.drafts.lanes import lane_of
from reader.errors import ReaderError, UnknownName
from reader.ref import Ref
from reader.resolve import Site, resolve_stop
from reader.tour import Note, Stop, Tour
from reader.tourfile.writing import pair, stop_toml
from reader.value import frozen

__all__ = ["Draft", "draft", "first_ref", "first_tour"]

_WHY = f"{TODO}why one is here, and what to carry away."
_SHORTEST = 2  # minutes
_LISTED = 5
# Where a tour of vLLM may begin, and one of any other tree.
_FIRST = ("vllm/v1/engine/core.py::EngineCore.step", "vllm/engine/llm_engine.py::LLMEngine.step")
_READ_ME = ("README.md", "README.rst", "README.txt", "README", "./")

_TOUR = '''\
# A tour of your own. `reader check {name}` tells every mistake in it at once, `reader tour {name}` opens it, and
# `reader add REF --tour {name}` appends a stop. All keys: "Write a tour" in reader's README.
format = 1
{title}
{home}
intro = """
TODO: what this tour is about, and what one will be able to explain afterwards. A blank line begins a paragraph, and
`names` of the code stand between back quotes.
"""

# A stop. Its id is stable for ever: progress hangs on it. `ref` is path, dir/ or path::Qualified.name, never a line.
# `lane` says which process runs the code: frontend, engine-core, worker, gpu or build. Also: state (live, alias,
# legacy, optional or historical, with a `reason` where not live), stars, when (releases that have the stop, e.g.
# ">=0.11"), and after (the id of the stop whose body calls this one; the call is shown).
# A note stands at the one line of the excerpt that has the fragment `at`. Those below are proposals: take away the
# marks before the ones that you fill in, and delete the others.
{stop}
# A question, once the code is read:
# [[stop.question]]
# ask = "TODO"
# answer = "TODO"

# What differs in other releases; the first that matches wins:
# [[stop.variant]]
# when = "<0.11"
# ref = "path/there.py::Name"
'''


@frozen
class Draft:
    """A stop without notes, and those that it might have. `told` is what its author should know."""

    stop: Stop
    proposed: tuple[Note, ...]
    told: tuple[str, ...] = ()


def draft(ref: Ref, checkout: Checkout, tours: Iterable[Tour], taken: Iterable[str] = (), **given: Any) -> Draft:
    """`tours` are asked for the lane, `taken` are the ids that are no longer free, `given` is what the author says of
    the stop, None where nothing. Raises UnknownName for a ref that leads to no one place here."""
    site = resolve_stop(checkout, ref, None)
    ref, told = _placed(ref, site)
    text = _text(site, checkout)
    values = {
        "id": _id(ref, frozenset(taken)),
        "title": ref.symbol or ref.path,
        "why": _WHY,
        "minutes": _minutes(site),
        "lane": lane_of(site, _head(text, site), tours, checkout.release),
        **({"state": "alias", "reason": f"the code is in {site.path}"} if site.verdict == "alias" else {}),
        **{key: value for key, value in given.items() if value is not None},
    }
    return Draft(Stop(ref=ref, **values), _notes(text, site, checkout), told)


def first_ref(checkout: Checkout) -> Ref:
    """Where a first tour of this checkout may begin."""
    for text in (*_FIRST, *_READ_ME):
        ref = Ref.parse(text)
        if (checkout.has(ref.path) or ref.is_directory) and resolve_stop(checkout, ref, None).verdict == "exact":
            return ref
    return Ref("./")


def first_tour(name: str, title: str | None, checkout: Checkout, begin: Draft) -> str:
    """The text of a tour with one stop, and with a word on every key."""
    known = checkout.release != UNKNOWN
    home = f'home = "{checkout.release if known else 0}"'
    home += "  # the release your text is written against" + ("" if known else "; this checkout does not say its own")
    titled = pair("title", title or f"{TODO}{name}, in one line")
    return _TOUR.format(name=name, title=titled, home=home, stop=stop_toml(begin.stop, begin.proposed))


def _placed(ref: Ref, site: Site) -> tuple[Ref, tuple[str, ...]]:
    """A stop names its code where it is now."""
    if not site.found:
        near = [f"{one.path}::{one.symbol}" if one.symbol else one.path for one in site.candidates[:_LISTED]]
        raise UnknownName(
            "one place" if site.verdict == "ambiguous" else "place", str(ref), near, hint=site.message or ""
        )
    if site.verdict != "moved":
        return ref, ()
    now = Ref(str(site.path), site.symbol if ref.symbol else None)
    return now, (f"{ref} has moved; the stop names {now}",)


def _id(ref: Ref, taken: frozenset[str]) -> str:
    """Of what a reader would call it: the last two names of a symbol, or the file."""
    names = (
        re.split(r"\.|::", ref.symbol)[-2:] if ref.symbol else [ref.path.rstrip("/").rpartition("/")[2].split(".")[0]]
    )
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])", r"\1\3-\2\4", "-".join(names)).lower()
    stem = "-".join(re.findall(r"[a-z0-9]+", words)) or "stop"
    count = next(number for number in range(1, len(taken) + 2) if _numbered(stem, number) not in taken)
    return _numbered(stem, count)


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"


def _minutes(site: Site) -> int:
    """As the tours that come with reader take it: 5 for 20 lines, 7 for 80, 10 for 300."""
    lines = site.end - site.start + 1 if site.start is not None and site.end is not None else 1
    return max(_SHORTEST, round(_SHORTEST + 1.6 * log2(max(lines, 8) / 8)))


def _text(site: Site, checkout: Checkout) -> str:
    """Empty for what has none, or cannot be read: it can be a stop all the same."""
    if site.path is None or site.kind == "directory":
        return ""
    try:
        return checkout.read(site.path).text
    except ReaderError:
        return ""


def _head(text: str, site: Site) -> str:
    if site.start is None or site.line is None:
        return ""
    return "\n".join(text.split("\n")[site.start - 1 : site.line])


def _notes(text: str, site: Site, checkout: Checkout) -> tuple[Note, ...]:
    def is_own(module: str) -> bool:
        return any(checkout.is_directory(f"{top}{module}") for top in ("", "src/", "python/"))

    return anchors(text, syntax.language_of(str(site.path)), site, is_own) if text else ()
