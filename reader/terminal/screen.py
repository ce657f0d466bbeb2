"""Finished lines to one string: plain, or with the escape sequences of colours and links."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from reader.excerpt import visible_line


def written(lines: Iterable[Text], plain: bool) -> str:
    """No line ends in spaces. A plain one has not one escape sequence in it.

    Whoever makes a line makes it safe to show, where its width is reckoned; done again here, it holds for all.
    """
    if plain:
        return "".join(f"{visible_line(line.plain).rstrip(' ')}\n" for line in lines)
    from rich.color import ColorSystem
    from rich.console import Console  # 25 ms that a pipe does not pay

    console = Console(color_system="standard", width=10_000, legacy_windows=False)  # only reads style names
    pieces = []
    for line in lines:
        line.rstrip()
        for raw, style, _ in line.render(console):
            text = visible_line(raw)
            pieces.append(style.render(text, color_system=ColorSystem.STANDARD) if style else text)
        pieces.append("\n")
    return "".join(pieces)
