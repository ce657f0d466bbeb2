"""Who may see a function of a file, by its name alone: everybody, or this file; and whether it is a template.

Also decides a condition of the preprocessor from facts, as far as they tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from reader.pattern import pattern
from reader.syntax import Definition
from reader.syntax.cpp import outline_of
from reader.syntax.cpp.arguments import closing, split
from reader.syntax.cpp.scopes import braces

_PARAMETER = pattern(r"([\w>&*\]]\s*(?:\s|&|\*))\s*\w+\Z")  # what stands before the name of a parameter
_ANONYMOUS = pattern(r"\bnamespace\s*\{")
_STATIC = pattern(r"\bstatic\b")
_TEMPLATE = pattern(r"\btemplate\s*<(?!\s*>)")
_LINES = 200  # of one head
_DEEPEST = 200  # parentheses and denials of one condition
_TOKEN = pattern(r"defined\s*\(\s*(\w+)\s*\)|defined\s+(\w+)|&&|\|\||!(?!=)|[()]|\w+|\S")


def is_internal(text: str, definition: Definition) -> bool:
    """`static`, or in a namespace without a name."""
    lines, anonymous = _seen(text)
    if any(first <= definition.line <= last for first, last in anonymous):
        return True
    return _STATIC.search(_head(lines, definition)) is not None


def is_template(text: str, definition: Definition) -> bool:
    """One that is no full specialisation, so that it has no address of its own."""
    return _TEMPLATE.search(_head(_seen(text)[0], definition)) is not None


def parameters(text: str, definition: Definition) -> tuple[str, ...]:
    """Of a function or its declaration: types without names and default values, as far as words tell them apart."""
    code = "\n".join(_seen(text)[0][definition.line - 1 : definition.line + _LINES])
    match = re.search(rf"\b{re.escape(definition.name)}\s*\(", code)
    if match is None:
        return ()
    close = closing(code, match.end() - 1, len(code))
    parts = (code[first:last].partition("=")[0] for first, last in split(code, match.end(), close))
    return tuple("".join(_PARAMETER.sub(r"\1", part.strip()).split()) for part in parts)


def _head(lines: tuple[str, ...], definition: Definition) -> str:
    """From where the definition starts to its name."""
    head = list(lines[max(definition.start, definition.line - _LINES) - 1 : definition.line])
    if head:
        at = re.search(rf"\b{re.escape(definition.name)}\b", head[-1])
        head[-1] = head[-1][: at.start()] if at else head[-1]
    return "\n".join(head)


@lru_cache(maxsize=8)
def _seen(text: str) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """The lines of the code, and the first and last of each namespace without a name."""
    source = outline_of(text).source
    partner, _ = braces(source.code)
    spans = []
    for match in _ANONYMOUS.finditer(source.code):
        end = partner.get(match.end() - 1, len(source.code) - 1)
        spans.append((source.line(match.start()), source.line(end)))
    return tuple(source.code.split("\n")), tuple(spans)


def holds(condition: str | None, facts: Mapping[str, bool]) -> bool | None:
    """Whether macros of which these are defined, and those not, let a line stand; None where that is open."""
    if condition is None:
        return True
    tokens = list(_TOKEN.finditer(condition))
    deep = sum(match[0] in "(!" for match in tokens) > _DEEPEST
    return None if deep else _Condition(tokens, facts).whole()


def learnt(condition: str | None) -> dict[str, bool]:
    """What a condition that holds says for certain: the names of its outermost conjunction."""
    found: dict[str, bool] = {}
    for part in (condition or "").split("&&"):
        match = re.fullmatch(r"\s*(!?)\s*(?:defined\s*\(\s*(\w+)\s*\)|defined\s+(\w+)|([A-Za-z_]\w*))\s*", part)
        if match is not None:
            found[match[2] or match[3] or match[4]] = not match[1]
    return found if "||" not in (condition or "") else {}


class _Condition:
    def __init__(self, tokens: list[re.Match[str]], facts: Mapping[str, bool]) -> None:
        self._tokens = tokens
        self._facts = facts
        self._at = 0
        self._plain = True

    def whole(self) -> bool | None:
        result = self._any()
        return result if self._plain and self._at == len(self._tokens) else None

    def _next(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _any(self) -> bool | None:
        values = [self._all()]
        while self._next() == "||":
            self._at += 1
            values.append(self._all())
        return True if True in values else None if None in values else False

    def _all(self) -> bool | None:
        values = [self._one()]
        while self._next() == "&&":
            self._at += 1
            values.append(self._one())
        return False if False in values else None if None in values else True

    def _one(self) -> bool | None:
        word = self._next()
        if word == "!":
            self._at += 1
            value = self._one()
            return None if value is None else not value
        if word == "(":
            self._at += 1
            value = self._any()
            self._at += 1
            return value if not self._compares() else None
        if self._at >= len(self._tokens):
            return None
        match = self._tokens[self._at]
        self._at += 1
        if self._compares():
            return None
        name = match[1] or match[2] or word
        if name in ("0", "1"):
            return name == "1"
        return self._facts.get(name)

    def _compares(self) -> bool:
        """Passes over what is no plain truth: `__CUDA_ARCH__ >= 800`, `__has_include(...)`."""
        start = self._at
        depth = 0
        while self._next() and (depth or self._next() not in ("&&", "||", ")")):
            depth += {"(": 1, ")": -1}.get(self._next(), 0)
            self._at += 1
        return self._at > start
