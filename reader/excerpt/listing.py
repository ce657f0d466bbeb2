"""A directory: one line about each file, in the file's own words. Read off the text; nothing is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.excerpt.parts import Entry
from reader.excerpt.visible import visible_line

_MOST = 120  # characters of one line about a file
_HEAD = 200  # lines looked through for a comment or a heading
_DOC = re.compile(r'(?:^|\n)[ \t]*[rR]?("""|\'\'\')(.+?)\1', re.DOTALL)
_CLASS = re.compile(r"^class (\w+)[^\n]*(?:\n[ \t]+[^\n]*)*?:[^\n]*\n\s+[rR]?(\"\"\"|''')(.+?)\2", re.MULTILINE)
_NAMES = re.compile(r"^(?:class|(?:async )?def) ([A-Za-z]\w*)", re.MULTILINE)
_KERNELS = re.compile(r"__global__[^;{]*?\b(\w+)\s*\(")
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
    return Entry(visible_line(name), said, 0, sum(1 for _ in checkout.files(under + name)))


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
        said = _sentence(_leading_comment(text)) or _listed("kernels", _KERNELS.findall(text))
    return visible_line(said)


def _python(text: str) -> str:
    code = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*").match(text)
    start = code.end() if code else 0
    doc = _DOC.match(text, start)
    if doc:
        return _sentence(doc[2])
    said = _sentence(_leading_comment(text))
    if said:
        return said
    found = _CLASS.search(text)
    if found:
        return f"{found[1]}: {_sentence(found[3])}"
    return _listed("", _NAMES.findall(text))


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
