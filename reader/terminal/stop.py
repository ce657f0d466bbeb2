"""A stop as a page: header, title, why, excerpt with its notes, questions. Also a ref that was looked up on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader.excerpt import Excerpt
from reader.terminal import header
from reader.terminal.code import code, outline
from reader.terminal.notes import ACCENT, Laid, loose, texts, unlaid
from reader.terminal.sheet import Sheet, prose, words, wrapped

if TYPE_CHECKING:
    from reader.guide import Look, StopView
    from reader.guide.comparing import Comparison
    from reader.progress import OwnNote
    from reader.tour import Question, Tour


def page(view: StopView, sheet: Sheet, *, answers: bool = False) -> list[Text]:
    above, lead = header.historic(view.site, sheet)
    sections = [
        _led(lead, header.position(view, above) + header.where(view.site, above, view.excerpt)),
        _led(lead, header.heading(view, above)),
        *map(texts, below(view, sheet, answers=answers)),
    ]
    return _spaced(sections)


def below(view: StopView, sheet: Sheet, *, answers: bool = False, reveal: str = "--answers") -> list[list[Laid]]:
    """What stands under the header of a stop, section by section; some are empty. `reveal` shows the answers."""
    return [
        unlaid(prose(view.stop.why, sheet)),
        unlaid(header.warnings(view, sheet)),
        *_body(view.excerpt, sheet),
        unlaid(_own(view.own, sheet)),
        _questions(view.stop.questions, sheet, "" if answers else reveal),
    ]


def changed(view: StopView, found: Comparison, sheet: Sheet) -> list[Text]:
    """A stop that is not what was read: its header, and only what differs."""
    from reader.terminal.comparison import comparison

    return _spaced([header.position(view, sheet), header.heading(view, sheet), comparison(found, sheet)])


def look(found: Look, sheet: Sheet) -> list[Text]:
    above, lead = header.historic(found.site, sheet)
    return _spaced([_led(lead, header.where(found.site, above, found.excerpt)), *map(texts, below_look(found, sheet))])


def below_look(found: Look, sheet: Sheet) -> list[list[Laid]]:
    """The same of a ref that was looked up on its own."""
    problems = [f"this cannot be shown: {found.problem}"] * bool(found.problem)
    return [unlaid(header.said(found.excerpt, problems, sheet)), *_body(found.excerpt, sheet)]


def intro(tour: Tour, sheet: Sheet) -> list[Text]:
    """The tour's title and what it is about, for the head of a printed tour."""
    return _spaced([wrapped(words(tour.title, "bold underline"), sheet.width), prose(tour.intro, sheet)])


def _led(lead: Text, lines: Sequence[Text]) -> list[Text]:
    return [Text.assemble(lead, line) for line in lines] if lead.plain else list(lines)


def _spaced(sections: Sequence[Sequence[Text]]) -> list[Text]:
    """The sections that have anything in them, with a blank line between two."""
    lines: list[Text] = []
    for section in sections:
        if section:
            lines += [*([Text()] if lines else []), *section]
    return lines


def _body(excerpt: Excerpt | None, sheet: Sheet) -> list[list[Laid]]:
    if excerpt is None:
        return []
    return [unlaid(loose(excerpt.notes, sheet)), outline(excerpt.outline, sheet), _rows(excerpt, sheet)]


def _rows(excerpt: Excerpt, sheet: Sheet) -> list[Laid]:
    if excerpt.form == "directory":
        from reader.terminal.directories import directory  # what few stops need

        return directory(excerpt.entries, sheet)
    if excerpt.form == "document":
        from reader.terminal.documents import document

        return document(excerpt, sheet)
    return code(excerpt, sheet)


def _own(notes: Sequence[OwnNote], sheet: Sheet) -> list[Text]:
    if not notes:
        return []
    from reader.terminal import own  # 1 ms, and few stops have notes

    return own.notes(notes, sheet)


def _questions(questions: Sequence[Question], sheet: Sheet, reveal: str) -> list[Laid]:
    lines: list[Laid] = []
    for question in questions:
        lines += asked(question, sheet, answered=not reveal)
    if lines and reveal:
        count = "the answer" if len(questions) == 1 else "the answers"
        lines.append(Laid(Text(f"  {reveal} shows {count}", "dim")))
    return lines


def asked(question: Question, sheet: Sheet, *, answered: bool) -> list[Laid]:
    lines = spoken("? ", question.ask, sheet)
    if answered:
        lines += spoken("→ ", question.answer, sheet)
        if question.ref is not None:
            lines += wrapped(words(f"see {question.ref}", "dim"), sheet.width, Text("  "), "  ")
    return [Laid(line, question) for line in lines]


def spoken(sign: str, text: str, sheet: Sheet) -> list[Text]:
    """Prose behind a sign, its further lines under its first."""
    body = prose(text, sheet.narrowed(sheet.width - len(sign))) or [Text()]
    return [Text.assemble((" " * len(sign) if index else sign, ACCENT), line) for index, line in enumerate(body)]
