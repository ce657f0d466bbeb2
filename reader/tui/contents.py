"""The stops of the tour down the left side, each with its mark: read, changed, or not read yet."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from reader.guide import ReadState
from reader.terminal.sheet import words
from reader.value import frozen

WIDE = 118  # columns of a terminal from which the stops stand beside the page unless they are sent away
WIDTH = 34
SIGNS: dict[ReadState, tuple[str, str]] = {"read": ("✓", "green"), "changed": ("≠", "bold red"), "unread": ("·", "dim")}


@frozen
class Item:
    title: str
    state: ReadState
    here: bool


class Contents(OptionList):
    DEFAULT_CSS = """
    Contents { dock: left; width: 34; height: 1fr; max-height: 100%; border: none; padding: 0 1; background: $surface;
               scrollbar-size-vertical: 1; }
    Contents:focus { border: none; background-tint: $foreground 0%; }
    Contents > .option-list--option-highlighted { background: $surface; text-style: none; color: $foreground; }
    Contents:focus > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: bold; }
    Contents:ansi:focus > .option-list--option-highlighted { background: ansi_default; color: ansi_default;
                                                             text-style: reverse; }
    Contents > .option-list--option-hover { background: $panel; }
    """

    def show(self, items: Sequence[Item]) -> None:
        here = next((index for index, item in enumerate(items) if item.here), 0)
        prompts = [_prompt(index, item, len(str(len(items)))) for index, item in enumerate(items)]
        if self.option_count == len(prompts):
            for index, prompt in enumerate(prompts):
                if prompt != self.get_option_at_index(index).prompt:
                    self.replace_option_prompt_at_index(index, prompt)
        else:
            self.set_options([Option(prompt) for prompt in prompts])
        self.highlighted = here


def _prompt(index: int, item: Item, digits: int) -> Text:
    sign, style = SIGNS[item.state]
    room = WIDTH - 2 - digits - 6
    title = words(item.title, "bold" if item.here else "")
    title.truncate(room, overflow="ellipsis")
    lead = Text("▸" if item.here else " ", "bold magenta")
    return Text.assemble(lead, (sign, style), " ", (str(index + 1).rjust(digits), "dim"), " ", title)
