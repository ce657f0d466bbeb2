"""A document stop: its rows in groups that are drawn as one, so that line numbers, folds and notes keep their places.

Also what it says of the checkout and is not so, in words. Everything in the source stays, HTML and unknown syntax as it
stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from reader.excerpt import Claims, Excerpt, Fold, Line
from reader.prose import bullet
from reader.syntax import Language
from reader.value import frozen

DEAD = "†"  # behind a path or a name that is not in the checkout

_FENCE = re.compile(r" {0,3}(?:[-*] +|\d+\. +)?\s*(`{3,}|~{3,})\s*([\w+-]*)")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_RULER = re.compile(r"[\s|:-]+$")
_FENCED: dict[str, Language] = {
    "python": "python", "py": "python", "cpp": "cpp", "c++": "cpp", "c": "cpp", "cuda": "cuda", "cu": "cuda",
}  # fmt: skip

Kind = Literal["prose", "heading", "table", "fence", "verbatim", "gap", "fold"]


@frozen
class Group:
    """Rows that are drawn as one: a paragraph, a list item, a heading, a table, the lines of a fence, whose word for
    the language is `fence`."""

    kind: Kind
    rows: tuple[Line, ...]
    fence: str | None = None

    @property
    def notes(self) -> tuple[int, ...]:
        """Those that stand at its one number; in a table or a fence every row has its own."""
        return tuple(number for row in self.rows for number in row.notes) if self.kind == "prose" else ()

    @property
    def language(self) -> Language:
        return _FENCED.get(self.fence or "", "text")

    @property
    def text(self) -> str:
        return "\n".join(row.text for row in self.rows)


def groups(excerpt: Excerpt) -> Iterator[Group | Fold]:
    """With the sign `DEAD` behind each claim that is dead."""
    rows = excerpt.rows
    if excerpt.claims is not None and excerpt.claims.dead:
        rows = tuple(_marked(rows, excerpt.claims))
    fences = _fences(excerpt)
    pending: list[Line] = []
    before: tuple[Kind, str | None] = ("gap", None)
    for row in rows:
        now: tuple[Kind, str | None] = ("fold", None) if isinstance(row, Fold) else _kind(row, fences)
        starts = now != before or now[0] == "heading" or (now[0] == "prose" and bool(bullet(_text(row).strip())))
        if pending and starts:
            yield Group(before[0], tuple(pending), before[1])
            pending = []
        if isinstance(row, Fold):
            yield row
        else:
            pending.append(row)
        before = now
    if pending:
        yield Group(before[0], tuple(pending), before[1])


def heading(text: str) -> tuple[int, str]:
    """Its level, and its words."""
    found = _HEADING.match(text)
    return (len(found[1]), found[2]) if found else (1, text)


def table(rows: Sequence[Line]) -> tuple[bool, tuple[tuple[Line, tuple[str, ...]], ...]]:
    """Whether it has a head, and each of its rows in cells; the ruler under the head is none."""
    shown = tuple((row, _cells(row.text)) for row in rows if not _RULER.match(row.text))
    return len(rows) > 1 and bool(_RULER.match(rows[1].text)), shown


def dead_claims(claims: Claims, release: str) -> tuple[str, tuple[str, ...]]:
    """What is said at the foot: a head, and each dead claim once, with where it is now."""
    told = {one.text: one.now for one in claims.dead}
    head = f"{len(told)} of the {claims.checked} paths and names of vLLM here"
    if claims.checked == 1:
        head = "The one path or name here"
    verb = "is" if len(told) == 1 else "are"
    where = f"in {release}" if release != "unknown" else "in this checkout"
    return f"{head} {verb} dead {where}:", tuple(f"{text} → {now}" if now else text for text, now in told.items())


def _marked(rows: Sequence[Line | Fold], claims: Claims) -> Iterator[Line | Fold]:
    texts = {one.text for one in claims.dead}
    at = {one.line for one in claims.dead}
    for row in rows:
        text = row.text if isinstance(row, Line) and row.number in at else ""
        for claim in sorted(texts, key=len):
            text = re.sub(
                rf"(`\s*{re.escape(claim)}\s*`|\]\(<?{re.escape(claim)}[^)]*\)|<{re.escape(claim)}>)",
                rf"\1{DEAD}",
                text,
            )
        yield replace(row, text=text) if isinstance(row, Line) and text else row


def _cells(row: str) -> tuple[str, ...]:
    inner = row.strip().removeprefix("|").removesuffix("|")
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner))


def _text(row: Line | Fold) -> str:
    return row.text if isinstance(row, Line) else ""


def _kind(row: Line, fences: dict[int, str]) -> tuple[Kind, str | None]:
    text = row.text.strip()
    if row.number in fences:
        return "fence", fences[row.number]
    if not text:
        return "gap", None
    if _HEADING.match(row.text):
        return "heading", None
    if text.startswith("|") and text.count("|") > 1:
        return "table", None
    if text.startswith(("<", "!!!", "???", "--8<--", "===", "---")) or row.text.startswith("\t"):
        return "verbatim", None
    return "prose", None


def _fences(excerpt: Excerpt) -> dict[int, str]:
    """The language of each line within a fence, fence lines included, told from the whole span."""
    within: dict[int, str] = {}
    opened, language = "", ""
    for number, text in _numbered(excerpt):
        found = _FENCE.match(text)
        if opened:
            within[number] = language
            if found and found[1].startswith(opened) and not found[2]:
                opened = ""
        elif found:
            opened, language = found[1], found[2].lower()
            within[number] = language
    return within


def _numbered(excerpt: Excerpt) -> Sequence[tuple[int, str]]:
    if excerpt.lines:
        return list(enumerate(excerpt.lines, excerpt.site.start or 1))
    return [(row.number, row.text) for row in excerpt.rows if isinstance(row, Line)]
