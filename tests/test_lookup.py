"""Where a name is defined: what counts, in which order, and what comes near."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reader.checkout import Checkout, open_checkout
from reader.errors import BadRef
from reader.lookup import find

FILES = {
    "vllm/__init__.py": "",
    "vllm/engine/core.py": (
        "LIMIT = 3\n"
        "class Core:\n"
        "    depth: int = 2\n"
        "    def step(self, depth=1):\n"
        "        limit = 1\n"
        "        return turn(\n"
        "            limit=limit,\n"
        "        )\n"
        "    class Inner:\n"
        "        def step(self): ...\n"
    ),
    "vllm/v1/engine/core.py": "from vllm.engine.core import Core as Base\nclass Core(Base):\n    def step(self): ...\n",
    "vllm/steps.py": "def stepwise(): ...\nNOTE = '''\ndef step(): ...\n'''\n",
    "tests/test_core.py": "def step(): ...\nclass StepTest: ...\n",
    "csrc/ops.h": "namespace ns { void turn_kernel_host(int x); }\n",
    "csrc/a.cu": (
        "#define TURN(x) turn_kernel<<<1, 1>>>(x)\n"
        "namespace ns {\n"
        "template <typename T>\n__global__ void turn_kernel(T* x) {}\n"
        "void turn_kernel_host(int x) { TURN(x); }\n"
        "struct Vec { int lanes, rows[2]; };\n"
        "enum class Kind { kFirst = 1, kSecond };\n"
        "constexpr int kMost = 3;\n"
        "}\n"
    ),
    "docs/steps.md": "# Steps of the core\n\n## step\n",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return open_checkout(tmp_path)


def found(checkout: Checkout, name: str, *kinds: str, under: str = "") -> list[str]:
    return [f"{one.path}::{one.symbol}" for one in find(checkout, name, kinds, under).found]


def test_a_name_is_found_in_every_scope_and_the_package_before_the_tests(checkout: Checkout) -> None:
    """What stands in a string is no definition; shorter names and paths come first within one area."""
    assert found(checkout, "step") == [
        "vllm/engine/core.py::Core.step",
        "vllm/v1/engine/core.py::Core.step",
        "vllm/engine/core.py::Core.Inner.step",
        "tests/test_core.py::step",
    ]


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [
        ("Core.step", "vllm/engine/core.py::Core.step", 2),
        ("core.step", "vllm/engine/core.py::Core.step", 2),
        ("Inner.step", "vllm/engine/core.py::Core.Inner.step", 1),
        ("v1.engine.core.Core", "vllm/v1/engine/core.py::Core", 1),
        ("ns::turn_kernel", "csrc/a.cu::ns::turn_kernel", 1),
        ("ns.turn_kernel", "csrc/a.cu::ns::turn_kernel", 1),
        ("TURN", "csrc/a.cu::TURN", 1),
        ("step()", "vllm/engine/core.py::Core.step", 4),
    ],
)
def test_any_run_of_the_last_parts_is_a_name(checkout: Checkout, name: str, first: str, count: int) -> None:
    """Scopes and the module's path may stand before the name, in either language's way of writing."""
    rows = found(checkout, name)
    assert (rows[0], len(rows)) == (first, count)


def test_lower_case_fits_any_case_and_an_upper_case_letter_its_own(checkout: Checkout) -> None:
    """As in ripgrep and vim."""
    assert found(checkout, "limit") == ["vllm/engine/core.py::LIMIT"]
    assert found(checkout, "Limit") == []
    assert found(checkout, "vec") == found(checkout, "Vec") == ["csrc/a.cu::ns::Vec"]


def test_the_beginning_of_a_name_counts_only_where_no_whole_name_does(checkout: Checkout) -> None:
    """`stepw` leads to `stepwise`; `step` does not."""
    (only,) = find(checkout, "stepw").found
    assert (only.symbol, only.exact) == ("stepwise", False)
    assert all(one.exact for one in find(checkout, "step").found)
    assert [one.symbol for one in find(checkout, "turn_kernel_").found] == ["ns::turn_kernel_host"] * 2


def test_an_implementation_stands_before_its_declaration(checkout: Checkout) -> None:
    """A prototype in a header is found too, and says what it is."""
    kinds = [one.kind for one in find(checkout, "turn_kernel_host").found]
    assert kinds == ["function", "declaration"]


def test_kinds_and_folders_narrow_what_is_found(checkout: Checkout) -> None:
    """Headings are found only when they are asked for, fields and constants are variables."""
    assert found(checkout, "step", "heading") == ["docs/steps.md::step"]
    assert found(checkout, "steps of", "heading") == ["docs/steps.md::Steps of the core"]
    assert found(checkout, "depth", "variable") == ["vllm/engine/core.py::Core.depth"]
    assert found(checkout, "step", under="tests") == ["tests/test_core.py::step"]
    assert found(checkout, "ns", "namespace") == ["csrc/a.cu::ns", "csrc/ops.h::ns"]
    assert found(checkout, "core", "class", "kernel") == ["vllm/engine/core.py::Core", "vllm/v1/engine/core.py::Core"]


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("kMost", "ns::kMost"),
        ("Vec.lanes", "ns::Vec::lanes"),
        ("rows", "ns::Vec::rows"),
        ("Kind::kSecond", "ns::Kind::kSecond"),
    ],
)
def test_constants_fields_and_enumerators_of_cuda_are_variables(checkout: Checkout, name: str, symbol: str) -> None:
    """They are found where nothing else bears the name, and when variables are asked for."""
    for kinds in ((), ("variable",)):
        (only,) = find(checkout, name, kinds).found
        assert (only.symbol, only.kind, only.path) == (symbol, "variable", "csrc/a.cu")


def test_a_name_that_nothing_defines_has_near_ones(checkout: Checkout) -> None:
    """Misspelt by a letter, or of the wrong class."""
    assert find(checkout, "stepwize").near[0] == "stepwise"
    assert find(checkout, "turn_kernal").near[0] == "turn_kernel"
    assert "step" in find(checkout, "Vec.stpe").near
    assert find(checkout, "qqqqqqqq").near == ()


@pytest.mark.parametrize("name", ["vllm/engine/core.py", "", ".", "a..b", "::"])
def test_what_is_no_name_is_refused(checkout: Checkout, name: str) -> None:
    """A path belongs to another command, which the complaint names."""
    with pytest.raises(BadRef):
        find(checkout, name)


def test_a_definition_has_the_span_that_a_parse_gives_it(checkout: Checkout) -> None:
    """Decorators and all, though no file was parsed."""
    (field, *_), (core, *_) = find(checkout, "depth").found, find(checkout, "Core").found
    assert (field.line, field.start, field.end, field.kind) == (3, 3, 3, "variable")
    assert (core.line, core.start, core.end, core.kind) == (2, 2, 10, "class")


def test_the_engine_of_a_release_is_found(release: Callable[[str], Path]) -> None:
    """Of the real thing the implementation comes first, and of two thousand methods of one name all are there."""
    checkout = open_checkout(release("0.13.0"))
    (step,) = find(checkout, "v1.engine.llm_engine.LLMEngine.step").found
    assert step.path == "vllm/v1/engine/llm_engine.py"
    assert find(checkout, "EngineCore").found[0].path == "vllm/v1/engine/core.py"
    forward = find(checkout, "forward", ("method",)).found
    assert len(forward) > 800 and forward[0].path.startswith("vllm/")
