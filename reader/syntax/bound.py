"""How a name is bound at one place of a Python file: as a parameter, by an assignment, a loop, a `with`, an import.

Reads it off the nodes around the name. What the name gets is told as an expression, with the way into it where several
names share one (`a, (b, c) = value`).
"""

from __future__ import annotations

from typing import Literal

import tree_sitter

from reader.syntax import Binding
from reader.syntax.expressions import Expression, expression
from reader.syntax.imports import imported
from reader.syntax.pieces import Pieces
from reader.syntax.scopes import Chain, Place
from reader.value import frozen

How = Literal[
    "parameter", "assign", "augmented", "for", "with", "except", "match", "import", "definition", "type", "declared"
]

_TARGETS = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "tuple", "list", "as_pattern_target"}
)
_PARAMETERS = frozenset({"parameters", "lambda_parameters"})
_SPLATS = {"list_splat_pattern": 1, "dictionary_splat_pattern": 2}
_STAR = -1


@frozen
class Bound:
    """`value` is what is assigned, looped over, entered, or a parameter's default. `unpack` leads into it by index,
    -1 for a starred name. `member`: it is `of.name = ...`, an attribute. `after` is the line and column from which it
    holds; `stars` is 1 for `*args`, 2 for `**kwargs`; `number` counts a parameter from 0."""

    how: How
    name: str
    line: int
    column: int
    place: Place
    after: tuple[int, int]
    value: Expression | None = None
    annotation: Expression | None = None
    unpack: tuple[int, ...] = ()
    member: bool = False
    number: int = 0
    stars: int = 0
    imported: Binding | None = None
    symbol: str = ""


@frozen
class Target:
    """The chain at the index of what binds, and the way from there to the name."""

    index: int
    unpack: tuple[int, ...]


def bound(chain: Chain, place: Place, pieces: Pieces) -> Bound | None:
    """The binding that the leaf of this chain is the name of; None where it is no name that is bound."""
    leaf = chain[-1][0]
    end = len(chain) - 1
    member = chain[end][1] == "attribute" and end > 0 and chain[end - 1][0].type == "attribute"
    if member:
        end -= 1
    line, column = pieces.place(leaf.start_byte)
    name = pieces.source[leaf.start_byte : leaf.end_byte].decode("utf-8", "replace")
    found = None if member else _named(chain, end)
    if found is None:
        found = _assigned(chain, end, pieces)
    if found is None:
        return None
    how, at, value, annotation, unpack, number, stars = found
    after = pieces.place(at)
    made = _imported(chain, line, name) if how == "import" else None
    if how == "import" and made is None:
        return None
    return Bound(
        how, name, line, column, place, after,
        expression(value, pieces), expression(annotation, pieces), unpack, member, number, stars, made,
        place.within or name if how == "definition" else "",
    )  # fmt: skip


_Found = tuple[How, int, tree_sitter.Node | None, tree_sitter.Node | None, tuple[int, ...], int, int]


def _named(chain: Chain, end: int) -> _Found | None:
    """Definitions, imports and parameters, which bind plain names only."""
    parent, field = chain[end - 1][0] if end else None, chain[end][1]
    if parent is None:
        return None
    if parent.type in ("function_definition", "class_definition") and field == "name":
        return "definition", parent.start_byte, None, None, (), 0, 0
    if parent.type in ("global_statement", "nonlocal_statement"):
        return "declared", parent.start_byte, None, None, (), 0, 0
    if parent.type == "aliased_import" or (parent.type == "dotted_name" and end > 1 and chain[end - 1][1] == "name"):
        return ("import", parent.start_byte, None, None, (), 0, 0) if _binds(chain, end) else None
    for index in range(end, max(end - 4, 0), -1):
        if chain[index][0].type in _PARAMETERS:
            return _parameter(chain, index, end)
        if chain[index][1] in ("type", "value"):
            return None
    return None


def _binds(chain: Chain, end: int) -> bool:
    """`b` of `from m import a as b`, `a` of `from m import a` and of `import a.b`."""
    parent, field = chain[end - 1][0], chain[end][1]
    if parent.type == "aliased_import":
        return field == "alias"
    over = chain[end - 2][0]
    if over.type == "aliased_import" or over.type not in ("import_statement", "import_from_statement"):
        return False
    return over.type == "import_from_statement" or parent.start_byte == chain[end][0].start_byte


