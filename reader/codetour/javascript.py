"""Regular expressions of JavaScript, run here as CodeTour's player runs them: `new RegExp(pattern, "m")`, first match.

Owns the translation and refuses what JavaScript refuses. Without its flag `u` JavaScript counts in UTF-16 units and
takes every escape that it does not know for the character itself; both hold here. Not held: that a group which a
repetition passes again is forgotten, which decides nothing but back references into repeated groups.
"""

from __future__ import annotations

import re
from functools import lru_cache

import regex

from reader.errors import ReaderError

PATIENCE = 1.0  # seconds for one search
LONGEST = 5_000  # characters of a pattern
_DEEPEST = 100  # groups within groups
_MOST = 100_000  # repetitions, beyond which a count means "any number"

_ENDS = r"\n\r\u2028\u2029"
_SPACE = r"\t\n\x0b\x0c\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_NO_SPACE = (
    r"\x00-\x08\x0e-\x1f\x21-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff"
    r"\u3001-\ufefe\uff00-\uffff"
)
_SETS = {
    "d": "0-9", "D": r"\x00-/:-\uffff",
    "w": "A-Za-z0-9_", "W": r"\x00-/:-@\x5b-\x5e`\x7b-\uffff",
    "s": _SPACE, "S": _NO_SPACE,
}  # fmt: skip
_CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_COUNT = re.compile(r"\{(\d+)(,?)(\d*)\}")
_HEX = {"x": re.compile("[0-9A-Fa-f]{2}"), "u": re.compile("[0-9A-Fa-f]{4}")}
_NAME = re.compile(r"<([A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*)>")


class NotJavaScript(ReaderError):
    """What JavaScript would not compile, with its reason."""


class Endless(ReaderError):
    """A pattern that was still being searched for when the time was up."""


def units(text: str) -> str:
    """As JavaScript counts: what lies beyond 16 bits is two characters."""
    if text.isascii():
        return text
    return _ASTRAL.sub(lambda found: _pair(ord(found[0]) - 0x10000), text)


def _pair(code: int) -> str:
    return chr(0xD800 + (code >> 10)) + chr(0xDC00 + (code & 0x3FF))


def first_line(pattern: str, text: str) -> int | None:
    """The number of the line on which the first match begins, as the player reckons it; None without one. `text` is in
    `units`; its lines end in "\\n" or "\\r\\n". Raises NotJavaScript and Endless."""
    try:
        found = _compiled(pattern).search(text, timeout=PATIENCE)
    except TimeoutError as error:
        raise Endless(f"the pattern was searched for {PATIENCE:g} s without an end") from error
    except MemoryError as error:
        raise Endless("the pattern needs more memory than there is") from error
    return text.count("\n", 0, found.start()) + 1 if found else None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> regex.Pattern[str]:
    if len(pattern) > LONGEST:
        raise NotJavaScript(f"the pattern has {len(pattern)} characters; {LONGEST} are the most")
    try:
        return regex.compile(_Translation(units(pattern)).whole(), regex.ASCII | regex.VERSION0)
    except (regex.error, OverflowError, RecursionError) as error:
        raise NotJavaScript(f"the pattern cannot be translated: {error}") from error


