"""Which tests exercise a definition, and in what order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reader import exercises
from reader.checkout import Checkout
from reader.exercises import Exercises
from reader.exercises.search import path_likeness

TREE = Path(__file__).parent / "fixtures" / "relations"
CORE = "vllm/engine/core.py"


def asked(symbol: str, path: str = CORE, kind: str = "method", **more: int) -> Exercises:
    return exercises.tests(Checkout(TREE, "0.13.0", "archive"), path, symbol, kind, **more)


def test_direct_users_come_before_those_that_reach_it() -> None:
    """Each with its distance and what lies between: a field, a helper, a fixture, a caller of the package."""
    found = {one.test: (one.distance, one.via, one.sure) for one in asked("EngineCore.step").found}
    assert found["test_step"] == (1, (), True)
    assert found["test_turn_by_the_field"] == (1, ("EngineCore.turn",), True)
    assert found["test_by_a_helper"] == (2, ("run",), True)
    assert found["test_by_a_fixture"] == (2, ("fixture turned",), True)
    assert found["test_by_a_caller"] == (2, ("Client.turn",), True)
    distances = [one.distance for one in asked("EngineCore.step").found]
    assert distances == sorted(distances)


def test_the_lines_of_use_are_told() -> None:
    """Both calls of one test stand with the one test."""
    one = next(each for each in asked("EngineCore.step").found if each.test == "test_step")
    lines = (TREE / one.path).read_text().split("\n")
    assert [lines[number - 1].count("core.step()") for number in one.uses] == [1, 1]
    assert lines[one.line - 1].startswith("def test_step")


def test_something_of_the_same_name_is_counted_apart() -> None:
    """A file that speaks of the class may mean it, so it is listed as only possible and not as certain."""
    found = {one.test: one for one in asked("EngineCore.step").found}
    stairs = found.get("test_of_something_else")
    assert stairs is None or (not stairs.sure and stairs.why is not None)


def test_an_operation_between_is_crossed() -> None:
    """The function that is registered for an operation is exercised by who calls that."""
    known = asked("_bend", "vllm/engine/operations.py", "function")
    assert [(one.test, one.via) for one in known.found] == [("test_bend", ("bend", "torch.ops.vllm.bend"))]


def test_no_test_is_said_with_how_it_was_searched() -> None:
    """An answer of nothing tells what was asked for, and how far."""
    known = asked("EngineCore.load")
    assert known.found == () and known.looked == ("looked for users of EngineCore.load", "3 calls up")


def test_enough_direct_ones_end_the_search() -> None:
    """Nobody waits for callers of callers when there are tests at hand, and it is said."""
    known = asked("EngineCore.step", enough=1)
    assert known.found[0].distance == 1 and not any("run" in one.via for one in known.found)
    assert any("since that gave" in one for one in known.looked)


def test_paths_are_alike_by_folders_and_words() -> None:
    """The test beside the module in the other tree is the likest."""
    of = "vllm/v1/engine/core.py"
    ranked = ["tests/v1/engine/test_core.py", "tests/v1/engine/test_llm.py", "tests/v1/test_core.py", "tests/test_x.py"]
    assert sorted(ranked, key=lambda one: -path_likeness(one, of)) == ranked


def test_real_tests_of_the_scheduler_and_of_a_kernel(release: Callable[[str], Path]) -> None:
    """0.13.0: the scheduler's own file comes first; a C++ function is reached over its wrapper."""
    checkout = Checkout(release("0.13.0"), "0.13.0", "archive")
    schedule = exercises.tests(checkout, "vllm/v1/core/sched/scheduler.py", "Scheduler.schedule", "method")
    assert schedule.found[0].path == "tests/v1/core/test_scheduler.py" and schedule.found[0].sure
    cache = exercises.tests(checkout, "csrc/cache_kernels.cu", "reshape_and_cache", "function")
    assert [(one.path, one.test) for one in cache.found if one.sure] == [
        ("tests/kernels/attention/test_cache.py", "test_reshape_and_cache")
    ]
    assert cache.found[0].via == ("torch.ops._C_cache_ops.reshape_and_cache",)
