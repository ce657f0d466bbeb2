"""Where a call leaves its process: requests of a named type, sockets of ZMQ, queues in shared memory.

The other end is told where the source names it on both sides: the same `EngineCoreRequestType.X`, the same attribute
that holds the queue. Else only that the process ends here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reader import search
from reader.calls.values import CallSite, Step
from reader.resolve.sources import Sources
from reader.syntax import Call
from reader.value import frozen

_TYPE = re.compile(r"\bEngineCoreRequestType\.([A-Z]\w*)\b(?!\s*=(?!=))")
_COMPARED = re.compile(r"(?:==|\bis|\bin|\bcase)\s*\(?\s*$")
_SOCKET = re.compile(r"(?:\w*\.)*(\w*socket\w*)\.(send\w*|recv\w*)", re.IGNORECASE)
_QUEUE = re.compile(r"(?:\w+\.)*(\w*(?:_mq|mqs?|message_queue))(?:\[[^\]]*\])?\.(enqueue|dequeue)")
_OTHER = {"enqueue": "dequeue", "dequeue": "enqueue"}


@frozen
class Mention:
    """A place where a type of request is named; `received` where it is compared with, as who takes it in does."""

    type: str
    path: str
    line: int
    within: str
    start: int
    received: bool


class Messages:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._mentions: tuple[Mention, ...] | None = None
        self._ends: dict[str, list[tuple[str, int]]] = {}

    def of_call(self, path: str, lines: list[str], call: Call, depth: int) -> Iterator[Step]:
        """What one call sends or takes in."""
        site = (CallSite(path, call.line),)
        if queue := _QUEUE.fullmatch(call.full):
            yield from self._of_queue(queue, site, depth)
        elif socket := _SOCKET.fullmatch(call.full):
            sends = socket[2].startswith("send")
            note = "leaves the process here: ZMQ" if sends else "comes from another process: ZMQ"
            yield Step(call.full, None, None, "socket", "message", depth, site, note=note)

    def types_in(self, lines: list[str], first: int, last: int) -> Iterator[tuple[int, str]]:
        """Line and type of each request that is named there and not compared with."""
        for number in range(first, min(last, len(lines)) + 1):
            for match in _TYPE.finditer(lines[number - 1]):
                if not _received(lines[number - 1], match):
                    yield number, match[1]

    def received(self, lines: list[str], first: int, last: int) -> Iterator[tuple[int, str]]:
        for number in range(first, min(last, len(lines)) + 1):
            for match in _TYPE.finditer(lines[number - 1]):
                if _received(lines[number - 1], match):
                    yield number, match[1]

    def ends(self, kind: str, *, receiving: bool) -> tuple[Mention, ...]:
        """Who takes a request of this type in, or who sends it."""
        return tuple(one for one in self._all() if one.type == kind and one.received == receiving)

    def _of_queue(self, queue: re.Match[str], site: tuple[CallSite, ...], depth: int) -> Iterator[Step]:
        name, how = queue[1], queue[2]
        leaves = "leaves the process here" if how == "enqueue" else "comes from another process"
        note = f"{leaves}: the shared-memory queue {name}"
        yield Step(queue[0], None, None, "queue", "message", depth, site, note=note)
        for path, line in self._holders(f"{name}.{_OTHER[how]}"):
            if (path, line) != (site[0].path, site[0].line) and (within := self.within(path, line)):
                symbol, start = within
                told = f"{'takes it out of' if how == 'enqueue' else 'puts it into'} {name} at line {line}"
                yield Step(symbol, path, start, "method", "message", depth, site, sure=False, note=told)

    def _holders(self, words: str) -> list[tuple[str, int]]:
        if words not in self._ends:
            name, _, _ = words.partition(".")
            raw = re.compile(rb"\b" + words.replace(".", r"\.").encode() + rb"\s*\(")
            self._ends[words] = [
                (path, data.count(b"\n", 0, match.start()) + 1)
                for path, data in search.texts_mentioning(
                    self.sources.checkout, name, self.sources.checkout.package, search.PYTHON
                )
                for match in raw.finditer(data)
            ]
        return self._ends[words]

    def _all(self) -> tuple[Mention, ...]:
        if self._mentions is None:
            self._mentions = tuple(self._found())
        return self._mentions

    def _found(self) -> Iterator[Mention]:
        for path, data in search.texts_mentioning(
            self.sources.checkout, "EngineCoreRequestType", self.sources.checkout.package, search.PYTHON
        ):
            for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
                for match in _TYPE.finditer(line):
                    within = self.within(path, number)
                    if within is not None:
                        yield Mention(match[1], path, number, *within, _received(line, match))

    def within(self, path: str, line: int) -> tuple[str, int] | None:
        """The innermost function around a line, with the line of its name."""
        around = [
            one
            for one in self.sources.definitions(path)
            if one.start <= line <= one.end and one.kind in ("function", "method")
        ]
        return (around[-1].symbol, around[-1].line) if around else None


def _received(line: str, match: re.Match[str]) -> bool:
    behind = line[match.end() :].lstrip()
    return bool(_COMPARED.search(line[: match.start()])) or behind.startswith(("==", ":"))
