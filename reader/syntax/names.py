"""What a Python file binds without defining it: imports, aliases, fields, and what its `__getattr__` hands out.

Only the module's own level and that of its classes: a function's locals and `self.x = ...` are no bindings. Inside a
stretch that does not parse, only statements at the margin are believed, since nothing else tells their scope.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import tree_sitter

from reader.syntax import Binding, lazy
from reader.syntax.imports import imported
from reader.syntax.python import condition, definitions, dotted, last_line, parse, under_type_checking, words
from reader.value import frozen

_CLAUSES = frozenset({"elif_clause", "else_clause", "except_clause", "finally_clause", "case_clause"})
_COMPOUND = frozenset(
    {"if_statement", "try_statement", "with_statement", "for_statement", "while_statement", "match_statement"}
)
_PATTERNS = frozenset({"pattern_list", "tuple_pattern", "list_pattern"})
_SEQUENCES = frozenset({"expression_list", "tuple", "list"})


@frozen
class _Context:
    scope: str = ""
    stub: bool = False
    conditions: tuple[str, ...] = ()

    def below(self, node: tree_sitter.Node, inner: tree_sitter.Node) -> _Context:
        """Inside one clause of a compound statement."""
        told = condition(node, inner)
        stub = self.stub or (node.type == "if_statement" and under_type_checking(node, inner))
        return replace(self, stub=stub, conditions=(*self.conditions, told) if told else self.conditions)


def bindings(text: str) -> tuple[Binding, ...]:
    root, _ = parse(text)
    found: list[Binding] = []
    hooks: list[tuple[tree_sitter.Node, _Context]] = []
    pending = [(root, _Context())]
    while pending:
        block, context = pending.pop()
        children = block.named_children
        if block.type == "ERROR":
            children = [child for child in children if child.start_point.column == 0]
        for child in children:
            if child.type == "decorated_definition":
                child = child.child_by_field_name("definition") or child
            if child.type == "function_definition":
                if not context.scope and words(child.child_by_field_name("name")) == "__getattr__":
                    hooks.append((child, context))
                continue
            found += _of_statement(child, context)
            pending += _inside(child, context)
    if hooks:
        found += _handed_out(text, hooks, found)
    return tuple(sorted(found, key=lambda one: one.line))


def _handed_out(text: str, hooks: list[tuple[tree_sitter.Node, _Context]], found: list[Binding]) -> Iterator[Binding]:
    """Python asks `__getattr__` only for what the module has not: its own definitions and imports come first."""
    known = {one.name: one for one in found if one.how == "import" and not one.scope and not one.stub}
    own = {one.symbol for one in definitions(text) if not one.stub} | known.keys()
    for function, context in hooks:
        for one in lazy.bindings(parse(text)[0], function, known):
            if one.name not in own:
                both = ", ".join((*context.conditions, *filter(None, (one.condition,))))
                yield replace(one, stub=context.stub, condition=both or None)


def _inside(node: tree_sitter.Node, context: _Context) -> Iterator[tuple[tree_sitter.Node, _Context]]:
    """The blocks below a statement whose bindings are still the module's or a class's."""
    if node.type == "class_definition":
        name = words(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        if name and body is not None:
            yield body, replace(context, scope=f"{context.scope}.{name}" if context.scope else name)
    elif node.type == "ERROR":
        yield node, context
    elif node.type in _COMPOUND:
        for child in node.named_children:
            if child.type == "block":
                yield child, context.below(node, child)
            elif child.type in _CLAUSES:
                for block in (below for below in child.named_children if below.type == "block"):
                    yield block, context.below(node, child).below(child, block)
    elif node.type in _CLAUSES:
        for block in (below for below in node.named_children if below.type == "block"):
            yield block, context.below(node, block)


def _of_statement(node: tree_sitter.Node, context: _Context) -> Iterator[Binding]:
    match node.type:
        case "import_statement" | "import_from_statement":
            made = imported(node)
        case "expression_statement":
            lines = node.start_point.row + 1, last_line(node)
            made = (one for child in node.named_children for one in _assigned(child, lines))
        case "type_alias_statement":
            left = node.child_by_field_name("left")
            name = dotted(left.named_child(0)) if left is not None and left.named_child_count else None
            made = iter((_binding(name, None, (node.start_point.row + 1, last_line(node))),) if name else ())
        case _:
            return
    told = ", ".join(context.conditions)
    for one in made:  # written out: `replace` takes twelve times as long, and a large file has two thousand bindings
        yield Binding(
            one.name, one.how, one.line, one.end, one.module, one.level, one.target, context.stub,
            told or one.condition, context.scope,
        )  # fmt: skip


def _binding(name: str, target: str | None, lines: tuple[int, int]) -> Binding:
    return Binding(name, "assign" if target else "value", *lines, target=target)


def _assigned(node: tree_sitter.Node, lines: tuple[int, int]) -> Iterator[Binding]:
    """Of `a = b = value` both; of `a, b = x.y, z` each with its own side."""
    lefts = []
    right: tree_sitter.Node | None = node
    annotation = None
    while right is not None and right.type == "assignment":
        left = right.child_by_field_name("left")
        annotation = annotation or right.child_by_field_name("type")
        if left is not None:
            lefts.append(left)
        right = right.child_by_field_name("right")
    for left in lefts:
        for name, value in _pairs(left, right):
            target = _alias(value) if annotation is None or words(annotation).endswith("TypeAlias") else None
            yield _binding(name, target, lines)


def _pairs(left: tree_sitter.Node, right: tree_sitter.Node | None) -> Iterator[tuple[str, tree_sitter.Node | None]]:
    pending = [(left, right)]
    while pending:
        one, value = pending.pop(0)
        if one.type == "identifier":
            if words(one):  # where one is missing, the parser puts an empty one
                yield words(one), value
        elif one.type in _PATTERNS:
            names = one.named_children
            values: list[tree_sitter.Node | None] = [None] * len(names)
            starred = any(name.type == "list_splat_pattern" for name in names)
            if value is not None and value.type in _SEQUENCES and not starred and value.named_child_count == len(names):
                values = list(value.named_children)
            pending += zip(names, values, strict=True)
        elif one.type == "list_splat_pattern" and one.named_child_count:
            pending.append((one.named_children[0], None))


def _alias(value: tree_sitter.Node | None) -> str | None:
    """`b.c` when that is the whole value; a field annotated with a type is shown itself, not its default."""
    while value is not None and value.type == "parenthesized_expression" and value.named_child_count == 1:
        value = value.named_children[0]
    return dotted(value) if value is not None and value.type in ("identifier", "attribute") else None
