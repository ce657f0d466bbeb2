"""The path of an operation from Python to its kernels: kernel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from reader.cli.session import Session

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.kernels import Hop, Operation, Path

_PROBLEM = 1
_COULD_NOT_RUN = 2


@click.command(
    epilog="\b\nExample:\n  reader kernel reshape_and_cache\n  reader kernel torch.ops._C.silu_and_mul --brief\n"
    "  reader kernel csrc/activation_kernels.cu::vllm::act_and_mul_kernel\n  reader kernel --list"
)
@click.argument("what", required=False, metavar="OP-or-REF")
@click.option("--list", "as_list", is_flag=True, help="Every operation of the checkout with its mechanism.")
@click.option("--brief", is_flag=True, help="Without the source lines.")
@click.option("--all", "everywhere", is_flag=True, help="Calls in tests, benchmarks and tools too, not the code alone.")
@click.option("--json", "as_json", is_flag=True, help="One object a line, for each hop or operation.")
@click.pass_obj
def kernel(session: Session, what: str | None, as_list: bool, brief: bool, everywhere: bool, as_json: bool) -> None:
    """Show how OP gets from Python to the kernels that run: wrapper, schema, implementations, functions, launches.

    OP is an operation (op, namespace::op, torch.ops.namespace.op), or a kernel or function by its name; REF is
    path::symbol of a wrapper, a function or a kernel, and then the way up to Python is shown. What is not known for
    certain is marked "perhaps". Exits 1 when there is no such thing, only half of it, or a part cannot be read.
    """
    if (what is None) != as_list:
        raise click.UsageError("give an operation or a ref, or --list")
    checkout = session.checkout()
    if what is None:
        _list(session, checkout, as_json)
        return
    from reader.kernels.asking import ask  # 40 ms with the resolver, which --help need not pay

    answer = ask(checkout, what, everywhere=everywhere)
    if as_json:
        session.write_json(row for one in answer.paths for row in _rows(one))
    else:
        _show(session, checkout, answer.paths, brief)
    for note in answer.notes:
        session.say(note)
    if not answer.paths or all(map(_is_half, answer.paths)) or any(map(_is_broken, answer.paths)):
        click.get_current_context().exit(_PROBLEM)


def _show(session: Session, checkout: Checkout, paths: Sequence[Path], brief: bool) -> None:
    from reader.kernels.excerpts import excerpts
    from reader.resolve.sources import Sources

    screen, sources = session.screen(checkout), Sources(checkout)
    for number, one in enumerate(paths):
        session.write("\n" * bool(number), screen.kernel(one, {} if brief else excerpts(sources, one.hops)))
    if paths:
        last = paths[0].hops[-1] if paths[0].hops else None
        ref = f"{last.place.path}::{last.place.name} · reader " if last and last.kind == "kernel" else ""
        session.hint(f"reader show {ref}kernel --list" if ref else "reader kernel --list: every operation")


def _rows(one: Path) -> Iterator[dict[str, object]]:
    """An end is no hop of its own here, but said of the hop that it ends."""
    ends: dict[int | None, list[str]] = {}
    for hop in one.hops:
        if hop.kind == "end":
            ends.setdefault(hop.parent, []).append(_told(hop))
    for hop in one.hops:
        if hop.kind == "end":
            continue
        yield {
            "op": one.operation.name,
            "hop": hop.number,
            "kind": hop.kind,
            "path": hop.place.path,
            "line": hop.place.line,
            "name": hop.place.name,
            "dispatch": hop.dispatch,
            "via": hop.via,
            "parent": hop.parent,
            "leads": hop.leads,
            "condition": hop.place.condition,
            "sure": hop.sure,
            "note": hop.note,
            "within": hop.within,
            "end": "; ".join(dict.fromkeys(ends.get(hop.number, ()))) or None,
            "namespace": one.operation.namespace,
            "overload": one.operation.overload,
            "mechanism": one.operation.mechanism,
        }


def _is_half(one: Path) -> bool:
    """Registered, but a schema without an implementation or the other way round."""
    known = one.operation
    registered = known.mechanism != "external" and bool(known.namespace)
    return registered and (known.schema is None) != (not known.implementations)


def _is_broken(one: Path) -> bool:
    """Something is not in the checkout that should be, or not in a form that could be read."""
    from reader.kernels import UNREAD

    unread = any(hop.kind == "end" and (hop.note or "").startswith(UNREAD) for hop in one.hops)
    return unread or any(each.lost for each in one.operation.implementations)


def _told(end: Hop) -> str:
    return f"{end.place.path}:{end.place.line}: {end.note or end.place.name}"


def _list(session: Session, checkout: Checkout, as_json: bool) -> None:
    from reader.kernels.listing import operations

    known = operations(checkout)
    if as_json:
        session.write_json(map(_operation, known))
        return
    session.write(session.screen(checkout).operations(known))
    session.hint(f"reader kernel {known[0].namespace}::{known[0].name}" if known else "reader kernel OP")


def _operation(one: Operation) -> dict[str, object]:
    first = one.schema or next((each.registered for each in one.implementations), None)
    return {
        "op": one.name,
        "namespace": one.namespace,
        "overload": one.overload,
        "mechanism": one.mechanism,
        "how": one.how,
        "implementations": len(one.implementations),
        "dispatch": [key for key in dict.fromkeys(each.dispatch for each in one.implementations) if key],
        "targets": list(one.targets),
        "path": first.path if first else None,
        "line": first.line if first else None,
    }
