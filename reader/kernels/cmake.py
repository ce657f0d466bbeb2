"""CMake files as commands: what each is called, its arguments, and the blocks of `if`.

Owns the words of the language and its conditions, as far as facts decide them. Runs nothing; what a build does with the
commands, `targets` knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from reader.pattern import pattern
from reader.value import frozen

_TOKEN = pattern(
    r"""\#\[(=*)\[.*?\]\1\]        # bracket comment
    | \#[^\n]*
    | \[(=*)\[(.*?)\]\2\]          # bracket argument
    | "((?:[^"\\]|\\.)*)"
    | [()]
    | (?:[^\s()"\#\\]|\\.|"[^"\n]*"(?=[^\s()]))+
    """,
    re.VERBOSE | re.DOTALL,
)
_BRACKETED = pattern(r"#\[(=*)\[.*?\]\1\]", re.DOTALL)
_COMMAND = pattern(r"\n[ \t]*([A-Za-z_]\w*)[ \t]*\(")
_SPECIAL = pattern(r"[\"#(\[\\]")
_BARE = {"else", "endif", "endforeach", "endwhile", "endblock", "return"}  # their arguments say nothing
_ESCAPE = pattern(r"\\(\n|.)", re.DOTALL)


class Argument(NamedTuple):
    text: str
    quoted: bool = False


@frozen
class Command:
    """`name` in small letters. Parentheses within the arguments are arguments of their own, as `if` needs them."""

    name: str
    arguments: tuple[Argument, ...]


@frozen
class Choice:
    """An `if` with its sides; the test of an `else` is None."""

    sides: tuple[tuple[tuple[Argument, ...] | None, tuple[Command | Choice, ...]], ...]


def commands(text: str, names: str) -> tuple[Command, ...]:
    """Those whose name, in small letters, the pattern `names` matches; in order. The bodies of functions and macros,
    which run where they are called, are left out."""
    found: list[Command] = []
    text = "\n" + (_BRACKETED.sub("", text) if "#[" in text else text)
    wanted = pattern(names)
    at = inside = 0
    while match := _COMMAND.search(text, at):
        name, at = match[1].lower(), match.end()
        if name in ("function", "macro"):
            inside += 1
        elif name in ("endfunction", "endmacro"):
            inside = max(0, inside - 1)
        elif not inside and wanted.fullmatch(name):
            arguments: tuple[Argument, ...] = ()
            if name not in _BARE:
                arguments, at = _arguments(text, at)
            found.append(Command(name, arguments))
    return tuple(found)


def _arguments(text: str, at: int) -> tuple[tuple[Argument, ...], int]:
    """Up to the parenthesis that closes them, and where the text goes on."""
    close = text.find(")", at)
    plain = text[at:close]
    if close >= 0 and not _SPECIAL.search(plain):
        return tuple(map(Argument, plain.split())), close + 1
    found: list[Argument] = []
    depth = 1
    end = len(text)
    for match in _TOKEN.finditer(text, at):
        raw = match[0]
        if raw[0] == "#":
            continue
        if raw in "()":
            depth += 1 if raw == "(" else -1
            if depth == 0:
                end = match.end()
                break
        found.append(_argument(match))
    return tuple(found), end


def _argument(match: re.Match[str]) -> Argument:
    if match[3] is not None:
        return Argument(match[3], quoted=True)
    if match[4] is not None:
        return Argument(_ESCAPE.sub(lambda each: "" if each[1] == "\n" else each[0], match[4]), quoted=True)
    return Argument(match[0])


def nested(flat: Sequence[Command]) -> tuple[Command | Choice, ...]:
    """With each `if` as one. The body of a loop stands as if it ran once."""
    return _Nesting(flat).block(("",))


class _Nesting:
    def __init__(self, flat: Sequence[Command]) -> None:
        self._flat = flat
        self._at = 0
        self._depth = 0

    def block(self, ends: tuple[str, ...]) -> tuple[Command | Choice, ...]:
        """Up to a command of one of these names, which is left to be read."""
        found: list[Command | Choice] = []
        while self._at < len(self._flat) and self._flat[self._at].name not in ends:
            each = self._flat[self._at]
            self._at += 1
            if each.name == "if" and self._depth < _DEEPEST:
                self._depth += 1
                found.append(self._choice(each))
                self._depth -= 1
            elif each.name not in _MARKS:
                found.append(each)
        return tuple(found)

    def _choice(self, opening: Command) -> Choice:
        sides = [(opening.arguments, self.block(_SIDES))]
        rest: list[tuple[tuple[Argument, ...] | None, tuple[Command | Choice, ...]]] = [*sides]
        while self._at < len(self._flat):
            each = self._flat[self._at]
            self._at += 1
            if each.name == "endif":
                break
            rest.append((each.arguments if each.name == "elseif" else None, self.block(_SIDES)))
        return Choice(tuple(rest))


_DEEPEST = 100  # blocks within blocks, and parentheses and NOTs of one condition
_SIDES = ("elseif", "else", "endif")
_MARKS = {"endforeach", "while", "endwhile", "block", "endblock", *_SIDES}


def decide(words: Sequence[Argument], value: Callable[[Argument], str | None]) -> bool | None:
    """Whether an `if` of these words holds; None where the facts do not tell. `value` gives what a word means, None
    where that is unknown."""
    return _Condition(words, value).whole()


_FALSE = {"", "0", "OFF", "NO", "FALSE", "N", "IGNORE", "NOTFOUND"}
_UNARY = {"DEFINED", "EXISTS", "TARGET", "COMMAND", "POLICY", "TEST", "IS_DIRECTORY", "IS_SYMLINK", "IS_ABSOLUTE"}
_BINARY = {
    "STREQUAL", "EQUAL", "LESS", "GREATER", "LESS_EQUAL", "GREATER_EQUAL", "STRLESS", "STRGREATER", "MATCHES",
    "VERSION_LESS", "VERSION_GREATER", "VERSION_EQUAL", "VERSION_LESS_EQUAL", "VERSION_GREATER_EQUAL", "IN_LIST",
    "IS_NEWER_THAN", "STRLESS_EQUAL", "STRGREATER_EQUAL", "PATH_EQUAL",
}  # fmt: skip


class _Condition:
    """Parentheses, then tests, then NOT, then AND, then OR, as CMake has it."""

    def __init__(self, words: Sequence[Argument], value: Callable[[Argument], str | None]) -> None:
        self._words = words
        self._value = value
        self._at = 0

    def whole(self) -> bool | None:
        if sum(each.text in ("(", "NOT") for each in self._words) > _DEEPEST:
            return None
        result = self._or()
        return result if self._at >= len(self._words) else None

    def _next(self) -> str:
        return self._words[self._at].text if self._at < len(self._words) and not self._words[self._at].quoted else ""

    def _or(self) -> bool | None:
        result = self._and()
        while self._next() == "OR":
            self._at += 1
            other = self._and()
            result = True if True in (result, other) else None if None in (result, other) else False
        return result

    def _and(self) -> bool | None:
        result = self._not()
        while self._next() == "AND":
            self._at += 1
            other = self._not()
            result = False if False in (result, other) else None if None in (result, other) else True
        return result

    def _not(self) -> bool | None:
        if self._next() != "NOT":
            return self._test()
        self._at += 1
        result = self._not()
        return None if result is None else not result

    def _test(self) -> bool | None:
        if self._next() == "(":
            self._at += 1
            result = self._or()
            self._at += 1
            return result
        if self._next() in _UNARY:
            self._at += 2
            return None
        if self._at >= len(self._words):
            return None
        left = self._words[self._at]
        self._at += 1
        operator = self._next()
        if operator in _BINARY:
            right = self._words[self._at + 1] if self._at + 1 < len(self._words) else None
            self._at += 2
            if operator != "STREQUAL" or right is None:
                return None
            word = right if "$" in right.text else Argument(right.text, quoted=right.quoted or right.text.islower())
            values = self._value(left), self._value(word)
            return None if None in values else values[0] == values[1]
        truth = self._value(left) if not left.text.isdigit() else left.text
        return None if truth is None else truth.upper() not in _FALSE and not truth.upper().endswith("-NOTFOUND")
