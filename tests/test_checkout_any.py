"""Trees of other projects than vLLM: which are opened, what they are called, and what every command says of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reader.checkout import Allowed, Checkout, find, open_checkout, origin
from reader.cli.group import main
from reader.errors import NoCheckout
from reader.history.versions import Versions
from reader.inference import Inference
from reader.kernels.operations import operations
from reader.ref import Ref
from reader.resolve import resolve
from reader.resolve.sources import Sources
from reader.usages import Use, python

FIXTURE = Path(__file__).parent / "fixtures" / "other"
ANY = Allowed(every=True)
Run = Callable[..., Result]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return shutil.copytree(FIXTURE, tmp_path / "tree")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """One command in this process, with an empty progress file and nothing chosen; `code` is the exit code due."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PAGER", "cat")
    monkeypatch.chdir(tmp_path)

    def one(*args: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, args)
        assert result.exit_code == code, result.output
        return result

    return one


def _git(root: Path, *arguments: str) -> None:
    run = ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@t"]
    subprocess.run([*run, *arguments], check=True, capture_output=True)


def _clone(tree: Path, tag: str) -> Path:
    for command in (("init", "-q"), ("add", "-A", "-f"), ("commit", "-qm", "one"), ("tag", tag)):
        _git(tree, *command)
    return tree


def test_another_project_is_refused_and_the_way_named(tree: Path) -> None:
    """Nobody gets a tree without vllm/__init__.py who did not ask for it, and who wants it learns how."""
    with pytest.raises(NoCheckout, match="`--any`"):
        open_checkout(tree)


def test_whoever_allows_it_gets_it_under_its_own_name(tree: Path) -> None:
    """Name and version are those of pyproject.toml."""
    checkout = open_checkout(tree, ANY)
    assert (checkout.project, checkout.release, checkout.kind, checkout.foreign) == (
        "kitchen-tools", "1.4.2", "tree", True,
    )  # fmt: skip


def test_vllm_stays_vllm_whatever_is_allowed(tmp_path: Path) -> None:
    """A checkout of vLLM is opened as one, also with --any, and from the package's own folder."""
    (tmp_path / "v" / "vllm").mkdir(parents=True)
    (tmp_path / "v" / "vllm" / "__init__.py").write_text("")
    for place in (tmp_path / "v", tmp_path / "v" / "vllm"):
        assert not open_checkout(place, ANY).foreign


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("PKG-INFO", "Metadata-Version: 2.1\nName: spoons\nVersion: 3.1\n\nName: no\n", ("spoons", "3.1")),
        ("setup.py", 'import x\nEXT = Extension(name="ext")\nsetup(name="spoons", version="2.0")\n', ("spoons", "2.0")),
        ("setup.cfg", "[metadata]\nname = spoons\nversion = 2.1\n[options]\nname = no\n", ("spoons", "2.1")),
        ("pyproject.toml", '[tool.x]\nname = "no"\n[project]\nname = "spoons" # ours\n', ("spoons", "unknown")),
        ("pyproject.toml", '[project]\nname = "\\u001b[31m"\nversion = "1"\n', ("tree", "1")),
        ("CMakeLists.txt", "cmake_minimum_required(VERSION 3.1)\nproject(Spoons VERSION 1.2.2)\n", ("Spoons", "1.2.2")),
        ("README", "nothing\n", ("tree", "unknown")),
    ],
)
def test_name_and_release_are_those_of_its_metadata(
    tmp_path: Path, file: str, text: str, expected: tuple[str, str]
) -> None:
    """What states them in their own words goes before the directory's name."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / file).write_text(text)
    checkout = open_checkout(tmp_path / "tree", ANY)
    assert (checkout.project, checkout.release) == expected


def test_the_version_that_a_package_states_is_read(tmp_path: Path) -> None:
    """`__version__` in the package that bears the project's name, when setup.py only computes it."""
    root = tmp_path / "spoons"
    (root / "src" / "spoons").mkdir(parents=True)
    (root / "setup.py").write_text('\nsetup(name="spoons", version=read())\n')
    (root / "src" / "spoons" / "__init__.py").write_text('__version__ = "0.7"\n')
    assert open_checkout(root, ANY).release == "0.7"


