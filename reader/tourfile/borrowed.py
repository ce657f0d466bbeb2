"""A stop that a route borrows: its owner's, with the words and the way to it that the route gives.

What the owner says of other releases holds in the route too. Links of the owner's tour are kept where the stop at the
other end is borrowed as well, and are dropped where it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from reader.tour import LINK, Key, Stop, Variant

_UNLINKED: dict[str, Any] = dict.fromkeys(LINK)


def borrowed(
    lent: Stop, owner: Key, values: Mapping[str, Any], variants: Iterable[Variant], ids: Mapping[Key, str]
) -> Stop:
    """`values` are what the route itself says, `ids` the route's ids for all that it borrows."""
    given = {key: value for key, value in values.items() if key != "from"}
    links_itself = any(key in given for key in LINK)
    names = {stop: name for (tour, stop), name in ids.items() if tour == owner[0]}
    own = tuple(variants)
    theirs = tuple(_renamed(one, {} if links_itself else names) for one in lent.variants)
    link = _UNLINKED if links_itself else _link(lent, names)
    changes: dict[str, Any] = {"owner": owner, "variants": tuple(_both(own, theirs)), **link, **given}
    return replace(lent, **changes)


def _link(stop: Stop, names: Mapping[str, str]) -> dict[str, Any]:
    after, back_from = names.get(stop.after or ""), names.get(stop.back_from or "")
    return {"after": after, "back_from": back_from} if after or back_from else _UNLINKED


def _renamed(variant: Variant, names: Mapping[str, str]) -> Variant:
    """An empty name takes a link away, which nothing needs where the route has given the stop another one."""
    if not names:
        return replace(variant, **_UNLINKED)
    return replace(
        variant,
        after=variant.after and names.get(variant.after, ""),
        back_from=variant.back_from and names.get(variant.back_from, ""),
    )


def _both(own: tuple[Variant, ...], theirs: tuple[Variant, ...]) -> Iterator[Variant]:
    """The first match of one list on top of the first match of the other, as one list whose first match wins."""
    for one in own:
        yield from (_over(one, other) for other in theirs)
        yield one
    yield from theirs


def _over(one: Variant, other: Variant) -> Variant:
    given: dict[str, Any] = {name: value for name in one.__match_args__ if (value := getattr(one, name)) is not None}
    if "after" in given or "back_from" in given:
        given = {**_UNLINKED, **given}
    if "state" in given:
        given.setdefault("reason", None)
    given["when"] = f"{one.when},{other.when}"
    return replace(other, **given)
