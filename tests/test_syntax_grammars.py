"""The C++ scanner against a second opinion: what the tree-sitter grammars read without an error, it reads too.

The grammars alone miss kernels whose signatures are split by `#if`, wrapped in macros or preceded by launch bounds,
which is why `reader` has a scanner; where they do understand a function, they share nothing with it and check it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tree_sitter_cpp
import tree_sitter_cuda
from tree_sitter import Language, Node, Parser

from reader.syntax import definitions, language_of

PARSERS = {
    "cpp": Parser(Language(tree_sitter_cpp.language())),
    "cuda": Parser(Language(tree_sitter_cuda.language())),
}


def functions(node: Node) -> Iterator[Node]:
    if node.type == "function_definition" and not node.has_error:
        yield node
    for child in node.children:
        yield from functions(child)


def name_of(function: Node) -> tuple[str, int] | None:
    """The last part of the name and its line; None for conversion operators and defaulted members, which have none."""
    node: Node | None = function
    while node is not None and node.type != "function_declarator":
        node = node.child_by_field_name("declarator")
    name = node.child_by_field_name("declarator") if node is not None else None
    while name is not None and name.type in ("qualified_identifier", "template_function"):
        name = name.child_by_field_name("name")
    if name is None or name.text is None or name.type == "operator_name":
        return None
    before = (function.text or b"")[: name.start_byte - function.start_byte]
    if before.split()[-1:] == [b"operator"]:  # `operator T()`: the grammar calls it T
        return None
    body = function.child_by_field_name("body")
    return None if body is None else (name.text.decode(), name.start_point[0] + 1)


@pytest.mark.parametrize("version", ["0.13.0", "0.33.0"])
def test_what_the_grammars_understand_the_scanner_finds(version: str, release: Callable[[str], Path]) -> None:
    """Every function that a grammar parses without an error has the same name, name line and last line here."""
    root, seen, missing = release(version), 0, []
    for path in sorted((root / "csrc").rglob("*")):
        language = language_of(path.name)
        if language not in PARSERS:
            continue
        raw = path.read_bytes()
        ours = {(one.name, one.line, one.end) for one in definitions(raw.decode("utf-8", "replace"), language)}
        for function in functions(PARSERS[language].parse(raw).root_node):
            named = name_of(function)
            if named is None:
                continue
            seen += 1
            if (*named, function.end_point[0] + 1) not in ours:
                missing.append(f"{path.relative_to(root)}:{named[1]} {named[0]}")
    assert seen > 1500
    assert missing == []
