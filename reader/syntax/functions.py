"""The head of a Python function as a value, and the expressions that it returns."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter

from reader.syntax.expressions import Expression, expression
from reader.syntax.pieces import Pieces
from reader.value import frozen

_OTHER_SCOPES = frozenset({"function_definition", "class_definition", "lambda"})
_MOST_RETURNS = 12


@frozen
class Function:
    """`decorators` are dotted names, without what they are called with. `yields`: a generator."""

    line: int
    decorators: tuple[str, ...] = ()
    returns: Expression | None = None
    is_async: bool = False
    yields: bool = False

    def decorated(self, *names: str) -> bool:
        """By the last part of a decorator's name."""
        return any(one.rpartition(".")[2] in names for one in self.decorators)


def function(node: tree_sitter.Node, decorated: tree_sitter.Node | None, pieces: Pieces) -> Function:
    names = []
    for child in decorated.named_children if decorated is not None else ():
        if child.type == "decorator":
            one = expression(next(iter(child.named_children), None), pieces)
            while one is not None and one.form == "call":
                one = one.parts[0]
            names.append(one.full if one is not None else "")
    return Function(
        node.start_point.row + 1,
        tuple(names),
        expression(node.child_by_field_name("return_type"), pieces),
        pieces.source.startswith(b"async", node.start_byte),
        any(True for _ in _leaving(node, pieces, "yield")),
    )


def returned(node: tree_sitter.Node, pieces: Pieces, kind: str = "return_statement") -> tuple[Expression, ...]:
    """What stands behind each `return` (or `yield`) of the function itself, the first dozen."""
    found = []
    for leaving in _leaving(node, pieces, kind):
        value = next((child for child in leaving.named_children if child.type != "comment"), None)
        one = expression(value, pieces)
        if one is not None:
            found.append(one)
        if len(found) == _MOST_RETURNS:
            break
    return tuple(found)


def _leaving(node: tree_sitter.Node, pieces: Pieces, kind: str) -> Iterator[tree_sitter.Node]:
    """By text first: most functions have few such words, and many thousand nodes."""
    word = b"return" if kind == "return_statement" else b"yield"
    at = pieces.source.find(word, node.start_byte, node.end_byte)
    while at >= 0:
        inner = node.descendant_for_byte_range(at, at + len(word))
        statement = inner.parent if inner is not None and inner.type == word.decode() else None
        if statement is not None and statement.type == kind and _own(statement, node):
            yield statement
        at = pieces.source.find(word, at + len(word), node.end_byte)


def _own(inner: tree_sitter.Node, node: tree_sitter.Node) -> bool:
    above = inner.parent
    while above is not None and above.start_byte != node.start_byte:
        if above.type in _OTHER_SCOPES:
            return False
        above = above.parent
    return True
