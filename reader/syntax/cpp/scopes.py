"""The walk through one reading of a file: which blocks open scopes, which are bodies, and where each ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reader.syntax import Kind
from reader.syntax.cpp import heads
from reader.syntax.cpp.heads import Head

_STOP = re.compile(r"[;{}(\[]")
_BRACE = re.compile(r"[{}]")
_PAREN = re.compile(r"[()]")
_SQUARE = re.compile(r"[\[\]]")
_LEFT_MARGIN = re.compile(r"\n\}")
_LOCAL = re.compile(r"(?<=[;{}])\s*(?:typedef\s+)?(?:struct|class|union|enum)\b[^;(){}=]*\{")
_DECLARATOR = re.compile(r"\s*(\w+)[^;{}]*;")
_SCOPES = {"class", "struct", "union", "namespace", "transparent"}


@dataclass(frozen=True, slots=True)
class Found:
    """A definition or declaration by offsets; `body` is that of its `{`, or that of its start where it has none."""

    symbol: str
    kind: Kind
    name: int
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Scope:
    """A block whose inside is declarations; `end` is the offset of its `}`."""

    prefix: tuple[str, ...]
    form: str
    end: int

    @property
    def class_name(self) -> str:
        return self.prefix[-1] if self.prefix and self.form in ("class", "struct", "union") else ""


class Walk:
    """All that one reading defines and declares. `namespaces` are names known to be namespaces, for `ns::f`."""

    def __init__(self, code: str, namespaces: frozenset[str]) -> None:
        self.code = code
        self.namespaces = namespaces
        self.partner = braces(code)
        self.definitions: list[Found] = []
        self.declarations: list[Found] = []
        self._scopes: list[Scope] = []

    def run(self) -> Walk:
        self._walk(0, len(self.code), Scope((), "", len(self.code)))
        return self

    def _walk(self, position: int, limit: int, outer: Scope) -> None:
        code = self.code
        self._scopes = [outer]
        start = position
        while match := _STOP.search(code, position, limit):
            at = match.start()
            position = at + 1
            mark = code[at]
            if mark == "(":
                position = _closing(code, at, _PAREN, "(", limit) + 1
            elif mark == "[":
                position = _closing(code, at, _SQUARE, "[", limit) + 1
            elif mark == ";":
                self._statement(start, at)
                start = position
            elif mark == "}":
                self._close(at)
                start = position
            else:
                position, start = self._block(start, at, limit)

    def _close(self, at: int) -> None:
        while len(self._scopes) > 1 and self._scopes[-1].end <= at:
            self._scopes.pop()

    def _block(self, start: int, at: int, limit: int) -> tuple[int, int]:
        """Where to go on, and where the next head starts."""
        end = min(self.partner.get(at, limit), limit)
        head = heads.block_head(self.code[start:at])
        if head is None:
            return end + 1, start if self.code[start:at].strip() else end + 1
        scope = self._scopes[-1]
        prefix = (*scope.prefix, *head.scope, *((head.name,) if head.name else ()))
        if head.form in _SCOPES:
            self._record(head, prefix, scope, start, at, end)
            self._typedef(head, scope, start, at, end)
            self._scopes.append(Scope(prefix, head.form, end))
            return at + 1, at + 1
        self._record(head, prefix, scope, start, at, end)
        self._typedef(head, scope, start, at, end)
        return end + 1, end + 1

    def _record(self, head: Head, prefix: tuple[str, ...], scope: Scope, start: int, at: int, end: int) -> None:
        if not head.name or head.form == "transparent":
            return
        kind: Kind = head.form
        if kind == "function" and (scope.class_name or (head.scope and head.scope[-1] not in self.namespaces)):
            kind = "method"
        end = min(end, len(self.code) - 1)
        self.definitions.append(Found("::".join(prefix), kind, start + head.at, start + head.start, at, end))

    def _typedef(self, head: Head, scope: Scope, start: int, at: int, end: int) -> None:
        """`typedef struct {...} X;` defines X."""
        match = _DECLARATOR.match(self.code, end + 1) if head.typedef else None
        if match is not None:
            symbol = "::".join((*scope.prefix, match[1]))
            self.definitions.append(Found(symbol, "type", match.start(1), start + head.start, at, match.end() - 1))

    def _statement(self, start: int, at: int) -> None:
        text = self.code[start:at]
        head = heads.alias(text) if "using" in text or "typedef" in text else None
        scope = self._scopes[-1]
        into = self.definitions
        kind: Kind = "type"
        if head is None:
            if "(" not in text:
                return
            head = heads.prototype(text, scope.class_name)
            into, kind = self.declarations, "declaration"
        if head is None:
            return
        symbol = "::".join((*scope.prefix, *head.scope, head.name))
        into.append(Found(symbol, kind, start + head.at, start + head.start, start + head.start, at))


def braces(code: str) -> dict[int, int]:
    """The offset of each `{` to that of its `}`. One that is never closed ends at the next `}` in the first column,
    if its own line starts there, so that a function cut in the middle does not swallow its followers."""
    partner: dict[int, int] = {}
    stack: list[int] = []
    for match in _BRACE.finditer(code):
        if match[0] == "{":
            stack.append(match.start())
        elif stack:
            partner[stack.pop()] = match.start()
    return partner


def _closing(code: str, at: int, pattern: re.Pattern[str], opener: str, limit: int) -> int:
    """The offset of the bracket's partner; its own where it has none."""
    depth = 0
    for match in pattern.finditer(code, at, limit):
        depth += 1 if match[0] == opener else -1
        if depth == 0:
            return match.start()
    return at


def namespaces(code: str) -> Iterator[str]:
    for match in re.finditer(r"\bnamespace\s+([\w:\s]+?)\s*[{=]", code):
        yield from (part.strip() for part in match[1].split("::"))
