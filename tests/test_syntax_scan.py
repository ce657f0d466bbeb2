"""The scan by lines, against the parse: what it says must be what a parse says, or it must say that it cannot tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reader import search, syntax
from reader.checkout import open_checkout
from reader.syntax import Definition, scan


def told(text: str, name: str) -> tuple[Definition, ...] | None:
    data = text.encode()
    return scan.named(data, data, re.compile(re.escape(name.encode()) + rb"(?!\w)"))


def parsed(text: str, name: str) -> list[tuple[object, ...]]:
    found = [one for one in syntax.definitions(text, "python") if one.name == name]
    bound = [one for one in syntax.bindings(text) if one.name == name and one.how in ("assign", "value")]
    rows = [(one.symbol, one.kind, one.line, one.start, one.end, one.stub) for one in found]
    rows += [
        (f"{one.scope}.{name}" if one.scope else name, "variable", one.line, one.line, one.end, one.stub)
        for one in bound
    ]
    return sorted(rows)


def rows(found: tuple[Definition, ...]) -> list[tuple[object, ...]]:
    return sorted((one.symbol, one.kind, one.line, one.start, one.end, one.stub) for one in found)


SHAPES = {
    "nested": "class A:\n    class B:\n        def f(self):\n            def f(): ...\n            return f\n",
    "after a block": "class A:\n    def g(self): ...\n\nif x:\n    def f(): ...\nelse:\n    f = None\n",
    "decorated": "@one(\n    a,\n)\n# why\n@two\ndef f():\n    pass\n    # trailing\n\n# of the next\nx = 1\n",
    "overload": "class A:\n    @typing.overload\n    def f(self): ...\n    def f(self): return 1\n",
    "typing only": "if TYPE_CHECKING:\n    class f: ...\n    f: int\n",
    "long head": "class A(\n    B,\n    f=1,\n):\n    f: int = (\n        3\n    )\n",
    "long signature": "class A:\n    def f(\n        self,\n    ) -> int:\n        pass\n",
    "docstring": 'class A:\n    """\n    f: a field\ndef f(): of an example\n    """\n    f: int = 2\n',
    "argument": "x = dict(\n    f=1,\n)\nwith open(\n    f=2,\n) as g:\n    f = 3\n",
    "targets": "f, g = 1, 2\ng = f = 3\n(f, h) = x\ng[f] = 1\nf += 1\nf == 2\n",
    "async": "class A:\n    async def f(self):\n        async with x:\n            y = 1\n\n\nz = 2\n",
    "value of lines": "f = [\n    1,\n]\ng = 1\nf = '''\nx\n# y'''\n",
    "alias": "type f = int\n",
    "comments": 'def f():\n    pass\n# def g():\n#    """said\n#    twice"""\n',
    "keyword": "try:\n    pass\nexcept E:\n    f = 1\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_lines_tell_what_a_parse_tells(shape: str) -> None:
    """Scopes, spans, stubs, fields; strings, arguments and locals are none."""
    found = told(SHAPES[shape], "f")
    assert found is not None
    assert rows(found) == parsed(SHAPES[shape], "f")


@pytest.mark.parametrize(
    "text",
    [
        "def f():\r\n    pass\r\n",
        "class A:\n\tdef f(self): ...\n",
        'x = \'"""\'\ndef f(): ...\ny = \'"""\'\n',
        'def f():\n    """never closed\n',
        "def __getattr__(name):\n    return {'f': 1}[name]\nf: int\n",
        "x = (\n1 +\n    2)\nclass A:\n  y = '''\n \"\"\"'''\n  def f(self): '''\"\"\"'''\n",
    ],
)
def test_where_lines_do_not_prove_it_nothing_is_said(text: str) -> None:
    """The caller parses then."""
    assert told(text, "f") is None


@pytest.mark.parametrize("version", ["0.9.2", "0.33.0"])
def test_every_definition_of_a_release_is_told_as_a_parse_tells_it(
    version: str, release: Callable[[str], Path]
) -> None:
    """Of every ninetieth file each name that it defines, and hardly a file that needs a parse."""
    checkout = open_checkout(release(version))
    unsure = names = 0
    for path in [*checkout.files("", search.PYTHON)][::90]:
        text = checkout.read(path).text
        for name in {one.name for one in syntax.definitions(text, "python")}:
            names += 1
            found = told(text, name)
            if found is None:
                unsure += 1
            else:
                assert rows(found) == parsed(text, name), f"{path}: {name}"
    assert names > 100 and unsure < names / 5
