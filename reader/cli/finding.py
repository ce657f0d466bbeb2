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
    from reader.resolve import Site
    from reader.syntax import Definition

_COULD_NOT_RUN = 2
_PROBLEM = 1


@click.command(
    epilog="\b\nExample:\n  reader where vllm/engine/llm_engine.py::LLMEngine.step\n  reader where - < refs.txt"
)
@click.argument("refs", nargs=-1, required=True, metavar="REF...")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def where(session: Session, refs: tuple[str, ...], as_json: bool) -> None:
    """Say where each REF leads in this checkout, and how sure that is.

    REF is path, dir/ or path::Qualified.name; - reads refs from standard input, one a line, where blank lines and
    lines that start with # are passed over. Exits 1 when a ref is ambiguous or gone, 2 when one is no ref at all (the
    others are answered all the same).
    """
    wanted, bad = _parsed(refs)
    for complaint in bad:
        session.say(complaint)
    checkout = session.checkout()
    from reader.resolve import resolve_all  # 25 ms, which a bad ref alone need not pay

    sites = resolve_all(checkout, wanted)
    if as_json:
        session.write_json(map(_row, sites))
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


def _row(site: Site) -> dict[str, object]:
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


def _visible(text: str) -> str:
    """Control characters of a source file never reach the terminal."""
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)
