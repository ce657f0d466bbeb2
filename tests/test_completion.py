"""Completion: what each shell inserts, typed into it, and what is offered where."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import GUIDE

from reader import cachefile
from reader.cli import shells
from reader.cli.completing import candidates
from reader.cli.group import main

TOUR = """\
format = 1
title = "Mine"
home = "0.13.0"
intro = "Of my own."
[[stop]]
id = "core-step"
title = "A claim"
ref = "vllm/engine.py::Engine.step"
why = "It matters."
minutes = 5
lane = "worker"
[[stop]]
id = "coda"
title = "It's the end"
ref = "vllm/engine.py"
why = "It matters."
minutes = 5
lane = "worker"
"""
PROMPT = "\N{BLACK RIGHT-POINTING POINTER}\N{BLACK RIGHT-POINTING POINTER}"
PATIENCE = 60  # seconds for a shell that hangs

Complete = Callable[..., list[str]]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a tour of its own beside it, as the working directory."""
    root = shutil.copytree(GUIDE / "checkout", tmp_path / "vllm-0.13.0")
    (root / ".reader" / "tours").mkdir(parents=True)
    (root / ".reader" / "tours" / "mine.toml").write_text(TOUR, encoding="utf-8")
    (root / "odd folder $x").mkdir()
    (root / "odd folder $x" / "a'b.py").write_text("class C:\n    def f(self): pass\n", encoding="utf-8")
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return root


@pytest.fixture
def offered(place: Path) -> Iterator[Complete]:
    """The words that may stand next, where the last of `words` is begun."""

    def complete(*words: str) -> list[str]:
        *before, incomplete = words
        return [value for value, _ in candidates(main, before, incomplete)]

    yield complete
    cachefile.keeping = True


# --- In real shells ---------------------------------------------------------------------------------------------------

SHELLS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
# Job control needs a terminal of one's own.
LOGIN = "import os, sys; os.login_tty(0); os.execvp(sys.argv[1], sys.argv[1:])"
# `reader` is what prints its words here; the script calls the program itself by its path.
SET_UP = {
    "bash": "PS1=$'{prompt}'; bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; {extra}\n"
    'reader() {{ printf "<%s>" "$@"; echo; }}; eval "$({program} completion bash)"\n',
    "zsh": "PS1=$'{prompt}'; unsetopt beep zle_bracketed_paste; {extra}\n"
    'reader() {{ printf "<%s>" "$@"; echo; }}; eval "$({program} completion zsh)"\n',
    "fish": "function fish_prompt; printf '{prompt}'; end; {extra}\n"
    "function reader; printf '<%s>' $argv; echo; end; {program} completion fish | source\n",
}


class Typed:
    """A shell at a terminal of its own."""

    def __init__(self, shell: str, environ: Mapping[str, str], cwd: Path, extra: str = "") -> None:
        if shutil.which(shell) is None:
            pytest.skip(f"{shell} is not installed")
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", LOGIN, *SHELLS[shell]], stdin=slave, stdout=slave, stderr=slave, cwd=cwd, env=environ
        )
        os.close(slave)
        escaped = "".join(f"\\u{ord(char):04x}" for char in PROMPT)
        program = f"{sys.executable} -m reader"
        self.marks = 0
        self.unread = ""
        self.put(SET_UP[shell].format(prompt=escaped, program=program, extra=extra or "true"))

    def begin(self) -> None:
        self.put("echo rea''dy\n")
        self.until("ready")
        self.until(PROMPT)

    def put(self, text: str) -> None:
        os.write(self.master, text.encode())

    def until(self, wanted: str) -> str:
        """What was written until this stands there; what comes behind it is kept for the next."""
        end = time.monotonic() + PATIENCE
        while wanted not in self.unread:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"{wanted!r} did not come: {self.unread!r}")
            self.unread += os.read(self.master, 65536).decode("utf-8", "replace")
        seen, self.unread = self.unread.split(wanted, 1)
        return seen

    def words(self, line: str) -> str:
        """What the shell hands over for this line, in which each tab is pressed."""
        self.marks += 1
        self.put(line)
        self.put(f"\necho do''ne{self.marks}\n")
        seen = self.until(f"done{self.marks}")
        found = re.findall(r"((?:<[^<>\r\n]*>)+)\r*\n", seen)
        return str(found[-1]) if found else seen

    def close(self) -> None:
        os.close(self.master)
        self.process.kill()
        self.process.wait()


