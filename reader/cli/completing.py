"""What could stand next on a command line: tours, stops, places of the checkout, releases, files.

Asked by the scripts of `shells` each time somebody presses Tab, so it looks at little: one folder, one file, one tour.
It fetches nothing, writes nothing, and where something is wrong it knows nothing and says nothing. Which candidates a
parameter takes is told by its metavar, the word that its help shows.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NoReturn

import click
from click.shell_completion import _resolve_context, _resolve_incomplete

from reader import library
from reader.cli import shells
from reader.cli.session import Session

Candidate = tuple[str, str]  # a whole word, and what to say of it
Find = Callable[[click.Context, Session, str], Iterable[Candidate]]

VARIABLE = "_READER_COMPLETE"
_MOST = 500
_PROSE = (".md", ".rst", ".txt")


@click.command(
    epilog="""\b
Example:
  eval "$(reader completion bash)"      in ~/.bashrc
  eval "$(reader completion zsh)"       in ~/.zshrc, after compinit if it is there
  reader completion fish | source       in ~/.config/fish/config.fish"""
)
@click.argument("shell", type=click.Choice(shells.NAMES))
@click.pass_obj
def completion(session: Session, shell: str) -> None:
    """Print what teaches your shell to complete the names of tours, stops, files, symbols and releases.

    One line in the file that your shell starts with does it for good.
    """
    session.write(shells.script(shell))


def respond(main: click.Group, instruction: str, words: Sequence[str]) -> NoReturn:
    """The answer to a script's question, or with `bash_source` the script itself; ends the process. `words` are those
    up to the cursor without the program's; for bash the line as it stands, and what breaks words in it."""
    shell, _, action = instruction.partition("_")
    if shell not in shells.NAMES:
        raise SystemExit(1)
    if action == "source":
        click.echo(shells.script(shell), nl=False)
        raise SystemExit(0)
    with suppress(Exception, KeyboardInterrupt):  # a prompt is no place for complaints
        asked = shells.asked(shell, words)
        found = candidates(main, asked.words, asked.incomplete)
        click.echo(shells.answer(shell, found, asked).encode("utf-8", "surrogateescape"), nl=False)
    raise SystemExit(0)


def candidates(main: click.Group, words: Sequence[str], incomplete: str) -> list[Candidate]:
    from reader import cachefile

    cachefile.keeping = False
    session = Session()
    try:
        ctx = _resolve_context(main, {"obj": session}, "reader", list(words))
        asked, rest = _resolve_incomplete(ctx, list(words), incomplete)
        lead = incomplete[: len(incomplete) - len(rest)]  # `--checkout=`, where the value is what is asked for
        found = islice((one for one in _found(ctx, asked, rest, session) if one[0].startswith(rest)), _MOST)
        return [(lead + value, said) for value, said in found]
    finally:
        session.close()


def _found(
    ctx: click.Context, asked: click.Command | click.Parameter, incomplete: str, session: Session
) -> Iterable[Candidate]:
    if isinstance(asked, click.Parameter) and (find := _finder(ctx.command, asked)) is not None:
        given = ctx.find_root().params  # what stands before the command; what stands after it has said so itself
        if session.wanted is None and given.get("checkout"):
            session.say_again(checkout=given["checkout"])
        if given.get("any_tree"):
            session.say_again(any_tree=True)
        return find(ctx, session, incomplete)
    if isinstance(asked, click.Group):  # click would load every command for what its help says: 200 ms
        names = [] if incomplete.startswith("-") else [(name, "") for name in asked.list_commands(ctx)]
        items = click.Command.shell_complete(asked, ctx, incomplete)
        return [*names, *((item.value, item.help or "") for item in items)]
    return [(item.value, item.help or "") for item in asked.shell_complete(ctx, incomplete)]


def _finder(command: click.Command, param: click.Parameter) -> Find | None:
    if isinstance(param.type, click.Path):
        return _files
    if not isinstance(param.type, click.types.StringParamType) or (isinstance(param, click.Option) and param.is_flag):
        return None
    shown = param.metavar or (param.name if isinstance(param, click.Argument) else "") or ""
    words = frozenset(re.findall(r"[A-Z]+", shown.upper()))
    if command.name in ("tour", "quiz") and param.name == "name":
        return _tours
    if command.name == "add" and param.name == "after":
        return _ids
    for word, find in _FINDERS.items():
        if word <= words:
            return find
    return None


