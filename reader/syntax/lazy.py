"""What a module's `__getattr__` hands out: its tables and its branches, read, never run.

Two ways occur in vLLM. A branch names what it answers for (`if name == "X"`, `if name in __all__`) and imports it on
the spot; or the name is looked up in a module-level table whose values say where it lives (`".pkg.module:Attr"`,
`"pkg.module"`, a submodule's name put into an f-string). Whatever else a branch or a table computes is a "value": it
can be shown, and is not called an alias of anything.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import tree_sitter

from reader.syntax import Binding
from reader.syntax.imports import imported
from reader.syntax.python import condition, dotted, last_line, words

_LISTS = frozenset({"list", "set", "tuple"})
_IMPORTERS = frozenset({"import_module", "__import__"})


def bindings(root: tree_sitter.Node, function: tree_sitter.Node, known: Mapping[str, Binding]) -> tuple[Binding, ...]:
    """`known` are the module's own imports, for a branch that returns one of them."""
    parameters = function.child_by_field_name("parameters")
    body = function.child_by_field_name("body")
    if parameters is None or not parameters.named_child_count or body is None:
        return ()
    first = parameters.named_children[0]
    parameter = words(first if first.type == "identifier" else first.named_child(0))
    hook = _Hook(function, body, parameter, _tables(root), known)
    found: dict[str, list[Binding]] = {}
    for made in (hook.of_branches(), hook.of_lookups()):
        for name, several in made:
            found.setdefault(name, list(dict.fromkeys(several)))  # the first branch that answers for a name is taken
    return tuple(one for several in found.values() for one in several)


def _tables(root: tree_sitter.Node) -> dict[str, tree_sitter.Node]:
    tables = {}
    for statement in root.named_children:
        for node in statement.named_children:
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if node.type == "assignment" and left is not None and right is not None and left.type == "identifier":
                tables[words(left)] = right
    return tables


