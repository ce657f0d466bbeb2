"""Exports into folders of the user's: whole pages, nothing of others lost, and a second run goes on."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reader import folder
from reader.folder import MANIFEST, Folder, NotWritten, Written


def export(root: Path, pages: dict[str, str], *, force: bool = False, kind: str = "html") -> Written:
    with Folder(root, kind, force=force) as into:
        for path, text in pages.items():
            into.write(path, text.encode())
        return into.done()


def found(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): path.read_text()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def test_pages_are_written_and_other_files_stay(tmp_path: Path) -> None:
    """A folder that has files of others keeps each of them as it was."""
    (tmp_path / "mine.txt").write_text("mine")
    done = export(tmp_path, {"index.html": "a", "weeks/03.html": "b"})
    assert done == Written(pages=2, changed=2)
    assert found(tmp_path) == {"index.html": "a", "mine.txt": "mine", "weeks/03.html": "b"}


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    """Nobody has to make an empty directory first."""
    export(tmp_path / "a" / "b", {"index.html": "a"})
    assert found(tmp_path) == {"a/b/index.html": "a"}


def test_a_second_export_changes_nothing_that_is_the_same(tmp_path: Path) -> None:
    """Neither the pages nor the list of them is touched."""
    export(tmp_path, {"index.html": "a"})
    for path in tmp_path.iterdir():
        os.utime(path, (1, 1))
    assert export(tmp_path, {"index.html": "a"}) == Written(pages=1, changed=0)
    assert {path.name: path.stat().st_mtime for path in tmp_path.iterdir()} == {"index.html": 1, MANIFEST: 1}


def test_a_later_export_replaces_its_pages_and_clears_away_the_old(tmp_path: Path) -> None:
    """With the directories that this leaves empty; a page that was changed since stays, and is told."""
    export(tmp_path, {"index.html": "a", "old/one.html": "b", "old/two.html": "c"})
    (tmp_path / "old" / "two.html").write_text("changed by me")
    done = export(tmp_path, {"index.html": "new"})
    assert done == Written(pages=1, changed=1, removed=("old/one.html",), kept=("old/two.html",))
    assert found(tmp_path) == {"index.html": "new", "old/two.html": "changed by me"}
    (tmp_path / "old" / "two.html").unlink()
    (tmp_path / "old").rmdir()
    export(tmp_path, {"index.html": "new", "new/one.html": "b"})
    export(tmp_path, {"index.html": "new"})
    assert not (tmp_path / "new").exists()


def test_exports_of_two_kinds_live_in_one_folder(tmp_path: Path) -> None:
    """What the one no longer has is not what the other has."""
    export(tmp_path, {"index.html": "a", "shared": "s"})
    export(tmp_path, {"README.md": "b", "shared": "s"}, kind="markdown")
    export(tmp_path, {"README.md": "b"}, kind="markdown")
    assert found(tmp_path) == {"index.html": "a", "shared": "s", "README.md": "b"}


@pytest.mark.parametrize("force", [False, True])
def test_a_file_of_others_is_replaced_with_force_only(tmp_path: Path, force: bool) -> None:
    """The same for a page of ours that was changed since."""
    (tmp_path / "index.html").write_text("mine")
    if force:
        export(tmp_path, {"index.html": "a"}, force=True)
        (tmp_path / "index.html").write_text("edited")
        export(tmp_path, {"index.html": "b"}, force=True)
        assert found(tmp_path) == {"index.html": "b"}
        return
    with pytest.raises(NotWritten, match=r"index\.html: is there and was not written by reader; .*--force"):
        export(tmp_path, {"index.html": "a"})
    assert found(tmp_path) == {"index.html": "mine"}
    (tmp_path / "index.html").unlink()
    export(tmp_path, {"index.html": "a"})
    (tmp_path / "index.html").write_text("edited")
    with pytest.raises(NotWritten, match=r"index\.html: was changed since reader wrote it"):
        export(tmp_path, {"index.html": "b"})
    assert found(tmp_path) == {"index.html": "edited"}


def test_a_file_that_is_the_page_already_or_empty_is_in_nobodys_way(tmp_path: Path) -> None:
    """Nothing is lost with it: the list may have been removed, or `touch` was there first."""
    (tmp_path / "index.html").write_text("a")
    (tmp_path / "empty.html").touch()
    assert export(tmp_path, {"index.html": "a", "empty.html": "b"}) == Written(pages=2, changed=1)


def test_everything_in_the_way_is_told_before_the_first_page(tmp_path: Path) -> None:
    """Whoever knows the pages claims them, and nothing is written when one cannot be."""
    (tmp_path / "b").write_text("mine")
    (tmp_path / "c").mkdir()
    with Folder(tmp_path, "html") as into, pytest.raises(NotWritten) as raised:
        into.claim(["a", "b", "c", "b/d"])
    said = str(raised.value)
    assert f"{tmp_path / 'b'}: is there and was not written by reader" in said
    assert f"{tmp_path / 'c'}: is there and is no file" in said
    assert f"{tmp_path / 'b'}: is no directory" in said
    assert said.endswith("Nothing was written.")
    assert found(tmp_path) == {"b": "mine"}
    with Folder(tmp_path, "html") as into, pytest.raises(NotWritten, match="and 2 more\n"):
        into.claim([f"b/{number}" for number in range(8)])


@pytest.mark.parametrize("path", ["../out", "/out", "a/../../out", "a//b", "", ".", "a\nb", "a\0b", "a\\b", MANIFEST])
def test_a_page_stays_within_the_folder(tmp_path: Path, path: str) -> None:
    """Whatever a tour is called."""
    with pytest.raises(NotWritten, match="is no name for a page"):
        export(tmp_path / "in", {path: "a"})
    assert found(tmp_path) == {}


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    """A link at the page's place is another's file, and with force only the link goes; one above it is always in the
    way. The folder itself may be a link."""
    root, outside = tmp_path / "in", tmp_path / "out"
    outside.mkdir()
    root.mkdir()
    (outside / "index.html").write_text("mine")
    (root / "index.html").symlink_to(outside / "index.html")
    (root / "weeks").symlink_to(outside)
    with pytest.raises(NotWritten, match=r"index\.html: is there and was not written by reader"):
        export(root, {"index.html": "a"})
    for force in (False, True):
        with pytest.raises(NotWritten, match="weeks: is a link, which may lead out of the folder"):
            export(root, {"weeks/index.html": "a"}, force=force)
    export(root, {"index.html": "a"}, force=True)
    assert not (root / "index.html").is_symlink()
    assert found(outside) == {"index.html": "mine"}
    (tmp_path / "link").symlink_to(outside)
    export(tmp_path / "link", {"other.html": "a"})
    assert found(outside) == {"index.html": "mine", "other.html": "a"}


def test_a_root_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    """A file, a link that leads nowhere, and what lies below a file."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for root, said in {
        "file": "is there and is no directory",
        "dangling": "is a link that leads nowhere",
        "file/below": "cannot be written: Not a directory",
    }.items():
        with pytest.raises(NotWritten, match=said):
            export(tmp_path / root, {"index.html": "a"})
    assert not (tmp_path / "nowhere").exists()


