"""How the session looks: dark, light, or in the colours that the terminal has anyway.

What is drawn by the terminal's renderers names sixteen colours; dark and light say here which ones these are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.terminal_theme import TerminalTheme
from textual.theme import BUILTIN_THEMES, Theme

TERMINAL = "terminal"
NAMES = ("dark", "light", TERMINAL)
SETTING = "theme"

THEMES = (
    Theme(
        "dark", primary="#82aaff", secondary="#7fdbca", warning="#e6b673", error="#f07178", success="#a8cc8c",
        accent="#c792ea", foreground="#d6d9e0", background="#16181d", surface="#1c1f26", panel="#272b35", dark=True,
        variables={"cursor": "#2a2f3a", "scrollbar": "#333845", "scrollbar-background": "#16181d"},
    ),
    Theme(
        "light", primary="#2c5fb3", secondary="#16707c", warning="#8a5a00", error="#b3261e", success="#2f6f2a",
        accent="#8331a3", foreground="#23272e", background="#fcfbf8", surface="#f3f1ec", panel="#e6e3dc", dark=False,
        variables={"cursor": "#ece9df", "scrollbar": "#cfcabf", "scrollbar-background": "#fcfbf8"},
    ),
    Theme(
        TERMINAL, ansi=True, primary="ansi_blue", secondary="ansi_cyan", warning="ansi_yellow", error="ansi_red",
        success="ansi_green", accent="ansi_magenta", foreground="ansi_default", background="ansi_default",
        surface="ansi_default", panel="ansi_default", boost="ansi_default", dark=True,
        variables={**BUILTIN_THEMES["ansi-dark"].variables, "cursor": "ansi_default", "scrollbar": "ansi_blue",
                   "scrollbar-background": "ansi_default"},
    ),
)  # fmt: skip


def _palette(ground: str, ink: str, *colours: str) -> TerminalTheme:
    """Black, red, green, yellow, blue, magenta, cyan, white; the bright ones are the same."""
    eight = [_rgb(colour) for colour in colours]
    return TerminalTheme(_rgb(ground), _rgb(ink), eight, eight)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


DARK = _palette(
    "#16181d", "#d6d9e0", "#16181d", "#f07178", "#a8cc8c", "#e6b673", "#82aaff", "#c792ea", "#7fc8d8", "#d6d9e0"
)
LIGHT = _palette(
    "#fcfbf8", "#23272e", "#23272e", "#b3261e", "#2f6f2a", "#8a5a00", "#2c5fb3", "#8331a3", "#16707c", "#fcfbf8"
)


def first_choice(environ: Mapping[str, str]) -> str:
    """For who has not chosen yet. With sixteen colours only those of the terminal can look right; COLORFGBG is what
    some terminals tell of their ground."""
    deep = environ.get("COLORTERM") in ("truecolor", "24bit") or "256color" in environ.get("TERM", "")
    if not deep:
        return TERMINAL
    return "light" if environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15") else "dark"


def following(name: str) -> str:
    return NAMES[(NAMES.index(name) + 1) % len(NAMES)] if name in NAMES else NAMES[0]


@contextmanager
def colours(wanted: bool) -> Iterator[None]:
    """Textual looks for NO_COLOR when an app is made, whatever the command line said."""
    before = os.environ.pop("NO_COLOR", None)
    if not wanted:
        os.environ["NO_COLOR"] = "1"
    try:
        yield
    finally:
        os.environ.pop("NO_COLOR", None)
        if before is not None:
            os.environ["NO_COLOR"] = before
