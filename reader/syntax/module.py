"""One Python file, asked about names: found in the text first, then looked at in the tree where they stand.

Kept as long as somebody asks about the file; it gives values, never nodes. Only those pieces of the file are parsed
that hold what is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader.syntax import Call, attributes
from reader.syntax.bound import Bound, bound
from reader.syntax.expressions import Expression, expression
from reader.syntax.functions import Function, function, returned
from reader.syntax.guards import Guard, asked, guards
from reader.syntax.occurrences import Occurrence, occurrence
from reader.syntax.pieces import Pieces
from reader.syntax.python import calls_in
from reader.syntax.scopes import Chain, Place, Scope, Scopes, chain_to
from reader.syntax.words import places

# What follows a plain name that is not bound: `name.`, `name(`, `name[`, `name ==`; definitions apart.
_USED = re.compile(rb"[ \t]*(?:[.(\[]|==)")
_DOTTED = re.compile(rb"[ \t]*(?:\.|==)")
_IDENTIFIER = re.compile(rb"[\w\x80-\xff]+")
_SHARES = re.compile(rb"\b(?:global|nonlocal)[ \t]+([^\n]*)")
_DEFINES = re.compile(rb"(?:def|class)[ \t]+$")


class Module:
    def __init__(self, text: str) -> None:
        self.pieces = Pieces(text)
        self.scopes = Scopes(self.pieces)
        self._bound: dict[tuple[str, int], tuple[Bound, ...]] = {}
        self._members: dict[tuple[str, int], tuple[Bound, ...]] = {}
        self._named: dict[str, tuple[Scope, ...]] = {}
        self._functions: dict[int, Function] = {}
        self._guards: dict[int, bool] = {}

    @property
    def size(self) -> int:
        return len(self.pieces.source)

    def offsets(self, name: str) -> Iterator[tuple[int, int]]:
        """Where the name stands in the text as a whole word: its first byte and the one behind it."""
        return places(self.pieces.source, name.encode())

    def at(self, name: str, offset: int) -> Occurrence | None:
        """What the name at this byte does; None in a comment, or in a string that names nothing."""
        return occurrence(name, offset, self.pieces, self.scopes)

    def occurrence(self, line: int, column: int) -> Occurrence | None:
        """The one whose name stands at this position."""
        offset = self.pieces.offset(line, column)
        match = _IDENTIFIER.match(self.pieces.source, offset)
        return occurrence(match[0].decode("utf-8", "replace"), offset, self.pieces, self.scopes) if match else None

    def place(self, line: int, column: int) -> Place:
        return self.scopes.place(chain_to(self.pieces, self.pieces.offset(line, column)))

    def line(self, number: int) -> str:
        starts = self.pieces.line_starts
        if not 1 <= number < len(starts):
            return ""
        return self.pieces.source[starts[number - 1] : starts[number]].decode("utf-8", "replace").rstrip("\n")

    def bound(self, name: str, scope: Scope) -> tuple[Bound, ...]:
        """Every place that binds the name in this scope itself, in order."""
        key = name, scope.number
        known = self._bound.get(key)
        if known is None:
            known = self._bound[key] = tuple(self._bindings(name, scope))
        return known

    def members(self, name: str, owner: Scope) -> tuple[Bound, ...]:
        """Every `self.name = ...` and the like in the methods of a class, whatever the receiver is called."""
        key = name, owner.number
        known = self._members.get(key)
        if known is None:
            known = self._members[key] = tuple(self._set(name, owner))
        return known

    def assigned(self, dotted: str, scope: Scope) -> tuple[Bound, ...]:
        """Every `a.b = value` of this scope, for a dotted name as written."""
        key = dotted, scope.number
        known = self._bound.get(key)
        if known is None:
            span = self._range(scope)
            known = self._bound[key] = tuple(attributes.assigned(dotted, scope, span, self.pieces, self.scopes))
        return known

    def named(self, symbol: str) -> tuple[Scope, ...]:
        """The scopes of the definitions of this qualified name."""
        known = self._named.get(symbol)
        if known is None:
            found = []
            for start, _ in self.offsets(symbol.rpartition(".")[2]):
                if _DEFINES.search(self.pieces.source, max(start - 12, 0), start):
                    scope = self._defined(start)
                    found += [scope] if scope is not None and scope.symbol == symbol else []
            known = self._named[symbol] = tuple(found)
        return known

    def function(self, scope: Scope) -> Function:
        known = self._functions.get(scope.number)
        if known is None:
            chain = self._to(scope)
            above = chain[-2][0] if len(chain) > 1 and chain[-2][0].type == "decorated_definition" else None
            known = self._functions[scope.number] = function(chain[-1][0], above, self.pieces)
        return known

    def returned(self, scope: Scope, kind: str = "return_statement") -> tuple[Expression, ...]:
        return returned(self._to(scope)[-1][0], self.pieces, kind)

    def has_bases(self, scope: Scope) -> bool:
        """Whether a class has any, by the text of its first line: most have none, and need no further look."""
        return not self.line(scope.first).rstrip().endswith(f"{scope.symbol.rpartition('.')[2]}:")

    def bases(self, scope: Scope) -> tuple[Expression, ...]:
        """What a class inherits from, keywords left out."""
        listed = self._to(scope)[-1][0].child_by_field_name("superclasses")
        if listed is None:
            return ()
        made = (
            expression(one, self.pieces)
            for one in listed.named_children
            if one.type not in ("comment", "keyword_argument")
        )
        return tuple(one for one in made if one is not None)

    def guards(self, line: int, column: int, scope: Scope) -> tuple[Guard, ...]:
        """What is asked of classes before this place, where its scope has such a question at all."""
        known = self._guards.get(scope.number)
        if known is None:
            first, last = self._range(scope)
            known = self._guards[scope.number] = asked(self.pieces.source, first, last)
        return guards(chain_to(self.pieces, self.pieces.offset(line, column)), self.pieces) if known else ()

    def calls(self, first: int, last: int) -> tuple[Call, ...]:
        """What is called in these lines, in order."""
        root = self.pieces.root_of(self.pieces.offset(first, 1), self.pieces.offset(last, 1))
        return calls_in(root, self.pieces.source, first, last)

    def put(self, name: str, scope: Scope) -> tuple[Expression, ...]:
        """What is appended to a container of this name within the scope, or set in it by a key; the first few."""
        return tuple(attributes.put(name, self._range(scope), self.pieces))

    def _defined(self, offset: int) -> Scope | None:
        """The scope of the definition whose name stands at this byte."""
        chain = chain_to(self.pieces, offset)
        owner = chain[-2][0] if len(chain) > 1 else None
        if owner is None or chain[-1][1] != "name" or owner.type not in ("function_definition", "class_definition"):
            return None
        return self.scopes.of(owner, self.scopes.place(chain).scope)

    def _to(self, scope: Scope) -> Chain:
        """The chain that ends in the node which makes this scope."""
        chain = chain_to(self.pieces, scope.number)
        kind = {"class": "class_definition", "function": "function_definition"}.get(scope.kind, "")
        for index in range(len(chain) - 1, -1, -1):
            if chain[index][0].start_byte == scope.number and chain[index][0].type == kind:
                return chain[: index + 1]
        return chain

    def _range(self, scope: Scope) -> tuple[int, int]:
        starts = self.pieces.line_starts
        return starts[scope.first - 1], starts[min(scope.last, len(starts) - 1)]

    def _bindings(self, name: str, scope: Scope) -> Iterator[Bound]:
        source = self.pieces.source
        for offset, end in places(source, name.encode(), *self._range(scope)):
            if source[offset - 1 : offset] == b".":
                continue
            defined = bool(_DEFINES.search(source, max(offset - 12, 0), offset))
            if (_DOTTED if defined else _USED).match(source, end):
                continue
            if scope.kind == "module" and not self._may_be_global(offset, defined):
                continue
            one = self._at(offset, scope)
            if one is not None:
                yield one

    def _may_be_global(self, offset: int, defined: bool) -> bool:
        """By the text alone: within a definition at the margin only its own name is the module's, or a `global`."""
        statement = self.pieces.around(offset)
        head = self.pieces.head(statement)
        if head is None:
            return True
        if defined and self.pieces.source[statement[0] : offset].count(b"\n" + b" ") == 0:
            return True
        if defined:
            line = self.pieces.source.rfind(b"\n", 0, offset) + 1
            return self.pieces.source[line : line + 1] not in (b" ", b"\t")
        return self.pieces.source.find(b"global ", *statement) >= 0

    def _at(self, offset: int, scope: Scope) -> Bound | None:
        chain = chain_to(self.pieces, offset)
        if chain[-1][0].type != "identifier" or chain[-1][0].start_byte != offset:
            return None
        place = self.scopes.place(chain)
        one = bound(chain, place, self.pieces)
        if one is None or one.member:
            return None
        if place.scope.number == scope.number:
            return one
        if place.scope.kind == "comprehension" and one.how == "assign":
            return one if self._holds(place.scope, scope) else None  # a walrus binds outside of the comprehension
        if scope.kind == "module" and one.how != "declared" and self._declared(one.name, place.scope):
            return one
        return None

    def _holds(self, inner: Scope, scope: Scope) -> bool:
        above: Scope | None = inner
        while above is not None and above.kind == "comprehension":
            above = above.parent
        return above is not None and above.number == scope.number

    def _declared(self, name: str, scope: Scope) -> bool:
        """Whether a function says `global name`."""
        if scope.kind != "function":
            return False
        said = _SHARES.finditer(self.pieces.source, *self._range(scope))
        return any(name.encode() in _IDENTIFIER.findall(match[1]) for match in said)

    def _set(self, name: str, owner: Scope) -> Iterator[Bound]:
        found = attributes.members(name, owner, self._range(owner), self.pieces, self.scopes)
        return (one for one, receiver, method in found if receiver == self.first_parameter(method))

    def first_parameter(self, scope: Scope) -> str | None:
        """What a function calls its first parameter."""
        node = self._to(scope)[-1][0]
        listed = node.child_by_field_name("parameters")
        first = next((one for one in listed.named_children if one.type != "comment"), None) if listed else None
        while first is not None and first.type != "identifier":
            first = next(iter(first.named_children), None) if first.type.endswith("parameter") else None
        return self.pieces.source[first.start_byte : first.end_byte].decode("utf-8", "replace") if first else None
