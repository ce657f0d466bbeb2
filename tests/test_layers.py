"""The shape of the code: imports point down, and each foreign library has one owner."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

OWNERS = {
    "click": ("cli",),
    "dulwich": ("checkout",),
    "fsrs": ("study",),
    "jedi": ("resolve",),
    "jinja2": ("pages",),
    "json5": ("codetour",),
    "markupsafe": ("pages",),
    "msgspec": ("tourfile", "planfile", "progress", "codetour"),
    "packaging": ("tour", "tourfile", "checkout", "releases"),
    "platformdirs": ("directories", "releases"),
    "pygments": ("highlight",),
    "regex": ("codetour",),
    "rich": ("terminal", "tui"),
    "sqlite3": ("progress",),
    "textual": ("tui",),
    "tomllib": ("tourfile", "planfile"),
    "tree_sitter": ("syntax",),
    "tree_sitter_python": ("syntax",),
    "unearth": ("releases",),
}


def imports() -> Iterator[tuple[str, str]]:
    """Every import of every module: (first part of the module's name below reader, first part of what it imports)."""
    for path in (PROJECT / "reader").rglob("*.py"):
        module = path.relative_to(PROJECT / "reader").parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((module, alias.name.partition(".")[0]) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield module, str(node.module).partition(".")[0]


def test_imports_point_down() -> None:
    """The layers of .importlinter hold, and no module is outside of them."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 kept, 0 broken" in done.stdout


@pytest.mark.parametrize("library", OWNERS)
def test_a_foreign_library_has_one_owner(library: str) -> None:
    """What the owner wraps, nobody else imports."""
    users = {module for module, imported in imports() if imported == library}
    assert users <= set(OWNERS[library])


def test_every_foreign_library_is_listed() -> None:
    """A new dependency gets an owner before it gets a second user."""
    foreign = {name for _, name in imports() if name not in sys.stdlib_module_names and name not in {"reader"}}
    assert foreign <= set(OWNERS)
