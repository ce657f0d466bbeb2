"""Where a word stands in Python code, and what it is there: called, launched, spelt in a string, imported.

Parses only the statements at the margin that hold the word, because a file of 5,000 lines takes 30 ms; where such a
stretch does not parse by itself, the whole file. Comments and prose in strings mention nothing.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from typing import Literal

import tree_sitter

from reader.syntax.python import condition, last_line, parse, words
from reader.syntax.source import column, encode
from reader.value import frozen

Role = Literal["called", "launched", "value", "string", "decorator", "definition", "import", "assigned", "keyword"]

_SMALL = 12_000  # bytes; a file as small is parsed whole
_TOP = re.compile(rb"^(?!(?:else|elif|except|finally)\b)[A-Za-z_@]", re.M)
_QUALIFIED = re.compile(r"(?:(?P<space>\w+)::)?(?P<name>\w+)(?:\.(?P<overload>\w+))?(?=\(|$)")
_IMPORTS = frozenset({"import_statement", "import_from_statement"})
_DEFINES = frozenset({"function_definition", "class_definition"})
_STRINGS = frozenset({"string", "concatenated_string"})
_WRAPPED = frozenset({"parenthesized_expression", "conditional_expression", "boolean_operator", "await", "type"})
_IN_CALL = _WRAPPED | {
    "argument_list",
    "keyword_argument",
    "list",
    "tuple",
    "attribute",
    "subscript",
    "concatenated_string",
}


@frozen
class Scope:
    """A function or class that something stands in. `decorators` as written, without `@`."""

    symbol: str
    kind: str
    line: int
    start: int
    end: int
    decorators: tuple[str, ...] = ()
    nested: bool = False  # inside another function

    @property
    def name(self) -> str:
        return self.symbol.rpartition(".")[2]


@frozen
class Argument:
    """`string`: the value of a literal. `names`: the dotted names in it, in order."""

    text: str
    line: int
    keyword: str | None = None
    string: str | None = None
    names: tuple[str, ...] = ()


@frozen
class Invocation:
    """One call; `callee` as written."""

    callee: str
    line: int
    arguments: tuple[Argument, ...] = ()

    def argument(self, keyword: str, position: int | None = None) -> Argument | None:
        for one in self.arguments:
            if one.keyword == keyword:
                return one
        given = [one for one in self.arguments if one.keyword is None]
        return given[position] if position is not None and position < len(given) else None


@frozen
class Mention:
    """`chain` is the whole dotted expression that the word is a part of, `string` the value of the literal it is spelt
    in. `invocation` is the call that this calls, or the nearest that it is an argument of; `decorates` the definition
    below, where that call or the word is a decorator. `target` is what the expression is assigned to."""

    word: str
    role: Role
    line: int
    column: int
    chain: str = ""
    string: str | None = None
    within: Scope | None = None
    condition: str | None = None
    invocation: Invocation | None = None
    decorates: Scope | None = None
    target: str | None = None


def mentions(text: str, wanted: Collection[str]) -> tuple[Mention, ...]:
    """Every place in code where one of the words stands, in order."""
    pattern = re.compile(rb"(?<!\w)(?:" + b"|".join(re.escape(one.encode()) for one in wanted) + rb")(?!\w)")
    found: list[Mention] = []
    for stretch, first_line, hits in _stretches(text, pattern):
        root, source = parse(stretch)
        for start, end in hits:
            node = root.descendant_for_byte_range(start, end)
            if node is not None:
                found += _mention(node, source[start:end].decode(), source, start, first_line)
    return tuple(found)


def calls_within(text: str, first: int, last: int) -> tuple[Mention, ...]:
    """The calls and launches whose callee begins in these lines, in order; `word` is the last name of the callee."""
    source = encode(text)
    margins = [found.end() for found in re.finditer(rb"\n", source)]
    at = 0 if first <= 1 else margins[min(first - 2, len(margins) - 1)]
    found: list[Mention] = []
    for stretch, first_line, _ in _stretches(text, re.compile(rb"\S"), at):
        root, raw = parse(stretch)
        pending = [root]
        while pending:
            node = pending.pop()
            if node.end_point.row + first_line < first or node.start_point.row + first_line > last:
                continue
            if node.type == "call":
                found += _called(node, raw, first_line)
            pending += node.named_children
    inside = [one for one in found if first <= one.line <= last]
    return tuple(sorted(inside, key=lambda one: (one.line, one.column)))


def scope_at(text: str, line: int) -> Scope | None:
    """The innermost definition whose name stands on this line."""
    pattern = re.compile(rb"\S")
    margins = [0, *(found.end() for found in re.finditer(rb"\n", encode(text)))]
    if not 1 <= line <= len(margins):
        return None
    for stretch, first_line, _ in _stretches(text, pattern, margins[line - 1]):
        pending = [parse(stretch)[0]]
        while pending:
            node = pending.pop()
            name = node.child_by_field_name("name") if node.type in _DEFINES else None
            if name is not None and name.start_point.row + first_line == line:
                return _scope(node, first_line)
            pending += node.named_children
    return None


def _stretches(
    text: str, pattern: re.Pattern[bytes], at: int | None = None
) -> Iterator[tuple[str, int, list[tuple[int, int]]]]:
    """Runs of whole statements with the words in them: their text, first line, and where the words stand in it.
    `at`: only the first word from that byte on."""
    source = encode(text)
    if at is None:
        spans = [found.span() for found in pattern.finditer(source)]
    else:
        first = pattern.search(source, at)
        spans = [first.span()] if first else []
    if not spans:
        return
    margins = _margins(source) if len(source) > _SMALL else [0]
    by_start: dict[int, list[tuple[int, int]]] = {}
    for start, end in spans:
        by_start.setdefault(margins[bisect_right(margins, start) - 1], []).append((start, end))
    ends = dict(zip(margins, [*margins[1:], len(source)], strict=True))
    pieces = []
    for start, inside in by_start.items():
        piece = source[start : ends[start]].decode()
        if len(margins) > 1 and (_in_string(source, start) or parse(piece)[0].has_error):
            yield text, 1, spans
            return
        pieces.append(
            (piece, source.count(b"\n", 0, start) + 1, [(one - start, other - start) for one, other in inside])
        )
    yield from pieces


def _margins(source: bytes) -> list[int]:
    """Where statements at the margin start; one with decorators starts at the first of these."""
    starts, decorated = [0], False
    for found in _TOP.finditer(source):
        if not decorated and found.start():
            starts.append(found.start())
        decorated = source[found.start()] == 64  # @
    return starts


def _in_string(source: bytes, offset: int) -> bool:
    return any(source.count(quotes, 0, offset) % 2 for quotes in (b'"""', b"'''"))


