"""Classes of a Python file with their bases and members, by lines and indentation.

A fourth of what a parse takes (1.3 ms for a file of 20 KB), because a wide hierarchy asks two hundred files. The
yardstick is `ast`: same classes, bases and members over whole releases (tests/test_hierarchy.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from reader.syntax.broken import masked
from reader.syntax.source import unify
from reader.value import frozen

MemberKind = Literal["method", "property", "field", "class"]

# What starts a line of code; closing brackets and the rest of a string go on with the statement before them.
_LINE = re.compile(r"^([ \t]*)(?=[\w@(\[{*])", re.M)
_HEAD = re.compile(r"(async[ \t]+def|def|class)[ \t]+(\w+)[ \t]*")
_FIELD = re.compile(r"(\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*(?::(?!=)|=(?!=))")
_ALSO = re.compile(r"=[ \t]*(\w+)[ \t]*(?==(?!=))")
_WORD = re.compile(r"(\w+)[ \t]*(?=(\S?))")
_OPEN = re.compile(r"[(\[{]")
_BRACKET = re.compile(r"[()\[\]{},]")
_DOTTED = re.compile(r"[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*")
_KEYWORD = re.compile(r"(\w+)\s*=(?!=)")
_CLAUSES = frozenset({"else", "try", "finally", "if", "elif", "with", "for", "while", "except", "match", "case"})
_SOFT = frozenset({"match", "case"})  # names too, where a colon or an equals sign follows
_PROPERTIES = frozenset({"property", "cached_property", "classproperty", "abstractproperty"})


@frozen
class Member:
    """A name that the body of a class binds. `decorators` are as written, without `@` and arguments."""

    name: str
    kind: MemberKind
    line: int
    start: int
    decorators: tuple[str, ...] = ()

    @property
    def abstract(self) -> bool:
        return any(one.rpartition(".")[2].startswith("abstract") for one in self.decorators)


@frozen
class Class:
    """`bases` are dotted names where they are such (`Generic` of `Generic[T]`), else the expression as written, and no
    keywords: `metaclass` is told apart. `within` are the kinds of the scopes that the symbol names; `end` is
    the line before the next statement that is not in the class."""

    symbol: str
    line: int
    bases: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    metaclass: str | None = None
    within: tuple[Literal["class", "def"], ...] = ()
    end: int = 0

    @property
    def name(self) -> str:
        return self.symbol.rpartition(".")[2]


@dataclass(slots=True)
class _Scope:
    indent: int
    kind: Literal["class", "def", "clause"]
    symbol: str = ""
    line: int = 0
    bases: tuple[str, ...] = ()
    metaclass: str | None = None
    within: tuple[Literal["class", "def"], ...] = ()
    end: int = 0
    members: list[Member] = field(default_factory=list)

    def made(self) -> Class:
        return Class(self.symbol, self.line, self.bases, tuple(self.members), self.metaclass, self.within, self.end)


@lru_cache(maxsize=512)
def classes(text: str) -> tuple[Class, ...]:
    """In order of appearance; conditional twins each for themselves."""
    if "class" not in text:
        return ()
    return tuple(scope.made() for scope in _Scan(masked(unify(text))).run())


class _Scan:
    """One walk over the lines of a text whose strings and comments are blanked."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.scopes: list[_Scope] = []
        self.found: list[_Scope] = []
        self.decorators: list[str] = []
        self.start = 0  # the line of the first decorator
        self.line = 1
        self.counted = 0
        self.behind = 0  # the offset where the head or statement at hand ends

    def run(self) -> list[_Scope]:
        inside = -1  # the indentation of the function that the line may be in, where only heads count
        for match in _LINE.finditer(self.code):
            at = match.end()
            if match.start() < self.behind:
                continue
            indent = len(match[1]) if "\t" not in match[1] else len(match[1].expandtabs(8))
            if 0 <= inside < indent and self.code[at] not in "cda@":
                continue
            self.line += self.code.count("\n", self.counted, at)
            self.counted = at
            self._statement(at, indent)
            top = self.scopes[-1] if self.scopes else None
            inside = top.indent if top is not None and top.kind == "def" else -1
        self._close(0, self.code.count("\n") + 1)
        return self.found

    def _close(self, indent: int, end: int) -> None:
        while self.scopes and self.scopes[-1].indent >= indent:
            self.scopes.pop().end = end

    def _statement(self, at: int, indent: int) -> None:
        self._close(indent, self.line - 1)
        if self.code.startswith("@", at):
            self._decorator(at)
            return
        head = _HEAD.match(self.code, at)
        holder = next((one for one in reversed(self.scopes) if one.kind != "clause"), None)
        if head:
            self._definition(head, indent, holder)
        elif holder is not None and holder.kind == "class":
            self.behind = self._end(at)
            self._field(at, indent, holder)
        self.decorators = []
        self.start = 0

    def _decorator(self, at: int) -> None:
        self.behind = self._end(at)
        name = _DOTTED.match(self.code, at + 1)
        self.decorators.append("".join(name[0].split()) if name else "")
        self.start = self.start or self.line

    def _definition(self, head: re.Match[str], indent: int, holder: _Scope | None) -> None:
        name, is_class = head[2], head[1] == "class"
        self.behind = head.end()
        kind: MemberKind = "class" if is_class else "method"
        if any(one.rpartition(".")[2] in _PROPERTIES for one in self.decorators):
            kind = "property"
        if holder is not None and holder.kind == "class":
            start = self.start or self.line
            holder.members.append(Member(name, kind, self.line, start, tuple(self.decorators)))
        scope = _Scope(
            indent,
            "class" if is_class else "def",
            f"{holder.symbol}.{name}" if holder else name,
            self.line,
            within=(*holder.within, "class" if holder.kind == "class" else "def") if holder else (),
        )
        if is_class:
            scope.bases, scope.metaclass = self._bases(head.end())
            self.found.append(scope)
        elif self.code.startswith("(", head.end()):
            self.behind = self._closing(head.end())
        self.scopes.append(scope)

    def _field(self, at: int, indent: int, holder: _Scope) -> None:
        word = _WORD.match(self.code, at)
        soft = _SOFT if word and word[2] in (":", "=") else frozenset()
        if word and word[1] in _CLAUSES - soft:
            self.scopes.append(_Scope(indent, "clause"))
            return
        bound = _FIELD.match(self.code, at)
        if bound:
            also = _ALSO.findall(self.code, bound.end() - 1, self._line_end(at))
            for name in (*map(str.strip, bound[1].split(",")), *also):
                holder.members.append(Member(name, "field", self.line, self.line))

    def _end(self, at: int) -> int:
        """The end of the line on which the statement at `at` has closed its brackets."""
        end = self._line_end(at)
        while True:
            opened = _OPEN.search(self.code, at, end)
            if opened is None:
                return end
            at = self._closing(opened.start())
            end = max(self._line_end(at), end)

    def _line_end(self, at: int) -> int:
        end = self.code.find("\n", at)
        return end if end >= 0 else len(self.code)

    def _closing(self, at: int) -> int:
        """Behind the bracket that closes the one at `at`; there, where none does."""
        depth = 0
        for match in _BRACKET.finditer(self.code, at):
            depth += (match[0] in "([{") - (match[0] in ")]}")
            if depth == 0:
                return match.end()
        return at + 1

    def _bases(self, at: int) -> tuple[tuple[str, ...], str | None]:
        if self.code.startswith("[", at):  # class X[T](Base)
            at = self._closing(at)
        if not self.code.startswith("(", at):
            return (), None
        self.behind = self._closing(at)
        metaclass, found = None, []
        for argument in arguments(self.code[at + 1 : self.behind - 1]):
            keyword = _KEYWORD.match(argument)
            if keyword:
                metaclass = argument[keyword.end() :].strip() if keyword[1] == "metaclass" else metaclass
            elif not argument.startswith("*"):
                found.append(plain(argument))
        return tuple(found), metaclass


def arguments(inside: str) -> Iterator[str]:
    """What stands between the commas of the outermost level."""
    depth, begin = 0, 0
    for match in _BRACKET.finditer(inside):
        if match[0] == "," and depth == 0:
            if one := inside[begin : match.start()].strip():
                yield one
            begin = match.end()
        elif match[0] != ",":
            depth += 1 if match[0] in "([{" else -1
    if last := inside[begin:].strip():
        yield last


def plain(expression: str) -> str:
    """`a.B` of `a.B[T]`; any other expression on one line."""
    name = _DOTTED.match(expression)
    rest = expression[name.end() :].strip() if name else ""
    if name and (not rest or (rest.startswith("[") and rest.endswith("]"))):
        return "".join(name[0].split())
    return " ".join(expression.split())
