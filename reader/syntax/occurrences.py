"""A name at one place of a Python file: what it does there, by the nodes around it.

Strings and comments are no code, except that a string which is a type is read as the expression that it holds, and
that any other string is told with the call it is an argument of.
"""

from __future__ import annotations

import re
from typing import Literal

import tree_sitter

from reader.syntax import Binding
from reader.syntax.bound import Bound, bound
from reader.syntax.expressions import Expression, expression
from reader.syntax.imports import imported
from reader.syntax.pieces import Pieces
from reader.syntax.scopes import Chain, Place, Scopes, chain_to
from reader.value import frozen

Role = Literal["name", "attribute", "keyword", "import", "string", "exported"]

_TYPE_TEXT = re.compile(r"[\w\s.\[\], |\"']+")
_BEFORE = re.compile(r"[\w.]*\.$")
_IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
_STRINGS = frozenset({"string_content", "string", "string_start", "string_end", "escape_sequence"})


@frozen
class Occurrence:
    """`role` says what the name does: an "attribute" is looked up in `receiver`; a "keyword" is an argument of a call
    of `callee`; a "string" is `text` whole, `callee` what it is an argument of and `receiver` the argument before it;
    "exported" is an entry of `__all__`. `binding` is what an import says of the name. `bound` where it is bound here,
    `defines` where that is a `def` or a `class`; `renamed` is the name that an assignment of nothing else gives it."""

    name: str
    line: int
    column: int
    role: Role
    place: Place
    called: bool = False
    receiver: Expression | None = None
    bound: Bound | None = None
    binding: Binding | None = None
    callee: Expression | None = None
    text: str = ""
    renamed: str | None = None

    @property
    def defines(self) -> bool:
        return self.bound is not None and self.bound.how == "definition"


def occurrence(name: str, offset: int, pieces: Pieces, scopes: Scopes) -> Occurrence | None:
    """None where the name at this byte is in a comment, or in a string that names nothing."""
    chain = chain_to(pieces, offset)
    leaf = chain[-1][0]
    if not leaf.start_byte <= offset < leaf.end_byte:
        return None
    at = pieces.place(offset)
    if leaf.type in _STRINGS:
        return _of_string(name, offset, at, chain, pieces, scopes)
    if leaf.start_byte != offset or leaf.end_byte != offset + len(name.encode()) or leaf.type != "identifier":
        return None
    place = scopes.place(chain)
    parent, field = (chain[-2][0], chain[-1][1]) if len(chain) > 1 else (leaf, None)
    if any(node.type in _IMPORTS for node, _ in chain):
        return _of_import(name, at, chain, place, pieces)
    if parent.type == "keyword_argument" and field == "name":
        return Occurrence(name, *at, "keyword", place, callee=_callee(chain, pieces))
    if parent.type == "keyword_pattern" and chain[-1][0].start_byte == parent.start_byte:
        return Occurrence(name, *at, "keyword", place, callee=_pattern(chain, pieces))
    here = bound(chain, place, pieces)
    if parent.type == "attribute" and field == "attribute":
        receiver = expression(parent.child_by_field_name("object"), pieces)
        renamed = _renamed(chain, 1, pieces)
        return Occurrence(name, *at, "attribute", place, _is_called(chain, 1), receiver, here, renamed=renamed)
    if parent.type in ("dotted_name", "member_type") and leaf.start_byte > parent.start_byte:
        return Occurrence(name, *at, "attribute", place, False, _dotted(parent, offset, pieces))
    return Occurrence(name, *at, "name", place, _is_called(chain, 0), None, here, renamed=_renamed(chain, 0, pieces))


def _renamed(chain: Chain, up: int, pieces: Pieces) -> str | None:
    """`B` of `B = A`, where the leaf is A, or the last part of it."""
    index = len(chain) - 1 - up
    if index < 1 or chain[index][1] != "right" or chain[index - 1][0].type != "assignment":
        return None
    left = chain[index - 1][0].child_by_field_name("left")
    if left is None or left.type != "identifier":
        return None
    return _text(left, pieces)


