"""Expressions of Python as values: what a type can be read off, and where each part stands.

Made from the tree when asked, cut where nobody looks (the fifth element of a list, the seventh argument).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import tree_sitter

from reader.value import frozen

if TYPE_CHECKING:
    from reader.syntax.pieces import Pieces

Form = Literal[
    "name", "attribute", "call", "subscript", "await", "constant", "string", "list", "tuple", "set", "dict", "made",
    "either", "binary", "comparison", "lambda", "star", "yield", "none", "ellipsis", "other",
]  # fmt: skip

_ELEMENTS = 4
_ARGUMENTS = 6
_DEEPEST = 60  # a sum of a thousand strings nests as deep, and says no more
_CONSTANTS = {"integer": "int", "float": "float", "true": "bool", "false": "bool"}
_DISPLAYS: dict[str, Form] = {
    "list": "list", "list_pattern": "list", "tuple": "tuple", "expression_list": "tuple", "pattern_list": "tuple",
    "tuple_pattern": "tuple", "set": "set",
}  # fmt: skip
_COMPREHENSIONS = {
    "list_comprehension": "list",
    "set_comprehension": "set",
    "generator_expression": "Generator",
    "dictionary_comprehension": "dict",
}
_WRAPPERS = frozenset({"parenthesized_expression", "type", "named_expression", "constrained_type"})


@frozen
class Expression:
    """`name` is the identifier, the attribute's name, the text of a string, the class of a constant or of what a
    comprehension makes, or an operator. `parts` are the operands: of an attribute, call or subscript first what it is
    of; of "either" those it may be; of a dict and a comprehension of one keys before values. `keywords` go with the
    last `parts` of a call, "" for those without. `full` is a dotted name as written, "" for anything else."""

    form: Form
    line: int
    column: int
    name: str = ""
    parts: tuple[Expression, ...] = ()
    keywords: tuple[str, ...] = ()
    full: str = ""

    @property
    def arguments(self) -> tuple[Expression, ...]:
        return self.parts[1:]

    def argument(self, number: int, keyword: str = "") -> Expression | None:
        """Of a call, by position or by keyword."""
        for name, one in zip(self.keywords, self.arguments, strict=True):
            if name == keyword and name:
                return one
        plain = [one for name, one in zip(self.keywords, self.arguments, strict=True) if not name]
        return plain[number] if 0 <= number < len(plain) else None


def expression(node: tree_sitter.Node | None, pieces: Pieces) -> Expression | None:
    while node is not None and node.type in _WRAPPERS:
        if node.type == "named_expression":
            node = node.child_by_field_name("value")
        else:
            node = next((child for child in node.named_children if child.type != "comment"), None)
    if node is None:
        return None
    if pieces.depth > _DEEPEST:
        return Expression("other", *pieces.place(node.start_byte))
    pieces.depth += 1
    try:
        return _made(node, pieces)
    finally:
        pieces.depth -= 1


def _made(node: tree_sitter.Node, pieces: Pieces) -> Expression:
    kind = node.type
    row, column = node.start_point
    if not pieces.is_ascii:
        column = pieces.place(node.start_byte)[1] - 1
    at = row + 1, column + 1
    if kind == "identifier":
        name = _text(node, pieces)
        return Expression("name", *at, name, full=name)
    if kind == "attribute":
        return _attribute(node, at, pieces)
    if kind == "call":
        return _call(node, at, pieces)
    if kind in _CONSTANTS:
        return Expression("constant", *at, _CONSTANTS[kind])
    if kind == "none":
        return Expression("none", *at)
    if kind in _BOOLEANS:
        return Expression("constant", *at, "bool")
    if kind in _OF_ONE:
        return Expression(_OF_ONE[kind], *at, parts=_several(_named(node)[:1], pieces))
    maker = _MAKERS.get(kind)
    if maker is not None:
        return maker(node, at, pieces)
    if kind in _DISPLAYS:
        return Expression(_DISPLAYS[kind], *at, parts=_several(_named(node)[:_ELEMENTS], pieces))
    return Expression("ellipsis" if kind == "ellipsis" else "other", *at, kind)


def _text(node: tree_sitter.Node, pieces: Pieces) -> str:
    return pieces.source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _named(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _several(nodes: list[tree_sitter.Node], pieces: Pieces) -> tuple[Expression, ...]:
    return tuple(one for node in nodes if (one := expression(node, pieces)) is not None)


def _attribute(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    of = expression(node.child_by_field_name("object"), pieces)
    last = node.child_by_field_name("attribute")
    name = _text(last, pieces) if last is not None else ""
    full = f"{of.full}.{name}" if of is not None and of.full else ""
    return Expression("attribute", *at, name, (of,) if of is not None else (), full=full)


def _call(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    called = expression(node.child_by_field_name("function"), pieces) or Expression("other", *at)
    given = node.child_by_field_name("arguments")
    parts = [called]
    keywords: list[str] = []
    if given is not None and given.type == "generator_expression":
        parts.append(_made(given, pieces))
        keywords.append("")
    for child in _named(given)[:_ARGUMENTS] if given is not None and given.type == "argument_list" else ():
        value = child.child_by_field_name("value") if child.type == "keyword_argument" else child
        one = expression(value, pieces)
        if one is not None:
            parts.append(one)
            name = child.child_by_field_name("name") if child.type == "keyword_argument" else None
            keywords.append(_text(name, pieces) if name is not None else "")
    return Expression("call", *at, called.name, tuple(parts), tuple(keywords))


def _subscript(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    """`a[i, j]`, and `list[int]` in an annotation, which the grammar has as a generic type."""
    inner = _named(node)
    parts: list[Expression] = []
    for child in inner:
        parts += _several(_named(child)[:_ELEMENTS] if child.type == "type_parameter" else [child], pieces)
    return Expression("subscript", *at, parts=tuple(parts[: _ELEMENTS + 1]))


def _string(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    content = [child for child in node.named_children if child.type == "string_content"]
    plain = len(content) == 1 and not any(child.type == "interpolation" for child in node.named_children)
    if not plain:
        return Expression("string", *at)
    row, column = content[0].start_point
    if not pieces.is_ascii:
        column = pieces.place(content[0].start_byte)[1] - 1
    return Expression("string", row + 1, column + 1, _text(content[0], pieces)[:400])


def _comprehension(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    body = node.child_by_field_name("body")
    made = _several(_named(body) if body is not None and body.type == "pair" else [body] if body else [], pieces)
    return Expression("made", *at, _COMPREHENSIONS[node.type], made)


def _dictionary(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    pairs = [child for child in node.named_children if child.type == "pair"][:_ELEMENTS]
    keys = _several([key for pair in pairs if (key := pair.child_by_field_name("key"))], pieces)
    values = _several([value for pair in pairs if (value := pair.child_by_field_name("value"))], pieces)
    return Expression("dict", *at, parts=(*keys, *values) if len(keys) == len(values) else ())


def _either(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    """`a if c else b`, `a or b`, `a and b`."""
    inner = _named(node)
    if node.type == "conditional_expression":
        inner = [inner[0], inner[2]] if len(inner) == 3 else inner
    elif (sign := node.child_by_field_name("operator")) is not None and sign.type == "and":
        inner = inner[1:]
    return Expression("either", *at, parts=_several(inner, pieces))


def _binary(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    """`int | None`, which in an annotation the grammar has as a union type, is a "binary" of `|`."""
    sign = node.child_by_field_name("operator")
    name = "|" if node.type == "union_type" else sign.type if sign is not None else ""
    return Expression("binary", *at, name, _several(_named(node), pieces))


def _lambda(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    body = node.child_by_field_name("body")
    return Expression("lambda", *at, parts=_several([body] if body is not None else [], pieces))


def _member(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    """`module.Name` where the grammar has it as a type of its own."""
    inner = _several(_named(node), pieces)
    if len(inner) != 2:
        return Expression("other", *at)
    full = f"{inner[0].full}.{inner[1].full}" if inner[0].full else ""
    return Expression("attribute", *at, inner[1].name, inner[:1], full=full)


def _of_names(node: tree_sitter.Node, at: tuple[int, int], pieces: Pieces) -> Expression:
    """`a.b` where the grammar has it as one name: in a pattern."""
    made: Expression | None = None
    for one in _several(_named(node), pieces):
        inner = made
        made = (
            one
            if inner is None
            else Expression("attribute", one.line, one.column, one.name, (inner,), full=f"{inner.full}.{one.name}")
        )
    return made or Expression("other", *at)


_OF_ONE: dict[str, Form] = {"await": "await", "list_splat": "star", "dictionary_splat": "star", "yield": "yield"}
_BOOLEANS = frozenset({"comparison_operator", "not_operator"})
_MAKERS: dict[str, Callable[[tree_sitter.Node, tuple[int, int], Pieces], Expression]] = {
    "subscript": _subscript,
    "generic_type": _subscript,
    "string": _string,
    "concatenated_string": lambda node, at, pieces: Expression("string", *at),
    "list_comprehension": _comprehension,
    "set_comprehension": _comprehension,
    "generator_expression": _comprehension,
    "dictionary_comprehension": _comprehension,
    "dictionary": _dictionary,
    "conditional_expression": _either,
    "boolean_operator": _either,
    "binary_operator": _binary,
    "union_type": _binary,
    "member_type": _member,
    "dotted_name": _of_names,
    "lambda": _lambda,
}


@lru_cache(maxsize=512)
def parsed(text: str, line: int, column: int) -> Expression | None:
    """The expression that a string holds, whose text begins at this place of the file."""
    from reader.syntax.pieces import Pieces  # which needs this module

    pieces = Pieces(text)
    statement = next(iter(pieces.root(0).named_children), None)
    inner = statement.named_children[0] if statement is not None and statement.named_child_count else None
    made = expression(inner, pieces) if inner is not None else None
    return _shifted(made, line, column) if made is not None else None


def _shifted(one: Expression, line: int, column: int) -> Expression:
    return Expression(
        one.form, line + one.line - 1, one.column + (column - 1 if one.line == 1 else 0), one.name,
        tuple(_shifted(part, line, column) for part in one.parts), one.keywords, one.full,
    )  # fmt: skip
