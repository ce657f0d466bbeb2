"""The keys of a tour's file: which there are, which must be there, and how each value is converted.

Every conversion raises ValueError, msgspec's own error or BadRef for a value that will not do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from reader.ref import Ref
from reader.tour import Key, Lane, Message, Note, Question, State, Variant

FORMAT = 1

Text = Annotated[str, msgspec.Meta(min_length=1)]
Convert = Callable[[Any], Any]
Fields = Mapping[str, tuple[bool, Convert]]


def _typed(kind: Any) -> Convert:
    return lambda value: msgspec.convert(value, kind)


def _one_of(kind: Any) -> Convert:
    def converted(value: object) -> object:
        if value not in get_args(kind):
            raise ValueError(f"{value!r} is none of {', '.join(get_args(kind))}")
        return value

    return converted


def _prose(value: object) -> str:
    text = msgspec.convert(value, Text).strip()
    if not text:
        raise ValueError("is empty")
    return text


def _ref(value: object) -> Ref:
    return Ref.parse(msgspec.convert(value, Text))


def _when(value: object) -> str:
    text = msgspec.convert(value, Text)
    try:
        SpecifierSet(text)
    except InvalidSpecifier as error:
        raise ValueError(f"{text!r} is no version specifier; write e.g. '>=0.11' or '>=0.9,<0.12'") from error
    return text


def _release(value: object) -> str:
    text = msgspec.convert(value, Text)
    try:
        return str(Version(text))
    except InvalidVersion as error:
        raise ValueError(f"{text!r} is no release; write e.g. '0.13.0'") from error


def _id(value: object) -> str:
    text = msgspec.convert(value, Text)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError(f"{text!r} is no id; use lower-case letters, digits and single hyphens")
    return text


def _items(value: object) -> tuple[str, ...]:
    items = msgspec.convert(value, tuple[Text, ...])
    for item in items:
        if not re.fullmatch(r"w\d+\.\d+\.\d+|p\d+\.\d+", item):
            raise ValueError(f"{item!r} is no plan item; they look like w3.1.1 or p2.1")
    return items


def _format(value: object) -> int:
    if value != FORMAT or isinstance(value, bool):
        raise ValueError(f"is {value!r}; this reader knows format {FORMAT}")
    return FORMAT


def _message(value: object) -> Message:
    texts = msgspec.convert(value, dict[str, Text])
    if texts.keys() != set(Message.__match_args__):
        raise ValueError("has the keys sent, received and over, all three")
    return Message(**texts)


def _lent(value: object) -> Key:
    tour, colon, stop = msgspec.convert(value, Text).rpartition(":")
    if not colon or not tour:
        raise ValueError(f"{value!r} names no stop of another tour; write e.g. 'week03:engine-step'")
    return tour, _id(stop)


_STARS = Annotated[int, msgspec.Meta(ge=0, le=3)]
_MINUTES = Annotated[int, msgspec.Meta(ge=1, le=480)]
_WEEK = Annotated[int, msgspec.Meta(ge=1, le=99)]

# key -> (required, conversion)
NOTE = {"at": (True, _prose), "say": (True, _prose), "when": (False, _when)}
QUESTION = {"ask": (True, _prose), "answer": (True, _prose), "ref": (False, _ref), "when": (False, _when)}
VARIANT = {
    "when": (True, _when),
    "title": (False, _prose),
    "ref": (False, _ref),
    "why": (False, _prose),
    "lane": (False, _one_of(Lane)),
    "state": (False, _one_of(State)),
    "reason": (False, _prose),
    "after": (False, _typed(str)),  # "" takes the stop's own link away
    "back_from": (False, _typed(str)),
    "message": (False, _message),
    "call": (False, _prose),
}
STOP = {
    "id": (True, _id),
    "title": (True, _prose),
    "ref": (True, _ref),
    "why": (True, _prose),
    "minutes": (True, _typed(_MINUTES)),
    "lane": (False, _one_of(Lane)),
    "state": (False, _one_of(State)),
    "reason": (False, _prose),
    "stars": (False, _typed(_STARS)),
    "covers": (False, _items),
    "after": (False, _id),
    "back_from": (False, _id),
    "message": (False, _message),
    "call": (False, _prose),
    "when": (False, _when),
}
TOUR = {
    "format": (True, _format),
    "title": (True, _prose),
    "home": (True, _release),
    "intro": (True, _prose),
    "week": (False, _typed(_WEEK)),
}
BORROWED = {
    "from": (True, _lent),
    "id": (False, _id),
    "why": (False, _prose),
    "after": (False, _id),
    "back_from": (False, _id),
    "message": (False, _message),
    "call": (False, _prose),
}
TABLES: dict[str, tuple[Callable[..., Any], Fields]] = {
    "note": (Note, NOTE),
    "question": (Question, QUESTION),
    "variant": (Variant, VARIANT),
}
