"""Which line each note is about: the one line inside the span that has its fragment, or none, with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from reader.excerpt.parts import PlacedNote
from reader.excerpt.visible import visible
from reader.tour import Note

_LISTED = 6


def placed(notes: Sequence[Note], lines: Sequence[str], first: int) -> tuple[PlacedNote, ...]:
    """Numbered from 1, loose notes first, then in reading order. `lines` are those of the span, `first` is the number
    of the first. White space counts as one space on both sides, so that a reformatted line keeps its note."""
    squeezed = _squeezed(lines)
    found = [(note, _matches(note.at, squeezed, first)) for note in notes]
    loose = [(note, None, _why(hits)) for note, hits in found if len(hits) != 1]
    firm = sorted(((note, hits[0], None) for note, hits in found if len(hits) == 1), key=lambda each: each[1])
    return tuple(
        PlacedNote(number, visible(note.say.strip()), visible(note.at), line, why)
        for number, (note, line, why) in enumerate([*loose, *firm], start=1)
    )


def line_of(fragment: str, lines: Sequence[str], first: int) -> tuple[int | None, str]:
    """The number of the one line with this fragment; None, and why, where there is not exactly one."""
    hits = _matches(fragment, _squeezed(lines), first)
    return (hits[0], "") if len(hits) == 1 else (None, _why(hits))


def _squeezed(lines: Sequence[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines]


def _matches(fragment: str, squeezed: Sequence[str], first: int) -> list[int]:
    wanted = " ".join(visible(fragment).split())
    if not wanted:
        return []
    return [number for number, line in enumerate(squeezed, start=first) if wanted in line]


def _why(hits: Sequence[int]) -> str:
    if not hits:
        return "not found"
    more = ", ..." if len(hits) > _LISTED else ""
    return f"matches {len(hits)} lines: {', '.join(map(str, hits[:_LISTED]))}{more}"
