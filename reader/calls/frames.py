"""The body that is looked into: of a function its own, of a class that of its `__init__`."""

from __future__ import annotations

from reader.resolve.python import Found, Names
from reader.resolve.sources import Sources, is_python
from reader.syntax import Definition
from reader.value import frozen


@frozen
class Frame:
    """`symbol` is what it is called in the tree; `line` to `end` is the body, which for a class is another's."""

    path: str
    symbol: str
    kind: str
    at: int
    line: int
    end: int
    body: str
    body_path: str

    @property
    def key(self) -> tuple[str, str]:
        return self.body_path, self.body


class Frames:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._names = Names(sources)

    def of(self, path: str, symbol: str, line: int | None = None) -> Frame | None:
        """Of several definitions of the name the one at `line`, else the one that the resolver takes."""
        match = self.sources.match(path, symbol)
        if match is None:
            return None
        definition = next((one for one in match.twins if one.line == line), match.definition)
        if definition.kind == "class" and is_python(path):
            return self._of_class(path, definition)
        return self._of(path, definition.symbol, definition)

    def _of(self, path: str, symbol: str, one: Definition) -> Frame:
        return Frame(path, symbol, one.kind, one.line, one.line, one.end, one.symbol, path)

    def _of_class(self, path: str, one: Definition) -> Frame:
        """Making an object runs `__init__`, which may be that of a base."""
        for name in ("__init__", "__post_init__"):
            found = self._names.find(path, (*one.symbol.split("."), name))
            if isinstance(found, Found) and found.symbol and found.kind == "method":
                return Frame(path, one.symbol, "class", one.line, found.line, found.end, found.symbol, found.path)
        return Frame(path, one.symbol, "class", one.line, one.line, one.line, one.symbol, path)
