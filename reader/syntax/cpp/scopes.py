"""The walk through one reading of a file: which blocks open scopes, which are bodies, and where each ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.pattern import pattern
from reader.syntax import Kind
from reader.syntax.cpp import heads
from reader.syntax.cpp.heads import Head
from reader.value import frozen

_STOP = pattern(r"[;{}(\[]")
_DEEPEST = 100  # scopes around a definition; what stands deeper is no code of anybody's
_BRACE = pattern(r"[{}]")
_GROUPS = {"(": pattern(r"[()]"), "[": pattern(r"[\[\]]")}
_LOCAL = pattern(r"\b(?:struct|class|union|enum)\b(?:[^;(){}=]|alignas\s*\([^()]*\)|__align__\s*\([^()]*\)){0,400}\{")
_BEFORE_LOCAL = pattern(r"[;{}]\s*(?:(?:typedef|static|const|__shared__|extern)\s+)*\Z")
_INDENT = pattern(r"[ \t]*")
_NESTED = 16  # functions within classes within functions, at most
_DEEPEST = 64  # names that qualify another, at most
_HEAD = 20_000  # characters of a head, at most
_DECLARATOR = pattern(r"\s*(\w+)[^;{}]*;")
_SCOPES = {"class", "struct", "union", "namespace", "transparent"}


@frozen
class Found:
    """A definition or declaration by offsets; `body` is that of its `{`, or that of its start where it has none."""

    symbol: str
    kind: Kind
    name: int
    start: int
    body: int
    end: int


@frozen
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
        self.partner, self._balanced = braces(code)
        self._nested = 0
        self._values = 0
        self._far: dict[str, dict[int, int]] = {}
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
            if mark in _GROUPS:
                position = self._closing(at, limit) + 1
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
        start = max(start, at - _HEAD)
        head = heads.block_head(self.code[start:at])
        end = min(self._end(start, at, head, limit), limit)
        if head is None:
            self._values += 1
            return end + 1, start if self.code[start:at].strip() and self._values % 16 else end + 1
        scope = self._scopes[-1]
        prefix = (*scope.prefix[-_DEEPEST:], *head.scope, *((head.name,) if head.name else ()))
        self._record(head, prefix, scope, start, at, end)
        self._typedef(head, scope, start, at, end)
        if head.form in _SCOPES:
            self._scopes.append(Scope(prefix, head.form, end))
            return at + 1, at + 1
        if head.form != "enum":
            self._locals(prefix, at, end)
        return end + 1, end + 1

    def _end(self, start: int, at: int, head: Head | None, limit: int) -> int:
        """The offset of the closing brace. Where braces do not match, a function ends at the first one that stands
        under its own first line, so that one cut in the middle does not swallow its followers."""
        end = self.partner.get(at, limit)
        if self._balanced or head is None or head.form not in ("function", "kernel"):
            return end
        line = self.code.rfind("\n", 0, start + head.start) + 1
        indent = _INDENT.match(self.code, line)
        margin = self.code.find(f"\n{indent[0] if indent else ''}}}", at, limit)
        return min(end, margin + len(indent[0] if indent else "") + 1) if margin >= 0 else end

    def _locals(self, prefix: tuple[str, ...], at: int, end: int) -> None:
        """Classes defined within a function's body."""
        position = at + 1
        while self._nested < _NESTED and (match := _LOCAL.search(self.code, position, end)):
            position = match.end()
            before = _BEFORE_LOCAL.search(self.code, max(at, match.start() - _HEAD), match.start())
            if before is None:
                continue
            close = min(self.partner.get(match.end() - 1, end), end)
            scopes, self._scopes = self._scopes, []
            self._nested += 1
            self._walk(before.start() + 1, close + 1, Scope(prefix, "", end))
            self._nested -= 1
            self._scopes = scopes
            position = close + 1

    def _closing(self, at: int, limit: int) -> int:
        """The offset of the bracket's partner, its own where it has none. A partner is looked for from here first; one
        failure pays for matching all of them, so that no text takes time by its square."""
        opener = self.code[at]
        if opener not in self._far:
            depth = 0
            for match in _GROUPS[opener].finditer(self.code, at, limit):
                depth += 1 if match[0] == opener else -1
                if depth == 0:
                    return match.start()
            self._far[opener] = _partners(self.code, _GROUPS[opener], opener)[0]
        close = self._far[opener].get(at, at)
        return close if close < limit else at

    def _record(self, head: Head, prefix: tuple[str, ...], scope: Scope, start: int, at: int, end: int) -> None:
        if not head.name or head.form == "transparent" or len(prefix) > _DEEPEST:
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
        if len(scope.prefix) > _DEEPEST:
            return
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


def braces(code: str) -> tuple[dict[int, int], bool]:
    """The offset of each `{` to that of its `}`, and whether every brace has a partner."""
    return _partners(code, _BRACE, "{")


def _partners(code: str, pattern: re.Pattern[str], opener: str) -> tuple[dict[int, int], bool]:
    partner: dict[int, int] = {}
    stack: list[int] = []
    stray = False
    for match in pattern.finditer(code):
        if match[0] == opener:
            stack.append(match.start())
        elif stack:
            partner[stack.pop()] = match.start()
        else:
            stray = True
    return partner, not stack and not stray


def namespaces(code: str) -> Iterator[str]:
    """Every name that the code uses as a namespace."""
    for match in re.finditer(r"namespace\s+([\w:]+)\s*[{=]", code):
        yield from (part.strip() for part in match[1].split("::"))
