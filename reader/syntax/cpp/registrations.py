"""The blocks in which a file registers operations with torch, and each `def` and `impl` in them, as they are written.

Owns the reading of the calls: adjacent and raw literals, boxes, keys, lambdas. What a namespace macro means, the build
says and not the file, and which function a name means, the others of the checkout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from reader.pattern import pattern
from reader.syntax.cpp.arguments import closing, implementation, key, split
from reader.syntax.cpp.conditions import Conditions
from reader.syntax.cpp.scopes import braces
from reader.syntax.cpp.source import Source
from reader.value import frozen

_BLOCK = pattern(r"TORCH_LIBRARY\w*\s*\(")  # begins with a literal: ten times as fast as with a word before it
_WORD_BEFORE = pattern(r"\w*\Z")
_CALL = pattern(r"(?:\b(\w+)|\))\s*(?:\.|->)\s*(def|impl)\s*\(")
_BODY = pattern(r"\s*\{")
_NAMESPACE = pattern(r"namespace\s+(\w[\w:]*)\s*\{")
_LITERAL = pattern(r'"[^"]*"')  # of code, where every character inside is blank
_SEAM = pattern(r'"\s*"')
_NAME = pattern(r"\s*((?:\w+::)?\w+(?:\.\w+)?)")

Call = Literal["def", "impl"]
_SHOWN = 60  # characters of what is no function that can be read
_BLOCKS = 1_000  # of one file; the largest of 0.33.0 has 14
_HEAD = 1_000  # characters of a block's arguments
_UNCLOSED = 20  # calls of one block that nothing closes
_ARGUMENTS = 50_000  # and of a call's, a lambda being one


@frozen
class Registered:
    """One call. `name` is the operation's as the first literal says it, with its overload; `line` is that of this
    literal's name. `library` is the block's namespace and `key` its or the call's dispatch key, both as written but for
    `torch::k`. `function` is without `&` and box, "lambda" for one written in place. `scope` are the namespaces around.
    """

    call: Call
    macro: str
    library: str
    name: str
    line: int
    key: str | None = None
    function: str | None = None
    condition: str | None = None
    scope: tuple[str, ...] = ()

    @property
    def plain_name(self) -> str:
        """Without namespace and overload."""
        return self.name.rpartition("::")[2].partition(".")[0]

    @property
    def function_name(self) -> str:
        """Without scopes and template arguments."""
        return (self.function or "").partition("<")[0].rpartition("::")[2]


@frozen
class _Block:
    macro: str
    arguments: tuple[str, ...]
    begin: int
    end: int
    scope: tuple[str, ...]


def registrations(text: str, word: str | None = None) -> tuple[Registered, ...]:
    """In order of appearance, both sides of every `#if`; of a `word` those in whose arguments it stands, which literals
    may have split."""
    source = Source.of(text)
    conditions = Conditions(source)
    found: list[Registered] = []
    for block in _blocks(source):
        for call, at, end in _calls(source.code, block):
            written = source.text[at:end] if word is not None else ""
            if word is not None and word not in written and word not in _together(written):
                continue
            parts = split(source.code, source.code.index("(", at) + 1, end)
            one = _registered(source, block, call, parts, conditions.over(at, at))
            if one is not None:
                found.append(one)
    return tuple(found)


def _together(written: str) -> str:
    """With adjacent literals as one."""
    return _SEAM.sub("", written) if '"' in written else written


def defined_macros(text: str) -> dict[str, tuple[tuple[int, str], ...]]:
    """Macros without parameters that the file defines itself: where, by line, and as what."""
    found: dict[str, list[tuple[int, str]]] = {}
    source = Source.of(text)
    for directive in source.directives:
        words = directive.condition.split(None, 1)
        if directive.word == "define" and len(words) == 2 and words[0].isidentifier():
            found.setdefault(words[0], []).append((source.line(directive.start), words[1]))
    return {name: tuple(values) for name, values in found.items()}


def _blocks(source: Source) -> Iterator[_Block]:
    """Each ends before the next but one at the latest, so that no text takes time by its square; two overlap where both
    sides of an `#if` open one."""
    code = source.code
    partner, _ = braces(code)
    spaces = [(match.end() - 1, match[1]) for match in _NAMESPACE.finditer(code)]
    heads = list(_heads(code))
    starts = [match.start() for match, _, _ in heads] + [len(code)] * 2
    for number, (match, close, opened) in enumerate(heads):
        at = match.start()
        arguments = tuple(code[first:last].strip() for first, last in split(code, match.end(), close))
        around = (name for first, name in spaces if first < at < partner.get(first, len(code)))
        scope = tuple(part for name in around for part in name.split("::") if part)
        end = min(_end(code, opened, partner), starts[number + 2])
        before = _WORD_BEFORE.search(code, max(0, at - _HEAD), at)
        macro = (before[0] if before else "") + match[0].rstrip("( \t\n")
        yield _Block(macro, arguments, opened + 1, end, scope)


def _heads(code: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """The macro, and the offsets of the parenthesis that closes its arguments and of the brace behind it."""
    for match in islice(_BLOCK.finditer(code), _BLOCKS):
        close = closing(code, match.end() - 1, min(len(code), match.end() + _HEAD))
        body = _BODY.match(code, close + 1)
        if body is not None:
            yield match, close, body.end() - 1


def _end(code: str, opened: int, partner: dict[int, int]) -> int:
    """Of the block's body. A brace at the margin ends it wherever an `#if` has left braces without partner."""
    margin = code.find("\n}", opened)
    end = partner.get(opened, len(code))
    return min(end, margin + 1) if margin >= 0 else end


