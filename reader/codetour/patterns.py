"""A pattern for one line of a text, proven to hit that line first in CodeTour's player. No look-behind: Safari's
JavaScript had none for long, and vscode.dev runs there.

The player looks from the start of the file and takes the line on which the match begins. So a pattern is the whole
line, its indent and trailing space left open; where an earlier line reads the same, the lines behind it that differ
come in, with as many lines between as there are. VS Code gives a text one kind of line end, "\\n" or "\\r\\n", whatever
is mixed on disk: both are proven.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reader.codetour.javascript import Endless, NotJavaScript, first_line, units
from reader.errors import ReaderError

_LONG = 160  # characters of a line that a pattern quotes
_FARTHEST = 400  # lines behind the wanted one that are looked at for a difference
_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|/]")
_ODD = "\ufffd"  # stands for what an editor may decode in another way
_BLANK = " \t"


class NoPattern(ReaderError):
    """Why no pattern can hit a line first."""


class Patterns:
    """Those of one text."""

    def __init__(self, lines: Sequence[str], *, decoded: bool = True) -> None:
        """`lines` have no line ends. Not `decoded`: the file is not UTF-8, and what is not ASCII in it is left open."""
        self._lines = lines if decoded else [re.sub(r"[^\x00-\x7f]+", _ODD, line) for line in lines]
        self._stripped = [line.strip(_BLANK) for line in self._lines]
        self._texts = [units(end.join(lines)) for end in ("\n", "\r\n")]

    def of(self, number: int) -> str:
        """For the line of this number, counted from 1. Raises NoPattern."""
        if not self._stripped[number - 1]:
            raise NoPattern(f"line {number} is blank")
        for pattern in _candidates(self._lines, self._stripped, number - 1):
            if self._hits(pattern, number):
                return pattern
        raise NoPattern(f"line {number} cannot be told from an earlier one that reads the same")

    def _hits(self, pattern: str, number: int) -> bool:
        try:
            return all(first_line(pattern, text) == number for text in self._texts)
        except (Endless, NotJavaScript):  # of lines that are longer than anybody writes them
            return False


def _candidates(lines: Sequence[str], stripped: Sequence[str], index: int) -> list[str]:
    """Shortest first."""
    wanted = stripped[index]
    twins = [at for at in range(index) if _reads_as(stripped[at], wanted)]
    if not twins:
        return [f"^[ \\t]*{_quoted(wanted)}"]
    indent = _indent(lines[index])
    found = []
    if not any(_indent(lines[at]) == indent for at in twins):
        found.append(f"^{_escaped(indent)}{_quoted(wanted)}")
    behind = _differences(stripped, index, twins)
    if behind is not None:
        found.append(f"^[ \\t]*{_quoted(wanted, open_end=True)}" + _followed(stripped, index, behind))
    return found


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(_BLANK))]


def _reads_as(line: str, wanted: str) -> bool:
    return line.startswith(wanted[:_LONG]) if len(wanted) > _LONG else line == wanted


def _differences(stripped: Sequence[str], index: int, twins: Sequence[int]) -> list[int] | None:
    """How far behind the wanted line stand those by which it differs from each of its twins, the nearest first; None
    where it does not within reach. What lies beyond the end of the text differs from any line."""
    left = list(twins)
    chosen = []
    for distance in range(1, _FARTHEST + 1):
        at = index + distance
        here = stripped[at] if at < len(stripped) else None
        same = [one for one in left if here is not None and _reads_as(stripped[one + distance], here)]
        if len(same) < len(left) and (here or here is None or not same):
            chosen.append(distance)
            left = same
        if not left:
            return chosen
        if here is None:
            break
    return None


def _followed(stripped: Sequence[str], index: int, behind: Sequence[int]) -> str:
    made, before = "", 0
    for distance in behind:
        between = distance - before - 1
        skipped = "(?:\\r?\\n[^\\r\\n]*)" + (f"{{{between}}}" if between > 1 else "") if between else ""
        if index + distance >= len(stripped):
            return f"{made}{skipped}(?![\\s\\S])"
        made += f"{skipped}\\r?\\n[ \\t]*{_quoted(stripped[index + distance], open_end=distance != behind[-1])}"
        before = distance
    return made


def _quoted(text: str, *, open_end: bool = False) -> str:
    """With `open_end` up to the line end, which is not asked for; of a long line only its beginning."""
    if len(text) > _LONG:
        return _escaped(text[:_LONG]) + ("[^\\r\\n]*" if open_end else "")
    return _escaped(text) + "[ \\t]*" + ("" if open_end else "$")


def _escaped(text: str) -> str:
    return "".join(_sign(char) for char in text)


def _sign(char: str) -> str:
    if char == _ODD:
        return "[^\\r\\n]*"
    if char == "\t":
        return "\\t"
    if not char.isprintable():
        return "".join(f"\\u{ord(unit):04x}" for unit in units(char))
    return _SPECIAL.sub(r"\\\g<0>", char)