def _mention(node: tree_sitter.Node, word: str, source: bytes, start: int, first_line: int) -> Iterator[Mention]:
    literal = _literal_of(node)
    if literal is not None:
        yield from _spelt(literal, word, source, start, first_line)
        return
    if node.type != "identifier":
        return
    top = _chain(node)
    parent = top.parent
    call: tree_sitter.Node | None = None
    role: Role = "value"
    if parent is None:
        return
    if _is_field(parent, "name", node) and parent.type in _DEFINES:
        role = "definition"
    elif _under_import(node):
        role = "import"
    elif parent.type == "keyword_argument" and _is_field(parent, "name", top):
        role = "keyword"
    elif parent.type == "call" and _is_field(parent, "function", top):
        role, call = "called", parent
    elif (launch := _launch(top)) is not None:
        role, call = "launched", launch
    elif parent.type == "decorator":
        role = "decorator"
    elif parent.type == "assignment" and _is_field(parent, "left", top):
        role = "assigned"
    yield _made(word, role, node, top, call or _argument_of(top), source, start, first_line)


def _spelt(literal: tree_sitter.Node, word: str, source: bytes, start: int, first_line: int) -> Iterator[Mention]:
    """Only a string that spells the word as operations are written: `name`, `ns::name.overload`, `name(...) -> ...`."""
    value = _string(literal)
    named = _QUALIFIED.match(value) if value else None
    if named and named["name"] == word:
        yield _made(word, "string", literal, literal, _argument_of(literal), source, start, first_line, value)


def _made(
    word: str,
    role: Role,
    node: tree_sitter.Node,
    top: tree_sitter.Node,
    call: tree_sitter.Node | None,
    source: bytes,
    start: int,
    first_line: int,
    string: str | None = None,
) -> Mention:
    decorated = node.parent if role == "definition" else _decorated(call if call is not None else top)
    return Mention(
        word,
        role,
        source.count(b"\n", 0, start) + first_line,
        column(source, start),
        "" if string is not None else words(top).replace(" ", ""),
        string,
        _within(node, first_line),
        _conditions(node),
        _invocation(call, first_line) if call is not None else None,
        _scope(decorated, first_line) if decorated is not None else None,
        _target(call if call is not None and role != "value" else top),
    )


def _called(call: tree_sitter.Node, source: bytes, first_line: int) -> Iterator[Mention]:
    callee = call.child_by_field_name("function")
    role: Role = "called"
    if callee is not None and callee.type == "subscript":
        role, callee = "launched", callee.child_by_field_name("value")
        if callee is not None and callee.type == "call":  # wrap_triton(kernel)[grid](...)
            arguments = callee.child_by_field_name("arguments")
            callee = arguments.named_children[0] if arguments is not None and arguments.named_child_count else None
    if callee is None or callee.type not in ("identifier", "attribute"):
        return
    name = callee.child_by_field_name("attribute") if callee.type == "attribute" else callee
    if name is not None:
        yield _made(words(name), role, callee, callee, call, source, callee.start_byte, first_line)


def _literal_of(node: tree_sitter.Node) -> tree_sitter.Node | None:
    while node.type in ("string_content", "string_start", "string_end", "escape_sequence"):
        if node.parent is None:
            return None
        node = node.parent
    if node.type not in _STRINGS:
        return None
    return node.parent if node.parent is not None and node.parent.type == "concatenated_string" else node


