"""What of a definition counts as code, so that two texts can be said to differ in their signature, body or docstring.

Comments, blank lines and formatting never count. Python is read by the interpreter's own parser, whose tree knows
neither; what it cannot parse, and C++ and CUDA, are compared token by token.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any

from reader.pattern import pattern
from reader.syntax import Language
from reader.syntax.source import unify
from reader.value import frozen

_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST; importing `ast` itself takes 6 ms
_DIGITS = 16
_HEADS = frozenset({"FunctionDef", "AsyncFunctionDef", "ClassDef"})
# Where in the text something stands and what it is used for say nothing that the rest does not.
_SKIPPED = frozenset({"ctx", "type_comment", "kind", "lineno", "col_offset", "end_lineno", "end_col_offset"})
_TOKEN = pattern(
    r"""(?P<comment>//(?:[^\\\n]|\\(?s:.))*|/\*(?s:.*?)(?:\*/|\Z))
    | [A-Za-z]{0,3}"(?:[^"\\\n]|\\(?s:.))*"?
    | '(?:[^'\\\n]|\\(?s:.))*'
    | \w+(?:\.\w+)*
    | \\\n
    | \S
    """,
    re.VERBOSE,
)
_PYTHON_TOKEN = pattern(
    r'''(?P<comment>\#[^\n]*)
    | [A-Za-z]{0,3}(?:"""(?:[^\\]|\\(?s:.))*?(?:"""|\Z)|\'\'\'(?:[^\\]|\\(?s:.))*?(?:\'\'\'|\Z))
    | [A-Za-z]{0,3}(?:"(?:[^"\\\n]|\\(?s:.))*"?|'(?:[^'\\\n]|\\(?s:.))*'?)
    | \w+ | \\\n | \S
    ''',
    re.VERBOSE,
)


@frozen
class Fingerprint:
    """Digests of 16 hexadecimal digits. `docs` is "" where there is no docstring at all."""

    signature: str
    body: str
    docs: str = ""

    @property
    def code(self) -> tuple[str, str]:
        return self.signature, self.body

    def __str__(self) -> str:
        return f"{self.signature}.{self.body}.{self.docs}"

    @classmethod
    def parse(cls, text: str) -> Fingerprint | None:
        """None for what `str` never wrote."""
        parts = text.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts[:2]) else None


def fingerprint(text: str, language: Language) -> Fingerprint:
    """Of one definition, or of a whole file; indented as it stands in its class."""
    if language == "python":
        with suppress(RecursionError):  # a sum of a thousand parts is as deep as it is long
            tree = _tree(unify(text))
            if tree is not None:
                return _of_tree(tree)
        return _of_tokens([one[0] for one in _PYTHON_TOKEN.finditer(unify(text)) if not _silent(one)], ":")
    if language in ("cpp", "cuda"):
        return _of_tokens([one[0] for one in _TOKEN.finditer(unify(text)) if not _silent(one)], "{")
    return Fingerprint(_digest(()), _digest(unify(text).split()))


def _silent(token: re.Match[str]) -> bool:
    return token["comment"] is not None or token[0] == "\\\n"


def _of_tokens(tokens: list[str], opener: str) -> Fingerprint:
    """The signature reaches to the first opener that stands in no bracket, that of a macro to its parameters' end."""
    depth = 0
    if tokens[:2] == ["#", "define"]:
        end = tokens.index(")") + 1 if tokens[3:4] == ["("] and ")" in tokens else 3
        return Fingerprint(_digest(tokens[:end]), _digest(tokens[end:]))
    for index, token in enumerate(tokens):
        if token == opener and depth == 0:
            return Fingerprint(_digest(tokens[:index]), _digest(tokens[index:]))
        depth += (token in ("(", "[", "{")) - (token in (")", "]", "}"))
    return Fingerprint(_digest(()), _digest(tokens))


def _tree(text: str) -> Any:
    """The statements, or None. A definition that is indented gets something to be indented in."""
    indented = re.match(r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]+\S", text) is not None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in somebody's string is not ours to tell
            tree: Any = compile(f"if 1:\n{text}\n" if indented else text, "<definition>", "exec", _ONLY_AST)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree.body[0].body if indented else tree.body


def _of_tree(statements: list[Any]) -> Fingerprint:
    docs: list[str] = []
    only = statements[0] if len(statements) == 1 and type(statements[0]).__name__ in _HEADS else None
    if only is None:
        return Fingerprint(_digest(()), _digest(_all(statements, docs)), _docs(docs))
    head = [type(only).__name__]
    for field in only._fields:
        if field not in ("body", *_SKIPPED):
            head += _fields(field, getattr(only, field, None), docs)
    return Fingerprint(_digest(head), _digest(_all(only.body, docs)), _docs(docs))


def _all(statements: list[Any], docs: list[str]) -> Iterator[str]:
    for statement in _without_docstring(statements, docs):
        yield from _node(statement, docs)


def _node(node: Any, docs: list[str]) -> Iterator[str]:
    yield type(node).__name__
    holds_docstring = type(node).__name__ in _HEADS
    for field in node._fields:
        value = getattr(node, field, None)
        if holds_docstring and field == "body" and isinstance(value, list):
            value = _without_docstring(value, docs)
        yield from _fields(field, value, docs)
    yield ")"


def _fields(field: str, value: Any, docs: list[str]) -> Iterator[str]:
    """A field that is empty is as good as none: so a tree is the same whichever Python's parser made it."""
    if field in _SKIPPED or value is None or value == []:
        return
    yield field
    for one in value if isinstance(value, list) else [value]:
        if hasattr(one, "_fields"):
            yield from _node(one, docs)
        else:
            yield f"{type(one).__name__} {one!r}"


def _without_docstring(statements: list[Any], docs: list[str]) -> list[Any]:
    first = statements[0] if statements else None
    value = getattr(first, "value", None) if type(first).__name__ == "Expr" else None
    if isinstance(getattr(value, "value", None), str):
        docs.append(" ".join(str(getattr(value, "value", "")).split()))
        return statements[1:]
    return statements


def _docs(docs: list[str]) -> str:
    return _digest(docs) if docs else ""


def _digest(parts: Any) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
