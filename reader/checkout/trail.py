"""Which commits of a clone changed one file, and what files held at them. Asks the `git` program, and nothing is known
where there is none."""

from __future__ import annotations

from pathlib import Path

from reader.checkout.identity import git_environment

_PATIENCE = 30  # seconds for one call
_MOST = 60  # commits of one file


def commits_of(root: Path, path: str) -> tuple[str, ...]:
    """Newest first; none for a file that is not in HEAD's history."""
    listed = _git(root, "log", f"--max-count={_MOST}", "--format=%H", "HEAD", "--", f":(literal,top){path}")
    return tuple(listed.decode("ascii", "replace").split())


def text_at(root: Path, commit: str, path: str) -> bytes | None:
    """None for what was not there. `commit` is a full name, as git gives it."""
    return _git(root, "cat-file", "blob", f"{commit}:{path}") or None


def _git(root: Path, *arguments: str) -> bytes:
    import subprocess  # 8 ms, for history only

    command = ["git", "-c", "core.fsmonitor=false", "--no-replace-objects", "-C", str(root), *arguments]
    try:
        done = subprocess.run(
            command,
            env=git_environment(),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return b"" if done.returncode else done.stdout
