"""`reader note` and `reader journal` as a user types them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader import progress
from reader.cli import notebook
from reader.progress import database

Run = Callable[..., Result]

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
HOSTILE = "evil \x1b[31mred\x07 \u202egnp\x00 end"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The clock of the progress file, which a test moves; days end as in UTC."""
    seconds = [1_700_000_000.0]  # 2023-11-14 22:13:20
    monkeypatch.setattr(progress, "time", SimpleNamespace(time=lambda: seconds[0]))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield seconds
    monkeypatch.undo()
    time.tzset()


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def texts(guided: Run, *args: str) -> list[str]:
    return [row["text"] for row in rows(guided("note", *args, "--json"))]


def test_a_note_is_kept_and_shown_at_its_stop(guided: Run) -> None:
    """After the tour's own notes, marked as the reader's; at no other stop."""
    assert guided("note", "week1:add", "The queue", "is", "the border.").stdout == "week01:add: noted\n"
    for args in (("show", "week1:add"), ("tour", "week1")):
        said = guided(*args).stdout
        at = said.index("✎ your note 1, 2023-11-14 22:13\n  The queue is the border.")
        assert said.index("Nothing runs yet.") < at < said.index("? What runs here?")
        assert said.count("✎") == 1
    assert "✎" not in guided("next").stdout
    assert "✎" in guided("back").stdout


def test_notes_come_from_standard_input(guided: Run) -> None:
    """As they are, several lines and all, but for the blank lines around them."""
    guided("note", "week1:add", "-", typed="\n  first\n\n- second\n\n")
    assert texts(guided, "week1:add") == ["  first\n\n- second"]


def test_a_pipe_lists_the_notes(guided: Run) -> None:
    """Of one stop or of all; where there are none it says so on stderr."""
    assert "no notes here yet" in guided("note", "week1:add").stderr
    guided("note", "week1:add", "one")
    guided("note", "week2:pop", "two")
    guided("note", "week1:add", "three")
    assert guided("note", "week1:add").stdout == (
        "week01:add\n✎ your note 1, 2023-11-14 22:13\n  one\n✎ your note 2, 2023-11-14 22:13\n  three\n"
    )
    assert guided("note").stdout.index("three") < guided("note").stdout.index("week02:pop")
    assert rows(guided("note", "--json"))[1] == {
        "tour": "week01",
        "id": "add",
        "number": 2,
        "text": "three",
        "at": "2023-11-14T22:13:20+00:00",
    }


def test_a_deleted_note_is_printed_once_more(guided: Run) -> None:
    """So that a wrong number loses nothing; the others move up."""
    guided("note", "week1:add", "one")
    guided("note", "week1:add", "two")
    assert guided("note", "week1:add", "--delete", "1").stdout == "week01:add: note 1 deleted\none\n"
    assert texts(guided, "week1:add") == ["two"]
    assert "It has notes 1 to 1." in guided("note", "week1:add", "--delete", "2", code=2).stderr
    assert "It has none." in guided("note", "week2:pop", "--delete", "1", code=2).stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("note", "week1:ad", "x"), "did you mean add"),
        (("note", "shedule", "x"), "did you mean schedule"),
        (("note", "week1:add", "  "), "nothing was written"),
        (("note", "week1:add", "-"), "nothing was written"),
        (("note", "week1:add", "x", "--list"), "Either write a note"),
        (("note", "--delete", "1"), "Name the stop"),
        (("note", "week1:add", "--delete", "0"), "--delete"),
        (("journal", "--since", "yesterday"), "'yesterday' is no day; write one like 2026-11-01"),
    ],
)
def test_what_is_wrong_is_said_with_exit_2(guided: Run, args: tuple[str, ...], said: str) -> None:
    """On stderr, and nothing is kept."""
    result = guided(*args, code=2)
    assert said in result.stderr and result.stdout == ""
    assert texts(guided) == []


def test_control_characters_are_kept_and_never_written_out(guided: Run) -> None:
    """Visible in every reading, whole in JSON and in the progress file."""
    guided("note", "week1:add", "-", typed=HOSTILE)
    for args in (("note", "week1:add"), ("show", "week1:add"), ("journal",)):
        said = guided(*args).stdout
        assert not set("\x1b\x07\x00\u202e") & set(said)
        assert "evil ␛[31mred␇" in said
    assert texts(guided) == [HOSTILE]


@given(st.text(st.characters(exclude_categories=["Cs"])).filter(str.strip))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_kept(guided: Run, text: str) -> None:
    """What is typed comes back, but for line ends around it and blanks after it, and no control character gets out."""
    guided("note", "week1:add", "-", typed=text.encode())
    try:
        assert texts(guided, "week1:add") == [text.strip("\r\n").rstrip()]
        shown = guided("note", "week1:add").stdout + guided("journal").stdout
        assert CONTROL.search(shown) is None
    finally:
        guided("note", "week1:add", "--delete", "1")


def test_bytes_that_are_no_text_are_kept_as_escapes(guided: Run) -> None:
    """From standard input and as an argument."""
    guided("note", "week1:add", "-", typed=b"caf\xe9")
    guided("note", "week1:add", os.fsdecode(b"th\xe9"))
    assert texts(guided) == ["caf\\xe9", "th\\xe9"]


def edited(monkeypatch: pytest.MonkeyPatch, result: Callable[[str], str | None]) -> list[str]:
    """An editor that turns the template into this, in a terminal."""
    seen: list[str] = []

    def edit(template: str, extension: str) -> str | None:
        seen.append(template)
        return result(template)

    monkeypatch.setattr(notebook, "_interactive", lambda session: True)
    monkeypatch.setattr(notebook.click, "edit", edit)
    return seen


