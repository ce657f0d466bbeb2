"""Where in a function Python can stop: on the first line of its body that has byte code, by Python's own compiler.

Compiles, and never runs or imports. A docstring, an annotation without a value and `global` have no byte code; nor do
the lines of a signature when the function is called.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import cache
from types import CodeType

from reader.value import frozen

_REFUSED = ("#", '"""', "'''")  # what pdb takes for a comment or a docstring, whatever it is
_TRITON = re.compile(r"@\s*(?:triton\.)?(?:jit|autotune|heuristics)\b")


@frozen
class Stoppable:
    """`line` is None where Python cannot stop, and `why_not` says why. `function` is what it stops in."""

    line: int | None
    function: str = ""
    why_not: str = ""


def stoppable(text: str, name: str, first: int, line: int, last: int) -> Stoppable:
    """In the function or class called `name` whose decorators begin on `first`, whose `def` or `class` stands on
    `line`, and which ends on `last`. Of a class, in its `__init__`."""
    code = _compiled(text)
    if isinstance(code, str):
        return Stoppable(None, why_not=code)
    lines = text.split("\n")
    if any(_TRITON.search(one) for one in lines[first - 1 : line - 1]):
        return Stoppable(None, why_not="Triton compiles it; Python never runs its lines")
    found = next((one for one in _within(code) if one.co_name == name and first <= one.co_firstlineno <= line), None)
    if found is None:
        return Stoppable(None, why_not="it is no function")
    if not _is_function(found):
        return _in_constructor(found, name, lines)
    at = _first(found, lines, line, last)
    return Stoppable(at, name) if at else Stoppable(None, why_not="its body has no line to stop at")


def _in_constructor(body: CodeType, name: str, lines: list[str]) -> Stoppable:
    made = next((one for one in _inside(body) if one.co_name == "__init__"), None)
    if made is None:
        return Stoppable(None, why_not="a class without an `__init__` of its own")
    line = made.co_firstlineno
    line = next((at for at in range(line, len(lines) + 1) if "def __init__" in lines[at - 1]), line)
    at = _first(made, lines, line, last=0)
    why_not = "" if at else "a class whose `__init__` has no line to stop at"
    return Stoppable(at, f"{name}.__init__", why_not)


@cache
def _compiled(text: str) -> CodeType | str:
    """As this Python does; another one may know syntax that this one does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return compile(text, "<checkout>", "exec", dont_inherit=True, optimize=0)
    except SyntaxError as error:
        return f"this Python cannot parse the file: {error.msg} in line {error.lineno}"
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        return f"this Python cannot parse the file: {error}"


def _inside(code: CodeType) -> Iterator[CodeType]:
    return (one for one in code.co_consts if isinstance(one, CodeType))


def _within(code: CodeType) -> Iterator[CodeType]:
    for one in _inside(code):
        yield one
        yield from _within(one)


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & 0x2)  # CO_NEWLOCALS: a class body has none


def _first(code: CodeType, lines: list[str], line: int, last: int) -> int | None:
    """The first line that is come to behind the signature, or the one line that the whole function is."""
    reached = (at for _, _, at in code.co_lines() if at is not None and (at > line or at == line == last))
    fit = (at for at in reached if at <= len(lines) and lines[at - 1].strip())
    return next((at for at in fit if not lines[at - 1].strip().startswith(_REFUSED)), None)
