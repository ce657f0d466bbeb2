"""Which files mention a name: text first, nothing parsed, nothing stored.

One pass reads each source file once as bytes. Says where a name may be defined; whether it is, only a parse can tell,
and that is the caller's work. There is no index, so nothing can be stale.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from reader.checkout import Checkout

PYTHON = (".py", ".pyi")
NATIVE = (".cu", ".cuh", ".cpp", ".cc", ".c", ".h", ".hpp", ".inl")
DOCUMENTS = (".md",)

# A source file larger than this is data that somebody generated; the largest real one at 0.33.0 has 0.5 MB.
_LARGEST = 8 * 1024 * 1024

# Both start with a literal, which `re` looks for with memchr: 0.08 s each over the 75 MB of 0.33.0. One alternation
# of the two takes 0.8 s, and an anchored `^[ \t]*def` 1.7 s.
_DEF = re.compile(rb"def[ \t]+([^\W\d]\w*)")
_CLASS = re.compile(rb"class[ \t]+([^\W\d]\w*)")
# 0.15 s over the same tree, also by its first byte; a pattern for each of 120 names takes 0.9 s.
_BOUND = re.compile(rb"\n([A-Za-z_]\w*)[ \t]*[:=]")
_IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")

_WORD = frozenset(bytes([byte]) for byte in range(128) if chr(byte).isalnum() or byte == ord("_"))

# One `in` over 0.33.0 takes 0.03 s, the set of all identifiers 2.3 s.
_FEW = 40

# Into a buffer of 8 MB a file takes twice the time of one of this size, which the allocator has at hand; nine files in
# ten end in it. Reading ahead in a thread was measured: 0.17 s over 0.33.0 with it, 0.12 s without.
_AT_ONCE = 64 * 1024
_OPEN = os.O_RDONLY
for _flag in ("O_NOFOLLOW", "O_BINARY", "O_NONBLOCK"):  # NONBLOCK: a named pipe must not hang us
    _OPEN |= getattr(os, _flag, 0)


def texts_mentioning(
    checkout: Checkout, name: str, under: str = "", suffixes: tuple[str, ...] = PYTHON + NATIVE
) -> Iterator[tuple[str, bytes]]:
    """The files that hold the name as a whole word, with what is in them, in the order of `checkout.files`."""
    raw = name.encode()
    for path, data in texts(checkout, under, suffixes):
        if raw in data and next(occurrences(data, raw), None) is not None:
            yield path, data


def texts(checkout: Checkout, under: str = "", suffixes: tuple[str, ...] = ()) -> Iterator[tuple[str, bytes]]:
    return texts_of(checkout, checkout.files(under, suffixes))


def texts_of(checkout: Checkout, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Reads with one system call a file and never through a link: `Checkout.read` decodes and checks each path, which
    is right for a file that is shown and costs 0.4 s over a whole tree."""
    root = f"{checkout.root}/"
    for path in paths:
        try:
            handle = os.open(root + path, _OPEN)
        except OSError:
            continue
        try:
            data = os.read(handle, _AT_ONCE)
            if len(data) == _AT_ONCE:
                data += os.read(handle, _LARGEST - _AT_ONCE)
        except OSError:
            continue
        finally:
            os.close(handle)
        yield path, data
