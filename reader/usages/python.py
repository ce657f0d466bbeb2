"""Uses of a Python definition over the whole checkout: the files that hold its name, then the places, then each one's
verdict. Other names that it is given are looked for in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from reader.inference import Inference
from reader.search import PYTHON, texts_mentioning
from reader.syntax.occurrences import Occurrence
from reader.usages import strings
from reader.usages.judging import Judge, Verdict
from reader.usages.target import Target, target
from reader.usages.values import Usages, Use

# By the text alone, what may be a member: behind a dot or a `def`, in a decorator, bound at the start of a line (`x: T`
# or `x = 1`, where a keyword argument has no blank), or in a string that is given to what may look it up.
_BEFORE = re.compile(rb"""(?:[.@]|\.\s+|\.\s*\\\s*|\b(?:def|class)[ \t]+)$""")
_START = re.compile(rb"(?:^|\n)[ \t]+$")
_BINDS = re.compile(rb"[ \t]+=(?!=)|[ \t]*:")
_GIVEN = re.compile(rb"[ \t]*=(?!=)")
_QUOTED = re.compile(rb"""["'][\w.:/]*$""")
_MOST_ROUNDS = 3


def uses(inference: Inference, path: str, symbol: str | None, kind: str, under: str = "", line: int = 0) -> Usages:
    """`under` is the folder that is looked through, all of them where it is empty; `line` is that of the name, where
    the definition has twins."""
    found = target(inference, path, symbol, kind, line)
    search = _Search(inference, found, under)
    return Usages(tuple(sorted(search.all(), key=lambda one: (one.path, one.line, one.column))))


class _Search:
    def __init__(self, inference: Inference, wanted: Target, under: str) -> None:
        self._looked = under
        self._files = inference.files
        self._wanted = wanted
        self._judge = Judge(inference, wanted)
        self._aliases: dict[str, set[str]] = {}

    def all(self) -> Iterator[Use]:
        """Under the definition's own name, then under each other that it is given, in what file that may be."""
        yield from self._under(self._wanted.name)
        done = {self._wanted.name}
        for _ in range(_MOST_ROUNDS):
            aliases = {name: paths for name, paths in self._aliases.items() if name not in done}
            done |= aliases.keys()
            for name, paths in sorted(aliases.items()):
                for use in self._under(name) if "" in paths else self._within(paths, name):
                    yield replace(use, why=use.why or f"as {name}")

    def _under(self, name: str) -> Iterator[Use]:
        if self._wanted.local is not None:
            yield from self._in_file(self._wanted.path, name)
            return
        for path, data in texts_mentioning(self._files.sources.checkout, name, self._looked, PYTHON):
            if self._worth(path, data, name):
                yield from self._in_file(path, name)

    def _within(self, paths: set[str], name: str) -> Iterator[Use]:
        for path in sorted(paths):
            yield from self._in_file(path, name)

    def _worth(self, path: str, data: bytes, name: str) -> bool:
        """Whether the text of a file leaves it possible that a member is used in it."""
        if not self._wanted.owner or path == self._wanted.path:
            return True
        return any(self._may_be(data, *match.span()) for match in re.finditer(re.escape(name.encode()) + rb"\b", data))

    def _may_be(self, data: bytes, start: int, end: int) -> bool:
        before = data[max(start - 40, 0) : start]
        if _BEFORE.search(before) or (_START.search(before) and _BINDS.match(data, end)):
            return True
        if _QUOTED.search(before):
            return bool(strings.TAKERS.search(data, max(start - 200, 0), start)) or data[start - 1 : start] in b".:"
        return self._wanted.kind == "variable" and bool(_GIVEN.match(data, end))

    def _in_file(self, path: str, name: str) -> Iterator[Use]:
        module = self._files.module(path)
        member = bool(self._wanted.owner)
        at_home = member and path == self._wanted.path  # where the class may use the name without a dot
        for start, end in module.offsets(name):
            if member and not at_home and not self._may_be(module.pieces.source, start, end):
                continue
            one = module.at(name, start)
            verdict = self._judge.verdict(path, one) if one is not None else None
            if one is not None and verdict is not None:
                yield self._use(path, one, verdict)
                if verdict.sure and not member:
                    self._note_alias(path, one)

    def _use(self, path: str, one: Occurrence, verdict: Verdict) -> Use:
        text = self._files.module(path).line(one.line).strip()
        return Use(path, one.line, one.column, verdict.kind, one.place.within, verdict.sure, verdict.why, text)

    def _note_alias(self, path: str, one: Occurrence) -> None:
        """`import x as y`, and `y = x`; what a module binds may be imported from anywhere, which "" stands for."""
        name = one.binding.name if one.role == "import" and one.binding is not None else one.renamed
        if name is None or name == one.name or (one.renamed and self._wanted.kind not in ("class", "function")):
            return
        kind = one.place.scope.kind
        if kind != "class" or one.role == "import":
            self._aliases.setdefault(name, set()).add("" if kind == "module" else path)
