"""A stretch of code as its statements, comments and preprocessor regions, each with the stretches inside it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from reader.pattern import pattern
from reader.syntax.cpp.conditions import Conditional
from reader.syntax.cpp.outline import Outline
from reader.syntax.cpp.source import Directive
from reader.value import frozen

_STEP = pattern(r"[;{}()\[\]]")
_BLACK = pattern(r"\S")
_AFTER_BRACE = pattern(r"\s*(?:else\b|catch\b|[;,)=.\]]|->)")
_AFTER_DO = pattern(r"\s*while\b")
_ELSE = pattern(r"\s*else\b")
_CLAUSED = pattern(r"(?:if|try)\b")
_COMPOUND = pattern(r"(?:if|for|while|switch|do|try|else|catch|namespace|struct|class|union|enum)\b")
_TEMPLATE = pattern(r"template\s*<")
_BETWEEN = pattern(r"[\s}]*")


@frozen
class Part:
    """Statements within a unit, from `begin` to `end`; `start` is that of the clause that they belong to."""

    start: int
    begin: int
    end: int


@frozen
class Unit:
    """`end` is the offset of the last character. `clauses`: the parts are the sides of an `if` or `#if`."""

    start: int
    end: int
    form: Literal["comment", "pragma", "simple", "compound"]
    inner: tuple[Part, ...] = ()
    header: str = ""
    clauses: bool = False


class Statements:
    """The statements of one file, each read in the reading that has it."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._source = outline.source
        self._directives = outline.source.directives
        self._directive_at = [each.start for each in self._directives]
        self._comment_at = [start for start, _ in outline.source.comments]
        self._conditionals = {each.start: each for each in outline.conditions.conditionals}

    def units(self, begin: int, end: int) -> Iterator[Unit]:
        code = self._code(begin)
        at = begin
        while at < end:
            black = _BLACK.search(code, at, end)
            statement = black.start() if black else end
            comment = self._comment(at, statement)
            directive = self._directive(at, end)
            if directive is not None and directive.start < min(statement, comment):
                unit = self._preprocessor(directive, code, end)
                at = directive.end if unit is None else unit.end + 1
            elif comment < statement:
                index = bisect_left(self._comment_at, comment)
                unit = Unit(comment, min(self._source.comments[index][1], end) - 1, "comment")
                at = unit.end + 1
            elif statement < end:
                unit = self._with_remark(self._statement(statement, end, code), end)
                at = unit.end + 1
            else:
                return
            if unit is not None:
                yield unit

    def _code(self, begin: int) -> str:
        """A macro's body, or the reading that was the first to see this place."""
        index = bisect_left(self._directive_at, begin) - 1
        if index >= 0 and self._directives[index].end > begin:
            return self._source.expanded
        return self._outline.readings[self._outline.conditions.reading(begin) or 0]

    def _comment(self, at: int, limit: int) -> int:
        """The next comment that has its line for itself."""
        index = bisect_left(self._comment_at, at)
        while index < len(self._comment_at) and self._comment_at[index] < limit:
            start = self._comment_at[index]
            before = self._source.text[self._source.starts[self._source.line(start) - 1] : start]
            if not before.strip():
                return start
            index += 1
        return len(self._source.text)

    def _with_remark(self, unit: Unit, limit: int) -> Unit:
        """With the comment behind it on its last line, and the comments that go on below it in the same column."""
        index = bisect_left(self._comment_at, unit.end)
        column, line, end = 0, self._source.line(unit.end), unit.end
        while index < len(self._comment_at) and self._source.comments[index][1] <= limit:
            start = self._comment_at[index]
            if self._source.line(start) != line or (column and self._source.column(start) != column):
                break
            column, end = self._source.column(start), self._source.comments[index][1] - 1
            line = self._source.line(end) + 1
            index += 1
        return replace(unit, end=end) if end > unit.end else unit

    def _directive(self, at: int, limit: int) -> Directive | None:
        index = bisect_left(self._directive_at, at)
        if index < len(self._directives) and self._directive_at[index] < limit:
            return self._directives[index]
        return None

    def _preprocessor(self, directive: Directive, code: str, limit: int) -> Unit | None:
        """None for what has no block of its own: include guards, and the ends of regions that began elsewhere."""
        conditional = self._conditionals.get(directive.start)
        if conditional is not None and not conditional.guard and conditional.end <= limit:
            if _is_balanced(code, conditional):
                starts = [directive.start, *(self._line_start(branch.start) for branch in conditional.branches[1:])]
                parts = zip(starts, conditional.branches, strict=True)
                inner = tuple(Part(start, branch.start, branch.end) for start, branch in parts)
                header = f"#{directive.word} {directive.condition}"
                return Unit(directive.start, conditional.end - 1, "compound", inner, header, clauses=True)
            return None
        if directive.word in ("if", "ifdef", "ifndef", "else", "elif", "endif"):
            return None
        form: Literal["pragma", "simple"] = "pragma" if directive.word == "pragma" else "simple"
        return Unit(directive.start, min(directive.end, limit) - 1, form)

    def _line_start(self, offset: int) -> int:
        index = bisect_left(self._directive_at, offset) - 1
        return self._directive_at[index]

    def _statement(self, start: int, limit: int, code: str) -> Unit:
        end, groups = _extent(code, start, limit)
        inner = []
        clause = start
        for opened, closed in groups:
            if ";" in code[opened:closed] and "\n" in code[opened:closed].strip("{}").strip(" "):
                inner.append(Part(clause, opened + 1, closed))
            between = _BETWEEN.match(code, closed + 1)
            clause = between.end() if between else closed + 1
        header = ""
        if inner or _COMPOUND.match(code, start):
            first = groups[0][0] if groups else end + 1
            header = self._source.text[_behind_template(code, start) : first]
        form: Literal["simple", "compound"] = "compound" if header else "simple"
        return Unit(start, end, form, tuple(inner), header, _CLAUSED.match(code, start) is not None)


