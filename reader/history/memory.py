"""What was found out before about one checkout, so that hundreds of marks are compared in a tenth of a second.

An answer that needed a search holds as long as no file of the checkout changes, one that its own file gave as long as
that file does not; both are told by size and time of change alone, as make does it. A comparison of two texts holds for
ever: it is kept by their digests.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from reader import __version__, cachefile
from reader.history.standing import Standing, standing, text_of

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.ref import Ref

Asked = tuple["Ref", "Ref | None"]  # a ref, and what it stands for where a tour's variant names it
Compared = tuple[tuple[str, str], ...]
_FORM = (1, __version__)
_AT_ITS_PLACE = frozenset({"exact", "elsewhere"})
_MOST = 4000  # comparisons that are remembered


class Memory:
    """Of one checkout, for as long as its files stay as they are. `save` at the end, or nothing is remembered."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._place = cachefile.place("standing", str(checkout.root), checkout.release)
        self._tree = _tree(checkout)
        self._standing: dict[str, tuple[Any, ...]] = {}
        self._compared: dict[str, Compared] = {}
        self._new = False
        self._load()

    def standings(self, asked: Sequence[Asked]) -> tuple[Standing, ...]:
        """In the order of `asked`; what is not known yet is resolved at once."""
        new = [one for one in dict.fromkeys(asked) if _key(one) not in self._standing]
        for one, found in zip(new, _found(self.checkout, new), strict=True):
            self._standing[_key(one)] = self._packed(found)
            self._new = True
        return tuple(Standing(*self._standing[_key(one)][1:]) for one in asked)

    def compared(self, before: str, after: str, compare: Callable[[], Compared]) -> Compared:
        """What `compare` says of two texts that have these digests."""
        key = f"{before}\0{after}"
        if key not in self._compared:
            self._compared[key] = compare()
            self._new = True
        return self._compared[key]

    def save(self) -> None:
        if self._new:
            newest = dict(list(self._compared.items())[-_MOST:])
            cachefile.save(self._place, (_FORM, self._tree, self._standing, newest))

    def _load(self) -> None:
        try:
            form, tree, known, compared = cachefile.load(self._place)
            if form == _FORM:
                self._standing = {key: one for key, one in known.items() if tree == self._tree or self._holds(one)}
                self._compared = compared
        except (TypeError, ValueError, AttributeError, IndexError):  # nothing there, or of another shape
            self._standing, self._compared = {}, {}

    def _holds(self, one: tuple[Any, ...]) -> bool:
        stamp, _, path, *_ = one
        return stamp is not None and stamp == self.checkout.stamp(path)

    def _packed(self, found: Standing) -> tuple[Any, ...]:
        """With the stamp of the one file that the answer hangs on; None where it hangs on the whole tree."""
        alone = found.path is not None and found.verdict in _AT_ITS_PLACE and not found.problem
        stamp = self.checkout.stamp(found.path) if alone and found.path else None
        return stamp, *(getattr(found, name) for name in Standing.__match_args__)


def _key(asked: Asked) -> str:
    ref, instead_of = asked
    return f"{ref}\0{instead_of or ''}"


def _found(checkout: Checkout, asked: Sequence[Asked]) -> Iterator[Standing]:
    if not asked:
        return
    from reader.errors import ReaderError
    from reader.resolve import Resolver  # 25 ms, which whoever remembers does not pay

    for site in Resolver(checkout).stops(asked):
        try:
            yield standing(site, text_of(checkout, site))
        except ReaderError as error:
            yield standing(site, None, str(error))


def _tree(checkout: Checkout) -> str:
    """Of every file's path, size and time: 0.05 s for the 8,200 files of 0.33.0."""
    return sha256(marshal.dumps(sorted(checkout.stamps()))).hexdigest()
