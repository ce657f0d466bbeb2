"""The user's own editor, opened at a line: which one, how it takes file and line, and whether it needs the terminal.

Each editor that is known by name gets the line in its own way; an unknown one gets the file alone, and that is said.
Nothing passes through a shell, and a file is always handed over by its absolute path: none is taken for an option.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from reader.errors import ReaderError
from reader.value import frozen

SETTING = "editor"  # the name of the setting that counts more than the environment
_PATIENCE = 1.0  # seconds in which an editor with a window of its own says that it cannot be started
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PLACEHOLDERS = ("file", "line", "column")
_FALLBACKS = ("vi", "nano")


@frozen
class _Way:
    """How editors of these names are told where: arguments with placeholders."""

    names: str
    args: tuple[str, ...]
    terminal: bool


_GOTO = ("--goto", "{file}:{line}:{column}")
_COLON = ("{file}:{line}:{column}",)
_PLUS = ("+{line}", "{file}")
_WAYS = (
    _Way("vi vim nvim view nvi elvis ex", _PLUS, True),
    _Way("gvim mvim", _PLUS, False),
    _Way("emacs emacsclient gedit", ("+{line}:{column}", "{file}"), False),
    _Way("micro kak", ("+{line}:{column}", "{file}"), True),
    _Way("nano pico rnano ne", ("+{line},{column}", "{file}"), True),
    _Way("joe jmacs mg mcedit", _PLUS, True),
    _Way("hx helix", _COLON, True),
    _Way("code code-insiders code-oss codium vscodium cursor windsurf", _GOTO, False),
    _Way("zed zeditor zedit subl sublime_text", _COLON, False),
    _Way(
        "pycharm pycharm64 pycharm-community pycharm-professional charm idea idea64 intellij-idea-community"
        " intellij-idea-ultimate clion clion64",
        ("--line", "{line}", "{file}"),
        False,
    ),
    _Way("mate", ("--line", "{line}:{column}", "{file}"), False),
    _Way("kate", ("--line", "{line}", "{file}"), False),
)
_BY_NAME = {name: way for way in _WAYS for name in way.names.split()}
_IN_TERMINAL = {"emacs": {"-nw", "--no-window-system", "--no-windows"}, "emacsclient": {"-nw", "-t", "--tty", "-tty"}}


class NoEditor(ReaderError):
    """None is set, it could not be started, or it ended badly."""


@frozen
class Command:
    """What to run. `terminal`: it draws on this terminal, which is its own until it ends. `at_line`: whether the line
    is passed on; False too where there is none to pass."""

    name: str
    argv: tuple[str, ...]
    terminal: bool
    at_line: bool


def chosen(environ: Mapping[str, str], setting: str | None = None, override: str | None = None) -> str:
    """The editor's command line, as it was written down: that of the call, the setting, $VISUAL, $EDITOR, or vi."""
    for text in (override, setting, environ.get("VISUAL"), environ.get("EDITOR")):
        if text and text.strip():
            return text.strip()
    found = next((name for name in _FALLBACKS if _which(name)), None)
    if found is None:
        raise NoEditor("no editor is set: set $EDITOR, or name one: --editor-command 'code --goto {file}:{line}'")
    return found


def command(text: str, file: Path, line: int | None = None, column: int = 1) -> Command:
    """`text` is a command line: of an editor that is known by name, or with {file}, {line} and {column} in it."""
    words = _words(text)
    name = Path(words[0]).name
    values = {"file": str(file.absolute()), "line": str(line or 1), "column": str(column)}
    if any(_PLACEHOLDER.search(word) for word in words):
        at_line = line is not None and any("{line}" in word for word in words)
        return Command(name, _filled(words, values), _in_terminal(words, _way(words[0])), at_line)
    way = _way(words[0])
    if way is None or line is None:
        return Command(name, (*words, values["file"]), _in_terminal(words, way), False)
    return Command(name, (*words, *_filled(way.args, values)), _in_terminal(words, way), True)


def run(what: Command) -> None:
    """Waits for an editor that has the terminal; one with a window of its own is left to itself. Raises NoEditor."""
    if what.terminal and not _has_terminal():
        raise NoEditor(f"{what.name} needs a terminal, and this is none; name another editor with --editor-command")
    try:
        code, said = _in_this_terminal(what.argv) if what.terminal else _on_its_own(what.argv)
    except FileNotFoundError:
        raise NoEditor(
            f"there is no program {what.argv[0]!r}; set $EDITOR, or name another editor with --editor-command"
        ) from None
    except OSError as error:
        raise NoEditor(f"{what.argv[0]}: cannot be started: {error.strerror}") from error
    if code:
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        raise NoEditor(f"{what.name} {how}" + (f":\n{said}" if said else ""))


def _words(text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise NoEditor(f"the editor's command {text!r} cannot be read: {error}") from error
    if not words or not words[0]:
        raise NoEditor("the editor's command is empty")
    unknown = [one for word in words for one in _PLACEHOLDER.findall(word) if one not in _PLACEHOLDERS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in _PLACEHOLDERS)
        raise NoEditor(f"the editor's command has {{{unknown[0]}}}, which is none of {known}")
    if any(_PLACEHOLDER.search(word) for word in words) and not any("{file}" in word for word in words):
        raise NoEditor(f"the editor's command {text!r} has no {{file}}")
    return words


def _filled(words: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Each word once: what a file is called is no placeholder."""
    return tuple(_PLACEHOLDER.sub(lambda found: values[found[1]], word) for word in words)


def _way(program: str) -> _Way | None:
    """By its name, or by that of what the name is a link to: Debian's `editor` may be nano."""
    found = _BY_NAME.get(_name(program))
    if found is None and (path := _which(program)):
        found = _BY_NAME.get(_name(os.path.realpath(path)))
    return found


def _name(program: str) -> str:
    """`vim.basic` is vim, `emacs-nox` emacs, `pycharm.sh` and `code.cmd` are what they start."""
    name = Path(program).name.lower().partition(".")[0]
    return "emacs" if name.startswith("emacs-") else name


def _which(program: str) -> str | None:
    from shutil import which  # 3 ms, and only where an editor is opened

    return which(program)


def _in_terminal(words: Sequence[str], way: _Way | None) -> bool:
    """An unknown editor may need it, and one with a window of its own is not harmed by it."""
    if way is None or way.terminal:
        return True
    name = _name(words[0])
    if _IN_TERMINAL.get(name, set()) & set(words[1:]):
        return True
    return name == "emacs" and not any(os.environ.get(one) for one in ("DISPLAY", "WAYLAND_DISPLAY"))


def _has_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _in_this_terminal(argv: Sequence[str]) -> tuple[int, str]:
    import subprocess  # 3 ms, and only where an editor is opened

    with _interrupts_left_to_it():
        return subprocess.run(argv, check=False).returncode, ""


@contextmanager
def _interrupts_left_to_it() -> Iterator[None]:
    """Ctrl-C reaches both; it is meant for the editor, which gets it as if it had been started from a shell."""
    before: Callable[..., object] | int | None = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _on_its_own(argv: Sequence[str]) -> tuple[int, str]:
    """What it says goes nowhere but into a complaint: there may be a session on the screen."""
    import subprocess
    from tempfile import TemporaryFile

    with TemporaryFile() as said:
        started = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
        )
        try:
            code = started.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            started.returncode = 0  # it goes on without us
            return 0, ""
        said.seek(0)
        return code, said.read(2000).decode("utf-8", "replace").strip()
