"""What a document of the checkout says is there, and is not: paths and names in backticks, links to files.

Only what some release had can be dead: a placeholder, a file that the reader shall write, or another library's name is
no claim. A name is dead when no line of code has it any more. A link to a fixed commit is about that commit.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence

from reader import search
from reader.checkout import Checkout
from reader.excerpt.parts import Claims, DeadClaim
from reader.ref import Ref
from reader.resolve import resolve_all
from reader.resolve.lifetimes import Lifetimes, history_of
from reader.value import frozen

_FENCE = re.compile(r"[ \t]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?(`{3,}|~{3,})")
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(<?([^)>\s]+)>?[^)]*\)|<(gh-(?:file|dir):[^>\s]+)>")
_BLOB = re.compile(r"https?://github\.com/vllm-project/vllm/(?:blob|tree)/main/([^#?]+)")
_PATH = re.compile(r"(?:\./)?([\w.\-]+(?:/[\w.\-]+)+)/?(?:(?:#L|:)\d+(?:-L?\d+)?)?(?:::([\w.]+))?")
_DOTTED = re.compile(r"(vllm(?:\.[A-Za-z_]\w*)+)(?:\(\))?")
_CLASS = re.compile(r"([A-Z]\w*[a-z]\w*)(?:\.(\w+))?(?:\(\))?")
_FUNCTION = re.compile(r"([a-z_]\w*_\w+)\(\)")
_COMMENT = (b"#", b"//", b"*")


@frozen
class _Claim:
    """`text` as the document writes it; what it means is a path, a path with a symbol, or a name alone."""

    text: str
    line: int
    path: str | None
    symbol: str | None = None


def claims_of(checkout: Checkout, document: str, lines: Sequence[str], first: int) -> Claims | None:
    """`lines` of the document, of which the first has number `first`. None where nothing can be checked."""
    made = list(_claims(checkout, document, lines, first))
    history = history_of(checkout)
    checked = [one for one in made if _can_be_checked(checkout, history, one)]
    suspect = [one for one in checked if not _stands(checkout, history, one)]
    dead = _dead(checkout, suspect) if suspect else ()
    texts = {one.text for one in checked}
    return Claims(len(texts), tuple(dead)) if texts else None


def _claims(checkout: Checkout, document: str, lines: Sequence[str], first: int) -> Iterator[_Claim]:
    fence = ""
    for number, line in enumerate(lines, first):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence:
            for code in _CODE.findall(line):
                if claim := _of_code(code.strip(), number):
                    yield claim
            for target, short in _LINK.findall(line):
                if claim := _of_link(checkout, document, target or short, number):
                    yield claim


def _of_code(code: str, line: int) -> _Claim | None:
    if path := _PATH.fullmatch(code):
        return _Claim(code, line, path[1], path[2])
    if dotted := _DOTTED.fullmatch(code):
        return _Claim(code, line, dotted[1])
    name = _CLASS.fullmatch(code) or _FUNCTION.fullmatch(code)
    return _Claim(code, line, None, name[1]) if name else None


def _of_link(checkout: Checkout, document: str, target: str, line: int) -> _Claim | None:
    if target.startswith(("gh-file:", "gh-dir:")):
        path = target.partition(":")[2]
    elif blob := _BLOB.match(target):
        path = blob[1]
    elif "://" in target or target.startswith(("#", "mailto:", "/")) or ":" in target:
        return None
    else:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(document), target.partition("#")[0]))
    path = path.partition("#")[0].rstrip("/")
    if path.startswith(("..", "docs/")) or not _PATH.fullmatch(path):
        return None  # many a page of the documentation is made when it is built
    return _Claim(target, line, path)


def _can_be_checked(checkout: Checkout, history: Lifetimes, claim: _Claim) -> bool:
    if claim.path is None:
        return history.ever(claim.symbol or "")
    if _DOTTED.fullmatch(claim.path):
        return _place(checkout, history, claim.path) is not None
    if checkout.kind == "package" and not claim.path.startswith("vllm/"):
        return False
    return _is_there(checkout, claim.path) or history.ever_at(claim.path) or _sibling(checkout, claim.path) is not None


def _stands(checkout: Checkout, history: Lifetimes, claim: _Claim) -> bool:
    """By what the table and the file list say, which costs nothing."""
    if claim.path is None:
        return history.stands(claim.symbol or "", checkout.release)
    if _DOTTED.fullmatch(claim.path):
        place = _place(checkout, history, claim.path)
        return place is not None and checkout.has(place.path) and place.symbol is None
    return _is_there(checkout, claim.path) and claim.symbol is None


def _place(checkout: Checkout, history: Lifetimes, dotted: str) -> Ref | None:
    """The module that is there or was, and the name in it; None where neither the module nor the name is known."""
    parts = dotted.split(".")
    for count in range(len(parts), 1, -1):
        folder, symbol = "/".join(parts[:count]), ".".join(parts[count:]) or None
        modules = (f"{folder}.py", f"{folder}/__init__.py")
        for path in modules:
            if checkout.has(path):
                return Ref(path, symbol) if symbol is None or history.ever(parts[count], path) else None
        for path in modules:
            if history.ever_at(path):
                return Ref(path, symbol)
    return None


def _sibling(checkout: Checkout, path: str) -> str | None:
    """The C++ or CUDA file that is, or was, called so but for its suffix: it had this one before history begins."""
    stem, dot, suffix = path.rpartition(".")
    if not stem or dot + suffix not in search.NATIVE:
        return None
    others = [stem + other for other in search.NATIVE if other != dot + suffix]
    return next((one for one in others if checkout.has(one)), None) or next(
        (one for one in others if history_of(checkout).ever_at(one)), None
    )


def _is_there(checkout: Checkout, path: str) -> bool:
    return checkout.has(path) or checkout.is_directory(path)


def _dead(checkout: Checkout, suspect: Sequence[_Claim]) -> Iterator[DeadClaim]:
    history = history_of(checkout)
    names = {one.symbol for one in suspect if one.path is None and one.symbol}
    alive = _mentioned(checkout, names)
    refs = {one.text: _ref(checkout, history, one) for one in suspect if one.path is not None}
    sites = {str(site.ref): site for site in resolve_all(checkout, [*refs.values()])} if refs else {}
    for one in suspect:
        if one.path is None:
            if one.symbol not in alive:
                yield DeadClaim(one.text, one.line)
            continue
        site = sites[str(refs[one.text])]
        if site.verdict in ("exact", "alias", "inherited", "elsewhere"):
            continue
        now = f"{site.path}::{site.symbol}" if site.symbol else site.path
        sibling = _sibling(checkout, one.path)
        if site.verdict != "moved":
            now = sibling if sibling and checkout.has(sibling) else None
        yield DeadClaim(one.text, one.line, now)


def _ref(checkout: Checkout, history: Lifetimes, claim: _Claim) -> Ref:
    path = claim.path or ""
    if _DOTTED.fullmatch(path):
        return _place(checkout, history, path) or Ref(path)
    return Ref(path, claim.symbol)


def _mentioned(checkout: Checkout, names: Iterable[str]) -> frozenset[str]:
    """Those that any line of code still has; comments do not count."""
    found = set()
    wanted = {name.encode(): name for name in names}
    for _, data in search.texts(checkout, "") if wanted else ():
        for raw in [raw for raw in wanted if raw in data]:
            if any(_in_code(data, at) for at in search.occurrences(data, raw)):
                found.add(wanted.pop(raw))
    return frozenset(found)


def _in_code(data: bytes, at: int) -> bool:
    return not data[data.rfind(b"\n", 0, at) + 1 : at].lstrip().startswith(_COMMENT)