@pytest.mark.parametrize(
    ("tag", "release"), [("v2.8", "2.8"), ("1.4.2", "1.4.2"), ("release-1.2", "1.2"), ("boost_1_2", "1.2")]
)
def test_a_clone_is_described_by_its_own_tags(tree: Path, tag: str, release: str) -> None:
    """With a v before the number, without one, and behind a word."""
    checkout = open_checkout(_clone(tree, tag), ANY)
    assert (checkout.kind, checkout.release) == ("clone", release)


def test_the_whole_file_system_is_no_project() -> None:
    """What one would wait for until tomorrow is refused."""
    with pytest.raises(NoCheckout, match="whole file system"):
        open_checkout(Path("/"), ANY)


def test_the_nearest_tree_around_the_working_directory_counts(tree: Path) -> None:
    """Told once, a tree is found from within; not told, only who says --any finds it, by what lies in its root."""
    inside = tree / "src" / "kitchen"
    told = Allowed(told=lambda: (str(tree.resolve()),))
    assert find(inside) is None
    assert getattr(find(inside, told), "project", None) == "kitchen-tools"
    assert getattr(find(inside, ANY), "root", None) == tree.resolve()
    assert origin(None, {}, inside, None, told) == "here"


def test_use_any_is_remembered(run: Run, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From then on the path is taken without --any: chosen, as --checkout, and as the working directory."""
    run("use", str(tree), code=2)
    assert "kitchen-tools 1.4.2 (tree)" in run("use", "--any", str(tree)).output
    assert "exact" in run("where", "src/kitchen/pots.py::Pot").output
    run("use", "--forget")
    assert "exact" in run("where", "src/kitchen/pots.py::Pot", "--checkout", str(tree)).output
    monkeypatch.chdir(tree / "native")
    assert "exact" in run("where", "native/whisk.cpp::kitchen::whisk").output


def test_a_damaged_progress_file_is_no_hindrance_to_any(run: Run, tree: Path, tmp_path: Path) -> None:
    """What was told is then not known, and --any says it again."""
    (tmp_path / "data" / "vllm-reader").mkdir(parents=True)
    (tmp_path / "data" / "vllm-reader" / "progress.db").write_bytes(b"no database at all" * 300)
    assert "exact" in run("where", "src/kitchen/pots.py::Pot", "--any", "--checkout", str(tree)).output


@pytest.mark.parametrize(
    ("ref", "verdict", "path"),
    [
        ("src/kitchen/__init__.py::Pot", "alias", "src/kitchen/pots.py"),
        ("tests/test_pots.py::Pot", "alias", "src/kitchen/pots.py"),
        ("src/kitchen/pots.py::sharpen", "alias", "src/company/tools/__init__.py"),
        ("examples/cook.py::salt", "alias", "examples/pantry.py"),
        ("native/whisk.cpp::whisk", "exact", "native/whisk.cpp"),
    ],
)
def test_imports_lead_to_where_packages_start(tree: Path, ref: str, verdict: str, path: str) -> None:
    """A src layout, a namespace package, and a script beside another."""
    site = resolve(open_checkout(tree, ANY), Ref.parse(ref))
    assert (site.verdict, site.path, site.project) == (verdict, path, "kitchen-tools")


@pytest.mark.parametrize("ref", ["src/kitchen/pots.py::ssl", "examples/cook.py::torch"])
def test_a_library_is_not_the_file_of_its_name(tree: Path, ref: str) -> None:
    """`import ssl` beside ssl.py in a package, `import torch` beside a folder of scripts."""
    assert resolve(open_checkout(tree, ANY), Ref.parse(ref)).verdict == "gone"


def test_a_module_of_a_vllm_package_does_not_import_itself(tmp_path: Path) -> None:
    """`import flashinfer` in vllm/utils/flashinfer.py means the library; a benchmark may import what lies beside it."""
    for path, text in {
        "vllm/__init__.py": "", "csrc/a.h": "", "vllm/utils/__init__.py": "", "benchmarks/__init__.py": "",
        "vllm/utils/flashinfer.py": "import flashinfer\nfrom ssl import SSLContext\n",
        "vllm/utils/ssl.py": "class SSLContext: ...\n",
        "benchmarks/run.py": "from common import go\n", "benchmarks/common.py": "def go(): ...\n",
    }.items():  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    checkout = open_checkout(tmp_path)
    for name in ("flashinfer", "SSLContext"):
        assert resolve(checkout, Ref("vllm/utils/flashinfer.py", name)).path is None
    assert resolve(checkout, Ref("benchmarks/run.py", "go")).path == "benchmarks/common.py"


def test_two_packages_of_one_name_are_no_answer(tree: Path) -> None:
    """Neither of them is as near as to be the one that is meant; the one in the file's own project is."""
    for part in ("one", "two"):
        (tree / part / "python" / "pantry_lib").mkdir(parents=True)
        (tree / part / "python" / "pantry_lib" / "__init__.py").write_text("def jar(): ...\n")
    (tree / "src" / "kitchen" / "jars.py").write_text("from pantry_lib import jar\n")
    (tree / "one" / "use.py").write_text("from pantry_lib import jar\n")
    checkout = open_checkout(tree, ANY)
    assert resolve(checkout, Ref("src/kitchen/jars.py", "jar")).verdict == "gone"
    assert resolve(checkout, Ref("one/use.py", "jar")).path == "one/python/pantry_lib/__init__.py"


def test_every_question_is_answered(run: Run, tree: Path) -> None:
    """What another project's tree is asked, each by a word that only the right answer has."""
    known = ("--any", "--checkout", str(tree))
    for words, expected in (
        (("uses", "src/kitchen/spoons.py::Spoon"), "tests/test_pots.py"),
        (("uses", "native/whisk.cpp::kitchen::whisk"), "include/kitchen/whisk.h"),
        (("calls", "src/kitchen/pots.py::Pot.boil"), "src/company/tools/__init__.py"),
        (("calls", "native/whisk.cpp::kitchen::twice"), "kitchen::whisk"),
        (("classes", "src/kitchen/pots.py::Pot"), "Kettle"),
        (("tests", "src/kitchen/spoons.py::Spoon.stir"), "test_boils"),
        (("find", "sharpen"), "src/company/tools/__init__.py:1"),
        (("outline", "native/whisk.cpp"), "function twice"),
        (("show", "src/kitchen/pots.py::Pot"), "kitchen-tools 1.4.2"),
        (("diagram", "classes", "src/kitchen/pots.py::Pot", "--format", "svg"), "kitchen-tools 1.4.2"),
        (("kernel", "--list"), "no operation"),
        (("use",), "kitchen-tools 1.4.2 (tree)"),
    ):
        assert expected in run(*words, *known).output, words


def test_its_own_tour_is_read_checked_and_marked(run: Run, tree: Path) -> None:
    """A tour beside the tree opens, its marks name the project, and a file of it is kept apart from vLLM's."""
    known = ("--any", "--checkout", str(tree))
    assert "Round and round." in run("tour", "cooking", *known).output
    assert "2      1      0" in run("check", *known).output
    run("next", *known)
    run("mark", "src/kitchen/pots.py", *known)
    (tree / "src" / "kitchen" / "pots.py").write_text("class Pot:\n    def boil(self):\n        return 1\n")
    told = run("status", *known).output
    assert "The one stop that you have read has changed" in told
    assert "kitchen-tools:src/kitchen/pots.py" in told
    assert "compared with kitchen-tools 1.4.2" in told
    assert "kitchen-tools 1.4.2" in run("journal", *known).output


@pytest.mark.parametrize(
    "words",
    [
        ("tour", "week3"), ("tour", "week3", "--print"), ("next",), ("show", "week3:core-step"), ("check", "week3"),
        ("mark", "week3:core-step"), ("diff", "week3:core-step"),
        ("diagram", "lanes", "week3"), ("quiz", "week3"), ("quiz", "week3", "--list"), ("stats",), ("check",),
    ],
)  # fmt: skip
def test_tours_of_vllm_are_refused_and_record_nothing(run: Run, tree: Path, words: tuple[str, ...]) -> None:
    """What is about vLLM says so, with exit code 1 and no verdict, and leaves no trace in the progress."""
    shutil.rmtree(tree / ".reader")
    told = run(*words, "--any", "--checkout", str(tree), code=1)
    assert "is about vLLM" in told.output
    assert "kitchen-tools 1.4.2" in told.output
    assert "exact" not in told.output
    assert run("journal").output.startswith("reader: nothing is in the journal")


def test_marks_of_vllm_are_not_judged_by_another_tree(run: Run, tree: Path, tmp_path: Path) -> None:
    """README.md of two projects is two files, and neither has changed because the other is different."""
    (tmp_path / "v" / "vllm").mkdir(parents=True)
    (tmp_path / "v" / "csrc").mkdir()
    (tmp_path / "v" / "vllm" / "__init__.py").write_text("")
    for root in (tree, tmp_path / "v"):
        (root / "README.md").write_text(f"# {root.name}\n")
    vllm, other = ("--checkout", str(tmp_path / "v")), ("--checkout", str(tree), "--any")
    run("mark", "README.md", *vllm)
    run("mark", "README.md", *other)
    for where in (vllm, other):
        rows = [line for line in run("status", *where).output.splitlines() if "README.md" in line]
        assert len(rows) == 2
        assert not any("changed" in row for row in rows)
        assert "is" not in run("diff", "README.md", *where, "--stat").stderr


def test_other_releases_are_its_own_tags(tree: Path) -> None:
    """Fetched releases of vLLM are none of another project's, and a tag opens as the same project."""
    _clone(tree, "v1.0")
    (tree / "src" / "kitchen" / "spoons.py").write_text("class Ladle: ...\n")
    _git(tree, "commit", "-qam", "two")
    _git(tree, "tag", "v1.1")
    versions = Versions(open_checkout(tree, ANY))
    assert [one.release for one in versions.releases()] == ["1.0", "1.1"]
    old = versions.open("1.0")
    assert (old.project, old.release, old.foreign) == ("kitchen-tools", "1.0", True)
    assert resolve(old, Ref("src/kitchen/spoons.py", "Spoon")).verdict == "exact"


def test_history_and_differences_over_its_tags(run: Run, tree: Path) -> None:
    """where --history and diff between two tags, and between two directories."""
    _clone(tree, "v1.0")
    (tree / "src" / "kitchen" / "spoons.py").write_text("class Spoon:\n    def stir(self) -> None:\n        pass\n")
    _git(tree, "commit", "-qam", "two")
    _git(tree, "tag", "v1.1")
    known = ("--any", "--checkout", str(tree))
    ref = "src/kitchen/spoons.py::Spoon.stir"
    assert "1.1" in run("where", ref, "--history", *known).output
    assert "kitchen-tools 1.0" in run("diff", ref, "1.0", "1.1", *known).output
    assert "+" in run("diff", ref, str(FIXTURE), *known).output


def test_the_release_of_a_directory_within_vllm(release: Callable[[str], Path]) -> None:
    """A part of a package is a tree too: what imports it by its whole name is found as from the whole checkout."""
    whole, part = open_checkout(release("0.13.0")), open_checkout(release("0.13.0") / "vllm" / "v1", ANY)
    assert part.foreign
    asked = "request.py"
    found = {(f"vllm/v1/{one.path}", one.line) for one in _uses(part, asked, "Request") if one.sure}
    known = {(one.path, one.line) for one in _uses(whole, f"vllm/v1/{asked}", "Request") if one.sure}
    assert found == {one for one in known if one[0].startswith("vllm/v1/")}
    assert len(found) > 5


def test_kernels_of_native_code_alone(release: Callable[[str], Path]) -> None:
    """csrc/ opened by itself: its registrations are listed, and its headers found by the end of their path."""
    part = open_checkout(release("0.13.0") / "csrc", ANY)
    names = {one.name for one in operations(part)}
    assert {"reshape_and_cache", "rms_norm", "moe_align_block_size"} <= names
    assert Sources(part).included("cache_kernels.cu", "cuda_utils.h") == "cuda_utils.h"
    assert Sources(part).included("moe/topk_softmax_kernels.cu", "../cuda_compat.h") == "cuda_compat.h"


def _uses(checkout: Checkout, path: str, symbol: str) -> tuple[Use, ...]:
    return python.uses(Inference(Sources(checkout)), path, symbol, "class").found


def test_a_tree_that_may_not_be_read_says_so(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A root without permission is refused by name."""
    access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: access(path, mode) and not (path == tree.resolve() and mode & os.R_OK)
    )
    with pytest.raises(NoCheckout, match="permission"):
        open_checkout(tree, ANY)
