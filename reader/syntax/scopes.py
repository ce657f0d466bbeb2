"""Where in a Python file a byte stands: the nodes around it, the scopes they make, the blocks and loops on the way.

A scope is what a name is looked up in. A decorator, a default or an annotation of a parameter stands outside of the
function that it belongs to, and so does the first iterable of a comprehension.
"""

from __future__ import annotations

from typing import Literal

import tree_sitter

from reader.syntax.pieces import Pieces
from reader.value import frozen

ScopeKind = Literal["module", "class", "function", "lambda", "comprehension"]

COMPREHENSIONS = frozenset(
    {"list_comprehension", "set_comprehension", "generator_expression", "dictionary_comprehension"}
)
_MAKES: dict[str, ScopeKind] = {
    "class_definition": "class",
    "function_definition": "function",
    "lambda": "lambda",
    **dict.fromkeys(COMPREHENSIONS, "comprehension"),
}
_LOOPS = frozenset({"for_statement", "while_statement"})


@frozen
class Scope:
    """`symbol` is the qualified name of the innermost definition, "" at the module's own level. `number` tells it from
    every other scope of the file."""

    kind: ScopeKind
    symbol: str
    first: int
    last: int
    number: int
    parent: Scope | None = None


@frozen
class Place:
    """`within` is the qualified name of the definition around it, its head included. `blocks` and `loops` are those
    between the scope and the place, outermost first, by numbers of their own."""

    scope: Scope
    within: str | None
    blocks: tuple[int, ...] = ()
    loops: tuple[int, ...] = ()


Chain = list[tuple[tree_sitter.Node, str | None]]


def chain_to(pieces: Pieces, offset: int) -> Chain:
    """The nodes around a byte with the fields they stand in, outermost first, the leaf last."""
    cursor = pieces.root(offset).walk()
    found: Chain = []
    while True:
        node = cursor.node
        if node is None or not node.start_byte <= offset:
            break
        found.append((node, cursor.field_name))
        if cursor.goto_first_child_for_byte(offset) is None:
            break
    return found


class Scopes:
    """Of one file; each is made once."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self.module = Scope("module", "", 1, len(pieces.line_starts), -1)
        self._known: dict[int, Scope] = {}

    def place(self, chain: Chain) -> Place:
        scope, within = self.module, ""
        blocks: list[int] = []
        loops: list[int] = []
        for index, (node, field) in enumerate(chain):
            kind = node.type
            if kind == "block" and index and chain[index - 1][0].type != "with_statement":
                blocks.append(node.start_byte)
                if chain[index - 1][0].type in _LOOPS and field == "body":
                    loops.append(node.start_byte)
            if kind not in _MAKES or index + 1 == len(chain):
                continue
            inner = self.of(node, scope)
            if kind in ("function_definition", "class_definition"):
                within = inner.symbol
            if _inside(chain, index):
                scope = inner
                blocks, loops = [], []
        return Place(scope, within or None, tuple(blocks), tuple(loops))

    def of(self, node: tree_sitter.Node, parent: Scope) -> Scope:
        known = self._known.get(node.start_byte)
        kind = _MAKES[node.type]
        if known is None or known.kind != kind:
            known = self._known[node.start_byte] = self._made(node, kind, parent)
        return known

    def _made(self, node: tree_sitter.Node, kind: ScopeKind, parent: Scope) -> Scope:
        symbol = parent.symbol
        name = node.child_by_field_name("name") if kind in ("class", "function") else None
        if name is not None:
            own = self._pieces.source[name.start_byte : name.end_byte].decode("utf-8", "replace")
            symbol = f"{symbol}.{own}" if symbol else own
        last = node.end_point.row + 1
        if kind == "class" and parent.kind == "module":  # of such a class the piece may hold one method only
            last = self._pieces.place(max(self._pieces.around(node.start_byte)[1] - 1, 0))[0]
        return Scope(kind, symbol, node.start_point.row + 1, last, node.start_byte, parent)


def _inside(chain: Chain, index: int) -> bool:
    """Whether the chain goes on from this definition into the scope that it makes."""
    node, (child, field) = chain[index][0], chain[index + 1]
    if node.type in ("class_definition", "function_definition"):
        if field == "parameters":
            return is_parameter(chain, index + 1)
        return field in ("body", "type_parameters")
    if node.type == "lambda":
        return field == "body" or (field == "parameters" and is_parameter(chain, index + 1))
    if child.type != "for_in_clause" or len(chain) < index + 3:
        return True
    first = next(one for one in node.named_children if one.type == "for_in_clause")
    return not (first.start_byte == child.start_byte and chain[index + 2][1] == "right")


def is_parameter(chain: Chain, index: int) -> bool:
    """Whether the leaf is the name of a parameter of the list at `index`, not its annotation or default."""
    for position in range(index + 1, len(chain)):
        node, field = chain[position]
        if field in ("type", "value") or node.type == "type":
            return False
    return chain[-1][0].type == "identifier"
