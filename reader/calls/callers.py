"""Who calls a definition: the uses of it that are calls, by the definition they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from reader import search
from reader.calls.frames import Frame
from reader.calls.messages import Messages
from reader.calls.named import BY_NAME
from reader.calls.values import CallSite, Rest, Step, Via
from reader.hierarchy import Families
from reader.inference import Inference
from reader.kernels.crossings import Crossings
from reader.resolve.sources import Sources, is_native
from reader.usages import Use, python
from reader.value import frozen

# Not the package's own code: counted by folder, so that a hundred tests do not hide three callers.
_COMMENT = re.compile(r"(?<=\s)#.*")
_TAKER = re.compile(r"""([\w.]+)\(\s*(?:[\w.\[\]]+\s*,\s*)?(?:method\s*=\s*)?[rbf]?["']$""")
_ASSIGNED = re.compile(r"\s*self\.(\w+)\s*(?::[^=]+)?=(?!=)")


@frozen
class Above:
    """The callers of one definition, and how many calls stand in each folder that is not the package's."""

    steps: tuple[Step, ...] = ()
    aside: tuple[tuple[str, int], ...] = ()
    perhaps: int = 0  # calls of which nobody can tell, left out further up


class Callers:
    def __init__(self, sources: Sources, families: Families, inference: Inference) -> None:
        self.sources = sources
        self._families = families
        self._inference = inference
        self._messages = Messages(sources)
        self._crossings = Crossings(sources)

    def of(self, frame: Frame, depth: int) -> Above:
        used = [one for one in self._uses(frame, depth) if one.kind in ("call", "reference")]
        near = [one for one in used if not self._aside(one.path) or self._aside(frame.path)]
        aside: dict[str, int] = {}
        for one in used:
            if one not in near and one.kind == "call":
                folder = one.path.partition("/")[0]
                aside[folder] = aside.get(folder, 0) + 1
        steps = [*self._steps(frame, near, depth), *self._below(frame, depth), *self._senders(frame, depth)]
        steps += self._over_operations(frame, depth)
        steps += [each for one in steps if one.via == "reference" for each in self._under_alias(frame, one)]
        perhaps = [one for one in steps if not one.sure and one.via == "call" and not _through(one)]
        if depth > 1:
            steps = [one for one in steps if one not in perhaps]
        return Above(tuple(_ordered(steps)), tuple(sorted(aside.items())), len(perhaps) if depth > 1 else 0)

    def _aside(self, path: str) -> bool:
        return self.sources.checkout.is_aside(path)

    def _uses(self, frame: Frame, depth: int) -> Iterable[Use]:
        """Of `__init__` those of its class: nobody calls it by its own name but its subclasses."""
        if is_native(frame.path):
            return ()
        owner = frame.symbol.rpartition(".")[0]
        symbol, kind = (owner, "class") if _makes(frame) else (frame.symbol, frame.kind)
        under = "" if depth == 1 or self._aside(frame.path) else self.sources.checkout.package
        return python.uses(self._inference, frame.path, symbol, kind, under).found

    def _below(self, frame: Frame, depth: int) -> Iterator[Step]:
        """The `__init__` of subclasses that call this one."""
        owner = frame.symbol.rpartition(".")[0]
        if not _makes(frame):
            return
        for one in self._families.overriding(frame.path, frame.symbol):
            match = self.sources.match(one.path, one.symbol) if not self._aside(one.path) else None
            lines = self.sources.text(one.path).split("\n") if match else []
            for number in range(one.line, match.definition.end if match else 0):
                if re.search(rf"\b(?:super\([^)]*\)|{owner.rpartition('.')[2]})\.__init__\(", lines[number]):
                    site = (CallSite(one.path, number + 1),)
                    yield Step(one.symbol, one.path, one.line, "method", "call", depth, site, one.sure, one.note)

    def _under_alias(self, frame: Frame, handed: Step) -> Iterator[Step]:
        """`self.run = self.step`, and who calls `run` where that may be this one."""
        path, line = str(handed.path), handed.sites[0].line
        lines = self.sources.text(path).split("\n")
        assigned = next(
            (found for one in range(line, max(line - 4, 0), -1) if (found := _ASSIGNED.match(lines[one - 1]))), None
        )
        if assigned is None:
            return
        name = assigned[1]
        pattern = re.compile(rb"\." + name.encode() + rb"\s*\(")
        for at, data in search.texts_mentioning(
            self.sources.checkout, name, self.sources.checkout.package, search.PYTHON
        ):
            for match in pattern.finditer(data):
                number = data.count(b"\n", 0, match.start()) + 1
                column = (
                    len(data[data.rfind(b"\n", 0, match.start()) + 1 : match.start() + 1].decode("utf-8", "replace"))
                    + 1
                )
                targets = self._inference.targets(at, number, column)
                within = self._messages.within(at, number)
                held = {(frame.path, frame.symbol), (path, f"{str(handed.symbol).rpartition('.')[0]}.{name}")}
                if within and any((one.path, one.symbol) in held for one in targets.found):
                    note = f"{name}, which is given it at {path}:{line}"
                    site = (CallSite(at, number),)
                    yield Step(within[0], at, within[1], "method", "call", handed.depth, site, False, f"through {note}")

    def _steps(self, frame: Frame, used: list[Use], depth: int) -> Iterator[Step]:
        found: dict[tuple[str, str | None, Via], Step] = {}
        for one in used:
            via = self._via(one, frame)
            if via is None:
                continue
            key = one.path, one.within, via
            site = CallSite(one.path, one.line)
            known = found.get(key)
            if known is None:
                found[key] = self._step(one, via, site, depth)
            else:
                sure = known.sure or one.sure
                note = None if one.sure and via != "string" else known.note
                found[key] = replace(known, sites=(*known.sites, site), sure=sure, note=note)
        called = {(path, within) for path, within, via in found if via != "reference"}
        for (path, within, via), step in found.items():
            if via != "reference" or (path, within) not in called:
                yield step

    def _via(self, one: Use, frame: Frame) -> Via | None:
        """None for what is no call and leads to none: that is for `reader uses`."""
        if one.kind == "call":
            line = self.sources.text(one.path).split("\n")[one.line - 1]
            name = frame.symbol.rpartition(".")[2]
            return "launch" if line.startswith(f"{name}[", one.column - 1) else "call"
        if one.why and "string" in one.why:
            return "string" if self._named(one, frame) else None
        if not one.sure or one.within == frame.symbol or frame.kind == "class" or _makes(frame):
            return None
        return "call" if self._is_property(frame) else "reference"

    def _is_property(self, frame: Frame) -> bool:
        owner, _, name = frame.symbol.rpartition(".")
        own = self._families.own(frame.path, owner, name) if owner else None
        return own is not None and own.role == "property"

    def _named(self, one: Use, frame: Frame) -> bool:
        """Whether the string is given to what calls such a method by its name, or is the dotted path of this."""
        lines = self.sources.text(one.path).split("\n")
        behind = [_COMMENT.sub("", line) for line in lines[max(one.line - 4, 0) : one.line - 1]]
        before = "\n".join([*behind, lines[one.line - 1][: one.column - 1]])
        if re.search(rf"""["']{frame.path.partition("/")[0]}\.(?:[\w.]+[.:])?$""", before):
            return True
        taker = _TAKER.search(before)
        if taker is None:
            return False
        rule = BY_NAME.get(taker[1].rpartition(".")[2]) or BY_NAME.get(
            taker[1].removesuffix(".remote").rpartition(".")[2]
        )
        if rule is None:
            return taker[1] == "getattr"
        owner = frame.symbol.rpartition(".")[0]
        classes = (owner, *(one.symbol for one in self._families.bases(frame.path, owner))) if owner else ()
        return any(rule.family in each.rpartition(".")[2] for each in classes)

    def _step(self, one: Use, via: Via, site: CallSite, depth: int) -> Step:
        note = one.why
        if via == "reference":
            note = "hands it on, without a call here"
        if one.within is None:
            return Step("the module itself", one.path, 1, "module", via, depth, (site,), one.sure, note)
        match = self.sources.match(one.path, one.within)
        definitions = (match.definition, *match.twins) if match else ()
        around = next((each for each in definitions if each.start <= one.line <= each.end), None)
        line = around.line if around else match.definition.line if match else one.line
        kind = around.kind if around else "function"
        return Step(one.within, one.path, line, kind, via, depth, (site,), one.sure, note)

    def _over_operations(self, frame: Frame, depth: int) -> Iterator[Step]:
        """Who calls the operations that this function is registered for."""
        if frame.kind != "function" or is_native(frame.path):
            return
        for one in self._crossings.over(frame.path, frame.symbol):
            match = self.sources.match(one.path, one.within) if one.within else None
            site, note = (CallSite(one.path, one.line),), f"by {one.operation}, which is registered with this"
            if match is not None:
                definition = match.definition
                yield Step(
                    definition.symbol, one.path, definition.line, definition.kind, "operation", depth, site, note=note
                )

    def _senders(self, frame: Frame, depth: int) -> Iterator[Step]:
        """Of a function that takes requests in: who sends those types."""
        if is_native(frame.path):
            return
        lines = self.sources.text(frame.body_path).split("\n")
        for _, kind in self._messages.received(lines, frame.line, frame.end):
            for end in self._messages.ends(kind, receiving=False):
                far = "from another process: a ZMQ" if end.path != frame.path else "as a"
                note = f"{far} message of type {kind}"
                site = (CallSite(end.path, end.line),)
                yield Step(end.within, end.path, end.start, "method", "message", depth, site, True, note)


def _makes(frame: Frame) -> bool:
    return frame.symbol.endswith(".__init__")


def _ordered(steps: list[Step]) -> list[Step]:
    """The certain ones first, then what is called by its name, then what only may be."""
    rank = {"call": 0, "message": 1, "string": 2, "reference": 3}
    return sorted(steps, key=lambda one: (not one.sure and one.via != "string", rank.get(one.via, 4), str(one.path)))


def _through(one: Step) -> bool:
    """Called on what is declared to be a base of it."""
    return bool(one.note and one.note.startswith("through "))


def counted(above: Above) -> Rest:
    return Rest(outside=tuple(f"{count} in {folder}/" for folder, count in above.aside), left_out=above.perhaps)
