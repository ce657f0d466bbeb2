"""Trees from strangers: what they hold is shown as signs, takes no time by its square, and ends no command."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reader.checkout import Allowed, open_checkout
from reader.cli.group import main
from reader.cli.session import shown
from reader.errors import BadTour, Unreadable
from reader.excerpt.visible import LONGEST, bounded
from reader.ref import Ref
from reader.resolve import resolve
from reader.syntax.cpp import definitions
from reader.syntax.cpp.callees import closing_angle
from reader.syntax.cpp.mentions import mentions
from reader.tourfile import parse

OVERRIDE = "\u202e"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "a.py").write_text("def f(): ...\n")
    return tmp_path / "tree"


@pytest.fixture
def run(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return lambda *args: CliRunner().invoke(main, ["--any", "--checkout", str(tree), *args])


def test_a_name_longer_than_any_file_is_gone_with_the_reason(tree: Path) -> None:
    """The system's own refusal of the name is no crash."""
    site = resolve(open_checkout(tree, Allowed(every=True)), Ref("x" * 5000))
    assert site.verdict == "gone"
    assert "longer than" in (site.message or "")


def test_a_closed_folder_is_told_as_closed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What may not be looked into is neither missing nor empty."""
    checkout = open_checkout(tree, Allowed(every=True))
    lstat, scandir = os.lstat, os.scandir

    def closed(call: Callable[..., object]) -> Callable[..., object]:
        def refuse(path: str) -> object:
            if "deep/" in str(path):
                raise PermissionError(13, "Permission denied", str(path))
            return call(path)

        return refuse

    monkeypatch.setattr(os, "lstat", closed(lstat))
    monkeypatch.setattr(os, "scandir", closed(scandir))
    assert "no permission" in (resolve(checkout, Ref("deep/a.py", "f")).message or "")
    with pytest.raises(Unreadable, match="no permission"):
        checkout.entries("deep/")


def test_complaints_steer_no_terminal(run: Callable[..., Result]) -> None:
    """A name that turns the direction of writing, or holds a control sequence, is told with signs in their place."""
    for name in (f"deep/{OVERRIDE}yp.py", "deep/\x1b[31m.py"):
        told = run("outline", name)
        assert told.exit_code == 2
        assert OVERRIDE not in told.output
        assert "\x1b" not in told.output
    assert shown(f"a\n{OVERRIDE}") == "a\n⟨U+202E⟩"


def test_a_line_without_end_is_shown_as_far_as_it_is_read(run: Callable[..., Result], tree: Path) -> None:
    """Megabytes on one line are neither wrapped nor hidden: how much more there is, is said."""
    (tree / "giant.py").write_text("x = '" + "a" * 1_500_000 + "'\n")
    told = run("show", "giant.py")
    assert told.exit_code == 0
    assert "more characters of this line" in " ".join(told.output.split())
    assert len(told.output) < 3 * LONGEST
    assert bounded("b" * LONGEST) == "b" * LONGEST


def test_angles_that_nothing_closes_are_left_soon() -> None:
    """Of a thousand `a<b,` none is a list of template arguments, and each is seen to be none within its first few."""
    assert closing_angle("a<b," * 1000, 1) is None
    assert closing_angle("a<b<c<d>>>(", 1) == 10


def test_calls_that_nothing_closes_have_no_number_of_arguments() -> None:
    """Ten thousand open parentheses: after the first few nobody looks for their ends any more."""
    found = mentions("void g() { " + "f(" * 10_000, "f")
    assert len(found) == 10_000
    assert {one.arguments for one in found} == {None}
    assert [one.arguments for one in mentions("void g() { f(1, h(2, 3)); }", "f")] == [2]


def test_scopes_without_end_hold_no_definitions() -> None:
    """Five thousand nested namespaces would make names of megabytes."""
    deep = "namespace a { " * 5000 + "void f() {}" + "}" * 5000
    assert all(one.symbol.count("::") <= 101 for one in definitions(deep, "cpp"))
    assert [one.symbol for one in definitions("namespace a { namespace b { void f() {} } }", "cpp")][-1] == "a::b::f"


def test_ten_thousand_mentions_on_one_line_are_read_once() -> None:
    """Each keeps a part of its line, and whether it is a local's is looked up, not tried against all others."""
    found = mentions("void g() { int f = 0; " + "f + " * 10_000 + "f; }\nint h() { return f; }\n", "f")
    assert len(found) == 10_003
    assert {one.role for one in found} == {"local", "use"}
    assert max(len(one.text) for one in found) <= LONGEST
    assert found[-1].role == "use"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("format = 1\nx = " + "[" * 5000 + "]" * 5000 + "\n", "too deep"),
        ("format = 1\n" + "[[stop]]\nid = 'a'\n" * 10_000, "at most 1000"),
    ],
)
def test_a_tour_that_nobody_wrote_by_hand_is_refused(text: str, word: str) -> None:
    """Values in values without end, and stops by the ten thousand, are a complaint like any other."""
    with pytest.raises(BadTour, match=word):
        parse(Path("x.toml"), text.encode())