def _text(node: tree_sitter.Node, pieces: Pieces) -> str:
    return pieces.source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _is_called(chain: Chain, up: int) -> bool:
    """Whether the name is what a call calls; a Triton kernel's `[grid]` may stand between. A decorator is a call."""
    index = len(chain) - 1 - up
    while index and chain[index - 1][0].type == "subscript" and chain[index][1] == "value":
        index -= 1
    if not index:
        return False
    owner = chain[index - 1][0]
    return owner.type == "call" and chain[index][1] == "function"


def _callee(chain: Chain, pieces: Pieces) -> Expression | None:
    call = next((node for node, _ in reversed(chain[:-2]) if node.type in ("call", "class_definition")), None)
    return expression(call.child_by_field_name("function"), pieces) if call is not None else None


def _pattern(chain: Chain, pieces: Pieces) -> Expression | None:
    made = next((node for node, _ in reversed(chain) if node.type == "class_pattern"), None)
    name = made.named_children[0] if made is not None else None
    return _dotted(name, name.end_byte + 1, pieces) if name is not None else None


def _dotted(node: tree_sitter.Node, offset: int, pieces: Pieces) -> Expression | None:
    """The names of a dotted name that end before this byte: `a.b` before `c` of `a.b.c`."""
    made: Expression | None = None
    for child in node.named_children:
        if child.start_byte >= offset:
            break
        name = pieces.source[child.start_byte : child.end_byte].decode("utf-8", "replace")
        at = pieces.place(child.start_byte)
        made = (
            Expression("attribute", *at, name, (made,), full=f"{made.full}.{name}")
            if made
            else None or Expression("name", *at, name, full=name)
        )
    return made


def _of_import(name: str, at: tuple[int, int], chain: Chain, place: Place, pieces: Pieces) -> Occurrence:
    """`binding` tells the module and the target; a part of a module's own name has none of the latter."""
    statement = next(node for node, _ in reversed(chain) if node.type in _IMPORTS)
    here = bound(chain, place, pieces)
    leaf = chain[-1][0]
    source = statement.child_by_field_name("module_name")
    if source is not None and source.start_byte <= leaf.start_byte < source.end_byte:
        told = pieces.source[source.start_byte : leaf.end_byte].decode("utf-8", "replace").replace(" ", "")
        module = told.lstrip(".")
        return Occurrence(
            name, *at, "import", place, binding=Binding(name, "import", *at[:1] * 2, module, len(told) - len(module))
        )
    made = [one for one in imported(statement) if name in (one.name, *(one.target or "").split(".")[-1:])]
    whole = next((node for node, _ in reversed(chain) if node.type == "dotted_name"), None)
    if statement.type == "import_statement" and whole is not None:
        module = pieces.source[whole.start_byte : leaf.end_byte].decode("utf-8", "replace").replace(" ", "")
        alias = next((node.child_by_field_name("alias") for node, _ in chain if node.type == "aliased_import"), None)
        named = _text(alias, pieces) if alias is not None and leaf.end_byte == whole.end_byte else name
        whole_module = Binding(named, "import", at[0], at[0], module)
        return Occurrence(name, *at, "import", place, bound=here, binding=whole_module)
    exact = [one for one in made if one.line == at[0]] or made
    is_alias = chain[-1][1] == "alias"
    exact = [one for one in exact if (one.name == name if is_alias else one.target == name)] or exact
    return Occurrence(name, *at, "import", place, bound=here, binding=exact[0] if exact else None)


