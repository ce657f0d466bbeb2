"""The user's editor: how each takes file and line, and that nothing of a path or a command is ever syntax."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import editors
from reader.editors import Command, NoEditor, chosen, command, run

FILE = Path("/src/vllm/engine.py")

KNOWN = {
    "vi": "vi +12 FILE",
    "vim -u NONE": "vim -u NONE +12 FILE",
    "/usr/bin/vim.basic": "/usr/bin/vim.basic +12 FILE",
    "nvim": "nvim +12 FILE",
    "emacs -nw": "emacs -nw +12:5 FILE",
    "emacsclient -t -a ''": "emacsclient -t -a '' +12:5 FILE",
    "nano": "nano +12,5 FILE",
    "micro": "micro +12:5 FILE",
    "kak": "kak +12:5 FILE",
    "hx": "hx FILE:12:5",
    "helix": "helix FILE:12:5",
    "code --wait": "code --wait --goto FILE:12:5",
    "code-insiders": "code-insiders --goto FILE:12:5",
    "codium": "codium --goto FILE:12:5",
    "cursor": "cursor --goto FILE:12:5",
    "pycharm": "pycharm --line 12 FILE",
    "/opt/pycharm/bin/pycharm.sh": "/opt/pycharm/bin/pycharm.sh --line 12 FILE",
    "idea": "idea --line 12 FILE",
    "zed": "zed FILE:12:5",
    "subl": "subl FILE:12:5",
    "mate": "mate --line 12:5 FILE",
    "'/opt/my tools/nvim'": "'/opt/my tools/nvim' +12 FILE",
}
IN_TERMINAL = {"vi", "vim -u NONE", "/usr/bin/vim.basic", "nvim", "emacs -nw", "emacsclient -t -a ''", "nano", "micro",
               "kak", "hx", "helix", "'/opt/my tools/nvim'"}  # fmt: skip


@pytest.mark.parametrize("text", KNOWN)
def test_an_editor_that_is_known_gets_the_line_in_its_own_way(text: str) -> None:
    """With the arguments that the user gave it, and the terminal where it draws on that."""
    made = command(text, FILE, 12, 5)
    assert made.argv == tuple(shlex.split(KNOWN[text].replace("FILE", str(FILE))))
    assert made.at_line
    assert made.terminal == (text in IN_TERMINAL)


def test_an_unknown_editor_gets_the_file_alone() -> None:
    """It may need the terminal, and that the line is not passed on is said."""
    assert command("myed -x", FILE, 12) == Command("myed", ("myed", "-x", str(FILE)), True, False)


def test_without_a_line_the_file_is_opened_alone() -> None:
    """A directory has none."""
    assert command("code", FILE) == Command("code", ("code", str(FILE)), False, False)


def test_placeholders_say_how_an_editor_takes_its_line() -> None:
    """Also one that is known by name; a file is no placeholder, whatever it is called."""
    odd = Path("/a/{line} {column}.py")
    assert command("ed {file} -l{line},{column}", odd, 12, 5).argv == ("ed", "/a/{line} {column}.py", "-l12,5")
    assert command("vim -c {line} {file}", FILE, 12).argv == ("vim", "-c", "12", str(FILE))
    assert command("ed {file}", FILE, 12).at_line is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vim '", "cannot be read: No closing quotation"),
        ("''", "the editor's command is empty"),
        ("#", "there is no program '#'"),
        ("ed {lines} {file}", r"has \{lines\}, which is none of \{file\}, \{line\}, \{column\}"),
        ("ed {line}", r"has no \{file\}"),
        ("no-such-editor-anywhere {file}", "there is no program 'no-such-editor-anywhere'"),
        (f"{sys.executable} -c 'raise SystemExit(3)' {{file}}", "ended with exit code 3"),
        (f"{sys.executable} -c 'import os; os.kill(os.getpid(), 9)' {{file}}", "was ended by signal 9"),
        ("/etc {file}", "/etc: cannot be started: Permission denied"),
    ],
)
def test_what_is_wrong_with_an_editor_is_said(text: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With exit code 2, and what to do."""
    monkeypatch.setattr(editors, "_has_terminal", lambda: True)
    with pytest.raises(NoEditor, match=said) as raised:
        run(command(text, FILE, 12))
    assert raised.value.exit_code == 2


