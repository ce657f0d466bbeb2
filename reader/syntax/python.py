"""Python: the parse, and the definitions, bases, calls and heads read off it.

The yardstick is the standard library's `ast`, without needing the file to be whole: same names, kinds and lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.machinery import ExtensionFileLoader, PathFinder
from typing import Any, cast

import tree_sitter

from reader.syntax import Call, Definition, Kind
from reader.syntax.source import column, encode, lines_of, one_line

_CALLS = "(call) @call"
# Neither is part of the statement before it, though the grammar hangs them into its block.
_TRAILING = frozenset({"comment", "line_continuation", "ERROR"})
_DEFINITIONS = frozenset({"function_definition", "class_definition"})
# What the scope and the conditions of a definition are made of, and what else statements stand in.
_FRAMES = _DEFINITIONS | {
    "decorated_definition", "if_statement", "elif_clause", "else_clause", "case_clause", "try_statement",
    "except_clause", "finally_clause",
}  # fmt: skip
_HOLDERS = _FRAMES | {"block", "for_statement", "while_statement", "with_statement", "match_statement"}
_TYPE_CHECKING = re.compile(r"(?:\w+\.)?TYPE_CHECKING")


@cache
def _language() -> tree_sitter.Language:
    return tree_sitter.Language(_grammar())


def _grammar() -> object:
    """The grammar alone where it lies in its package: the package's own `__init__` imports importlib.resources, for
    queries that nobody asks for here, which takes 10 ms of the 170 of `reader next`."""
    package = PathFinder.find_spec("tree_sitter_python")
    spec = package and PathFinder.find_spec("tree_sitter_python._binding", package.submodule_search_locations)
    if spec and isinstance(spec.loader, ExtensionFileLoader):
        binding: Any = spec.loader.create_module(spec)
        spec.loader.exec_module(binding)
        return cast(object, binding.language())
    import tree_sitter_python

    return tree_sitter_python.language()


@cache
def _query(text: str) -> tree_sitter.Query:
    return tree_sitter.Query(_language(), text)


@lru_cache(maxsize=8)
def parse(text: str) -> tuple[tree_sitter.Node, bytes]:
    """The root and the bytes it counts; remembered, because one stop asks several questions of one file, and a tour
    comes back to the same files. A large tree takes some 5 MB."""
    source = encode(text)
    return tree_sitter.Parser(_language()).parse(source).root_node, source


def words(node: tree_sitter.Node | None) -> str:
    """The node's text, whitespace collapsed; comments and line continuations inside it left out."""
    raw = node.text if node is not None else None
    if raw is None:
        return ""
    text = raw.decode("utf-8", "replace")
    if "\n" in text:
        text = re.sub(r"(?m)(?:(?:^|\s)#.*|\\)$", "", text)
    return " ".join(text.split())


def last_line(node: tree_sitter.Node) -> int:
    """Where the node's own code ends: the grammar counts the comments after a block into the block."""
    while True:
        for index in range(node.child_count - 1, -1, -1):
            child = node.child(index)
            if child.type not in _TRAILING and child.end_byte > child.start_byte:
                break
        else:
            return node.end_point.row + 1
        node = child


@dataclass(slots=True)
class _Frame:
    """What encloses the node at hand."""

    node: tree_sitter.Node
    kind: str
    end: int
    symbol: str = ""
    stub: bool = False
    decorated: bool = False


def definitions(text: str) -> tuple[Definition, ...]:
    root, _ = parse(text)
    frames: list[_Frame] = []
    found = []
    for node in _outline(root):
        while frames and frames[-1].end <= node.start_byte:
            frames.pop()
        frame = _Frame(node, node.type, node.end_byte)
        if frame.kind in _DEFINITIONS:
            definition = _definition(frame, frames)
            if definition:
                found.append(definition)
        frames.append(frame)
    if root.has_error:
        return _by_lines(text, {(one.line, one.name): one for one in found})
    return tuple(sorted(found, key=lambda one: (one.start, one.line)))


