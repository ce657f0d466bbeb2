"""Opening a checkout, telling its release, and reading its files without leaving it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.checkout import LARGEST, Checkout, choose, find, open_checkout, origin
from reader.errors import BadRef, FetchFailed, NoCheckout, Unreadable


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small archive: enough of vLLM's shape to be taken for it."""
    return _archive(tmp_path / "vllm-1.2.3", "1.2.3")


def _archive(root: Path, release: str | None) -> Path:
    for path in ("vllm/__init__.py", "vllm/engine/llm.py", "csrc/ops.h", "requirements/build/cuda.txt"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x = 1\n")
    if release:
        (root / "PKG-INFO").write_text(f"Metadata-Version: 2.4\nName: vllm\nVersion: {release}\n\nVersion: 9.9.9\n")
    return root


def _git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false")
    subprocess.run(["git", "-C", str(root), *identity, *arguments], check=True, capture_output=True)


def _clone(root: Path, *tags: str) -> Path:
    _archive(root, None)
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "commit", "-qm", "one")
    for tag in tags:
        _git(root, "tag", tag)
    return root


def _put(root: Path, path: str, content: bytes) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)


# which release


def test_archive_says_its_release_in_its_metadata_head(root: Path) -> None:
    """PKG-INFO names the release, and what its long description says does not count."""
    checkout = open_checkout(root)
    assert (checkout.release, checkout.kind, checkout.hints) == ("1.2.3", "archive", ())


@pytest.mark.parametrize("version", ["0.9.2", "0.13.0", "0.33.0"])
def test_real_archives_are_told_apart(release: Callable[[str], Path], version: str) -> None:
    """Each source archive of vLLM is of the release it was published as."""
    checkout = open_checkout(release(version))
    assert (checkout.release, checkout.kind) == (version, "archive")


@pytest.mark.parametrize(
    "text",
    [
        "__version__ = version = '0.13.0'\n__version_tuple__ = version_tuple = (0, 13, 0)\n",
        'version = "0.13.0"\n',
    ],
)
def test_version_file_is_read_and_never_run(tmp_path: Path, text: str) -> None:
    """Without metadata, what setuptools-scm wrote counts; the file's code does not."""
    root = _archive(tmp_path / "v", None)
    _put(root, "vllm/_version.py", f"raise SystemExit('run!')\n{text}".encode())
    assert open_checkout(root).release == "0.13.0"


def test_nothing_says_the_release(tmp_path: Path) -> None:
    """An archive that says nothing is of release unknown, and a hint tells why."""
    checkout = open_checkout(_archive(tmp_path / "vllm-0.13.0", None))
    assert checkout.release == "unknown"
    assert "PKG-INFO" in checkout.hints[0]


def test_a_release_with_control_characters_is_none(tmp_path: Path) -> None:
    """Metadata comes from a stranger: a release that is no version is not taken over."""
    root = _archive(tmp_path / "v", None)
    _put(root, "PKG-INFO", b"Name: vllm\nVersion: 1.0\x1b[31m\n\n")
    assert open_checkout(root).release == "unknown"


def test_clone_at_a_tag_is_that_release_whatever_a_build_left(tmp_path: Path) -> None:
    """`git describe` goes before a stale _version.py, and tags of Rust crates are no releases."""
    root = _clone(tmp_path / "c", "v0.13.0", "proto-v7.0.0")
    _put(root, "vllm/_version.py", b"__version__ = version = '0.9.2'\n")
    checkout = open_checkout(root)
    assert (checkout.release, checkout.kind, checkout.hints) == ("0.13.0", "clone", ())


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("v0.13.0", "0.13.1.dev1+g"), ("v0.14.0rc2", "0.14.0rc3.dev1+g"), ("v0.8.5.post1", "0.8.5.post2.dev1+g")],
)
def test_clone_after_a_tag_is_named_as_vllm_packages_it(tmp_path: Path, tag: str, expected: str) -> None:
    """A commit after a tag is a development version of the next number, as setuptools-scm counts."""
    root = _clone(tmp_path / "c", tag)
    _git(root, "commit", "-qm", "two", "--allow-empty")
    release = open_checkout(root).release
    assert release.startswith(expected)
    assert len(release) == len(expected) + 9


