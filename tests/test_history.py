"""The same code in another release: read from git's own objects, compared, followed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import commit
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reader.checkout import Checkout, objects, open_checkout
from reader.checkout.objects import NoHistory, objects_of
from reader.errors import NoCheckout, ReaderError, UnknownName
from reader.history.change import Was, is_change, level
from reader.history.definitions import changes
from reader.history.difference import Difference, difference
from reader.history.lives import life
from reader.history.memory import Memory
from reader.history.past import past
from reader.history.standing import Standing, standing, text_of
from reader.history.successors import successors
from reader.history.versions import Versions
from reader.ref import Ref
from reader.resolve import resolve

FIRST = {
    "vllm/__init__.py": "",
    "vllm/soup.py": "class Soup:\n    def stir(self):\n        '''Slowly.'''\n        return self.pot.turn(1)\n\n\n"
    "def serve(bowl, spoon):\n    total = 0\n    for guest in bowl.guests:\n"
    "        total += spoon.fill(guest)\n    return total\n",
    "vllm/häuschen ü/plan b.py": "WALLS = 4\n",
    "csrc/pot.cu": "__global__ void boil(int n) {\n  heat(n);\n}\n",
}
SECOND = FIRST | {
    "vllm/soup.py": "class Soup:\n    def stir(self):\n        '''Fast.'''\n        return self.pot.turn(1)\n\n\n"
    "def serve_all(bowl, spoon):\n    total = 0\n    for guest in bowl.guests:\n"
    "        total += spoon.fill(guest)\n    return total\n",
}
THIRD = {name: text for name, text in SECOND.items() if name != "vllm/soup.py"} | {
    "vllm/kitchen/soup.py": SECOND["vllm/soup.py"].replace("turn(1)", "turn(2)"),
    "vllm/kitchen/__init__.py": "",
}


def write(root: Path, files: dict[str, str]) -> None:
    for name in ("vllm", "csrc"):
        shutil.rmtree(root / name, ignore_errors=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A clone of three releases of our own; its path has a blank and a letter that is not ASCII."""
    root = tmp_path / "my clöne"
    root.mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for tag, files in (("v0.1.0", FIRST), ("v0.2.0", SECOND), ("v0.3.0", THIRD)):
        write(root, files)
        commit(root, tag)
    return root


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(params=["git", "dulwich"])
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the git program, and without one."""
    if request.param == "dulwich":
        monkeypatch.setattr(shutil, "which", lambda name: None)
    return str(request.param)


def test_a_tag_is_read_as_if_it_lay_on_disk(small: Path, reading: str) -> None:
    """Names, lists and contents are those of the commit, whatever the work tree holds by now."""
    (small / "vllm" / "kitchen" / "soup.py").write_text("edited = 1\n")
    versions = Versions(open_checkout(small))
    there = versions.open("v0.1.0")
    assert there.release == "0.1.0"
    assert tuple(there.files()) == tuple(sorted(FIRST))
    assert {path: data.decode() for path, data in there.bulk(there.files())} == FIRST
    assert there.read("vllm/soup.py").text == FIRST["vllm/soup.py"]
    assert (there.has("vllm/kitchen/soup.py"), there.has("vllm/soup.py"), there.is_directory("vllm")) == (
        False,
        True,
        True,
    )
    assert there.entries("vllm/") == ("__init__.py", "häuschen ü/", "soup.py")
    with pytest.raises(ReaderError, match=r"no such file in 0\.1\.0"):
        there.read("vllm/kitchen/soup.py")
    assert (small / "vllm" / "kitchen" / "soup.py").read_text() == "edited = 1\n"


def test_a_commit_is_named_in_any_way_that_git_knows(small: Path, reading: str) -> None:
    """A branch, a short name, a place before another; its release is that of the tag at it or before it."""
    commit(small)
    versions = Versions(open_checkout(small))
    assert versions.open("HEAD~2").release == "0.2.0"
    assert versions.open(git(small, "rev-parse", "v0.1.0^{commit}")[:10]).release == "0.1.0"
    assert versions.open("HEAD").has("vllm/kitchen/soup.py")


def test_what_is_at_hand_is_told_in_order(small: Path, reading: str) -> None:
    """Only version tags are releases; the others are commits by another name."""
    git(small, "tag", "nightly")
    git(small, "tag", "v0.10.0", "v0.1.0")
    versions = Versions(open_checkout(small))
    assert [(one.release, one.source) for one in versions.releases()] == [
        ("0.1.0", "tag"), ("0.2.0", "tag"), ("0.3.0", "tag"), ("0.10.0", "tag"),
    ]  # fmt: skip
    assert versions.open("nightly").has("vllm/kitchen/soup.py")
    assert list(versions.doubts()) == []


def test_what_is_not_there_is_answered_with_what_is(small: Path, reading: str) -> None:
    """And with how to get a release."""
    with pytest.raises(
        UnknownName, match=r"0\.9\.2(?s:.*)At hand are: 0\.1\.0, 0\.2\.0, 0\.3\.0(?s:.*)reader fetch 0\.9\.2"
    ):
        Versions(open_checkout(small)).open("0.9.2")


def test_a_clone_without_tags_says_so(small: Path, reading: str) -> None:
    """And how to get them."""
    for tag in git(small, "tag").split():
        git(small, "tag", "-d", tag)
    assert any("fetch --tags" in doubt for doubt in Versions(open_checkout(small)).doubts())


def test_a_shallow_clone_says_so(small: Path, tmp_path: Path, reading: str) -> None:
    """It has the last commit and no other."""
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{small}", str(shallow)], check=True)
    versions = Versions(open_checkout(shallow))
    assert any("fetch --unshallow" in doubt for doubt in versions.doubts())
    with pytest.raises(UnknownName, match="shallow"):
        versions.open("0.1.0")


def test_a_missing_object_is_said(small: Path, reading: str) -> None:
    """Neither a traceback nor an empty file: the object is named, and what mends it."""
    blob = git(small, "rev-parse", "v0.1.0:vllm/soup.py")
    (small / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    there = Versions(open_checkout(small)).open("0.1.0")
    with pytest.raises(NoHistory, match="missing"):
        there.read("vllm/soup.py")
    assert there.has("csrc/pot.cu")


def test_a_rebase_under_way_changes_nothing(small: Path, reading: str) -> None:
    """HEAD is nowhere in particular then; the tags stand where they stood."""
    git(small, "checkout", "-q", "v0.2.0")
    (small / ".git" / "rebase-merge").mkdir()
    assert Versions(open_checkout(small)).open("0.1.0").has("vllm/soup.py")


def test_a_worktree_has_the_history_of_its_clone(small: Path, tmp_path: Path, reading: str) -> None:
    """Its `.git` is a file."""
    git(small, "worktree", "add", "-q", str(tmp_path / "beside"), "v0.2.0")
    assert Versions(open_checkout(tmp_path / "beside")).open("0.1.0").has("vllm/soup.py")


def test_what_is_no_repository_has_no_history(tmp_path: Path, reading: str) -> None:
    """A `.git` that is an empty folder."""
    write(tmp_path, FIRST)
    (tmp_path / ".git").mkdir()
    with pytest.raises(NoHistory):
        objects_of(tmp_path).tags()


def test_a_life_follows_the_code(small: Path) -> None:
    """Through a move, with what changed from release to release; a docstring is no change of code."""
    ages = life(Versions(open_checkout(small)), Ref("vllm/soup.py", "Soup.stir"))
    assert [(age.release, age.site.verdict, age.site.path, age.change) for age in ages] == [
        ("0.1.0", "exact", "vllm/soup.py", None),
        ("0.2.0", "exact", "vllm/soup.py", "docstring"),
        ("0.3.0", "moved", "vllm/kitchen/soup.py", "body"),
    ]


def test_what_is_gone_is_shown_from_the_newest_release_that_had_it(small: Path) -> None:
    """The site says of which release it is and in which it was missing, and the lines are that release's."""
    checkout = open_checkout(small)
    gone = resolve(checkout, Ref("vllm/soup.py", "serve"))
    found = past(Versions(checkout), gone, lambda release: Ref("vllm/soup.py", "serve"))
    assert found is not None
    assert (found.site.verdict, found.site.release, found.site.missing_in) == ("historic", "0.1.0", "0.3.0")
    assert (text_of(found.checkout, found.site) or "").startswith("def serve(")