class _Hook:
    """One `__getattr__`, with what is needed to read it."""

    def __init__(
        self,
        function: tree_sitter.Node,
        body: tree_sitter.Node,
        parameter: str,
        tables: Mapping[str, tree_sitter.Node],
        known: Mapping[str, Binding],
    ) -> None:
        self.body = body
        self.parameter = parameter
        self.tables = tables
        self.known = known
        source = words(function)
        self.gets_attribute = re.search(rf"getattr\([^,]+, {re.escape(parameter)}\)", source) is not None
        self.prefix, self.suffix = self._template()

    def of_branches(self) -> Iterator[tuple[str, list[Binding]]]:
        for branch in _walk(self.body, ("if_statement", "elif_clause")):
            test, block = branch.child_by_field_name("condition"), branch.child_by_field_name("consequence")
            if test is None or block is None:
                continue
            for comparison in _walk(test, ("comparison_operator",)):
                yield from self._of_comparison(comparison, branch, block)

    def of_lookups(self) -> Iterator[tuple[str, list[Binding]]]:
        """`TABLE.get(name)` and `TABLE[name]`."""
        for use in _walk(self.body, ("call", "subscript")):
            field = "function" if use.type == "call" else "value"
            table, _, method = words(use.child_by_field_name(field)).partition(".")
            asked = words(use.child_by_field_name("arguments" if use.type == "call" else "subscript"))
            if method == ("get" if use.type == "call" else "") and re.match(rf"\(?{self.parameter}\b", asked):
                yield from self._of_table(self.tables.get(table))

    def _of_comparison(
        self, comparison: tree_sitter.Node, branch: tree_sitter.Node, block: tree_sitter.Node
    ) -> Iterator[tuple[str, list[Binding]]]:
        operators = [words(child) for child in comparison.children if not child.is_named]
        if comparison.named_child_count != 2 or operators not in (["=="], ["in"]):
            return
        left, right = comparison.named_children
        if words(right) == self.parameter:
            left, right = right, left
        if words(left) != self.parameter:
            return
        right = self.tables.get(words(right), right) if operators == ["in"] else right
        if right.type == "dictionary":
            yield from self._of_table(right)
            return
        for literal in [right] if right.type == "string" else right.named_children if right.type in _LISTS else []:
            name = _string(literal)
            if name:
                yield name, list(self._of_branch(name, branch, block))

    def _of_table(self, table: tree_sitter.Node | None) -> Iterator[tuple[str, list[Binding]]]:
        if table is None or table.type != "dictionary":
            return
        for pair in table.named_children:
            name = _string(pair.child_by_field_name("key")) if pair.type == "pair" else None
            if name:
                yield name, [self._of_entry(name, pair, pair.child_by_field_name("value"))]

    def _of_entry(self, name: str, pair: tree_sitter.Node, value: tree_sitter.Node | None) -> Binding:
        first, last = pair.start_point.row + 1, last_line(pair)
        place = _string(value)
        target = name if self.gets_attribute else None
        if value is not None and value.type in ("tuple", "list") and value.named_child_count == 2:
            place, target = (_string(part) for part in value.named_children)
        elif place and ":" in place:
            place, _, target = place.partition(":")
        if not place:
            return Binding(name, "value", first, last)
        dotted_path = self.prefix + place + self.suffix
        module = dotted_path.lstrip(".")
        return Binding(name, "lazy", first, last, module, len(dotted_path) - len(module), target)

    def _template(self) -> tuple[str, str]:
        """What an f-string puts around the table's value (`f"pkg.{submodule}"`); the module's own name adds none."""
        for call in _walk(self.body, ("call",)):
            arguments = call.child_by_field_name("arguments")
            named = words(call.child_by_field_name("function")).rpartition(".")[2] in _IMPORTERS
            if not named or arguments is None or not arguments.named_child_count:
                continue
            first = arguments.named_children[0]
            if first.type == "string" and any(child.type == "interpolation" for child in first.named_children):
                content = words(first).lstrip("fFrR").strip("\"'")
                before, _, after = re.sub(r"^\{__(?:name|package)__\}", "", content).partition("{")
                return before, after.partition("}")[2]
        return "", ""

    def _of_branch(self, name: str, branch: tree_sitter.Node, block: tree_sitter.Node) -> Iterator[Binding]:
        made: list[Binding] = []
        for leaving in _walk(block, ("return_statement",)):
            value = leaving.named_children[0] if leaving.named_child_count else None
            before = made[-1].condition if made else None
            for one in self._of_return(name, value, leaving, block):
                made.append(one if one.condition or not before else replace(one, condition=f"else of {before}"))
        if made:
            yield from made
        else:
            yield Binding(name, "value", branch.start_point.row + 1, last_line(block))

    def _of_return(
        self, name: str, value: tree_sitter.Node | None, leaving: tree_sitter.Node, block: tree_sitter.Node
    ) -> Iterator[Binding]:
        value = self._chosen(name, _bare(value))
        member = None
        if value is not None and value.type == "call" and words(value.child_by_field_name("function")) == "getattr":
            arguments = value.child_by_field_name("arguments")
            if arguments is None or arguments.named_child_count < 2:
                return
            value, asked = arguments.named_children[:2]
            member = name if words(asked) == self.parameter else _string(asked)
        path = dotted(value) if value is not None and value.type in ("identifier", "attribute") else None
        if not path:
            return
        top, _, rest = path.partition(".")
        rest = ".".join(filter(None, (rest, member)))
        here = _conditions(leaving, block)
        for one in [*self._imports(top, block)] or [*filter(None, (self.known.get(top),))]:
            module, target = _joined(one, rest)
            both = ", ".join(dict.fromkeys(filter(None, (here, one.condition)))) or None
            yield Binding(name, "lazy", leaving.start_point.row + 1, last_line(leaving), module, one.level, target,
                          condition=both)  # fmt: skip

    def _chosen(self, name: str, value: tree_sitter.Node | None) -> tree_sitter.Node | None:
        """Of `{"X": X, "Y": Y}[name]`, the one asked for."""
        if value is None or value.type != "subscript":
            return value
        table = value.child_by_field_name("value")
        if table is None or table.type != "dictionary":
            return None
        for pair in table.named_children:
            if pair.type == "pair" and _string(pair.child_by_field_name("key")) == name:
                return _bare(pair.child_by_field_name("value"))
        return None

    def _imports(self, name: str, block: tree_sitter.Node) -> Iterator[Binding]:
        for statement in _walk(block, ("import_statement", "import_from_statement")):
            for one in imported(statement):
                if one.name == name:
                    yield replace(one, condition=_conditions(statement, block))


def _joined(one: Binding, rest: str) -> tuple[str | None, str | None]:
    """`mtp.X` after `from .amd import mtp`: module `amd.mtp`, target `X`."""
    if not rest:
        return one.module, one.target
    inner, _, last = rest.rpartition(".")
    return ".".join(filter(None, (one.module, one.target, inner))), last


def _walk(node: tree_sitter.Node, kinds: Iterable[str]) -> Iterator[tree_sitter.Node]:
    """In order of appearance; what a nested function does is its own."""
    kinds = frozenset(kinds)
    pending = [node]
    while pending:
        one = pending.pop()
        if one.type in kinds:
            yield one
        if one.type not in ("function_definition", "lambda", "class_definition"):
            pending += reversed(one.named_children)


def _conditions(node: tree_sitter.Node, block: tree_sitter.Node) -> str | None:
    """The conditions between a branch's block and a node in it, outermost first."""
    told: list[str] = []
    inner, outer = node, node.parent
    while outer is not None and outer != block:
        text = condition(outer, inner)
        if text:
            told.insert(0, text)
        inner, outer = outer, outer.parent
    return ", ".join(told) or None


def _bare(node: tree_sitter.Node | None) -> tree_sitter.Node | None:
    while node is not None and node.type == "parenthesized_expression" and node.named_child_count:
        node = node.named_children[0]
    return node


def _string(node: tree_sitter.Node | None) -> str | None:
    """The value of a plain string literal."""
    node = _bare(node)
    if node is None or node.type not in ("string", "concatenated_string"):
        return None
    try:
        value = ast.literal_eval(words(node))
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None
