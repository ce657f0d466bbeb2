"""The line at the foot: the keys that matter here, or a word about what has just happened."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import Static

from reader.tui.keys import KEYS, Key


class Foot(Static):
    DEFAULT_CSS = """
    Foot { dock: bottom; height: 1; padding: 0 2; background: $surface; color: $foreground; }
    """


def keys(first: Sequence[str], width: int) -> Text:
    """As many as there is room for; those of the actions `first` come first, and `?` and `q` are always there."""
    known = {key.action: key for key in KEYS if key.foot}
    last = [known["help"], known["leave"]]
    order = [known[name] for name in first if name in known]
    order += [key for key in known.values() if key not in order and key not in last]
    right = Text("   ").join(map(_hint, last))
    line = Text()
    for key in order:
        longer = Text.assemble(line, "   " if line else "", _hint(key))
        if longer.cell_len + right.cell_len + 3 > width:
            break
        line = longer
    return Text.assemble(line, " " * max(width - line.cell_len - right.cell_len, 1), right)


def _hint(key: Key) -> Text:
    return Text.assemble((key.sign.split(" ")[0], "bold magenta"), " ", (key.foot, "dim"))
