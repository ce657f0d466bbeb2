"""Uses of Python definitions: the fixture bears the expectations beside the code that they are about."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from reader import usages
from reader.checkout import Checkout, open_checkout
from reader.cli.group import main
from reader.ref import Ref
from reader.resolve import Site, resolve
from reader.terminal import Screen
from reader.usages import Usages, Use

ROOT = Path(__file__).parent / "fixtures" / "usages"
# `#= call path::Symbol` behind a line: it is a use of that; `#? ...`: it may be one. As often as it stands there.
MARK = re.compile(r"#([=?]) (call|import|override|reference) (\S+::\S+)")

REFS = (
    "pkg/core/base.py::LIMIT",
    "pkg/core/base.py::Config.doubled",
    "pkg/core/base.py::Config.steps",
    "pkg/core/base.py::BaseEngine",
    "pkg/core/base.py::BaseEngine.step",
    "pkg/core/engine.py::Engine",
    "pkg/core/engine.py::Engine.step",
)


@pytest.fixture(scope="module")
def checkout() -> Checkout:
    return Checkout(ROOT, "0.13.0", "archive")


def found(checkout: Checkout, ref: str) -> tuple[Use, ...]:
    return usages.uses(checkout, resolve(checkout, Ref.parse(ref))).found


def expected(ref: str) -> Counter[tuple[str, int, str, bool]]:
    marks: Counter[tuple[str, int, str, bool]] = Counter()
    for path in sorted(ROOT.rglob("*.py")):
        for number, line in enumerate(path.read_text().split("\n"), 1):
            for sign, kind, told in MARK.findall(line):
                if told == ref:
                    marks[path.relative_to(ROOT).as_posix(), number, kind, sign == "="] += 1
    return marks


def test_every_mark_is_of_a_ref_that_is_asked() -> None:
    """No expectation of the fixture is left out."""
    told = {ref for path in ROOT.rglob("*.py") for _, _, ref in MARK.findall(path.read_text())}
    assert told == set(REFS)


@pytest.mark.parametrize("ref", REFS)
def test_the_uses_are_those_that_the_source_marks(checkout: Checkout, ref: str) -> None:
    """Neither more nor fewer, of the kind and the sureness that stand beside them."""
    told = Counter((one.path, one.line, one.kind, one.sure) for one in found(checkout, ref))
    assert told == expected(ref)


def test_a_module_is_used_where_it_is_imported(checkout: Checkout) -> None:
    """By its name, as a part of a longer one, and as what an alias stands for."""
    told = {(one.path, one.line, one.kind) for one in found(checkout, "pkg/core/engine.py")}
    assert ("pkg/core/__init__.py", 2, "import") in told
    assert ("pkg/aliases.py", 3, "import") in told
    assert ("pkg/aliases.py", 15, "reference") in told


def test_a_local_function_is_used_in_its_function_only(tmp_path: Path) -> None:
    """Another function's local of the same name is another thing."""
    text = "def a():\n    def f(): ...\n    f()\n    return lambda: f\ndef b():\n    f = 1\n    f\n"
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    here = Checkout(tmp_path, "0.13.0", "archive")
    assert [(one.line, one.kind) for one in found(here, "a.py::a.f")] == [(3, "call"), (4, "reference")]


def test_a_use_tells_where_it_stands(checkout: Checkout) -> None:
    """The column of the name, the definition around it, its line without the indentation."""
    one = next(one for one in found(checkout, "pkg/core/engine.py::Engine.step") if "total = sum" in one.text)
    line = (ROOT / one.path).read_text().split("\n")[one.line - 1]
    assert line[one.column - 1 :].startswith("step()")
    assert one.text == line.strip()
    assert one.within == "Engine.step"


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., str]:
    """`reader uses` over the fixture, whose release is told by its name."""
    copy = shutil.copytree(ROOT, tmp_path / "vllm-0.13.0")
    (copy / "pkg").rename(copy / "vllm")
    (copy / "README.md").write_text("# Read me\n")
    (copy / "csrc").mkdir()  # without it this would be an installed package, which has no tests
    for path in copy.rglob("*.py"):
        path.write_text(path.read_text().replace("pkg", "vllm"))

    def run(*args: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, ["--checkout", str(copy), "uses", *args])
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_json_has_what_the_contract_names(command: Callable[..., str]) -> None:
    """One object a line, every key always there."""
    rows = [json.loads(line) for line in command("vllm/core/engine.py::Engine.step", "--json").splitlines()]
    assert {"path", "line", "column", "kind", "within", "sure"} <= rows[0].keys()
    assert {row["sure"] for row in rows} == {True, False}
    sure = [json.loads(line) for line in command("vllm/core/engine.py::Engine.step", "--json", "--sure").splitlines()]
    assert sure == [row for row in rows if row["sure"]]


