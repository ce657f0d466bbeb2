"""The real program on a real terminal: how a session begins, and every way in which it may end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader.progress import open_store

GUIDE = Path(__file__).parent / "fixtures" / "guide"
PATIENCE = 60  # seconds without any output after which a session counts as stuck
ALTERNATE, BACK = "\x1b[?1049h", "\x1b[?1049l"


class Terminal:
    """A session as its terminal sees it."""

    def __init__(self, arguments: list[str], environ: dict[str, str], size: tuple[int, int] = (30, 100)) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "reader", *arguments],
            stdin=self.slave, stdout=self.slave, stderr=self.slave, env=environ, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip

    def wait_for(self, text: str) -> None:
        """Until it was written, after what was waited for before."""
        while text not in self.seen:
            ready, _, _ = select.select([self.master], [], [], PATIENCE)
            assert ready, f"{text!r} is not written:\n{self.seen}"
            self.seen += os.read(self.master, 65536).decode(errors="replace")
        self.seen = self.seen.partition(text)[2]

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def ended(self) -> int:
        """The exit code, negative for a signal; everything that was written is read meanwhile."""
        while self.process.poll() is None:
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += os.read(self.master, 65536).decode(errors="replace")
        while select.select([self.master], [], [], 0)[0]:
            self.seen += os.read(self.master, 65536).decode(errors="replace")
        return self.process.returncode

    @property
    def sane(self) -> bool:
        """The alternate screen is left, the cursor is there, and lines are edited and echoed as before."""
        modes = termios.tcgetattr(self.slave)
        return BACK in self.seen and "\x1b[?25h" in self.seen and modes[:4] == self.before[:4]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.master, self.slave):
            if descriptor >= 0:
                os.close(descriptor)
        self.master = self.slave = -1


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """`reader tour` on the guide's week 1."""
    checkout = shutil.copytree(GUIDE / "checkout", tmp_path / "vllm-0.13.0")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    opened: list[Terminal] = []

    def start(*more: str, **environ: str) -> Terminal:
        given = os.environ | {"TERM": "xterm-256color", "READER_CHECKOUT": str(checkout)} | environ
        given.pop("COLUMNS", None)
        opened.append(Terminal(["tour", str(GUIDE / "tours" / "week01.toml"), *more], given))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def read() -> set[str]:
    store = open_store()
    try:
        return {mark.stop for mark in store.marks()}
    finally:
        store.close()


def turned(terminal: Terminal) -> Terminal:
    """At the second stop."""
    terminal.wait_for(ALTERNATE)
    terminal.wait_for("It only waits.")
    terminal.type("n")
    terminal.wait_for("Schedule, then run.")
    return terminal


@pytest.mark.parametrize(("key", "code"), [("q", 0), ("\x03", 130)])
def test_a_key_ends_it(session: Callable[..., Terminal], key: str, code: int) -> None:
    """`q`, or Ctrl-C with the exit code of an interrupt; the page turned is recorded, the terminal is as before."""
    terminal = turned(session())
    terminal.type(key)
    assert terminal.ended() == code
    assert terminal.sane
    assert read() == {"add"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it(session: Callable[..., Terminal], number: signal.Signals) -> None:
    """The terminal is put right, the progress is there, and the exit code says which signal it was."""
    terminal = turned(session())
    terminal.process.send_signal(number)
    assert terminal.ended() == 128 + number
    assert terminal.sane
    assert read() == {"add"}


def test_a_closed_terminal_ends_it(session: Callable[..., Terminal]) -> None:
    """Nobody is there to tell: the process ends, and what was read is recorded."""
    terminal = turned(session())
    os.close(terminal.slave)
    os.close(terminal.master)
    terminal.master = terminal.slave = -1
    assert terminal.process.wait(PATIENCE) == 128 + signal.SIGHUP
    assert read() == {"add"}


def test_a_note_under_way_outlives_its_terminal(session: Callable[..., Terminal]) -> None:
    """What was typed is kept at its stop when the terminal is closed over it."""
    terminal = turned(session())
    terminal.type("w")
    terminal.wait_for("keep it")
    terminal.type("half a thought")
    terminal.wait_for("thought")
    os.close(terminal.slave)
    os.close(terminal.master)
    terminal.master = terminal.slave = -1
    assert terminal.process.wait(PATIENCE) == 128 + signal.SIGHUP
    store = open_store()
    assert [(note.stop, note.text) for note in store.notes()] == [("step", "half a thought")]
    store.close()


@pytest.mark.parametrize("by_key", [True, False])
def test_it_sleeps_and_comes_back(session: Callable[..., Terminal], by_key: bool) -> None:
    """Ctrl-Z, or the signal of it, gives the shell a sane terminal; in the foreground again the page is there."""
    terminal = turned(session())
    if by_key:
        terminal.type("\x1a")
    else:
        terminal.process.send_signal(signal.SIGTSTP)
    _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    terminal.wait_for(BACK)
    assert termios.tcgetattr(terminal.slave)[:4] == terminal.before[:4]
    terminal.process.send_signal(signal.SIGCONT)
    terminal.wait_for(ALTERNATE)
    terminal.wait_for("Schedule, then run.")
    terminal.type("n")
    terminal.wait_for("Eight at once.")
    terminal.type("q")
    assert terminal.ended() == 0
    assert read() == {"add", "step"}


@pytest.mark.parametrize("kind", ["dumb", "unknown", ""])
def test_without_a_cursor_to_place_it_is_the_page(session: Callable[..., Terminal], kind: str) -> None:
    """With a word why; nothing of it steers the terminal but colours."""
    terminal = session(TERM=kind)
    terminal.wait_for("reader: the plain page: ")
    terminal.wait_for("It only waits.")
    assert terminal.ended() == 0
    assert ALTERNATE not in terminal.seen


def test_print_is_plain_on_a_terminal_too(session: Callable[..., Terminal]) -> None:
    """The whole tour, no session."""
    terminal = session("--print", PAGER="cat")
    terminal.wait_for("Eight at once.")
    assert terminal.ended() == 0
    assert ALTERNATE not in terminal.seen


def test_no_color_reaches_the_session(session: Callable[..., Terminal]) -> None:
    """Not one colour is written."""
    terminal = session(NO_COLOR="1")
    terminal.wait_for(ALTERNATE)
    terminal.wait_for("It only waits.")
    terminal.wait_for("request")
    terminal.type("q")
    assert terminal.ended() == 0
    styles = {code for found in re.findall(r"\x1b\[([\d;]*)m", terminal.seen) for code in found.split(";")}
    assert "1" in styles
    assert not styles & {str(number) for number in (*range(30, 39), *range(40, 49), *range(90, 108))}
