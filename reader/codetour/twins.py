"""The same line in another text: an older version of a file beside the one that lies here."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import Match, SequenceMatcher
from functools import lru_cache

from reader.excerpt import visible

_SHORT = 72  # characters of a line that is quoted
_ALIKE = 0.75  # of two lines, from which one may be the other after an edit
_LONG = 20_000  # lines of a text that two versions are compared over


def same_place(before: tuple[str, ...], index: int, after: tuple[str, ...]) -> int | None:
    """The index of the same line in an edited text: alone in both, or kept by the comparison of the two."""
    old, new = _squeezed(before), _squeezed(after)
    wanted = old[index]
    if old.count(wanted) == 1 == new.count(wanted):
        return new.index(wanted)
    if wanted not in new:
        return None
    return next((one.b + index - one.a for one in _blocks(old, new) if one.a <= index < one.a + one.size), None)


@lru_cache(maxsize=64)
def _squeezed(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in lines)


@lru_cache(maxsize=64)
def _blocks(old: tuple[str, ...], new: tuple[str, ...]) -> list[Match]:
    if len(old) + len(new) > 2 * _LONG:
        return []
    return SequenceMatcher(None, old, new, autojunk=len(old) > 2_000).get_matching_blocks()


@lru_cache(maxsize=256)
def likeness(before: tuple[str, ...], after: tuple[str, ...]) -> float:
    """The share of its lines, blank ones aside, that are in the other too."""
    here = {line.strip() for line in after}
    lines = [line.strip() for line in before if line.strip()]
    return sum(line in here for line in lines) / len(lines) if lines else 0.0


def quoted(line: str) -> str:
    return f"{visible(' '.join(line.split())[:_SHORT])!r}"


def twin(line: str, lines: Sequence[str], start: int, end: int) -> int | None:
    """The one line that reads the same, or else the one that reads much like it."""
    wanted = " ".join(line.split())
    texts = {number: " ".join(lines[number - 1].split()) for number in range(start, min(end, len(lines)) + 1)}
    same = [number for number, text in texts.items() if text == wanted]
    if same or len(wanted) < 8:
        return same[0] if len(same) == 1 else None
    matcher = SequenceMatcher(None, b=wanted, autojunk=False)
    best: list[tuple[float, int]] = []
    for number, text in texts.items():
        matcher.set_seq1(text)
        if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE:
            best.append((matcher.ratio(), number))
    best.sort(reverse=True)
    if not best or best[0][0] < _ALIKE or (len(best) > 1 and best[1][0] == best[0][0]):
        return None
    return best[0][1]