def test_the_reading_keeps_apart_what_is_not_sure(command: Callable[..., str]) -> None:
    """The perhaps stand below the sure ones, with their reason, and the package before the tests."""
    told = command("vllm/core/engine.py::Engine.step")
    sure, perhaps = told.split("perhaps in")
    assert "the type of told is not told" in perhaps
    assert "not told" not in sure
    assert sure.index("vllm/aliases.py") < sure.index("tests/test_engine.py")


def test_a_definition_that_nothing_uses_is_said_so(command: Callable[..., str]) -> None:
    """Also an answer."""
    assert "used in no place" in command("vllm/aliases.py::awaited")


@pytest.mark.parametrize("ref", ["vllm/core/engine.py::Engine.nope", "vllm/nowhere.py", "vllm/core/", "README.md"])
def test_a_ref_to_no_definition_ends_with_a_word(command: Callable[..., str], ref: str) -> None:
    """Nothing found is exit code 1 and a reason."""
    assert command(ref, code=1).strip()


def test_many_uses_are_cut_and_counted(release: Callable[[str], Path]) -> None:
    """What is left out is told with how to see it; with --all nothing is."""
    checkout = str(release("0.13.0"))
    ref = "vllm/v1/core/sched/scheduler.py::Scheduler.schedule"
    runner = CliRunner()
    short = runner.invoke(main, ["--checkout", checkout, "uses", ref]).output
    whole = runner.invoke(main, ["--checkout", checkout, "uses", ref, "--all"]).output
    assert "in tests" in short
    assert "--all shows them" in short
    assert "--all" not in whole
    assert len(whole.splitlines()) > len(short.splitlines())


def test_an_alias_of_a_release_leads_to_the_same_uses(release: Callable[[str], Path]) -> None:
    """The old path of the engine is an alias, and a file that imports from there uses the class."""
    checkout = open_checkout(release("0.13.0"))
    of_class = found(checkout, "vllm/v1/engine/llm_engine.py::LLMEngine")
    assert any(one.path == "vllm/engine/llm_engine.py" and one.why == "as V1LLMEngine" for one in of_class)
    assert any(one.path == "tests/distributed/test_symm_mem_allreduce.py" for one in of_class)
    steps = found(checkout, "vllm/engine/llm_engine.py::LLMEngine.step")
    assert any(one.path == "vllm/entrypoints/llm.py" and one.kind == "call" and one.sure for one in steps)


def test_uses_in_tests_do_not_bury_those_in_the_package() -> None:
    """Many of them are told by file with their number; nothing is left out of the sum, and --all lists each."""
    many = [Use(f"tests/test_{number % 3}.py", number + 1, 1, "call", None, True, None, "f()") for number in range(12)]
    found = Usages((Use("vllm/a.py", 9, 1, "call", "g", True, None, "return f()"), *many))
    site = Site(Ref("vllm/b.py", "f"), "exact", "0.13.0", "vllm/b.py", "f", "function", 1, 1, 2)
    short, whole = (Screen(100, False).usages(found, site, whole=one) for one in (False, True))
    assert "used in 13 places" in short and "in tests 12, in 3 files" in short and "return f()" in short
    assert "4  tests/test_0.py" in short and "  f()" not in short
    assert whole.count("call  ") == 13
