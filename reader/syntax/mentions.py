"""Where a word stands in Python code, and what it is there: called, launched, spelt in a string, imported.

Parses only the statements at the margin that hold the word, because a file of 5,000 lines takes 30 ms; where such a
stretch does not parse by itself, the whole file. Comments and prose in strings mention nothing.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

import tree_sitter

from reader.syntax.python import condition, last_line, parse, words
from reader.syntax.source import column, encode
from reader.value import frozen

Role = Literal["called", "launched", "value", "string", "decorator", "definition", "import", "assigned", "keyword"]

_SMALL = 4_000  # bytes; a file as small is parsed whole
_TOP = re.compile(rb"\n[A-Za-z_@]")  # with a literal first: `^` is tried at every byte
_CLAUSE = re.compile(rb"(?:else|elif|except|finally)\b")
_PLAIN = re.compile(r"\"[^\"\\\n]*\"|'[^'\\\n]*'")
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
    below, where that call or the word is a decorator. `target` is what the expression is assigned to; `value`, where
    something is assigned to the word, is that."""

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
    value: Argument | None = None


def mentions(text: str, wanted: Collection[str]) -> tuple[Mention, ...]:
    """Every place in code where one of the words stands, in order."""
    return _mentions(text, tuple(wanted))


@lru_cache(maxsize=64)
def _mentions(text: str, wanted: tuple[str, ...]) -> tuple[Mention, ...]:
    source = encode(text)
    spans = sorted(span for one in wanted for span in _whole_words(source, one.encode()))
    found: list[Mention] = []
    for part in _stretches(text, source, spans):
        for start, end in part.spans:
            node = part.root.descendant_for_byte_range(start, end)
            if node is not None:
                found += _mention(node, part.source[start:end].decode(), part.source, start, part.first_line)
    return tuple(found)


def _whole_words(source: bytes, word: bytes) -> Iterator[tuple[int, int]]:
    """Not those in comments. One look-behind in a pattern of several words takes ten times as long."""
    start = source.find(word)
    while start >= 0:
        end = start + len(word)
        whole = not (_is_word(source[start - 1 : start]) or _is_word(source[end : end + 1]))
        if whole and not _in_comment(source, start):
            yield start, end
        start = source.find(word, end)


def _is_word(character: bytes) -> bool:
    return character.isalnum() or character == b"_" or character > b"\x7f"


def calls_within(text: str, first: int, last: int) -> tuple[Mention, ...]:
    """The calls and launches whose callee begins in these lines, in order; `word` is the last name of the callee."""
    found: list[Mention] = []
    for part in _at_line(text, first):
        pending = [part.root]
        while pending:
            node = pending.pop()
            if node.end_point.row + part.first_line < first or node.start_point.row + part.first_line > last:
                continue
            if node.type == "call":
                found += _called(node, part.source, part.first_line)
            pending += node.named_children
    inside = [one for one in found if first <= one.line <= last]
    return tuple(sorted(inside, key=lambda one: (one.line, one.column)))


def scope_at(text: str, line: int) -> Scope | None:
    """The innermost definition whose name stands on this line."""
    for part in _at_line(text, line):
        pending = [part.root]
        while pending:
            node = pending.pop()
            name = node.child_by_field_name("name") if node.type in _DEFINES else None
            if name is not None and name.start_point.row + part.first_line == line:
                return _scope(node, part.first_line)
            pending += [
                child
                for child in node.named_children
                if child.start_point.row + part.first_line <= line <= child.end_point.row + part.first_line
            ]
    return None


class _Stretch(NamedTuple):
    """Whole statements, parsed; the spans are where in their bytes the words stand."""

    root: tree_sitter.Node
    source: bytes
    first_line: int
    spans: list[tuple[int, int]]


def _at_line(text: str, line: int) -> Iterator[_Stretch]:
    source = encode(text)
    start = 0
    for _ in range(line - 1):
        start = source.find(b"\n", start) + 1
        if not start:
            return iter(())
    start += len(source[start:]) - len(source[start:].lstrip())
    return _stretches(text, source, [(start, start)] if start < len(source) else [])


def _stretches(text: str, source: bytes, spans: list[tuple[int, int]]) -> Iterator[_Stretch]:
    """The statements at the margin with the words in them; the whole file where one of these does not parse alone."""
    if not spans:
        return
    margins = _margins(source) if len(source) > _SMALL else [0]
    by_start: dict[int, list[tuple[int, int]]] = {}
    for start, end in spans:
        by_start.setdefault(margins[bisect_right(margins, start) - 1], []).append((start, end))
    if len(margins) > 1:
        pieces = []
        for start, length in zip(by_start, _lengths(margins, by_start, len(source)), strict=True):
            root, piece = _parsed(source[start : start + length].decode())
            if root.has_error or _in_string(source, start):
                break
            first_line = source.count(b"\n", 0, start) + 1
            pieces.append(
                _Stretch(root, piece, first_line, [(one - start, end - start) for one, end in by_start[start]])
            )
        else:
            yield from pieces
            return
    yield _Stretch(*parse(text), 1, spans)


def _lengths(margins: list[int], starts: Iterable[int], size: int) -> Iterator[int]:
    for start in starts:
        following = bisect_right(margins, start)
        yield (margins[following] if following < len(margins) else size) - start


@lru_cache(maxsize=16)
def _parsed(piece: str) -> tuple[tree_sitter.Node, bytes]:
    """Apart from `python.parse`, whose few places are for whole files."""
    return parse.__wrapped__(piece)


def _margins(source: bytes) -> list[int]:
    """Where statements at the margin start; one with decorators starts at the first of these."""
    starts, decorated = [0], source[:1] == b"@"
    for found in _TOP.finditer(source):
        at = found.start() + 1
        if _CLAUSE.match(source, at):
            continue
        if not decorated:
            starts.append(at)
        decorated = source[at] == 64  # @
    return starts


def _in_comment(source: bytes, offset: int) -> bool:
    """Surely: no quote stands before the sign, in which it could be part of a string."""
    before, sign, _ = source[source.rfind(b"\n", 0, offset) + 1 : offset].partition(b"#")
    return bool(sign) and b'"' not in before and b"'" not in before and not _in_string(source, offset)


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
        "" if string is not None else words(top).replace(" ", "").lstrip("*"),  # the grammar binds `*` to the name
        string,
        _within(node, first_line),
        _conditions(node),
        _invocation(call, first_line) if call is not None else None,
        _scope(decorated, first_line) if decorated is not None else None,
        _target(call if call is not None and role != "value" else top),
        _assigned(top, first_line) if role == "assigned" else None,
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


def _assigned(top: tree_sitter.Node, first_line: int) -> Argument | None:
    right = top.parent.child_by_field_name("right") if top.parent is not None else None
    return _argument(right, first_line) if right is not None else None


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
    decorators = [words(child.named_child(0)) for child in owner.children if child.type == "decorator"] if owner else []
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
    text = node.text.decode()
    if _PLAIN.fullmatch(text):
        return text[1:-1]
    try:
        value = ast.literal_eval(f"({text})")
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
