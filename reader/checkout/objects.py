"""A clone's own objects: its tags, the files of any commit, their contents. Never the work tree; nothing is written.

The `git` program reads them where there is one, since it knows every form that a repository may have; dulwich, which
is Python alone, where there is none.
"""

from __future__ import annotations

import atexit
import re
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

from reader.checkout.identity import git_environment
from reader.errors import ReaderError
from reader.value import frozen

_PATIENCE = 60  # seconds for one call of git
_AT_ONCE = 400  # files read in one call: some 6 MB


class NoHistory(ReaderError):
    """What was asked of a clone's history and is not in it, with the reason and what can be done."""


@frozen
class Entry:
    """A file of one commit. `link`: a symbolic link, whose content is where it leads."""

    path: str
    object: str
    link: bool


class Objects(ABC):
    """Of one repository. Raises NoHistory for anything that cannot be read."""

    @abstractmethod
    def tags(self) -> dict[str, str]:
        """Every tag with the commit that it names in the end."""

    @abstractmethod
    def commit(self, name: str) -> str | None:
        """The full name of the commit that a tag, branch or short name means; None if there is no such thing."""

    @abstractmethod
    def files(self, commit: str) -> tuple[Entry, ...]: ...

    @abstractmethod
    def contents(self, objects: Sequence[str]) -> Iterator[bytes]:
        """In the order asked."""


def objects_of(root: Path) -> Objects:
    from shutil import which  # 7 ms, for history only

    return _Git(root) if which("git") else _Dulwich(root)


