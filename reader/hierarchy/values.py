"""What the web of classes is told in."""

from __future__ import annotations

from typing import Literal

from reader.value import frozen

Role = Literal["method", "property", "field", "class", "attribute"]


@frozen
class Kin:
    """A class above or below another. `symbol` is as written where `path` is None: outside of the checkout, or not to
    be told (`note` says which). `depth` counts from 1 for the direct ones; `parents` are those by which it hangs on
    the tree, as (path, symbol), the nearest first. `abstract` says by what: "protocol", "ABC", "abstract methods"."""

    symbol: str
    path: str | None
    line: int | None
    depth: int
    parents: tuple[tuple[str, str], ...] = ()
    abstract: str | None = None
    sure: bool = True
    note: str | None = None

    @property
    def outside(self) -> bool:
        return self.path is None


@frozen
class Method:
    """What one class binds under the name of a method. `role` "attribute": set on `self` in one of its methods.
    `depth` is that of the class; `abstract` says by what: "abstractmethod", "protocol", "by convention" (its body
    only raises NotImplementedError)."""

    path: str
    symbol: str
    role: Role
    line: int
    depth: int
    abstract: str | None = None
    sure: bool = True
    note: str | None = None


@frozen
class Standing:
    """A member with what it stands in for in the bases, nearest first, and what stands in for it in subclasses."""

    own: Method
    above: tuple[Method, ...] = ()
    below: tuple[Method, ...] = ()


@frozen
class Family:
    """`bases` in method resolution order, `subclasses` nearest first, `members` in order of appearance. `left_open` is
    what bases declare abstract and the class does not fill in."""

    me: Kin
    bases: tuple[Kin, ...] = ()
    subclasses: tuple[Kin, ...] = ()
    members: tuple[Standing, ...] = ()
    left_open: tuple[Method, ...] = ()
