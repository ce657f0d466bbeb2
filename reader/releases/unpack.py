"""A source archive -> a directory, with nothing in it that leads out and no more of it than a release has.

Trusts no archive: names, kinds and sizes of the members are checked before anything is written.
"""

from __future__ import annotations

import gzip
import os
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from reader.errors import FetchFailed

# 0.33.0, the largest so far, has 8,522 files and 135 MB.
MOST_FILES = 50_000
MOST_BYTES = 2_000_000_000
# tarfile reads an extended header whole into memory; one of vLLM's has some hundred bytes.
_MOST_AT_ONCE = 8_000_000


class _Measured:
    """A decompressed stream that refuses to become endless, be it in files, in headers, or between them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _MOST_AT_ONCE:
            raise FetchFailed("it has a header of more than 8 MB")
        data = self._stream.read(size)
        self._measure(self._stream.tell())
        return data

    def seek(self, position: int) -> int:
        self._measure(position)
        return self._stream.seek(position)

    def tell(self) -> int:
        return self._stream.tell()

    def _measure(self, position: int) -> None:
        # Headers and padding take at most three blocks of 512 bytes a member.
        if position > MOST_BYTES + 2048 * MOST_FILES:
            raise FetchFailed(f"unpacked it has more than {MOST_BYTES // 10**9} GB")


def unpack(archive: Path, into: Path, unpacked: Callable[[int], None] | None = None) -> Path:
    """The one directory that the archive holds, unpacked below `into`. `unpacked` hears the number of members so far.
    Raises FetchFailed with what is wrong about the archive, and OSError when the disk does not take it."""
    if not hasattr(tarfile, "data_filter"):
        raise FetchFailed("this Python is too old to unpack archives safely; use 3.11.4 or newer")
    into.mkdir()
    try:
        with gzip.open(archive) as stream:
            measured = _Measured(cast(BinaryIO, stream))
            with tarfile.open(fileobj=cast(BinaryIO, measured), mode="r:") as tar:
                top = _extract(tar, into, unpacked)
            while measured.read(1 << 16):  # to the end, for gzip's own checksum
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FetchFailed(f"it is no whole source archive ({error})") from error
    except (ValueError, OverflowError) as error:  # tarfile, on numbers in a header that cannot be
        raise FetchFailed(f"it is no sound source archive ({error})") from error
    root = into / top
    if not os.access(root / "vllm" / "__init__.py", os.F_OK):
        raise FetchFailed("it has no vllm/__init__.py: not the source of vLLM")
    return root


def _extract(tar: tarfile.TarFile, into: Path, unpacked: Callable[[int], None] | None) -> str:
    top = ""
    size = 0
    for count, member in enumerate(tar, 1):
        top = top or member.name.partition("/")[0]
        size += max(member.size, 0)
        if count > MOST_FILES:
            raise FetchFailed(f"it has more than {MOST_FILES:,} files")
        if size > MOST_BYTES:
            raise FetchFailed(f"unpacked it has more than {MOST_BYTES // 10**9} GB")
        checked = _checked(member, top, into)
        if checked.isreg() or checked.isdir():
            # Filtered above; once more would take 2 of 6 seconds. Owner, mode and time are the archive's business.
            tar.extract(checked, into, set_attrs=False, filter="fully_trusted")
        if unpacked:
            unpacked(count)
    return top


def _checked(member: tarfile.TarInfo, top: str, into: Path) -> tarfile.TarInfo:
    """Links that stay inside pass but are not made: no release has one, and the filters of Python 3.11 to 3.13 can be
    led out by chains of them (CVE-2025-4517)."""
    shown = ascii(member.name)
    if member.name.startswith("/") or member.name.partition("/")[0] != top or top in ("", ".", ".."):
        raise FetchFailed(f"its member {shown} lies outside the one directory that a source archive has")
    try:
        return tarfile.data_filter(member, str(into))
    except tarfile.FilterError as error:
        raise FetchFailed(f"its member {shown} would reach outside, or is a device: {type(error).__name__}") from error