def _tours(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    if incomplete.startswith((".", "/", "~")):
        yield from _files(ctx, session, incomplete, ".toml")
    for name in library.names():
        yield name, ""


def _stops(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    """Of the tour that is open, and of the one that is named before a colon."""
    name, colon, _ = incomplete.partition(":")
    if colon:
        tour = library.load(name)
        yield from ((f"{name}:{stop.id}", stop.title) for stop in tour.stops)
        return
    with suppress(Exception):
        position = session.store().position()
        if position is not None:
            yield from ((stop.id, stop.title) for stop in library.reload(position.source).stops)
    yield from ((f"{name}:", "") for name in library.names())


def _ids(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    """Of the tour that another option names."""
    if name := ctx.params.get("name"):
        yield from ((stop.id, stop.title) for stop in library.load(name).stops)


def _refs(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    path, colons, _ = incomplete.partition("::")
    yield from _symbols(session, path, incomplete) if colons else _places(session, incomplete, opens=True)


def _stops_or_refs(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    if "::" in incomplete or "/" in incomplete:
        yield from _refs(ctx, session, incomplete)
        return
    yield from _stops(ctx, session, incomplete)
    if ":" not in incomplete:
        yield from _refs(ctx, session, incomplete)


def _stops_or_files(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    if "/" not in incomplete:
        yield from _stops(ctx, session, incomplete)
    if ":" not in incomplete:
        yield from _places(session, incomplete)


def _paths(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    yield from _places(session, incomplete)


def _folders(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    yield from ((path, said) for path, said in _places(session, incomplete) if path.endswith("/"))


def _places(session: Session, incomplete: str, *, opens: bool = False) -> Iterator[Candidate]:
    """Of one folder. With `opens`, the one file that is left is offered with its colons too."""
    checkout = session.checkout_at_hand()
    if checkout is None:
        return
    folder = incomplete[: incomplete.rfind("/") + 1]
    found = [path for name in checkout.entries(folder) if (path := folder + name).startswith(incomplete)]
    if len(found) == 1 and opens and not found[0].endswith(("/", *_PROSE)):
        found += [f"{found[0]}::"]
    yield from ((path, "") for path in found)


def _symbols(session: Session, path: str, incomplete: str) -> Iterator[Candidate]:
    """One level at a time: what the file defines, then what the class defines that is named."""
    from reader import syntax

    checkout = session.checkout_at_hand()
    if checkout is None:
        return
    language = syntax.language_of(path)
    known = [one for one in syntax.definitions(checkout.read(path).text, language) if not one.stub]
    if language == "markdown":
        yield from ((f"{path}::{one.symbol}", "") for one in known)
        return
    by_name = {f"{path}::{one.symbol}": one.kind for one in known}
    if language != "python":  # namespaces may be left out
        by_name |= {f"{path}::{one.name}": one.kind for one in known}
    mark = "." if language == "python" else "::"
    here = [name for name in by_name if name.startswith(incomplete)]
    near = {name for name in here if mark not in name[len(incomplete) :]}
    for name in sorted(near):
        yield name, by_name[name]
    if len(near) == 1 and any(name.startswith(f"{next(iter(near))}{mark}") for name in by_name):
        yield f"{next(iter(near))}{mark}", "its members"


def _releases(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    """Those that were fetched."""
    from reader import releases

    yield from ((release, "fetched") for release in releases.at_hand())


def _checkouts(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    yield from _releases(ctx, session, incomplete)
    yield from ((path, said) for path, said in _files(ctx, session, incomplete) if path.endswith("/"))


def _items(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    plan = library.plan()
    yield from ((f"week{week.number}", week.title) for week in plan.weeks)


def _checks(ctx: click.Context, session: Session, incomplete: str) -> Iterator[Candidate]:
    plan = library.plan()
    yield from ((f"phase{phase.number}", phase.title) for phase in plan.phases)


def _files(ctx: click.Context, session: Session, incomplete: str, suffix: str = "") -> Iterator[Candidate]:
    """Of the file system: what lies in the folder that is named so far, hidden ones where they are asked for."""
    folder, slash, begun = incomplete.rpartition("/")
    try:
        with os.scandir(Path(f"{folder}{slash}").expanduser() if slash else ".") as found:
            for one in sorted(found, key=lambda entry: entry.name):
                if one.name.startswith(begun) and (begun or one.name[0] != ".") and one.name.isprintable():
                    if one.is_dir():
                        yield f"{folder}{slash}{one.name}/", ""
                    elif one.name.endswith(suffix):
                        yield f"{folder}{slash}{one.name}", ""
    except (OSError, RuntimeError):
        return


# By words of a metavar; the first that are all there.
_FINDERS: dict[frozenset[str], Find] = {
    frozenset(key.split()): find
    for key, find in {
        "STOP REF": _stops_or_refs,
        "OP REF": _refs,
        "FILE STOP": _stops_or_files,
        "STOP": _stops,
        "REF": _refs,
        "REFS": _refs,
        "PATH RELEASE": _checkouts,
        "RELEASE": _releases,
        "A": _checkouts,
        "B": _checkouts,
        "TOUR": _tours,
        "TOURS": _tours,
        "WEEK": _items,
        "PHASE": _checks,
        "PATH": _paths,
        "DIR": _folders,
    }.items()
}
