"""The group that every command hangs on: loads the one asked for, and turns what went wrong into an exit code.

The only catcher of ReaderError. A bug keeps its traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import click

from reader import __version__
from reader.cli import INTERRUPTED
from reader.cli.session import Session, shown
from reader.errors import ReaderError, near

# command -> module of this package: `reader next` pays for nothing that only `reader fetch` needs
MODULES = {
    "tour": "reading",
    "next": "reading",
    "back": "reading",
    "show": "reading",
    "mark": "recording",
    "status": "recording",
    "plan": "planning",
    "checkpoint": "planning",
    "quiz": "quizzing",
    "note": "notebook",
    "journal": "notebook",
    "diff": "comparing",
    "where": "finding",
    "outline": "finding",
    "find": "finding",
    "uses": "usages",
    "calls": "relations",
    "classes": "relations",
    "kernel": "kernels",
    "tests": "relations",
    "stats": "counting",
    "diagram": "drawing",
    "check": "content",
    "new": "drafting",
    "add": "drafting",
    "open": "editing",
    "breakpoints": "editing",
    "export": "exporting",
    "import": "importing",
    "fetch": "sources",
    "use": "sources",
    "completion": "completing",
}


def named(module_name: str, name: str) -> click.Command:
    """The command of this name that a module of this package holds."""
    module = import_module(f"reader.cli.{module_name}")
    for value in vars(module).values():
        if isinstance(value, click.Command) and value.name == name:
            return with_shared_options(value)
    raise LookupError(f"{module.__name__} has no command {name!r}")


class Kinds(click.Group):
    """A command with kinds, as `reader export html`: a wrong one is answered with those that there are."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if not args[0].startswith("-") and args[0] not in known:
            raise click.UsageError(f"There is no {ctx.info_name} {args[0]!r}; there is {', '.join(known)}", ctx)
        return super().resolve_command(ctx, args)


class LazyGroup(click.Group):
    """A command's module holds it as a click.Command of that name, whatever its function is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return named(MODULES[cmd_name], cmd_name) if cmd_name in MODULES else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not args[0].startswith("-") and args[0] not in MODULES:
            names = near(args[0], MODULES)
            hint = f"; did you mean {' or '.join(names)}?" if names else ""
            raise click.UsageError(f"There is no command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def main(  # type: ignore[override] # click's overloads on standalone_mode: this one always ends the process
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> None:
        """In place of click's own, which exits 1 on a closed pipe and on an interrupt."""
        name = prog_name or "reader"
        given = sys.argv[1:] if args is None else args
        if "_READER_COMPLETE" in os.environ:
            from reader.cli.completing import respond

            respond(self, os.environ["_READER_COMPLETE"], given)
        sys.exit(outcome(lambda: self._invoke(name, given)))

    def _invoke(self, name: str, args: Sequence[str]) -> None:
        with self.make_context(name, list(args)) as ctx:
            self.invoke(ctx)


def outcome(call: Callable[[], None]) -> int:
    """The exit code of a call whose reading goes to stdout and whose complaints go to stderr."""
    try:
        code = _exit_code(call)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except ReaderError as error:
        click.echo(f"reader: {shown(str(error))}", err=True)
        return error.exit_code
    except BrokenPipeError:
        _drop_stdout()
        return 0
    except OSError as error:
        if error.filename is not None:  # a file that some module should have answered for
            raise
        _drop_stdout()
        click.echo(f"reader: standard output: {error.strerror}", err=True)
        return 2
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED


def _exit_code(call: Callable[[], None]) -> int:
    try:
        call()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    return 0


def _drop_stdout() -> None:
    """What is still buffered has no reader; without this Python complains about it at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def shared_options() -> list[click.Option]:
    """What may be said before a command or after it. Made anew for each command: one keeps its callback."""
    return [
        click.Option(
            ["--checkout"], metavar="PATH|RELEASE", help="Read this checkout of vLLM, or this fetched release."
        ),
        click.Option(
            ["--any", "any_tree"],
            is_flag=True,
            help="Read any tree of Python, C++ or CUDA source, not only vLLM's.",
        ),
        click.Option(
            ["--color/--no-color"],
            default=None,
            help="Colours, whatever stdout is. NO_COLOR and FORCE_COLOR count.",
        ),
        click.Option(["--width"], type=click.IntRange(40, 400), help="Columns to draw in; else the terminal's."),
        click.Option(
            ["--no-pager"],
            is_flag=True,
            help="Write long output straight out. Else $PAGER shows it in a terminal.",
        ),
    ]


def with_shared_options(command: click.Command) -> click.Command:
    """`reader tour week3 --checkout DIR` is what one types first; it means what it means before the command."""
    if not any(option.name == "checkout" for option in command.params):
        for option in shared_options():
            option.expose_value = False
            option.callback = _also_after
            command.params.append(option)
    return command


def _also_after(ctx: click.Context, option: click.Parameter, value: object) -> None:
    if ctx.get_parameter_source(option.name or "") is click.core.ParameterSource.COMMANDLINE:
        ctx.find_object(Session).say_again(**{str(option.name): value})  # type: ignore[union-attr] # main made it


@click.group(
    cls=LazyGroup,
    params=shared_options(),
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Example:
  reader tour week3        open week 3 of the study plan
  reader next              turn the page

\b
Completion for your shell (bash, zsh or fish):
  eval "$(reader completion bash)\"""",
)
@click.version_option(__version__, prog_name="reader")
@click.pass_context
def main(ctx: click.Context, /, checkout: str | None, any_tree: bool, **drawing: Any) -> None:
    """A guided reading of vLLM's source.

    A tour lists files and symbols in a reading order; reader finds them in the release that you have on disk, shows
    them with notes, and records what was read. Without a command: where am I, and what is next.
    """
    ctx.obj = Session(checkout, any_tree, **drawing)
    ctx.call_on_close(ctx.obj.close)
    if ctx.invoked_subcommand is None:
        from reader.cli.reading import where_am_i

        where_am_i(ctx.obj)