@pytest.fixture
def typed(place: Path) -> Iterator[Callable[..., Typed]]:
    opened = []

    def start(shell: str, extra: str = "") -> Typed:
        environ = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", "READER_CHECKOUT": str(place), "COLUMNS": "200"}
        opened.append(Typed(shell, environ, place, extra))
        opened[-1].begin()
        return opened[-1]

    yield start
    for one in opened:
        one.close()


LINES = {
    "reader show mine:co\tr\t": "<show><mine:core-step>",
    "reader show mine:\tr\t": "<show><mine:core-step>",
    "reader tour mi\t": "<tour><mine>",
    "reader show vllm/engine.py::En\t": "<show><vllm/engine.py::Engine>",
    "reader show vllm/engine.py::Engine.st\t": "<show><vllm/engine.py::Engine.step>",
    "reader outline vll\tcor\tqu\t": "<outline><vllm/core/queue.py>",
    "reader outline odd\ta\t": "<outline><odd folder $x/a'b.py>",
    "reader show --answ\t mine:cod\t": "<show><--answers><mine:coda>",
    "reader show nothing-of-this\t": "<show><nothing-of-this>",
    "reader statu\t": "<status>",
    "reader sh\t'mine:cod\t": "<show><mine:coda>",  # the shell closes the quotation
    'reader show "mine:co\tr\t': "<show><mine:core-step>",
    "reader show --full mine:cod\t --answers": "<show><--full><mine:coda><--answers>",
    "echo a:b; reader show mine:cod\t": "<show><mine:coda>",
}


@pytest.mark.parametrize("shell", SHELLS)
def test_what_a_shell_inserts_is_the_whole_word(typed: Callable[..., Typed], shell: str) -> None:
    """Tabs in an interactive shell: colons, blanks, quotes and dollars come out as what they are, and once."""
    at = typed(shell)
    assert {line: at.words(line) for line in LINES} == LINES


def test_bash_without_colons_among_its_breaks_inserts_the_same(typed: Callable[..., Typed]) -> None:
    """Some take them out; then nothing is to be left away."""
    at = typed("bash", "COMP_WORDBREAKS=${COMP_WORDBREAKS//:}")
    lines = [line for line in LINES if ":" in line]
    assert {line: at.words(line) for line in lines} == {line: LINES[line] for line in lines}


# --- What is offered --------------------------------------------------------------------------------------------------


def test_tours_stops_and_commands_are_offered(offered: Complete) -> None:
    """Those of one's own too; stops behind the name of their tour."""
    assert {"mine", "week03", "fast-path"} <= set(offered("tour", ""))
    assert offered("show", "mine:co") == ["mine:core-step", "mine:coda"]
    assert offered("show", "week3:core-st") == ["week3:core-step", "week3:core-step-overlapped"]
    assert offered("ne") == ["next", "new"]
    assert "mine:" in offered("show", "")
    assert offered("diagram", "lanes", "mi") == offered("check", "week1", "mi") == offered("quiz", "mi") == ["mine"]
    assert offered("add", "x.py", "--tour", "mine", "--after", "") == ["core-step", "coda"]


def test_stops_of_the_open_tour_need_no_tour(offered: Complete) -> None:
    """As the commands take them."""
    assert CliRunner().invoke(main, ["tour", "mine", "--print"]).exit_code == 0
    assert "core-step" not in offered("show", "co")
    assert CliRunner().invoke(main, ["tour", "mine"]).exit_code == 0
    assert offered("show", "co") == offered("note", "co") == offered("mark", "co") == ["core-step", "coda"]


def test_places_of_the_checkout_are_offered_step_by_step(offered: Complete) -> None:
    """A folder, a file, what it defines, what a class of it defines."""
    assert offered("where", "vl") == ["vllm/"]
    assert offered("where", "vllm/en") == ["vllm/engine.py", "vllm/engine.py::"]
    assert offered("outline", "vllm/en") == ["vllm/engine.py"]
    assert offered("where", "vllm/engine.py::") == ["vllm/engine.py::Engine", "vllm/engine.py::Engine."]
    assert offered("uses", "vllm/engine.py::Engine.s") == [
        "vllm/engine.py::Engine.schedule",
        "vllm/engine.py::Engine.step",
    ]
    assert offered("find", "x", "--under", "vllm/c") == ["vllm/core/"]


