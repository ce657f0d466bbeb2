"""What counts as a change of code: judged by the standard library's own parser."""

from __future__ import annotations

import ast
import random
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader.syntax import definitions
from reader.syntax.fingerprint import Fingerprint, fingerprint

PLAIN = "@cache\ndef f(a: int, b=1) -> int:\n    '''Say.'''\n    # why\n    return a + b\n"
SAME = [
    PLAIN.replace("    # why\n", "\n\n"),
    PLAIN.replace("a + b", "(a\n            + b)  # other"),
    PLAIN.replace("(a: int, b=1)", "(\n    a: int,\n    b=1,\n)"),
    "".join(f"        {line}\n" for line in PLAIN.split("\n")),
]


@pytest.mark.parametrize("text", SAME)
def test_comments_and_formatting_do_not_count(text: str) -> None:
    """Nor does the indentation that a method has in its class."""
    assert fingerprint(text, "python") == fingerprint(PLAIN, "python")


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("b=1", "b=2", {"signature"}),
        ("@cache\n", "", {"signature"}),
        ("-> int", "-> str", {"signature"}),
        ("a + b", "b + a", {"body"}),
        ("'''Say.'''", "'''Tell.'''", {"docs"}),
        ("    '''Say.'''\n", "", {"docs"}),
        ("a + b", "a + 'b'", {"body"}),
    ],
)
def test_what_changed_is_told(old: str, new: str, parts: set[str]) -> None:
    """Signature, body and docstring are told apart."""
    before, after = fingerprint(PLAIN, "python"), fingerprint(PLAIN.replace(old, new), "python")
    assert {name for name in Fingerprint.__match_args__ if getattr(before, name) != getattr(after, name)} == parts


KERNEL = '__global__ void k(int n) {\n  // fill\n  f<"a b">(n);  /* so */\n}\n'


def test_a_kernel_is_compared_by_its_tokens() -> None:
    """Neither comments nor blanks count, what stands in a string does; the signature ends at the brace."""
    same = KERNEL.replace("// fill", "// other").replace("\n  ", "\n\n\t").replace("/* so */", "")
    other = fingerprint(KERNEL.replace("a b", "ab"), "cuda")
    wider = fingerprint(KERNEL.replace("int n", "long n"), "cuda")
    plain = fingerprint(KERNEL, "cuda")
    assert fingerprint(same, "cuda") == plain
    assert (other.signature == plain.signature, other.body == plain.body) == (True, False)
    assert (wider.signature == plain.signature, wider.body == plain.body) == (False, True)


def test_a_macro_has_a_signature() -> None:
    """Its name and parameters; continuations are formatting."""
    one = fingerprint("#define LAUNCH(T, n) \\\n  run<T>(n);", "cpp")
    assert one == fingerprint("#define LAUNCH(T, n) run<T>(n);", "cpp")
    assert one.signature == fingerprint("#define LAUNCH(T, n) stop<T>(n);", "cpp").signature
    assert one.signature != fingerprint("#define LAUNCH(T) run<T>(n);", "cpp").signature


@pytest.mark.parametrize(
    "text", ["def f(:\n  return 1", "x = " + " + ".join("a" * 3000), "\0", "", "'''open", "f(" * 400]
)
@pytest.mark.parametrize("language", ["python", "cuda", "markdown", "text"])
def test_any_text_has_a_fingerprint(text: str, language: str) -> None:
    """And it can be written down and read again."""
    made = fingerprint(text, language)  # type: ignore[arg-type]
    assert Fingerprint.parse(str(made)) == made
    assert Fingerprint.parse("0123456789abcdef0123456789abcdef") is None


def test_broken_python_is_compared_by_its_tokens() -> None:
    """A file in the middle of an edit still tells a comment from a change."""
    broken = "def f(a:\n    return a  # so\n"
    assert fingerprint(broken, "python") == fingerprint(broken.replace("  # so", ""), "python")
    assert fingerprint(broken, "python") != fingerprint(broken.replace("return a", "return b"), "python")


def _nodes(node: ast.AST, before: str = "") -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield before + child.name, child
            yield from _nodes(child, f"{before}{child.name}.")
        else:
            yield from _nodes(child, before)


def _without_docstrings(tree: ast.AST) -> str:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and ast.get_docstring(node, False) is not None
        ):
            node.body = body[1:]  # type: ignore[index]
    return ast.dump(tree)


def _defined(path: Path) -> dict[str, tuple[str, str]]:
    """The text of each definition that has a name of its own, and its tree as `ast` has it."""
    text = path.read_text("utf-8")
    lines = text.split("\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trees = list(_nodes(ast.parse(text)))
    known = list(definitions(text, "python"))
    once = {name for name, _ in trees if [other for other, _ in trees].count(name) == 1}
    found = {one.symbol: "\n".join(lines[one.start - 1 : one.end]) for one in known}
    return {name: (found[name], _without_docstrings(tree)) for name, tree in trees if name in once and name in found}


def test_a_definition_has_changed_where_its_tree_has(release: Callable[[str], Path]) -> None:
    """Of vLLM itself, 0.13.0 and 0.33.0: our word and that of `ast` agree on every definition of a hundred files."""
    old, new = release("0.13.0"), release("0.33.0")
    both = [path for path in sorted((old / "vllm").rglob("*.py")) if (new / path.relative_to(old)).is_file()]
    told = {True: 0, False: 0}
    for path in random.Random(5).sample(both, 100):
        before, after = _defined(path), _defined(new / path.relative_to(old))
        for name in before.keys() & after.keys():
            same = before[name][1] == after[name][1]
            ours = fingerprint(before[name][0], "python").code == fingerprint(after[name][0], "python").code
            assert ours == same, f"{path.relative_to(old)}::{name}"
            told[same] += 1
    assert min(told.values()) > 100
