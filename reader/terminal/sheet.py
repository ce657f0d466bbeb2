"""What everything is drawn on: so many columns, styled or plain, with links or without. Lines are finished `Text`s.

Owns wrapping. Refuses rich markup: text becomes `Text` here or in `highlight`, and nowhere is it parsed for tags.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from urllib.parse import quote

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from reader.excerpt import visible, visible_line
from reader.value import frozen

PROSE = 88  # columns; longer lines of prose tire the eye
BESIDE = 110  # columns from which notes stand beside the code

_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\[(?P<link>[^\]]+)\]\((?P<target>[^)\s]+)\)")


@frozen
class Sheet:
    """`plain`: no style reaches the output, so that signs and words must carry everything. `root` is the checkout that
    paths are linked into, None where the terminal cannot link."""

    width: int
    plain: bool = True
    root: Path | None = None

    def narrowed(self, width: int) -> Sheet:
        return Sheet(max(width, 8), self.plain, self.root)

    def place(self, path: str, first: int | None = None, last: int | None = None, style: str = "") -> Text:
        """`path:first-last`, as a link to the file where the terminal can."""
        shown = words(path).plain
        if first is not None:
            shown += f":{first}" if last is None or last == first else f":{first}-{last}"
        link = None
        if self.root is not None:
            from socket import gethostname  # 4 ms that only links pay

            link = f"file://{gethostname()}{quote(str(self.root / path), errors='replace')}"
            link += f"#{first}" if first is not None else ""
        return Text.assemble((shown, Style.parse(style) + Style(link=link)))


def words(text: str, style: str = "") -> Text:
    """Foreign text of one line, safe to show."""
    return Text(visible_line(text).replace("\t", " "), style)


def shortened(text: str, room: int, style: str = "") -> Text:
    """The same in at most `room` columns, with an ellipsis where there is more."""
    line = words(text, style)
    if text.replace("⋯", " ").isascii():  # a column each; rich takes 0.2 ms to reckon that
        return line if len(text) <= room else words(f"{text[: room - 1]}…", style)
    line.truncate(room, overflow="ellipsis")
    return line


def wrapped(text: Text, width: int, first: Text | None = None, rest: str = "") -> list[Text]:
    """`text` in lines of at most `width` columns: `first` stands before the first, `rest` before the others."""
    lead = first or Text()
    room = max(width - max(lead.cell_len, cell_len(rest)), 4)
    lines: list[Text] = []
    for piece in _broken(text, room):
        lines.append(Text.assemble(rest if lines else lead, piece))
    return lines


def _broken(text: Text, room: int) -> Iterable[Text]:
    while text.cell_len > room:
        cut = _break_at(text.plain, room, " ")
        head, text = text.divide([cut])
        head.rstrip()
        yield head
        text = text[len(text.plain) - len(text.plain.lstrip(" ")) :]
    text.rstrip()
    yield text


def _break_at(plain: str, room: int, after: str, least: int = 1) -> int:
    """The index to break at: behind the last of the characters `after` that leaves what stands before within `room`,
    else where the room ends, and never before `least`."""
    near = plain[: max(room, 0) + 1]
    fits = room if near.isascii() else bisect_right(list(accumulate(map(cell_len, near))), room)
    fits = max(fits, least, 1)
    if fits >= len(plain) or (" " in after and plain[fits] == " "):
        return fits
    nice = max((plain.rfind(sign, least, fits) + 1 for sign in after), default=0)
    return nice if nice > least else fits


def wrapped_code(text: Text, width: int) -> list[Text]:
    """A line of source in lines of at most `width` columns, continued under a hanging indent."""
    text = _pulled_in(text, width)
    if text.cell_len <= width:
        return [text]
    plain = text.plain
    indent = len(plain) - len(plain.lstrip(" "))
    hang = min(indent + 4, width // 2)
    lines: list[Text] = []
    room, least = width, min(indent, width // 2)
    while text.cell_len > room:
        head, text = text.divide([_break_in_code(text.plain, room, least)])
        head.rstrip()
        lines.append(_hung(head, hang) if lines else head)
        room, least = max(width - hang, 2), 0
        text = text[len(text.plain) - len(text.plain.lstrip(" ")) :]
    lines.append(_hung(text, hang))
    return lines


def _break_in_code(plain: str, room: int, least: int) -> int:
    """Behind a space, comma or bracket; behind a dot only where that keeps the line from being mostly empty. No line
    is left that is nothing but closing brackets."""
    enough = least + room // 3
    cut = _break_at(plain, room, " ,([{", least)
    if cut <= enough:
        cut = _break_at(plain, room, " ,([{.", least)
    if not plain[cut:].strip(" )]}:,;"):
        earlier = _break_at(plain, cut - 1, " ,([{.", least)
        return earlier if earlier > enough else cut
    return cut


def _pulled_in(text: Text, width: int) -> Text:
    """A macro's line whose backslash alone is too far to the right: the blanks before it give way."""
    body = text.plain.removesuffix("\\").rstrip(" ")
    if text.cell_len <= width or not text.plain.endswith(" \\"):
        return text
    return Text.assemble(text[: len(body)], " " * max(width - cell_len(body) - 1, 1), "\\")