def test_what_took_its_place_is_a_candidate_with_a_figure(small: Path) -> None:
    """The renamed function is found where its file went; it is never called the answer."""
    checkout = open_checkout(small)
    old = Versions(checkout).open("0.1.0")
    text = text_of(old, resolve(old, Ref("vllm/soup.py", "serve")))
    assert text is not None
    (best, *_) = successors(checkout, text, "vllm/soup.py", "serve", "function")
    assert (best.path, best.symbol) == ("vllm/kitchen/soup.py", "serve_all")
    assert 0.8 < best.likeness < 1
    assert resolve(checkout, Ref("vllm/soup.py", "serve")).verdict in ("gone", "ambiguous")
    assert successors(checkout, "def unlike():\n    return [9 for _ in (7, 8)]\n", "vllm/soup.py", "unlike", None) == ()


NOW = Standing("exact", "vllm/a.py", "f", 3, "aaaa.bbbb.cccc", "legacy")
WAS = Was("aaaa.bbbb.cccc", "vllm/a.py", "f")


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (WAS, NOW, "same"),
        (WAS, Standing("moved", "vllm/b.py", "f", 3, "aaaa.bbbb.cccc"), "moved"),
        (WAS, Standing("exact", "vllm/a.py", "f", 3, "aaaa.bbbb.dddd"), "docstring"),
        (WAS, Standing("exact", "vllm/a.py", "f", 3, "aaaa.xxxx.cccc"), "body"),
        (WAS, Standing("moved", "vllm/b.py", "f", 3, "xxxx.xxxx.cccc"), "signature"),
        (WAS, Standing("elsewhere", "vllm/b.py", "g", 3, "xxxx.xxxx.cccc"), "replaced"),
        (WAS, Standing("gone"), "gone"),
        (WAS, Standing("ambiguous"), "unsure"),
        (Was("legacy", "vllm/a.py"), NOW, "same"),
        (Was("other", "vllm/a.py"), NOW, "unknown"),
        (Was(None, None), Standing("gone"), "same"),
        (Was(None, None), NOW, "unknown"),
        (Was(None, "vllm/config/"), Standing("exact", "vllm/config/"), "same"),
    ],
)
def test_how_much_has_changed(was: Was, now: Standing, expected: str) -> None:
    """The worst that is true; another place or docstring is no change of code."""
    assert level(was, now) == expected
    assert is_change(level(was, now)) == (expected not in ("same", "moved", "docstring"))


