"""The blocks in which a file registers operations with torch, and each `def` and `impl` in them, as they are written.

Owns the reading of the calls: adjacent and raw literals, boxes, keys, lambdas. What a namespace macro means, the build
says and not the file, and which function a name means, the others of the checkout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from reader.syntax.cpp.conditions import Conditions
from reader.syntax.cpp.scopes import braces
from reader.syntax.cpp.source import Source
from reader.value import frozen

_BLOCK = re.compile(r"\b(\w*TORCH_LIBRARY\w*)\s*\(")
_CALL = re.compile(r"(?:\b(\w+)|\))\s*(?:\.|->)\s*(def|impl)\s*\(")
_GROUP = re.compile(r"[()\[\]{}]")
_NAMESPACE = re.compile(r"namespace\s+(\w[\w:]*)\s*\{")
_LITERAL = re.compile(r'(?:u8|[uUL])?(?:R"([^()\\\s]{0,16})\((.*?)\)\1"|"((?:[^"\\\n]|\\.)*)")', re.S)
_NAME = re.compile(r"\s*((?:\w+::)?\w+(?:\.\w+)?)")
_KEY = re.compile(r"(?:::)?(?:\w+::)*(?:k|DispatchKey::)?(\w+)\Z")
_BOX = re.compile(r"(?:::)?((?:\w+::)*\w+)\s*(?:<.*>)?\s*\((.*)\)\Z", re.S)
_POINTER = re.compile(r"(?:::)?(?:\w+::)*makeFrom\w+\s*<\s*&?\s*([\w:]+)\s*>\s*\(\s*\)\Z")
_FUNCTION = re.compile(r"(?:::\s*)?\w+(?:\s*::\s*\w+)*(?:\s*<.*>)?\Z", re.S)
_ASIDE = re.compile(r"\{|(?:at|c10|torch)::Tag\b")
_MAP: dict[str, str] = {"(": ")", "[": "]", "{": "}"}

Call = Literal["def", "impl"]
LAMBDA = "lambda"


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


def registrations(text: str) -> tuple[Registered, ...]:
    """In order of appearance, both sides of every `#if`."""
    source = Source.of(text)
    conditions = Conditions(source)
    found: list[Registered] = []
    for block in _blocks(source):
        for call, at, parts in _calls(source.code, block):
            one = _registered(source, block, call, parts, conditions.over(at, at))
            if one is not None:
                found.append(one)
    return tuple(found)


def defined_macros(text: str) -> dict[str, tuple[tuple[int, str], ...]]:
    """Macros without parameters that the file defines itself: where, by line, and as what."""
    found: dict[str, list[tuple[int, str]]] = {}
    source = Source.of(text)
    for directive in source.directives:
        words = directive.condition.split(None, 1)
        if directive.word == "define" and len(words) == 2 and words[0].isidentifier():
            found.setdefault(words[0], []).append((source.line(directive.start), words[1]))
    return {name: tuple(values) for name, values in found.items()}


def split_call(text: str) -> tuple[str, tuple[str, ...]] | None:
    """`CONCAT(A, _b)` as its name and its arguments."""
    match = _BOX.match(text.strip())
    if match is None:
        return None
    inside = match[2]
    return match[1], tuple(inside[first:last].strip() for first, last in split(inside, 0, len(inside)))


def _blocks(source: Source) -> Iterator[_Block]:
    code = source.code
    partner, _ = braces(code)
    spaces = [
        (match.end() - 1, partner.get(match.end() - 1, len(code)), match[1]) for match in _NAMESPACE.finditer(code)
    ]
    for match in _BLOCK.finditer(code):
        close = closing(code, match.end() - 1, len(code))
        opened = len(code[: close + 1]) + len(code[close + 1 :]) - len(code[close + 1 :].lstrip())
        if not code.startswith("{", opened):
            continue
        arguments = tuple(code[first:last].strip() for first, last in split(code, match.end(), close))
        around = tuple(
            part.strip() for first, last, name in spaces if first < match.start() < last for part in name.split("::")
        )
        yield _Block(match[1], arguments, opened + 1, _end(code, opened, partner), around)


def _end(code: str, opened: int, partner: dict[int, int]) -> int:
    """Of the block's body. A brace at the margin ends it wherever an `#if` has left braces without partner."""
    margin = code.find("\n}", opened)
    end = partner.get(opened, len(code))
    return min(end, margin + 1) if margin >= 0 else end


