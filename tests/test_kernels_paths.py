"""Whole paths: a small checkout that says itself what is right, in comments, and real releases."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.checkout import Checkout
from reader.kernels import Hop
from reader.kernels import Path as KernelPath
from reader.kernels.asking import ask
from reader.kernels.listing import operations
from reader.kernels.paths import Finder
from reader.kernels.python.callers import order

FIXTURE = Path(__file__).parent / "fixtures" / "paths"
MARK = re.compile(r"(?://|#) => (below )?(.*)")
KEYED = ("impl", "function")


@pytest.fixture(scope="module")
def small() -> Checkout:
    return Checkout(FIXTURE, "0.13.0", "archive")


def marked() -> dict[str, set[tuple[str, ...]]]:
    """By operation: kind, path, line and, for what is registered, the dispatch key."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for path in sorted(FIXTURE.rglob("*.*")):
        for number, line in enumerate(path.read_text().split("\n"), 1):
            for below, marks in MARK.findall(line.removeprefix('"""')):
                for mark in marks.split(";"):
                    kind, op, *key = mark.split()
                    where = path.relative_to(FIXTURE).as_posix(), str(number + bool(below))
                    found.setdefault(op, set()).add((kind, *where, *(key if kind in KEYED else ())))
    return found


def hops_of(path: KernelPath) -> set[tuple[str, ...]]:
    """The ends that have nothing to point at but the hop before are told by the notes."""
    said = set()
    for hop in path.hops:
        if hop.kind != "macro" and not (
            hop.kind == "end" and "checkout" in (hop.note or "") and "::" in (hop.via or "")
        ):
            key = (hop.dispatch,) if hop.kind in KEYED and hop.dispatch else ()
            said.add((hop.kind, hop.place.path, str(hop.place.line), *key))
    return said


def named(path: KernelPath) -> str:
    one = path.operation
    return f"{one.namespace}::{one.name}" + f".{one.overload}" * bool(one.overload)


MARKED = marked()


@pytest.mark.parametrize("op", sorted(MARKED))
def test_the_hops_of_an_operation_are_those_that_the_fixture_marks(small: Checkout, op: str) -> None:
    """Every shape in which Python calls, registers and launches is followed to its lines, and nothing else is."""
    paths = [path for path in Finder(small).paths(op) if named(path) == op]
    assert len(paths) == 1
    assert hops_of(paths[0]) == MARKED[op]


def test_every_operation_is_listed_once_with_its_mechanism(small: Checkout) -> None:
    """What is registered and what is only called are told apart."""
    listed = [(f"{one.namespace}::{one.name}" + f".{one.overload}" * bool(one.overload)) for one in operations(small)]
    assert sorted(listed) == sorted(MARKED)
    mechanisms = {f"{one.namespace}::{one.name}": one.mechanism for one in operations(small)}
    assert mechanisms["_C::scale"] == "c++"
    assert mechanisms["small::double"] == "python"
    assert mechanisms["small::tuned"] == "triton"
    assert mechanisms["_far_C::thing"] == "external"


def test_a_namespace_decides_between_operations_of_one_name(small: Checkout) -> None:
    """Without it all of them are given, apart."""
    finder = Finder(small)
    assert {named(path) for path in finder.paths("scale")} == {"_C::scale", "_C::scale.out", "_other_C::scale"}
    assert {named(path) for path in finder.paths("torch.ops._other_C.scale")} == {"_other_C::scale"}
    assert {named(path) for path in finder.paths("scale.out")} == {"_C::scale.out"}


def test_what_is_missing_is_said(small: Checkout) -> None:
    """Registered nowhere, registered without an implementation, implemented without a schema."""
    said = {}
    for path in (each for op in ("thing", "unfinished", "bare") for each in paths(small, op)):
        said[named(path)] = " ".join([*path.notes, *(hop.note or "" for hop in path.hops if hop.kind == "end")])
    assert "registered nowhere" in said["_far_C::thing"]
    assert "a schema and no implementation" in said["_C::unfinished"]
    assert "no schema" in said["_C::bare"]


def paths(checkout: Checkout, what: str) -> tuple[KernelPath, ...]:
    return ask(checkout, what).paths


def test_calls_lead_to_their_wrapper_and_wrappers_to_the_schema(small: Checkout) -> None:
    """Numbers count from 1 in reading order, and every hop but a start says what leads to it or where it leads."""
    (path,) = Finder(small).paths("small::attended")
    by_number = {hop.number: hop for hop in path.hops}
    assert list(by_number) == list(range(1, len(path.hops) + 1))
    call = path.hops[0]
    assert call.kind == "call" and by_number[call.leads or 0].kind == "schema"
    assert all(hop.parent is None or hop.parent < hop.number for hop in path.hops)


def test_an_alias_of_two_kernels_is_not_sure_which(small: Checkout) -> None:
    """`a if large else b` launches one of them; a name that means one kernel is sure."""
    (chosen,), (double,) = Finder(small).paths("small::chosen"), Finder(small).paths("small::double")
    assert [hop.sure for hop in chosen.hops if hop.kind == "kernel"] == [False, False]
    assert [hop.sure for hop in double.hops if hop.kind == "kernel"] == [True]


