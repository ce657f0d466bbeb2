"""In which order uses are read, and how they are counted: for every surface that lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from reader.syntax import language_of
from reader.usages.values import Kind, Use

_TESTS = 2
_KINDS: dict[Kind, str] = {"call": "call", "import": "import", "override": "override", "reference": "other use"}


def ordered(uses: Iterable[Use]) -> list[Use]:
    """The package before what exercises it, then by file and line."""
    return sorted(uses, key=lambda one: (_rank(one.path), one.path, one.line, one.column))


def refused(path: str, symbol: str | None, kind: str | None) -> str:
    """Why nothing can use what a ref leads to; "" where something may."""
    language = language_of(path)
    if kind == "directory":
        return "a directory: name a file in it, or a definition, as `reader outline PATH` lists them"
    if language not in ("python", "cpp", "cuda"):
        return "no source: uses are told of what Python, C++ and CUDA define"
    if symbol is None and language != "python":
        return f"a whole file: name a definition in it, as `reader outline {path}` lists them"
    return ""


def in_tests(use: Use) -> bool:
    return _rank(use.path) == _TESTS


def counts(uses: Sequence[Use]) -> str:
    """`3 calls, 1 import`, the most first; "" of none."""
    counted = Counter(one.kind for one in uses)
    return ", ".join(plural(number, _KINDS[kind]) for kind, number in counted.most_common())


def behind(use: Use) -> str:
    """What is said behind the line itself."""
    within = f"in {use.within}" if use.within else None
    return "; ".join(filter(None, (within, use.why)))


def places(uses: Sequence[Use], what: str = "place") -> str:
    return "no place" if not uses else plural(len(uses), what)


def plural(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _rank(path: str) -> int:
    top = path.partition("/")[0]
    if top in ("vllm", "csrc"):
        return 0
    return _TESTS if top in ("tests", "test") or "/tests/" in path or "/test/" in path else 1
