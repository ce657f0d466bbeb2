"""Towards other programs: open, breakpoints."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader import guide, library
from reader.cli.reading import stop_or_ref, tour_names
from reader.cli.session import Session
from reader.errors import ReaderError
from reader.reading import Readings
from reader.resolve import Site, resolve

if TYPE_CHECKING:
    from reader.checkout import Checkout

_PROBLEM = 1


@click.command(
    "open",
    epilog="""\b
Example:
  reader open week3:engine-step
  reader open vllm/v1/engine/core.py::EngineCore.step --editor-command 'code --goto {file}:{line}'
  reader open engine-step --editor-command nvim --remember""",
)
@click.argument("what", metavar="[STOP-or-REF]", required=False)
@click.option(
    "--editor-command", "editor", metavar="COMMAND", help="Another editor, or how it takes {file} and {line}."
)
@click.option("--remember", is_flag=True, help="Use this editor from now on; without --editor-command forget it.")
@click.option("--print", "printing", is_flag=True, help="Print the command; start nothing.")
@click.pass_obj
def open_(session: Session, what: str | None, editor: str | None, remember: bool, printing: bool) -> None:
    """Open a stop, or any ref, in your editor, at its line; without an argument the stop where you are.

    The editor is that of --editor-command, or what was remembered, $VISUAL or $EDITOR. Vim, Neovim, Emacs, nano, micro,
    Kakoune, Helix, VS Code and its kin, Cursor, Zed, Sublime Text, PyCharm and others are known by name; for any other
    write {file}, {line} and, if you like, {column} where they belong. No shell is involved.
    """
    from reader import editors  # 10 ms, which `breakpoints` need not pay

    setting = None if editor or remember else session.store().setting(editors.SETTING)
    text = editors.chosen(os.environ, setting, editor)
    checkout = session.checkout()
    site = _site(session, checkout, what)
    command = editors.command(text, checkout.root / str(site.path), site.line)
    if remember:
        session.store().set_setting(editors.SETTING, editor)
    if (site.line or 1) > 1 and not command.at_line:
        session.say(
            f"reader: how {command.name} takes a line is not known: the file opens without it, {site.line}; say how "
            "with --editor-command 'ed {file} {line}'"
        )
    if printing:
        import shlex

        session.write(f"{shlex.join(command.argv)}\n")
        return
    editors.run(command)


@click.command(
    epilog="\b\nExample:\n  reader breakpoints week3 > .pdbrc\n"
    "  reader breakpoints week3 --format vscode > .vscode/launch.json"
)
@click.argument("tour", shell_complete=tour_names)
@click.option("--format", "form", type=click.Choice(["pdb", "vscode"]), default="pdb", show_default=True)
@click.option("--installed", is_flag=True, help="Paths as Python finds them: for an installed vLLM of this release.")
@click.option("--json", "as_json", is_flag=True, help="One object a line: a breakpoint.")
@click.pass_obj
def breakpoints(session: Session, tour: str, form: str, installed: bool, as_json: bool) -> None:
    """Write a tour's stops as breakpoints to standard output: a .pdbrc for pdb, or a launch configuration for VS Code.

    A breakpoint stands on the first line of a stop's function where Python can stop. C++ and CUDA, documents and what
    this release does not have are left out, with the reason. What must be set so that vLLM's engine runs where the
    debugger is, is said in the comments, after a look at this release.
    """
    from reader.breakpoints import breakpoints as found_in  # 5 ms, which `open` need not pay
    from reader.breakpoints import writing

    checkout = session.checkout()
    found = found_in(library.load(tour), checkout)
    root = None if installed or not checkout.on_disk or _is_fetched(checkout) else checkout.root
    if as_json:
        session.write_json(
            {"path": one.path, "line": one.line, "function": one.function, "title": one.title, "lane": one.lane}
            for one in found.points
        )
    else:
        session.write(writing.pdbrc(found, root) if form == "pdb" else writing.launch(found, root))
    if not found.points:
        session.say(f"reader: no stop of {tour} is Python code that a debugger could stop in")
        click.get_current_context().exit(_PROBLEM)


def _site(session: Session, checkout: Checkout, what: str | None) -> Site:
    """Where it is on disk. What is nowhere is told, and the command ends."""
    wanted = _where_one_is(session, checkout) if what is None else stop_or_ref(what, session, checkout)
    if isinstance(wanted, guide.Named | guide.Place):
        site = Readings(checkout).stop(wanted.tour, wanted.tour.stop(wanted.stop.id)).site
    else:
        site = resolve(checkout, wanted)
    if not checkout.on_disk:
        raise ReaderError(f"{checkout.named} is read from git's own objects: there is no file to open")
    if site.path is None:
        session.say(session.screen(checkout).sites([site]).rstrip("\n"))
        click.get_current_context().exit(_PROBLEM)
    if site.verdict != "exact":
        session.say(f"reader: {site.ref} is {site.verdict}; opened is {site.path}")
    return site


def _where_one_is(session: Session, checkout: Checkout) -> guide.Place:
    place = guide.place(checkout.release, session.store())
    if place is None:
        raise ReaderError("no tour is open yet: name a stop or a ref, or open one; `reader tour` lists them all")
    return place


def _is_fetched(checkout: Checkout) -> bool:
    """Nobody runs the code in there."""
    from reader import directories

    return Path(os.path.realpath(directories.cache())) in checkout.root.parents
