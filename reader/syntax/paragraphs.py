"""Python cut into the blocks that a reader would fold: paragraphs of statements, and compound statements with what is
in them.

A comment on its own line opens a paragraph, a blank line ends one. No two blocks beside each other share a line, and
children lie inside their parent's lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import tree_sitter

from reader.syntax import Block
from reader.syntax.python import header, last_line, parse, words
from reader.syntax.source import lines_of, one_line

_CLAUSES = frozenset({"elif_clause", "else_clause", "except_clause", "finally_clause", "case_clause"})
_COMPOUND = _CLAUSES | {
    "if_statement", "try_statement", "with_statement", "for_statement", "while_statement", "match_statement",
    "function_definition", "class_definition", "decorated_definition",
}  # fmt: skip
_COLLECTIONS = frozenset({"dictionary", "list", "tuple", "set", "argument_list"})
_DEEPEST = 60  # Python itself refuses more than 100 levels of indentation
_LONG = 8  # a statement of more lines than this may be folded inside
# Said to a tool, not to a reader.
_PRAGMA = re.compile(r"(?:noqa|type: *ignore|fmt:|yapf|isort|ruff|pylint|mypy|pragma|SPDX-)", re.IGNORECASE)


@dataclass(slots=True)
class _Group:
    first: int
    last: int
    comments: list[str] = field(default_factory=list)
    nodes: list[tree_sitter.Node] = field(default_factory=list)
    closed: bool = False


def blocks(text: str, first: int, last: int) -> tuple[Block, ...]:
    root, _ = parse(text)
    first, last = max(first, 1), min(last, len(lines_of(text)))
    if last < first:
        return ()
    node = _spanning(root, text, first, last)
    if node.type in ("module", "block", "ERROR"):
        inside = [one for one in node.named_children if first <= _first(one) and _last(one) <= last]
        return _grouped(inside, 0, opens=node.type == "module" and first == 1)
    return tuple(one for one in _children(node, -1) if first <= one.first and one.last <= last)


def _spanning(root: tree_sitter.Node, text: str, first: int, last: int) -> tree_sitter.Node:
    """The smallest node that holds these lines; for a whole file its module."""
    source = lines_of(text)
    if first == 1 and last == len(source):
        return root
    opening, closing = source[first - 1], source[last - 1].rstrip()
    start = len(opening[: len(opening) - len(opening.lstrip())].encode("utf-8", "replace"))
    end = len(closing.encode("utf-8", "replace"))
    return root.named_descendant_for_point_range((first - 1, start), (last - 1, end)) or root


def _first(node: tree_sitter.Node) -> int:
    return node.start_point.row + 1


def _last(node: tree_sitter.Node) -> int:
    return _first(node) if node.type == "comment" else last_line(node)


def _grouped(nodes: Iterable[tree_sitter.Node], depth: int, opens: bool = False) -> tuple[Block, ...]:
    """`opens` when the first statement may be a docstring."""
    groups: list[_Group] = []
    documented = None
    for node in nodes:
        first, last = _first(node), _last(node)
        current = groups[-1] if groups else None
        if opens and node.type != "comment" and _is_string(node):
            documented = _Group(first, last, nodes=[node], closed=True)
            groups.append(documented)
        elif current is not None and first <= current.last:
            current.last = max(current.last, last)
            if node.type != "comment":
                current.nodes.append(node)
        elif node.type == "comment":
            if current is None or current.nodes or first > current.last + 1:
                current = _Group(first, last)
                groups.append(current)
            current.last = last
            current.comments.append(words_of_comment(node))
        else:
            compound = node.type in _COMPOUND or last - first > _LONG
            apart = current is None or current.closed or first > current.last + 1
            if current is None or apart or (compound and current.nodes):
                current = _Group(first, last)
                groups.append(current)
            current.last = last
            current.nodes.append(node)
            current.closed = compound
        opens = opens and node.type == "comment"
    return tuple(_block(group, depth, group is documented) for group in groups)


def _is_string(node: tree_sitter.Node) -> bool:
    return node.type == "expression_statement" and [child.type for child in node.named_children] in (
        ["string"],
        ["concatenated_string"],
    )


def _block(group: _Group, depth: int, docstring: bool) -> Block:
    children: tuple[Block, ...] = ()
    if len(group.nodes) == 1:
        children = _children(group.nodes[0], depth)
    inside = tuple(one for one in children if group.first < one.first and one.last <= group.last)
    return Block(group.first, group.last, _label(group, children), depth, docstring, inside)


def _children(node: tree_sitter.Node, depth: int) -> tuple[Block, ...]:
    """What is below a statement's head: its blocks and clauses, or the elements of a long table or call."""
    if depth >= _DEEPEST:
        return ()
    if node.type == "decorated_definition":
        node = node.child_by_field_name("definition") or node
    if node.type not in _COMPOUND:
        collection = _collection(node)
        return _below(collection.named_children, collection, depth) if collection is not None else ()
    inside: list[tree_sitter.Node] = []
    for child in node.named_children:
        if child.type == "block":
            inside += child.named_children
        elif child.type in _CLAUSES or child.type == "comment":
            inside.append(child)
    return _below(inside, node, depth, opens=node.type in ("function_definition", "class_definition"))


def _below(
    nodes: Iterable[tree_sitter.Node], owner: tree_sitter.Node, depth: int, opens: bool = False
) -> tuple[Block, ...]:
    """Only what starts below the owner's head: a body on the head's own line cannot be folded away from it."""
    body = owner.child_by_field_name("body") or owner.child_by_field_name("consequence")
    colons = [one for one in owner.children if one.type == ":" and (body is None or one.start_byte < body.start_byte)]
    head = colons[-1].start_point.row + 1 if colons else _first(owner)
    return _grouped([node for node in nodes if _first(node) > head], depth + 1, opens)


def _collection(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The outermost bracket of a long statement, which is most of what it is."""
    pending = [node]
    while pending:
        one = pending.pop(0)
        if one.end_point.row - one.start_point.row < _LONG:
            continue
        if one.type in _COLLECTIONS:
            return one
        pending += one.named_children
    return None


def words_of_comment(node: tree_sitter.Node) -> str:
    """Without its sign; empty for rulers and for what is said to tools."""
    text = words_raw(node).lstrip("#!").strip()
    text = text.strip("-=*~#_ ")
    return "" if _PRAGMA.match(text) else text


def words_raw(node: tree_sitter.Node) -> str:
    return node.text.decode("utf-8", "replace") if node.text else ""


def _label(group: _Group, children: tuple[Block, ...]) -> str:
    said = " ".join(filter(None, group.comments))
    if said:
        return one_line(said)
    if not group.nodes:
        return one_line(" ".join(group.comments)) or "#"
    node = group.nodes[0]
    if node.type == "decorated_definition":
        node = node.child_by_field_name("definition") or node
    if node.type in _COMPOUND:
        head = header(node)
        return one_line(f"{head}: {children[0].label}") if children and head in ("try", "else", "finally") else head
    if _is_string(node):
        inner = re.sub(r"^\w*(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')$", "", words_raw(node).strip())
        return one_line(next((line for line in inner.split("\n") if line.strip()), inner)) or '""'
    calling = next((one for one in group.nodes if _has_call(one)), node)
    return one_line(words(calling)) or calling.type


def _has_call(node: tree_sitter.Node) -> bool:
    """Whether the statement itself does something: not the calls inside a lambda or a nested definition."""
    pending = [node]
    while pending:
        one = pending.pop()
        if one.type == "call":
            return True
        if one.type not in ("lambda", "function_definition", "class_definition"):
            pending += one.named_children
    return False
