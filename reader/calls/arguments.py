"""The arguments of one call, as far as its names and strings tell: for calls that name their target in one."""

from __future__ import annotations

import ast
import re

from reader.syntax import Call
from reader.value import frozen

_LITERAL = re.compile(
    r"""\#[^\n]*+|\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3}|'{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}"""
    r"""|"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'|[()\[\]{}]""",
    re.DOTALL,
)
_FAR = 6_000  # characters of one call's arguments, at most


@frozen
class Arguments:
    """Each as written, on one line; `strings` by the same places, None where it is no plain string."""

    written: tuple[str, ...] = ()
    strings: tuple[str | None, ...] = ()
    keywords: tuple[tuple[str, str | None, str], ...] = ()

    def string(self, number: int, keyword: str) -> str | None:
        for name, value, _ in self.keywords:
            if name == keyword:
                return value
        return self.strings[number] if number < len(self.strings) else None

    def text(self, number: int, keyword: str) -> str | None:
        for name, _, written in self.keywords:
            if name == keyword:
                return written
        return self.written[number] if number < len(self.written) else None


def arguments(lines: list[str], call: Call) -> Arguments:
    """Nothing where the call is cut off."""
    text = "\n".join([lines[call.line - 1][call.column - 1 + len(call.name) :], *lines[call.line : call.line + 80]])
    inside = _inside(text[:_FAR])
    if inside is None:
        return Arguments()
    try:
        tree = ast.parse(f"_({inside}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return Arguments()
    assert isinstance(tree, ast.Call)
    return Arguments(
        tuple(ast.unparse(one) for one in tree.args),
        tuple(_string(one) for one in tree.args),
        tuple((one.arg, _string(one.value), ast.unparse(one.value)) for one in tree.keywords if one.arg),
    )


def _inside(text: str) -> str | None:
    """What stands between the parenthesis that opens behind the name and the one that closes it."""
    depth, begin = 0, None
    for match in _LITERAL.finditer(text):
        sign = match[0]
        if sign in "([{":
            if begin is None:
                if text[: match.start()].strip() or sign != "(":
                    return None
                begin = match.end()
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if depth == 0:
                return text[begin : match.start()]
    return None


def _string(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
