"""The commands as a user meets them: what they print, where, and with which exit code."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reader import library
from reader.cli import group
from reader.cli.group import MODULES, main, outcome
from reader.cli.session import in_lines
from reader.errors import ReaderError
from reader.progress import database, open_store

FIXTURE = Path(__file__).parent / "fixtures" / "guide"
TOUR = str(FIXTURE / "tours" / "week01.toml")

Run = Callable[..., Result]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return shutil.copytree(FIXTURE / "checkout", tmp_path / "vllm-0.13.0")


@pytest.fixture
def environ(tmp_path: Path, checkout: Path) -> dict[str, str]:
    return {"XDG_DATA_HOME": str(tmp_path / "data"), "READER_CHECKOUT": str(checkout), "PAGER": "cat"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, environ: Mapping[str, str]) -> Run:
    """One command in this process, with the two tours of the fixture as the only ones."""
    monkeypatch.setattr(library, "directory", lambda: FIXTURE / "tours")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def run(*args: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, args)
        assert result.exit_code == code, result.output
        return result

    return run


def process(environ: Mapping[str, str], *args: str, **options: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "reader", *args]
    defaults = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env={**os.environ, **environ}, **{**defaults, **options})  # type: ignore[call-overload]


def test_a_first_run_welcomes(run: Run, tmp_path: Path) -> None:
    """The bare command says what this is and how to begin, and leaves no file behind."""
    said = run().stdout
    assert "guided reading of vLLM" in said
    assert "reader tour week01" in said
    assert not (tmp_path / "data").exists()


def test_the_bare_command_says_where_one_is(run: Run) -> None:
    """Progress, the stop one stands at, and what comes after it."""
    run("tour", "week1")
    run("next")
    said = " ".join(run().stdout.split())
    assert "stop 2 of 3 of week01: One turn (not read yet)" in said
    assert "After it comes: What may run" in said
    assert "1/3" in said


@pytest.mark.parametrize("name", ["week1", "week01", "1", "01", TOUR])
def test_a_tour_has_several_names(run: Run, name: str) -> None:
    """With and without the leading zero, the number alone, or the file."""
    rows = [json.loads(line) for line in run("tour", name, "--json").stdout.splitlines()]
    assert [row["id"] for row in rows] == ["add", "step", "schedule"]


def test_a_stop_as_json_has_every_key(run: Run) -> None:
    """The contract of the design, nulls and loose notes included."""
    rows = [json.loads(line) for line in run("tour", "week1", "--json").stdout.splitlines()]
    assert rows[0] == {
        "tour": "week01",
        "id": "add",
        "title": "A request comes in",
        "ref": "vllm/engine.py::Engine.add",
        "verdict": "exact",
        "release": "0.13.0",
        "path": "vllm/engine.py",
        "symbol": "Engine.add",
        "start": 2,
        "end": 3,
        "notes": [{"line": 3, "say": "Nothing runs yet.", "loose": False}],
        "read": "unread",
        "problem": None,
    }
    assert rows[1]["notes"] == [{"line": None, "say": "A note that lost its line.", "loose": True}]
    lost = json.loads(run("tour", "week2", "--json").stdout.splitlines()[-1])
    assert (lost["verdict"], lost["path"], lost["start"]) == ("gone", None, None)


def test_a_pipe_gets_the_whole_tour_and_opens_it(run: Run) -> None:
    """Every stop is printed, without a colour; `next` then goes on from the first unread."""
    said = run("tour", "week1").stdout
    assert all(title in said for title in ("The engine", "A request comes in", "One turn", "What may run"))
    assert "\x1b" not in said
    assert "stop 2 of 3" in run("next").stdout


def test_print_records_nothing(run: Run, tmp_path: Path) -> None:
    """The whole tour as an export, without opening it."""
    assert run("tour", "week1", "--print").stdout == run("tour", "week1", "--print").stdout
    assert not (tmp_path / "data").exists()


def test_tours_are_listed_with_progress(run: Run) -> None:
    """As a table and as JSON."""
    run("tour", "1")
    run("next")
    assert "1/3" in run("tour").stdout
    rows = [json.loads(line) for line in run("tour", "--json").stdout.splitlines()]
    assert [(row["tour"], row["read"], row["stops"], row["minutes_left"]) for row in rows] == [
        ("week01", 1, 3, 25),
        ("week02", 0, 3, 15),
    ]


def test_a_tour_is_read_to_its_end(run: Run) -> None:
    """Page by page to the last one, which says so and names the next tour."""
    run("tour", "1")
    assert "One turn" in run("next").stdout
    assert "What may run" in run("next").stdout
    end = " ".join(run("next").stdout.split())
    assert "all 3 are read" in end
    assert "reader tour week02" in end


def test_a_skipped_stop_is_named_at_the_end(run: Run) -> None:
    """What was skipped is not read, and the end of the tour says how to come back to it."""
    run("tour", "1")
    run("next", "--skip")
    run("next")
    end = " ".join(run("next").stdout.split())
    assert "1 of 3 not read yet: `reader tour week01`" in end


def test_next_before_any_tour_opens_the_first(run: Run) -> None:
    """It says so on stderr, and marks nothing."""
    result = run("next")
    assert "no tour was open" in result.stderr
    assert "stop 1 of 3" in result.stdout
    assert "0 read" in result.stdout


def test_back_shows_the_page_before(run: Run) -> None:
    """And says on stderr that the first has none."""
    run("tour", "1")
    run("next")
    assert "stop 1 of 3" in run("back").stdout
    assert "first stop" in run("back").stderr


def test_show_takes_stops_numbers_and_refs(run: Run) -> None:
    """None of them moves the place in the tour."""
    run("tour", "1")
    assert "What may run" in run("show", "schedule").stdout
    assert "What may run" in run("show", "3").stdout
    assert "Taking one out" in run("show", "week2:pop").stdout
    assert "def pop" in run("show", "vllm/core/queue.py::Queue.pop").stdout
    assert "queue.py" in run("show", "vllm/core").stdout
    assert "Nothing at all." not in run("show").stdout
    assert "Nothing at all." in run("show", "--answers").stdout
    assert "stop 1 of 3" in run("show").stdout


def test_show_of_a_ref_that_leads_nowhere_exits_1(run: Run) -> None:
    """The look-up ran and found a problem."""
    assert "gone" in run("show", "vllm/nowhere.py::Nobody", code=1).stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("tour", "wek01"), "did you mean week01"),
        (("tour", "week9"), "there is no tour"),
        (("show", "shedule"), "did you mean schedule"),
        (("show", "week1:shedule"), "did you mean schedule"),
        (("show", "../etc/passwd"), "out of the checkout"),
        (("mark", "vllm/nowhere.py"), "there is no file"),
        (("show", "week1:99"), "there is no stop in week01 called '99'\nIt has stops 1 to 3."),
        (("show", "Engine"), "vllm/v1/engine/core.py::EngineCore.step"),
        (("mark", "vllm/engine.py::Engine"), "whole files"),
        (("nxt",), "did you mean next"),
        (("tour", "--nosuch"), "No such option"),
        (("mark",), "Missing argument"),
        (("--checkout", "/nowhere", "tour", "1"), "/nowhere"),
        (("tour", "/nowhere/tour.toml"), "/nowhere/tour.toml"),
    ],
)
def test_what_is_wrong_is_said_on_stderr_with_exit_2(run: Run, args: tuple[str, ...], said: str) -> None:
    """Place and way out; nothing on stdout."""
    result = run(*args, code=2)
    assert said in result.stderr
    assert result.stdout == ""


def test_marks_by_hand(run: Run) -> None:
    """Stops and files, and back again."""
    run("tour", "1")
    assert run("mark", "3", "week2:pop", "vllm/engine.py").stdout.splitlines() == [
        "week01:schedule: read",
        "week02:pop: read",
        "vllm/engine.py: read",
    ]
    rows = [json.loads(line) for line in run("status", "--json").stdout.splitlines()]
    assert [row["read"] for row in rows if "tour" in row] == [1, 1]
    assert [row["marked"] for row in rows if row.get("file") == "vllm/engine.py"] == ["read"]
    run("mark", "--unread", "schedule", "vllm/engine.py")
    assert "(it was not marked)" in run("mark", "--unread", "schedule").stdout


def test_one_wrong_name_marks_none(run: Run) -> None:
    """All names are looked at before the first mark."""
    run("mark", "week1:add", "week1:nobody", code=2)
    assert json.loads(run("status", "--json").stdout.splitlines()[0])["read"] == 0


def test_status_names_what_changed(run: Run, checkout: Path) -> None:
    """A stop whose code is edited after it was read."""
    run("tour", "1")
    run("next")
    path = checkout / "vllm" / "engine.py"
    path.write_text(path.read_text().replace("append(request)", "appendleft(request)"))
    assert json.loads(run("status", "--json").stdout.splitlines()[0])["changed"] == ["add"]
    assert "body  week01:add" in run("status").stdout


def test_check_exits_1_on_a_problem(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loose note is one; each problem names its stop."""
    plan = library.plan
    real = Path(library.__file__).parent.parent / "tours"
    monkeypatch.setattr(library, "plan", lambda: with_directory(real, plan))
    assert "loose" in run("check", "week1", code=1).stdout
    rows = [json.loads(line) for line in run("check", "week1", "--json", code=1).stdout.splitlines()]
    (step,) = [row for row in rows if row["id"] == "step"]
    assert [problem["what"] for problem in step["problems"]] == ["loose"]


