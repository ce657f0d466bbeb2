"""Pictures: diagram."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from reader.checkout.tree import of_release
from reader.cli.group import Kinds, with_shared_options
from reader.cli.pointing import site_of
from reader.cli.session import Session

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.diagrams.graph import Graph
    from reader.resolve import Site

_PROBLEM = 1
_CALLED = ("function", "method", "class", "struct", "kernel", "macro")
_FORMATS = ("mermaid", "dot", "svg")
_BY_SUFFIX = {".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".mermaid": "mermaid"}


class _Kinds(Kinds):
    """What may be said before a command may be said after each kind too."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        return with_shared_options(found) if found else None


@click.group(
    cls=_Kinds,
    epilog="""\b
Example:
  reader diagram classes vllm/v1/core/sched/scheduler.py::Scheduler
  reader diagram calls vllm/v1/engine/core.py::EngineCore.step --down --output step.svg
  reader diagram kernel reshape_and_cache --format dot
  reader diagram lanes life-of-a-request --output life.svg""",
)
def diagram() -> None:
    """Draw what reader knows about the code: Mermaid, Graphviz DOT or SVG.

    Mermaid is what GitHub, GitLab and many editors draw from a ```mermaid block; the SVG needs no other program. A
    picture has forty boxes at most: what is far from what was asked for is folded, with a count.
    """


