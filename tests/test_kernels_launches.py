"""From C++ functions to kernels: our own awkward shapes, whose expectations stand above each function, and vLLM's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.checkout import Checkout
from reader.kernels import Hop
from reader.kernels.expansion import expanded
from reader.kernels.launchers import launchers
from reader.kernels.launches import Descent, launched
from reader.kernels.units import Units, units
from reader.resolve.sources import Sources
from reader.syntax import Definition

FIXTURE = Path(__file__).parent / "fixtures" / "launches"
SHAPES = "csrc/shapes.cu"
_MARKED = re.compile(r"((?://[^\n]*\n)+)\w[\w *]*?(\w+)\(")


@pytest.fixture
def sources() -> Sources:
    return Sources(Checkout(FIXTURE, "unknown", "archive"))


def marked(path: str) -> dict[str, dict[str, str]]:
    """Each function with comments above it, and what they expect."""
    text = (FIXTURE / path).read_text()
    found = {}
    for comments, name in _MARKED.findall(text):
        expected = dict(re.findall(r"// (reaches|through|ends): (.*)", comments))
        if expected:
            found[name] = expected
    return found


def function(sources: Sources, path: str, name: str) -> Definition:
    return next(each for each in sources.definitions(path) if each.symbol == name and each.kind == "function")


def kernels(hops: tuple[Hop, ...]) -> list[str]:
    return list(dict.fromkeys(hop.place.name for hop in hops if hop.kind == "kernel"))


@pytest.mark.parametrize("name", [*marked(SHAPES)])
def test_shape(sources: Sources, name: str) -> None:
    """Every awkward shape leads to the kernels, through the helpers and macros, and to the ends that it bears."""
    expected = marked(SHAPES)[name]
    hops = launched(sources, SHAPES, function(sources, SHAPES, name))
    assert sorted(kernels(hops)) == sorted(expected.get("reaches", "").split())
    through = [hop.place.name for hop in hops if hop.kind == "function" or hop.via == "#define"]
    assert through == expected.get("through", "").split()
    ends = [hop.note or "" for hop in hops if hop.kind == "end"]
    assert len(ends) == ("ends" in expected)
    assert all(expected["ends"] in note for note in ends)


def test_enough_shapes() -> None:
    """The markers are read: a fixture without them would test nothing."""
    assert len(marked(SHAPES)) >= 30


def test_hops_are_places(sources: Sources) -> None:
    """Each hop's line holds its name, a parent comes before its child, and numbers count from nought."""
    for name in marked(SHAPES):
        hops = launched(sources, SHAPES, function(sources, SHAPES, name))
        assert [hop.number for hop in hops] == list(range(len(hops)))
        for hop in hops:
            assert hop.parent is None or hop.parent < hop.number
            line = sources.text(hop.place.path).split("\n")[hop.place.line - 1]
            if hop.kind in ("macro", "kernel", "function"):
                assert re.split(r"::", hop.place.name)[-1].removesuffix("()") in line


def test_macro_is_cited_twice(sources: Sources) -> None:
    """A macro's use is one hop and its definition the next, and a macro given as an argument is used where it is
    written."""
    hops = launched(sources, SHAPES, function(sources, SHAPES, "ladder"))
    macros = [(hop.via, hop.place.name, hop.place.path) for hop in hops if hop.kind == "macro"]
    assert macros == [
        ("use", "BY_FORMAT", SHAPES),
        ("#define", "BY_FORMAT", "csrc/dispatch.h"),
        ("use", "CALL_PAIR", SHAPES),
        ("#define", "CALL_PAIR", SHAPES),
    ]


def test_overloads_are_told_by_their_arguments(sources: Sources) -> None:
    """Of two kernels of one name the one is meant that takes as many arguments as the launch gives."""
    hops = launched(sources, SHAPES, function(sources, SHAPES, "of_two_overloads"))
    kernel = next(hop for hop in hops if hop.kind == "kernel")
    assert [hop.place for hop in hops if hop.kind == "kernel"] == [kernel.place]
    assert "int n" in sources.text(SHAPES).split("\n")[kernel.place.line - 1]


def test_conditions_are_kept(sources: Sources) -> None:
    """Both sides of an `#if` are listed, each with what must hold for it."""
    hops = launched(sources, SHAPES, function(sources, SHAPES, "under_conditions"))
    assert [hop.place.condition for hop in hops if hop.kind == "launch"] == ["USE_ROCM", "!USE_ROCM"]
    hops = launched(sources, SHAPES, function(sources, SHAPES, "both_platforms"))
    assert [hop.place.condition for hop in hops if hop.via == "#define"] == ["!USE_ROCM", "USE_ROCM"]


def test_generated_kernels_are_not_sure(sources: Sources) -> None:
    """A kernel that only the script which writes the code names is called unsure."""
    hops = launched(sources, SHAPES, function(sources, SHAPES, "partly_generated"))
    assert [hop.place.name for hop in hops if hop.kind == "kernel" and not hop.sure] == ["ours::templated_kernel"]


def test_cpu(sources: Sources) -> None:
    """What belongs to the CPU's build says so."""
    hops = launched(sources, "csrc/cpu/plain.cpp", function(sources, "csrc/cpu/plain.cpp", "on_the_cpu"))
    assert [hop.note for hop in hops] == ["no kernel: this is code for the CPU"]


