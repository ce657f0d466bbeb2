"""Who is called: functions, members, macros, kernels launched, each by the last part of its name."""

from __future__ import annotations

from collections.abc import Iterator

from reader.pattern import pattern
from reader.syntax import Call
from reader.syntax.cpp.source import Source

_CALLEE = pattern(r"[A-Za-z_]\w*(?=\s*(?:\(|<<<)|<)")
_BEHIND_ARGUMENTS = pattern(r"\s*(?:\(|<<<)")
_BRACKET = pattern(r"[()\[\]{}<>;]|&&|\|\|")
_AHEAD = 200  # characters behind a name within which its `(` is looked for
_QUALIFIER = pattern(r"(?:::|\.|->)\s*\Z")
_NAME_BEFORE = pattern(r"[A-Za-z_]\w*\s*\Z")
_NEVER = {
    "if", "for", "while", "switch", "return", "catch", "sizeof", "alignof", "alignas", "decltype", "noexcept",
    "operator", "requires", "throw", "case", "do", "else", "new", "delete", "static_cast", "dynamic_cast",
    "reinterpret_cast", "const_cast", "template", "typename", "typeid", "defined", "explicit", "static_assert",
    "int", "float", "double", "bool", "char", "long", "short", "unsigned", "signed", "void", "auto", "constexpr",
    "const", "class", "struct", "using", "typedef", "co_return", "co_await", "co_yield", "and", "or", "not", "in",
    "__launch_bounds__", "__attribute__", "__align__", "__declspec", "__cluster_dims__", "asm", "__asm__",
    "volatile", "__volatile__",
}  # fmt: skip
_BEFORE_CALL = {
    "return", "else", "do", "case", "throw", "new", "delete", "co_return", "co_await", "co_yield", "and", "or", "not",
    "goto", "in",
}  # fmt: skip


_DEEPEST = 40  # brackets in one list of template arguments; CUTLASS has a dozen


def callees(source: Source, names: frozenset[int], begin: int, end: int) -> Iterator[Call]:
    """Those whose name starts between the offsets; `names` are those of the names that are defined or declared."""
    code = source.expanded
    for match in _CALLEE.finditer(code, begin, end + _AHEAD):
        at = match.start()
        if at >= end:
            return
        if match[0] in _NEVER or at in names:
            continue
        if at and (code[at - 1].isalnum() or code[at - 1] == "_"):
            continue
        close = after_arguments(code, match.end())
        if close is None or _is_declared(code, at):
            continue
        full = " ".join(code[_receiver(code, at) : close].split())
        yield Call(match[0], full, source.line(at), source.column(at))


def after_arguments(code: str, at: int) -> int | None:
    """Past the template arguments where there are any; None if what stands there is no call."""
    if code.startswith("<", at) and not code.startswith("<<<", at):
        close = closing_angle(code, at)
        if close is None or not _BEHIND_ARGUMENTS.match(code, close):
            return None
        return close
    return at


def closing_angle(code: str, at: int) -> int | None:
    """Past the `>` that closes the `<` at `at`; None where it is a comparison."""
    open_at: list[str] = []
    for match in _BRACKET.finditer(code, at, at + 2000):
        mark = match[0]
        inside = bool(open_at) and open_at[-1] != "<"
        if mark in "([{" or (mark == "<" and not inside):
            open_at.append(mark)
            if len(open_at) > _DEEPEST:
                return None
        elif mark == ">" and not inside:
            if code[match.start() - 1] == "-":
                continue
            open_at.pop()
            if not open_at:
                return match.end()
        elif mark in ")]}":
            if not inside:
                return None
            open_at.pop()
        elif mark in (";", "&&", "||") and not inside:
            return None
    return None


def _is_declared(code: str, at: int) -> bool:
    """`Guard guard(x)`, `std::vector<int> sizes(n)`: a variable with its initial value, no call."""
    space = at
    while space and code[space - 1].isspace():
        space -= 1
    if space == at or not space:
        return False
    word = _NAME_BEFORE.search(code, max(0, space - 80), space)
    if word is not None:
        return word[0].strip() not in _BEFORE_CALL
    return code[space - 1] == ">" and not code[max(0, space - 2)].isspace() and code[space - 2 : space] != "->"


def _receiver(code: str, at: int) -> int:
    """Where the whole callee starts: `this->a[0].b` of the name of `this->a[0].b(...)`."""
    while True:
        joint = _QUALIFIER.search(code, max(0, at - 120), at)
        if joint is None:
            return at
        start = operand(code, joint.start())
        if start == joint.start():
            return joint.start() if code.startswith("::", joint.start()) else at
        at = start


def operand(code: str, end: int) -> int:
    """The start of the name, with its groups behind it, that ends at `end`; `end` itself where there is none."""
    at = end
    while at and code[at - 1].isspace():
        at -= 1
    while at and code[at - 1] in ")]>":
        opened = opening(code, at - 1)
        if opened is None:
            return end
        at = opened
    name = _NAME_BEFORE.search(code, max(0, at - 120), at)
    if name is not None:
        return name.start()
    return at if at < end and code[at] == "(" else end


def opening(code: str, at: int) -> int | None:
    """The offset of the bracket that the one at `at` closes, looking back a little way."""
    pairs = {")": "(", "]": "[", ">": "<"}
    close, depth = code[at], 0
    for index in range(at, max(-1, at - 2000), -1):
        mark = code[index]
        if mark == close and not (mark == ">" and code[index - 1] == "-"):
            depth += 1
        elif mark == pairs[close]:
            depth -= 1
            if depth == 0:
                return index
        elif mark in ";" or (mark in "{}" and close == ">"):
            return None
    return None