def _calls(code: str, block: _Block) -> Iterator[tuple[Call, int, int]]:
    """Of the library that the block names, or chained to one of it: which, where, and where its arguments end."""
    library = block.arguments[-1] if block.arguments else ""
    at = block.begin
    unclosed = 0
    while unclosed < _UNCLOSED and (match := _CALL.search(code, at, block.end)):
        at = match.end()
        if match[1] is not None and match[1] != library:
            continue
        close = closing(code, match.end() - 1, min(block.end, match.end() + _ARGUMENTS))
        unclosed += not code.startswith(")", close)
        yield "def" if match[2] == "def" else "impl", match.start(2), close


def _registered(
    source: Source, block: _Block, call: Call, parts: list[tuple[int, int]], condition: str | None
) -> Registered | None:
    named = _name(source, *parts[0]) if parts and block.arguments else None
    if named is None:
        return None
    name, line = named
    function, own = implementation([source.code[first:last].strip() for first, last in parts[1:]])
    if function is None and call == "impl" and len(parts) > 1:
        function = source.text[slice(*parts[-1])].strip()[:_SHOWN]
    found = own or (block.arguments[1] if len(block.arguments) > 2 else None)
    return Registered(
        call, block.macro, block.arguments[0], name, line, found and key(found), function, condition, block.scope
    )


def _name(source: Source, first: int, last: int) -> tuple[str, int] | None:
    """What the literals spell up to the schema's parenthesis, and the line on which the name stands."""
    literals = [_inside(source.text, match) for match in _LITERAL.finditer(source.code, first, last)]
    spelt = "".join(source.text[begin:end] for begin, end in literals)
    name = _NAME.match(spelt)
    if name is None:
        return None
    at = name.start(1)
    for begin, end in literals:
        if end - begin > at:
            return name[1], source.line(begin + at)
        at -= end - begin
    return None


def _inside(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The offsets of what a literal spells; code has its quotes alone."""
    begin, end = match.start() + 1, match.end() - 1
    if match.start() and text[match.start() - 1] == "R":
        fence = text.find("(", begin) + 1
        return fence, max(fence, end - (fence - begin))
    return begin, end
