"""The README is true: its commands, its map of the code, its tour example."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from reader.cli.group import main
from reader.tourfile import parse

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    return main.list_commands(click.Context(main))


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_with_an_example_and_stands_in_the_readme(name: str) -> None:
    """Whoever finds a command finds out how to use it."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert "Example" in (command.help or "") + (command.epilog or "")
    assert f"reader {name}" in README


def test_the_map_of_the_code_equals_the_tree() -> None:
    """Every module stands in the README's map, and nothing else does."""
    block = re.search(r"## Map of the code.*?```text\n(.*?)```", README, re.S)
    assert block is not None
    mapped = {line.split()[0] for line in block[1].splitlines() if re.match(r"  [a-z_]+(\.py|/) ", line)}
    tree = {
        path.name + ("/" if path.is_dir() else "")
        for path in (PROJECT / "reader").iterdir()
        if path.name not in {"__init__.py", "__pycache__", "py.typed"}
    }
    assert mapped == tree


def test_the_tour_example_of_the_readme_is_a_tour() -> None:
    """What the README shows as a tour loads as one."""
    block = re.search(r"```toml\n(.*?)```", README, re.S)
    assert block is not None
    assert parse(Path("example.toml"), block[1].encode()).stops


def test_the_readme_has_the_two_commands() -> None:
    """One line installs and opens week 3, one installs and runs the tests; .ci/run takes both from here."""
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv ")]
    assert len(lines) == 2
    assert lines[0].endswith("reader tour week3")
    assert lines[1].endswith("pytest")
