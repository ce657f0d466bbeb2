"""One Python file, asked about names: found in the text first, then looked at in the tree where they stand.

Kept as long as somebody asks about the file; it gives values, never nodes. Only those pieces of the file are parsed
that hold what is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import tree_sitter

from reader.syntax.bound import Bound, bound
from reader.syntax.expressions import Expression, expression
from reader.syntax.functions import Function, function, returned
from reader.syntax.guards import QUESTION, Guard, guards
from reader.syntax.occurrences import Occurrence, occurrence
from reader.syntax.pieces import Pieces
from reader.syntax.scopes import Chain, Place, Scope, Scopes, chain_to

# Every pattern begins with a literal, which `re` looks for with memchr; what stands before it is looked at afterwards.
_WORD = rb"%s(?![\w\x80-\xff])"
_LETTER = re.compile(rb"[\w\x80-\xff]")
# What can bind a plain name, by the text alone: `.name`, `name.`, `name(` and `name[` do not, definitions apart.
_BINDING = rb"%s(?![\w\x80-\xff])(?![ \t]*\.|[ \t]*==)"
_MEMBER = rb"\.%s(?![\w\x80-\xff])(?=[ \t]*(?:[:,)\]]|=(?!=)|in\b))|(?<=as )[\w.]+\.%s\b"
_DEFINITION = rb"(?:def|class)[ \t]+(%s)(?![\w\x80-\xff])"
_APPENDS = rb"%s\.(?:append|appendleft|add|put|put_nowait)\("
_SETS = rb"%s\[[^\]\n]*\][ \t]*=(?!=)"
_CALLED = re.compile(rb"[ \t]*[(\[]")
_DEFINES = re.compile(rb"(?:def|class)[ \t]+$")
_MOST_PUT = 6


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
        source = self.pieces.source
        for match in re.finditer(_WORD % re.escape(name.encode()), source):
            if not _LETTER.match(source, match.start() - 1 if match.start() else match.end()):
                yield match.span()

    def at(self, name: str, offset: int) -> Occurrence | None:
        """What the name at this byte does; None in a comment, or in a string that names nothing."""
        return occurrence(name, offset, self.pieces, self.scopes)

    def occurrence(self, line: int, column: int) -> Occurrence | None:
        """The one whose name stands at this position."""
        offset = self.pieces.offset(line, column)
        match = re.compile(rb"[\w\x80-\xff]+").match(self.pieces.source, offset)
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
            known = self._bound[key] = tuple(self._to_dotted(dotted, scope))
        return known

    def _to_dotted(self, dotted: str, scope: Scope) -> Iterator[Bound]:
        pattern = re.compile(re.escape(dotted.encode()) + rb"[ \t]*(?::[^=\n]+)?=(?!=)")
        for match in pattern.finditer(self.pieces.source, *self._range(scope)):
            before = self.pieces.source[match.start() - 1 : match.start()]
            if before == b"." or _LETTER.match(before):
                continue
            chain = chain_to(self.pieces, match.start() + len(dotted.encode()) - 1)
            place = self.scopes.place(chain)
            one = bound(chain, place, self.pieces) if place.scope.number == scope.number else None
            if one is not None and one.member and one.how == "assign":
                yield one

    def named(self, symbol: str) -> tuple[Scope, ...]:
        """The scopes of the definitions of this qualified name."""
        known = self._named.get(symbol)
        if known is None:
            raw = re.escape(symbol.rpartition(".")[2].encode())
            found = []
            for match in re.finditer(_DEFINITION % raw, self.pieces.source):
                scope = self._defined(match.start(1))
                if scope is not None and scope.symbol == symbol:
                    found.append(scope)
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
            known = self._guards[scope.number] = bool(QUESTION.search(self.pieces.source, first, last))
        return guards(chain_to(self.pieces, self.pieces.offset(line, column)), self.pieces) if known else ()

    def put(self, name: str, scope: Scope) -> tuple[Expression, ...]:
        """What is appended to a container of this name within the scope, or set in it by a key; the first few."""
        raw = re.escape(name.encode())
        first, last = self._range(scope)
        found: list[Expression] = []
        for pattern, kind, part in ((_APPENDS, "call", 0), (_SETS, "assignment", 1)):
            for match in islice(re.compile(pattern % raw).finditer(self.pieces.source, first, last), _MOST_PUT):
                if _LETTER.match(self.pieces.source, match.start() - 1):
                    continue
                chain = chain_to(self.pieces, match.end() - 1)
                node = next((one for one, _ in reversed(chain) if one.type == kind), None)
                value = node.child_by_field_name("right") if node is not None and part else node
                one = expression(value, self.pieces) if value is not None else None
                one = one.argument(0) if one is not None and not part and one.form == "call" else one
                found += [one] if one is not None else []
        return tuple(found)

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
        pattern = re.compile(_BINDING % re.escape(name.encode()))
        first, last = self._range(scope)
        for match in pattern.finditer(self.pieces.source, first, last):
            offset = match.start()
            before = self.pieces.source[max(offset - 8, 0) : offset]
            if before and (before[-1:] == b"." or _LETTER.match(before, len(before) - 1)):
                continue
            defined = bool(_DEFINES.search(before))
            if not defined and _CALLED.match(self.pieces.source, match.end()):
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
        said = re.compile(rb"\b(?:global|nonlocal)[ \t]+[^\n]*\b%s\b" % re.escape(name.encode()))
        return bool(said.search(self.pieces.source, *self._range(scope)))

    def _set(self, name: str, owner: Scope) -> Iterator[Bound]:
        raw = re.escape(name.encode())
        first, last = self._range(owner)
        for match in re.compile(_MEMBER % (raw, raw)).finditer(self.pieces.source, first, last):
            chain = chain_to(self.pieces, match.end() - 1)
            if chain[-1][0].type != "identifier":
                continue
            place = self.scopes.place(chain)
            one = bound(chain, place, self.pieces)
            if one is not None and one.member and place.scope.parent is not None and _method_of(place.scope, owner):
                receiver = _receiver(chain)
                if receiver is not None and receiver == self.first_parameter(place.scope):
                    yield one

    def first_parameter(self, scope: Scope) -> str | None:
        """What a function calls its first parameter."""
        node = self._to(scope)[-1][0]
        listed = node.child_by_field_name("parameters")
        first = next((one for one in listed.named_children if one.type != "comment"), None) if listed else None
        while first is not None and first.type != "identifier":
            first = next(iter(first.named_children), None) if first.type.endswith("parameter") else None
        return self.pieces.source[first.start_byte : first.end_byte].decode("utf-8", "replace") if first else None


def _method_of(scope: Scope, owner: Scope) -> bool:
    above: Scope | None = scope
    while above is not None and above.kind != "class":
        if above.parent is not None and above.parent.number == owner.number:
            return above.kind == "function"
        above = above.parent
    return False


def _receiver(chain: Chain) -> str | None:
    of: tree_sitter.Node | None = chain[-2][0].child_by_field_name("object")
    return of.text.decode("utf-8", "replace") if of is not None and of.type == "identifier" and of.text else None