def _calls(code: str, block: _Block) -> Iterator[tuple[Call, int, list[tuple[int, int]]]]:
    """Of the library that the block names, or chained to one of it: which, where, and the arguments' offsets."""
    library = block.arguments[-1] if block.arguments else ""
    at = block.begin
    while match := _CALL.search(code, at, block.end):
        at = match.end()
        if match[1] is not None and match[1] != library:
            continue
        close = closing(code, match.end() - 1, block.end)
        yield "def" if match[2] == "def" else "impl", match.start(2), split(code, match.end(), close)


def _registered(
    source: Source, block: _Block, call: Call, parts: list[tuple[int, int]], condition: str | None
) -> Registered | None:
    if not parts or not block.arguments:
        return None
    named = _name(source, *parts[0])
    if named is None:
        return None
    name, line = named
    key = block.arguments[1] if len(block.arguments) > 2 else None
    function = None
    for first, last in parts[1:]:
        raw = source.text[first:last].strip()
        if _ASIDE.match(raw):
            continue
        inner, own = _function(raw, source.code[first:last].strip())
        key = own or key
        if inner is None:
            continue
        if len(parts) > 2 and (first, last) != parts[-1] and function is None and _is_key(inner):
            key = _key(inner)
        else:
            function = function or inner
    return Registered(
        call, block.macro, block.arguments[0], name, line, key and _key(key), function, condition, block.scope
    )


def _name(source: Source, first: int, last: int) -> tuple[str, int] | None:
    """What the literals spell up to the schema's parenthesis, and the line on which the name stands."""
    literals = list(_LITERAL.finditer(source.text, first, last))
    spelt = "".join(match[2] if match[2] is not None else match[3] for match in literals)
    name = _NAME.match(spelt)
    if name is None:
        return None
    before = 0
    for match in literals:
        group = 2 if match[2] is not None else 3
        if before + len(match[group]) > name.start(1):
            return name[1], source.line(match.start(group) + name.start(1) - before)
        before += len(match[group])
    return None


def _is_key(text: str) -> bool:
    return re.fullmatch(r"(?:::)?(?:\w+::)*k?[A-Z]\w*|(?:::)?(?:\w+::)*k[A-Z]\w*", text) is not None


def _key(text: str) -> str:
    match = _KEY.match(text)
    return match[1] if match else text


def _function(raw: str, code: str) -> tuple[str | None, str | None]:
    """The function that an argument means, and the dispatch key given with it (`torch::dispatch(kCPU, &f)`)."""
    key = None
    text = raw.lstrip("&").strip()
    while True:
        if text.startswith("["):
            return LAMBDA, key
        pointer = _POINTER.match(text)
        if pointer is not None:
            return pointer[1], key
        box = _BOX.match(text)
        if box is None:
            break
        inside = box[2]
        parts = [inside[first:last].strip() for first, last in split(inside, 0, len(inside))]
        if not parts or not parts[-1]:
            return None, key
        if len(parts) > 1 and _is_key(parts[0]):
            key = parts[0]
        text = (parts[1] if len(parts) > 1 and key == parts[0] else parts[0]).lstrip("&").strip()
    return ("".join(text.split()) if _FUNCTION.match(text) else None), key


def closing(code: str, opened: int, limit: int) -> int:
    """The offset of the bracket's partner, `limit` where it has none."""
    depth = 0
    for match in _GROUP.finditer(code, opened, limit):
        depth += 1 if match[0] in _MAP else -1
        if depth == 0:
            return match.start()
    return limit


def split(code: str, begin: int, end: int) -> list[tuple[int, int]]:
    """The offsets of the arguments between the offsets; `<` and `>` count as brackets behind a name."""
    found: list[tuple[int, int]] = []
    depth, start = 0, begin
    for match in re.finditer(r"[()\[\]{},]|(?<=\w)<|>", code[begin:end]):
        mark, at = match[0], begin + match.start()
        if mark == "," and depth == 0:
            found.append((start, at))
            start = at + 1
        elif mark in "([{<":
            depth += 1
        elif mark != ",":
            depth = max(0, depth - 1)
    if code[start:end].strip() or found:
        found.append((start, end))
    return found