def with_directory(place: Path, call: Callable[[], object]) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "directory", lambda: place)
        return call()


def test_a_damaged_progress_file_is_left_alone(run: Run, tmp_path: Path) -> None:
    """Every command that needs it exits 2, names it, and changes no byte."""
    run("tour", "1")
    path = open_store().path
    path.write_bytes(b"no database" * 100)
    for args in ((), ("tour",), ("tour", "1"), ("next",), ("status",), ("mark", "week1:add")):
        assert f"mv {path}" in run(*args, code=2).stderr
    assert path.read_bytes() == b"no database" * 100


def test_reading_goes_on_where_nothing_can_be_recorded(run: Run, environ: Mapping[str, str]) -> None:
    """A data directory that is a file: the tour is shown with one warning, a page turn says that it did not happen."""
    Path(environ["XDG_DATA_HOME"]).write_text("in the way")
    shown = run("tour", "1")
    assert "One turn" in shown.stdout
    assert shown.stderr.count("nothing is recorded") == 1
    assert "nothing can be recorded" in run("mark", "week1:add", code=2).stderr


def test_a_turn_on_a_full_disk_is_not_taken(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`next` says that the page was not turned; with room again it turns from the same stop."""
    run("tour", "1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database.Database, "_writing", no_room)
        assert "the page was not turned" in run("next", code=2).stderr
    assert "stop 2 of 3" in run("next").stdout


def no_room(self: database.Database) -> None:
    raise database.NotWritable(self._path, "the disk is full", "Make room.")


def test_colour_is_asked_for_or_not(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe has none, --color and FORCE_COLOR bring it, --no-color and NO_COLOR take it away."""
    show = ("show", "vllm/engine.py")
    assert "\x1b[" in run("--color", *show).stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run(*show).stdout
    assert "\x1b[" not in run("--no-color", *show).stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run(*show).stdout


@pytest.mark.parametrize("command", MODULES)
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    """`--help` of each ends in one."""
    said = run(command, "--help").stdout
    assert f"reader {command}" in said.partition("Example:")[2]


def test_help_lists_every_command(run: Run) -> None:
    """And how to get completion."""
    said = run("--help").stdout
    assert all(f"\n  {command} " in said for command in MODULES)
    assert "reader completion bash" in said


def test_a_bug_keeps_its_traceback() -> None:
    """Only ReaderError is turned into a message."""

    def broken() -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        outcome(broken)


@pytest.mark.parametrize(("error", "code"), [(ReaderError("why"), 2), (KeyboardInterrupt(), 130)])
def test_exit_codes(error: BaseException, code: int) -> None:
    """An error of the user's is 2, an interrupt 130."""

    def failing() -> None:
        raise error

    assert outcome(failing) == code


def test_a_closed_pipe_is_quiet(environ: Mapping[str, str]) -> None:
    """A reader that goes away early, as `head` does: exit 0, and nothing on stderr."""
    for args in (("tour", TOUR, "--print"), ("tour", TOUR, "--json"), ("--help",), ("show", "vllm/engine.py")):
        read, write = os.pipe()
        os.close(read)
        proc = process(environ, *args, stdout=write)
        os.close(write)
        assert (proc.communicate()[1], proc.returncode) == (b"", 0)


def test_a_full_output_is_no_traceback(environ: Mapping[str, str]) -> None:
    """Redirected to a full disk: a message, and exit 2."""
    with Path("/dev/full").open("wb") as full:
        proc = process(environ, "tour", TOUR, "--print", stdout=full)
        _, said = proc.communicate()
    assert (said, proc.returncode) == (b"reader: standard output: No space left on device\n", 2)


def test_an_interrupt_is_quiet(environ: Mapping[str, str], tmp_path: Path) -> None:
    """Ctrl-C while a tour is written into a pipe that nobody empties: exit 130, no traceback, progress kept."""
    long = tmp_path / "long.toml"
    stop = Path(TOUR).read_text().partition("[[stop]]")[2].partition("[[stop]]")[0]
    head = Path(TOUR).read_text().partition("[[stop]]")[0]
    long.write_text(head + "".join("[[stop]]" + stop.replace('"add"', f'"add-{number}"') for number in range(300)))
    proc = process(environ, "tour", str(long))
    assert proc.stdout is not None
    proc.stdout.read(1000)  # it is in the middle of writing now: the rest does not fit into the pipe
    proc.send_signal(signal.SIGINT)
    _, said = proc.communicate()
    assert (said, proc.returncode) == (b"", 130)
    assert b"stop 1 of 300" in process(environ, "show").communicate()[0]


def test_two_turns_at_once_turn_two_pages(environ: Mapping[str, str]) -> None:
    """Both succeed, and nothing is lost: two stops are read and one stands at the third."""
    process(environ, "tour", TOUR).communicate()
    procs = [process(environ, "next") for _ in range(2)]
    ends = [(proc.communicate()[1], proc.returncode) for proc in procs]
    assert ends == [(b"", 0)] * 2
    shown = process(environ, "show").communicate()[0]
    assert b"stop 3 of 3" in shown
    assert b"2 read" in shown


def in_terminal(environ: Mapping[str, str], *args: str) -> str:
    """What a command writes to a terminal of 30 lines."""
    control, terminal = pty.openpty()
    settings = {**environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "30"}
    proc = process(settings, *args, stdout=terminal)
    os.close(terminal)
    pieces = []
    while True:
        try:
            piece = os.read(control, 65536)
        except OSError:  # Linux says EIO when the other side is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(control)
    assert (proc.communicate()[1], proc.returncode) == (b"", 0)
    return b"".join(pieces).decode()


def test_a_terminal_gets_one_stop_and_what_to_do_next(environ: Mapping[str, str]) -> None:
    """In colour, with links, ending in the next command; a pager takes what is too tall, and only that."""
    said = in_terminal(environ, "tour", TOUR, "--full")
    assert "A request comes in" in said
    assert "One turn" not in said
    assert "\x1b]8;" in said
    assert "reader next" in said.splitlines()[-1]
    paged = {**environ, "PAGER": "sed s/^/PAGED:/"}
    assert "PAGED:" in in_terminal(paged, "tour", TOUR, "--print")
    assert "PAGED:" not in in_terminal(paged, "--no-pager", "tour", TOUR, "--print")
    assert "PAGED:" not in in_terminal(paged, "show", "vllm/core/queue.py")


def test_a_pager_that_is_not_there_is_done_without(environ: Mapping[str, str]) -> None:
    """The text comes all the same; the shell's own complaint goes to stderr."""
    control, terminal = pty.openpty()
    proc = process({**environ, "PAGER": "no-such-pager", "TERM": "dumb", "LINES": "5"}, "tour", TOUR, stdout=terminal)
    os.close(terminal)
    proc.communicate()
    assert proc.returncode == 0
    assert b"The engine" in os.read(control, 65536)
    os.close(control)


def test_an_open_tour_that_is_gone_says_how_to_go_on(run: Run, tmp_path: Path) -> None:
    """Its file was deleted or stands half-written: every command that needs it names the way out."""
    own = Path(shutil.copy(TOUR, tmp_path / "own.toml"))
    run("tour", str(own))
    for change in (lambda: own.write_text("format = "), own.unlink):
        change()
        for args in ((), ("next",), ("back",), ("show",), ("show", "2")):
            said = run(*args, code=2).stderr
            assert str(own) in said and "`reader tour week3` opens another" in said
    assert "is open" not in run("tour", "1").stderr


def test_a_stdout_without_box_characters_gets_plain_ones(environ: Mapping[str, str]) -> None:
    """Sign for sign, so that columns stay columns; a letter that it has is left alone."""
    args = ("tour", TOUR), ("plan",), ("status",)
    for encoding in ("ascii", "latin-1"):
        done = [process({**environ, "PYTHONIOENCODING": encoding}, *one).communicate() for one in args]
        said = b"".join(out for out, _ in done).decode(encoding)
        assert "1 | " in said and "-----" in said and "....." in said
        assert "\\u" not in said and ("·" in said) == (encoding == "latin-1")


def test_hints_are_broken_between_one_and_the_next() -> None:
    """A command that is cut in two cannot be copied."""
    hints = "reader next: turn the page · reader back · reader show --full: unfold this stop"
    assert in_lines(hints, 80) == hints
    assert in_lines(hints, 60).splitlines() == [
        "reader next: turn the page · reader back",
        "reader show --full: unfold this stop",
    ]
    assert in_lines(hints, 20).splitlines() == hints.split(" · ")


def test_only_what_a_command_needs_is_imported(environ: Mapping[str, str]) -> None:
    """`next` starts without the network client, jedi, the C++ parser's grammar, or the check."""
    process(environ, "tour", TOUR).communicate()
    code = (
        "import sys; from reader.cli.group import main\n"
        "try: main.main(['next'])\n"
        "except SystemExit: pass\n"
        "print(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **environ}, capture_output=True, check=True)
    heavy = {b"'unearth'", b"'httpx2'", b"'jedi'", b"'tree_sitter_cuda'", b"'reader.check'", b"'rich.syntax'"}
    heavy |= {b"'reader.study'", b"'reader.progress.ledger'", b"'reader.plan'", b"'fsrs'"}
    assert {name for name in heavy if name in done.stderr} == set()


def test_every_command_of_the_table_is_there() -> None:
    """No command module is left out of the table."""
    found = {path.stem for path in Path(group.__file__).parent.glob("*.py")} - {"__init__", "group", "plain", "session"}
    parts = {"asking", "booking", "keeping", "living", "pointing", "revising", "rows", "shells", "touring"}
    found -= parts  # of other commands
    assert found == set(MODULES.values())


@pytest.mark.parametrize("name", MODULES)
def test_shared_options_stand_before_or_after_the_command(run: Run, name: str) -> None:
    """`reader tour week3 --checkout DIR` is what one types first, so every command takes them."""
    shown = run(name, "--help").stdout
    for option in ("--checkout", "--no-color", "--width", "--no-pager"):
        assert option in shown


def test_an_option_after_the_command_counts_more(run: Run, checkout: Path) -> None:
    """The later `--checkout` is the one that is read."""
    ref = "vllm/__init__.py"
    assert run("--checkout", "/nonexistent", "where", ref, "--checkout", str(checkout)).stdout.startswith(ref)
    assert "/nonexistent" in run("where", ref, "--checkout", "/nonexistent", code=2).stderr


def test_show_answers_questions_about_the_page(run: Run) -> None:
    """Uses, calls and tests stand below it, as their own commands draw them; a directory has none."""
    shown = run("show", "week1:step", "--uses", "--calls").stdout
    assert shown.index("──── uses") < shown.index("──── calls")
    assert "Engine.schedule" in shown.partition("──── calls")[2]
    assert "──── tests" in run("show", "vllm/engine.py::Engine.step", "--tests").stdout
    assert "no definition here" in run("show", "vllm/", "--uses").stderr


def test_a_wrong_kind_is_answered_with_those_that_there_are(run: Run) -> None:
    """`reader export pdf` is a wish that many have."""
    assert (
        "There is no export 'pdf'; there is html, markdown, codetour, progress" in run("export", "pdf", code=2).stderr
    )
    assert "no diagram 'foo'; there is calls, classes" in run("diagram", "foo", code=2).stderr


def test_a_place_is_shown_though_the_open_tour_is_gone(run: Run, tmp_path: Path) -> None:
    """Who names a place or a stop of another tour does not need the tour that is open."""
    own = Path(shutil.copy(TOUR, tmp_path / "own.toml"))
    run("tour", str(own))
    own.unlink()
    assert "is open" not in run("show", "Nowhere.at_all", code=1).stderr
    assert "is the tour that is open" in run("show", "nosuch", code=2).stderr
