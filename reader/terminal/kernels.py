"""The path of an operation, hop under hop; and the list of all operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from reader.kernels.words import LEGEND, described, facts, links, said, title
from reader.syntax import language_of
from reader.terminal.highlight import coloured
from reader.terminal.notes import ACCENT
from reader.terminal.sheet import Sheet, words, wrapped, wrapped_code

if TYPE_CHECKING:
    from reader.kernels import Hop, Operation, Path
    from reader.kernels.excerpts import Piece

_CALLS = 6  # calls of one wrapper that are shown; a busy operation has forty
_NAME = 48  # columns for a name in the list; the few longer ones push their row to the right
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
    if any(True for hop in found.hops for _ in links(hop)):
        lines += [Text(), *wrapped(Text(LEGEND, "dim"), sheet.width)]
    for note in found.notes:
        lines += [Text(), *wrapped(words(note), sheet.width)]
    return lines


def _heading(one: Operation, sheet: Sheet) -> Iterator[Text]:
    yield from wrapped(words(title(one), "bold"), sheet.width)
    yield from wrapped(words(", ".join(described(one)), "dim"), sheet.width)


def _lead(digits: int) -> Text:
    return Text(" " * (digits + _KINDS + 3))


def _hop(hop: Hop, digits: int, sheet: Sheet) -> list[Text]:
    lead = Text.assemble((f"{hop.number:>{digits}} ", "dim"), (f"{hop.kind:<{_KINDS}}  ", ACCENT))
    text = words(said(hop), "bold")
    if hop.kind != "end":
        text = Text.assemble(sheet.place(hop.place.path, hop.place.line, style="cyan"), "  ", text)
    if not hop.sure:
        text.append("  perhaps")
    for part in facts(hop):
        text.append_text(Text("  ")).append_text(words(part, "dim"))
    return wrapped(text, sheet.width, lead, " " * (digits + _KINDS + 3))


def _piece(piece: Piece, where: str, digits: int, sheet: Sheet) -> Iterator[Text]:
    gutter = max(digits + _KINDS + 3, len(str(piece.first + len(piece.lines))) + 1)
    margin = min((len(line) - len(line.lstrip()) for line in piece.lines if line.strip()), default=0)
    drawn = coloured([line[margin:] for line in piece.lines], language_of(where), sheet.plain)
    for number, text in enumerate(drawn, piece.first):
        lead = Text(f"{number:>{gutter - 1}} │ ", "dim")
        for index, part in enumerate(wrapped_code(text, max(sheet.width - gutter - 2, 8))):
            yield Text.assemble(Text(" " * gutter + "│ ", "dim") if index else lead, part)


def operations(known: Sequence[Operation], sheet: Sheet) -> list[Text]:
    """One an operation, in columns where all of them fit; else what is known of each under its name, which is never
    broken."""
    names = [f"{one.namespace}::{one.name}" + f".{one.overload}" * bool(one.overload) for one in known]
    told = [tuple(_listed(one)) for one in known]
    first, second = min(max(map(len, names), default=0), _NAME), max((len(parts[0]) for parts in told), default=0)
    rows = [(name, parts[0], "  ".join(filter(None, parts[1:]))) for name, parts in zip(names, told, strict=True)]
    in_columns = all(max(first, len(name)) + second + 4 + len(rest) <= sheet.width for name, _, rest in rows)
    lines = []
    for name, how, rest in rows:
        if in_columns:
            lines.append(Text.assemble(words(name.ljust(first + 2)), words(how.ljust(second + 2)), (rest, "dim")))
        else:
            lines += [words(name), *wrapped(words(f"{how}  {rest}", "dim"), sheet.width, Text("    "), "    ")]
    counts = Counter(one.mechanism for one in known)
    summary = ", ".join(f"{counts[each]} {each}" for each in ("c++", "python", "triton", "external") if counts[each])
    summed = f"{len(known)} operations: {summary}" if known else "no operation of torch is registered or called here"
    return [*lines, *([Text()] if lines else []), *wrapped(Text(summed, "dim"), sheet.width)]


def _listed(one: Operation) -> Iterator[str]:
    """Mechanism, what registers it, and its keys with how many implementations there are."""
    yield one.mechanism
    yield one.how or ""
    keys = ", ".join(dict.fromkeys(each.dispatch for each in one.implementations if each.dispatch))
    count = len(one.implementations)
    if one.mechanism != "external":
        yield f"{count} implementation{'s' * (count != 1)}" + f": {keys}" * bool(keys)
