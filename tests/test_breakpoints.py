"""Breakpoints: each written line is one where Python stops, which the real pdb shows."""

from __future__ import annotations

import os
import pdb
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import json5
import pytest

from reader import library
from reader.breakpoints import Breakpoints, breakpoints, writing
from reader.breakpoints.lines import stoppable
from reader.checkout import open_checkout
from reader.tourfile import parse

# Behind each line where Python is to stop stands the function it stops in.
SHAPES = '''\
"""A package of awkward shapes."""

import asyncio
import functools


def plain(a):
    """With a docstring."""
    return a  # stop: plain


def undocumented(a): return a  # stop: undocumented


def wrapped(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)
    return inner


@wrapped
@functools.lru_cache(
    maxsize=None,
)
def decorated(
    a,
    b=(1,
       2),
):
    """A docstring
    of two lines."""

    # a comment

    total: int
    global counted
    total = (  # a statement of several lines
        a  # stop: decorated
        + 1
    )
    counted = total
    return counted


async def coroutine(a):
    x: int
    await asyncio.sleep(0)  # stop: coroutine
    return a


def generator(n):
    """Yields."""
    for i in range(n):  # stop: generator
        yield i


def closure(n):
    def inner():
        return n

    return inner()


def passing():
    """Nothing."""
    pass  # stop: passing


def documented_only():
    """Nothing at all."""


def text():
    return """first  # stop: text
    second"""


def tall():
    """Doc."""
    """
    a string that is no docstring
    """
    return 1  # stop: tall


class Outer:
    """A class."""

    x: int = 1

    class Inner:
        def method(self):
            if True:  # stop: method
                return 1

    def __init__(self, a: int, b: str = "def __init__"):
        """Made."""
        self.a = a  # stop: Outer.__init__

    @property
    def value(self):
        try:  # stop: value
            return self.a
        finally:
            pass

    @staticmethod
    def static(a, *, b=lambda: 1):
        with open("/dev/null"):  # stop: static
            return a


class Empty:
    x = 1


class Child(Outer):
    """Inherits its constructor."""
'''
CLOSURE = "closure"
NAMES = {
    "plain": "plain(1)",
    "undocumented": "undocumented(1)",
    "decorated": "decorated(1)",
    "coroutine": "asyncio.run(coroutine(1))",
    "generator": "list(generator(2))",
    "closure": "closure(1)",
    "passing": "passing()",
    "documented_only": "documented_only()",
    "text": "text()",
    "tall": "tall()",
    "Outer": "Outer(1)",
    "Outer.Inner.method": "Outer.Inner().method()",
    "Outer.value": "Outer(1).value",
    "Outer.static": "Outer.static(1)",
    "Empty": "Empty()",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A checkout whose one module is run by a script beside it, with a space in its path."""
    root = tmp_path / "my code" / "vllm-0.13.0"
    (root / "vllm").mkdir(parents=True)
    (root / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: vllm\nVersion: 0.13.0\n")
    (root / "vllm" / "__init__.py").write_text("")
    (root / "vllm" / "shapes.py").write_text(SHAPES)
    (root / "vllm" / "kernel.cu").write_text("__global__ void kernel() {}\n")
    calls = "".join(f"{call}\n" for call in NAMES.values())
    (root / "run.py").write_text(f"import asyncio\nfrom vllm.shapes import *\n{calls}")
    return root


def found(root: Path, *refs: str) -> Breakpoints:
    stops = "".join(
        f'[[stop]]\nid = "s{number}"\ntitle = "The stop {ref}"\nref = "{ref}"\n'
        'minutes = 1\nlane = "frontend"\nwhy = "w"\n'
        for number, ref in enumerate(refs)
    )
    head = 'format = 1\ntitle = "Shapes"\nhome = "0.13.0"\nintro = "i"\n'
    return breakpoints(parse(Path("shapes.toml"), (head + stops).encode()), open_checkout(root))


def by_pdb(root: Path, rc: str) -> list[tuple[str, int, str]]:
    """Where pdb stops when it runs the script with these commands: file, line, function."""
    place = root.parent / "place"
    place.mkdir()
    (place / ".pdbrc").write_text(rc)
    env = os.environ | {"HOME": str(root), "PYTHONPATH": str(root), "NO_COLOR": "1", "PYTHON_COLORS": "0"}
    command = [sys.executable, "-m", "pdb", str(root / "run.py")]
    done = subprocess.run(
        command, input="continue\n" * 60 + "quit\n", cwd=place, env=env, capture_output=True, text=True, check=False
    )
    assert "***" not in done.stdout + done.stderr, done.stdout
    once = done.stdout.partition("The program finished")[0]
    return [
        (path, int(line), name)
        for path, line, name in re.findall(r"^(?:\(Pdb\) )?> (.*)\((\d+)\)(\S+)\(\)", once, re.M)
    ]


def test_pdb_stops_at_every_line_that_is_written(package: Path) -> None:
    """Each in its function and in no other: not when the module is imported, nor in a docstring or signature."""
    told = found(
        package, *(f"vllm/shapes.py::{name}" for name in NAMES), "vllm/kernel.cu::kernel", "vllm/", "vllm/shapes.py"
    )
    expected = {
        number: name.rpartition(".")[2]
        for number, line in enumerate(SHAPES.split("\n"), 1)
        for name in re.findall(r"# stop: (\S+)", line)
    }
    closure = next(n for n, line in enumerate(SHAPES.split("\n"), 1) if line.startswith("def closure")) + 1
    assert {one.line for one in told.points} == {*expected, closure}
    stops = by_pdb(package, writing.pdbrc(told, package))
    here = str(package / "vllm" / "shapes.py")
    hit = {line: name for path, line, name in stops if path == here}
    one_liner = next(number for number, name in expected.items() if name == "undocumented")
    assert hit | {one_liner: "undocumented"} == expected | {closure: "closure"}
    assert (here, one_liner, "undocumented") in stops
    assert [(one.title, one.why) for one in told.left_out] == [
        ("The stop vllm/shapes.py::documented_only", "its body has no line to stop at"),
        ("The stop vllm/shapes.py::Empty", "a class without an `__init__` of its own"),
        ("The stop vllm/kernel.cu::kernel", "C++ or CUDA, where pdb cannot stop"),
        ("The stop vllm/", "a directory"),
        ("The stop vllm/shapes.py", "a whole file"),
    ]


def test_pdb_finds_paths_without_a_root_on_the_path_of_python(package: Path) -> None:
    """For a package that is installed."""
    told = found(package, "vllm/shapes.py::plain")
    rc = writing.pdbrc(told, None)
    assert "break vllm/shapes.py:" in rc
    assert "run an installed 0.13.0" in rc
    (line,) = {line for path, line, _ in by_pdb(package, rc) if path.endswith("shapes.py")}
    assert line == told.points[0].line


@pytest.mark.parametrize("version", ["0.13.0", "0.33.0"])
def test_pdb_takes_every_line_of_twelve_weeks(version: str, release: Callable[[str], Path]) -> None:
    """By its own check, which imports nothing; and what is left out is no function of Python."""
    checkout = open_checkout(release(version))
    debugger = pdb.Pdb(nosigint=True, readrc=False)
    debugger.reset()
    count = 0
    for week in range(1, 13):
        told = breakpoints(library.load(f"week{week:02}"), checkout)
        assert told.engine is not None
        assert (told.engine.reads or "").startswith("vllm/v1/engine/llm_engine.py:")
        assert (told.engine.server or "").startswith("vllm/v1/engine/async_llm.py:")
        for one in told.points:
            assert debugger.checkline(str(checkout.root / one.path), one.line) == one.line, one
            count += 1
        reasons = "".join(one.why for one in told.left_out)
        assert "cannot parse" not in reasons
        assert "no function" not in reasons
    assert count > 100


@pytest.mark.parametrize("version", ["0.9.2", "0.13.0", "0.33.0"])
def test_what_is_said_of_the_engine_is_in_the_source(version: str, release: Callable[[str], Path]) -> None:
    """The variable decides over the process for LLM; the server's client takes no part in that."""
    root = release(version)
    engine = breakpoints(library.load("week03"), open_checkout(root)).engine
    assert engine is not None
    for place, said in ((engine.reads, "VLLM_ENABLE_V1_MULTIPROCESSING"), (engine.server, "make_async_mp_client")):
        path, _, line = str(place).rpartition(":")
        assert said in (root / path).read_text().split("\n")[int(line) - 1]
    client = (root / "vllm/v1/engine/core_client.py").read_text()
    assert "return InprocClient(" in client
    assert "Running EngineCore in asyncio without multiprocessing" in client


def test_a_release_that_does_not_ask_for_the_variable_is_not_said_to(package: Path) -> None:
    """Nothing is claimed that the checkout does not show."""
    rc = writing.pdbrc(found(package, "vllm/shapes.py::plain"), package)
    assert "does not ask for VLLM_ENABLE_V1_MULTIPROCESSING" in rc.replace("\n# ", " ")


def test_the_launch_configuration_is_json_with_comments(release: Callable[[str], Path]) -> None:
    """It sets the variable and goes into library code; the places are listed, which VS Code takes from no file."""
    told = breakpoints(library.load("week03"), open_checkout(release("0.13.0")))
    text = writing.launch(told, Path("/x"))
    (configuration,) = json5.loads(text)["configurations"]
    assert configuration["type"] == "debugpy"
    assert configuration["justMyCode"] is False
    assert configuration["env"] == {"VLLM_ENABLE_V1_MULTIPROCESSING": "0"}
    assert f"//   /x/{told.points[0].path}:{told.points[0].line}  {told.points[0].number}. " in text


HOSTILE = """
@triton.jit
def kernel(x):
    return x
def good():
    return 1
"""


@pytest.mark.parametrize(
    ("text", "name", "first", "line", "why"),
    [
        (HOSTILE, "kernel", 2, 3, "Triton compiles it; Python never runs its lines"),
        (HOSTILE, "other", 5, 5, "it is no function"),
        ("def f(:\n", "f", 1, 1, "this Python cannot parse the file: invalid syntax in line 1"),
        (
            "def f(): '\0'\n",
            "f",
            1,
            1,
            "this Python cannot parse the file: source code string cannot contain null bytes",
        ),
        ("(" * 5000, "f", 1, 1, "this Python cannot parse the file: too many nested parentheses in line 1"),
        ("-" * 200_000 + "1", "f", 1, 1, "this Python cannot parse the file: "),
        ("def f():\n    '\\d'\n    x: int\n", "f", 1, 1, "its body has no line to stop at"),
    ],
)
def test_where_python_cannot_stop_the_reason_is_told(text: str, name: str, first: int, line: int, why: str) -> None:
    """And no source, however bad, is an error."""
    told = stoppable(text, name, first, line, text.count("\n"))
    assert told.line is None
    assert told.why_not.startswith(why)


def test_nothing_of_a_tour_or_a_path_is_a_command_of_pdb(tmp_path: Path) -> None:
    """A title stays on the line of its comment; a path that pdb would read as two commands is left out."""
    root = tmp_path / "a;;b" / "vllm-0.13.0"
    (root / "vllm").mkdir(parents=True)
    (root / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: vllm\nVersion: 0.13.0\n")
    (root / "vllm" / "__init__.py").write_text("def f():\n    return 1\n")
    told = found(root, "vllm/__init__.py::f")
    told = type(told)(told.tour, told.release, tuple(
        type(one)(one.number, "title\n!import os", one.path, one.line, one.function, one.lane) for one in told.points
    ), told.left_out, told.engine)  # fmt: skip
    rc = writing.pdbrc(told, root)
    assert all(line.startswith("#") or not line for line in rc.split("\n"))
    assert "title␊!import os" in rc
    assert "break vllm/__init__.py:2" in writing.pdbrc(told, None)
