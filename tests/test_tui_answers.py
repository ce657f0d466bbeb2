"""Answers for the session: what is under the cursor, who calls and uses it, and questions that are given up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from reader import library
from reader.checkout import Checkout, open_checkout
from reader.errors import ReaderError
from reader.guide import view
from reader.guide.comparing import subject as subject_of
from reader.guide.stops import mark
from reader.progress import Store, open_store
from reader.ref import Ref
from reader.tui.answers import Answer, Entry, Place, Question, Spot, Workshop, difference, naming, question
from reader.tui.answers.callers import callers
from reader.tui.answers.classes import classes
from reader.tui.answers.definition import definition, written
from reader.tui.answers.kernel import kernel
from reader.tui.answers.preview import preview
from reader.tui.answers.search import NEAR, near, search
from reader.tui.answers.tests import tests as exercised
from reader.tui.answers.uses import uses

FIXTURES = Path(__file__).parent / "fixtures"
CORE, BASE, CREW = "vllm/engine/core.py", "vllm/worker/base.py", "vllm/worker/crew.py"
STEP = Spot(CORE, "EngineCore.step", "method")


@pytest.fixture
def workshop() -> Workshop:
    return Workshop(Checkout(FIXTURES / "relations", "0.13.0", "archive"))


def told(workshop: Workshop, asked: Question[Answer]) -> Answer:
    answer = workshop.ask(asked, Event())
    assert answer is not None
    return answer


def at(workshop: Workshop, path: str, fragment: str, name: str | None = None) -> Spot:
    """The cursor on `name` within the first line that holds the fragment; without a name on the line as a whole."""
    lines = workshop.checkout.read(path).text.split("\n")
    number = next(number for number, line in enumerate(lines, 1) if fragment in line)
    if name is None:
        return Spot(path, cursor=(number, None))
    return Spot(path, cursor=(number, lines[number - 1].index(fragment) + fragment.index(name) + 1))


def shown(answer: Answer) -> list[tuple[str, str, bool]]:
    return [(one.label, one.place.path if one.place else "", one.sure) for one in answer.entries]


def test_a_call_leads_to_the_method_of_the_declared_type(workshop: Workshop) -> None:
    """One target that is sure leaves nothing to choose."""
    answer = told(workshop, definition(at(workshop, CORE, 'self.crew.call("work_on"', "call")))
    assert answer.direct is not None
    assert (answer.direct.path, answer.direct.symbol) == (CREW, "Crew.call")


def test_an_abstract_method_is_listed_with_those_that_run(workshop: Workshop) -> None:
    """The interface first, what stands in for it below; which of them runs is not guessed."""
    answer = told(workshop, definition(at(workshop, CORE, "self.worker.run(started)", "run")))
    first, *others = answer.entries
    assert answer.direct is None
    assert (first.label, first.depth) == ("Base.run", 0) and "abstract" in first.note
    assert others and all(one.depth == 1 and one.label.endswith(".run") for one in others)


def test_a_method_named_in_a_string_is_what_the_string_means(workshop: Workshop) -> None:
    """`collective_rpc("work_on")` leads to the workers, each of them only one of several."""
    answer = told(workshop, definition(at(workshop, CORE, 'collective_rpc("work_on"', "work_on")))
    whole = told(workshop, definition(at(workshop, CORE, 'collective_rpc("work_on"', "collective_rpc")))
    assert {one.label for one in answer.entries} == {"Foreman.work_on", "HandWorker.work_on"}
    assert all("one of 2" in one.note for one in answer.entries)
    assert [one.label for one in whole.groups[0].entries] == ["Crew.collective_rpc"]
    assert whole.groups[1].entries == tuple(answer.entries)


def test_a_value_is_told_with_the_class_that_it_holds(workshop: Workshop) -> None:
    """Where it is bound, and where its class is: two places to choose from."""
    answer = told(workshop, definition(at(workshop, CORE, 'self.crew.call("work_on"', "crew")))
    assert [group.title for group in answer.groups] == ["crew is", "crew holds"]
    assert [one.label for one in answer.entries] == ["EngineCore.crew", "Crew"]


def test_a_local_name_leads_to_where_it_gets_its_value(workshop: Workshop) -> None:
    """Within its function, by the lines that may have been run before."""
    answer = told(workshop, definition(at(workshop, CORE, "self.worker.run(started)", "started")))
    assert answer.direct is not None
    line = workshop.line(CORE, answer.direct.line or 0)
    assert line.strip() == "started = time.monotonic()" and answer.direct.symbol == "EngineCore.step"


def test_what_is_not_told_is_not_guessed(workshop: Workshop) -> None:
    """A field that nobody assigns leads nowhere, and the reason is said."""
    answer = told(workshop, definition(at(workshop, CORE, "self.mystery.spin()", "spin")))
    assert not list(answer.entries) and "not told" in " ".join(answer.notes)
    beyond = told(workshop, definition(at(workshop, CORE, "time.monotonic()", "monotonic")))
    assert not list(beyond.entries) and "not in this checkout: time.monotonic" in " ".join(beyond.notes)


def test_an_operation_leads_into_its_registration(workshop: Workshop) -> None:
    """`torch.ops._C.twist` is what C++ registers under that name, by key and function."""
    answer = told(workshop, definition(at(workshop, CORE, "torch.ops._C.twist(started)", "twist")))
    assert {"csrc/launch.cu"} == {one.place.path for one in answer.entries if one.place}


def test_a_line_without_a_name_tells_all_of_its_names(workshop: Workshop) -> None:
    """Those that lead somewhere, each under its own heading."""
    answer = told(workshop, definition(at(workshop, CORE, 'self.crew.collective_rpc("work_on"')))
    titles = [group.title for group in answer.groups]
    assert "collective_rpc is" in titles and "crew holds" in titles


def test_a_definition_tells_what_it_stands_in_for(workshop: Workshop) -> None:
    """On the name of a `def` there is nowhere to go but its bases and subclasses."""
    answer = told(workshop, definition(at(workshop, BASE, "def run(self, work):", "run")))
    assert answer.direct is None
    assert [one.note for one in answer.entries][:2] == ["this is its definition", "overridden by"]
    alone = told(workshop, definition(at(workshop, CORE, "def resolve(name)", "resolve")))
    assert alone.title == "resolve is right here" and not alone.groups


def test_names_of_cuda_are_told_by_name(workshop: Workshop) -> None:
    """A launch leads to the kernel, a call to what the file includes, an `#include` to the header."""
    kernel_ = told(
        workshop, definition(at(workshop, "csrc/launch.cu", "#define LAUNCH(T) twist_kernel", "twist_kernel"))
    )
    assert {one.label for one in kernel_.entries} == {"twist_kernel"}
    half = told(workshop, definition(at(workshop, "csrc/launch.cu", "shop::half(x[0])", "half")))
    assert half.direct == Place("csrc/helper.cuh", 4, "shop::half")
    header = told(workshop, definition(at(workshop, "csrc/launch.cu", '#include "helper.cuh"', "helper")))
    assert header.direct == Place("csrc/helper.cuh")
    local = told(workshop, definition(at(workshop, "csrc/launch.cu", "DISPATCH(x.type()", "x")))
    assert [one.lead for one in local.entries] == ["local"] or "right here" in local.title


def test_what_stands_in_prose_is_looked_up(workshop: Workshop) -> None:
    """A path and a module are themselves; a name is only perhaps the definition that bears it."""
    assert told(workshop, written("vllm/engine/core.py")).direct == Place(CORE)
    assert told(workshop, written("vllm.engine.core")).direct == Place(CORE)
    assert told(workshop, written("vllm/engine/core.py::EngineCore.step")).direct is not None
    answer = told(workshop, written("`EngineCore.step()`"))
    assert shown(answer) == [("EngineCore.step", CORE, False)]
    for hostile in ("../../etc/passwd", "/etc/passwd", "[b]x[/b]", "", "\x1b[31m"):
        assert not list(told(workshop, written(hostile)).entries)


def test_the_cursor_means_the_name_that_it_touches() -> None:
    """Inside, right behind, else the next on the line."""
    line = "    self.crew.call(work)"
    assert [one.text for one in naming.on(line, 12)] == ["crew"]
    assert [one.text for one in naming.on(line, 14)] == ["crew"]
    assert [one.text for one in naming.on(line, 1)] == ["self"]
    assert [one.text for one in naming.on(line, 99)] == ["work"]
    assert [one.text for one in naming.on(line, None)] == ["self", "crew", "call", "work"]
    assert naming.on("    )", 3) == ()
    assert naming.written_at("see vllm/v1/core.py::X.y, then", 10) == "vllm/v1/core.py::X.y"


def test_callers_are_told_call_by_call_and_callees_where_they_are_defined(workshop: Workshop) -> None:
    """The same that `reader calls` tells, in the same groups."""
    answer = told(workshop, callers(STEP))
    titles = [group.title for group in answer.groups]
    assert titles[0] == "called by" and titles[-1] == "calls"
    above = {one.label for one in answer.groups[0].entries}
    assert {"EngineCore.take", "Client.turn"} <= above
    turn = next(one for one in answer.groups[0].entries if one.label == "Client.turn")
    assert turn.place is not None and "self.core.step()" in workshop.line(turn.place.path, turn.place.line or 0)
    assert any("not told" in one.note for one in answer.groups[-1].entries)
    assert any("leaves the checkout" in note for note in answer.notes)


def test_the_name_under_the_cursor_is_what_is_asked_about(workshop: Workshop) -> None:
    """Where it may mean several, these are the answer; where it is no definition, the page is meant."""
    of_name = told(workshop, callers(at(workshop, CORE, "self.crew.collective_rpc(", "collective_rpc")))
    assert of_name.title.startswith("Crew.collective_rpc: ")
    several = told(workshop, callers(at(workshop, CORE, 'collective_rpc("work_on"', "work_on")))
    assert several.title == "work_on may mean several" and len(list(several.entries)) == 2
    cursor = at(workshop, CORE, "started = time.monotonic()", "started").cursor
    of_page = told(workshop, callers(Spot(CORE, "EngineCore.step", "method", cursor=cursor)))
    assert of_page.title.startswith("EngineCore.step: ")


def test_uses_stand_in_the_order_of_the_command(workshop: Workshop) -> None:
    """The package first, then its tests, each by file and line; what only may be stands apart."""
    answer = told(workshop, uses(Spot(CORE, "EngineCore", "class")))
    first = answer.groups[0]
    assert first.by_file and first.title.startswith("used in ")
    tops = [one.place.path.partition("/")[0] for one in first.entries if one.place]
    assert tops == sorted(tops, key=["vllm", "tests"].index)


def test_tests_are_grouped_by_how_far_they_are(workshop: Workshop) -> None:
    """And it is said how they were looked for."""
    answer = told(workshop, exercised(STEP))
    assert answer.groups[0].title.startswith("use it themselves: ")
    assert answer.notes and all(one.lead == "test" for one in answer.entries)


def test_classes_are_told_above_and_below(workshop: Workshop) -> None:
    """Bases outside of the checkout lead nowhere; of a member it is what it overrides."""
    answer = told(workshop, classes(Spot(BASE, "Base", "class")))
    assert answer.groups[0].title == "above it"
    outside = answer.groups[0].entries[0]
    assert outside.label == "ABC" and outside.place is None and "outside" in outside.note
    member = told(workshop, classes(Spot(BASE, "Box.run", "method")))
    assert [one.label for one in member.groups[0].entries] == ["Base.run"]


def test_a_kernel_path_is_told_hop_by_hop(workshop: Workshop) -> None:
    """Of the operation on the line, from its call down to the kernel."""
    answer = told(workshop, kernel(at(workshop, CORE, "torch.ops._C.twist(started)", "_C")))
    leads = [one.lead.split()[-1] for one in answer.entries]
    assert leads[-1] == "kernel" and "impl" in leads
    none = told(workshop, kernel(Spot(CORE, "EngineCore.idle", "method")))
    assert not list(none.entries) and none.notes


def test_a_search_names_what_comes_near(workshop: Workshop) -> None:
    """Names that come near are no places; what is no name at all is said."""
    assert shown(told(workshop, search("EngineCore.step"))) == [("EngineCore.step", CORE, True)]
    assert not list(told(workshop, search("EngineCoer")).entries)
    names = list(told(workshop, near("EngineCoer")).entries)
    assert "EngineCore" in [one.label for one in names] and {one.lead for one in names} == {NEAR}
    assert all(one.place is None for one in names)
    with pytest.raises(ReaderError):
        workshop.ask(search("a b c"), Event())


def test_what_is_not_in_this_checkout_is_said(workshop: Workshop) -> None:
    """A page of another release, or a file that was changed meanwhile."""
    gone = told(workshop, uses(Spot("vllm/gone.py", "Gone.step", "method")))
    assert gone.title == "vllm/gone.py is not in vLLM 0.13.0"
    lost = told(workshop, callers(Spot(CORE, "EngineCore.lost", "method")))
    assert "defines no EngineCore.lost" in lost.title


def test_a_question_that_was_given_up_ends_and_leaves_nothing_half_done(workshop: Workshop) -> None:
    """It ends with the next file that it reads; the next question starts anew and is answered."""
    over, tools = Event(), workshop.tools

    def long(asked: Workshop) -> Answer:
        asked.tools.inference.files.module(CORE)
        over.set()
        asked.tools.inference.files.module(CREW)
        raise AssertionError("it went on")

    assert workshop.ask(Question("something long", long), over) is None
    assert workshop.tools is not tools
    assert told(workshop, callers(STEP)).title.startswith("EngineCore.step: ")


def test_a_question_that_nobody_waits_for_is_not_begun(workshop: Workshop) -> None:
    """It may have waited behind another."""
    over = Event()
    over.set()
    assert workshop.ask(Question("late", lambda _: pytest.fail("begun")), over) is None


def test_a_question_ends_the_one_that_runs(workshop: Workshop) -> None:
    """From wherever it is asked: nobody waits for an answer that another question has replaced."""
    begun, first, found = Event(), Event(), list[object]()

    def long(asked: Workshop) -> str:
        begun.set()
        while True:
            asked.checkout.raw(CORE)

    thread = Thread(target=lambda: found.append(workshop.ask(Question("long", long), first)))
    thread.start()
    assert begun.wait(60)
    assert told(workshop, callers(STEP)).title.startswith("EngineCore.step: ")
    thread.join(60)
    assert found == [None] and first.is_set()


def test_a_changed_file_is_read_again_once_the_workshop_forgets(tmp_path: Path) -> None:
    """What is parsed is kept from question to question until somebody says that files may have changed."""
    (tmp_path / "a.py").write_text("def f():\n    return g()\n\n\ndef g():\n    pass\n")
    workshop = Workshop(Checkout(tmp_path, "0.13.0", "archive"))
    spot = Spot("a.py", cursor=(2, 12))
    assert told(workshop, definition(spot)).direct == Place("a.py", 5, "g")
    (tmp_path / "a.py").write_text("def f():\n    return g()\n\n\n\n\n\ndef g():\n    pass\n")
    workshop.forget()
    assert told(workshop, definition(spot)).direct == Place("a.py", 8, "g")


def test_a_preview_shows_the_lines_around_a_place(workshop: Workshop) -> None:
    """At most so many, with the line in sight; a directory's entries; a reason where there is nothing to show."""
    checkout = workshop.checkout
    around = preview(checkout, Place(CORE, 20), 9)
    assert len(around.lines) == 9 and around.first <= 20 < around.first + 9
    assert preview(checkout, Place(CORE, 10**6), 5).lines[-1] == ""
    assert "core.py" in preview(checkout, Place("vllm/engine/"), 9).lines
    assert preview(checkout, Place("vllm/none.py"), 9).problem
    assert preview(checkout, Place(CORE, 1), 0).lines


