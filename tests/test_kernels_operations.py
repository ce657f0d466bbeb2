"""What C++ registers: over a small checkout that says itself what is right, and over real releases."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.checkout import Checkout, open_checkout
from reader.kernels import Operation
from reader.kernels.cmake import commands, nested
from reader.kernels.extensions import targets
from reader.kernels.operations import operations, operations_of_function
from reader.resolve.sources import Sources
from reader.syntax.cpp.linkage import holds
from reader.syntax.cpp.registrations import registrations

FIXTURE = Path(__file__).parent / "fixtures" / "operations"
MARK = re.compile(r"// => (below )?(.*)")


@pytest.fixture(scope="module")
def small() -> Checkout:
    return open_checkout(FIXTURE)


def marked() -> set[tuple[str, ...]]:
    """`schema ns::op`, `impl ns::op KEY function`, `function ns::op KEY`, `perhaps ns::op KEY`: with path and line."""
    found: set[tuple[str, ...]] = set()
    for path in sorted(FIXTURE.glob("csrc/**/*.*")):
        for number, line in enumerate(path.read_text().split("\n"), 1):
            if match := MARK.search(line):
                where = (path.relative_to(FIXTURE).as_posix(), str(number + bool(match[1])))
                found |= {(*where, *one.split()) for one in match[2].split(";")}
    return found


def said(known: tuple[Operation, ...]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for one in known:
        op = f"{one.namespace}::{one.name}" + (f".{one.overload}" if one.overload else "")
        found |= {(place.path, str(place.line), "schema", op) for place in one.schemas}
        for each in one.implementations:
            key, word = each.dispatch or "-", "function" if each.sure else "perhaps"
            function = each.function.partition("<")[0].rpartition("::")[2]
            found.add((each.registered.path, str(each.registered.line), "impl", op, key, function))
            found |= {(place.path, str(place.line), word, op, key) for place in each.functions}
    return found


def one(known: tuple[Operation, ...]) -> Operation:
    assert len(known) == 1
    return known[0]


def test_every_registration_and_function_is_found_where_the_fixture_says(small: Checkout) -> None:
    """All forms of registration, each with its schema, key and function, and not one more."""
    assert said(operations(small, functions=True)) == marked()


def test_a_name_alone_gives_what_it_gives_among_all(small: Checkout) -> None:
    """Asked by name, an operation is the very value that it is in the list of all."""
    for each in operations(small, functions=True):
        overload = f".{each.overload}" if each.overload else ""
        assert each in operations(small, f"{each.namespace}::{each.name}{overload}")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("swap", ["_C_cache_ops::swap"]),
        ("_C_cache_ops::swap", ["_C_cache_ops::swap"]),
        ("_C_cache_ops.swap", ["_C_cache_ops::swap"]),
        ("torch.ops._C_cache_ops.swap", ["_C_cache_ops::swap"]),
        ("torch.ops._C_cache_ops.swap.default", ["_C_cache_ops::swap"]),
        ("_C::swap", []),
        ("plain", ["_C::plain", "_moe_C::plain"]),
        ("torch.ops._moe_C.plain", ["_moe_C::plain"]),
        ("with_out", ["_C::with_out", "_C::with_out.out"]),
        ("with_out.out", ["_C::with_out.out"]),
        ("torch.ops._C.with_out.out", ["_C::with_out.out"]),
        ("_C::with_out.out", ["_C::with_out.out"]),
        ("commented", []),
        ("wap", []),
        ("", []),
    ],
)
def test_an_operation_is_asked_for_as_one_writes_it(small: Checkout, asked: str, found: list[str]) -> None:
    """Bare, with its namespace, as an attribute of torch.ops, with its overload; a part of a name is no name."""
    known = operations(small, asked)
    assert [f"{o.namespace}::{o.name}" + (f".{o.overload}" if o.overload else "") for o in known] == found


def test_conditions_and_builds_are_told(small: Checkout) -> None:
    """The `#if` of a registration, the devices whose build compiles it, and its target."""
    rocm = one(operations(small, "rocm_only"))
    assert rocm.schema is not None and rocm.schema.condition == "USE_ROCM"
    assert [each.builds for each in rocm.implementations] == [("ROCm",)]
    assert one(operations(small, "skinny")).targets == ("_rocm_C",)
    plain = one(operations(small, "_C::plain"))
    assert plain.targets == ("_C", "_C_AVX2")
    assert [(each.dispatch, each.builds) for each in plain.implementations] == [
        ("CUDA", ("CUDA", "ROCm")),
        ("CPU", ("CPU",)),
    ]


def test_places_are_called_by_what_stands_there(small: Checkout) -> None:
    """Schema and implementation by the operation with its overload, a function by its qualified name."""
    out = one(operations(small, "_C::with_out.out"))
    assert out.schema is not None and out.schema.name == "with_out.out"
    assert [each.registered.name for each in out.implementations] == ["with_out.out"]
    dispatched = one(operations(small, "dispatched")).implementations[0]
    assert dispatched.function == "vllm::detail::dispatched"
    assert [place.name for place in dispatched.functions] == ["vllm::detail::dispatched"]


def test_a_function_that_is_not_here_has_a_reason(small: Checkout) -> None:
    """Declared and not defined, or built from sources that the checkout does not hold."""
    declared = one(operations(small, "declared_only")).implementations[0]
    assert not declared.functions and declared.note is not None and "declared in csrc/ops.h:" in declared.note
    outside = one(operations(small, "fwd")).implementations[0]
    assert not outside.functions and outside.note is not None and "_outside_C is built from sources" in outside.note


def test_what_nothing_builds_is_told(small: Checkout) -> None:
    """A file that no target compiles registers nothing that runs; its namespace stays as it is written."""
    buried = one(operations(small, "buried"))
    assert buried.namespace == "TORCH_EXTENSION_NAME" and buried.schema is None and buried.targets == ()
    assert [each.note for each in buried.implementations] == ["no CMake target builds this file"]


def test_a_function_leads_up_to_its_operations(small: Checkout) -> None:
    """Each definition that an operation means leads back to it, and its namesakes elsewhere do not."""
    sources = Sources(small)
    for each in operations(small, functions=True):
        for place in (place for made in each.implementations for place in made.functions):
            for definition in sources.definitions(place.path):
                if (definition.line, definition.symbol) == (place.line, place.name):
                    above = operations_of_function(small, place.path, definition, sources=sources)
                    assert (each.namespace, each.name) in [(one.namespace, one.name) for one in above]
    member = next(one for one in sources.definitions("csrc/written_out.cu") if one.symbol == "vllm::Holder::plain")
    assert operations_of_function(small, "csrc/written_out.cu", member) == ()


def test_targets_have_the_sources_that_their_device_gets(small: Checkout) -> None:
    """Branches that the device decides, list changes, globs, object libraries, and sources from elsewhere."""
    built = {(one.device, one.name): one for one in targets(small)}
    assert "csrc/cache_kernels.cu" in built["CUDA", "_C"].sources
    assert "csrc/generated/made.cu" in built["CUDA", "_C"].sources
    assert "csrc/cache_kernels.cu" not in built["ROCm", "_C"].sources
    assert "csrc/in_file.cu" not in built["CUDA", "_moe_C"].sources
    assert built["ROCm", "_rocm_C"].sources == ("csrc/rocm/bindings.cpp", "csrc/rocm/skinny.cu")
    assert set(built["CPU", "_C"].sources) == {
        f"csrc/cpu/{name}.cpp" for name in ("bindings", "ops", "shm", "dnnl_helper")
    }
    assert built["CUDA", "_outside_C"].external and not built["CUDA", "_C"].external
    assert {name for device, name in built if device == "CPU"} == {"_C", "_C_AVX2"}


@pytest.mark.parametrize(
    ("cmake", "sources"),
    [
        (
            "set()\nlist()\nunset()\nlist(APPEND)\nfile(GLOB)\ninclude()\nforeach()\ntarget_sources()\n{ext}(_C a.cpp)",
            {"a.cpp"},
        ),
        (
            "set(A a.cpp b.cpp)\nforeach(S IN LISTS A)\nlist(APPEND B ${S})\nendforeach()\n{ext}(_C ${B})",
            {"a.cpp", "b.cpp"},
        ),
        (
            "set(S a.cpp)\nif(X)\nset(S b.cpp)\nelseif(Y)\nset(T c.cpp)\nendif()\n{ext}(_C ${S} ${T})",
            {"a.cpp", "b.cpp", "c.cpp"},
        ),
        (
            "if(VLLM_TARGET_DEVICE STREQUAL cuda)\nset(S a.cpp)\nelse()\nset(S b.cpp)\nendif()\n{ext}(_C ${S})",
            {"a.cpp"},
        ),
        ('if(NOT (VLLM_GPU_LANG STREQUAL "HIP" OR X) AND TRUE)\nset(S a.cpp)\nendif()\n{ext}(_C ${S})', {"a.cpp"}),
        ('if("${VLLM_GPU_LANG}" STREQUAL "HIP")\nset(S b.cpp)\nreturn()\nendif()\n{ext}(_C a.cpp ${S})', {"a.cpp"}),
        ("set(S a.cpp;b.cpp)\nlist(REMOVE_ITEM S b.cpp)\n{ext}(_C ${S})", {"a.cpp"}),
        ("set(N A)\nset(V_A a.cpp)\n{ext}(_C ${V_${N}})", {"a.cpp"}),
        ("{ext}(_C ../outside.cpp /etc/passwd ./a.cpp sub/../b.cpp)", {"a.cpp", "b.cpp"}),
        ("include(CMakeLists.txt)\nset(A ${A}${A})\n{ext}(_C a.cpp", {"a.cpp"}),
        ("if(" + "(" * 3000 + "A\n{ext}(_C a.cpp)", set()),
        ("if(A)\n" * 3000 + "{ext}(_C a.cpp)", {"a.cpp"}),
    ],
)
def test_cmake_is_followed_as_far_as_it_can_be_told(tmp_path: Path, cmake: str, sources: set[str]) -> None:
    """Lists, loops, branches, conditions; nothing outside of the checkout, and no error whatever it says."""
    (tmp_path / "vllm").mkdir()
    (tmp_path / "csrc").mkdir()
    for name in ("vllm/__init__.py", "a.cpp", "b.cpp", "c.cpp"):
        (tmp_path / name).touch()
    (tmp_path / "CMakeLists.txt").write_text(cmake.replace("{ext}", "Python_add_library"))
    built = {each.name: each for each in targets(open_checkout(tmp_path)) if each.device == "CUDA"}
    assert set(built["_C"].sources if built else ()) == sources


def test_a_checkout_without_cmake_still_has_its_operations(tmp_path: Path) -> None:
    """Nothing tells namespace or build then: the namespace stands as it is written, and all definitions are listed."""
    shutil.copytree(FIXTURE, tmp_path / "bare", ignore=shutil.ignore_patterns("CMakeLists.txt"))
    known = operations(open_checkout(tmp_path / "bare"), "swap")
    swap = one(known)
    assert swap.namespace == "TORCH_EXTENSION_NAME_cache_ops" and swap.targets == ()
    places = swap.implementations[0].functions
    assert {place.path for place in places} == {"csrc/cache_kernels.cu", "csrc/rocm/cache_rocm.cu"}
    assert not swap.implementations[0].sure


@pytest.mark.parametrize(
    "text",
    [
        'TORCH_LIBRARY(x, m) { m.def("a() -> ()"); ',
        'TORCH_LIBRARY(x, m { m.def("a() -> ()"); }',
        "TORCH_LIBRARY(x, m) { m.def(); m.impl(,,); m.def(name); }",
        "TORCH_LIBRARY" * 50 + "(" * 3000,
        '#if A\nTORCH_LIBRARY(x, m) {\n#else\nTORCH_LIBRARY(y, m) {\n#endif\nm.def("a() -> ()", &f);\n}\n',
    ],
)
def test_text_cut_short_gives_what_can_be_told(text: str) -> None:
    """Unbalanced blocks and macros: an answer, never an error."""
    assert all(one.name == "a" for one in registrations(text))


@given(st.text(alphabet='TORCH_LIBRARY(m,x){}.defimpl"&;#\n <>:', max_size=300))
def test_no_text_breaks_the_reading_of_registrations(text: str) -> None:
    """Whatever stands in a file, it is read to its end."""
    assert isinstance(registrations(f"TORCH_LIBRARY(x, m) {{{text}"), tuple)


@given(st.text(alphabet='set(if)elsendivarc/ .pu"#[]=${};\n', max_size=300))
def test_no_text_breaks_the_reading_of_cmake(text: str) -> None:
    """Whatever stands in a CMake file, it is read to its end."""
    assert isinstance(nested(commands(text, r"\w+")), tuple)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        ("USE_ROCM", False),
        ("!USE_ROCM", True),
        ("!defined(USE_ROCM) && OPEN", None),
        ("defined USE_ROCM && OPEN", False),
        ("USE_ROCM || OPEN", None),
        ("!(USE_ROCM && OPEN)", True),
        ("defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800", False),
        ("!(defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800)", True),
        ("__CUDA_ARCH__ >= 800", None),
        ("(CUDA_VERSION >= 12000)", None),
        ("__has_include(<x.h>)", None),
        ("0", False),
        ("((", None),
    ],
)
def test_conditions_are_decided_as_far_as_facts_tell(condition: str | None, expected: bool | None) -> None:
    """A comparison is never decided; what it stands beside may be."""
    assert holds(condition, {"USE_ROCM": False, "__CUDA_ARCH__": False}) is expected


@pytest.mark.parametrize(
    ("version", "names", "schemas"),
    [("0.9.2", 129, 148), ("0.13.0", 157, 171), ("0.20.0", 186, 200), ("0.33.0", 270, 284)],
)
def test_a_release_has_its_operations(release: Callable[[str], Path], version: str, names: int, schemas: int) -> None:
    """As many as were counted by another method: a schema for each file that registers the name."""
    known = operations(open_checkout(release(version)))
    assert len(known) == names
    assert sum(len({place.path for place in each.schemas}) for each in known) == schemas
    assert not any("TORCH_EXTENSION_NAME" in each.namespace for each in known)


def test_an_installed_package_registers_nothing_that_could_be_read(tmp_path: Path) -> None:
    """It has no C++ and no CMake files; that is an answer too."""
    (tmp_path / "vllm").mkdir()
    (tmp_path / "vllm" / "__init__.py").touch()
    assert operations(open_checkout(tmp_path)) == ()


def test_a_release_says_which_of_several_functions_is_meant(release: Callable[[str], Path]) -> None:
    """The same name defined for CUDA and for the CPU, in an anonymous namespace, and as a stub."""
    checkout = open_checkout(release("0.9.2"))
    silu = one(operations(checkout, "silu_and_mul"))
    files = [(each.dispatch, [place.path for place in each.functions]) for each in silu.implementations]
    assert files == [("CUDA", ["csrc/activation_kernels.cu"]), ("CPU", ["csrc/cpu/activation.cpp"])]
    marlin = one(operations(checkout, "gptq_marlin_gemm")).implementations[0]
    assert marlin.sure and [place.condition for place in marlin.functions] == [
        "!(defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800)"
    ]
