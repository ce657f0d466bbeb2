"""What everything is drawn on: so many columns, styled or plain, with links or without. Lines are finished `Text`s.

Owns wrapping. Refuses rich markup: text becomes `Text` here or in `highlight`, and nowhere is it parsed for tags.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from urllib.parse import quote

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from reader.excerpt import visible_line
from reader.facts import span
from reader.prose import blocks
from reader.prose import inline as pieces
from reader.value import frozen

PROSE = 88  # columns; longer lines of prose tire the eye
BESIDE = 110  # columns from which notes stand beside the code

_STYLES = {"code": "cyan", "bold": "bold", "link": "underline"}


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
        shown = span(path, first, last).replace("\t", " ")
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
    """Paragraphs, list items and indented or fenced code, from Markdown."""
    width = min(sheet.width, PROSE)
    lines: list[Text] = []
    for block in blocks(text):
        if block.kind == "code":
            lines += wrapped_code(Text(block.lead + block.text, style), width)
        elif block.kind != "gap":
            body = inline(block.text, sheet.plain, style)
            lines += wrapped(body, width, Text(block.lead, style), " " * len(block.lead))
        elif lines and lines[-1].plain:
            lines.append(Text())
    while lines and not lines[-1].plain:
        lines.pop()
    return lines


def inline(text: str, plain: bool, style: str = "") -> Text:
    """Code, bold and links in styles of their own where there are styles, else in the signs that they came in."""
    drawn = Text(style=style)
    for piece in () if plain else pieces(text):
        drawn.append(piece.text, _STYLES.get(piece.kind))
        if piece.kind == "link":
            drawn.append(f" ({piece.target})", "dim")
    return drawn.append(text) if plain else drawn