def test_a_pipe_in_the_way_is_not_waited_for(tmp_path: Path) -> None:
    """It is somebody's, and reading it would never end."""
    os.mkfifo(tmp_path / "index.html")
    with pytest.raises(NotWritten, match="was not written by reader"):
        export(tmp_path, {"index.html": "a"})


@contextmanager
def small_files() -> Iterator[None]:
    """No file may grow beyond two kilobytes: what a full disk does, without one. Never while pytest may report: its own
    output may be a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2048, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_room_no_half_page_is_left(tmp_path: Path) -> None:
    """What stands already is told; the page keeps what it had, and no draft lies about."""
    export(tmp_path, {"a": "a", "b": "old"})
    with small_files(), pytest.raises(NotWritten) as raised:
        export(tmp_path, {"a": "new", "b": "b" * 5000, "c": "c"})
    assert str(raised.value).startswith(f"{tmp_path / 'b'}: cannot be written: File too large\n1 page is written")
    assert found(tmp_path) == {"a": "new", "b": "old"}
    assert raised.value.exit_code == 2
    assert export(tmp_path, {"a": "new", "b": "b", "c": "c"}).changed == 2


@contextmanager
def unprivileged() -> Iterator[None]:
    """Permissions do not hold root back: for a while, be nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def readonly() -> Iterator[Path]:
    """A folder with one page, where nobody may write. Not below pytest's own, which is root's."""
    place = Path(tempfile.mkdtemp())
    export(place, {"a": "old"})
    place.chmod(0o555)
    yield place
    place.chmod(0o755)
    shutil.rmtree(place)


