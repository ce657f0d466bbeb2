"""Relations: classes above and below, callers and callees, the tests of a definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import click

from reader.cli.pointing import site_of
from reader.cli.session import Session

if TYPE_CHECKING:
    from reader.calls import Calls, Rest, Step
    from reader.checkout import Checkout
    from reader.exercises import Test
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
    apart. A stop does
    for REF too. Exits 1 when it leads to no class and to no member of one.
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


@click.command(
    epilog="\b\nExample:\n"
    "  reader calls vllm/v1/engine/core.py::EngineCore.step\n"
    "  reader calls vllm/v1/worker/gpu_worker.py::Worker.execute_model --up --depth 3"
)
@click.argument("ref")
@click.option("--depth", type=click.IntRange(1, 8), default=2, show_default=True, help="Calls to follow, each way.")
@click.option("--up", is_flag=True, help="Only who calls it.")
@click.option("--down", is_flag=True, help="Only what it calls.")
@click.option("--all", "whole", is_flag=True, help="Leave nothing out, however much there is.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def calls(session: Session, ref: str, depth: int, up: bool, down: bool, whole: bool, as_json: bool) -> None:
    """Show who calls a definition and what it calls, as trees with the lines of the calls.

    REF is path::function or path::Class.method of Python, C++ or CUDA, or a stop; of a class, what making one runs.
    Names in strings (collective_rpc, registries), messages to other processes and operations of torch are followed
    where the source names the target, and shown as what they are. Recursion is cut; what is met twice is shown once;
    calls that leave the checkout are one line; what nobody can tell from the source is listed as such. Exits 1 when REF
    leads to nothing that can be called.
    """
    checkout, site = _asked(session, ref)
    from reader.calls.words import refused

    if told := refused(site.kind):
        _refuse(session, f"{site.ref} is {told}")
    from reader.calls import calls as asked  # 50 ms with inference, which a bad ref need not pay

    both = up == down
    path, symbol = str(site.path), str(site.symbol)
    known = asked(checkout, path, symbol, depth=depth, up=up or both, down=down or both)
    if as_json:
        session.write_json(_call_rows(known))
        return
    drawn = session.screen(checkout).calls(known, site, up=up or both, down=down or both, whole=whole)
    session.write(drawn)
    session.hint(f"reader show {path}::{symbol} · reader tests {path}::{symbol} · --depth {depth + 1} goes further")


def _call_rows(known: Calls) -> Iterator[dict[str, object]]:
    yield _step_row("self", known.root, None)
    me = f"{known.root.path}::{known.root.symbol}"
    for one in known.callers:
        yield from _step_rows("up", one, me)
    yield from _rest_rows("up", known.callers_rest, me, 1, str(known.root.path))
    for one in known.root.below:
        yield from _step_rows("down", one, me)
    yield from _rest_rows("down", known.root.rest, me, 1, str(known.root.path))


def _step_rows(direction: str, step: Step, of: str) -> Iterator[dict[str, object]]:
    yield _step_row(direction, step, of)
    me = f"{step.path}::{step.symbol}"
    for one in step.below:
        yield from _step_rows(direction, one, me)
    yield from _rest_rows(direction, step.rest, me, step.depth + 1, str(step.path))


def _step_row(direction: str, step: Step, of: str | None) -> dict[str, object]:
    """`of` is what the step hangs on: its caller going down, what it calls going up."""
    return {
        "direction": direction,
        "depth": step.depth,
        "path": step.path,
        "line": step.line,
        "symbol": step.symbol,
        "kind": step.kind,
        "via": step.via,
        "sites": [{"path": one.path, "line": one.line} for one in step.sites],
        "sure": step.sure,
        "note": step.note,
        "again": step.again,
        "of": of,
        "names": [],
    }


def _rest_rows(direction: str, rest: Rest | None, of: str, depth: int, path: str) -> Iterator[dict[str, object]]:
    """What is no step: via "untold" with the reason, via "outside" and "left out" with `names` or a count."""
    if rest is None:
        return
    blank = dict.fromkeys(("path", "line", "symbol", "kind", "note", "again"))
    base = {"direction": direction, "depth": depth} | blank | {"sites": [], "sure": True, "of": of, "names": []}
    for one in rest.untold:
        sites = [{"path": path, "line": one.line}]
        yield base | {"symbol": one.name, "via": "untold", "sites": sites, "sure": False, "note": one.why}
    if rest.outside:
        note = f"{rest.outside_calls} calls" if rest.outside_calls else None
        yield base | {"via": "outside", "names": list(rest.outside), "note": note}
    if rest.left_out:
        yield base | {"via": "left out", "note": str(rest.left_out)}


@click.command(
    epilog="\b\nExample:\n"
    "  reader tests vllm/v1/core/sched/scheduler.py::Scheduler.schedule\n"
    "  reader tests csrc/cache_kernels.cu::reshape_and_cache"
)
@click.argument("ref")
@click.option("--depth", type=click.IntRange(1, 5), default=3, show_default=True, help="Calls up, at most.")
@click.option("--all", "whole", is_flag=True, help="Leave nothing out; go all calls up though there are tests enough.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def tests(session: Session, ref: str, depth: int, whole: bool, as_json: bool) -> None:
    """List the tests that exercise a definition, nearest first.

    REF is path::symbol, also of C++ or CUDA, where the Python wrapper of its operation leads on. First come tests that
    use it themselves, then those that reach it through callers, helpers and fixtures; among these those whose path and
    name are most like its own. Exits 1 when none is found, and says how it was searched.
    """
    checkout, site = _asked(session, ref)
    from reader.exercises import tests as asked  # 50 ms with inference, which a bad ref need not pay

    path, symbol = str(site.path), str(site.symbol)
    known = asked(checkout, path, symbol, site.kind or "", depth=depth, enough=10**9 if whole else 12)
    if as_json:
        session.write_json(map(_test_row, known.found))
    else:
        session.write(session.screen(checkout).tests(known, site, whole=whole))
        first = f"reader show {known.found[0].path}::{known.found[0].test} · " if known.found else ""
        session.hint(f"{first}reader calls {path}::{symbol} --up")
    if not known.found:
        if as_json:
            session.say(f"no test was found: {'; '.join(known.looked)}")
        click.get_current_context().exit(_PROBLEM)


def _test_row(one: Test) -> dict[str, object]:
    return {
        "path": one.path,
        "line": one.line,
        "test": one.test,
        "distance": one.distance,
        "via": list(one.via),
        "sure": one.sure,
        "uses": list(one.uses),
        "why": one.why,
    }


def _asked(session: Session, text: str) -> tuple[Checkout, Site]:
    """Where the ref leads; where to no definition, what could be found is told and the command ends."""
    checkout = session.checkout()
    site = site_of(session, checkout, text)
    if not site.found:
        session.write(session.screen(checkout).sites([site]))
        click.get_current_context().exit(_PROBLEM)
    if site.symbol is None:
        what = "a directory" if site.kind == "directory" else "a file"
        _refuse(session, f"{site.ref} is {what}; name a definition in it, as `reader outline {site.path}` lists them")
    _warn(session, checkout, str(site.path))
    return checkout, site


def _warn(session: Session, checkout: Checkout, path: str) -> None:
    from reader import syntax

    text = checkout.read(path).text
    if not syntax.parses(text, syntax.language_of(path)):
        session.say(f"{path} does not parse as a whole; what could be read of it is told")


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
