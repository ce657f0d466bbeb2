"""Constants, fields and enumerators of a C++ or CUDA file: what a namespace or a class declares by type and name.

Locals of functions are none. Kept apart from the definitions, since an outline of a file does not list its fields.
"""

from __future__ import annotations

import re

from reader.pattern import pattern
from reader.syntax import Definition
from reader.syntax.cpp import outline_of
from reader.syntax.cpp.arguments import split
from reader.syntax.cpp.callees import closing_angle
from reader.syntax.cpp.scopes import Found, Walk, namespaces

_NO_FIELD = pattern(
    r"\b(?:using|typedef|friend|return|static_assert|goto|delete|operator|template\s*<\s*>)\b|^\s*extern\s*\""
)
_TEMPLATE = pattern(r"\s*template\s*<")
_LABEL = pattern(r"^\s*(?:public|private|protected)\s*:")
_TYPED = pattern(r"(?:[\w>&*\]]\s*[\s&*]|[>&*])\s*([A-Za-z_]\w*)\s*(?:\[[^\]]*\]\s*)*(?:[={(]|:(?!:)|\Z)")
_NEXT = pattern(r"\s*[&*]*\s*([A-Za-z_]\w*)\s*(?:\[[^\]]*\]\s*)*(?:[={]|:(?!:)|\Z)")
_FORWARD = pattern(r"\s*(?:struct|class|union|enum(?:\s+class)?|namespace)\b[^{;]*\Z")
_ENUMERATOR = pattern(r"\s*([A-Za-z_]\w*)\s*(?:=|\Z)")
_KEYWORDS = {"class", "struct", "enum", "union", "namespace", "const", "constexpr", "static", "default", "override"}


class _Fields(Walk):
    """The statements that a walk passes over."""

    def __init__(self, code: str, known: frozenset[str]) -> None:
        super().__init__(code, known)
        self.fields: list[Found] = []

    def _statement(self, start: int, at: int) -> None:
        text = self.code[start:at]
        label = _LABEL.match(text)
        if label:
            start, text = start + label.end(), text[label.end() :]
        if template := _TEMPLATE.match(text):
            close = closing_angle(text, template.end() - 1) or len(text)
            start, text = start + close, text[close:]
        if _NO_FIELD.search(text) or _FORWARD.match(text):
            return
        for number, (first, last) in enumerate(split(self.code, start, at)):
            piece = self.code[first:last]
            head = re.split(r"=(?!=)|\{", piece, maxsplit=1)[0]
            match = (_NEXT if number else _TYPED).search(piece) if "(" not in head else None
            if match is None or match[1] in _KEYWORDS or match.start(1) > len(head):
                return
            symbol = "::".join((*self._scopes[-1].prefix, match[1]))
            name = first + match.start(1)
            begin = start + len(text) - len(text.lstrip())
            self.fields.append(Found(symbol, "variable", name, begin, begin, at))


def variables(text: str) -> tuple[Definition, ...]:
    outline = outline_of(text)
    source, known = outline.source, frozenset(namespaces(outline.source.code))
    found: dict[int, Found] = {}
    for code in outline.readings:
        walk = _Fields(code, known)
        walk.run()
        found |= {one.name: one for one in walk.fields}
    rows = [
        Definition(one.symbol, "variable", source.line(one.name), source.line(one.start), source.line(one.end))
        for one in found.values()
    ]
    for one in outline.definitions:
        if one.kind == "enum" and (span := outline.spans.get((one.start, one.end))):
            for first, last in split(source.code, *span):
                if match := _ENUMERATOR.match(source.code[first:last]):
                    line = source.line(first + match.start(1))
                    rows.append(Definition(f"{one.symbol}::{match[1]}", "variable", line, line, source.line(last - 1)))
    return tuple(sorted(rows, key=lambda one: one.line))