def test_a_folder_without_permission_is_told(readonly: Path) -> None:
    """Before anything is tried; also one that would have to be made in it."""
    with unprivileged():
        with pytest.raises(NotWritten, match="cannot be written: no permission; name another folder"):
            export(readonly, {"a": "new"})
        with pytest.raises(NotWritten, match="cannot be written: Permission denied"):
            export(readonly / "below", {"a": "new"})
    assert found(readonly) == {"a": "old"}


def test_an_interrupt_leaves_whole_pages_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the list and the page, where the page is not yet what the list says."""
    export(tmp_path, {"a": "old", "b": "old", "gone": "old"})
    whole = folder.replace

    def interrupted(target: Path, data: bytes) -> None:
        if target.name == "b":
            raise KeyboardInterrupt
        whole(target, data)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(folder, "replace", interrupted)
        export(tmp_path, {"a": "new", "b": "new"})
    assert found(tmp_path) == {"a": "new", "b": "old", "gone": "old"}
    assert export(tmp_path, {"a": "newer", "b": "newer"}).removed == ("gone",)
    assert found(tmp_path) == {"a": "newer", "b": "newer"}


KILLED = """
import os, signal, sys
from pathlib import Path
from reader import folder
whole = Path.replace
def killed(self, target):
    if Path(target).name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(self, target)
Path.replace = killed
with folder.Folder(Path(sys.argv[1]), "html") as into:
    for name in ("a", "b", "sub/c"):
        into.write(name, b"killed")
"""


@pytest.mark.parametrize("at", ["a", "b", "c", MANIFEST])
def test_a_killed_export_leaves_nothing_that_a_second_one_stumbles_over(tmp_path: Path, at: str) -> None:
    """Neither a page that counts as a stranger's, nor a draft, nor a lock."""
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), at], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert all(text == "killed" for name, text in found(tmp_path).items() if "/." not in f"/{name}")
    export(tmp_path, {"a": "new", "b": "new", "sub/c": "new"})
    assert found(tmp_path) == {"a": "new", "b": "new", "sub/c": "new"}


def test_two_exports_at_once_do_not_mix(tmp_path: Path) -> None:
    """The second is told to wait; afterwards it may."""
    with Folder(tmp_path, "html") as first:
        first.write("a", b"a")
        with pytest.raises(NotWritten, match="another reader is writing into it"):
            export(tmp_path, {"a": "b"})
    assert export(tmp_path, {"a": "b"}).changed == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no json", "is damaged, or not reader's"),
        ("[" * 100_000, "is damaged, or not reader's"),
        ('{"format": "other"}', "is damaged, or not reader's"),
        ('{"format": "reader-export", "version": 2}', "newer reader"),
    ],
)
def test_a_list_that_is_not_ours_is_refused(tmp_path: Path, content: str, said: str) -> None:
    """It would be lost, or could say anything."""
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(NotWritten, match=said):
        export(tmp_path, {"a": "a"})
    assert (tmp_path / MANIFEST).read_text() == content


def test_a_list_of_a_stranger_removes_nothing_outside(tmp_path: Path) -> None:
    """A folder that was downloaded may say that it wrote the files beside it."""
    mine = tmp_path / "mine"
    mine.write_text("mine")
    root = tmp_path / "in"
    root.mkdir()
    (root / "up").symlink_to(tmp_path)
    (root / "link").symlink_to(mine)
    digests = [folder._digest(b"mine")]
    pages = {"../mine": digests, str(mine): digests, "up/mine": digests, "link": digests, "odd": {"a": 1}}
    listed = {"format": "reader-export", "version": 1, "kinds": {"html": pages, "other": 7}}
    (root / MANIFEST).write_text(json.dumps(listed))
    assert export(root, {"a": "a"}).removed == ()
    assert mine.read_text() == "mine"
    assert (root / "link").is_symlink()