def test_a_file_is_compared_definition_by_definition() -> None:
    """What a class says outside of its methods is its own, and what stands outside of everything too."""
    before = (
        "import a\n\n\nclass C:\n    x = 1\n\n    def m(self):\n        return 1\n\n    def gone(self):\n        pass\n"
    )
    after = before.replace("import a", "import b").replace("x = 1", "x = 2").replace("gone", "come")
    assert dict(changes(before, after, "python")) == {"": "body", "C": "body", "C.come": "new", "C.gone": "gone"}
    assert changes(before, before.replace("    x = 1", "    # why\n    x = (1)"), "python") == ()


def test_moved_lines_are_told_from_new_ones() -> None:
    """Three lines that go together and stand elsewhere now, one level deeper, were moved."""
    old = "def f():\n    first = 1\n    second = 2\n    third = 3\n    d = 4\n    return d\n"
    new = "def f():\n    d = 4\n    if d:\n        first = 1\n        second = 2\n        third = 3\n    return d\n"
    found = difference(old, new, (11, 21))
    assert (found.added, found.removed, found.moved) == (1, 0, 3)
    assert [(row.before, row.after) for row in found.rows if row.kind == "moved here"] == [
        (None, 24),
        (None, 25),
        (None, 26),
    ]


def rebuilt(found: Difference, side: str) -> list[str]:
    kinds = {"before": ("same", "removed", "moved away"), "after": ("same", "added", "moved here")}[side]
    return [row.text.rstrip() for row in found.rows if row.kind in kinds]


LINES = st.lists(
    st.sampled_from(["a = 1", "b = 2", "  c = 3", "", "return", "x", "long = line(of, code)"]), max_size=25
)


@settings(max_examples=200, deadline=None)
@given(LINES, LINES)
def test_a_difference_holds_both_texts(old: list[str], new: list[str]) -> None:
    """With enough context each side can be put together again, in order, each line numbered."""
    assume([line.rstrip() for line in old] != [line.rstrip() for line in new])
    found = difference("\n".join(old), "\n".join(new), context=100)
    assert rebuilt(found, "before") == [line.rstrip() for line in "\n".join(old).split("\n")]
    assert rebuilt(found, "after") == [line.rstrip() for line in "\n".join(new).split("\n")]
    numbers = [row.after for row in found.rows if row.after is not None]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield


