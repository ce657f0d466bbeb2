"""Every place where a word stands as code in C++ or CUDA, and what stands around it there.

Comments and literals are no code; the bodies of macros are, and both sides of an `#if`. Says what a name is in its own
file: a definition's, a local one's, a member's. What it leads to is not decided here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from reader.pattern import pattern
from reader.syntax import Definition
from reader.syntax.cpp import outline_of
from reader.syntax.cpp.arguments import closing, split
from reader.syntax.cpp.callees import after_arguments, opening, operand
from reader.syntax.cpp.outline import Outline
from reader.syntax.cpp.scopes import braces
from reader.value import frozen

Role = Literal["use", "definition", "declaration", "local", "directive"]

_JOINT = pattern(r"::\s*(?:template\s+)?\Z")
_MEMBER = pattern(r"(?:\.|->)\s*(?:template\s+)?\Z")
_WORD_BEFORE = pattern(r"[A-Za-z_]\w*\s*\Z")
_WORD = pattern(r"[A-Za-z_]\w*")
_CALL = pattern(r"\s*(\(|<<<)")
_AFTER_DECLARED = pattern(r"\s*(?:[=;,)\[{]|:(?!:))")
_TEMPLATE_PARAMETER = pattern(r"[<,]\s*(?:typename|class|bool|int|unsigned|auto|size_t|[\w:]+)\s*(?:\.\.\.)?\s*\Z")
_TEMPLATE = pattern(r"\btemplate\s*<[^;{}()]*\Z")
# What ends before the name that is declared: a type, its arguments, and marks of pointers.
_TYPED = pattern(
    r"(?<![\w:])([A-Za-z_][\w:]*)(?:\s*<[^;{}]{0,160}>)?(?:\s+const)?(?:\s*[&*]+(?:\s*(?:const|__restrict__)\b)?|\s)\s*\Z"
)
_NO_TYPES = {
    "return", "else", "case", "goto", "throw", "new", "delete", "co_return", "operator", "and", "or", "not", "using",
    "namespace", "typename", "template", "class", "struct", "enum", "union", "public", "private", "protected", "const",
    "static", "constexpr", "inline", "extern", "volatile", "typedef", "friend", "virtual", "explicit", "mutable", "do",
    "__device__", "__host__", "__global__", "__forceinline__", "__restrict__", "sizeof", "if", "while", "for", "in",
    "__shared__", "__constant__", "final", "override", "consteval", "constinit", "thread_local", "register", "defined",
}  # fmt: skip
_BODIES = ("function", "method", "kernel", "macro")


@frozen
class Mention:
    """`qualifier` is what stands before it with `::` (`rooted`: from the global scope), `receiver` what stands before
    a `.` or `->`, None where neither is. `arguments` counts those of a call. `scopes` are the parts of the name of the
    definition or namespace it stands in; of a macro's body none, since that may be expanded anywhere."""

    line: int
    column: int
    role: Role
    qualifier: tuple[str, ...]
    rooted: bool
    receiver: str | None
    called: bool
    arguments: int | None
    template: str | None
    scopes: tuple[str, ...]
    within: str | None
    in_macro: bool
    type_of_receiver: str | None
    text: str


_ARGUMENTS = 20_000  # characters of one call's, a lambda being one
_LONGEST = 4_000  # characters of the line that is kept of a mention
_UNCLOSED = 50  # calls of one file that nothing closes


def mentions(text: str, name: str) -> tuple[Mention, ...]:
    return tuple(_Reading(outline_of(text), name).run())


def declared(text: str, name: str, line: int, column: int) -> tuple[int, int] | None:
    """Where the local that the name means at this position is declared: line and column."""
    return _Reading(outline_of(text), name).declaration(line, column)


