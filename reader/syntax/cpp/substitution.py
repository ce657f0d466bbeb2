"""Uses of macros replaced by what they stand for, in the text itself: every line keeps its number.

For the few macros that write a registration or the whole head of a function, so that the text can be read as if it had
been written out. No preprocessor: no condition is decided, and an argument is not expanded by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from reader.pattern import pattern
from reader.syntax.cpp.arguments import closing, split
from reader.syntax.cpp.source import Source, uncommented
from reader.value import frozen

# A pattern that begins with a literal is looked for fast.
_DEFINE = pattern(r"define[ \t]+(\w+)\(([^()\n]*)\)((?:[^\\\n]|\\[^\n]|\\\n)*)")
_TOKEN = pattern(r'"(?:[^"\\]|\\.)*"|#?\b[A-Za-z_]\w*|[ ]*##[ ]*')
_LEVELS = 4  # macros within macros
_USES = 2_000  # of one text
_ARGUMENTS = 20_000  # characters


@frozen
class Macro:
    parameters: tuple[str, ...]
    body: str


def function_macros(text: str, of: re.Pattern[str] | None = None) -> dict[str, Macro]:
    """Those with parameters, each as it is defined last; `of`: what must be found in the body."""
    found: dict[str, Macro] = {}
    for match in _DEFINE.finditer(text):
        if of is None or of.search(match[3]):
            before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            if before.strip() == "#":
                parameters = tuple(part.strip() for part in match[2].split(",") if part.strip())
                found[match[1]] = Macro(parameters, uncommented(match[3]))
    return found


def substituted(text: str, macros: Mapping[str, Macro], *, at_margin: bool = False) -> str:
    """With the uses replaced; `at_margin`: only those that begin a line. The text itself where there are none."""
    for _ in range(_LEVELS):
        source = Source.of(text)
        pieces: list[str] = []
        done = 0
        for start, end, made in _uses(source, macros, at_margin):
            if start >= done:
                pieces += (source.text[done:start], made, "\n" * source.text.count("\n", start, end))
                done = end
        if not pieces:
            return text
        text = "".join((*pieces, source.text[done:]))
    return text


def _uses(source: Source, macros: Mapping[str, Macro], at_margin: bool) -> Iterator[tuple[int, int, str]]:
    if not macros:
        return
    names = "|".join(map(re.escape, sorted(macros)))
    use = re.compile(rf"^(?:{names})\s*\(" if at_margin else rf"\b(?:{names})\s*\(", re.M)
    for number, match in enumerate(use.finditer(source.code)):
        close = closing(source.code, match.end() - 1, min(len(source.code), match.end() + _ARGUMENTS))
        if number >= _USES or not source.code.startswith(")", close):
            return
        given = [source.text[first:last].strip() for first, last in split(source.code, match.end(), close)]
        yield match.start(), close + 1, _written_out(macros[match[0].rstrip("( \t\n")], given)


def _written_out(macro: Macro, given: list[str]) -> str:
    """The body with the arguments in it, on one line."""
    values = dict(zip(macro.parameters, (" ".join(each.split()) for each in given), strict=False))
    if macro.parameters[-1:] == ("...",):
        values["__VA_ARGS__"] = ", ".join(" ".join(each.split()) for each in given[len(macro.parameters) - 1 :])

    def put(match: re.Match[str]) -> str:
        word = match[0]
        if word.strip() == "##":
            return ""
        if word.startswith("#") and word[1:] in values:
            return '"' + values[word[1:]].replace("\\", "\\\\").replace('"', '\\"') + '"'
        return values.get(word, word)

    return _TOKEN.sub(put, macro.body)