def _chain(node: tree_sitter.Node) -> tree_sitter.Node:
    while node.parent is not None and node.parent.type == "attribute":
        node = node.parent
    return node


def _launch(top: tree_sitter.Node) -> tree_sitter.Node | None:
    """The call of `top[grid](...)` or `wrap(top)[grid](...)`."""
    value = top
    arguments = top.parent
    if arguments is not None and arguments.type == "argument_list" and arguments.parent is not None:
        value = arguments.parent
    subscript = value.parent
    if subscript is None or subscript.type != "subscript" or not _is_field(subscript, "value", value):
        return None
    call = subscript.parent
    return call if call is not None and call.type == "call" and _is_field(call, "function", subscript) else None


def _argument_of(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The nearest call that the node is an argument of, or inside one."""
    outer = node.parent
    while outer is not None and outer.type in _IN_CALL:
        outer = outer.parent
    return outer if outer is not None and outer.type == "call" else None


def _decorated(node: tree_sitter.Node) -> tree_sitter.Node | None:
    decorator = node.parent
    if decorator is None or decorator.type != "decorator" or decorator.parent is None:
        return None
    return decorator.parent.child_by_field_name("definition")


def _target(node: tree_sitter.Node) -> str | None:
    while node.parent is not None and node.parent.type in _WRAPPED:
        node = node.parent
    owner = node.parent
    if owner is None or owner.type != "assignment" or not _is_field(owner, "right", node):
        return None
    return words(owner.child_by_field_name("left")).replace(" ", "")


def _within(node: tree_sitter.Node, first_line: int) -> Scope | None:
    """The innermost function around it, not one that it names or decorates."""
    inner, outer = node, node.parent
    while outer is not None:
        if outer.type == "function_definition" and not _is_field(outer, "name", inner):
            return _scope(outer, first_line)
        inner, outer = outer, outer.parent
    return None


def _scope(node: tree_sitter.Node, first_line: int) -> Scope:
    names = []
    outer: tree_sitter.Node | None = node
    nested = False
    while outer is not None:
        if outer.type in _DEFINES:
            names.append(words(outer.child_by_field_name("name")))
            nested = nested or (outer.type == "function_definition" and outer != node)
        outer = outer.parent
    owner = node.parent if node.parent is not None and node.parent.type == "decorated_definition" else None
    decorators = [words(child)[1:].strip() for child in owner.children if child.type == "decorator"] if owner else []
    return Scope(
        ".".join(reversed(names)),
        "class" if node.type == "class_definition" else "function",
        node.start_point.row + first_line,
        (owner or node).start_point.row + first_line,
        last_line(node) + first_line - 1,
        tuple(decorators),
        nested,
    )


def _conditions(node: tree_sitter.Node) -> str | None:
    told: list[str] = []
    inner, outer = node, node.parent
    while outer is not None:
        said = condition(outer, inner)
        if said:
            told.insert(0, said)
        inner, outer = outer, outer.parent
    return ", ".join(told) or None


def _invocation(call: tree_sitter.Node, first_line: int) -> Invocation:
    arguments = call.child_by_field_name("arguments")
    given = arguments.named_children if arguments is not None and arguments.type == "argument_list" else []
    callee = call.child_by_field_name("function")
    line = (callee or call).end_point.row + first_line
    return Invocation(
        words(callee).replace(" ", ""),
        line,
        tuple(_argument(one, first_line) for one in given if one.type != "comment"),
    )


def _argument(node: tree_sitter.Node, first_line: int) -> Argument:
    keyword = words(node.child_by_field_name("name")) if node.type == "keyword_argument" else None
    value = (node.child_by_field_name("value") if keyword else node) or node
    line = node.start_point.row + first_line
    return Argument(" ".join(words(value).split()), line, keyword, _string(value), tuple(_names(value)))


def _names(node: tree_sitter.Node) -> Iterator[str]:
    if node.type in ("identifier", "attribute"):
        name = words(node).replace(" ", "")
        if all(part.isidentifier() for part in name.split(".")):
            yield name
            return
    for child in node.named_children:
        yield from _names(child)


def _string(node: tree_sitter.Node | None) -> str | None:
    while node is not None and node.type == "parenthesized_expression" and node.named_child_count:
        node = node.named_children[0]
    if node is None or node.type not in _STRINGS or node.text is None:
        return None
    try:
        value = ast.literal_eval(f"({node.text.decode()})")
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None


def _under_import(node: tree_sitter.Node) -> bool:
    outer = node.parent
    while outer is not None and outer.type in ("dotted_name", "aliased_import", "relative_import"):
        outer = outer.parent
    return outer is not None and outer.type in _IMPORTS


def _is_field(parent: tree_sitter.Node, field: str, node: tree_sitter.Node) -> bool:
    return parent.child_by_field_name(field) == node
