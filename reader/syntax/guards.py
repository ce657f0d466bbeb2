"""What is asked of an expression's class before one place: conditions around it, asserts and early exits before it.

`isinstance(x, C)`, and a call of a name that begins like a question, `is_pooling_model(x)`, which may be a type guard.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import tree_sitter

from reader.syntax.expressions import Expression, expression
from reader.syntax.pieces import Pieces
from reader.syntax.scopes import Chain
from reader.value import frozen

# Each starts with a literal, which `re` looks for with memchr; one pattern of all is tried at every byte.
_QUESTIONS = tuple(map(re.compile, (rb"isinstance\(", rb"is_\w+\(", rb"supports_\w+\(", rb"has_\w+\(")))
_WORD = re.compile(rb"\w")
_LEAVING = frozenset({"return_statement", "raise_statement", "continue_statement", "break_statement"})


@frozen
class Guard:
    """`subject` is a dotted name as written; it is of `classes` (a name, or a tuple of them), or not. Of a type guard
    `asked` is the function, which says of what class."""

    subject: str
    classes: Expression | None
    holds: bool
    asked: Expression | None = None


def asked(source: bytes, first: int, last: int) -> bool:
    """Whether a class may be asked for between two offsets, by the text alone."""
    starts, ends = _questions(source)
    index = bisect_left(starts, first)
    return index < len(starts) and ends[index] <= last


@lru_cache(maxsize=16)
def _questions(source: bytes) -> tuple[list[int], list[int]]:
    """Where each begins and ends; a name may have one underscore before it, as `_is_cuda`."""
    found = []
    for pattern in _QUESTIONS:
        for match in pattern.finditer(source):
            start = match.start()
            if source[start - 1 : start] == b"_" and pattern is not _QUESTIONS[0]:
                start -= 1
            if not _WORD.match(source[start - 1 : start] if start else b""):
                found.append((start, match.end()))
    found.sort()
    return [start for start, _ in found], [end for _, end in found]


def guards(chain: Chain, pieces: Pieces) -> tuple[Guard, ...]:
    """Innermost last."""
    found: list[Guard] = []
    for (node, _), (child, field) in pairwise(chain):
        match node.type:
            case "function_definition" | "class_definition" | "lambda":
                found.clear()
            case "if_statement" | "elif_clause" | "while_statement" if field in ("consequence", "body"):
                found += _said(node.child_by_field_name("condition"), True, pieces)
            case "if_statement" if field == "alternative":
                found += _said(node.child_by_field_name("condition"), False, pieces)
                found += _passed(node, child, pieces)
            case "conditional_expression":
                inner = [one for one in node.named_children if one.type != "comment"]
                if len(inner) == 3 and child.start_byte != inner[1].start_byte:
                    found += _said(inner[1], child.start_byte == inner[0].start_byte, pieces)
            case "boolean_operator" if field == "right":
                sign = node.child_by_field_name("operator")
                found += _said(node.child_by_field_name("left"), sign is not None and sign.type == "and", pieces)
            case "block" | "module":
                found += _before(node, child, pieces)
    return tuple(found)


def _passed(statement: tree_sitter.Node, clause: tree_sitter.Node, pieces: Pieces) -> Iterator[Guard]:
    """The `elif`s before this one did not hold."""
    for one in statement.children_by_field_name("alternative"):
        if one.start_byte >= clause.start_byte:
            return
        if one.type == "elif_clause":
            yield from _said(one.child_by_field_name("condition"), False, pieces)


def _before(block: tree_sitter.Node, child: tree_sitter.Node, pieces: Pieces) -> Iterator[Guard]:
    """`assert isinstance(x, C)`, and `if not isinstance(x, C): return`, among the statements before this one."""
    if not asked(pieces.source, block.start_byte, child.start_byte):
        return
    for one in block.named_children:
        if one.start_byte >= child.start_byte:
            return
        if one.type == "assert_statement" and one.named_child_count:
            yield from _said(one.named_children[0], True, pieces)
        elif one.type == "if_statement" and one.child_by_field_name("alternative") is None:
            body = one.child_by_field_name("consequence")
            last = body.named_children[-1] if body is not None and body.named_child_count else None
            if last is not None and last.type in _LEAVING:
                yield from _said(one.child_by_field_name("condition"), False, pieces)


def _said(test: tree_sitter.Node | None, holds: bool, pieces: Pieces) -> Iterator[Guard]:
    while test is not None and test.type in ("parenthesized_expression", "not_operator"):
        holds = not holds if test.type == "not_operator" else holds
        test = next((one for one in test.named_children if one.type != "comment"), None)
    if test is None or not asked(pieces.source, test.start_byte, test.end_byte):
        return
    if test.type == "boolean_operator":
        sign = test.child_by_field_name("operator")
        if sign is not None and (sign.type == "and") == holds:
            for field in ("left", "right"):
                yield from _said(test.child_by_field_name(field), holds, pieces)
        return
    made = expression(test, pieces)
    if made is None or made.form != "call" or len(made.parts) < 2 or not made.parts[1].full:
        return
    if made.parts[0].full == "isinstance" and len(made.parts) == 3:
        yield Guard(made.parts[1].full, made.parts[2], holds)
    elif holds and len(made.parts) == 2:
        yield Guard(made.parts[1].full, None, holds, made.parts[0])