class _Reading:
    def __init__(self, outline: Outline, name: str) -> None:
        self.outline = outline
        self.source = outline.source
        self.code = outline.source.expanded
        self.name = name
        self.word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        self.own = [one for one in outline.definitions if _last(one) == name]
        self.declared = [one for one in outline.declarations if _last(one) == name]
        self.shadows: list[tuple[int, int]] = []
        self.heads: list[int] = []  # of each of these, where it is declared
        self.unclosed = 0
        self.partner, _ = braces(self.code)
        self.opens = sorted(self.partner)
        self.defines = [one for one in self.source.directives if one.word == "define"]
        self.define_at = [one.start for one in self.defines]

    def run(self) -> Iterator[Mention]:
        offsets = [match.start() for match in self.word.finditer(self.code)]
        for at in offsets:
            self._shadow(at)
        for at in offsets:
            if not self._is_parameter(at):
                yield self._mention(at, self._role(at))
        for directive in self.source.directives:
            if directive.word in ("if", "ifdef", "ifndef", "elif", "elifdef", "elifndef", "undef"):
                for one in self.word.finditer(directive.rest):
                    yield self._mention(directive.rest_at + one.start(), "directive")

    def declaration(self, line: int, column: int) -> tuple[int, int] | None:
        offsets = [match.start() for match in self.word.finditer(self.code)]
        for at in offsets:
            self._shadow(at)
        here = next((at for at in offsets if self._position(at) == (line, column)), None)
        if here is None:
            return None
        over = [at for (first, last), at in zip(self.shadows, self.heads, strict=True) if first <= here < last]
        before = [at for at in over if at <= here]
        return self._position(max(before) if before else min(over)) if over else None

    def _mention(self, at: int, role: Role) -> Mention:
        code, end = self.code, at + len(self.name)
        line = self.source.line(at)
        first, parts, rooted = _qualifier(code, at)
        member = _MEMBER.search(code, max(0, first - 40), first)
        receiver = code[operand(code, member.start()) : member.start()].strip() if member else None
        behind = after_arguments(code, end)
        call = _CALL.match(code, behind) if behind is not None else None
        arguments = None
        if call and call[1] == "(":
            arguments = self._arguments(call.end())
        around = self._around(line, at)
        inner = next((one for one in reversed(around) if one.kind != "namespace"), None)
        in_macro = inner is not None and inner.kind == "macro"
        scopes = () if in_macro or not around else parts_of(around[-1].symbol)
        start = self.source.starts[line - 1]
        stop = self.source.text.find("\n", at, start + _LONGEST)
        return Mention(
            line=line,
            column=self.source.column(at),
            role=role,
            qualifier=parts,
            rooted=rooted,
            receiver=receiver,
            called=call is not None,
            arguments=arguments,
            template=code[end:behind].strip() if behind is not None and behind > end else None,
            scopes=scopes,
            within=inner.symbol if inner else None,
            in_macro=in_macro,
            type_of_receiver=self._type(receiver, at, around) if receiver else None,
            text=self.source.text[start : stop if stop >= 0 else start + _LONGEST].strip(),
        )

    def _arguments(self, begin: int) -> int | None:
        """How many there are between the parenthesis before this offset and its partner; None where that is too far
        away to be one, so that no text takes time by its square."""
        limit = min(len(self.code), begin + _ARGUMENTS)
        if self.unclosed > _UNCLOSED:
            return None
        close = closing(self.code, begin - 1, limit)
        if close == limit:
            self.unclosed += 1
            return None
        return sum(bool(self.code[first:last].strip()) for first, last in split(self.code, begin, close))

    def _position(self, at: int) -> tuple[int, int]:
        return self.source.line(at), self.source.column(at)

    def _role(self, at: int) -> Role:
        line = self.source.line(at)
        if at in self.outline.names:
            return "definition" if any(one.line == line for one in self.own) else "declaration"
        if any(one.line == line and one.kind == "kernel" for one in self.own) and self._define(at):
            return "definition"
        if self._is_shadowed(at) and not self._qualified(at):
            return "local"
        return "use"

    @cached_property
    def _merged(self) -> list[tuple[int, int]]:
        """The shadows without overlaps, in order. Taken when all of them are known."""
        found: list[tuple[int, int]] = []
        for first, last in sorted(self.shadows):
            if found and first <= found[-1][1]:
                found[-1] = found[-1][0], max(last, found[-1][1])
            else:
                found.append((first, last))
        return found

    def _is_shadowed(self, at: int) -> bool:
        index = bisect_right(self._merged, (at, len(self.code) + 1)) - 1
        return index >= 0 and at < self._merged[index][1]

    def _qualified(self, at: int) -> bool:
        return bool(_JOINT.search(self.code, max(0, at - 24), at) or _MEMBER.search(self.code, max(0, at - 40), at))

    def _define(self, at: int) -> bool:
        index = bisect_right(self.define_at, at) - 1
        return index >= 0 and at < self.defines[index].end

    def _is_parameter(self, at: int) -> bool:
        """Of the macro whose body it stands in."""
        if not self._define(at):
            return False
        directive = self.defines[bisect_right(self.define_at, at) - 1]
        given = re.match(r"\s*\w+\(([^)]*)\)", directive.rest)
        return given is not None and self.name in _WORD.findall(given[1])

    def _shadow(self, at: int) -> None:
        """Where this is the declaration of something local: the stretch in which the name means that."""
        if (stretch := self._stretch(at)) is not None:
            self.shadows.append(stretch)
            self.heads.append(at)

    def _stretch(self, at: int) -> tuple[int, int] | None:
        if at in self.outline.names or self._qualified(at):
            return None
        if self._is_template_parameter(at):
            line = self.source.line(at)
            over = [
                one for one in (*self.outline.definitions, *self.outline.declarations) if one.start <= line <= one.line
            ]
            if over:
                chosen = min(over, key=lambda one: one.line)
                return self.source.span(chosen.start, chosen.end)
            return at, at + 1
        return self._reach(at) if self._is_declarator(at) else None

    def _is_template_parameter(self, at: int) -> bool:
        head = self.code[max(0, at - 400) : at]
        return bool(_TEMPLATE.search(head) and _TEMPLATE_PARAMETER.search(head)) and bool(
            re.match(r"\s*[,>=]", self.code[at + len(self.name) : at + len(self.name) + 40])
        )

    def _is_declarator(self, at: int) -> bool:
        code = self.code
        before = at
        while before and code[before - 1].isspace():
            before -= 1
        if not before:
            return False
        after = code[at + len(self.name) : at + len(self.name) + 80]
        mark = code[before - 1]
        if mark in "*&":
            while before and code[before - 1] in "*& \n":
                before -= 1
            typed = before and (code[before - 1].isalnum() or code[before - 1] in "_>")
            word = _WORD_BEFORE.search(code, max(0, before - 80), before)
            if not typed or (word and word[0].strip() in ("return", "case", "and", "or")):
                return False
            return bool(_AFTER_DECLARED.match(after))
        if mark == ">":
            return code[before - 2] not in "->" and bool(_AFTER_DECLARED.match(after) or self._constructs(after))
        word = _WORD_BEFORE.search(code, max(0, before - 80), before)
        if word is None or before == at or word[0].strip() in _NO_TYPES:
            return False
        return bool(_AFTER_DECLARED.match(after) or self._constructs(after))

    def _constructs(self, after: str) -> bool:
        return bool(re.match(r"\s*\(", after))

    def _reach(self, at: int) -> tuple[int, int]:
        """From the declaration to the end of its block; of a parameter, its whole function."""
        line = self.source.line(at)
        for one in reversed(self._around(line, at)):
            body = self.outline.bodies.get((one.symbol, one.line))
            if one.kind in _BODIES and body is not None and at < body:
                return self.source.span(one.start, one.end)
            if one.kind in ("class", "struct", "union"):
                break
        index = bisect_right(self.opens, at) - 1
        while index >= 0:
            close = self.partner[self.opens[index]]
            if close > at:
                inside = any(one.kind in ("class", "struct", "union") for one in self._around(line, at)[-1:])
                return (self.opens[index] if inside else at), close
            index -= 1
        return at, at + 1

    def _around(self, line: int, at: int) -> list[Definition]:
        """What encloses the place, outermost first."""
        over = [one for one in self.outline.definitions if one.start <= line <= one.end]
        if self._define(at):
            start = self.source.line(self.defines[bisect_right(self.define_at, at) - 1].start)
            over = [one for one in over if one.kind == "macro" and one.start == start]
        else:
            over = [one for one in over if one.kind != "macro"]
        return sorted(over, key=lambda one: (one.start, -one.end))

    def _type(self, receiver: str, at: int, around: list[Definition]) -> str | None:
        """The last name of the type that the receiver is declared with in the same function, class or file."""
        made = re.fullmatch(r"([A-Za-z_][\w:]*)(?:<.*>)?\s*(?:\(.*\)|\{.*\})", receiver, re.S)
        if made and made[1][0].isupper():
            return made[1].rpartition(":")[2]
        base = _WORD.search(receiver)
        if receiver == "this" or base is None or not re.fullmatch(r"\w+(?:\[[^\]]*\])*", receiver):
            return None
        for one in reversed(around):
            begin, end = self.source.span(one.start, one.end)
            told = self._declared(base[0], begin, min(end, at) if one.kind in _BODIES else end)
            if told:
                return told
        return None

    def _declared(self, name: str, begin: int, end: int) -> str | None:
        """The last name of the type in the last declaration of this name between the offsets."""
        code, found = self.code, None
        for match in re.compile(rf"{name}(?=\s*[=;,)({{\[:])").finditer(code, begin, end):
            if code[match.start() - 1] not in " \t\n&*":
                continue
            typed = _TYPED.search(code, max(begin, match.start() - 200), match.start())
            if typed and typed[1] not in _NO_TYPES:
                found = typed[1].rpartition(":")[2]
        return found


def _qualifier(code: str, at: int) -> tuple[int, tuple[str, ...], bool]:
    """Where the whole name starts, its scopes without template arguments, and whether it starts with `::`."""
    parts: list[str] = []
    while joint := _JOINT.search(code, max(0, at - 40), at):
        end = joint.start()
        while end and code[end - 1].isspace():
            end -= 1
        name_end = end
        if end and code[end - 1] == ">":
            opened = opening(code, end - 1)
            name_end = opened if opened is not None else end
        word = _WORD_BEFORE.search(code, max(0, name_end - 120), name_end)
        if word is None or word[0].strip() in ("return", "else", "case"):
            return joint.start(), tuple(reversed(parts)), True
        parts.append(word[0].strip())
        at = word.start()
    return at, tuple(reversed(parts)), False


def parts_of(symbol: str) -> tuple[str, ...]:
    return tuple(re.sub(r"<.*", "", part).strip() for part in symbol.split("::"))


def _last(one: Definition) -> str:
    return parts_of(one.symbol)[-1]
