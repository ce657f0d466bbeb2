"""Which method stands in for which, up and down, and which of them are abstract."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from textwrap import dedent

from reader.hierarchy.ascent import Ascent, class_of
from reader.hierarchy.descent import Descent
from reader.hierarchy.naming import Naming
from reader.hierarchy.values import Kin, Method
from reader.resolve.sources import Sources
from reader.syntax.classes import Class, Member

# Called on whatever is made, so that every class "overrides" them; they are told only where a base of the checkout
# defines them too.
_ACCESSORS = ("setter", "deleter")


def overridden(sources: Sources, path: str, symbol: str) -> tuple[Method, ...]:
    """What this member stands in for: the bases that bind the name, in method resolution order, so the first is it."""
    owner, _, name = symbol.rpartition(".")
    return overridden_by(sources, Ascent(Naming(sources)).bases(path, owner), name) if owner else ()


def overriding(sources: Sources, path: str, symbol: str) -> tuple[Method, ...]:
    """What stands in for this member in subclasses, direct and indirect, nearest first."""
    owner, _, name = symbol.rpartition(".")
    return overridden_by(sources, Descent(Naming(sources)).subclasses(path, owner), name) if owner else ()


def overridden_by(sources: Sources, kin: Iterable[Kin], name: str) -> tuple[Method, ...]:
    """Of these classes, those that bind the name themselves."""
    return tuple(found for one in kin if (found := of_kin(sources, one, name)) is not None)


def of_kin(sources: Sources, kin: Kin, name: str) -> Method | None:
    if kin.path is None or name not in sources.text(kin.path):
        return None
    one = class_of(sources, kin.path, kin.symbol)
    return _method(sources, kin.path, one, name, kin) if one else None


def members(sources: Sources, path: str, symbol: str) -> tuple[Method, ...]:
    """What the class itself binds in its body, each name once."""
    one = class_of(sources, path, symbol)
    if one is None:
        return ()
    me = Kin(symbol, path, one.line, 0)
    names = dict.fromkeys(member.name for member in one.members)
    return tuple(found for name in names if (found := _method(sources, path, one, name, me)) is not None)


def _method(sources: Sources, path: str, one: Class, name: str, kin: Kin) -> Method | None:
    bound = [member for member in one.members if member.name == name and "overload" not in _last(member)]
    if bound:
        first = next((each for each in bound if not set(_last(each)) & set(_ACCESSORS)), bound[0])
        if first.kind == "method" and bound[-1].kind == "method":
            first = bound[-1]  # a later `def` replaces the earlier one
        how = _abstract(sources, path, one, first)
        return Method(path, f"{one.symbol}.{name}", first.kind, first.line, kin.depth, how, kin.sure, kin.note)
    line = _set_on_self(sources, path, one, name)
    if line is None:
        return None
    return Method(path, f"{one.symbol}.{name}", "attribute", line, kin.depth, None, kin.sure, kin.note)


def _last(member: Member) -> list[str]:
    return [each.rpartition(".")[2] for each in member.decorators]


def _set_on_self(sources: Sources, path: str, one: Class, name: str) -> int | None:
    """`self.name = ...` in a method of the class, which hides the method of a base on that object."""
    text = sources.text(path)
    if not re.search(rf"\bself\.{re.escape(name)}[ \t]*(?::[^=\n]+)?=(?!=)", text):
        return None
    match = sources.match(path, one.symbol)
    if match is None:
        return None
    pattern = re.compile(rf"[ \t]+self\.{re.escape(name)}[ \t]*(?::[^=\n]+)?=(?!=)")
    lines = text.split("\n")[match.definition.line - 1 : match.definition.end]
    return next((number for number, line in enumerate(lines, match.definition.line) if pattern.match(line)), None)


def _abstract(sources: Sources, path: str, one: Class, member: Member) -> str | None:
    if member.abstract:
        return "abstractmethod"
    if member.kind not in ("method", "property"):
        return None
    body = list(_body(sources.text(path), member))
    if len(body) == 1 and isinstance(body[0], ast.Raise) and _raised(body[0]) == "NotImplementedError":
        return "by convention"
    protocol = any(base.rpartition(".")[2] == "Protocol" for base in one.bases)
    empty = all(isinstance(each, ast.Pass) or _is_constant(each) for each in body)
    return "protocol" if protocol and empty else None


def _body(text: str, member: Member) -> Iterator[ast.stmt]:
    """The statements of a function, without its docstring."""
    lines = text.split("\n")
    indent = len(lines[member.line - 1]) - len(lines[member.line - 1].lstrip())
    end = member.line
    while end < len(lines) and (not lines[end].strip() or _deeper(lines[end], indent)):
        end += 1
    try:
        tree = ast.parse(dedent("\n".join(lines[member.line - 1 : end])))
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