def _imported(chain: Chain, line: int, name: str) -> Binding | None:
    statement = next(node for node, _ in reversed(chain) if node.type in ("import_statement", "import_from_statement"))
    same = [one for one in imported(statement) if one.name == name]
    return next((one for one in same if one.line == line), same[0] if same else None)


def _parameter(chain: Chain, index: int, end: int) -> _Found | None:
    listed, node = chain[index][0], chain[index + 1][0] if index < end else None
    if node is None:
        return None
    stars = max((_SPLATS.get(one.type, 0) for one, _ in chain[index:end]), default=0)
    plain = [child for child in listed.named_children if child.type != "comment"]
    number = next((place for place, child in enumerate(plain) if child.start_byte == node.start_byte), 0)
    value, annotation = node.child_by_field_name("value"), node.child_by_field_name("type")
    return "parameter", listed.start_byte, value, annotation, (), number, stars


def _assigned(chain: Chain, end: int, pieces: Pieces) -> _Found | None:
    """A target of an assignment, a loop, a `with`, an `except`, a walrus or a `match`."""
    unpack: list[int] = []
    index = end
    while index and chain[index - 1][0].type in _TARGETS:
        holder = chain[index - 1][0]
        if holder.type == "list_splat_pattern":
            unpack.append(_STAR)
        elif holder.type != "as_pattern_target":
            children = [child for child in holder.named_children if child.type != "comment"]
            own = chain[index][0].start_byte
            place = next((at for at, child in enumerate(children) if child.start_byte == own), 0)
            if not (unpack and unpack[-1] == _STAR):
                unpack.append(place)
        index -= 1
    if not index:
        return None
    way = tuple(reversed(unpack))
    return _of_statement(chain, index, way)


def _of_statement(chain: Chain, index: int, way: tuple[int, ...]) -> _Found | None:
    owner, field = chain[index - 1][0], chain[index][1]
    match owner.type:
        case "assignment" if field == "left":
            annotation = owner.child_by_field_name("type")
            value = owner.child_by_field_name("right")
            while value is not None and value.type == "assignment":
                value = value.child_by_field_name("right")
            whole = next((node for node, _ in chain[:index] if node.type == "expression_statement"), owner)
            whole = whole if whole.end_byte >= owner.end_byte and whole.start_byte == owner.start_byte else owner
            return "assign", whole.end_byte, value, annotation, way, 0, 0
        case "augmented_assignment" if field == "left":
            return "augmented", owner.end_byte, None, None, way, 0, 0
        case "named_expression" if field == "name":
            return "assign", owner.start_byte, owner.child_by_field_name("value"), None, (), 0, 0
        case "for_statement" | "for_in_clause" if field == "left":
            return "for", owner.start_byte, owner.child_by_field_name("right"), None, way, 0, 0
        case "as_pattern":
            return _of_pattern(chain, index, way)
        case "case_pattern" | "splat_pattern" | "keyword_pattern" if chain[index][0].type == "identifier":
            return "match", owner.start_byte, None, None, (), 0, 0
        case "dotted_name" if index > 1 and chain[index - 2][0].type in ("case_pattern", "keyword_pattern"):
            return ("match", owner.start_byte, None, None, (), 0, 0) if owner.named_child_count == 1 else None
        case "type" if (
            index > 1 and chain[index - 2][0].type == "type_alias_statement" and chain[index - 1][1] == "left"
        ):
            statement = chain[index - 2][0]
            return "type", statement.start_byte, statement.child_by_field_name("right"), None, (), 0, 0
        case "type" if (
            index > 1 and chain[index - 2][0].type == "type_parameter" and chain[index - 2][1] == "type_parameters"
        ):
            return "type", owner.start_byte, None, None, (), 0, 0
    return None


def _of_pattern(chain: Chain, index: int, way: tuple[int, ...]) -> _Found | None:
    """`with a as b`, `except E as e`, `case Foo() as x`."""
    owner = chain[index - 1][0]
    value = owner.named_children[0] if owner.named_child_count else None
    if value is None or value.start_byte == chain[index][0].start_byte:
        return None
    around = chain[index - 2][0].type if index > 1 else ""
    if around in ("with_item", "with_clause"):
        return "with", owner.start_byte, value, None, way, 0, 0
    if around == "except_clause":
        return "except", owner.start_byte, value, None, (), 0, 0
    inner = value.named_children[0] if value.type == "case_pattern" and value.named_child_count else value
    made = inner.named_children[0] if inner.type == "class_pattern" and inner.named_child_count else None
    return "match", owner.start_byte, made, None, (), 0, 0