def test_clone_without_tags_hints_at_fetching_them(tmp_path: Path) -> None:
    """A shallow clone has no tags; the release is unknown and the hint is a command."""
    checkout = open_checkout(_clone(tmp_path / "c"))
    assert checkout.release == "unknown"
    assert "fetch --tags" in checkout.hints[0]


def test_a_clone_whose_git_directory_is_closed_says_so() -> None:
    """Its release is unknown for that reason, and the clone is read all the same."""
    place = Path(tempfile.mkdtemp())  # not below pytest's own, where only its user may look
    root = _clone(place / "c", "v0.13.0")
    place.chmod(0o755)
    (root / ".git").chmod(0)
    user = os.geteuid()
    try:
        if user == 0:  # permissions do not hold root back
            os.seteuid(65534)
        checkout = open_checkout(root)
    finally:
        os.seteuid(user)
        (root / ".git").chmod(0o755)
        shutil.rmtree(place)
    assert checkout.release == "unknown"
    assert any("permission" in hint and ".git" in hint for hint in checkout.hints)


def test_git_from_outside_does_not_answer_for_the_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIT_DIR of a hook that runs us leads git nowhere else."""
    other, root = _clone(tmp_path / "other", "v9.9.9"), _clone(tmp_path / "c", "v0.13.0")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert open_checkout(root).release == "0.13.0"


def test_opening_a_clone_runs_nothing_that_its_configuration_names(tmp_path: Path) -> None:
    """A stranger's .git/config names an fsmonitor and a pager; neither is run."""
    root = _clone(tmp_path / "c", "v0.13.0")
    proof = tmp_path / "ran"
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external"):
        _git(root, "config", key, f"touch {proof}")
    assert open_checkout(root).release == "0.13.0"
    assert not proof.exists()


def test_installed_package_is_opened_from_either_directory(tmp_path: Path) -> None:
    """site-packages and vllm/ in it are the same checkout, which says that it has no csrc, and hides its neighbours."""
    site = tmp_path / "site-packages"
    _put(site, "vllm/__init__.py", b"")
    _put(site, "vllm-0.13.0.dist-info/METADATA", b"Metadata-Version: 2.1\nName: vllm\nVersion: 0.13.0\n\n")
    _put(site, "torch/__init__.py", b"")
    for place in (site, site / "vllm"):
        checkout = open_checkout(place)
        assert (checkout.root, checkout.release, checkout.kind) == (site.resolve(), "0.13.0", "package")
        assert "csrc" in checkout.hints[0]
    assert list(checkout.files()) == ["vllm/__init__.py"]
    assert checkout.entries("./") == ("vllm/",)
    assert not checkout.has("torch/__init__.py")
    with pytest.raises(Unreadable, match="reader fetch"):
        checkout.read("csrc/ops.h")


# what is none


@pytest.mark.parametrize("make", ["nothing", "file", "empty"])
def test_a_directory_that_is_not_vllm_is_refused_by_name(tmp_path: Path, make: str) -> None:
    """The message names the directory and what is missing."""
    place = tmp_path / make
    if make == "file":
        place.write_text("")
    elif make == "empty":
        place.mkdir()
    words = {"nothing": "no such directory", "file": "not a directory", "empty": "vllm/__init__.py"}
    with pytest.raises(NoCheckout) as caught:
        open_checkout(place)
    assert str(place) in str(caught.value)
    assert words[make] in str(caught.value)


def test_find_walks_up_to_the_checkout(root: Path, tmp_path: Path) -> None:
    """A checkout is found from any directory in it, and nothing is found outside."""
    found = find(root / "vllm" / "engine")
    assert found is not None and found.root == root.resolve()
    assert find(tmp_path) is None


# reading


@pytest.mark.parametrize(
    ("content", "text", "warnings"),
    [
        (b"a\r\nb\r\n", "a\nb\n", ("CRLF line ends",)),
        (b"a\rb\r\nc", "a\nb\nc", ("carriage returns read as line ends",)),
        (b"\xef\xbb\xbfa\n", "a\n", ()),
        (b"caf\xe9\n", "caf\u00e9\n", ("not UTF-8: read as Latin-1",)),
        ("日本\n".encode(), "日本\n", ()),
        (b"", "", ("the file is empty",)),
        (b"def f(\n  a", "def f(\n  a", ()),
    ],
)
def test_text_is_decoded_once_and_for_all(root: Path, content: bytes, text: str, warnings: tuple[str, ...]) -> None:
    """Line numbers of `text` are an editor's, and what is odd about the file is said."""
    _put(root, "vllm/odd.py", content)
    source = open_checkout(root).read("vllm/odd.py")
    assert (source.text, source.path, source.warnings) == (text, "vllm/odd.py", warnings)


