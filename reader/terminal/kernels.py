"""The path of an operation, hop under hop; and the list of all operations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader.syntax import language_of
from reader.terminal.highlight import coloured
from reader.terminal.notes import ACCENT
from reader.terminal.sheet import Sheet, words, wrapped, wrapped_code

if TYPE_CHECKING:
    from reader.kernels import Hop, Operation, Path
    from reader.kernels.excerpts import Piece

_CALLS = 6  # calls of one wrapper that are shown; a busy operation has forty
_NAME = 48  # columns for a name in the list; the few longer ones push their row to the right
_ELSE = re.compile(r"\belse of if ")
_KINDS = max(map(len, ("wrapper", "function")))


def path(found: Path, pieces: Mapping[int, Piece], sheet: Sheet) -> list[Text]:
    """`pieces`: the source lines of each hop; none where they are not wanted."""
    lines = [*_heading(found.operation, sheet), Text()]
    hidden: dict[int | None, int] = {}
    digits = len(str(len(found.hops)))
    for hop in found.hops:
        if hop.kind == "call" and hop.leads is not None:
            hidden[hop.leads] = hidden.get(hop.leads, 0) + 1
            if hidden[hop.leads] > _CALLS:
                continue
        more = hidden.pop(hop.number, 0) - _CALLS
        if more > 0:
            lines += wrapped(Text(f"{more} more calls of it; --json lists them", "dim"), sheet.width, _lead(digits))
        lines += _hop(hop, digits, sheet)
        if hop.number in pieces:
            lines += _piece(pieces[hop.number], hop.place.path, digits, sheet)
    if any(True for hop in found.hops for _ in _links(hop)):
        legend = "from N: reached from hop N, not from the one above; to N: goes on at hop N"
        lines += [Text(), *wrapped(Text(legend, "dim"), sheet.width)]
    for note in found.notes:
        lines += [Text(), *wrapped(words(note), sheet.width)]
    return lines


def _heading(one: Operation, sheet: Sheet) -> Iterator[Text]:
    name = f"{one.namespace}.{one.name}" if one.namespace else one.name
    title = f"torch.ops.{name}" if one.namespace else name
    yield from wrapped(words(f"{title}.{one.overload}" if one.overload else title, "bold"), sheet.width)
    yield from wrapped(words(", ".join(described(one)), "dim"), sheet.width)


def described(one: Operation) -> Iterator[str]:
    if not one.namespace:
        yield f"a kernel of {one.how}" if one.how else "a Python function"
        return
    yield {"c++": "registered in C++", "python": "registered in Python", "triton": "registered in Python"}.get(
        one.mechanism, "registered outside of this checkout"
    )
    if one.how:
        yield f"by {one.how}"
    if one.targets:
        yield f"built into {', '.join(one.targets)}"


def _lead(digits: int) -> Text:
    return Text(" " * (digits + _KINDS + 3))


def _hop(hop: Hop, digits: int, sheet: Sheet) -> list[Text]:
    lead = Text.assemble((f"{hop.number:>{digits}} ", "dim"), (f"{hop.kind:<{_KINDS}}  ", ACCENT))
    said = Text.assemble(sheet.place(hop.place.path, hop.place.line, style="cyan"), "  ", words(hop.place.name, "bold"))
    if hop.kind == "end":
        said = words(hop.note or "", "bold")
    for part in _facts(hop):
        said.append_text(Text("  ")).append_text(words(part, "" if part == "perhaps" else "dim"))
    return wrapped(said, sheet.width, lead, " " * (digits + _KINDS + 3))


def _facts(hop: Hop) -> Iterator[str]:
    if not hop.sure:
        yield "perhaps"
    if hop.dispatch and hop.kind in ("impl", "function"):
        yield hop.dispatch
    if hop.via and hop.via not in (hop.place.name, hop.place.name.rpartition("::")[2]) and hop.kind != "end":
        yield f"by {hop.via}"
    if hop.within:
        yield f"in {hop.within}"
    yield from _links(hop)
    if hop.place.condition:
        yield f"[{_ELSE.sub('unless ', hop.place.condition)}]"
    if hop.note and hop.kind != "end":
        yield f"({hop.note})"


def _links(hop: Hop) -> Iterator[str]:
    if hop.parent is not None and hop.parent != hop.number - 1:
        yield f"from {hop.parent}"
    if hop.leads is not None and hop.leads != hop.number + 1:
        yield f"to {hop.leads}"


def _piece(piece: Piece, where: str, digits: int, sheet: Sheet) -> Iterator[Text]:
    gutter = max(digits + _KINDS + 3, len(str(piece.first + len(piece.lines))) + 1)
    margin = min((len(line) - len(line.lstrip()) for line in piece.lines if line.strip()), default=0)
    drawn = coloured([line[margin:] for line in piece.lines], language_of(where), sheet.plain)
    for number, text in enumerate(drawn, piece.first):
        lead = Text(f"{number:>{gutter - 1}} │ ", "dim")
        for index, part in enumerate(wrapped_code(text, max(sheet.width - gutter - 2, 8))):
            yield Text.assemble(Text(" " * gutter + "│ ", "dim") if index else lead, part)


def operations(known: Sequence[Operation], sheet: Sheet) -> list[Text]:
    """One an operation, in columns where they fit; else what is known of it under its name, which is never broken."""
    names = [f"{one.namespace}::{one.name}" + f".{one.overload}" * bool(one.overload) for one in known]
    told = [tuple(_listed(one)) for one in known]
    first, second = min(max(map(len, names), default=0), _NAME), max((len(parts[0]) for parts in told), default=0)
    lines = []
    for name, parts in zip(names, told, strict=True):
        rest = "  ".join(filter(None, parts[1:]))
        if max(first, len(name)) + second + 4 + len(rest) <= sheet.width:
            lines.append(Text.assemble(words(name.ljust(first + 2)), words(parts[0].ljust(second + 2)), (rest, "dim")))
        else:
            lines += [words(name), *wrapped(words(f"{parts[0]}  {rest}", "dim"), sheet.width, Text("    "), "    ")]
    counts = Counter(one.mechanism for one in known)
    summary = ", ".join(f"{counts[each]} {each}" for each in ("c++", "python", "triton", "external") if counts[each])
    return [*lines, Text(), *wrapped(Text(f"{len(known)} operations: {summary}", "dim"), sheet.width)]


def _listed(one: Operation) -> Iterator[str]:
    """Mechanism, what registers it, and its keys with how many implementations there are."""
    yield one.mechanism
    yield one.how or ""
    keys = ", ".join(dict.fromkeys(each.dispatch for each in one.implementations if each.dispatch))
    count = len(one.implementations)
    if one.mechanism != "external":
        yield f"{count} implementation{'s' * (count != 1)}" + f": {keys}" * bool(keys)