def _hung(text: Text, hang: int) -> Text:
    return Text.assemble(" " * hang, text)


def prose(text: str, sheet: Sheet, style: str = "") -> list[Text]:
    """Paragraphs, list items and indented or fenced code, from Markdown. Line ends within a paragraph are spaces."""
    width = min(sheet.width, PROSE)
    lines: list[Text] = []
    for lead, body, verbatim in _paragraphs(visible(text)):
        if verbatim:
            lines += wrapped_code(Text(lead + body, style), width)
        elif body:
            lines += wrapped(inline(body, sheet.plain, style), width, Text(lead, style), " " * len(lead))
        elif lines and lines[-1].plain:
            lines.append(Text())
    while lines and not lines[-1].plain:
        lines.pop()
    return lines


def _paragraphs(text: str) -> Iterable[tuple[str, str, bool]]:
    """(lead, body, verbatim): the lead is an indent with or without a bullet; an empty body is a gap."""
    lead, body, fenced = "", "", False
    for raw in [*text.expandtabs(4).split("\n"), ""]:
        line = raw.strip()
        sign = "" if fenced else bullet(line)
        is_code = fenced or (raw.startswith("    ") and not body and not sign)
        if body and (not line or sign or is_code or line.startswith("```")):
            yield lead, body, False
            lead, body = "", ""
        if line.startswith("```"):
            fenced = not fenced
        elif is_code and line:
            yield "    ", raw.removeprefix("    ").rstrip(), True
        elif not line:
            yield "", "", False
        elif sign:
            lead, body = raw[: len(raw) - len(raw.lstrip())] + sign, line[len(sign) :].strip()
        else:
            body = f"{body} {line}" if body else line


def bullet(line: str) -> str:
    """The bullet or number that a list item starts with, its space included, else nothing."""
    mark, space, _ = line.partition(" ")
    return mark + space if space and (mark in ("-", "*", "+") or (mark[-1:] == "." and mark[:-1].isdigit())) else ""


def inline(text: str, plain: bool, style: str = "") -> Text:
    """Code, bold and links in styles of their own where there are styles, else in the signs that they came in."""
    drawn = Text(style=style)
    done = 0
    for found in () if plain else _INLINE.finditer(text):
        drawn.append(text[done : found.start()])
        if found["code"]:
            drawn.append(found["code"], "cyan")
        elif found["bold"]:
            drawn.append(found["bold"], "bold")
        else:
            drawn.append(found["link"], "underline").append(f" ({found['target']})", "dim")
        done = found.end()
    return drawn.append(text[done:])
