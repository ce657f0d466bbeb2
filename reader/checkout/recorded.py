"""A checkout that is nowhere on disk: one commit of a clone, read from the clone's objects."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from reader.checkout.objects import Entry, Objects
from reader.checkout.tree import LARGEST, Checkout, as_prefix, belongs
from reader.errors import BadRef, Unreadable
from reader.ref import Ref


@dataclass(frozen=True, slots=True)
class Recorded(Checkout):
    """`root` is the clone's, for words about it: nothing is read from there. Symbolic links are not followed."""

    commit: str = ""
    _objects: Objects | None = field(default=None, repr=False, compare=False)
    _tree: dict[str, Entry] = field(default_factory=dict, init=False, repr=False, compare=False)
    _folders: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    @property
    def on_disk(self) -> bool:
        return False

    def obstacle(self, path: str) -> str | None:
        entry = self._entries().get(path.rstrip("/"))
        return "a symbolic link, which is not followed in a commit" if entry is not None and entry.link else None

    def raw(self, path: str) -> bytes:
        entry = self._entries().get(path)
        if entry is None or entry.link:
            Ref.parse(path)
            if self.is_directory(path):
                raise Unreadable(path, "a directory; write it with a slash at its end to see what is in it")
            reason = "a symbolic link, which is not followed in a commit" if entry else "there is no such file"
            raise Unreadable(path, f"{reason} in {self.release}")
        data = next(self._of((entry,)))
        if len(data) > LARGEST:
            raise Unreadable(path, f"{len(data) / 1e6:.1f} MB is too large to be source; open it in an editor")
        return data

    def stamps(self) -> list[tuple[str, int, int]]:
        return [(self.commit, 0, 0)]

    def stamp(self, path: str) -> tuple[int, int] | None:
        return None  # a commit is asked about once; nothing of it is remembered

    def entries(self, path: str) -> tuple[str, ...]:
        prefix = as_prefix(path)
        if not self.is_directory(prefix or "./"):
            raise Unreadable(path, f"there is no such directory in {self.release}")
        rest = {one[len(prefix) :] for one in self.files(prefix)}
        return tuple(sorted({one.partition("/")[0] + "/" * ("/" in one) for one in rest}))

    def bulk(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        known = self._entries()
        wanted = [known[path] for path in paths if path in known and not known[path].link]
        yield from zip((one.path for one in wanted), self._of(wanted), strict=True)

    def _of(self, entries: Iterable[Entry]) -> Iterator[bytes]:
        assert self._objects is not None
        return self._objects.contents([one.object for one in entries])

    def _entries(self) -> dict[str, Entry]:
        if not self._tree and self._objects is not None:
            for entry in self._objects.files(self.commit):
                self._tree[entry.path] = entry
                folder = entry.path.rpartition("/")[0]
                while folder not in self._folders:
                    self._folders.add(folder)
                    folder = folder.rpartition("/")[0]
        return self._tree

    def _is(self, path: str, test: Callable[[int], bool]) -> bool:
        try:
            Ref.parse(path)
        except BadRef:
            return False
        known, clean = self._entries(), as_prefix(path).rstrip("/")
        if clean in self._folders:
            return test(stat.S_IFDIR)
        return clean in known and not known[clean].link and not path.endswith("/") and test(stat.S_IFREG)

    def _walk(self, top: str) -> tuple[str, ...]:
        listed = (path for path, entry in self._entries().items() if path.startswith(top) and not entry.link)
        return tuple(sorted(path for path in listed if belongs(path, len(top))))
