"""Files that reader writes where the user wants them: whole or not at all, and never over what is not known to be ours.

`replace` is the rule for one file. A `Folder` holds many: it keeps a list of what it wrote, with digests, beside them,
so that a later export replaces and clears away its own pages and nothing else. What an interrupted export left is known
from that list too: the next one goes on. A page never lands outside the folder, whatever it is called.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Any, Self

from reader.errors import ReaderError
from reader.value import frozen

MANIFEST = ".reader-export.json"
_FORMAT = "reader-export"
_VERSION = 1
_LARGEST = 10_000_000  # bytes of a manifest; a page takes a hundred
_TOLD = 6  # files in the way that are named
_DRAFT = ".reader-part"  # the end of the name of a file that is being written


class NotWritten(ReaderError):
    """Something could not be written; what stood there before stands there still."""


@frozen
class Written:
    """What an export did. `kept` are pages of an earlier one that it no longer has, but that were changed since."""

    pages: int
    changed: int
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def replace(target: Path, data: bytes) -> None:
    """Whole or not at all; the permissions of what it replaces stay. Raises OSError."""
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name[:100]}.", suffix=_DRAFT, delete=False) as file:
        try:
            file.write(data)
            file.close()
            Path(file.name).chmod(mode)
            Path(file.name).replace(target)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class Folder:
    """A directory of the user's for one kind of export, e.g. "html". Used in a `with`: leaving it in good order is
    `done`; leaving it on an error leaves each page as it was or as it is now, and no older page is cleared away.

    Nothing is looked at or made before the first call. Raises NotWritten.
    """

    def __init__(self, root: Path, kind: str, *, force: bool = False) -> None:
        """With `force`, files that others wrote or changed are replaced too, where a page has their name."""
        self.root = root
        self.kind = kind
        self._force = force
        self._digests: dict[str, dict[str, list[str]]] | None = None  # kind -> page -> what reader may have left there
        self._saved = ""
        self._pages: dict[str, str] = {}  # what this export wrote, with its digests
        self._changed: set[str] = set()  # those of them that were not there like that before
        self._lock: int | None = None
        self._result: Written | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self.done()
        finally:
            self.close()

    def claim(self, paths: Iterable[str]) -> None:
        """Before the first is written: every page that could not be, and why, at once. For who knows them all."""
        self._begin()
        complaints = [str(error) for path in paths if (error := self._hindrance(path))]
        if complaints:
            more = len(complaints) - _TOLD
            told = [*complaints[:_TOLD], *([f"and {more} more"] if more > 0 else [])]
            raise NotWritten("\n".join([*told, "Nothing was written."]))

    def write(self, path: str, data: bytes) -> None:
        """A page by its path below the folder, with forward slashes. Twice the same path: the later one counts."""
        try:
            self._begin()
            if hindrance := self._hindrance(path, data):
                raise hindrance
            target, digest = self.root / path, _digest(data)
            known = self._own.setdefault(path, [])
            if digest not in known:
                known.append(digest)
                self._save()  # before the page: an interrupt between the two must not make it a stranger's
            if _digest_of(target, len(data)) != digest:
                target.parent.mkdir(parents=True, exist_ok=True)
                replace(target, data)
                self._changed.add(path)
            self._pages[path] = digest
        except OSError as error:
            raise self._failed(self.root / path, error) from error

    def done(self) -> Written:
        """Clears away the pages of earlier exports of this kind that this one has not, unless they were changed."""
        if self._result is not None:
            return self._result
        try:
            self._begin()
            stale = [path for path in self._own if path not in self._pages]
            removed = [path for path in stale if self._remove(path)]
            self._own.clear()
            self._own.update({path: [digest] for path, digest in self._pages.items()})
            self._save()
        except OSError as error:
            raise self._failed(self.root, error) from error
        kept = [path for path in stale if path not in removed and os.path.lexists(self.root / path)]
        self._result = Written(len(self._pages), len(self._changed), tuple(removed), tuple(kept))
        return self._result

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def _own(self) -> dict[str, list[str]]:
        assert self._digests is not None
        return self._digests.setdefault(self.kind, {})

    def _known(self, path: str) -> list[str]:
        """Of any kind: two exports into one folder may both have an index, and the later one counts."""
        assert self._digests is not None
        return [digest for pages in self._digests.values() for digest in pages.get(path, ())]

    def _begin(self) -> None:
        if self._digests is not None:
            return
        try:
            if os.path.lexists(self.root) and not self.root.is_dir():
                what = "is a link that leads nowhere" if self.root.is_symlink() else "is there and is no directory"
                raise NotWritten(f"{self.root}: {what}; name another")
            self.root.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self.root)
            self._digests = self._load()
            self._sweep()
            if not os.access(self.root, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
                raise NotWritten(f"{self.root}: cannot be written: no permission; name another folder")
        except OSError as error:
            raise self._failed(self.root, error) from error

    def _sweep(self) -> None:
        """What a run that was killed had begun to write."""
        places = {self.root, *((self.root / path).parent for path in self._own if not self._leads_out(path))}
        for draft in [draft for place in places for draft in place.glob(f".*{_DRAFT}")]:
            draft.unlink()

    def _load(self) -> dict[str, dict[str, list[str]]]:
        place = self.root / MANIFEST
        if not os.path.lexists(place):
            return {}
        if place.is_symlink() or not place.is_file() or place.stat().st_size > _LARGEST:
            raise self._no_list("is no list of reader's")
        try:
            self._saved = place.read_text(encoding="utf-8")
            found = json.loads(self._saved)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or found.get("format") != _FORMAT:
            raise self._no_list("is damaged, or not reader's")
        if found.get("version") != _VERSION:
            raise NotWritten(f"{place}: was written by a newer reader; update reader, or name another folder")
        return _kinds(found.get("kinds"))

    def _no_list(self, reason: str) -> NotWritten:
        return NotWritten(
            f"{self.root / MANIFEST}: {reason}; it says which pages here reader wrote.\n"
            "Name another folder, or remove that file: then pages that are there are replaced with --force only."
        )

    def _save(self) -> None:
        kinds = {kind: dict(sorted(pages.items())) for kind, pages in sorted((self._digests or {}).items()) if pages}
        text = json.dumps({"format": _FORMAT, "version": _VERSION, "kinds": kinds}, indent=1) + "\n"
        if not kinds:
            (self.root / MANIFEST).unlink(missing_ok=True)
        elif text != self._saved:
            replace(self.root / MANIFEST, text.encode())
        self._saved = text

    def _hindrance(self, path: str, data: bytes | None = None) -> NotWritten | None:
        """Why this page cannot be written, if that can be told before."""
        if not _is_name(path):
            return NotWritten(f"{self.root}: {path!r} is no name for a page")
        target = self.root / path
        for above in [self.root.joinpath(*path.split("/")[:depth]) for depth in range(1, path.count("/") + 1)]:
            if above.is_symlink() or (os.path.lexists(above) and not above.is_dir()):
                what = "is a link, which may lead out of the folder" if above.is_symlink() else "is no directory"
                return NotWritten(f"{above}: {what}; move it away, or name another folder")
        if not os.path.lexists(target):
            return None
        if target.is_dir() and not target.is_symlink():
            return NotWritten(f"{target}: is there and is no file; move it away, or name another folder")
        if self._force or path in self._pages:
            return None
        return self._foreign(path, target, data)

    def _foreign(self, path: str, target: Path, data: bytes | None) -> NotWritten | None:
        known = self._known(path)
        found = _digest_of(target)  # None for what is not a file of its own: a link, a pipe
        if found and (found in known or (data is not None and found == _digest(data))):
            return None
        if found == _digest(b""):
            return None
        what = "was changed since reader wrote it" if known and found else "is there and was not written by reader"
        return NotWritten(f"{target}: {what}; name another folder, or replace it with --force")

    def _remove(self, path: str) -> bool:
        """Whether it was ours, as we left it, and is gone. Directories that it leaves empty go too."""
        if not _is_name(path) or self._leads_out(path):
            return False
        target = self.root / path
        others = [pages for kind, pages in (self._digests or {}).items() if kind != self.kind]
        if any(path in pages for pages in others) or _digest_of(target) not in self._own[path]:
            return False
        target.unlink()
        with suppress(OSError):  # not empty
            for above in list(target.relative_to(self.root).parents)[:-1]:
                (self.root / above).rmdir()
        return True

    def _leads_out(self, path: str) -> bool:
        parts = path.split("/")
        return any(self.root.joinpath(*parts[:depth]).is_symlink() for depth in range(1, len(parts)))

    def _failed(self, place: Path, error: OSError) -> NotWritten:
        said = f"{place}: cannot be written: {error.strerror or error}"
        count = len(self._pages)
        if count:
            stands = "1 page is" if count == 1 else f"{count} pages are"
            said += f"\n{stands} written and whole in {self.root}; this and what follows is not."
        else:
            said += "\nNothing was written."
        return NotWritten(f"{said} The same command goes on when the cause is mended.")


def _locked(root: Path) -> int | None:
    """Held until it is closed; None where there are no locks: another export into the same folder waits for no one."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise NotWritten(f"{root}: another reader is writing into it at this moment; wait for it to end") from None
    except OSError:  # a file system without locks
        os.close(descriptor)
        return None
    return descriptor


def _kinds(found: Any) -> dict[str, dict[str, list[str]]]:
    """What has the right shape and a name that stays within the folder; the rest counts as not ours."""
    kinds: dict[str, dict[str, list[str]]] = {}
    for kind, pages in found.items() if isinstance(found, dict) else ():
        for path, digests in pages.items() if isinstance(pages, dict) else ():
            if _is_name(path) and isinstance(digests, list):
                kinds.setdefault(kind, {})[path] = [one for one in digests if isinstance(one, str)]
    return kinds


def _is_name(path: str) -> bool:
    parts = path.split("/")
    return (
        path != MANIFEST
        and all(part not in ("", ".", "..") and part.isprintable() for part in parts)
        and ("\\" not in path and not path.endswith(_DRAFT))
    )


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:32]


def _digest_of(target: Path, size: int | None = None) -> str | None:
    """None for what is no file of its own, or with `size` not of that many bytes."""
    if target.is_symlink() or not target.is_file():
        return None
    if size is not None and target.stat().st_size != size:
        return None
    with target.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()[:32]
