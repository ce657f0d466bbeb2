"""Which release a checkout is of, from what lies in it: `git describe`, package metadata, `vllm/_version.py`.

Reads a few small files and runs git, nothing else; a checkout that says nothing is of release "unknown".
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from reader.checkout.tree import Kind
from reader.pattern import pattern

UNKNOWN = "unknown"

_METADATA = pattern(r"^Version:[ \t]*(\S+)[ \t]*\r?$", re.MULTILINE)
_VERSION_FILE = pattern(r"^(?:__version__ = )?version = ['\"]([^'\"]+)['\"]", re.MULTILINE)
_RELEASE = pattern(r"[0-9][0-9A-Za-z.+!_-]{0,63}")
_DESCRIBED = pattern(r"v(?P<tag>[0-9]\S*)-(?P<since>\d+)-g(?P<commit>[0-9a-f]+)\s*")
# `v1.2`, `1.2`, `release-1.2` and `boost_1_2`: what other projects write.
_DESCRIBED_ELSEWHERE = pattern(
    r"(?:[^\s0-9]\S*?[-_/.])??[vV]?(?P<tag>[0-9]+(?:[._][0-9]\S*)?)-(?P<since>\d+)-g(?P<commit>[0-9a-f]+)\s*"
)

# vLLM's own setup.py describes with `--match v[0-9]*`, which leaves out tags of its Rust crates.
_TAGGED = ("describe", "--tags", "--long", "--abbrev=9")
_DESCRIBE = (*_TAGGED, "--match", "v[0-9]*")
_PATIENCE = 10  # seconds for git; a cold clone with 30,000 commits takes under one


def release_of(root: Path, kind: Kind) -> tuple[str, tuple[str, ...]]:
    """The release and hints about how sure it is. In a clone git goes first: a build leaves a stale `_version.py`."""
    if kind == "clone":
        release, why_not = _described(root)
        if release:
            return release, ()
        written = _written(root)
        if written:
            return written, (
                f"release {written} is what a build left in vllm/_version.py, which may be stale: {why_not}",
            )
        return UNKNOWN, (f"the release is unknown: {why_not}",)
    release = _stated(root, kind) or _written(root)
    if release:
        return release, ()
    return UNKNOWN, ("the release is unknown: there is no PKG-INFO, vllm/_version.py or .git in it",)


def _stated(root: Path, kind: Kind) -> str | None:
    names = (root / "PKG-INFO", *(() if kind == "archive" else _metadata(root)))
    for name in names:
        text = head(name).partition("\n\n")[0]
        if found := _METADATA.search(text):
            return _release(found[1])
    return None


def _metadata(site_packages: Path) -> Iterator[Path]:
    yield from (path / "METADATA" for path in sorted(site_packages.glob("vllm-*.dist-info")))


def _written(root: Path) -> str | None:
    found = _VERSION_FILE.search(head(root / "vllm" / "_version.py"))
    release = _release(found[1]) if found else None
    # What setuptools-scm writes when it finds no tag either.
    return None if release and release.startswith("0.1.dev") else release


def head(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(8192).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        return ""


def is_release(text: str) -> bool:
    return _RELEASE.fullmatch(text) is not None


def _release(text: str) -> str | None:
    return text if is_release(text) else None


def described(root: Path, commit: str, *, foreign: bool = False) -> str | None:
    """The release of a commit of the clone, after its nearest version tag."""
    return last_tag(root, commit)[0] if foreign else _described(root, commit)[0]


def last_tag(root: Path, *commit: str) -> tuple[str | None, str]:
    """The release of another project's clone after its own tags, or None with the reason: those that are a version and
    nothing else go first (a repository may tag its parts too), then any that ends in one."""
    release, why_not = None, ""
    for matches in (("[0-9]*", "v[0-9]*"), ("*[0-9].[0-9]*", "*[0-9]_[0-9]*")):
        describe = (*_TAGGED, *(f"--match={one}" for one in matches))
        release, why_not = _described(root, *commit, describe=describe, form=_DESCRIBED_ELSEWHERE)
        if release:
            break
    return release, why_not


def _described(
    root: Path, *commit: str, describe: tuple[str, ...] = _DESCRIBE, form: re.Pattern[str] = _DESCRIBED
) -> tuple[str | None, str]:
    """The release after git, or None with the reason."""
    import subprocess  # 8 ms, in a clone only

    command = ["git", "-c", "core.fsmonitor=false", "-C", str(root), *describe, *commit]
    try:
        done = subprocess.run(
            command, env=git_environment(), capture_output=True, text=True, errors="replace", timeout=_PATIENCE,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError:
        return None, "git is not installed"
    except subprocess.TimeoutExpired:
        return None, f"git describe took more than {_PATIENCE} seconds"
    except OSError as error:
        return None, f"git could not be run: {error.strerror}"
    if found := form.fullmatch(done.stdout):
        tag = found["tag"] if "." in found["tag"] else found["tag"].replace("_", ".")
        return _release(_next_version(tag, int(found["since"]), found["commit"])), ""
    if "dubious ownership" in done.stderr:
        return None, f"the clone belongs to another user; `git config --global --add safe.directory {root}` trusts it"
    shallow = ""
    try:
        (root / ".git" / "shallow").stat()
        shallow = " --unshallow"
    except PermissionError:
        return None, "there is no permission to read its .git; change its mode or its owner"
    except OSError:  # not there: a whole clone
        pass
    return None, f"the clone has no version tag behind its HEAD; `git -C {root} fetch --tags{shallow}` gets them"


def git_environment() -> dict[str, str]:
    """The clone may come from a stranger: its configuration must not get git to fetch anything, and our own
    surroundings (a git hook that runs us, say) must not lead git to another repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _next_version(tag: str, since: int, commit: str) -> str:
    """As setuptools-scm names it for vLLM's packages: twelve commits after 0.13.0 is 0.13.1.dev12+g<commit>. Local
    edits do not count; whoever reads them knows of them."""
    if not since:
        return tag
    digits = re.search(r"\d+$", tag)
    if digits is None:
        return f"{tag}.post1.dev{since}+g{commit}"
    return f"{tag[: digits.start()]}{int(digits[0]) + 1}.dev{since}+g{commit}"