def _drawing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every kind has."""
    for option in reversed(
        [
            click.option(
                "--format", "form", type=click.Choice(_FORMATS), help="Else by the suffix of --output, else mermaid."
            ),
            click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file."),
            click.option(
                "--force", is_flag=True, help="Replace a file that reader did not write, or that was changed since."
            ),
            click.option("--json", "as_json", is_flag=True, help="The nodes and edges, one object a line."),
        ]
    ):
        command = option(command)
    return command


@diagram.command(
    epilog="\b\nExample:\n  reader diagram classes vllm/v1/worker/gpu_worker.py::Worker --output worker.svg"
)
@click.argument("ref")
@_drawing
@click.pass_obj
def classes(session: Session, /, ref: str, **how: Any) -> None:
    """What a class inherits from, and what inherits from it.

    REF is path::Class, or path::Class.method for the methods that stand in for one another.
    """
    from reader.diagrams.hierarchies import classes as graph_of  # 20 ms with the parsers
    from reader.resolve.sources import Sources

    checkout, site = _asked(session, ref)
    graph = graph_of(site, Sources(checkout))
    if graph is None:
        _refuse(session, f"{site.ref} is a {site.kind}: it has no bases; name a class, or a member of one")
    _draw(session, graph, **how)


@diagram.command(epilog="\b\nExample:\n  reader diagram calls vllm/v1/engine/core.py::EngineCore.step --depth 1 --down")
@click.argument("ref")
@click.option("--depth", type=click.IntRange(1, 6), default=1, show_default=True, help="Calls of calls, so far.")
@click.option("--up", is_flag=True, help="Callers only.")
@click.option("--down", is_flag=True, help="What it calls only.")
@_drawing
@click.pass_obj
def calls(session: Session, /, ref: str, depth: int, up: bool, down: bool, **how: Any) -> None:
    """Who calls a definition, on the left, and what it calls, on the right.

    What is only possible is dotted. Names in strings, messages and operations of torch are followed and named as such.
    """
    from reader.calls import calls as answer_of  # 30 ms with inference
    from reader.diagrams.calling import calls as graph_of

    checkout, site = _asked(session, ref)
    if site.kind not in _CALLED:
        _refuse(session, f"{site.ref} is a {site.kind}, which nobody calls")
    session.progress(f"following the calls of {site.symbol}")
    both = up == down
    answer = answer_of(checkout, str(site.path), str(site.symbol), depth=depth, up=up or both, down=down or both)
    session.progress("")
    _draw(session, graph_of(answer, checkout.edition), **how)


@diagram.command(epilog="\b\nExample:\n  reader diagram kernel reshape_and_cache --output cache.svg")
@click.argument("what", metavar="OP-or-REF")
@click.option("--all", "everywhere", is_flag=True, help="Calls in tests, benchmarks and tools too, not the code alone.")
@_drawing
@click.pass_obj
def kernel(session: Session, /, what: str, everywhere: bool, **how: Any) -> None:
    """The path of an operation, from the Python that calls it to the kernels that run.

    OP-or-REF is what `reader kernel` takes.
    """
    from reader.diagrams.operations import kernel as graph_of  # 40 ms with the kernels and the resolver
    from reader.kernels.asking import ask

    checkout = session.checkout()
    answer = ask(checkout, what, everywhere=everywhere)
    for note in answer.notes:
        session.say(note)
    if not answer.paths:
        click.get_current_context().exit(_PROBLEM)
    _draw(session, graph_of(answer.paths, checkout.edition), **how)


@diagram.command(epilog="\b\nExample:\n  reader diagram lanes week3 --output week3.svg")
@click.argument("tour")
@_drawing
@click.pass_obj
def lanes(session: Session, /, tour: str, **how: Any) -> None:
    """The data flow of a tour over its processes: calls, messages, and values that come back.

    TOUR is a tour's name, as for `reader tour`, or a .toml file.
    """
    from reader import library
    from reader.diagrams.tours import lanes as graph_of  # 30 ms with the resolver

    checkout = session.checkout()
    graph = graph_of(library.load(tour), checkout)
    if not graph.nodes:
        _refuse(session, f"no stop of {tour} is code that some process of {of_release(checkout.edition)} runs")
    _draw(session, graph, **how)


def _asked(session: Session, text: str) -> tuple[Checkout, Site]:
    """Where the ref leads; where to no definition, what could be found is told and the command ends."""
    checkout = session.checkout()
    site = site_of(session, checkout, text)
    if not site.found:
        session.say(session.screen(checkout).sites([site]).rstrip("\n"))
        click.get_current_context().exit(_PROBLEM)
    if site.symbol is None:
        listed = " of a file in it" if site.kind == "directory" else f", as `reader outline {site.path}` lists them"
        _refuse(session, f"{site.ref} is a {site.kind}; name a definition{listed}")
    if site.verdict != "exact":
        session.say(f"{site.ref} is {site.verdict}; drawn is {site.path}::{site.symbol}")
    return checkout, site


def _refuse(session: Session, text: str) -> NoReturn:
    session.say(text)
    click.get_current_context().exit(_PROBLEM)


def _by_suffix(output: Path | None) -> str:
    """A suffix that promises another kind of file is not written Mermaid under."""
    if output is None or not output.suffix:
        return "mermaid"
    chosen = _BY_SUFFIX.get(output.suffix.lower())
    if chosen is None:
        known = ", ".join(_BY_SUFFIX)
        raise click.UsageError(f"{output}: what {output.suffix} is to be is not known: use {known}, or say --format")
    return chosen


def _draw(session: Session, graph: Graph, *, form: str | None, output: Path | None, force: bool, as_json: bool) -> None:
    from reader.diagrams.folding import folded  # 10 ms, which a bad ref need not pay
    from reader.diagrams.graph import rows
    from reader.diagrams.writing import written

    graph = folded(graph)
    if as_json:
        session.write_json(rows(graph))
        return
    chosen = form or _by_suffix(output)
    if chosen == "svg" and output is None and session.out.tty:
        raise click.UsageError("an SVG is no reading for a terminal: name a file, as in --output picture.svg")
    text = written(graph, chosen)
    if output is None:
        session.write(text)
        session.hint("--output picture.svg draws it · --format dot is for Graphviz")
        return
    from reader.diagrams.files import save  # 4 ms of tempfile

    save(output, text, chosen, force=force)
    session.say(f"{output}: {len(graph.nodes)} boxes, {len(graph.edges)} lines")