class _Translation:
    """One pass over one pattern; each method reads what it is named after and gives it in Python's words."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[int] = []  # the groups that one stands in; 0 for those that capture nothing
        self._begun = 0
        self._names, self._groups = _groups(text)

    def whole(self) -> str:
        made = self._choice()
        if self._at < len(self._text):
            raise self._wrong("a ) closes nothing")
        return made

    def _wrong(self, what: str) -> NotJavaScript:
        return NotJavaScript(f"at character {self._at + 1} of the pattern, {what}")

    def _takes(self, *signs: str) -> str:
        """The first of the signs that stands here, which is passed."""
        for sign in signs:
            if self._text.startswith(sign, self._at):
                self._at += len(sign)
                return sign
        return ""

    def _choice(self) -> str:
        parts = [""]
        while self._at < len(self._text) and self._text[self._at] != ")":
            if self._takes("|"):
                parts.append("")
            else:
                parts[-1] += self._term()
        return "|".join(parts)

    def _term(self) -> str:
        if self._takes("^"):
            return f"(?<![^{_ENDS}])"
        if self._takes("$"):
            return f"(?![^{_ENDS}])"
        if edge := self._takes(r"\b", r"\B"):
            return edge
        behind = self._text.startswith(("(?<=", "(?<!"), self._at)
        atom = self._atom()
        return atom if behind else atom + self._repetition()

    def _repetition(self) -> str:
        sign = self._takes("*", "+", "?")
        if not sign and (found := _COUNT.match(self._text, self._at)):
            self._at = found.end()
            low, high = int(found[1]), int(found[3]) if found[3] else None
            if high is not None and high < low:
                raise self._wrong("the numbers of a repetition are out of order")
            sign = _counted(low, low if not found[2] else high)
        return sign + self._takes("?") if sign else ""

    def _atom(self) -> str:
        if self._takes("("):
            return self._group()
        if self._takes("["):
            return self._class()
        if self._takes("."):
            return f"[^{_ENDS}]"
        if self._takes("\\"):
            return self._escape()
        if self._text[self._at] in "*+?" or _COUNT.match(self._text, self._at):
            raise self._wrong("there is nothing to repeat")
        self._at += 1
        return _literal(self._text[self._at - 1])

    def _group(self) -> str:
        if len(self._open) >= _DEEPEST:
            raise self._wrong(f"groups stand within groups more than {_DEEPEST} deep")
        around = self._takes("?=", "?!", "?<=", "?<!", "?:")
        if not around and self._takes("?<"):
            found = _NAME.match(self._text, self._at - 1)
            if found is None:
                raise self._wrong("a group has no proper name")
            self._at = found.end()
        elif not around and self._takes("?"):
            raise self._wrong("(? begins no group that JavaScript knows")
        self._begun += not around
        self._open.append(0 if around else self._begun)
        inner = self._choice()
        if not self._takes(")"):
            raise self._wrong("a ( is not closed")
        self._open.pop()
        looks_ahead = around in ("?=", "?!")  # what may be repeated in JavaScript, and not in Python
        return f"(?:({around}{inner}))" if looks_ahead else f"({around}{inner})"

    def _escape(self) -> str:
        if self._at == len(self._text):
            raise self._wrong("a \\ stands at the end")
        char = self._text[self._at]
        if char in _SETS:
            self._at += 1
            return f"[{_SETS[char]}]"
        if char == "k" and self._names:
            found = _NAME.match(self._text, self._at + 1)
            if found is None or found[1] not in self._names:
                raise self._wrong("\\k names no group")
            self._at = found.end()
            return self._back(self._names[found[1]])
        number = re.compile(r"[1-9]\d*").match(self._text, self._at)
        if number and int(number[0]) <= self._groups:
            self._at = number.end()
            return self._back(int(number[0]))
        return _literal(self._character())

    def _back(self, group: int) -> str:
        """In JavaScript a group that has matched nothing, yet or at all, matches nothing again; in Python it fails."""
        return "(?:)" if group in self._open else f"(?({group})\\{group})"

    def _character(self) -> str:
        """What stands behind a backslash and means one character. The backslash is passed already."""
        char = self._text[self._at]
        self._at += 1
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char in _HEX and (found := _HEX[char].match(self._text, self._at)):
            self._at = found.end()
            return chr(int(found[0], 16))
        if octal := re.compile(r"[0-3]?[0-7]{1,2}").match(self._text, self._at - 1):
            self._at = octal.end()
            return chr(int(octal[0], 8))
        if char == "c":
            if letter := re.compile("[A-Za-z]").match(self._text, self._at):
                self._at += 1
                return chr(ord(letter[0]) % 32)
            self._at -= 1
            return "\\"
        return char

    def _class(self) -> str:
        negated = self._takes("^")
        parts: list[str] = []
        while not self._takes("]"):
            if self._at == len(self._text):
                raise self._wrong("a [ is not closed")
            parts.append(self._range())
        if not parts:
            return "(?s:.)" if negated else "(?!)"
        return f"[{negated}{''.join(parts)}]"

    def _range(self) -> str:
        low, is_set = self._member()
        if not self._text.startswith("-", self._at) or self._text[self._at + 1 : self._at + 2] in ("]", ""):
            return low if is_set else _literal(low)
        self._at += 1
        high, other_set = self._member()
        if is_set or other_set:
            return "".join(
                one if kind else _literal(one) for one, kind in ((low, is_set), ("-", False), (high, other_set))
            )
        if high < low:
            raise self._wrong("a range in [ ] is out of order")
        return f"{_literal(low)}-{_literal(high)}"

    def _member(self) -> tuple[str, bool]:
        """One character, or a set of them in Python's words."""
        if not self._takes("\\"):
            self._at += 1
            return self._text[self._at - 1], False
        if self._at == len(self._text):
            raise self._wrong("a [ is not closed")
        char = self._text[self._at]
        if char in _SETS:
            self._at += 1
            return _SETS[char], True
        if char == "b":
            self._at += 1
            return "\b", False
        return self._character(), False


def _groups(text: str) -> tuple[dict[str, int], int]:
    """The numbers of the named groups, and how many groups there are."""
    names: dict[str, int] = {}
    count = 0
    within = False
    for found in re.finditer(r"\\.|\[|\]|\((?:\?<(?![=!])([^>]*)>|(?!\?))?", text, re.DOTALL):
        if found[0] == "[":
            within = True
        elif found[0] == "]":
            within = False
        elif found[0][0] == "(" and not within and (found[0] != "(" or text[found.end() : found.end() + 1] != "?"):
            count += 1
            if found[1] is not None:
                if found[1] in names:
                    raise NotJavaScript(f"two groups of the pattern are called {found[1]}")
                names[found[1]] = count
    return names, count


def _counted(low: int, high: int | None) -> str:
    low = min(low, _MOST)
    if high is None or high > _MOST:
        return f"{{{low},}}"
    return f"{{{low},{high}}}"


def _literal(char: str) -> str:
    if char.isascii() and (char.isalnum() or char == "_"):
        return char
    return f"\\x{ord(char):02x}" if char.isascii() else f"\\u{ord(char):04x}"
