"""The files of one checkout, read safely.

Every path is relative to the root, with forward slashes. Nothing outside the root is ever read, also not through a
symbolic link; nothing is written.
"""

from __future__ import annotations

import errno
import os
import stat
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Self

from reader.checkout.memory import Memory
from reader.errors import ReaderError, Unreadable
from reader.ref import Ref
from reader.value import frozen

# The largest source file of 0.33.0 has 0.4 MB; what is larger there are pictures and bundled scripts.
LARGEST = 2_000_000

Kind = Literal["clone", "archive", "package", "tree"]

VLLM = "vLLM"
# Folders whose files exercise, show or document a project's code, wherever in the path they stand.
_ASIDE = frozenset({
    "test", "tests", "testing", "benchmark", "benchmarks", "example", "examples", "tools", "docs", "doc", "scripts",
})  # fmt: skip

# A folder that holds one of these is another repository, a virtual environment, a cache, or a build tree.
_FOREIGN = frozenset({".git", "pyvenv.cfg", "CACHEDIR.TAG", "CMakeCache.txt"})
_NOT_SOURCE = frozenset({"__pycache__", "node_modules"})
_BUILT = frozenset({"build", "dist"})  # only at the root: `requirements/build` is source since 0.20
# What is searched may be larger; the largest real one at 0.33.0 has 0.5 MB. Into a buffer of 8 MB a file takes twice
# the time of one of 64 KB, which the allocator has at hand; nine files in ten end in it. Reading ahead in a thread was
# measured: 0.17 s over 0.33.0 with it, 0.12 s without.
_LARGEST_SEARCHED = 8 * 1024 * 1024
_AT_ONCE = 64 * 1024
_OPEN = os.O_RDONLY
for _flag in ("O_CLOEXEC", "O_NONBLOCK", "O_BINARY"):  # NONBLOCK: a named pipe must not hang us
    _OPEN |= getattr(os, _flag, 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


@frozen
class SourceText:
    """`text` has neither BOM nor carriage returns: split it at "\\n" and the numbers are those of an editor.
    `warnings` are for the reader: "not UTF-8: read as Latin-1", "CRLF line ends", "the file is empty"."""

    text: str
    path: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkout:
    """`root` is resolved. `release` is "unknown" when nothing in the checkout says; `hints` then tell why, and what
    else a reader should know about it. The file list is taken once in the life of the value.

    `project` is what it is a checkout of; of another project than vLLM nothing is taken for granted but its files."""

    root: Path
    release: str
    kind: Kind
    hints: tuple[str, ...] = ()
    project: str = VLLM
    foreign: bool = False
    _inside: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    _listed: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _memory: Memory | None = field(default=None, repr=False, compare=False, kw_only=True)

    def keeping(self) -> Self:
        """The same checkout, of which `texts` reads no file twice: for a command that asks for a dozen names."""
        return replace(self, _memory=Memory())

    @property
    def named(self) -> str:
        """Project and release, as a screen says them."""
        return of_release(self.edition)

    @property
    def edition(self) -> str:
        """The release, and with it the project where it is another one: what a mark is made in."""
        return f"{self.project} {self.release}" if self.foreign else self.release

    def is_of(self, edition: str | None) -> bool:
        """Whether a mark that was made in this edition was made in this project."""
        if edition is None or " " not in edition:
            return not self.foreign
        return self.foreign and edition.rpartition(" ")[0] == self.project

    @property
    def package(self) -> str:
        """The folder of the Python that the project is, for who looks there first; "" where that may be anywhere."""
        return "" if self.foreign else "vllm"

    @property
    def native(self) -> str:
        """The same of C++ and CUDA."""
        return "" if self.foreign or not self.is_directory("csrc") else "csrc"

    def in_package(self, path: str) -> bool:
        """Whether a Python file is of the code itself."""
        return path.startswith("vllm/") if not self.foreign else not self.is_aside(path)

    def owns(self, path: str) -> bool:
        """Whether a file is of the code itself, Python or C++: no test, example, document or tool."""
        if not self.foreign:
            return path.startswith(("vllm/", "csrc/"))
        return not self.is_aside(path)

    def is_aside(self, path: str) -> bool:
        """Whether it is one of these. What lies elsewhere in vLLM, as its `setup.py`, is neither."""
        if not self.foreign:
            return path.startswith(("tests/", "benchmarks/", "examples/", "tools/", "docs/", "."))
        *folders, name = path.split("/")
        return not _ASIDE.isdisjoint(folders) or path.startswith(".") or name.startswith(("test_", "conftest."))

    def key_of(self, path: str) -> str:
        """What a file is called where those of several projects are kept side by side."""
        return f"{self.project}:{path}" if self.foreign else path

    def path_of(self, key: str) -> str | None:
        """Back from such a key; None for a file of another project."""
        project, colon, path = key.partition(":")
        if not colon or "/" in project:
            return None if self.foreign else key
        return path if self.foreign and project == self.project else None

    @property
    def on_disk(self) -> bool:
        """Whether the files lie under `root`. Those of a commit lie nowhere; what lies under its root is another."""
        return True

    def has(self, path: str) -> bool:
        """Whether `path` is a file in here; one that cannot be read for lack of permission is."""
        return self._is(path, stat.S_ISREG)

    def is_directory(self, path: str) -> bool:
        return self._is(path, stat.S_ISDIR)

    def obstacle(self, path: str) -> str | None:
        """Why a path that is neither a file nor a directory in here is not simply absent: a link that is not followed,
        or a folder on the way that may not be looked into."""
        try:
            full = self._target(path)
            return "a symbolic link" if stat.S_ISLNK(os.lstat(full).st_mode) and self._behind(path, full) else None
        except Unreadable as error:
            return error.reason
        except OSError as error:
            return None if error.errno in (errno.ENOENT, errno.ENOTDIR) else _reason(error)

    def read(self, path: str) -> SourceText:
        """Raises Unreadable (not there, binary, too large, no permission, a link out) or BadRef (`..`, absolute)."""
        data = self.raw(path)
        if b"\0" in data:
            raise Unreadable(path, "binary, so there is nothing to read in it as text")
        warnings = []
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
            warnings.append("not UTF-8: read as Latin-1")
        if "\r" in text:
            crlf = text.count("\r\n")
            warnings.append("CRLF line ends" if crlf == text.count("\r") else "carriage returns read as line ends")
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text:
            warnings.append("the file is empty")
        return SourceText(text, path, tuple(warnings))

    def raw(self, path: str) -> bytes:
        """The bytes as they are, for search. Raises what `read` raises, except that binary content is fine."""
        descriptor = self._open(path)
        try:
            status = os.fstat(descriptor)
            _refuse(path, status)
            data = os.read(descriptor, status.st_size)
            while len(data) < status.st_size and (more := os.read(descriptor, status.st_size - len(data))):
                data += more
        except OSError as error:
            raise Unreadable(path, _reason(error)) from error
        finally:
            os.close(descriptor)
        return data

    def files(self, under: str = "", suffixes: tuple[str, ...] = ()) -> Iterator[str]:
        """Paths of files, sorted; nothing at all when `under` is not there.

        Left out are hidden folders, build trees, caches, virtual environments, other repositories, and symbolic links
        (what they lead to inside the checkout is listed under its own path)."""
        prefix = as_prefix(under)
        if prefix not in self._listed:
            self._listed[prefix] = self._part(prefix) or self._walk(prefix)
        for path in self._listed[prefix]:
            if not suffixes or path.endswith(suffixes):
                yield path

    def entries(self, path: str) -> tuple[str, ...]:
        """Names in one directory, sorted, directories with a trailing slash; the same left out as in `files`."""
        prefix = as_prefix(path)
        if not self.is_directory(prefix or "./"):
            raise Unreadable(path, "there is no such directory in this checkout")
        try:
            with os.scandir(f"{self.root}/{prefix}"):  # a folder that may not be listed is not empty to who asks for it
                pass
        except OSError as error:
            raise Unreadable(path, _reason(error)) from error
        names = [entry.name + "/" * self.is_directory(prefix + entry.name) for entry in self._scan(prefix)]
        return tuple(sorted(names))

    def texts(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """`bulk`, or what is still in memory of it where the checkout is `keeping` it."""
        return self._memory.texts(paths, self.bulk) if self._memory is not None else self.bulk(paths)

    def bulk(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Many files at once, for search; those that cannot be read are left out. Reads with one system call a file and
        never through a link: `read` decodes and checks each path, which is right for a file that is shown and costs
        0.4 s over a whole tree."""
        root = f"{self.root}/"
        for path in paths:
            try:
                handle = os.open(root + path, _OPEN | _NOFOLLOW)
            except OSError:
                continue
            try:
                data = os.read(handle, _AT_ONCE)
                if len(data) == _AT_ONCE:
                    data += os.read(handle, _LARGEST_SEARCHED - _AT_ONCE)
            except OSError:
                continue
            finally:
                os.close(handle)
            yield path, data

    def stamps(self) -> list[tuple[str, int, int]]:
        """Every file that `files` lists with what `stamp` says of it, in the order in which the folders give them: half
        the time of asking for each."""
        found = []
        pending = [""]
        while pending:
            prefix = pending.pop()
            for entry in self._scan(prefix):
                if entry.is_dir(follow_symlinks=False):
                    pending.append(f"{prefix}{entry.name}/")
                elif not entry.is_symlink():
                    status = entry.stat(follow_symlinks=False)
                    found.append((prefix + entry.name, status.st_size, status.st_mtime_ns))
        return found

    def stamp(self, path: str) -> tuple[int, int] | None:
        """Size and nanoseconds of the last change: all by which a change of a file shows without reading it."""
        try:
            status = os.lstat(f"{self.root}/{path}")
        except OSError:
            return None
        return status.st_size, status.st_mtime_ns

    def _is(self, path: str, test: Callable[[int], bool]) -> bool:
        try:
            full = self._target(path)
            mode = os.lstat(full).st_mode
            return test(os.lstat(self._behind(path, full)).st_mode if stat.S_ISLNK(mode) else mode)
        except (OSError, ReaderError):
            return False

    def _open(self, path: str) -> int:
        full = self._target(path)
        try:
            if not _NOFOLLOW and stat.S_ISLNK(os.lstat(full).st_mode):
                full = self._behind(path, full)
            return os.open(full, _OPEN | _NOFOLLOW)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.EMLINK):  # what opening a link says, by system
                raise Unreadable(path, _reason(error)) from error
        try:
            return os.open(self._behind(path, full), _OPEN | _NOFOLLOW)
        except OSError as error:
            raise Unreadable(path, _reason(error)) from error

    def _target(self, path: str) -> str:
        """Where the file is, if there is one; it lies in the root unless its last part is a symbolic link. Parents are
        looked up once each, so that reading 5,900 files costs nothing but opening them."""
        shown = path.rstrip("/")
        if path[:1] in ("", "/", "~") or "\\" in path or not path.isprintable() or ".." in shown.split("/"):
            Ref.parse(path)
            raise Unreadable(path, "there are characters in it that cannot be shown; no source file has such a name")
        parent, _, _ = shown.rpartition("/")
        if self.kind == "package" and shown not in (".", "vllm") and not shown.startswith("vllm/"):
            raise Unreadable(path, "not in an installed package, which has vllm/ only; use a clone or `reader fetch`")
        if parent not in self._inside:
            self._inside[parent] = self._holds(os.path.realpath(f"{self.root}/{parent}"))
        full = f"{self.root}/{shown}"
        if not self._inside[parent]:
            raise Unreadable(path, "a symbolic link on the way leads out of the checkout; it is not followed")
        return full

    def _behind(self, path: str, link: str) -> str:
        real = os.path.realpath(link)
        if not self._holds(real):
            raise Unreadable(path, "a symbolic link that leads out of the checkout; it is not followed")
        return real

    def _holds(self, real: str) -> bool:
        root = str(self.root)
        return real == root or real.startswith(root.rstrip(os.sep) + os.sep)

    def _part(self, prefix: str) -> tuple[str, ...]:
        """Of the list of the whole tree, where that is known. What it leaves out may still be asked for by name."""
        whole = self._listed.get("", ())
        return whole[bisect_left(whole, prefix) : bisect_left(whole, f"{prefix}\U0010ffff")]

    def _walk(self, top: str) -> tuple[str, ...]:
        if top and not self.is_directory(top):
            return ()
        found: list[str] = []
        pending = [top]
        while pending:
            prefix = pending.pop()
            for entry in self._scan(prefix):
                if entry.is_dir(follow_symlinks=False):
                    pending.append(f"{prefix}{entry.name}/")
                elif not entry.is_symlink():
                    found.append(prefix + entry.name)
        return tuple(sorted(found))

    def _scan(self, prefix: str) -> list[os.DirEntry[str]]:
        """What of one directory belongs to the source. A folder that may not be listed counts as empty."""
        try:
            with os.scandir(f"{self.root}/{prefix}") as scan:
                entries = list(scan)
        except OSError:
            return []
        if prefix and any(entry.name in _FOREIGN for entry in entries):
            return []
        return [entry for entry in entries if self._belongs(prefix, entry)]

    def _belongs(self, prefix: str, entry: os.DirEntry[str]) -> bool:
        name = entry.name
        if not name.isprintable():  # no ref can be written for it: control characters, or bytes that are not UTF-8
            return False
        if not prefix and self.kind == "package":
            return name == "vllm"
        if entry.is_symlink():
            return self._holds(os.path.realpath(entry.path))
        if not entry.is_dir(follow_symlinks=False):
            return True
        return not (
            name[0] == "." or name in _NOT_SOURCE or name.endswith(".egg-info") or (not prefix and name in _BUILT)
        )


def of_release(edition: str) -> str:
    """Project and release, as a screen says them; an edition of one word is a release of vLLM."""
    project, _, release = edition.rpartition(" ")
    project = project or VLLM
    return f"{project}, release unknown" if release == "unknown" else f"{project} {release}"


def belongs(path: str, start: int = 0) -> bool:
    """Whether a path of a commit would be listed in a work tree; what stands before `start` was asked for by name."""
    *folders, name = path[start:].split("/")
    top = folders[:1] if not start else []
    return path.isprintable() and not (
        any(one[0] == "." or one in _NOT_SOURCE or one.endswith(".egg-info") for one in folders if one)
        or any(one in _BUILT for one in top)
        or not name
    )


def as_prefix(path: str) -> str:
    """ "" for the root, else the directory with one slash at its end."""
    clean = path.rstrip("/")
    return "" if clean in ("", ".") else clean + "/"


def _refuse(path: str, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise Unreadable(path, "a directory; write it with a slash at its end to see what is in it")
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable(path, "not a regular file (a device, pipe or socket)")
    if status.st_size > LARGEST:
        size = f"{status.st_size / 1e6:.1f} MB"
        raise Unreadable(path, f"{size} is too large to be source (limit {LARGEST // 10**6} MB); open it in an editor")


def _reason(error: OSError) -> str:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return "there is no such file in this checkout"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "no permission to read it; change its mode or its owner"
    if error.errno == errno.ELOOP:
        return "a symbolic link that leads to itself"
    if error.errno == errno.ENAMETOOLONG:
        return "the name is longer than that of any file"
    return error.strerror or str(error)
