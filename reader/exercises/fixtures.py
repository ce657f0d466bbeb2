"""What in the tests is a test, and who gets a fixture: by the text and the tree of folders, as pytest has it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from reader import search
from reader.resolve.sources import Sources
from reader.syntax import Definition

_FIXTURE = re.compile(r"^\s*@(?:pytest(?:_asyncio)?\.)?fixture\b(?:\s*\((?P<given>[^)]*)\))?")
_NAME = re.compile(r"""name\s*=\s*["'](\w+)""")


def is_of_tests(path: str) -> bool:
    name = path.rpartition("/")[2]
    return (
        path.startswith(("tests/", "test/"))
        or "/tests/" in path
        or name.startswith("test_")
        or name.endswith("_test.py")
    )


def is_test(one: Definition) -> bool:
    """A function `test_...`; whether its class is collected is not asked."""
    return one.kind in ("function", "method") and one.name.startswith("test")


def fixture_name(sources: Sources, path: str, one: Definition) -> str | None:
    """What a test asks for to get it; None where the function is no fixture."""
    for line in sources.text(path).split("\n")[one.start - 1 : one.line - 1]:
        if found := _FIXTURE.match(line):
            named = _NAME.search(found["given"] or "")
            return named[1] if named else one.name
    return None


def takers(sources: Sources, path: str, name: str) -> Iterator[tuple[str, Definition, int]]:
    """Functions of the tests that have the fixture as a parameter: of the same file, or for a conftest below it."""
    is_shared = path.endswith("conftest.py")
    under = posixpath.dirname(path) if is_shared else ""
    if not is_shared:
        yield from _in_file(sources, path, name)
        return
    for at, _ in search.texts_mentioning(sources.checkout, name, under, search.PYTHON):
        yield from _in_file(sources, at, name)


def _in_file(sources: Sources, path: str, name: str) -> Iterator[tuple[str, Definition, int]]:
    lines = sources.text(path).split("\n")
    asked = re.compile(rf"[(,\s]{re.escape(name)}\s*[,:)=]")
    for one in sources.definitions(path):
        if one.kind not in ("function", "method") or (one.name == name and fixture_name(sources, path, one)):
            continue
        head = _head(lines, one.line)
        marks = lines[one.start - 1 : one.line - 1]
        if asked.search(head) or any("usefixtures" in line and f'"{name}"' in line for line in marks):
            yield path, one, one.line


def _head(lines: list[str], line: int) -> str:
    """The signature, to its closing parenthesis."""
    depth, text = 0, ""
    for each in lines[line - 1 : line + 40]:
        text += f"{each}\n"
        depth += each.count("(") - each.count(")")
        if depth <= 0:
            break
    return text[text.find("(") :]
