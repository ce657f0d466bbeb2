"""How much of what was read has changed since."""

from __future__ import annotations

from typing import Literal, get_args

from reader.history.standing import Standing
from reader.syntax.fingerprint import Fingerprint
from reader.value import frozen

# Worst first. "replaced": the tour leads to other code in this release. "unsure": it cannot be told where the thing is
# now. "unknown": the text is another one, and the mark is from a reader that did not record enough to say in what.
Level = Literal["gone", "replaced", "unsure", "signature", "body", "unknown", "docstring", "moved", "same"]
LEVELS: tuple[Level, ...] = get_args(Level)
_CHANGED: frozenset[Level] = frozenset({"gone", "replaced", "unsure", "signature", "body", "unknown"})


@frozen
class Was:
    """What a mark tells of the thing that was read. `digest` is a `Fingerprint` as text, or an older reader's digest of
    the whole text; None where there was nothing to read."""

    digest: str | None
    path: str | None
    symbol: str | None = None


def is_change(level: Level) -> bool:
    """Whether there is code that one has not read: a new docstring or another file is worth a word, not a mark."""
    return level in _CHANGED


def level(was: Was, now: Standing) -> Level:
    if was.digest is None and was.path is None:
        # There was nothing to read, and the tour said so: what has come since is new.
        return "same" if now.path is None else "unknown"
    if now.path is None:
        return "unsure" if now.verdict == "ambiguous" else "gone"
    place: Level = "same" if _same_place(was, now) else "moved"
    if was.digest is None or now.digest is None:
        return place  # a directory, which has no text
    before, after = Fingerprint.parse(was.digest), Fingerprint.parse(now.digest)
    if before is None or after is None:
        return place if was.digest == now.legacy else "unknown"
    between = level_between(before, after)
    if between != "same" and now.verdict == "elsewhere" and is_other(was.symbol, now.symbol):
        return "replaced"
    return place if between == "same" else between


def level_between(before: Fingerprint, after: Fingerprint) -> Level:
    """Of two texts of one definition, wherever they stand."""
    if before.signature != after.signature:
        return "signature"
    if before.body != after.body:
        return "body"
    return "docstring" if before.docs != after.docs else "same"


def is_other(before: str | None, after: str | None) -> bool:
    """Whether the last names differ; a file has none, and is never another."""
    return _name(before) not in (None, _name(after))


def _name(symbol: str | None) -> str | None:
    return symbol.replace("::", ".").rpartition(".")[2] if symbol else None


def _same_place(was: Was, now: Standing) -> bool:
    return was.path == now.path and (was.symbol is None or was.symbol == now.symbol)
