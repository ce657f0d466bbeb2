"""What the search box of a book knows: a script with one entry for each thing that can be found, made at export.

A script and not a data file, because a page that was opened from a disk may load the one and not the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from reader.pages.values import Chapter, Group, Note, Prose, Row, Stop

# An entry: page, anchor, kind, heading, further words that count as much as a heading, text.
_Entry = tuple[int, str, str, str, str, str]


def script(pages: list[tuple[str, str, list[_Entry]]]) -> str:
    """`pages` are file, title and entries. ASCII, so that no page's character set can change it; nothing in it can end
    the script element that loads it, because it is a file of its own."""
    entries = [(number, *entry[1:]) for number, (_, _, found) in enumerate(pages) for entry in found]
    data = {"pages": [[file, title] for file, title, _ in pages], "entries": entries}
    return f"window.BOOK_INDEX = {json.dumps(data, separators=(',', ':'))};\n"


def entries(page: Chapter) -> list[_Entry]:
    """Borrowed stops are found in their own tour, where the book has it."""
    found: list[_Entry] = [(0, "", "tour", page.title, f"{page.label} {page.name}", plain(page.intro))]
    for stop in page.stops:
        if stop.owner is None:
            found += _of_stop(stop)
    return found


def _of_stop(stop: Stop) -> Iterator[_Entry]:
    names = " ".join(filter(None, (stop.symbol, stop.spot.text.partition(":")[0], stop.id)))
    yield 0, stop.id, "stop", stop.title, names, plain(stop.why)
    for note in (*stop.loose, *_placed(stop)):
        yield 0, note.anchor, "note", f"{note.mark} {stop.title}", note.at, plain(note.say)
    for number, question in enumerate(stop.questions, 1):
        yield 0, f"{stop.id}-q{number}", "question", stop.title, "", plain(question.ask)
    for own in stop.own:
        yield 0, f"{stop.id}-own", "own note", stop.title, "", plain(own.say)


def _placed(stop: Stop) -> Iterator[Note]:
    for row in stop.rows:
        if isinstance(row, Row | Group):
            yield from row.notes
        if isinstance(row, Group):
            yield from (note for line in row.rows for note in line.notes)


def plain(prose: Prose) -> str:
    """Its words alone."""
    said = []
    for part in prose:
        said.append(part.text or " ".join("".join(bit.text for bit in item.bits) for item in part.items))
    return " ".join(" ".join(said).split())
