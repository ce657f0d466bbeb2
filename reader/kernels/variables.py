"""What the variables of a CMake file may hold at one place of the walk through it, and what words stand for there.

A variable holds all that it may: the elements of a list and the values of several branches alike. Bounded, whatever a
file says of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reader.kernels.cmake import Argument
from reader.pattern import pattern

SOURCE_DIR, LIST_DIR = "CMAKE_CURRENT_SOURCE_DIR", "CMAKE_CURRENT_LIST_DIR"
UNKNOWN = "\0"  # stands in a word for a variable that nothing has set

_TOP = ("CMAKE_SOURCE_DIR", "PROJECT_SOURCE_DIR", "CMAKE_HOME_DIRECTORY")
_VARIABLE = pattern(r"\$(?:ENV|CACHE)?\{([^${}]*)\}")
_HERE = (".",)
_NESTED = 8  # variables within the names or values of others
_WIDEST = 4_000  # characters of one word
_LONGEST = 2_000  # words of one variable


class Variables:
    """`facts` are certain, and no `set` changes them. The root of the checkout is called `.`."""

    def __init__(self, facts: Mapping[str, str], held: Mapping[str, tuple[str, ...]]) -> None:
        self._facts = facts
        self._held = dict(held)
        self._changed: set[str] = set()  # since this was copied

    def copy(self) -> Variables:
        return Variables(self._facts, self._held)

    def become(self, ends: Sequence[Variables]) -> None:
        """Hold all that any of these copies of it does."""
        for name in {name for end in ends for name in end._changed}:
            self.set(name, dict.fromkeys(value for end in ends for value in end.get(name)))

    def get(self, name: str) -> tuple[str, ...]:
        return self._held.get(name, ())

    def set(self, name: str, values: Iterable[str]) -> None:
        self._held[name] = tuple(values)[:_LONGEST]
        self._changed.add(name)

    def certain(self, argument: Argument) -> str | None:
        """What a word of an `if` means, where that is certain."""
        text = argument.text
        if text in self._facts:
            return self._facts[text]
        if "$" in text:
            values = self._expanded(text)
            return values[0] if len(values) == 1 and UNKNOWN not in values[0] else None
        return text if argument.quoted or text in ("ON", "OFF", "TRUE", "FALSE") else None

    def words(self, given: Iterable[Argument]) -> list[str]:
        """All that the arguments may stand for, one path or word each."""
        return [word for argument in given for word in self._expanded(argument.text)]

    def _expanded(self, text: str) -> list[str]:
        if "$" not in text:
            return [part for part in text.split(";") if part]
        found = [text]
        for _ in range(_NESTED):
            if not any("{" in each for each in found):
                break
            found = [made for each in found for made in self._once(each)][:_LONGEST]
        return [part for each in found for part in each.split(";") if part]

    def _once(self, text: str) -> Iterable[str]:
        match = _VARIABLE.search(text)
        if match is None:
            return [text]
        name = match[1]
        if name in self._facts:
            values: tuple[str, ...] = (self._facts[name],)
        else:
            values = _HERE if name in _TOP else self._held.get(name, (UNKNOWN,))
        before, behind = text[: match.start()], text[match.end() :]
        return [before + value + behind for value in values if len(before) + len(value) + len(behind) < _WIDEST]

    def path(self, word: str) -> str | None:
        """Relative to the root of the checkout; None outside of it or where it is not known."""
        if UNKNOWN in word or word.startswith("/") or "$<" in word:
            return None
        base = () if word == "." or word.startswith("./") else (self.get(SOURCE_DIR) or _HERE)[0].split("/")
        parts: list[str] = []
        for part in (*base, *word.split("/")):
            if part == "..":
                if not parts:
                    return None
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        return "/".join(parts)