def test_from_a_triton_kernel_up_to_the_operations_that_reach_it(small: Checkout) -> None:
    """First the functions that launch it, then the operations, each with the branch that leads there alone."""
    found = paths(small, "vllm/kernels/registered.py::_half_kernel")
    assert [named(path) for path in found] == ["::_half_kernel", "small::chosen"]
    direct, chosen = found
    assert [hop.kind for hop in direct.hops] == ["wrapper", "launch", "kernel"] or direct.hops[0].kind == "call"
    assert kinds(chosen.hops) == ["schema", "impl", "function", "launch", "kernel"]
    assert chosen.hops[-1].place.name == "_half_kernel"


def kinds(hops: tuple[Hop, ...]) -> list[str]:
    return [hop.kind for hop in hops]


def test_from_a_wrapper_to_the_operations_that_it_calls(small: Checkout) -> None:
    """A Python function is a way in."""
    assert {named(path) for path in paths(small, "vllm/_custom_ops.py::two")} >= {"_C::shift", "_C::scale.out"}


def test_from_a_global_function_up_to_the_operations_that_launch_it(small: Checkout) -> None:
    """By its ref, and by its name alone."""
    found = paths(small, "csrc/scale.cu::scale_kernel")
    assert {named(path) for path in found} == {"_C::scale", "_C::bare"}
    assert {named(path) for path in paths(small, "scale_kernel")} == {"_C::scale", "_C::bare"}
    assert all(path.hops[-1].kind == "kernel" for path in found)


def test_from_a_c_function_to_its_operations(small: Checkout) -> None:
    """One function may be registered under two names."""
    assert {named(path) for path in paths(small, "csrc/scale.cu::scale")} == {"_C::scale", "_C::bare"}


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("scael", "near names: scale"),
        ("_C::", "names no operation"),
        ("", "names no operation"),
        ("vllm/_custom_ops.py", "name a function or a kernel"),
        ("vllm/nowhere.py::f", "there is no vllm/nowhere.py"),
        ("vllm/_custom_ops.py::nothing", "neither defines nor imports nothing"),
        ("vllm/kernels/registered.py::not_triton", "calls no operation"),
    ],
)
def test_what_leads_nowhere_is_answered_with_a_word(small: Checkout, what: str, said: str) -> None:
    """No path, one sentence, never a traceback."""
    answer = ask(small, what)
    assert not answer.paths
    assert any(said in note for note in answer.notes)


def test_a_file_that_does_not_parse_hinders_nothing(small: Checkout) -> None:
    """Its half of a use may be missed, the other files' are not."""
    path = Finder(small).paths("_C::scale")[0]
    assert any(hop.kind == "wrapper" for hop in path.hops)


def test_the_rest_of_the_checkout_is_searched_where_asked(small: Checkout) -> None:
    """Tests call operations too, and stand last."""
    near, far = Finder(small).paths("_C::scale")[0], Finder(small, everywhere=True).paths("_C::scale")[0]
    assert not any(hop.place.path.startswith("tests/") for hop in near.hops)
    assert any(hop.place.path == "tests/test_scale.py" for hop in far.hops)
    assert sorted(["tests/a.py", "vllm/x/a.py", "vllm/_custom_ops.py", "benchmarks/a.py"], key=order) == [
        "vllm/_custom_ops.py", "vllm/x/a.py", "benchmarks/a.py", "tests/a.py",
    ]  # fmt: skip


COUNTS = {"0.9.2": (25, 129), "0.13.0": (70, 157), "0.33.0": (187, 270)}


@pytest.mark.parametrize("version", COUNTS)
def test_all_of_a_release_is_listed(release: Callable[[str], Path], version: str) -> None:
    """As many registering calls and C++ operations as an independent scan of the text counted."""
    known = operations(Checkout(release(version), version, "archive"))
    direct, native = COUNTS[version]
    made = [each for one in known if one.how == "direct_register_custom_op" for each in one.implementations]
    assert sum(each.registered.path.startswith("vllm/") for each in made) == direct
    assert len({(one.namespace, one.name, one.overload) for one in known if one.mechanism == "c++"}) == native


def test_a_path_of_a_release_ends_in_its_kernel(release: Callable[[str], Path]) -> None:
    """The first operation that the plan names, from its caller to its kernel."""
    (path,) = Finder(Checkout(release("0.33.0"), "0.33.0", "archive")).paths("reshape_and_cache")
    assert {"call", "wrapper", "schema", "impl", "function", "macro", "launch", "kernel"} == set(kinds(path.hops))
    assert {hop.place.name for hop in path.hops if hop.kind == "kernel"} == {"vllm::reshape_and_cache_kernel"}
    defines = [hop.place.condition for hop in path.hops if hop.kind == "macro" and hop.place.condition]
    assert defines == ["!USE_ROCM", "USE_ROCM"]


def test_a_device_function_is_told_with_the_kernels_that_call_it(small: Checkout) -> None:
    """Nothing launches it, so its users are the next thing to ask for."""
    (path,) = paths(small, "_helper")
    assert kinds(path.hops) == ["kernel"]
    assert "vllm/kernels/registered.py::_dispatched_kernel" in path.notes[0]


def test_a_kernel_that_a_decorator_is_given_is_launched_by_the_function_below(small: Checkout) -> None:
    """Not surely: the decorator decides."""
    (path,) = paths(small, "_dispatched_kernel")
    assert kinds(path.hops) == ["call", "wrapper", "launch", "kernel"]
    assert path.hops[0].within == "caller_of_dispatched" and path.hops[1].place.name == "dispatched"
    assert not path.hops[2].sure