def test_control_characters_of_a_file_do_not_get_into_a_preview(tmp_path: Path) -> None:
    """Nor do marks that turn the direction of what is read."""
    (tmp_path / "a.py").write_text("x = '\x1b[31m'\ny = '\u202egnp'\n")
    lines = preview(Checkout(tmp_path, "0.13.0", "archive"), Place("a.py", 1), 5).lines
    assert "\x1b" not in "".join(lines) and "\u202e" not in "".join(lines)


@pytest.fixture
def desk(guided: Callable[..., object], tmp_path: Path) -> tuple[Checkout, Store]:
    return open_checkout(tmp_path / "vllm-0.13.0"), open_store()


def test_what_differs_is_told_without_the_store_being_asked_in_the_thread(desk: tuple[Checkout, Store]) -> None:
    """What the progress knows is taken along; an unread stop has nothing to compare with."""
    checkout, store = desk
    tour = library.load("week01")
    what = difference.of_stop(view(tour, 1, checkout, store))
    workshop = Workshop(checkout)
    with pytest.raises(ReaderError, match="not marked as read"):
        workshop.ask(difference.difference(what, difference.recollected(what, store)), Event())
    mark(tour, tour.stops[1], checkout, store)
    engine = checkout.root / "vllm" / "engine.py"
    engine.write_text(engine.read_text().replace("return self.run(batch)", "return self.sprint(batch)"))
    known = difference.recollected(what, store)
    store.close()
    found = Workshop(checkout).ask(difference.difference(what, known), Event())
    assert found is not None and found.level == "body" and found.difference is not None
    assert difference.recollected(subject_of(Ref("vllm/none.py")), store).mark is None


