"""Trees of calls: what a body calls, who calls it, and the ends that no call shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader.calls import Calls, Step, calls
from reader.checkout import Checkout

TREE = Path(__file__).parent / "fixtures" / "relations"
CORE = "vllm/engine/core.py"


def asked(path: str, symbol: str, depth: int = 1) -> Calls:
    return calls(Checkout(TREE, "0.13.0", "archive"), path, symbol, depth=depth)


def all_of(steps: tuple[Step, ...]) -> Iterator[Step]:
    for one in steps:
        yield one
        yield from all_of(one.below)


def named(steps: tuple[Step, ...]) -> dict[str, Step]:
    return {one.symbol: one for one in all_of(steps)}


def line_of(path: str, fragment: str) -> int:
    lines = (TREE / path).read_text().split("\n")
    return next(number for number, line in enumerate(lines, 1) if fragment in line)


def test_each_call_of_a_body_leads_where_it_does() -> None:
    """Through the declared types of fields; what leaves the checkout is counted, what is not told has its reason."""
    root = asked(CORE, "EngineCore.step").root
    below = named(root.below)
    crew = below["Crew.call"]
    assert (crew.path, crew.via, crew.sure) == ("vllm/worker/crew.py", "call", True)
    assert [one.line for one in crew.sites] == [line_of(CORE, 'crew.call("work_on"')]
    assert root.rest is not None and root.rest.outside == ("time.monotonic",)
    assert [(one.name, one.line) for one in root.rest.untold] == [("self.mystery.spin", line_of(CORE, "mystery"))]


def test_a_method_named_in_a_string_leads_to_the_workers_that_have_it() -> None:
    """Each is only one of several, an abstract one is none of them, and what calls by name is a step too."""
    below = named(asked(CORE, "EngineCore.step").root.below)
    workers = {name for name, one in below.items() if one.via == "string"}
    assert workers == {"Foreman.work_on", "HandWorker.work_on"}
    assert not below["Foreman.work_on"].sure and "one of 2" in str(below["Foreman.work_on"].note)
    assert below["Crew.collective_rpc"].via == "call"


def test_an_abstract_method_is_told_with_what_stands_in_for_it() -> None:
    """Nobody runs what only raises."""
    below = asked(CORE, "EngineCore.step").root.below
    run = next(one for one in below if one.symbol == "Base.run")
    assert "abstract" in str(run.note)
    assert {one.symbol for one in run.below} == {"Box.run", "Plain.run"}
    assert {one.via for one in run.below} == {"stands in"}


def test_an_operation_of_torch_says_where_it_goes_on() -> None:
    """The command that follows it is named."""
    below = named(asked(CORE, "EngineCore.step").root.below)
    assert below["torch.ops._C.twist"].note == "goes on into C++: reader kernel twist"


def test_an_operation_registered_from_python_leads_to_its_function() -> None:
    """Down from the call of the operation, and up from the function that is registered for it."""
    below = named(asked("vllm/engine/operations.py", "bend").root.below)
    assert (below["_bend"].via, below["_bend"].path) == ("operation", "vllm/engine/operations.py")
    above = named(asked("vllm/engine/operations.py", "_bend").callers)
    assert above["bend"].via == "operation" and "torch.ops.vllm.bend" in str(above["bend"].note)


def test_a_triton_kernel_is_launched() -> None:
    """`kernel[grid](x)` from both sides."""
    assert asked("vllm/engine/operations.py", "twirl").root.below[0].via == "launch"
    assert [(one.symbol, one.via) for one in asked("vllm/engine/operations.py", "_twirl").callers] == [
        ("twirl", "launch")
    ]


def test_recursion_is_cut_and_marked() -> None:
    """The second time it is a pointer, and the tree ends."""
    below = asked(CORE, "EngineCore.step", depth=5).root.below
    count = next(one for one in below if one.symbol == "EngineCore.count")
    assert [one.again for one in count.below] == ["recursion"]
    assert asked(CORE, "EngineCore.count", depth=5).root.below[0].again == "recursion"


def test_what_is_met_twice_is_told_once() -> None:
    """`Crew.collective_rpc` is called by the step and by what it calls: one of them has what is below."""
    steps = [
        one for one in all_of(asked(CORE, "EngineCore.step", depth=3).root.below) if one.symbol == "Crew.collective_rpc"
    ]
    assert len(steps) > 1 and [one.again for one in steps].count(None) == 1
    assert [bool(one.below) for one in steps if one.again is None] == [True]


def test_a_field_leads_to_the_methods_it_was_given() -> None:
    """Down from the call of the field, and up from the method to that call."""
    below = named(asked(CORE, "EngineCore.rest").root.below)
    assert set(below) == {"EngineCore.step", "EngineCore.idle"} and not below["EngineCore.step"].sure
    above = named(asked(CORE, "EngineCore.step").callers)
    assert "turn, which is given it" in str(above["EngineCore.rest"].note)
    assert above["EngineCore.__init__"].via == "reference"


def test_a_message_is_followed_by_the_type_that_both_ends_name() -> None:
    """Down from who sends it, up from who takes it in; a type declared is no message."""
    below = named(asked("vllm/engine/client.py", "Client.add").root.below)
    assert below["EngineCore.take"].via == "message" and "leaves the process here" in str(below["EngineCore.take"].note)
    above = named(asked(CORE, "EngineCore.take").callers)
    assert [(name, one.via) for name, one in above.items()] == [("Client.add", "message")]


def test_sockets_and_queues_end_the_process() -> None:
    """A queue has its other end by the name that holds it, a socket has none."""
    socket = asked("vllm/engine/client.py", "Client.send").root.below[0]
    assert socket.path is None and socket.note == "leaves the process here: ZMQ"
    queue = named(asked("vllm/worker/crew.py", "Crew.collective_rpc").root.below)
    assert "takes it out of queue_mq" in str(queue["EngineCore.load"].note)


def test_utility_calls_and_dotted_paths_are_followed() -> None:
    """A method of the engine core by its name, a class by its path in a string, an attribute by its name at once."""
    assert "'swap'" in str(named(asked("vllm/engine/client.py", "Client.swap").root.below)["EngineCore.swap"].note)
    foreman = named(asked(CORE, "EngineCore.load").root.below)["Foreman"]
    assert foreman.via == "string" and foreman.path == "vllm/worker/crew.py"
    assert {one.via for one in asked(CORE, "resolve").root.below} == {"string"}


def test_callers_by_name_are_callers() -> None:
    """A string in a call on all workers is one, with a comment between; a string elsewhere is none."""
    above = named(asked("vllm/worker/crew.py", "HandWorker.work_on").callers)
    assert above["Foreman.manage"].via == "string" and above["EngineCore.step"].via == "string"
    assert "resolve" in above and not above["resolve"].sure


def test_callers_in_tests_are_counted() -> None:
    """They are the other command's."""
    known = asked(CORE, "EngineCore.step")
    assert not any(one.path and one.path.startswith("tests/") for one in known.callers)
    assert known.callers_rest is not None and known.callers_rest.outside[0].endswith("in tests/")


