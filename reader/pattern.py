"""Regular expressions that are compiled when they are first used.

A command needs a few of those that its modules name; the hundred of reader.kernels and reader.syntax.cpp took 25 to 50
ms to compile, as much as it takes to start Python and click.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Pattern:
    """`__getattr__` is asked for what is in no slot yet; the first use fills them with the compiled one's."""

    __slots__ = ("_flags", "_text", "findall", "finditer", "fullmatch", "match", "search", "split", "sub")

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._text, self._flags)
        for each in self.__slots__[2:]:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, whose errors come with the first use."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))
