"""A directory: one line about each file, in the file's own words, read off the text where that says it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.excerpt.parts import Entry
from reader.excerpt.visible import visible_line
from reader.syntax import definitions, language_of

_MOST = 120  # characters of one line about a file
_HEAD = 200  # lines looked through for a comment or a heading
_DOC = re.compile(r'[rR]?("""|\'\'\')(.+?)\1', re.DOTALL)
_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
_OPENS = re.compile(r'[ \t]+[rR]?("""|\'\'\')(.*)')
_NAMES = re.compile(r"^(?:class|(?:async )?def) ([A-Za-z]\w*)", re.MULTILINE)
_PARSED = 100_000  # characters of a C++ file that is parsed when nothing else says what it is about
_LICENSE = re.compile(r"SPDX|copyright|licen[sc]e|adapted from|\bmodified (?:from|by)\b|clang-format|noqa|mypy:", re.I)
_COMMENT = re.compile(r"\s*(?:#(?!\s*(?:include|pragma|if|ifn?def|endif|define|else|undef|!))|//+|/\*+|\*(?!/))\s?(.*)")


def entries(checkout: Checkout, path: str) -> tuple[Entry, ...]:
    """Subdirectories first, each with the number of files below it. One that cannot be read says why."""
    under = "" if path == "./" else path
    names = sorted(checkout.entries(path), key=lambda name: not name.endswith("/"))
    return tuple(
        _directory(checkout, under, name) if name.endswith("/") else _file(checkout, under, name) for name in names
    )


def _directory(checkout: Checkout, under: str, name: str) -> Entry:
    init = f"{under}{name}__init__.py"
    said = _words(checkout, init)[0] if checkout.has(init) else ""
    files = [path.removeprefix(under + name) for path in checkout.files(under + name)]
    if said in ("", "empty"):
        said = _listed("", (file.partition(".")[0] for file in files if "/" not in file))
    return Entry(visible_line(name), visible_line(said), 0, len(files))


def _file(checkout: Checkout, under: str, name: str) -> Entry:
    said, lines = _words(checkout, under + name)
    return Entry(visible_line(name), said, lines)


def _words(checkout: Checkout, path: str) -> tuple[str, int]:
    try:
        text = checkout.read(path).text
    except ReaderError as error:
        return visible_line(str(error).removeprefix(f"{path}: ")), 0
    lines = text.count("\n") + (not text.endswith("\n") and bool(text))
    return about(text, path) if lines else "empty", lines


def about(text: str, path: str) -> str:
    """The first sentence of the docstring, leading comment or first heading; else of the first class that has one;
    else the names that the file defines. Licences and words to tools are not about the file."""
    if path.endswith(".py"):
        said = _python(text)
    elif path.endswith((".md", ".rst")):
        said = next((line.lstrip("# ").strip() for line in text.split("\n") if line.startswith("# ")), "")
    else:
        said = _sentence(_leading_comment(text)) or _defined(text, path)
    return visible_line(said)


def _defined(text: str, path: str) -> str:
    """The names a C++ or CUDA file defines, its kernels before all else."""
    known = definitions(text, language_of(path)) if len(text) <= _PARSED else ()
    kernels = [one.name for one in known if one.kind == "kernel"]
    if kernels:
        return _listed("kernel" if len(set(kernels)) == 1 else "kernels", kernels)
    functions = [one.name for one in known if one.kind in ("function", "class", "struct", "method")]
    return _listed("", functions or [one.name for one in known])


def _python(text: str) -> str:
    doc = _DOC.match(text, _code_start(text))
    if doc:
        return _sentence(doc[2])
    return _sentence(_leading_comment(text)) or _of_class(text) or _listed("", _NAMES.findall(text))


def _code_start(text: str) -> int:
    """Where the first line stands that is neither blank nor a comment."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        line = text[start:end].strip()
        if line and not line.startswith("#"):
            break
        start = end
    return start


def _of_class(text: str) -> str:
    """The docstring of the first class that has one."""
    for found in _CLASS.finditer(text):
        lines = text[found.start() : found.start() + 4_000].split("\n")
        head = next((index for index, line in enumerate(lines) if line.rstrip().endswith(":")), len(lines))
        opened = _OPENS.match(lines[head + 1]) if head + 1 < len(lines) else None
        if opened:
            body = "\n".join([opened[2], *lines[head + 2 :]]).split(opened[1])[0]
            return f"{found[1]}: {_sentence(body)}"
    return ""


def _listed(what: str, names: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(name for name in names if not name.startswith("_")))
    shown = ", ".join(distinct[:4]) + (f" and {len(distinct) - 4} more" if len(distinct) > 4 else "")
    return f"{what} {shown}".strip() if distinct else ""


def _leading_comment(text: str) -> str:
    """The first paragraph of comment at the head of the file that is not a licence."""
    paragraph: list[str] = []
    for line in [*text.split("\n", _HEAD)[:_HEAD], ""]:
        found = _COMMENT.match(line)
        words = found[1].strip().strip("*/-= ") if found else ""
        if words:
            paragraph.append(words)
            continue
        if paragraph and not any(map(_LICENSE.search, paragraph)):
            return "\n".join(paragraph)
        paragraph = []
        if line.strip() and not found and not line.lstrip().startswith(("#", "*/")):
            break
    return ""


def _sentence(text: str) -> str:
    paragraph = " ".join(text.strip().split("\n\n")[0].split())
    sentence = re.split(r"(?<=[.!?:])\s+(?=[A-Z`\"'(])", paragraph, maxsplit=1)[0]
    if len(sentence) > _MOST:
        sentence = sentence[:_MOST].rsplit(" ", 1)[0] + " …"
    return sentence.rstrip(".:")
