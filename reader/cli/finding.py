"""Finding: where a ref leads, and what a file defines."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from reader.cli.session import Session
from reader.errors import BadRef, Unreadable
from reader.ref import Ref

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.lookup import Found, Lookup
    from reader.resolve import Site
    from reader.syntax import Definition

_COULD_NOT_RUN = 2
_PROBLEM = 1


@click.command(
    epilog="\b\nExample:\n  reader where vllm/engine/llm_engine.py::LLMEngine.step\n  reader where - < refs.txt\n"
    "  reader where vllm/sequence.py::SequenceGroup --history"
)
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--history", is_flag=True, help="In every release at hand: the clone's tags, and what was fetched.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def where(session: Session, refs: tuple[str, ...], history: bool, as_json: bool) -> None:
    """Say where each REF leads in this checkout, and how sure that is.

    REF is path, dir/ or path::Qualified.name; - reads refs from standard input, one a line, where blank lines and
    lines that start with # are passed over. Exits 1 when a ref is ambiguous or gone, 2 when one is no ref at all (the
    others are answered all the same).
    """
    wanted, bad = _parsed(refs)
    for complaint in bad:
        session.say(complaint)
    checkout = session.checkout()
    if history:
        from reader.cli.living import lives  # with the versions 30 ms

        everywhere = lives(session, checkout, wanted, as_json)
        click.get_current_context().exit(_COULD_NOT_RUN if bad else 0 if everywhere else _PROBLEM)
    from reader.resolve import resolve_all  # 25 ms, which a bad ref alone need not pay

    sites = resolve_all(checkout, wanted)
    if as_json:
        session.write_json(map(row, sites))
    else:
        session.write_all(map(_shown, sites))
        found = next((site for site in sites if site.found), None)
        session.hint(f"reader show {found.ref}" if found else "reader outline PATH lists what a file defines")
    code = _COULD_NOT_RUN if bad else _PROBLEM if any(not site.found for site in sites) else 0
    click.get_current_context().exit(code)


def _parsed(texts: Sequence[str]) -> tuple[list[Ref], list[str]]:
    refs, bad = [], []
    for text in _lines(texts):
        try:
            refs.append(Ref.parse(text))
        except BadRef as error:
            bad.append(str(error))
    return refs, bad


def _lines(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        if text != "-":
            yield text
            continue
        for raw in sys.stdin.buffer:
            line = raw.decode("utf-8", "replace").strip()
            if line and not line.startswith("#"):
                yield line


def row(site: Site) -> dict[str, object]:
    return {
        "ref": str(site.ref),
        "verdict": site.verdict,
        "release": site.release,
        "path": site.path,
        "symbol": site.symbol,
        "kind": site.kind,
        "line": site.line,
        "start": site.start,
        "end": site.end,
        "hops": [{"path": hop.path, "line": hop.line, "how": hop.how} for hop in site.hops],
        "candidates": [{"path": one.path, "symbol": one.symbol, "line": one.line} for one in site.candidates],
        "message": site.message,
    }


def _shown(site: Site) -> str:
    place = "" if site.path is None else site.path if site.line is None else f"{site.path}:{site.line}"
    symbol = f"  {site.kind} {site.symbol}" if site.symbol else f"  {site.kind}" if site.kind else ""
    lines = [f"{place or site.ref}  {site.verdict}{symbol}"]
    if place and (site.verdict != "exact" or site.path != site.ref.path):
        lines.append(f"    of {site.ref}")
    lines += [f"    {hop.path}:{hop.line}  {hop.how}" for hop in site.hops]
    if site.message:
        lines.append(f"    {site.message}")
    if site.candidates:
        lines.append("    also:" if site.found else "    candidates, best first:")
        lines += [f"      {one.path}:{one.line}{f'  {one.symbol}' if one.symbol else ''}" for one in site.candidates]
    return "".join(f"{_visible(line)}\n" for line in lines)


@click.command(
    epilog="\b\nExample:\n  reader outline vllm/v1/engine/core.py\n  reader outline csrc/ops.h --declarations"
)
@click.argument("path")
@click.option("--declarations", is_flag=True, help="C++ prototypes too.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def outline(session: Session, path: str, declarations: bool, as_json: bool) -> None:
    """List what a file defines, nested as it is, with kinds and line spans.

    PATH is a Python, C++, CUDA or Markdown file of the checkout.
    """
    checkout = session.checkout()
    place = Ref.parse(path).path
    found = _defined(checkout, place, declarations)
    if as_json:
        session.write_json(
            {
                "path": place,
                "symbol": one.symbol,
                "kind": one.kind,
                "line": one.line,
                "start": one.start,
                "end": one.end,
            }
            for one in found
        )
        return
    if not found:
        session.say(f"{place} defines nothing that reader knows of")
    session.write_all(_tree(found))
    if found:
        session.hint(f"reader show {place}::{found[0].symbol}")


def _defined(checkout: Checkout, path: str, declarations: bool) -> list[Definition]:
    from reader import syntax  # grammars cost 5 to 15 ms each, and a path that is not there needs none

    if checkout.is_directory(path):
        raise Unreadable(path, f"a directory; name a file in it, or see `reader show {path.rstrip('/')}/`")
    text = checkout.read(path).text
    language = syntax.language_of(path)
    found = list(syntax.definitions(text, language))
    if declarations:
        found += syntax.declarations(text, language)
        found.sort(key=lambda one: (one.start, one.line))
    return found


def _tree(found: Sequence[Definition]) -> Iterator[str]:
    """Indented by what encloses what; a name is shown without the part that its parent shows."""
    open_: list[Definition] = []
    width = len(str(max((one.end for one in found), default=1)))
    for one in found:
        while open_ and not (open_[-1].start <= one.start and one.end <= open_[-1].end and open_[-1] is not one):
            open_.pop()
        name = one.symbol
        if open_ and name.startswith((f"{open_[-1].symbol}.", f"{open_[-1].symbol}::")):
            name = name[len(open_[-1].symbol) :].lstrip(".:")
        condition = f"  ({one.condition})" if one.condition else ""
        span = f"{one.start:>{width}}-{one.end:<{width}}"
        yield _visible(f"{span}  {'  ' * len(open_)}{one.kind} {name}{condition}") + "\n"
        open_.append(one)


_KINDS = (
    "function", "method", "class", "kernel", "macro", "struct", "union", "enum", "type", "variable", "declaration",
    "namespace", "heading",
)  # fmt: skip
_SHOWN = 40  # lines of a reading that nobody asked to be longer


@click.command(
    epilog="\b\nExample:\n  reader find LLMEngine.step\n  reader find scheduler --kind class --under vllm/v1\n"
    "  reader find vllm::paged_attention_kernel"
)
@click.argument("name")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Only these; may be given repeatedly.")
@click.option("--under", default="", metavar="DIR", help="Only below this directory of the checkout.")
@click.option("--limit", type=click.IntRange(0), help=f"Rows, at most; 0 for all. Without --json: {_SHOWN}.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def find(session: Session, name: str, kinds: tuple[str, ...], under: str, limit: int | None, as_json: bool) -> None:
    """Find where a NAME is defined, best first.

    NAME is a definition's own name, or the last parts of its qualified one: step, LLMEngine.step,
    v1.engine.core.EngineCore, vllm::paged_attention_kernel. In lower case it fits any case. Where no whole name fits,
    the beginning of one does. Namespaces and headings of documents are found with --kind only, fields and constants
    of C++ also where nothing else bears the name. Exits 1 where nothing is found, and says which names come near.
    """
    checkout = session.checkout()
    from reader.lookup import find as look_up

    if under and not checkout.is_directory(under):
        raise Unreadable(under, "there is no such directory in this checkout")
    known = look_up(checkout, name, kinds, under)
    most = limit if limit is not None else 0 if as_json else _SHOWN
    shown = known.found[: most or None]
    if as_json:
        session.write_json(map(_found_row, shown))
    else:
        session.write_all(_found_lines(shown))
    _after_finding(session, name, known, len(shown), as_json)
    click.get_current_context().exit(0 if known.found else _PROBLEM)


def _found_row(one: Found) -> dict[str, object]:
    return {
        "path": one.path,
        "symbol": one.symbol,
        "kind": one.kind,
        "line": one.line,
        "start": one.start,
        "end": one.end,
        "exact": one.exact,
    }


def _found_lines(shown: Sequence[Found]) -> Iterator[str]:
    if not shown:
        return
    width = max(len(one.kind) for one in shown)
    for one in shown:
        yield f"{_visible(f'{one.kind:<{width}}  {one.path}:{one.line}  {one.symbol}')}\n"


def _after_finding(session: Session, name: str, known: Lookup, shown: int, as_json: bool) -> None:
    if not known.found:
        nearest = f"; near names: {', '.join(known.near)}" if known.near else ""
        session.say(f"nothing in this checkout defines {name!r}{nearest}")
        return
    if shown < len(known.found):
        session.say(f"{shown} of {len(known.found)}: --limit 0 shows all, --kind and --under fewer")
    if not as_json:
        session.hint(f"reader show {known.found[0].path}::{known.found[0].symbol}")


def _visible(text: str) -> str:
    """Control characters of a source file never reach the terminal."""
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)