def _of_string(
    name: str, offset: int, at: tuple[int, int], chain: Chain, pieces: Pieces, scopes: Scopes
) -> Occurrence | None:
    index = next((i for i, (node, _) in enumerate(chain) if node.type == "string"), None)
    if index is None:
        return None
    string = chain[index][0]
    content = next((child for child in string.named_children if child.type == "string_content"), None)
    if content is None or content.end_byte - content.start_byte > 400:
        return None
    if any(child.type == "interpolation" for child in string.named_children):
        return None
    text = pieces.source[content.start_byte : content.end_byte].decode("utf-8", "replace")
    place = scopes.place(chain[: index + 1])
    if _is_type(chain, index, pieces) and _TYPE_TEXT.fullmatch(text):
        before = pieces.source[content.start_byte : offset].decode("utf-8", "replace")
        match = _BEFORE.search(before)
        if not match:
            return Occurrence(name, *at, "name", place)
        dotted = match[0].rstrip(".")
        start = at[1] - len(match[0])
        return Occurrence(name, *at, "attribute", place, receiver=of_dotted(dotted, at[0], start))
    if not re.fullmatch(r"[\w.:/]+", text):
        return None
    if _exports(chain, index, pieces) and text == name:
        return Occurrence(name, *at, "exported", place)
    callee, before_it = _taker(chain, index, pieces)
    return Occurrence(name, *at, "string", place, receiver=before_it, callee=callee, text=text)


def of_dotted(text: str, line: int, column: int) -> Expression:
    made: Expression | None = None
    for part in text.split("."):
        if made is None:
            made = Expression("name", line, column, part, full=part)
        else:
            made = Expression("attribute", line, column, part, (made,), full=f"{made.full}.{part}")
    assert made is not None
    return made


def _is_type(chain: Chain, index: int, pieces: Pieces) -> bool:
    """Whether a string is an annotation, a part of one, or handed to what takes types."""
    for position in range(index - 1, -1, -1):
        node, field = chain[position]
        if node.type == "generic_type" and pieces.source.startswith(b"Literal", node.start_byte):
            return False
        if node.type == "type" and (not position or chain[position - 1][0].type != "type_parameter"):
            return True
        if node.type == "call":
            return _is_taken_as_type(node, chain[index][0], pieces)
        if node.type in ("block", "module"):
            return False
        if node.type == "subscript" and field != "right":
            value = node.child_by_field_name("value")
            name = value.text.decode("utf-8", "replace").rpartition(".")[2] if value and value.text else ""
            return name in ("Optional", "Union", "list", "dict", "List", "Dict", "type", "Type", "Callable", "tuple")
    return False


def _is_taken_as_type(call: tree_sitter.Node, string: tree_sitter.Node, pieces: Pieces) -> bool:
    """The type that `cast` takes; of `TypeVar` and `NewType` all but the name, which comes first."""
    function, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or given is None:
        return False
    name = pieces.source[function.start_byte : function.end_byte].rpartition(b".")[2]
    first = bool(given.named_child_count) and given.named_children[0].start_byte == string.start_byte
    return first if name in (b"cast", b"ForwardRef") else not first and name in (b"TypeVar", b"NewType")


def _exports(chain: Chain, index: int, pieces: Pieces) -> bool:
    for position in range(index - 1, max(index - 5, -1), -1):
        node = chain[position][0]
        if node.type in ("assignment", "augmented_assignment"):
            left = node.child_by_field_name("left")
            return left is not None and pieces.source[left.start_byte : left.end_byte] == b"__all__"
    return False


def _taker(chain: Chain, index: int, pieces: Pieces) -> tuple[Expression | None, Expression | None]:
    """The callee of the call that the string is an argument of, and the argument before it."""
    for position in range(index - 1, max(index - 4, -1), -1):
        node = chain[position][0]
        if node.type == "call":
            callee = expression(node.child_by_field_name("function"), pieces)
            given = node.child_by_field_name("arguments")
            before = (
                [child for child in given.named_children if child.end_byte <= chain[index][0].start_byte]
                if given
                else []
            )
            return callee, expression(before[-1], pieces) if before else None
        if node.type not in ("argument_list", "keyword_argument", "parenthesized_expression", "conditional_expression"):
            break
    return None, None
