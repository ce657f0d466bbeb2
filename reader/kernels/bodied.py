"""The C++ functions of a checkout by name: where each may have a body, where it is declared.

Text first: a file is parsed only where its bytes say that it may define what is asked for. Which of several is meant,
`functions` knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from reader import syntax
from reader.kernels.extensions import Target
from reader.kernels.natives import Natives
from reader.pattern import pattern
from reader.syntax import Definition
from reader.syntax.cpp.linkage import parameters
from reader.syntax.cpp.substitution import Macro, function_macros, substituted

_ANGLES = rb"[ \t\r\n]*(?:<[^;{}()]{0,400}>[ \t\r\n]*)?\("
_BLANK = pattern(rb"(?:\s|//[^\n]*|/\*.*?\*/)*", re.S)
_PARENTHESES = pattern(rb"[()]")
_NO_BODY = (b";", b",", b")", b"", b"=", b"}", b".", b"?", b"|", b"+", b"*", b"/", b"<", b">", b"]")
_FURTHEST = 20_000  # bytes of a parameter list
_CALLED = pattern(r"\w\s*\(")
_AT_MARGIN = pattern(r"^(\w+)\s*\(", re.M)


class Bodied:
    def __init__(self, natives: Natives) -> None:
        self.natives = natives
        self._defining: dict[str, tuple[str, ...]] = {}
        self._heads: dict[str, Macro] | None = None

    def text(self, path: str) -> str:
        return self.natives.text(path)

    def defining(self, name: str) -> tuple[str, ...]:
        """The files in which a function of this name may have a body, by their text."""
        if name not in self._defining:
            data = self.natives.data
            found = (path for path in self.natives.mentioning(name) if _may_define(data[path], name))
            self._defining[name] = tuple(found)
        return self._defining[name]

    def included(self, name: str, target: Target) -> Iterator[str]:
        """Those of them that the target's sources include."""
        others = (path for path in self.defining(name) if path not in target.sources)
        return (path for path in others if self.natives.is_compiled(path, target))

    def functions(self, path: str, name: str) -> tuple[Definition, ...]:
        """Every definition of a function of this name in the file."""
        if path not in self.defining(name):
            return ()
        found = self.natives.sources.definitions(path)
        return tuple(one for one in found if one.kind == "function" and one.name == name)

    def written_out(self, path: str, name: str) -> tuple[Definition, ...]:
        """Those that bear the name only after the macros that begin a line are written out."""
        text = self.text(path)
        used = {match[1] for match in _AT_MARGIN.finditer(text)}
        macros = {each: one for each, one in self._macros_with_heads().items() if each in used}
        made = substituted(text, macros, at_margin=True) if macros else text
        if made is text or not re.search(rf"\b{re.escape(name)}\s*\(", made):
            return ()
        found = syntax.definitions(made, syntax.language_of(path))
        return tuple(one for one in found if one.kind == "function" and one.name == name)

    def _macros_with_heads(self) -> Mapping[str, Macro]:
        """Macros of the checkout that may write the head of a function: its name and a parenthesis."""
        if self._heads is None:
            self._heads = {}
            for path, data in self.natives.data.items():
                if b"define" in data:
                    macros = function_macros(self.text(path), _CALLED)
                    self._heads |= {each: one for each, one in macros.items() if one.parameters}
        return self._heads

    def declared(self, name: str) -> tuple[str, int] | None:
        """The first place that declares it."""
        for path in self.natives.mentioning(name):
            for one in self._declarations(path, name):
                return path, one.line
        return None

    def signatures(self, path: str, name: str) -> Iterator[tuple[str, ...]]:
        """The parameters of each declaration of the name in a file."""
        return (parameters(self.text(path), one) for one in self._declarations(path, name))

    def _declarations(self, path: str, name: str) -> Iterator[Definition]:
        found = syntax.declarations(self.text(path), syntax.language_of(path))
        return (one for one in found if one.name == name)


def _may_define(data: bytes, name: str) -> bool:
    """Whether behind the name's parentheses a body may follow."""
    head = re.compile(re.escape(name.encode()) + _ANGLES)
    return any(_has_body(data, match.end() - 1) for match in head.finditer(data))


def _has_body(data: bytes, opened: int) -> bool:
    depth = 0
    for match in _PARENTHESES.finditer(data, opened, opened + _FURTHEST):
        depth += 1 if match[0] == b"(" else -1
        if depth == 0:
            blank = _BLANK.match(data, match.end())
            at = blank.end() if blank else match.end()
            return data[at : at + 1] not in _NO_BODY
    return True