def test_an_editor_with_a_window_says_why_it_did_not_start(tmp_path: Path) -> None:
    """What it wrote to standard error is in the complaint."""
    script = tmp_path / "code"
    script.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('no display')\n")
    script.chmod(0o755)
    with pytest.raises(NoEditor, match="code ended with exit code 1:\nno display"):
        run(command(str(script), FILE, 12))


def test_an_editor_with_a_window_is_left_to_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that goes on is not waited for."""
    monkeypatch.setattr(editors, "_PATIENCE", 0.0)
    script, fifo = tmp_path / "code", tmp_path / "fifo"
    os.mkfifo(fifo)
    script.write_text(f"#!{sys.executable}\nopen({str(fifo)!r}).read()\n")
    script.chmod(0o755)
    run(command(str(script), FILE, 12))
    fifo.write_text("and ends when it is told to")


def test_one_that_needs_a_terminal_is_not_started_without() -> None:
    """It would draw into a file or wait for ever."""
    with pytest.raises(NoEditor, match="nano needs a terminal, and this is none"):
        run(command("nano", FILE, 12))


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1).filter(
        lambda name: name not in ("..", ".")
    )
)
def test_no_path_is_an_option_or_a_command(name: str) -> None:
    """It stays one argument, whole, and absolute: with a hyphen, spaces, line feeds or what a shell would run."""
    for text in KNOWN:
        argv = command(text, Path("/src") / name, 12, 5).argv
        own = shlex.split(text)
        assert list(argv[: len(own)]) == own
        (place,) = (word for word in argv[len(own) :] if f"/src/{name}" in word)
        assert re.fullmatch(re.escape(f"/src/{name}") + r"(?::12:5)?", place)


def test_a_relative_path_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """So that `-c` or `+1` in the working directory is a file."""
    monkeypatch.chdir(tmp_path)
    assert command("vim", Path("-c"), 1).argv == ("vim", "+1", f"{tmp_path}/-c")


def test_an_editor_behind_a_link_is_known_by_what_it_leads_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's `editor` is one of several."""
    real = tmp_path / "nano"
    real.write_text("#!/bin/sh\n")
    real.chmod(0o755)
    (tmp_path / "editor").symlink_to(real)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command("editor", FILE, 12).argv == ("editor", "+12,1", str(FILE))


@pytest.mark.parametrize(
    ("variables", "setting", "override", "expected"),
    [
        ({"VISUAL": "v", "EDITOR": "e"}, "s", "o", "o"),
        ({"VISUAL": "v", "EDITOR": "e"}, "s", None, "s"),
        ({"VISUAL": "v", "EDITOR": "e"}, None, None, "v"),
        ({"VISUAL": " ", "EDITOR": "e"}, "", "", "e"),
    ],
)
def test_the_nearer_word_counts(variables: dict[str, str], setting: str, override: str, expected: str) -> None:
    """That of the call, then the setting, then $VISUAL and $EDITOR; an empty one is none."""
    assert chosen(variables, setting, override) == expected


def test_without_any_editor_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """vi is taken where there is one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoEditor, match=r"no editor is set: set \$EDITOR"):
        chosen({})
    (tmp_path / "vi").write_text("#!/bin/sh\n")
    (tmp_path / "vi").chmod(0o755)
    assert chosen({}) == "vi"


@pytest.mark.parametrize(("display", "terminal"), [("", True), (":0", False)])
def test_emacs_needs_the_terminal_where_there_is_no_display(
    monkeypatch: pytest.MonkeyPatch, display: str, terminal: bool
) -> None:
    """Elsewhere it has a window."""
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert command("emacs", FILE, 12).terminal is terminal
