"""Entries and previews as finished lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from reader.terminal.highlight import coloured
from reader.terminal.sheet import Sheet, words, wrapped
from reader.tui.answers import Answer, Entry, Group, Place
from reader.tui.answers.preview import Preview
from reader.tui.panels.rows import Row

_LEAD = 10  # columns of the kind, at most


def rows(answer: Answer, shown: Sequence[Group], width: int) -> Iterator[Row]:
    """Headings, entries, and what is said of what is not listed."""
    for number, group in enumerate(shown):
        if number:
            yield Row(Text())
        if group.title:
            yield from (Row(line) for line in wrapped(words(group.title, "bold"), width, rest="  "))
        yield from _entries(group, width)
    for note in answer.notes:
        yield Row(Text())
        yield from (Row(line) for line in wrapped(words(note, "dim"), width))


def _entries(group: Group, width: int) -> Iterator[Row]:
    lead = min(max((len(one.lead) for one in group.entries), default=0), _LEAD)
    digits = max((len(str(one.place.line or "")) for one in group.entries if one.place), default=0)
    before = None
    for one in group.entries:
        path = one.place.path if one.place is not None else None
        if group.by_file and path != before and path is not None:
            yield Row(Text.assemble("  ", words(path, "cyan")))
        before = path
        text = _in_file(one, lead, digits) if group.by_file else _alone(one, lead, width)
        yield Row(text, one, (one.label, one.place, one.lead, one.depth))


def _alone(one: Entry, lead: int, width: int) -> Text:
    text = Text.assemble("  " * (one.depth + 1), _lead(one, lead), words(one.label, "bold" if one.place else ""))
    if one.place is not None and one.label != str(one.place.ref):
        text.append("  ").append(_ending(spot(one.place, "cyan"), width - text.cell_len - 2))
    return _append(text, one)


def _ending(place: Text, room: int) -> Text:
    """Of a path that has no room its end, which tells more than its beginning; at the least the line."""
    over = place.cell_len - max(room, len(place.plain.rpartition(":")[2]) + 2)
    return place if over <= 0 else Text("…", "cyan").append_text(place[over + 1 :])


def _in_file(one: Entry, lead: int, digits: int) -> Text:
    line = str(one.place.line or "") if one.place is not None else ""
    return _append(Text.assemble("    ", (line.rjust(digits), "dim"), "  ", _lead(one, lead), words(one.label)), one)


def _lead(one: Entry, width: int) -> Text:
    return words(f"{one.lead:<{width}}  " if width else "", "magenta")


def _append(text: Text, one: Entry) -> Text:
    if one.at:
        text.append(f"  at {', '.join(map(str, one.at))}", "cyan")
    if not one.sure:
        text.append("  perhaps", "magenta")
    if one.note:
        text.append("  ").append(words(one.note, "dim"))
    return text


def spot(place: Place, style: str = "") -> Text:
    return words(place.path if place.line is None else f"{place.path}:{place.line}", style)


def whole(one: Entry, width: int) -> list[Text]:
    """All that is said of an entry, which its row may have no room for."""
    text = Text.assemble(words(f"{one.lead} " if one.lead else "", "magenta"), words(one.label, "bold"))
    lines = wrapped(_append(text, one), width, rest="  ")
    return lines if one.place is None else [*lines, *wrapped(spot(one.place, "cyan"), width, rest="  ")]


def code(shown: Preview, width: int) -> list[Text]:
    """Numbered lines, the one that is meant marked; a line that is too long ends in an ellipsis."""
    if shown.problem is not None:
        return wrapped(words(shown.problem), width, Text("! ", "bold red"), "  ")
    drawn = coloured([shown.before, *shown.lines], shown.language, False)[1:]
    digits = len(str(shown.first + len(shown.lines)))
    lines = []
    for number, text in enumerate(drawn, shown.first):
        here = number == shown.place.line
        lead = Text.assemble(("▸" if here else " ", "bold magenta"), (f"{number:>{digits}} │ ", "" if here else "dim"))
        if here:
            text.stylize("underline", len(text.plain) - len(text.plain.lstrip()))
        line = lead.append_text(text)
        line.truncate(max(width, 1), overflow="ellipsis")
        lines.append(line)
    return lines


def prose(lines: Sequence[Text]) -> Text:
    return Text("\n").join(lines)


def sheet(width: int) -> Sheet:
    """Styled always: where there is no colour the screen takes it away, and no meaning hangs on it."""
    return Sheet(max(width, 20), plain=False)
