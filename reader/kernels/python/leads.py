"""Where a dotted name leads that stands at a line of a Python file, imports inside functions included.

Asks the import statements first, because that needs no parse of the file; the rest is the resolver's. A name that is a
local of its function, or comes from outside of the checkout, is told apart from one that leads nowhere.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Collection

from reader import search
from reader.resolve.python import Found, Lost, Names
from reader.resolve.sources import Sources
from reader.syntax import Binding
from reader.syntax.mentions import Scope
from reader.syntax.scoped_imports import imports_of
from reader.value import frozen

_REMEMBERED = 96  # texts of files, some 30 kB each
_LONGEST = 8  # imports in a row; the longest honest chain of 0.33.0 has 5


@frozen
class Lead:
    """`module`: the dotted name outside of the checkout that it comes from; then `path` is None. `condition`: the
    header line that an import on the way stands under."""

    path: str | None
    symbol: str | None = None
    line: int = 1
    kind: str = ""
    module: str | None = None
    condition: str | None = None


class Leads:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.names = Names(sources)
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._named: dict[tuple[str, str], tuple[str, ...]] = {}

    def text(self, path: str) -> str:
        known = self._texts.get(path)
        if known is None:
            known = self._texts[path] = self.sources.text(path)
            if len(self._texts) > _REMEMBERED:
                self._texts.popitem(last=False)
        return known

    def mentioning(self, names: Collection[str], under: str) -> dict[str, tuple[str, ...]]:
        """The Python files below a folder that hold each name as a whole word; a name is looked for once."""
        missing = [name for name in names if (name, under) not in self._named]
        if missing:
            checkout = self.sources.checkout
            found = search.files_mentioning(checkout, missing, under=under, suffixes=search.PYTHON)
            self._named.update({(name, under): paths for name, paths in found.items()})
        return {name: self._named[name, under] for name in names}

    def texts(self, name: str, under: str) -> list[tuple[str, bytes]]:
        """The same of one name, with what is in the files."""
        if (name, under) in self._named:
            return list(search.texts_of(self.sources.checkout, self._named[name, under]))
        found = list(search.texts_mentioning(self.sources.checkout, name, under, search.PYTHON))
        self._named[name, under] = tuple(path for path, _ in found)
        return found

    def keep(self, path: str, data: bytes) -> None:
        """The text of a file that was read already."""
        if b"\r" not in data and not data.startswith(b"\xef\xbb\xbf"):
            try:
                self._texts[path] = data.decode()
            except UnicodeDecodeError:
                return
            if len(self._texts) > _REMEMBERED:
                self._texts.popitem(last=False)

    def of(
        self, path: str, chain: str, line: int, within: Scope | None = None, goal: tuple[str, str] | None = None
    ) -> tuple[Lead, ...]:
        """Nothing where it is a local variable, a parameter, or unknown. `goal`: a definition whose own file need not
        be parsed to know that the name leads there. Several, where conditions decide."""
        parts = tuple(chain.split("."))
        if parts[0] in ("self", "cls"):
            return self._of_self(path, parts[1:], within)
        found = imports_of(self.text(path), parts[0])
        inside = [one for one in found if one.scope and within and within.start <= int(one.scope) <= line <= within.end]
        if inside or (outer := [one for one in found if not one.scope]):
            return self._imported(path, inside or outer, parts[1:], goal, 0)
        if within is not None:
            nested = (
                self.names.find(path, (*within.symbol.split("."), *parts)) if self._defines(path, parts[0]) else None
            )
            if isinstance(nested, Found):
                return (_lead(nested),)
        if not self._defines(path, parts[0], margin=True):
            return ()
        if len(parts) > 1 and not self._defines(path, parts[0]):
            return ()  # a member of a variable: what class it is of takes 0.3 s to infer
        return self._in_module(path, parts, goal, 0)

    def _of_self(self, path: str, parts: tuple[str, ...], within: Scope | None) -> tuple[Lead, ...]:
        scope = within.symbol.split(".")[:-1] if within else []
        if not scope or len(parts) != 1:
            return ()
        found = self.names.find(path, (*scope, *parts))
        return (_lead(found),) if isinstance(found, Found) and found.kind != "variable" else ()

    def _imported(
        self, path: str, found: list[Binding], rest: tuple[str, ...], goal: tuple[str, str] | None, depth: int
    ) -> tuple[Lead, ...]:
        made: dict[tuple[str | None, str | None, str | None], Lead] = {}
        for one in found:
            for lead in self._through(path, one, rest, goal, depth):
                condition = one.condition if len(found) > 1 else lead.condition
                told = Lead(lead.path, lead.symbol, lead.line, lead.kind, lead.module, condition)
                made.setdefault((lead.path, lead.symbol, lead.module), told)
        return tuple(made.values())

    def _through(
        self, path: str, one: Binding, rest: tuple[str, ...], goal: tuple[str, str] | None, depth: int
    ) -> tuple[Lead, ...]:
        parts = (*(one.target.split(".") if one.target else ()), *rest)
        whole = [*(one.module.split(".") if one.module else ()), *parts]
        for cut in range(len(parts), -1, -1):  # `from vllm import _custom_ops as ops` names a module, then its function
            stem = ".".join(whole[: len(whole) - len(parts) + cut])
            module = self.names.module_of(path, Binding("", "import", 1, 1, stem or None, one.level))
            if module is not None and module.endswith(".py"):
                return self._in_module(module, parts[cut:], goal, depth + 1)
        module = self.names.module_of(path, one)
        if module is None:
            return (Lead(None, module="." * one.level + ".".join(whole)),)
        return ()

    def _in_module(
        self, path: str, parts: tuple[str, ...], goal: tuple[str, str] | None, depth: int
    ) -> tuple[Lead, ...]:
        if not parts or depth > _LONGEST:
            return ()
        if goal == (path, ".".join(parts)):
            return (Lead(*goal),)
        if not self._defines(path, parts[0]):
            found = [one for one in imports_of(self.text(path), parts[0]) if not one.scope]
            if found:
                return self._imported(path, found, parts[1:], goal, depth)
        return self._asked(path, parts, goal, depth)

    def _asked(self, path: str, parts: tuple[str, ...], goal: tuple[str, str] | None, depth: int) -> tuple[Lead, ...]:
        if goal is not None and goal[0] != path and f"def {parts[-1]}(" in self.text(path):
            return (Lead(path, ".".join(parts), 1, "function"),)  # another than the goal: no need to know its line
        if goal is not None and parts[-1] not in self.text(path) and f"\nclass {parts[0]}:" in self.text(path):
            return ()  # a class without bases has no member that its file does not name
        answer = self.names.find(path, parts)
        if isinstance(answer, Found):
            return (_lead(answer),)
        several = tuple(map(_lead, answer.several)) if isinstance(answer, Lost) else ()
        conditional = [one for one in imports_of(self.text(path), parts[0]) if not one.scope]
        return several or (self._imported(path, conditional, parts[1:], goal, depth) if conditional else ())

    def _defines(self, path: str, name: str, margin: bool = False) -> bool:
        """By the text alone: False is certain."""
        blanks = "" if margin else r"[ \t]*"
        form = rf"^{blanks}(?:(?:async[ \t]+)?def|class)[ \t]+{re.escape(name)}\b"
        if margin:
            form += rf"|^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+{re.escape(name)}\b|^{re.escape(name)}[ \t]*[:=]"
        return name in self.text(path) and re.search(form, self.text(path), re.M) is not None


def _lead(found: Found) -> Lead:
    return Lead(found.path, found.symbol, found.line, found.kind)
