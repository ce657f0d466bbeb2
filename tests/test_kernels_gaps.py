"""What a checkout lacks, or holds in a form that is no code: `reader kernel` says so and ends with 1."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reader.checkout import Checkout
from reader.cli.group import main
from reader.kernels.listing import operations
from reader.kernels.paths import Finder

BINDINGS = """#include "ops.h"
TORCH_LIBRARY_EXPAND(TORCH_EXTENSION_NAME, ops) {
  ops.def("scale(Tensor! x) -> ()");
  ops.impl("scale", torch::kCUDA, &scale);
}
"""
SCALE = """#include <cutlass/numeric.h>
__global__ void scale_kernel(float* x) {}
#define LAUNCH(T) scale_kernel<<<1, 1>>>(x)
void scale(float* x) { LAUNCH(float); }
"""
CMAKE = """project(small LANGUAGES CXX)
set(SRC "csrc/bindings.cpp" "csrc/scale.cu")
define_extension_target(_C DESTINATION small LANGUAGE CUDA SOURCES ${SRC} WITH_SOABI)
"""


def checkout(root: Path, files: Mapping[str, str | bytes]) -> Checkout:
    known: dict[str, str | bytes] = {
        "csrc/bindings.cpp": BINDINGS,
        "csrc/ops.h": "void scale(float* x);\n",
        "csrc/scale.cu": SCALE,
    }
    for path, text in {**known, "CMakeLists.txt": CMAKE, "vllm/__init__.py": "\n", **files}.items():
        if text:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode() if isinstance(text, str) else text)
    return Checkout(root, "unknown", "archive")


def kernel(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--checkout", str(root), "kernel", *arguments])


def ends(known: Checkout, what: str = "_C::scale") -> list[str]:
    return [hop.note or "" for path in Finder(known).paths(what) for hop in path.hops if hop.kind == "end"]


def test_what_is_whole_ends_with_0(tmp_path: Path) -> None:
    """The small checkout itself leads to its kernel."""
    checkout(tmp_path, {})
    result = kernel(tmp_path, "_C::scale")
    assert result.exit_code == 0 and "scale_kernel" in result.stdout


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"csrc/scale.cu": ""}, ["scale is declared in csrc/ops.h:1 and defined nowhere", "csrc/scale.cu, which the"]),
        ({"csrc/scale.cu": b"\x7fELF scale\0\1"}, ["defined nowhere", "csrc/scale.cu cannot be read as text"]),
        ({"csrc/scale.cu": SCALE.replace("void scale(", "void scales(")}, ["scale is declared in csrc/ops.h:1"]),
        ({"csrc/scale.cu": SCALE.replace("LAUNCH(T)", "LAUNCH(T (")}, ["cannot be read: the parentheses of the macro"]),
        ({"csrc/scale.cu": SCALE.replace("LAUNCH(T)", "LAUNCH(T")}, ["cannot be read: the parentheses of the macro"]),
    ],
)
def test_a_gap_is_named_and_ends_with_1(tmp_path: Path, files: dict[str, str | bytes], said: list[str]) -> None:
    """A source that is gone, is binary, defines another name, or has a macro whose head does not close."""
    known = checkout(tmp_path, files)
    (end,) = ends(known)
    assert all(each in end for each in said)
    assert kernel(tmp_path, "_C::scale", "--json").exit_code == 1


def test_a_ref_into_a_file_without_code_says_so(tmp_path: Path) -> None:
    """Of a file in which nothing can be read as a definition that is told beside what was not found."""
    checkout(tmp_path, {"csrc/scale.cu": "}}} ( scale ] <<<\n"})
    result = kernel(tmp_path, "csrc/scale.cu::scale")
    assert result.exit_code == 1 and "csrc/scale.cu does not parse throughout" in result.stderr


@pytest.mark.parametrize(
    ("call", "end"),
    [
        ("cutlass::pack_scale(x)", "external library: CUTLASS (cutlass::pack_scale)"),
        ("at::sigmoid(x)", "external library: PyTorch (at::sigmoid)"),
        ("cutlass::ceil_div(3, 2)", "no kernel: nothing is launched"),
        ("at::cuda::getCurrentCUDAStream()", "no kernel: nothing is launched"),
        ("torch::empty({1})", "no kernel: nothing is launched"),
        ("cudaMemcpyAsync(x, x, 1)", "no kernel: a memcpy"),
    ],
)
def test_a_call_into_a_library_is_no_lack_of_kernels(tmp_path: Path, call: str, end: str) -> None:
    """What may launch kernels elsewhere ends in its library; what only asks, allots or copies ends in no kernel."""
    known = checkout(tmp_path, {"csrc/scale.cu": f"void scale(float* x) {{ {call}; }}\n"})
    assert [each.startswith(end) for each in ends(known)] == [True]


STAND_IN = """import torch
lib = torch.library.Library("other", "DEF")
lib.define("gemm(Tensor x) -> Tensor")
lib.impl("gemm", lambda x: x, "CPU")
"""


def test_a_stand_in_of_a_test_leaves_an_operation_external(tmp_path: Path) -> None:
    """The package calls what another one registers; that a test registers it too is a remark."""
    used = "import torch\n\ndef f(x):\n    return torch.ops.other.gemm(x)\n"
    known = checkout(tmp_path, {"vllm/use.py": used, "tests/test_use.py": STAND_IN})
    (path,) = Finder(known).paths("other::gemm")
    assert path.operation.mechanism == "external"
    assert path.notes == ("tests/test_use.py:3 registers a stand-in for tests, no implementation of other::gemm",)
    assert ends(known, "other::gemm") == [
        "other::gemm is registered nowhere in this checkout but in tests: it comes from outside"
    ]
    assert [one.mechanism for one in operations(known) if one.name == "gemm"] == ["external"]


def test_a_function_is_one_hop_with_all_ways_to_it(tmp_path: Path) -> None:
    """Called from three places it is shown at the first; its note holds the others."""
    text = SCALE.replace("void scale(", "void one(") + (
        "void a(float* x) { one(x); }\nvoid b(float* x) { one(x); }\nvoid c(float* x) { one(x); }\n"
        "void scale(float* x) { a(x); b(x); c(x); }\n"
    )
    (path,) = Finder(checkout(tmp_path, {"csrc/scale.cu": text})).paths("_C::scale")
    (one,) = [hop for hop in path.hops if hop.place.name == "one"]
    assert one.note == "also from csrc/scale.cu:6 :7"
    assert [hop.leads for hop in path.hops if hop.place.name in ("a", "b", "c")] == [None, one.number, one.number]