def test_binary_and_huge_files_are_refused_with_the_reason(root: Path) -> None:
    """NUL means binary; too large says how large, and a file just within the limit is read."""
    _put(root, "vllm/a.so", b"\x7fELF\0\0")
    _put(root, "vllm/large.py", b"#" * (LARGEST + 1))
    _put(root, "vllm/just.py", b"#" * LARGEST)
    with (root / "vllm/fifty.py").open("wb") as file:
        file.truncate(50_000_000)
    checkout = open_checkout(root)
    with pytest.raises(Unreadable, match="binary"):
        checkout.read("vllm/a.so")
    assert checkout.raw("vllm/a.so").startswith(b"\x7fELF")
    with pytest.raises(Unreadable, match=r"50\.0 MB"):
        checkout.read("vllm/fifty.py")
    with pytest.raises(Unreadable, match="open it in an editor"):
        checkout.raw("vllm/large.py")
    assert len(checkout.read("vllm/just.py").text) == LARGEST


@pytest.mark.parametrize(
    ("path", "word"),
    [("vllm/nope.py", "no such file"), ("vllm/__init__.py/x", "no such file"), ("vllm/engine", "slash at its end")],
)
def test_what_is_not_a_file_is_unreadable(root: Path, path: str, word: str) -> None:
    """A missing file and a directory each get their own word."""
    with pytest.raises(Unreadable, match=word):
        open_checkout(root).read(path)


def test_a_pipe_is_refused_and_not_waited_for(root: Path) -> None:
    """Nobody writes to the pipe, and reading it says so at once."""
    os.mkfifo(root / "vllm" / "pipe.py")
    with pytest.raises(Unreadable, match="not a regular file"):
        open_checkout(root).read("vllm/pipe.py")


