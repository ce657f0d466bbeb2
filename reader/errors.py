"""What `reader` says when it cannot go on.

One base, few children, each carrying its data and composing its own message: what was wrong, where, what to do.
`cli` catches `ReaderError` and nothing else, so a bug keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class ReaderError(Exception):
    """Anything a user can cause; `str()` of it is the whole message."""

    exit_code = 2


class BadRef(ReaderError):
    def __init__(self, ref: str, reason: str) -> None:
        super().__init__(f"{ref!r} is no ref: {reason}")
        self.ref = ref
        self.reason = reason


class NoCheckout(ReaderError):
    """No checkout of vLLM where one was looked for."""


class Unreadable(ReaderError):
    """A file of the checkout that cannot be shown: binary, too large, no permission, a link that leaves the tree."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class OtherProject(ReaderError):
    """A tour of vLLM, and a checkout of another project: what it names cannot be there."""

    exit_code = 1

    def __init__(self, what: str, project: str, root: Path) -> None:
        super().__init__(
            f"{what} is about vLLM, and the checkout that is read is of another project, {project} in {root}.\n"
            "`--checkout` names a checkout of vLLM for once, `reader use` from now on; `reader find NAME` and"
            " `reader show PATH` read this one."
        )
        self.what = what


class FetchFailed(ReaderError):
    """The index could not be asked, has no such release, or what it sent was not what it promised."""


class BadTour(ReaderError):
    """Every complaint about one tour file, each naming its stop and key."""

    def __init__(self, path: Path, complaints: Iterable[str]) -> None:
        self.path = path
        self.complaints = tuple(complaints)
        super().__init__("\n".join(f"{path}: {complaint}" for complaint in self.complaints))


class UnknownName(ReaderError):
    """A tour, stop or release that does not exist, with the names that come near."""

    def __init__(self, what: str, name: str, near: Iterable[str] = (), hint: str = "") -> None:
        self.what, self.name, self.near = what, name, tuple(near)
        message = f"there is no {what} called {name!r}"
        if self.near:
            message += "; did you mean " + " or ".join(self.near) + "?"
        if hint:
            message += f"\n{hint}"
        super().__init__(message)


class ProgressFailed(ReaderError):
    """The progress file is corrupt, read-only, of a newer version, or its disk is full. Nothing in it was changed."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(f"{path}: {reason}\n{remedy}")
        self.path = path
        self.reason = reason


def near(name: str, known: Iterable[str]) -> list[str]:
    """The known names that a misspelt one comes near, nearest first, three at most."""
    from difflib import get_close_matches  # 5 ms, and only on the way to an error

    return get_close_matches(name, list(dict.fromkeys(known)), n=3, cutoff=0.5)
