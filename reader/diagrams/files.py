"""Pictures on disk. Never replaces what is not known to be ours: a file of another origin, or one changed since.

The last line of a file says that reader wrote it, with a digest of the rest.
"""

from __future__ import annotations

import os
from pathlib import Path
from zlib import crc32

from reader.folder import NotWritten, replace

_MARK = "written by reader diagram"
_COMMENTS = {"svg": ("<!-- ", " -->"), "dot": ("// ", ""), "mermaid": ("%% ", "")}


def save(path: Path, text: str, form: str, *, force: bool = False) -> None:
    """Whole or not at all. Raises NotWritten."""
    target = Path(os.path.realpath(path))  # a link stays one
    try:
        if not force and os.path.lexists(target):
            _refuse_others(path, target)
        before, after = _COMMENTS[form]
        replace(target, f"{text}{before}{_MARK}, {_digest(text)}{after}\n".encode("utf-8", "replace"))
    except OSError as error:
        raise NotWritten(f"{path}: cannot be written: {error.strerror}") from error


def _refuse_others(path: Path, target: Path) -> None:
    if not target.is_file():
        raise NotWritten(f"{path}: is there and is no file; name another")
    known = target.read_bytes()
    if not known:
        return
    body, _, last = known.rstrip(b"\n").rpartition(b"\n")
    if _MARK.encode() not in last:
        raise NotWritten(
            f"{path}: is there and was not written by reader; name another file, or replace it with --force"
        )
    if _digest(body.decode("utf-8", "replace") + "\n").encode() not in last:
        raise NotWritten(f"{path}: was changed since reader wrote it; name another file, or replace it with --force")


def _digest(text: str) -> str:
    return f"{crc32(text.encode('utf-8', 'replace')):08x}"