def test_the_checkout_that_is_named_on_the_line_counts(offered: Complete, tmp_path: Path) -> None:
    """Before the command and after it."""
    shutil.copytree(GUIDE / "checkout", tmp_path / "other")
    (tmp_path / "other" / "vllm" / "only_there.py").touch()
    other = str(tmp_path / "other")
    assert offered("--checkout", other, "outline", "vllm/o") == ["vllm/only_there.py"]
    assert offered("outline", "--checkout", other, "vllm/o") == ["vllm/only_there.py"]
    assert offered("outline", f"--checkout={other}", "vllm/o") == ["vllm/only_there.py"]
    assert offered("outline", "--checkout", f"{tmp_path}/oth") == [f"{other}/"]
    assert offered("outline", f"--checkout={tmp_path}/oth") == [f"--checkout={other}/"]


def test_releases_are_those_that_were_fetched(offered: Complete, tmp_path: Path) -> None:
    """By version: nobody is asked for others."""
    for release in ("0.9.2", "0.13.0"):
        (tmp_path / "cache" / "vllm-reader" / "releases" / release / "vllm").mkdir(parents=True)
        (tmp_path / "cache" / "vllm-reader" / "releases" / release / "vllm" / "__init__.py").touch()
    assert offered("show", "--at", "") == offered("check", "--release", "") == ["0.9.2", "0.13.0"]
    assert offered("diff", "mine:coda", "0.1") == ["0.13.0"]


@pytest.mark.parametrize(
    "words",
    [
        ("show", "broken:"),
        ("show", "nobody:"),
        ("show", "vllm/nothing.py::"),
        ("where", "../"),
        ("where", "/etc/pass"),
        ("nonsense", ""),
        ("show", "--checkout", "/nonexistent", "vllm/"),
        ("show", "vllm/engine.py::\x1b"),
    ],
)
def test_where_nothing_is_known_nothing_is_said(
    place: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """A broken tour, a checkout that is none, a place outside: no candidate, no complaint, no exit code."""
    (place / ".reader" / "tours" / "broken.toml").write_text("format = ", encoding="utf-8")
    monkeypatch.setenv("_READER_COMPLETE", "fish_complete")
    with pytest.raises(SystemExit) as ended:
        main.main(list(words))
    assert not ended.value.code
    assert capfdbinary.readouterr() == (b"", b"")


def test_a_damaged_progress_file_costs_only_what_it_held(place: Path, offered: Complete, tmp_path: Path) -> None:
    """The open tour is not known then; places and tours are."""
    (tmp_path / "data" / "vllm-reader").mkdir(parents=True)
    (tmp_path / "data" / "vllm-reader" / "progress.db").write_bytes(b"no database" * 1000)
    assert {"mine:", "vllm/"} <= set(offered("show", ""))


def test_nothing_is_written_and_nothing_fetched(
    offered: Complete, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With no checkout at hand there are no places, and no file comes into being."""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.setattr("reader.releases.fetch", lambda *args, **more: 1 / 0)
    before = sorted(tmp_path.rglob("*"))
    assert offered("where", "v") == []
    assert offered("show", "week3:core-step-") == ["week3:core-step-overlapped"]
    assert "week03" in offered("tour", "")
    assert sorted(tmp_path.rglob("*")) == before


def test_the_old_way_to_get_the_script_gives_the_same(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`_READER_COMPLETE=bash_source reader` stands in many a start-up file."""
    for shell in shells.NAMES:
        monkeypatch.setenv("_READER_COMPLETE", f"{shell}_source")
        with pytest.raises(SystemExit):
            main.main([])
        old = capfd.readouterr().out
        monkeypatch.delenv("_READER_COMPLETE")
        assert CliRunner().invoke(main, ["completion", shell]).output == old
        assert "\x1b" not in old


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("reader show ", (("show",), "", 0, False)),
        ("reader show week3:co", (("show",), "week3:co", 6, False)),
        ("reader show 'week3:co", (("show",), "week3:co", 0, True)),
        ('reader note "a b" c\\ d', (("note", "a b"), "c d", 0, False)),
        ("reader note '' x", (("note", ""), "x", 0, False)),
        ("reader --checkout=0.1", ((), "--checkout=0.1", 11, False)),
        ("reader show a::B::c", (("show",), "a::B::c", 6, False)),
        ("reader note $(touch x) `y", (("note", "$(touch", "x)"), "`y", 0, False)),
    ],
)
def test_a_line_is_split_as_bash_splits_it(line: str, expected: tuple[object, ...]) -> None:
    """Up to the cursor, with what bash keeps of the last word; nothing in it is run."""
    found = shells.asked("bash", [line, " \t\n\"'><=;|&(:"])
    assert (found.words, found.incomplete, found.kept, found.quoted) == expected
