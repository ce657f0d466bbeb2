"""What is said of a class or a member beside its name: for every surface that shows one."""

from __future__ import annotations

from reader.hierarchy.values import Kin, Method

_ABSTRACT = {
    "abstract methods": "abstract",
    "abstractmethod": "abstract",
    "by convention": "abstract by convention",
}


def abstract(one: Kin | Method) -> str:
    return _ABSTRACT.get(one.abstract, one.abstract) if one.abstract else ""


def role(one: Method) -> str:
    """ "" of a plain method or class."""
    if one.role in ("method", "class"):
        return ""
    return "set on self" if one.role == "attribute" else f"a {one.role}"


def beyond(one: Kin) -> str:
    """Of a class that is in no file of the checkout, where nothing else is said of it."""
    return "outside of this checkout" if one.path is None and one.note is None else ""


def above(bases: tuple[Kin, ...]) -> str:
    return "above it, in the order in which they are asked" if len(bases) > 1 else "above it"


def below(subclasses: tuple[Kin, ...]) -> str:
    direct = sum(one.depth == 1 for one in subclasses)
    more = f", {direct} of them directly" if direct != len(subclasses) else ""
    number = len(subclasses)
    return f"below it: {number or 'no'} {'class' if number == 1 else 'classes'}{more}"


def overridden(below_it: tuple[Method, ...]) -> str:
    number = len(below_it)
    return f"overridden by {number or 'no'} {'class' if number == 1 else 'classes'}"


RELATED = "members that stand in for others, or others for them"
LEFT_OPEN = "not filled in here"


def beyond_bases(outside: tuple[str, ...]) -> str:
    """Of a member whose class has bases outside of the checkout."""
    return f"what {', '.join(outside)} may have of this name lies outside of this checkout"
