"""What is set on or put into a thing that has a name: `self.x = 1`, `a.b = 1`, `xs.append(1)`, `table[key] = 1`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import tree_sitter

from reader.syntax.bound import Bound, bound
from reader.syntax.expressions import Expression, expression
from reader.syntax.pieces import Pieces
from reader.syntax.scopes import Chain, Place, Scope, Scopes, chain_to
from reader.syntax.words import places

_SET = re.compile(rb"[ \t]*(?:[:,)\]]|=(?!=)|in\b)")
_AS = re.compile(rb"\bas [\w.]+\.$")
_ASSIGNED = re.compile(rb"[ \t]*(?::[^=\n]+)?=(?!=)")
_APPENDED = re.compile(rb"\.(?:append|appendleft|add|put|put_nowait)\(")
_KEYED = re.compile(rb"\[[^\]\n]*\][ \t]*=(?!=)")
_MOST_PUT = 6

Span = tuple[int, int]


def members(name: str, owner: Scope, span: Span, pieces: Pieces, scopes: Scopes) -> Iterator[tuple[Bound, str, Scope]]:
    """Attributes of this name that the methods of a class bind, each with what stands before the dot and the method."""
    source = pieces.source
    for start, end in places(source, name.encode(), *span):
        if source[start - 1 : start] != b".":
            continue
        if not _SET.match(source, end) and not _AS.search(source, max(start - 60, 0), start):
            continue
        found = _attribute(start, pieces, scopes)
        if found is not None and _method_of(found[1].scope, owner):
            yield found[0], found[2], found[1].scope


def assigned(dotted: str, scope: Scope, span: Span, pieces: Pieces, scopes: Scopes) -> Iterator[Bound]:
    """Every `a.b = value` of a scope itself, for a dotted name as written."""
    source = pieces.source
    for start, end in places(source, dotted.encode(), *span):
        if source[start - 1 : start] == b"." or not _ASSIGNED.match(source, end):
            continue
        place = scopes.place(chain_to(pieces, end - 1))
        one = bound(chain_to(pieces, end - 1), place, pieces) if place.scope.number == scope.number else None
        if one is not None and one.member and one.how == "assign":
            yield one


def put(name: str, span: Span, pieces: Pieces) -> Iterator[Expression]:
    """What is appended to a container of this name, or set in it by a key; the first few."""
    for pattern, kind in ((_APPENDED, "call"), (_KEYED, "assignment")):
        ends = (match.end() for _, end in places(pieces.source, name.encode(), *span)
                if (match := pattern.match(pieces.source, end)))  # fmt: skip
        for end in islice(ends, _MOST_PUT):
            node = next((one for one, _ in reversed(chain_to(pieces, end - 1)) if one.type == kind), None)
            if node is not None and kind == "assignment":
                node = node.child_by_field_name("right")
            one = expression(node, pieces)
            if one is not None and kind == "call":
                one = one.argument(0) if one.form == "call" else None
            if one is not None:
                yield one


def _attribute(offset: int, pieces: Pieces, scopes: Scopes) -> tuple[Bound, Place, str] | None:
    chain = chain_to(pieces, offset)
    if chain[-1][0].type != "identifier" or len(chain) < 2:
        return None
    place = scopes.place(chain)
    one = bound(chain, place, pieces)
    receiver = _receiver(chain)
    return (one, place, receiver) if one is not None and one.member and receiver is not None else None


def _receiver(chain: Chain) -> str | None:
    of: tree_sitter.Node | None = chain[-2][0].child_by_field_name("object")
    return of.text.decode("utf-8", "replace") if of is not None and of.type == "identifier" and of.text else None


def _method_of(scope: Scope, owner: Scope) -> bool:
    above: Scope | None = scope
    while above is not None and above.kind != "class":
        if above.parent is not None and above.parent.number == owner.number:
            return above.kind == "function"
        above = above.parent
    return False