def _outline(root: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The nodes of `_FRAMES`, outer before inner. A walk from statement to statement takes a seventh of what a query
    takes, which looks into expressions too; where the tree has an error, a definition may hang in anything."""
    anywhere = root.has_error
    found = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type in _FRAMES:
            found.append(node)
        pending += [child for child in node.named_children if anywhere or child.type in _HOLDERS]
    return sorted(found, key=lambda node: (node.start_byte, -node.end_byte))


def _by_lines(text: str, parsed: dict[tuple[int, str], Definition]) -> tuple[Definition, ...]:
    """For a file with an error in it; the parse still knows the conditions where it found the same definition."""
    from reader.syntax import broken  # 3 ms, and no file of a release needs it

    found = []
    for one in broken.definitions(text):
        twin = parsed.get((one.line, one.name))
        found.append(replace(one, stub=one.stub or twin.stub, condition=twin.condition) if twin else one)
    return tuple(found)


def _definition(frame: _Frame, frames: list[_Frame]) -> Definition | None:
    """Also fills the frame with what the definitions inside it will ask."""
    name = words(frame.node.child_by_field_name("name"))
    if not name:
        return None
    outer = next((one for one in reversed(frames) if one.symbol), None)
    frame.symbol = f"{outer.symbol}.{name}" if outer else name
    decorated = frames[-1].node if frames and frames[-1].kind == "decorated_definition" else None
    conditions = [one for one in frames if one.kind not in _DEFINITIONS and one.kind != "decorated_definition"]
    frame.stub = (
        (outer is not None and outer.stub)
        or (decorated is not None and _is_overload(decorated))
        or any(under_type_checking(one.node, frame.node) for one in conditions if one.kind == "if_statement")
    )
    kind: Kind = "function"
    if frame.kind == "class_definition":
        kind = "class"
    elif outer and outer.kind == "class_definition":
        kind = "method"
    return Definition(
        symbol=frame.symbol,
        kind=kind,
        line=frame.node.start_point.row + 1,
        start=(decorated or frame.node).start_point.row + 1,
        end=last_line(frame.node),
        stub=frame.stub,
        condition=", ".join(filter(None, (condition(one.node, frame.node) for one in conditions))) or None,
    )


def _is_overload(decorated: tree_sitter.Node) -> bool:
    return any(
        (dotted(child.named_child(0)) or "").rpartition(".")[2] == "overload"
        for child in decorated.children
        if child.type == "decorator" and child.named_child_count
    )


def under_type_checking(statement: tree_sitter.Node, inner: tree_sitter.Node) -> bool:
    """Whether `inner` stands in the branch of this `if` that only type checkers take."""
    test = words(statement.child_by_field_name("condition"))
    body = statement.child_by_field_name("consequence")
    in_body = body is not None and body.start_byte <= inner.start_byte < body.end_byte
    if _TYPE_CHECKING.fullmatch(test):
        return in_body
    return test.startswith("not ") and bool(_TYPE_CHECKING.fullmatch(test[4:])) and not in_body


def condition(node: tree_sitter.Node, inner: tree_sitter.Node) -> str | None:
    """What must hold for `inner` by this node, in the source's words; None where an inner clause says it better."""
    match node.type:
        case "if_statement":
            body = node.child_by_field_name("consequence")
            in_body = body is not None and body.start_byte <= inner.start_byte < body.end_byte
            return f"if {one_line(words(node.child_by_field_name('condition')))}" if in_body else None
        case "elif_clause":
            return f"elif {one_line(words(node.child_by_field_name('condition')))}"
        case "else_clause":
            owner = node.parent
            if owner is None or owner.type not in ("if_statement", "try_statement"):
                return None  # the else of a loop
            only = [child.type for child in owner.named_children if child.type in ("elif_clause", "else_clause")]
            test = words(owner.child_by_field_name("condition"))
            at_run_time = only == ["else_clause"] and _TYPE_CHECKING.fullmatch(test)
            return None if at_run_time else f"else of {header(owner)}"
        case "try_statement":
            body = node.child_by_field_name("body")
            return "try" if body is not None and body.start_byte <= inner.start_byte < body.end_byte else None
        case "except_clause" | "case_clause":
            return header(node)
    return None


def header(node: tree_sitter.Node) -> str:
    """A compound statement's head, in full though it spans several lines, without its colon."""
    parts: list[str] = []
    for child in node.children:
        if child.type in (":", "block"):
            break
        if child.type != "comment":
            glued = child.type in ("parameters", "argument_list", "type_parameter", "*")
            parts.append(words(child) if glued or not parts else f" {words(child)}")
    return one_line("".join(parts))


def bases(text: str, symbol: str) -> tuple[str, ...]:
    """Of several classes of that name, the first that is not a stub is asked."""
    candidates = [one for one in definitions(text) if one.symbol == symbol and one.kind == "class"]
    if not candidates:
        return ()
    chosen = next((one for one in candidates if not one.stub), candidates[0])
    node = node_of(text, chosen)
    arguments = node.child_by_field_name("superclasses") if node else None
    return tuple(filter(None, (dotted(child) for child in arguments.named_children))) if arguments else ()


def dotted(node: tree_sitter.Node | None) -> str | None:
    """`a.b.c`, also of `a.b.c[T]`; None for anything else."""
    while node is not None and node.type in ("subscript", "generic_type"):
        node = node.named_child(0) if node.named_child_count else None
    if node is not None and node.type in ("identifier", "attribute", "dotted_name"):
        name = words(node).replace(" ", "")
        return name if all(part.isidentifier() for part in name.split(".")) else None
    return None


def node_of(text: str, definition: Definition) -> tree_sitter.Node | None:
    """The function or class that this definition was made from, without its decorators."""
    root, _ = parse(text)
    line = lines_of(text)[definition.line - 1]
    start = definition.line - 1, len(line) - len(line.lstrip(" \t\f"))
    node = root.named_descendant_for_point_range(start, start)
    while node is not None and node.start_point.row == start[0]:
        if node.type in _DEFINITIONS and words(node.child_by_field_name("name")) == definition.name:
            return node
        node = node.parent
    return None


def signature_end(text: str, definition: Definition) -> int:
    node = node_of(text, definition)
    body = node.child_by_field_name("body") if node else None
    if node is None or body is None:
        return definition.line
    colons = [child for child in node.children if child.type == ":" and child.start_byte < body.start_byte]
    return colons[-1].end_point.row + 1 if colons else definition.line


def calls(text: str, first: int, last: int) -> tuple[Call, ...]:
    return calls_in(*parse(text), first, last)


def calls_in(root: tree_sitter.Node, source: bytes, first: int, last: int) -> tuple[Call, ...]:
    """Of a tree that holds these lines whole."""
    cursor = tree_sitter.QueryCursor(_query(_CALLS))
    cursor.set_point_range((first - 1, 0), (last, 0))
    found = []
    for call in cursor.captures(root).get("call", ()):
        callee = call.child_by_field_name("function")
        name = _called(callee)
        if name is not None and first <= name.start_point.row + 1 <= last:
            place = name.start_point.row + 1, column(source, name.start_byte)
            found.append(Call(words(name), words(callee), *place))
    return tuple(sorted(found, key=lambda call: (call.line, call.column)))


def _called(callee: tree_sitter.Node | None) -> tree_sitter.Node | None:
    """The node of the last name; `kernel[grid](...)`, a Triton launch, calls `kernel`."""
    node = callee
    while node is not None and node.type == "subscript":
        node = node.child_by_field_name("value")
    if node is not None and node.type == "attribute":
        node = node.child_by_field_name("attribute")
    return node if node is not None and node.type == "identifier" else None
