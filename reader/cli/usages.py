"""Uses: every place that uses a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reader.cli.pointing import site_of
from reader.cli.session import Session

if TYPE_CHECKING:
    from reader.resolve import Site
    from reader.usages import Use

_PROBLEM = 1


@click.command(
    epilog="\b\nExample:\n"
    "  reader uses vllm/v1/engine/llm_engine.py::LLMEngine.step\n"
    "  reader uses vllm/config/vllm.py::VllmConfig --sure --json"
)
@click.argument("ref")
@click.option("--sure", "only_sure", is_flag=True, help="Leave out what may be a use but is not known to be one.")
@click.option("--all", "whole", is_flag=True, help="Leave nothing out, however many there are.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def uses(session: Session, ref: str, only_sure: bool, whole: bool, as_json: bool) -> None:
    """List every place that uses a definition: calls, imports, overrides and other references.

    REF is path::Qualified.name of a function, method, class, variable or field, in Python, C++ or CUDA, or a stop; of a
    Python file, it is the imports of it. Strings and comments do not count. What stands there is told from scopes,
    imports and types; a place where nothing tells whose member is meant is listed apart, as perhaps, with the reason.
    Exits 1 when REF leads nowhere.
    """
    checkout = session.checkout()
    site = site_of(session, checkout, ref)
    if not site.found:
        session.write(session.screen(checkout).sites([site]))
        click.get_current_context().exit(_PROBLEM)
    from reader import usages  # 20 ms with the grammar
    from reader.usages.order import refused

    if told := refused(str(site.path), site.symbol, site.kind):
        session.say(f"{ref} is {told}")
        click.get_current_context().exit(_PROBLEM)

    found = usages.uses(checkout, site)
    if only_sure:
        found = usages.Usages(found.sure, found.notes)
    if as_json:
        session.write_json(map(_row, found.found))
        return
    session.write(session.screen(checkout).usages(found, site, whole=whole))
    session.hint(_next(site))


def _next(site: Site) -> str:
    at = f"{site.path}::{site.symbol}" if site.symbol else str(site.path)
    return f"reader calls {at} · reader show {at}"


def _row(one: Use) -> dict[str, object]:
    return {
        "path": one.path,
        "line": one.line,
        "column": one.column,
        "kind": one.kind,
        "within": one.within,
        "sure": one.sure,
        "why": one.why,
        "text": one.text,
    }