def test_no_permission_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that exists but may not be read is there, and unreadable with the fix. (As root every file can be read,
    so the system's refusal is put in its mouth.)"""
    checkout = open_checkout(root)
    real = os.open

    def refuse(path: str, flags: int, *rest: int) -> int:
        if str(path).endswith("llm.py"):
            raise PermissionError(13, "Permission denied", path)
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", refuse)
    assert checkout.has("vllm/engine/llm.py")
    with pytest.raises(Unreadable, match="no permission"):
        checkout.read("vllm/engine/llm.py")


@pytest.mark.parametrize("path", ["../secret", "vllm/../../secret", "/etc/passwd", "~/x", "a\\b", "a\0b", "", "C:/x"])
def test_paths_that_lead_out_are_no_refs(root: Path, path: str) -> None:
    """Nothing outside the root can be named, for reading or for asking."""
    (root.parent / "secret").write_text("secret")
    checkout = open_checkout(root)
    with pytest.raises((BadRef, Unreadable)):
        checkout.read(path)
    assert not checkout.has(path)
    assert not checkout.is_directory(path)
    if path:
        assert list(checkout.files(path)) == []


def test_links_out_are_not_followed_wherever_they_stand(root: Path, tmp_path: Path) -> None:
    """A link as the file, as a directory on the way, through a second link, and to itself."""
    outside = tmp_path / "outside"
    _put(outside, "secret.py", b"secret")
    (root / "vllm/file.py").symlink_to(outside / "secret.py")
    (root / "vllm/dir").symlink_to(outside)
    (root / "vllm/second").symlink_to("dir")
    (root / "vllm/loop.py").symlink_to("loop.py")
    checkout = open_checkout(root)
    paths = ["vllm/file.py", "vllm/dir/secret.py", "vllm/second/secret.py", "vllm/loop.py"]
    for path in paths:
        with pytest.raises(Unreadable, match="link"):
            checkout.read(path)
        assert not checkout.has(path)
    assert not checkout.is_directory("vllm/dir")
    assert not set(paths) & set(checkout.files())
    assert list(checkout.files("vllm/dir")) == []
    assert "dir/" not in checkout.entries("vllm/")


def test_links_inside_are_followed_and_listed_once(root: Path) -> None:
    """A link within the checkout reads as its target; the list names the target only."""
    (root / "vllm/other.py").symlink_to("engine/llm.py")
    (root / "vllm/motor").symlink_to("engine")
    checkout = open_checkout(root)
    assert checkout.read("vllm/other.py").text == checkout.read("vllm/motor/llm.py").text == "x = 1\n"
    assert checkout.has("vllm/other.py") and checkout.is_directory("vllm/motor")
    assert list(checkout.files("vllm")) == ["vllm/__init__.py", "vllm/engine/llm.py"]


def test_a_checkout_behind_a_link_is_itself(root: Path, tmp_path: Path) -> None:
    """The root may be a link: only what lies in it may not lead out."""
    (tmp_path / "link").symlink_to(root)
    assert open_checkout(tmp_path / "link").read("vllm/engine/llm.py").text == "x = 1\n"


# the list


def test_files_are_sorted_source_and_nothing_else(root: Path) -> None:
    """Build trees, caches, environments, other repositories and unprintable names are left out; build/ below is not."""
    left_out = """build/lib/vllm/__init__.py vllm.egg-info/PKG-INFO .deps/x.h vllm/__pycache__/a.pyc out/CMakeCache.txt
        venv/pyvenv.cfg venv/lib/x.py worktree/.git worktree/vllm/__init__.py rust/target/CACHEDIR.TAG"""
    for path in (*left_out.split(), "vllm/bad\x1b.py", "vllm-x/a.py"):
        _put(root, path, b"")
    checkout = open_checkout(root)
    expected = ["PKG-INFO", "csrc/ops.h", "requirements/build/cuda.txt", "vllm-x/a.py", "vllm/__init__.py"]
    assert list(checkout.files()) == [*expected, "vllm/engine/llm.py"] == sorted([*expected, "vllm/engine/llm.py"])
    assert list(checkout.files(suffixes=(".h", ".txt"))) == ["csrc/ops.h", "requirements/build/cuda.txt"]
    assert list(checkout.files("vllm/engine/")) == list(checkout.files("vllm/engine")) == ["vllm/engine/llm.py"]
    assert list(checkout.files("nowhere")) == []


def test_a_part_of_a_known_list_is_what_the_folder_lists(root: Path) -> None:
    """Whether the whole tree was listed before makes no difference, also for what that leaves out."""
    for path in ("vllm-x/a.py", "build/b.py", "vllm/engine/c.py"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text("")
    known = open_checkout(root)
    assert "build/b.py" not in set(known.files())
    for under in ("vllm", "vllm/engine", "build", "nowhere"):
        assert list(known.files(under)) == list(open_checkout(root).files(under))
    assert list(known.files("build")) == ["build/b.py"]


def test_what_is_kept_is_read_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts come in the order that is asked for, whatever was read before; only one that keeps them does so."""
    kept, other = open_checkout(root).keeping(), open_checkout(root)
    paths = ["vllm/engine/llm.py", "nowhere.py", "vllm/__init__.py"]
    assert list(kept.texts(paths[:1])) == [("vllm/engine/llm.py", b"x = 1\n")]
    (root / paths[0]).write_text("y = 2\n")
    assert list(kept.texts(paths)) == [(paths[0], b"x = 1\n"), (paths[2], b"x = 1\n")]
    assert next(other.texts(paths)) == (paths[0], b"y = 2\n")
    monkeypatch.setattr("reader.checkout.memory._MOST", 0)
    full = open_checkout(root).keeping()
    assert next(full.texts(paths)) == (paths[0], b"y = 2\n")
    (root / paths[0]).write_text("z = 3\n")
    assert [data for _, data in full.texts(paths)] == [b"z = 3\n", b"x = 1\n"]


def test_entries_are_one_directory(root: Path) -> None:
    """Directories end in a slash; what is no directory says so."""
    checkout = open_checkout(root)
    assert checkout.entries("./") == ("PKG-INFO", "csrc/", "requirements/", "vllm/")
    assert checkout.entries("vllm/") == ("__init__.py", "engine/")
    with pytest.raises(Unreadable, match="no such directory"):
        checkout.entries("vllm/__init__.py")


def test_the_list_of_a_real_release_is_complete(release: Callable[[str], Path]) -> None:
    """Over 0.33.0 the list is what a plain walk finds, less hidden folders and egg-info, and every source reads."""
    root = release("0.33.0")
    checkout = open_checkout(root)
    plain = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    kept = [p for p in plain if not any(part[0] == "." or part.endswith(".egg-info") for part in p.parts[:-1])]
    files = list(checkout.files())
    assert files == sorted(path.as_posix() for path in kept)
    assert len(files) > 8000
    refused = [
        path for path in checkout.files(suffixes=(".py", ".cu", ".cuh", ".h", ".cpp")) if not _reads(checkout, path)
    ]
    assert refused == []


def _reads(checkout: Checkout, path: str) -> bool:
    try:
        return checkout.read(path).path == path
    except Unreadable:
        return False


# the choice


def _never(release: str) -> Path:
    raise AssertionError(f"{release} was fetched")


@pytest.mark.parametrize(
    ("option", "variable", "here", "chosen", "expected"),
    [
        ("A", "B", "C", "D", "option"),
        (None, "B", "C", "D", "environment"),
        (None, "", "C", "D", "here"),
        (None, None, None, "D", "chosen"),
        (None, None, None, None, "home"),
    ],
)
def test_the_order_of_those_who_may_choose(
    tmp_path: Path, option: str | None, variable: str | None, here: str | None, chosen: str | None, expected: str
) -> None:
    """Option, variable, working directory, chosen, home: the first that says anything is the one."""
    roots = {name: _archive(tmp_path / name, f"1.{number}") for number, name in enumerate("ABCDE")}
    environ = {} if variable is None else {"READER_CHECKOUT": str(roots[variable]) if variable else ""}
    cwd = roots[here] / "vllm" if here else tmp_path
    arguments = (str(roots[option]) if option else None, environ, cwd, str(roots[chosen]) if chosen else None)
    assert origin(*arguments) == expected
    named = {"option": "A", "environment": "B", "here": "C", "chosen": "D", "home": "E"}[expected]
    assert choose(*arguments, "1.4", lambda release: roots["E"]).root == roots[named].resolve()


@pytest.mark.parametrize(
    ("option", "variable", "chosen", "words"),
    [
        ("nowhere", "A", "A", ["--checkout", "nowhere", "leave it out"]),
        (None, "nowhere", "A", ["READER_CHECKOUT", "nowhere", "unset READER_CHECKOUT"]),
        (None, None, "/nowhere", ["reader use", "/nowhere", "reader use --forget"]),
        ("", None, "A", ["--checkout", "no checkout of vLLM"]),
    ],
)
def test_whoever_names_a_bad_checkout_hears_so(
    tmp_path: Path, option: str | None, variable: str | None, chosen: str | None, words: list[str]
) -> None:
    """The message says who named it and how to change it; the next in order is not taken in silence."""
    _archive(tmp_path / "A", "1.0")
    cwd = tmp_path / "empty"
    cwd.mkdir()
    with pytest.raises(NoCheckout) as caught:
        choose(option, {"READER_CHECKOUT": variable} if variable else {}, cwd, chosen, "1.0", _never)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_release_number_names_a_fetched_release(tmp_path: Path) -> None:
    """A number leads to the release at hand; one that is not says how to fetch it, and is not fetched unasked."""
    root = _archive(tmp_path / "cache", "0.9.2")
    hand = {"0.9.2": root}
    assert choose("0.9.2", {}, tmp_path, None, "0.13.0", _never, hand.get).release == "0.9.2"
    assert choose(None, {}, tmp_path, "0.9.2", "0.13.0", _never, hand.get).release == "0.9.2"
    with pytest.raises(NoCheckout, match=r"`reader fetch 0\.8\.5` gets it"):
        choose("0.8.5", {}, tmp_path, None, "0.13.0", _never, hand.get)


def test_a_directory_named_like_a_release_goes_first(tmp_path: Path) -> None:
    """`--checkout 0.9.2` beside a directory of that name means the directory."""
    _archive(tmp_path / "0.9.2", "5.0")
    assert choose("0.9.2", {}, tmp_path, None, "0.13.0", _never, lambda release: None).release == "5.0"


def test_offline_without_any_checkout_there_are_three_ways_out(tmp_path: Path) -> None:
    """One message: what failed, and the three ways out."""

    def offline(release: str) -> Path:
        raise FetchFailed("no index could be asked")

    with pytest.raises(NoCheckout) as caught:
        choose(None, {}, tmp_path, None, "0.13.0", offline)
    message = str(caught.value)
    assert all(
        way in message for way in ("no index could be asked", "reader fetch 0.13.0", "reader use DIR", "--checkout DIR")
    )