class _Git(Objects):
    def __init__(self, root: Path) -> None:
        self._root = root

    def tags(self) -> dict[str, str]:
        form = "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objectname)"
        found = {}
        for line in self._run("for-each-ref", form, "refs/tags").decode("utf-8", "replace").splitlines():
            name, kind, own, peeled = line.split("\0")
            if kind == "commit" or peeled:
                found[name] = peeled or own
        return found

    def commit(self, name: str) -> str | None:
        try:
            told = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except NoHistory:
            return None
        return told.decode("ascii", "replace").strip() or None

    def files(self, commit: str) -> tuple[Entry, ...]:
        listed = self._run("ls-tree", "-r", "-z", "--full-tree", commit)
        found = []
        for one in listed.split(b"\0"):
            head, _, path = one.partition(b"\t")
            mode, kind, name = (*head.split(b" "), b"", b"", b"")[:3]
            if kind == b"blob":
                link = stat.S_ISLNK(int(mode, 8))
                found.append(Entry(path.decode("utf-8", "surrogateescape"), name.decode("ascii"), link))
        return tuple(found)

    def contents(self, objects: Sequence[str]) -> Iterator[bytes]:
        for start in range(0, len(objects), _AT_ONCE):
            asked = objects[start : start + _AT_ONCE]
            answer = self._run("cat-file", "--batch", given="".join(f"{name}\n" for name in asked).encode("ascii"))
            at = 0
            for name in asked:
                line_end = answer.index(b"\n", at)
                head = answer[at:line_end].split(b" ")
                if len(head) != 3:
                    raise NoHistory(f"{self._root}: the object {name} is missing from the clone, or damaged{_REPAIR}")
                size = int(head[2])
                yield answer[line_end + 1 : line_end + 1 + size]
                at = line_end + size + 2

    def _run(self, *arguments: str, given: bytes | None = None) -> bytes:
        import subprocess  # 8 ms, for history only

        command = ["git", "-c", "core.fsmonitor=false", "--no-replace-objects", "-C", str(self._root), *arguments]
        try:
            done = subprocess.run(
                command, env=git_environment(), capture_output=True, input=given or b"", timeout=_PATIENCE, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise NoHistory(f"{self._root}: git took more than {_PATIENCE} seconds over {arguments[0]}") from error
        except OSError as error:
            raise NoHistory(f"{self._root}: git could not be run: {error.strerror}") from error
        if done.returncode:
            raise NoHistory(f"{self._root}: {_reason(done.stderr.decode('utf-8', 'replace'), self._root)}")
        return done.stdout


class _Dulwich(Objects):
    def __init__(self, root: Path) -> None:
        from dulwich.errors import NotGitRepository  # 60 ms, and only where there is no git
        from dulwich.repo import Repo

        try:
            self._repo = Repo(str(root))
        except (NotGitRepository, OSError, ValueError) as error:
            raise NoHistory(f"{root}: its repository cannot be read: {error}") from error
        atexit.register(self._repo.close)  # it complains when the interpreter goes first
        self._root = root

    def tags(self) -> dict[str, str]:
        from dulwich.refs import Ref

        refs = self._repo.refs.as_dict(Ref(b"refs/tags"))
        peeled = {name.decode("utf-8", "replace"): self._peeled(object_) for name, object_ in refs.items()}
        return {name: commit for name, commit in sorted(peeled.items()) if commit}

    def commit(self, name: str) -> str | None:
        from dulwich.objectspec import parse_commit

        base, steps = _steps_back(name)
        try:
            found = parse_commit(self._repo, base.encode("utf-8", "surrogateescape"))
            for _ in range(steps):
                found = parse_commit(self._repo, found.parents[0])
        except (KeyError, ValueError, IndexError):
            return None
        return found.id.decode("ascii")

    def files(self, commit: str) -> tuple[Entry, ...]:
        from dulwich.objects import Commit

        try:
            top = self._repo[commit.encode("ascii")]
            assert isinstance(top, Commit)
            listed = list(self._repo.object_store.iter_tree_contents(top.tree))
        except KeyError as error:
            raise NoHistory(f"{self._root}: an object of {commit} is missing from the clone{_REPAIR}") from error
        found = []
        for one in listed:
            if one.path is not None and one.sha is not None and one.mode is not None and not _is_module(one.mode):
                path = one.path.decode("utf-8", "surrogateescape")
                found.append(Entry(path, one.sha.decode("ascii"), stat.S_ISLNK(one.mode)))
        return tuple(found)

    def contents(self, objects: Sequence[str]) -> Iterator[bytes]:
        from dulwich.objects import ObjectID

        for name in objects:
            try:
                yield self._repo.object_store.get_raw(ObjectID(name.encode("ascii")))[1]
            except KeyError as error:
                raise NoHistory(
                    f"{self._root}: the object {name} is missing from the clone, or damaged{_REPAIR}"
                ) from error

    def _peeled(self, name: bytes) -> str | None:
        from dulwich.objects import Commit, Tag

        for _ in range(8):
            try:
                one = self._repo[name]
            except KeyError:
                return None
            if isinstance(one, Commit):
                return one.id.decode("ascii")
            if not isinstance(one, Tag):
                return None
            name = one.object[1]
        return None


_BACK = re.compile(r"(?:~\d*|\^)+\Z")
_REPAIR = "; `git fetch` gets what a partial clone left out, `git fsck` names what is damaged"


def _steps_back(name: str) -> tuple[str, int]:
    """`HEAD~2^` is three commits before HEAD, along the first parents. git's other ways of counting are not known."""
    base = _BACK.sub("", name)
    counts = re.findall(r"~(\d*)|\^", name[len(base) :])
    return base, sum(int(count or 1) for count in counts)


def _is_module(mode: int) -> bool:
    return stat.S_IFMT(mode) == 0o160000


def _reason(complaint: str, root: Path) -> str:
    if "dubious ownership" in complaint:
        return f"the clone belongs to another user; `git config --global --add safe.directory {root}` trusts it"
    if "promisor" in complaint or "missing" in complaint or "bad object" in complaint or "unable to read" in complaint:
        return f"an object is missing from the clone{_REPAIR}"
    first = complaint.strip().splitlines()[0] if complaint.strip() else "git gave no reason"
    return first.removeprefix("fatal: ")
