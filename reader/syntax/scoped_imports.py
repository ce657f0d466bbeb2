"""What one name is imported as, anywhere in a Python file: at its margin, under a condition, inside a function.

Reads import statements alone, not the file: that takes a tenth of the time, and a name is asked of many files.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace

from reader.syntax import Binding
from reader.syntax.imports import imported
from reader.syntax.python import parse

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+[.\w]+[ \t]+)?import\b[ \t]*(?:\((?:[^()#]|#[^\n]*)*\)|(?:[^\n\\]|\\\n)*)", re.M
)
_OPENS = re.compile(r"(?:async[ \t]+)?(?:def|class)\b")


def imports_of(text: str, name: str) -> tuple[Binding, ...]:
    """In order. `scope` is "" at module level (also under `if` and `try`), else the line number of the `def` around it;
    `condition` is the nearest header line that it stands under."""
    if name not in text:
        return ()
    lines: list[str] | None = None
    found = []
    word = re.compile(rf"\b{re.escape(name)}\b")
    for statement in _IMPORT.finditer(text):
        if not word.search(statement[0]):
            continue
        root, _ = parse(textwrap.dedent(statement[0]))
        first = text.count("\n", 0, statement.start())
        lines = text.split("\n") if lines is None else lines
        scope, condition = _around(lines, first)
        for node in root.named_children:
            if node.type in ("import_statement", "import_from_statement"):
                found += [
                    replace(one, line=one.line + first, end=one.end + first, scope=scope, condition=condition)
                    for one in imported(node)
                    if one.name == name
                ]
    return tuple(found)


def _around(lines: list[str], at: int) -> tuple[str, str | None]:
    indent = _indent(lines[at])
    condition = None
    for number in range(at - 1, -1, -1):
        if not indent:
            break
        line = lines[number].strip()
        if not line or line[0] in "#)]}\"'" or _indent(lines[number]) >= indent:
            continue
        indent = _indent(lines[number])
        if _OPENS.match(line):
            return str(number + 1), condition
        if condition is None and line.endswith(":"):
            condition = line[:-1].rstrip()
    return "", condition


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