def test_a_class_calls_what_making_one_runs() -> None:
    """And who makes one calls it."""
    known = asked("vllm/engine/client.py", "Client")
    assert known.notes == ("what it calls is what Client.__init__ calls, which runs when one is made",)


def test_macros_and_launches_are_steps() -> None:
    """A macro handed to another is used by it, `<<<` is a launch, and a kernel's calls lead into what is included."""
    below = named(asked("csrc/launch.cu", "twist", depth=4).root.below)
    assert {name: one.via for name, one in below.items()} == {
        "DISPATCH": "macro", "LAUNCH": "macro", "twist_kernel": "launch", "shop::half": "call",
    }  # fmt: skip
    assert below["shop::half"].path == "csrc/helper.cuh"
    above = asked("csrc/launch.cu", "twist").callers
    assert [(one.symbol, one.via) for one in above] == [("registers twist", "operation")]
    assert [one.symbol for one in asked("csrc/launch.cu", "twist_kernel").callers] == ["LAUNCH"]


@pytest.mark.parametrize("symbol", ["EngineCore.step", "Scheduler.schedule"])
def test_the_real_engine_reaches_its_scheduler_and_workers(symbol: str, release: Callable[[str], Path]) -> None:
    """0.13.0: through the interface to the scheduler, by name to the worker, and back up to the busy loop."""
    checkout = Checkout(release("0.13.0"), "0.13.0", "archive")
    path = {"EngineCore.step": "vllm/v1/engine/core.py", "Scheduler.schedule": "vllm/v1/core/sched/scheduler.py"}[
        symbol
    ]
    known = calls(checkout, path, symbol, depth=2)
    below, above = named(known.root.below), named(known.callers)
    if symbol == "EngineCore.step":
        assert below["Scheduler.schedule"].via == "stands in"
        assert below["Worker.execute_model"].via == "string"
        assert "EngineCoreProc.run_busy_loop" in above
    else:
        assert below["KVCacheManager.allocate_slots"].sure
        assert "EngineCore.step" in above