def test_an_editor_opens_where_no_text_is_given(guided: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands above the line is the note, headings and all; the template says which stop it is for."""
    seen = edited(monkeypatch, lambda template: "# Mine\n\nA thought.\n" + template)
    guided("note", "week1:add")
    assert texts(guided) == ["# Mine\n\nA thought."]
    assert "week01:add\n-- A request comes in" in seen[0]


@pytest.mark.parametrize("result", [None, "", "\n\n"])
def test_an_editor_left_without_a_word_keeps_no_note(
    guided: Run, monkeypatch: pytest.MonkeyPatch, result: str | None
) -> None:
    """Not saved, emptied, or only the template: nothing is kept, and it is said."""
    edited(monkeypatch, lambda template: result)
    assert "nothing was written" in guided("note", "week1:add", code=2).stderr
    edited(monkeypatch, lambda template: template)
    assert "nothing was written" in guided("note", "week1:add", code=2).stderr
    assert texts(guided) == []


def test_a_note_that_cannot_be_kept_is_not_lost(guided: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk what came from the editor is written to stderr."""
    edited(monkeypatch, lambda template: "An hour's work." + template)

    def no_room(self: database.Database, db: object) -> None:
        raise database.NotWritable(self._path, "the disk is full", "Make room.")

    monkeypatch.setattr(database.Database, "_bring_up", no_room)
    said = guided("note", "week1:add", code=2).stderr
    assert "could not be kept:\n\nAn hour's work.\n" in said and "the disk is full" in said


def test_a_real_editor_is_started(tmp_path: Path) -> None:
    """$VISUAL before $EDITOR; one that fails is said, with exit 2 and no traceback."""
    code = (
        "import sys; from reader.cli import notebook; from reader.cli.group import main\n"
        "notebook._interactive = lambda session: True\n"
        "main.main(['note', 'week3:engine-step'])"
    )
    environ = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "EDITOR": "false"}
    script = tmp_path / "editor"
    script.write_text("#!/bin/sh\nprintf 'by hand\\n' > \"$1\"\n")
    script.chmod(0o755)
    good = subprocess.run([sys.executable, "-c", code], env={**environ, "VISUAL": str(script)}, capture_output=True)
    assert (good.returncode, good.stdout) == (0, b"week03:engine-step: noted\n")
    bad = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True)
    assert bad.returncode == 2 and b"Editing failed" in bad.stderr and b"Traceback" not in bad.stderr


def test_the_journal_tells_each_day(guided: Run, now: list[float]) -> None:
    """Read, looked at, marked, noted, not known, ticked, with times; the next day stands for itself."""
    guided("tour", "week1")
    now[0] += 300
    guided("next")
    guided("mark", "vllm/core/queue.py")
    guided("note", "week1:add", "first line\n\nsecond # line")
    guided("quiz", "week1", typed="n\ny\n")
    guided("plan", "--done", "w1.1.2")
    now[0] += 1
    guided("checkpoint", "--tick", "p1.1")
    now[0] += 86400
    guided("next")
    assert (
        guided("journal").stdout
        == """\
# Study journal

## 2023-11-14

Time spent: 35 min.

### Read

- A request comes in (`week01:add`, vLLM 0.13.0, 5 min)

### Looked at

- One turn (`week01:step`, vLLM 0.13.0, 30 min)

### Marked as read

- `vllm/core/queue.py`

### Notes

22:18, A request comes in (`week01:add`):

> first line
>
> second # line

### Questions

2 answered, 1 known. Not known:

- What runs here? (`week01:add`)

### Ticked

- `w1.1.2` Draw the loop
- `p1.1` Knows the loop

## 2023-11-15

Time spent: 0 min.

### Read

- One turn (`week01:step`, vLLM 0.13.0, 0 min)

### Looked at

- What may run (`week01:schedule`, vLLM 0.13.0, 0 min)
"""
    )
    since = guided("journal", "--since", "2023-11-15").stdout
    assert "2023-11-14" not in since and "## 2023-11-15" in since
    first, second = rows(guided("journal", "--json"))
    assert (first["date"], first["seconds"], first["ticked"]) == ("2023-11-14", 2100, ["w1.1.2", "p1.1"])
    assert [stop["id"] for stop in second["read"]] == ["step"]
    assert first["missed"] == [{"tour": "week01", "id": "add", "ask": "What runs here?", "times": 1}]


def test_a_day_of_answers_all_known_says_so(guided: Run) -> None:
    """Without a list of what was not."""
    guided("quiz", "week2", typed="y\n")
    assert "### Questions\n\n1 answered, all known.\n" in guided("journal").stdout


def test_a_tour_that_is_gone_keeps_its_days(guided: Run, tmp_path: Path) -> None:
    """Its stops go by their ids then."""
    own = tmp_path / "mine.toml"
    own.write_text((Path(__file__).parent / "fixtures" / "guide" / "tours" / "week02.toml").read_text())
    guided("tour", str(own))
    guided("note", "pop", "mine")
    assert "Taking one out (`mine:pop`" in guided("journal").stdout
    own.unlink()
    assert "- pop (`mine:pop`" in guided("journal").stdout


def test_an_empty_journal_says_so(guided: Run) -> None:
    """On stderr; nothing on stdout, and exit 0."""
    result = guided("journal")
    assert (result.stdout, result.stderr) == ("", "reader: nothing is in the journal yet.\n")
    assert "since 2030-01-01" in guided("journal", "--since", "2030-01-01").stderr
