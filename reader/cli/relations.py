"""Relations: classes above and below, callers and callees, the tests of a definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import click

from reader.cli.session import Session
from reader.ref import Ref

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.hierarchy import Family, Kin, Method, Standing
    from reader.resolve import Site

_PROBLEM = 1


@click.command(
    epilog="\b\nExample:\n"
    "  reader classes vllm/v1/worker/gpu_worker.py::Worker\n"
    "  reader classes vllm/v1/worker/worker_base.py::WorkerBase.execute_model"
)
@click.argument("ref")
@click.option("--all", "whole", is_flag=True, help="Leave nothing out, however many there are.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def classes(session: Session, ref: str, whole: bool, as_json: bool) -> None:
    """Show what a class inherits from, what inherits from it, and which methods stand in for which.

    REF is path::Class, or path::Class.method for the chain of overrides up and down. Bases are in the order in which
    Python asks them; those outside of the checkout are named, abstract ones marked, and what cannot be told is set
    apart. Exits 1 when REF leads to no class and to no member of one.
    """
    checkout, site = _asked(session, ref)
    from reader.hierarchy import Families  # 20 ms with the parsers, which a bad ref need not pay
    from reader.resolve.sources import Sources

    families = Families(Sources(checkout))
    path, symbol = str(site.path), str(site.symbol)
    if site.kind in ("class", "struct"):
        family = families.family(path, symbol)
        if as_json:
            session.write_json(_family_rows(family))
            return
        session.write(session.screen(checkout).family(family, site, whole=whole))
        first = next((one.own for one in family.members if one.above or one.below), None)
        session.hint(f"reader classes {path}::{first.symbol if first else symbol} · reader show {path}::{symbol}")
        return
    standing = families.standing(path, symbol)
    if standing is None:
        _refuse(session, f"{site.ref} is a {site.kind}: it has no bases; name a class, or a member of one")
    if as_json:
        session.write_json(_standing_rows(standing))
        return
    outside = families.outside(path, symbol)
    session.write(session.screen(checkout).standing(standing, site, outside, whole=whole))
    session.hint(f"reader calls {path}::{symbol} · reader show {path}::{symbol}")


def _asked(session: Session, text: str) -> tuple[Checkout, Site]:
    """Where the ref leads; where to no definition, what could be found is told and the command ends."""
    ref = Ref.parse(text)
    checkout = session.checkout()
    from reader.resolve import resolve  # 25 ms

    site = resolve(checkout, ref)
    if not site.found:
        session.write(session.screen(checkout).sites([site]))
        click.get_current_context().exit(_PROBLEM)
    if site.symbol is None:
        what = "a directory" if site.kind == "directory" else "a file"
        _refuse(session, f"{site.ref} is {what}; name a definition in it, as `reader outline {site.path}` lists them")
    return checkout, site


def _refuse(session: Session, text: str) -> NoReturn:
    session.say(text)
    click.get_current_context().exit(_PROBLEM)


def _family_rows(family: Family) -> Iterator[dict[str, object]]:
    me = f"{family.me.path}::{family.me.symbol}"
    for one in reversed(family.bases):
        yield _kin_row("base", one, me)
    yield _kin_row("self", family.me, None)
    for one in family.subclasses:
        yield _kin_row("subclass", one, None)
    for each in family.members:
        yield from _member_rows(each)


def _standing_rows(standing: Standing) -> Iterator[dict[str, object]]:
    yield _method_row("self", standing.own, None)
    yield from _member_rows(standing)


def _member_rows(standing: Standing) -> Iterator[dict[str, object]]:
    me = f"{standing.own.path}::{standing.own.symbol}"
    for one in standing.above:
        yield _method_row("overrides", one, me)
    for one in standing.below:
        yield _method_row("overridden-by", one, me)


def _kin_row(relation: str, one: Kin, of: str | None) -> dict[str, object]:
    of = f"{one.parents[0][0]}::{one.parents[0][1]}" if one.parents else of
    return _row(relation, one, of, "class") | {"outside": one.outside}


def _method_row(relation: str, one: Method, of: str | None) -> dict[str, object]:
    return _row(relation, one, of, one.role)


def _row(relation: str, one: Kin | Method, of: str | None, role: str) -> dict[str, object]:
    """`of` is what the row hangs on: the class that has it as a base or is its base, the member that overrides it."""
    return {
        "relation": relation,
        "path": one.path,
        "line": one.line,
        "symbol": one.symbol,
        "abstract": one.abstract,
        "depth": one.depth,
        "outside": False,
        "of": of,
        "role": role,
        "sure": one.sure,
        "note": one.note,
    }