def test_a_rated_question_is_the_card_of_the_quiz(desk: tuple[Checkout, Store], guided: Callable[..., object]) -> None:
    """What is answered in the session is not asked again by the command."""
    checkout, store = desk
    tour = library.load("week01")
    asked = question.questions(view(tour, 0, checkout, store), store)
    assert [one.question.ask for one in asked] == ["What runs here?"]
    card = question.answered(asked[0], "y", store)
    assert question.outcome(asked[0], card).startswith("Known; it comes back on ")
    again = question.questions(view(tour, 0, checkout, store), store)
    assert again[0].card == card


@pytest.mark.parametrize("version", ["0.13.0", "0.33.0"])
def test_the_engine_of_a_real_release(release: Callable[[str], Path], version: str) -> None:
    """`self.scheduler.schedule(` in the core leads to the interface and to the scheduler that stands in for it; the
    client's `get_output` to the clients that have one."""
    workshop = Workshop(open_checkout(release(version)))
    core = told(workshop, definition(at(workshop, "vllm/v1/engine/core.py", "self.scheduler.schedule(", "schedule(")))
    first, *below = core.entries
    assert first == Entry(
        "SchedulerInterface.schedule", first.place, "method", "abstract: " + first.note.partition(": ")[2], (), True, 0
    )
    assert "Scheduler.schedule" in [one.label for one in below] and core.direct is None
    spot = at(workshop, "vllm/v1/engine/llm_engine.py", "self.engine_core.get_output()", "get_output")
    output = [one.label for one in told(workshop, definition(spot)).entries]
    assert output[0] == "EngineCoreClient.get_output"
    assert {"InprocClient.get_output", "SyncMPClient.get_output"} <= set(output)
