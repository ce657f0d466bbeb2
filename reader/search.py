"""Which files mention a name: text first, nothing parsed, nothing stored.

One pass reads each source file once as bytes. Says where a name may be defined; whether it is, only a parse can tell,
and that is the caller's work. There is no index, so nothing can be stale.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from reader.checkout import Checkout

PYTHON = (".py", ".pyi")
NATIVE = (".cu", ".cuh", ".cpp", ".cc", ".c", ".h", ".hpp", ".inl")
DOCUMENTS = (".md",)

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


def texts_mentioning(
    checkout: Checkout, name: str, under: str = "", suffixes: tuple[str, ...] = PYTHON + NATIVE
) -> Iterator[tuple[str, bytes]]:
    """The files that hold the name as a whole word, with what is in them, in the order of `checkout.files`."""
    raw = name.encode()
    for path, data in texts(checkout, under, suffixes):
        if raw in data and next(occurrences(data, raw), None) is not None:
            yield path, data


def occurrences(data: bytes, raw: bytes) -> Iterator[int]:
    """The offsets at which the name stands as a whole word."""
    for match in _ending(raw).finditer(data):
        at, end = match.span()
        if not (_ends_in_word(data[max(0, at - 4) : at]) or _starts_with_word(data[end : end + 4])):
            yield at


@lru_cache(maxsize=_FEW)
def _ending(raw: bytes) -> re.Pattern[bytes]:
    """The pattern starts with a literal, which `re` looks for fast; a look-behind in front of it is tried at every
    byte, 0.8 s over 0.33.0."""
    return re.compile(re.escape(raw) + rb"(?!\w)")


def _ends_in_word(before: bytes) -> bool:
    if not before or before[-1] < 128:
        return before[-1:] in _WORD
    start = len(before) - 1
    while start and 128 <= before[start] < 192:  # the rest of a character of several bytes
        start -= 1
    return _is_letter(before[start:])


def _starts_with_word(after: bytes) -> bool:
    if not after or after[0] < 128:
        return after[:1] in _WORD
    end = 1
    while end < len(after) and 128 <= after[end] < 192:
        end += 1
    return _is_letter(after[:end])


def _is_letter(character: bytes) -> bool:
    try:
        return f"a{character.decode()}".isidentifier()
    except UnicodeDecodeError:
        return character.decode("latin-1").isalnum()


def files_mentioning(
    checkout: Checkout, names: Collection[str], *, under: str = "", suffixes: tuple[str, ...] = PYTHON + NATIVE
) -> dict[str, tuple[str, ...]]:
    """For each name the files that hold it as a whole word, in the order of `checkout.files`."""
    wanted = {name.encode(): name for name in names}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, data in texts(checkout, under, suffixes):
        if len(wanted) <= _FEW:
            hits = [raw for raw in wanted if next(occurrences(data, raw), None) is not None]
        else:
            hits = list(wanted.keys() & set(_IDENTIFIER.findall(data)))
        for raw in hits:
            found[wanted[raw]].append(path)
    return {name: tuple(found[name]) for name in names}


def files_defining(checkout: Checkout, names: Collection[str], *, under: str = "") -> dict[str, tuple[str, ...]]:
    """For each name the Python files with a `def` or `class` of it. Comments and strings may give a file too many."""
    wanted = {name.encode(): name for name in names}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, data in texts(checkout, under, PYTHON):
        if len(wanted) <= _FEW and not any(raw in data for raw in wanted):
            continue
        defined = wanted.keys() & {*_DEF.findall(data), *_CLASS.findall(data)}
        for raw in defined:
            found[wanted[raw]].append(path)
    return {name: tuple(found[name]) for name in names}


def files_assigning(checkout: Checkout, names: Collection[str], *, under: str = "") -> dict[str, tuple[str, ...]]:
    """For each name the Python files that bind it with `=` or an annotation at the start of a line."""
    wanted = {name.encode(): name for name in names}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, data in texts(checkout, under, PYTHON):
        for raw in wanted.keys() & {*_BOUND.findall(data), *_BOUND.findall(b"\n" + data[:200])}:
            found[wanted[raw]].append(path)
    return {name: tuple(found[name]) for name in names}


def files_declaring(checkout: Checkout, names: Collection[str], *, under: str = "") -> dict[str, tuple[str, ...]]:
    """For each name the C++ and CUDA files where it stands as the head of a function, type or macro could."""
    forms = {name: _native_head(name) for name in names}
    raw = {name: name.encode() for name in forms}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, data in texts(checkout, under, NATIVE):
        words = set(_IDENTIFIER.findall(data)) if len(forms) > _FEW else None
        for name, form in forms.items():
            if (raw[name] in data if words is None else raw[name] in words) and form.search(data):
                found[name].append(path)
    return {name: tuple(found[name]) for name in forms}


def _native_head(name: str) -> re.Pattern[bytes]:
    """A type or macro word before the name, or a word that ends a type before it and a parenthesis after it."""
    raw = re.escape(name.encode())
    return re.compile(
        rb"\b(?:struct|class|enum|union|namespace|define|using)\s[^;{}\n]*?\b" + raw + rb"\b"
        rb"|[\w>&*)\]]\s+[*&]*(?:\w+::)*" + raw + rb"\s*(?:<[^;{}]*>\s*)?\("
        rb"|^(?:\w+::)*" + raw + rb"\s*\("  # a macro that makes a whole head stands alone
        rb"|\b(?:typedef|using)\b[^;]*\b" + raw + rb"\b",
        re.M,
    )


def texts(
    checkout: Checkout, under: str = "", suffixes: tuple[str, ...] = PYTHON + NATIVE
) -> Iterator[tuple[str, bytes]]:
    """Every file of these kinds with what is in it, for whom no single name is enough."""
    return texts_of(checkout, checkout.files(under, suffixes))


def texts_of(checkout: Checkout, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    return checkout.texts(paths)