def test_what_is_remembered_is_never_stale(tmp_path: Path, cached: None) -> None:
    """An answer from before a file was edited, moved or added is found out again."""
    root = tmp_path / "vllm-0.1.0"
    write(root, FIRST)
    asked = [(Ref("vllm/soup.py", name), None) for name in ("Soup.stir", "serve", "nothing")]

    def now() -> list[tuple[str, str | None]]:
        memory = Memory(open_checkout(root))
        found = memory.standings(asked)
        memory.save()
        sites = [resolve(memory.checkout, ref) for ref, _ in asked]
        fresh = [standing(site, text_of(memory.checkout, site)) for site in sites]
        assert list(found) == fresh
        return [(one.verdict, one.path) for one in found]

    first = now()
    assert now() == first
    write(root, THIRD)
    assert now() != first
    (root / "vllm" / "nothing.py").write_text("def nothing():\n    return 0\n")
    os.utime(root / "vllm" / "nothing.py", ns=(1, 1))
    assert now()[2] != first[2]


def test_what_is_remembered_is_not_resolved_again(
    tmp_path: Path, cached: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look at the same tree opens no resolver."""
    root = tmp_path / "vllm-0.1.0"
    write(root, FIRST)
    asked = [(Ref("vllm/soup.py", "serve"), None), (Ref("vllm/soup.py", "nothing"), None)]
    memory = Memory(open_checkout(root))
    first = memory.standings(asked)
    memory.save()
    monkeypatch.setattr("reader.history.memory._found", lambda checkout, new: iter(()) if not new else 1 / 0)
    assert Memory(open_checkout(root)).standings(asked) == first


def test_commits_of_vllm_are_read_as_its_archives_are(
    clone: Path, release: Callable[[str], Path], reading: str
) -> None:
    """Every file of 0.13.0, byte by byte, and the same answers from it."""
    there, archive = Versions(open_checkout(clone)).open("0.13.0"), open_checkout(release("0.13.0"))
    paths = [path for path in archive.files() if path.startswith(("vllm/", "csrc/"))]
    assert list(there.files()) == paths
    assert all(one == other for one, other in zip(there.bulk(paths), archive.bulk(paths), strict=True))
    for ref in (Ref("vllm/v1/engine/core.py", "EngineCore.step"), Ref("vllm/engine/llm_engine.py", "LLMEngine")):
        assert resolve(there, ref) == resolve(archive, ref)


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("vllm/sequence.py::SequenceGroup", ["exact vllm/sequence.py", "gone None", "gone None"]),
        ("vllm/attention/layer.py::Attention",
         ["exact vllm/attention/layer.py", "exact vllm/attention/layer.py",
          "moved vllm/model_executor/layers/attention/attention.py"]),
        ("csrc/attention/paged_attention_v1.cu::paged_attention_v1",
         ["exact csrc/attention/paged_attention_v1.cu", "exact csrc/attention/paged_attention_v1.cu", "gone None"]),
        ("vllm/engine/llm_engine.py::LLMEngine",
         ["exact vllm/engine/llm_engine.py", "alias vllm/v1/engine/llm_engine.py",
          "alias vllm/v1/engine/llm_engine.py"]),
    ],
)  # fmt: skip
def test_the_lives_of_real_code(clone: Path, ref: str, expected: list[str]) -> None:
    """What vLLM's history is known to be."""
    ages = life(Versions(open_checkout(clone)), Ref.parse(ref))
    assert [f"{age.site.verdict} {age.site.path}" for age in ages] == expected


def test_objects_are_read_by_git_where_there_is_one(small: Path) -> None:
    """dulwich is for machines without it."""
    assert type(objects_of(small)).__name__ == "_Git"
    assert issubclass(objects._Dulwich, objects.Objects)
    assert isinstance(open_checkout(small), Checkout)


def test_a_bare_repository_is_no_checkout(small: Path, tmp_path: Path) -> None:
    """It has a history and no files; the message says what to do."""
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(small), str(bare)], check=True)
    with pytest.raises(NoCheckout, match=r"bare repository(?s:.*)git clone"):
        open_checkout(bare)
