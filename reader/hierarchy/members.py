"""What a Python class binds in its body, and which of it is abstract."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from textwrap import dedent

from reader.hierarchy.ascent import class_of
from reader.hierarchy.values import Kin, Method
from reader.resolve.sources import Sources
from reader.syntax.classes import Class, Member
from reader.syntax.source import lines_of

_ACCESSORS = frozenset({"setter", "deleter"})


def own(sources: Sources, kin: Kin) -> dict[str, Method]:
    """What the class binds in its body, by name."""
    one = class_of(sources, kin.path, kin.symbol) if kin.path is not None else None
    return bound_in(sources, kin, dict.fromkeys(member.name for member in one.members)) if one else {}


def bound_in(sources: Sources, kin: Kin, names: Collection[str]) -> dict[str, Method]:
    """Those of the names that the class itself binds, in its body or on `self`."""
    if kin.path is None:
        return {}
    text = sources.text(kin.path)
    one = class_of(sources, kin.path, kin.symbol)
    if one is None:
        return {}
    found = {}
    for name in names:
        every = [member for member in one.members if member.name == name]
        bound = [member for member in every if "overload" not in _last(member)] or every[-1:]
        if bound:
            found[name] = _in_body(text, one, bound, kin)
        elif name in text and (line := _set_on_self(text, one, name)):
            found[name] = Method(
                kin.path, f"{one.symbol}.{name}", "attribute", line, kin.depth, None, kin.sure, kin.note
            )
    return found


def _in_body(text: str, one: Class, bound: list[Member], kin: Kin) -> Method:
    first = next((each for each in bound if not _ACCESSORS & set(_last(each))), bound[0])
    if first.kind == "method" and bound[-1].kind == "method":
        first = bound[-1]  # a later `def` replaces the earlier one
    how = _abstract(text, one, first)
    symbol = f"{one.symbol}.{first.name}"
    return Method(str(kin.path), symbol, first.kind, first.line, kin.depth, how, kin.sure, kin.note)


def _last(member: Member) -> list[str]:
    return [each.rpartition(".")[2] for each in member.decorators]


def _set_on_self(text: str, one: Class, name: str) -> int | None:
    """`self.name = ...` in a method of the class, which hides the method of a base on that object."""
    if f"self.{name}" not in text:
        return None
    pattern = re.compile(rf"[ \t]+self\.{re.escape(name)}[ \t]*(?::[^=\n]+)?=(?!=)")
    lines = text.split("\n")[one.line - 1 : one.end]
    numbered = enumerate(lines, one.line)
    return next((number for number, line in numbered if pattern.match(line)), None)


def _abstract(text: str, one: Class, member: Member) -> str | None:
    if member.abstract:
        return "abstractmethod"
    if member.kind not in ("method", "property"):
        return None
    protocol = any(base.rpartition(".")[2] == "Protocol" for base in one.bases)
    if not protocol and "NotImplementedError" not in text:
        return None
    code = _code(text, member)
    if not protocol and "NotImplementedError" not in code:
        return None
    body = list(_body(code))
    if len(body) == 1 and isinstance(body[0], ast.Raise) and _raised(body[0]) == "NotImplementedError":
        return "by convention"
    empty = all(isinstance(each, ast.Pass) or _is_constant(each) for each in body)
    return "protocol" if protocol and empty else None


def _code(text: str, member: Member) -> str:
    """The lines of a function, from its head on."""
    lines = lines_of(text)
    indent = len(lines[member.line - 1]) - len(lines[member.line - 1].lstrip())
    end = member.line
    while end < len(lines) and (not lines[end].strip() or _deeper(lines[end], indent)):
        end += 1
    return "\n".join(lines[member.line - 1 : end])


def _body(code: str) -> Iterator[ast.stmt]:
    """The statements of a function, without its docstring."""
    try:
        tree = ast.parse(dedent(code))
    except (SyntaxError, ValueError):
        return
    for function in tree.body[:1]:
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            body = function.body
            yield from body[1:] if _is_constant(body[0]) and len(body) > 1 else body


def _deeper(line: str, indent: int) -> bool:
    return len(line) - len(line.lstrip()) > indent or line.lstrip()[:1] in (")", "]", "}")


def _is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _raised(statement: ast.Raise) -> str | None:
    raised = statement.exc
    if isinstance(raised, ast.Call):
        raised = raised.func
    return raised.id if isinstance(raised, ast.Name) else None