def _extent(code: str, start: int, limit: int) -> tuple[int, list[tuple[int, int]]]:
    """The offset of the statement's last character, and its outermost `{...}` groups."""
    depth = braces = opened = 0
    groups: list[tuple[int, int]] = []
    branching = _CLAUSED.match(code, start) is not None
    loop = code.startswith("do", start)
    for match in _STEP.finditer(code, start, limit):
        mark, at = match[0], match.start()
        if mark in "([{":
            depth += 1
            if mark == "{":
                braces += 1
                opened = at if braces == 1 else opened
        elif mark in ")]}":
            depth = max(0, depth - 1)
            if mark != "}":
                continue
            if braces == 0:
                return at, groups
            braces -= 1
            if braces == 0:
                groups.append((opened, at))
            if (
                depth == 0
                and not _AFTER_BRACE.match(code, at + 1, limit)
                and not (loop and _AFTER_DO.match(code, at + 1, limit))
            ):
                return at, groups
        elif depth == 0 and not (branching and _ELSE.match(code, at + 1, limit)):
            return at, groups
    return _last_black(code, start, limit), groups


def _last_black(code: str, start: int, limit: int) -> int:
    return start + max(1, len(code[start:limit].rstrip())) - 1


def _behind_template(code: str, start: int) -> int:
    """Past the template heads, which would fill the label."""
    at = start
    while match := _TEMPLATE.match(code, at):
        depth = 1
        index = match.end()
        while index < len(code) and depth and code[index] not in "{;":
            depth += (code[index] == "<") - (code[index] == ">")
            index += 1
        if depth:
            return start
        black = _BLACK.search(code, index)
        at = black.start() if black else index
    return at


def _is_balanced(code: str, conditional: Conditional) -> bool:
    inside = code[conditional.start : conditional.end]
    return inside.count("{") == inside.count("}") and inside.count("(") == inside.count(")")
