"""Which lines of a definition deserve a note, told by their form, and a fragment that finds each of them again.

A line counts where a value leaves the file or comes back from elsewhere, where state is written, and where something is
sent, awaited, launched or given back. Of what holds members, the members. What such a line means is not told here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reader import syntax
from reader.excerpt.placing import line_of
from reader.excerpt.visible import source_lines, visible
from reader.pattern import pattern
from reader.resolve import Site
from reader.syntax import Block, Call, Definition, Language
from reader.tour import Note
from reader.value import frozen

MOST = 5  # for one stop
TODO = "TODO: "
_LONGEST = 72  # characters of a fragment
_SHORTEST = 5
_HOLDERS = frozenset({"class", "struct", "union", "namespace", "file"})
_MEMBERS = frozenset({"function", "method", "kernel", "class", "struct"})

_LAUNCH = pattern(r"<<<|\w\[[^\[\]]*grid[^\[\]]*\]\(|\bLAUNCH_\w+\(|\b(?:cuda|cu|hip)Launch\w*\(")
_SENT = pattern(
    r"\bawait\b|\byield\b|\bco_(?:await|yield)\b"
    r"|\.(?:put|put_nowait|get_nowait|send\w*|recv\w*|enqueue|dequeue|broadcast\w*|all_reduce|all_gather\w*"
    r"|reduce_scatter\w*|all_to_all\w*|collective_rpc|submit|notify\w*)\("
)
_WRITE = pattern(r"(?P<to>(?:self|this)(?:\.|->)[\w.\[\]'\"]+)\s*(?::[^=]+)?(?:[-+*/|&]|//|<<|>>)?=(?!=)")
_MADE = pattern(r"=\s*(?:[\w.]+\.)?_?[A-Z]\w*\(|=\s*(?:get|make|create|build|init)_\w+\(")
_RETURN = pattern(r"(?:co_)?return\b\s*(?P<what>[^;]*)")
_PLAIN = pattern(r"(?:-?[\w.]+|[\"'].*[\"']|\(\)|\[\]|\{\})?;?")
_SILENT = pattern(r"#|//|/?\*|@|(?:logger|logging|warnings)\b|assert\b|TORCH_CHECK|raise\b|from\b|import\b|\"\"\"|'''")

# What every program does, of which no reader needs to be told.
_COMMON = pattern(
    "abs|add|all|any|append|bool|cast|ceil|clear|copy|critical|debug|dict|dim|discard|enumerate|error|exp|"
    "extend|field|float|format|get|getattr|hasattr|index|info|insert|int|isinstance|issubclass|item|items|"
    "join|keys|len|list|log|max|min|monotonic|move|numel|ones|perf_counter|pop|print|range|remove|repeat|"
    "repr|reserve|resize|reversed|round|set|setattr|setdefault|shape|size|sizeof|sorted|split|startswith|str|"
    "stride|strip|sum|super|time|to|tuple|type|unwrap|update|values|view|warning|warning_once|zeros|zip"
)
_SAID = {
    "launch": "what is launched here, and over which grid",
    "sent": "who is at the other end, and what happens until then",
    "call": "what is handed over there, and what comes back",
    "write": "who reads this later",
    "return": "what the caller does with it",
    "member": "what this one is for",
}


@frozen
class _Line:
    number: int
    weight: float
    kind: str
    fragments: tuple[str, ...]  # the first that stands on one line only is taken

    @property
    def callee(self) -> str:
        return self.fragments[0].partition("(")[0]


def anchors(text: str, language: Language, site: Site, is_own: Callable[[str], bool]) -> tuple[Note, ...]:
    """Notes for the lines of the span that deserve one most, in their order; in place of what to say of each, a word on
    it. Nothing for a document or a directory. `is_own`: whether a top-level module is of the checkout."""
    if language in ("text", "markdown") or site.start is None or site.end is None:
        return ()
    lines = visible("\n".join(source_lines(text)[site.start - 1 : site.end])).split("\n")
    found = [*_members(text, language, site, lines)] if site.kind in _HOLDERS else []
    if not found:
        found = list(_body(text, language, site, lines, is_own))
    chosen = _chosen(found, lines, site.start)
    return tuple(Note(fragment, f"{TODO}{_SAID[one.kind]}") for one, fragment in chosen)


def _chosen(found: Sequence[_Line], lines: Sequence[str], first: int) -> list[tuple[_Line, str]]:
    """The weightiest, one of a kind of words each, and not all of them in one place."""
    room = min(MOST, 2 + len(lines) // 8)
    apart = max(1, len(lines) // 40)
    chosen: list[tuple[_Line, str]] = []
    for one in sorted(found, key=lambda one: (-one.weight, one.number)):
        if len(chosen) == room or one.weight < 1:
            break
        if any(abs(one.number - other.number) < apart or one.callee == other.callee for other, _ in chosen):
            continue
        fits = (each for each in one.fragments if _SHORTEST <= len(each) <= _LONGEST)
        fragment = next((each for each in fits if line_of(each, lines, first)[0] == one.number), None)
        if fragment is not None:
            chosen.append((one, fragment))
    return sorted(chosen, key=lambda each: each[0].number)


def _members(text: str, language: Language, site: Site, lines: Sequence[str]) -> Iterator[_Line]:
    """Of a class or a file: what it defines itself, the longest first, what is private last."""
    assert site.start is not None and site.end is not None
    inside = [
        one
        for one in syntax.definitions(text, language)
        if site.start <= one.start and one.end <= site.end and one.kind in _MEMBERS and not one.stub
        and one.symbol != site.symbol
    ]  # fmt: skip
    for one in inside:
        if any(other.start <= one.start and one.end <= other.end and other is not one for other in inside):
            continue
        written = lines[one.line - site.start].strip()
        private = one.name.startswith("_") and one.name != "__init__"
        weight = min(one.end - one.start, 200) * (0.2 if private else 1.0)
        at = written.find(one.name)
        if at >= 0:
            head = written[: at + len(one.name)]
            yield _Line(one.line, weight, "member", (head + written[len(head) : len(head) + 1].strip(), written))


def _body(
    text: str, language: Language, site: Site, lines: Sequence[str], is_own: Callable[[str], bool]
) -> Iterator[_Line]:
    assert site.start is not None and site.end is not None
    passed = _passed(text, language, site)
    making = (site.symbol or "").rpartition(".")[2] in ("__init__", "__post_init__")
    judge = _Judge(text, language, is_own, making)
    calls: dict[int, list[Call]] = {}
    for call in syntax.calls(text, language, site.start, site.end):
        calls.setdefault(call.line, []).append(call)
    for number, line in enumerate(lines, site.start):
        written = line.strip()
        if number not in passed and written and not _SILENT.match(written):
            yield from judge.line(number, written, calls.get(number, ()))


def _passed(text: str, language: Language, site: Site) -> frozenset[int]:
    """The lines of the head and of docstrings."""
    assert site.start is not None and site.end is not None
    head: Iterator[int] = iter(())
    if site.symbol and site.kind in ("function", "method", "kernel"):
        definition = Definition(site.symbol, "function", site.line or site.start, site.start, site.end)
        head = iter(range(site.start, syntax.signature_end(text, language, definition) + 1))
    blocks = list(syntax.blocks(text, language, site.start, site.end))
    documented: list[Block] = []
    while blocks:
        block = blocks.pop()
        blocks += block.children
        documented += [block] if block.docstring else []
    return frozenset([*head, *(each for block in documented for each in range(block.first, block.last + 1))])


class _Judge:
    """What a line does, as far as its file tells: what it imports, and what it defines itself."""

    def __init__(self, text: str, language: Language, is_own: Callable[[str], bool], making: bool) -> None:
        """`making`: the definition sets up an object, where to write its fields is nothing of note."""
        self._own = frozenset(one.name for one in syntax.definitions(text, language))
        self._outside: dict[str, bool] = {}  # a name that is imported -> whether from this project
        if language == "python":
            imports = [one for one in syntax.bindings(text) if one.how == "import"]
            self._outside = {
                one.name: bool(one.level) or is_own((one.module or "").partition(".")[0]) for one in imports
            }
        self._making = making

    def line(self, number: int, written: str, calls: Sequence[Call]) -> Iterator[_Line]:
        called = sorted(((self._weight(call), call) for call in calls), key=lambda each: -each[0])
        heavy = [call for weight, call in called if weight]
        options = tuple(each for call in heavy for each in _of_call(call, written))
        if launch := _LAUNCH.search(written):
            yield _Line(number, 5, "launch", (_until(written, launch.end()), written))
        if sent := _SENT.search(written):
            weight = 4.5 if heavy or "(" in written else 3
            yield _Line(number, weight, "sent", (*options, _until(written, max(sent.end(), 24)), written))
        if called and called[0][0]:
            assigned = 0.5 if "=" in written.partition("(")[0] else 0.0
            yield _Line(number, called[0][0] + assigned, "call", (*options, written))
        if write := _WRITE.match(written):
            weight = (4.2 if _MADE.search(written) else 0.6) if self._making else 3.2
            yield _Line(number, weight, "write", (written[: write.end()], written))
        if (given := _RETURN.match(written)) and not _PLAIN.fullmatch(given["what"]):
            yield _Line(number, 2.4, "return", (_until(written, 32), written))

    def _weight(self, call: Call) -> float:
        """0 for what is nothing of note."""
        parts = call.full.replace("->", ".").replace("::", ".").split(".")
        if _COMMON.fullmatch(call.name) or call.name.startswith("__") or not parts[0].isidentifier():
            return 0
        if call.name.isupper():  # a macro: most check or switch
            return 0.4
        if parts[0] in ("self", "this", "cls"):
            return 4 if len(parts) > 2 else 2.2
        if parts[0] in self._outside:
            return 3.5 if self._outside[parts[0]] else 0.4
        if len(parts) == 1:
            return 2.6 if call.name in self._own else 1.2
        return 2.0


def _of_call(call: Call, written: str) -> Iterator[str]:
    """The callee as it is written, with what takes its value, before it alone."""
    for name in (f"{call.full}(", f"{call.name}("):
        at = written.find(name)
        if at >= 0:
            yield name
            yield written[: at + len(name)]
            return


def _until(written: str, least: int) -> str:
    """The beginning of a line, to the end of a word that is not before `least`."""
    end = least
    while end < len(written) and (written[end].isalnum() or written[end] in "_.("):
        end += 1
    return written[:end].rstrip()
