"""One place in a tree: what the word is there, the call around it, the function and the conditions it stands in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import tree_sitter

from reader.syntax.mentions.values import Argument, Invocation, Mention, Role, Scope
from reader.syntax.python import condition, last_line, words
from reader.syntax.source import column

_PLAIN = re.compile(r"\"[^\"\\\n]*\"|'[^'\\\n]*'")
_QUALIFIED = re.compile(r"(?:(?P<space>\w+)::)?(?P<name>\w+)(?:\.(?P<overload>\w+))?(?=\(|$)")
_IMPORTS = frozenset({"import_statement", "import_from_statement"})
DEFINES = frozenset({"function_definition", "class_definition"})
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


def mention(node: tree_sitter.Node, word: str, source: bytes, start: int, first_line: int) -> Iterator[Mention]:
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
    if _is_field(parent, "name", node) and parent.type in DEFINES:
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
        scope(decorated, first_line) if decorated is not None else None,
        _target(call if call is not None and role != "value" else top),
        _assigned(top, first_line) if role == "assigned" else None,
    )


def called(call: tree_sitter.Node, source: bytes, first_line: int) -> Iterator[Mention]:
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
        yield _made(words(name), role, callee, callee, call, source, name.start_byte, first_line)


def _literal_of(node: tree_sitter.Node) -> tree_sitter.Node | None:
    while node.type in ("string_content", "string_start", "string_end", "escape_sequence"):
        if node.parent is None:
            return None
        node = node.parent
    if node.type not in _STRINGS:
        return None
    return node.parent if node.parent is not None and node.parent.type == "concatenated_string" else node


def _chain(node: tree_sitter.Node) -> tree_sitter.Node:
    """The whole dotted expression; of `*a.b` the grammar makes an attribute of `*a`."""
    while node.parent is not None and node.parent.type in ("attribute", "list_splat"):
        above = node.parent.parent
        if node.parent.type == "list_splat" and (above is None or above.type != "attribute"):
            break
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
            return scope(outer, first_line)
        inner, outer = outer, outer.parent
    return None


def scope(node: tree_sitter.Node, first_line: int) -> Scope:
    names = []
    outer: tree_sitter.Node | None = node
    nested = False
    while outer is not None:
        if outer.type in DEFINES:
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
