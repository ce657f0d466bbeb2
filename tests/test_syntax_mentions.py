"""Where a word stands in Python code: a text of awkward shapes, and every file of a release against `ast`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.syntax.mentions import calls_within, mentions, scope_at
from reader.syntax.scoped_imports import imports_of

TEXT = '''
import word as other
from place import (
    word,  # (why)
)

"""word in a docstring"""


@decorator("ns::word")  # word
def word(a, *, word=1):
    if a:
        from elsewhere import word
        return word(a)
    other.word[1](a)
    wrap(word)[2](a)
    return {"k": word}, *word.sub(a)


class Holder:
    word = [
        1]

    def method(self):
        self.word = word if self else None
'''


def test_each_place_is_what_the_grammar_says() -> None:
    """Prose is none; the rest is told by its role, with the function around it."""
    found = [
        (one.role, one.line, one.chain, one.within.symbol if one.within else None) for one in mentions(TEXT, ("word",))
    ]
    assert found == [
        ("import", 2, "word", None),
        ("import", 4, "word", None),
        ("string", 10, "", None),
        ("definition", 11, "word", None),
        ("value", 11, "word", "word"),
        ("import", 13, "word", "word"),
        ("called", 14, "word", "word"),
        ("launched", 15, "other.word", "word"),
        ("launched", 16, "word", "word"),
        ("value", 17, "word", "word"),
        ("called", 17, "word.sub", "word"),
        ("assigned", 21, "word", None),
        ("assigned", 25, "self.word", "Holder.method"),
        ("value", 25, "word", "Holder.method"),
    ]


def test_a_decorator_says_what_it_decorates_and_a_value_where_it_goes() -> None:
    """The string of a decorator leads to the function below it."""
    found = mentions(TEXT, ("word",))
    (string,) = [one for one in found if one.role == "string"]
    assert string.string == "ns::word" and string.decorates and string.decorates.symbol == "word"
    assert string.invocation and string.invocation.callee == "decorator"
    assert [one.target for one in found if one.line == 25] == [None, "self.word"]
    assert found[-2].value and found[-2].value.names == ("word", "self")
    assert [one.condition for one in found if one.line == 14] == ["if a"]


def test_imports_are_told_with_the_function_they_stand_in() -> None:
    """One at the margin, in brackets with a comment that holds a bracket; one inside."""
    assert [(one.module, one.line, one.scope) for one in imports_of(TEXT, "word")] == [
        ("place", 4, ""),
        ("elsewhere", 13, "11"),
    ]


@pytest.mark.parametrize("text", ["", "def f(\n  word(\n", "word", '"""\nword(1)\n', "x = '''\nword\n'''\nword(2)\n"])
def test_any_text_has_an_answer(text: str) -> None:
    """Cut, unbalanced and empty ones too."""
    assert all(one.word == "word" for one in mentions(text, ("word",)))
    assert calls_within(text, 1, 9) is not None
    assert scope_at(text, 1) is None or text.startswith("def")


def test_the_calls_of_a_release_are_those_that_ast_finds(release: Callable[[str], Path]) -> None:
    """By line and last name, for every function of the files that hold Triton kernels."""
    different = []
    for path in sorted((release("0.13.0") / "vllm").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "@triton.jit" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                said = {(one.line, one.word) for one in calls_within(text, node.lineno, node.end_lineno or 0)}
                if not said >= _called(node):
                    different.append((str(path), node.name, _called(node) - said))
    assert not different


def _called(node: ast.FunctionDef) -> set[tuple[int, str]]:
    found = set()
    for statement in node.body:
        for one in ast.walk(statement):
            if isinstance(one, ast.Call):
                callee = one.func.value if isinstance(one.func, ast.Subscript) else one.func
                if isinstance(callee, ast.Attribute):
                    found.add((callee.end_lineno or 0, callee.attr))
                elif isinstance(callee, ast.Name):
                    found.add((callee.lineno, callee.id))
    return found
