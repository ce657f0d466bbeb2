"""What the pictures show of real releases: tours, classes, calls, operations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from test_diagrams import drawing_problems

from reader import library
from reader.calls import calls as tree_of
from reader.checkout import Checkout
from reader.diagrams.calling import calls
from reader.diagrams.folding import LIMIT, folded
from reader.diagrams.folds import held_by
from reader.diagrams.hierarchies import classes
from reader.diagrams.layout import drawn
from reader.diagrams.operations import kernel
from reader.diagrams.tours import lanes
from reader.kernels.asking import ask
from reader.ref import Ref
from reader.resolve import resolve
from reader.resolve.sources import Sources

RELEASES = ("0.13.0", "0.33.0")


@pytest.mark.parametrize("version", RELEASES)
@pytest.mark.parametrize("name", ["life-of-a-request", "week03", "week10", "bottom-up"])
def test_the_lanes_of_a_tour(release: Callable[[str], Path], version: str, name: str) -> None:
    """Every stop that runs is there or counted; every call was found in this release; the picture is sound."""
    tour = library.load(name)
    graph = lanes(tour, Checkout(release(version), version, "archive"))
    assert not [edge for edge in graph.edges if not edge.sure]
    small = folded(graph)
    assert held_by(small.nodes) == len(graph.nodes) and len(small.nodes) <= LIMIT
    assert list(drawing_problems(drawn(small))) == []


def test_a_request_crosses_from_process_to_process(release: Callable[[str], Path]) -> None:
    """Over ZMQ to the engine core and back, over shared memory to the worker, by a launch to the GPU."""
    graph = folded(lanes(library.load("life-of-a-request"), Checkout(release("0.13.0"), "0.13.0", "archive")))
    lane = {node.id: node.group for node in graph.nodes}
    crossed = {
        (lane[edge.source], lane[edge.target], edge.label)
        for edge in graph.edges
        if lane[edge.source] != lane[edge.target] and edge.kind in ("message", "launch")
    }
    assert crossed == {
        ("frontend", "engine-core", "ZMQ"),
        ("engine-core", "worker", "a ring of shared memory"),
        ("worker", "gpu", None),
        ("engine-core", "frontend", "ZMQ"),
    }


@pytest.mark.parametrize("version", RELEASES)
def test_the_classes_of_the_scheduler(release: Callable[[str], Path], version: str) -> None:
    """The base left of what inherits from it, the abstract one marked."""
    checkout = Checkout(release(version), version, "archive")
    site = resolve(checkout, Ref.parse("vllm/v1/core/sched/interface.py::SchedulerInterface"))
    graph = classes(site, Sources(checkout))
    assert graph is not None
    by_name = {node.lines[0]: node for node in graph.nodes}
    assert "abstract" in by_name["SchedulerInterface"].states and "root" in by_name["SchedulerInterface"].states
    inherits = {(edge.source.rpartition("::")[2], edge.target.rpartition("::")[2]) for edge in graph.edges}
    assert {("Scheduler", "SchedulerInterface"), ("AsyncScheduler", "Scheduler")} <= inherits
    boxes = {box.node.lines[0]: box for box in drawn(graph).boxes}
    assert boxes["SchedulerInterface"].x < boxes["Scheduler"].x < boxes["AsyncScheduler"].x


@pytest.mark.parametrize("version", RELEASES)
def test_the_overrides_of_a_method(release: Callable[[str], Path], version: str) -> None:
    """A method hangs on the nearest above it that has one."""
    checkout = Checkout(release(version), version, "archive")
    site = resolve(checkout, Ref.parse("vllm/v1/worker/worker_base.py::WorkerBase.execute_model"))
    graph = classes(site, Sources(checkout))
    assert graph is not None
    inherits = {(edge.source.rpartition("::")[2], edge.target.rpartition("::")[2]) for edge in graph.edges}
    assert ("Worker.execute_model", "WorkerBase.execute_model") in inherits


@pytest.mark.parametrize("version", RELEASES)
def test_the_path_of_an_operation_goes_down_from_ground_to_ground(release: Callable[[str], Path], version: str) -> None:
    """From the wrapper over schema, implementation, host function and macros to one kernel."""
    graph = kernel(ask(Checkout(release(version), version, "archive"), "reshape_and_cache").paths, version)
    boxes = {(box.node.group, box.node.lines[0]): box for box in drawn(graph).boxes}
    way = [
        ("python", "reshape_and_cache"),
        ("registration", "reshape_and_cache"),
        ("registration", "impl reshape_and_cache"),
        ("host", "reshape_and_cache"),
        ("host", "CALL_RESHAPE_AND_CACHE"),
        ("gpu", "vllm::reshape_and_cache_kernel"),
    ]
    assert [boxes[step].y for step in way] == sorted(boxes[step].y for step in way)
    assert [edge.kind for edge in graph.edges].count("launch") == 1
    assert list(drawing_problems(drawn(graph))) == []


@pytest.mark.parametrize("version", RELEASES)
def test_the_calls_of_one_turn_of_the_engine(release: Callable[[str], Path], version: str) -> None:
    """Callers left of it, what it calls on the right; what stands in for an abstract method further on."""
    checkout = Checkout(release(version), version, "archive")
    graph = calls(tree_of(checkout, "vllm/v1/engine/core.py", "EngineCore.step", depth=1), version)
    boxes = {box.node.lines[0]: box for box in drawn(folded(graph)).boxes}
    way = [
        "EngineCoreProc._process_engine_step",
        "EngineCore.step",
        "SchedulerInterface.schedule",
        "Scheduler.schedule",
    ]
    assert [boxes[name].x for name in way] == sorted({boxes[name].x for name in way})
    assert list(drawing_problems(drawn(folded(graph)))) == []


def test_what_a_large_function_calls_near_it_is_not_folded(release: Callable[[str], Path]) -> None:
    """Of a hundred callees those of its own directory stay, and those that are sure."""
    checkout = Checkout(release("0.33.0"), "0.33.0", "archive")
    graph = calls(tree_of(checkout, "vllm/v1/core/sched/scheduler.py", "Scheduler.schedule", depth=1), "0.33.0")
    names = {node.lines[0] for node in folded(graph).nodes}
    assert len(graph.nodes) > 40 and {"KVCacheManager.allocate_slots", "Scheduler._preempt_request"} <= names


def test_the_kernels_of_a_large_operation_are_not_folded(release: Callable[[str], Path]) -> None:
    """They are what one looks for; what leads to none of them is folded first."""
    graph = kernel(ask(Checkout(release("0.33.0"), "0.33.0", "archive"), "fused_experts").paths, "0.33.0")
    kernels = {node.lines[0] for node in folded(graph).nodes if node.kind == "kernel"}
    assert len(graph.nodes) > 40 and "fused_moe_kernel" in kernels