def test_upwards(sources: Sources) -> None:
    """From a kernel up come those who launch it, over macros, tables, parameters and other files."""

    def above(path: str, name: str) -> set[str]:
        found = next(each for each in sources.definitions(path) if each.symbol == name and each.kind == "kernel")
        return {each.definition.symbol for each in launchers(sources, path, found)}

    assert above("csrc/elsewhere.cu", "elsewhere_kernel") >= {"in_another_file", "defined_elsewhere"}
    assert above("csrc/helpers.cuh", "deep::shared_kernel") >= {"of_a_struct", "of_a_member", "deep::Reducer::reduce"}
    assert above(SHAPES, "ours::pair_kernel") == {"ladder", "on_later_lines"}
    assert above(SHAPES, "same_name") == {"same_name"}
    everyone = {name for name, expected in marked(SHAPES).items() if "ours::left_kernel" in expected.get("reaches", "")}
    assert above(SHAPES, "ours::left_kernel") == everyone


def test_hostile_macros(tmp_path: Path) -> None:
    """Macros that double with every level are cut, and the cut is told."""
    levels = "\n".join(f"#define M{n}(x) M{n + 1}(x) M{n + 1}(x)" for n in range(60))
    text = f"{levels}\n#define M60(x) k<<<1, 1>>>(x);\n__global__ void k(int x) {{}}\nvoid f(int x) {{ M0(x) }}\n"
    (tmp_path / "csrc").mkdir()
    (tmp_path / "csrc" / "a.cu").write_text(text)
    sources = Sources(Checkout(tmp_path, "unknown", "archive"))
    hops = launched(sources, "csrc/a.cu", function(sources, "csrc/a.cu", "f"))
    assert any((hop.note or "").startswith("cut:") for hop in hops)


@pytest.mark.parametrize(
    "text",
    [
        "void f() {",
        "void f() { k<<<",
        "void f() { k<<<1>>>(); ) } ] }",
        "#define A( \nvoid f() { A( }",
        "#define A(x\nvoid f() { A(1, (2 }",
        "#include \"a.cu\"\nvoid f() {\n#include \"a.cu\"\n}",
        "void f() { auto k = k; k<<<1, 1>>>(); }",
        "auto g() { return g(); }\nvoid f() { auto k = g(); k<<<1, 1>>>(); k(); }",
        "void f() {\n#if A\n{\n#else\n((\n#endif\nk<<<1, 1>>>(); }",
        "#define D(x) x##x##\nvoid f() { D(a) D() D }",
    ],
)  # fmt: skip
def test_broken_text(tmp_path: Path, text: str) -> None:
    """A file that does not parse gives an answer all the same."""
    (tmp_path / "csrc").mkdir()
    (tmp_path / "csrc" / "a.cu").write_text(text)
    sources = Sources(Checkout(tmp_path, "unknown", "archive"))
    for each in sources.definitions("csrc/a.cu"):
        if each.kind == "function":
            assert launched(sources, "csrc/a.cu", each)


def test_expanded_tokens_know_their_place(sources: Sources) -> None:
    """A token of an argument keeps its own line, and all that came through a macro say so."""
    ladder = function(sources, SHAPES, "ladder")
    pieces, whole = expanded(Units(sources), SHAPES, ladder.start, ladder.end)
    launch = next(piece for piece in pieces if piece.text == "<<<")
    assert whole
    assert [use.macro.define.name for use in launch.chain] == ["BY_FORMAT", "CALL_PAIR"]
    assert launch.path == SHAPES
    assert "CALL_PAIR" in sources.text(SHAPES).split("\n")[launch.line - 1]


@pytest.mark.parametrize(
    ("number", "path", "name", "expected"),
    [
        ("0.13.0", "csrc/cache_kernels.cu", "reshape_and_cache", {"vllm::reshape_and_cache_kernel"}),
        ("0.13.0", "csrc/attention/paged_attention_v1.cu", "paged_attention_v1", {"vllm::paged_attention_v1_kernel"}),
        (
            "0.13.0",
            "csrc/custom_all_reduce.cu",
            "all_reduce",
            {"vllm::cross_device_reduce_1stage", "vllm::cross_device_reduce_2stage"},
        ),
    ],
)
def test_release(release: Callable[[str], Path], number: str, path: str, name: str, expected: set[str]) -> None:
    """In vLLM itself the paths end in the kernels that a reader finds by hand."""
    sources = Sources(Checkout(release(number), number, "archive"))
    assert {*kernels(launched(sources, path, function(sources, path, name)))} == expected


def test_release_is_covered(release: Callable[[str], Path]) -> None:
    """Of the `__global__` functions of a release, only those of its own test program have nobody who launches them
    among the host functions of the same file or of others."""
    sources = Sources(Checkout(release("0.13.0"), "0.13.0", "archive"))
    descent = Descent(units(sources))
    reached = set()
    everything = set()
    for path in descent.units.files():
        if "<<<" not in sources.text(path) and "__global__" not in sources.text(path):
            continue
        for each in sources.definitions(path):
            if each.kind == "kernel":
                everything.add((path, each.line))
            elif each.kind in ("function", "method") and "cpu" not in path.split("/"):
                reached |= {(hop.place.path, hop.place.line) for hop in descent.of(path, each) if hop.kind == "kernel"}
    missing = {path for path, _ in everything - reached}
    assert len(everything) >= 190
    assert missing <= {"csrc/custom_all_reduce_test.cu", "csrc/quantization/machete/machete_prepack_kernel.cuh"}


def test_upwards_through_generated_code(sources: Sources) -> None:
    """A kernel that a function includes from a file that a script writes leads to that function's callers."""
    found = next(each for each in sources.definitions(SHAPES) if each.symbol == "ours::templated_kernel")
    assert "partly_generated" in {each.definition.symbol for each in launchers(sources, SHAPES, found)}
