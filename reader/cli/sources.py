"""`reader fetch` and `reader use`: getting a release, and choosing the checkout that is read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from reader import releases
from reader.checkout import Allowed, Checkout, named, origin
from reader.errors import FetchFailed
from reader.releases.room import held, said

if TYPE_CHECKING:
    from reader.cli.session import Session

SETTING = "checkout"

_WHY = {
    "option": "given with --checkout",
    "environment": "named by READER_CHECKOUT",
    "here": "the working directory lies in it",
    "chosen": "chosen with `reader use`",
    "home": "the home release of the tours, since nothing was chosen",
}


class _Progress:
    """How far a fetch is, on one line of stderr, and only where somebody looks at it."""

    def __init__(self, stack: ExitStack, label: str, stream: TextIO) -> None:
        self._stack, self._label, self._stream = stack, label, stream
        self._bar: Any = None  # click does not export the type
        self._done = 0

    def received(self, done: int, total: int | None) -> None:
        if total is None:
            self._redraw(f"{self._label}: {done / 1e6:.1f} MB")
            return
        if self._bar is None:
            bar = click.progressbar(length=total, label=self._label, file=self._stream)
            self._bar = self._stack.enter_context(bar)
        self._bar.update(done - self._done)
        self._done = done

    def unpacked(self, files: int) -> None:
        if files == 1:
            self._stack.close()  # ends the bar's line
        if files % 250 == 0:
            self._redraw(f"unpacking: {files:,} files")

    def _redraw(self, text: str) -> None:
        self._stream.write(f"\r{text}\x1b[K")
        self._stream.flush()


@contextmanager
def _progress(label: str) -> Iterator[dict[str, Any]]:
    """The callbacks for `releases.fetch`; none where stderr is no terminal."""
    stream = sys.stderr
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        yield {}
        return
    with ExitStack() as stack:
        progress = _Progress(stack, label, stream)
        try:
            yield {"report": progress.received, "unpacked": progress.unpacked}
        finally:
            stack.close()
            stream.write("\r\x1b[K")
            stream.flush()


def fetch_release(session: Session, release: str, yanked: bool = False) -> Path:
    """Fetches with a progress bar on stderr, or finds at hand in silence. Raises FetchFailed."""
    if root := releases.path_of(release):
        return root
    releases.checked(release)
    label = f"fetching vLLM {release}"
    with _progress(label) as callbacks:
        if not callbacks:
            session.say(f"{label} ...")
        return releases.fetch(release, warn=session.say, yanked=yanked, **callbacks)


@click.command(
    "fetch",
    epilog="""\b
Example:
  reader fetch 0.33.0          get the source of vLLM 0.33.0
  reader fetch --list          see what there is
  reader fetch --remove 0.9.2  delete a fetched release
  reader fetch --limit 4GB     how much room fetched releases may take
  reader use 0.33.0            and read it from now on""",
)
@click.argument("release", required=False)
@click.option("--list", "listing", is_flag=True, help="Show what the index has and what is at hand, newest first.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.option("--remove", is_flag=True, help="Delete the fetched RELEASE; never the one that is read.")
@click.option("--limit", metavar="SIZE", help="Say how much room fetched releases may take together, e.g. 4GB.")
@click.option("--tidy", is_flag=True, help="Delete what was fetched first until the rest keeps within the limit.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
@click.option("--yanked", is_flag=True, help="Take a release also if it was withdrawn.")
@click.pass_context
def fetch(
    ctx: click.Context, /, release: str | None, listing: bool, as_json: bool, yanked: bool, **keeping: Any
) -> None:
    """Fetch the source archive of a release, from the package index that pip is configured for.

    Prints the directory it is in. Without RELEASE: the one that the tours were written against. It is verified and
    unpacked, never built, never run.

    Fetched releases stay until they are removed. When they take more room than --limit says (2 GB at first), fetching
    says so; nothing is deleted without a word, and never the release that is read.
    """
    session: Session = ctx.obj
    if any(keeping.values()):
        from reader.cli.keeping import keep

        keep(session, release, **keeping)
        return
    if listing:
        _list(session, as_json)
        return
    wanted = release or releases.HOME_RELEASE
    root = fetch_release(session, wanted, yanked)
    if as_json:
        session.write_json([{"release": root.name, "path": str(root)}])
    else:
        session.write(f"{root}\n")
    from reader.cli.keeping import warn_of_room

    warn_of_room(session)
    session.hint(f"Next: `reader use {root.name}` reads it from now on, `reader tour week3` opens a tour.")


def _list(session: Session, as_json: bool) -> None:
    here = releases.at_hand()
    failure = None
    try:
        offered = releases.available(warn=session.say)
    except FetchFailed as error:
        offered, failure = (), error
    rows = _rows(offered, here)
    if as_json:
        session.write_json(rows)
    else:
        session.write(*(_line(row) for row in rows))
        session.say(_room(session))
    if failure:
        raise failure
    if not as_json:
        session.hint("Next: `reader fetch RELEASE` gets one, `reader use RELEASE` reads it from now on.")


def _room(session: Session) -> str:
    from reader.cli.keeping import limit_of

    return f"Fetched releases take {said(sum(one.size for one in held()))} of {said(limit_of(session))}."


def _rows(offered: tuple[releases.Available, ...], here: tuple[str, ...]) -> list[dict[str, Any]]:
    """Newest first; a release at hand that the index does not have comes too."""
    by_name = {one.version: one for one in offered}
    sizes = {one.release: one.size for one in held()}
    rows = []
    for version in reversed(releases.in_order((*by_name, *here))):
        one = by_name.get(version)
        rows.append(
            {
                "release": version,
                "at_hand": str(releases.path_of(version)) if version in here else None,
                "home": version == releases.HOME_RELEASE,
                "filename": one.filename if one else None,
                "size": one.size if one else None,
                "yanked": one.yanked if one else None,
                "size_at_hand": sizes.get(version),
            }
        )
    return rows


def _line(row: dict[str, Any]) -> str:
    words = []
    if row["at_hand"]:
        words.append(f"at hand, {said(row['size_at_hand'] or 0)}")
    if row["home"]:
        words.append("home of the tours")
    if row["yanked"] is not None:
        reason = "".join(c if c.isprintable() else " " for c in row["yanked"])
        words.append(f"withdrawn: {reason}")
    mark = "*" if row["at_hand"] else " "
    return f"{mark} {row['release']:<12} {', '.join(words)}".rstrip() + "\n"


@click.command(
    "use",
    epilog="""\b
Example:
  reader use ~/src/vllm        read that clone from now on
  reader use 0.33.0            read that fetched release from now on
  reader use --any ~/src/flash-attention   read the source of another project
  reader use                   which checkout is read, and why""",
)
@click.argument("target", metavar="PATH|RELEASE", required=False)
@click.option("--forget", is_flag=True, help="Drop the choice; the home release is read again.")
@click.pass_context
def use(context: click.Context, target: str | None, forget: bool) -> None:
    """Choose the checkout to read: a clone, an unpacked source archive, site-packages, or a fetched release.

    --checkout, READER_CHECKOUT, and a checkout around the working directory go before it. Without PATH: shows which
    one is read, and why. With --any PATH may be any tree of Python, C++ or CUDA source; reader remembers that, and
    opens it from then on without --any, also as the working directory.
    """
    session: Session = context.obj
    if target and forget:
        raise click.UsageError("either choose one or forget the choice", context)
    option = context.find_root().params.get("checkout")
    if forget:
        session.store().set_setting(SETTING, None)
        session.say("The choice is dropped.")
    elif target is not None:
        _choose(session, target)
    else:
        _show(session, option)
        return
    _overruled(session, option)


def _choose(session: Session, target: str) -> None:
    remedy = "name another directory or release"
    checkout = named(target, session.here(), releases.path_of, "`reader use`", remedy, session.allowed)
    if checkout.foreign:
        session.tell(checkout.root)
    fetched = checkout.root.parent == Path(os.path.realpath(releases.cache_dir()))
    session.store().set_setting(SETTING, checkout.root.name if fetched else str(checkout.root))
    session.write(f"{_described(checkout)}\n")
    _say_hints(session, checkout)
    opens = "`reader find NAME` asks for a definition" if checkout.foreign else "`reader tour week3` opens a tour"
    session.hint(f"Next: {opens}; `reader use --forget` takes the choice back.")


def _show(session: Session, option: str | None) -> None:
    why = _WHY[origin(option, os.environ, session.here(), session.store().setting(SETTING), session.allowed)]
    checkout = session.checkout_at_hand()
    if checkout is None:
        home = releases.HOME_RELEASE
        session.write(f"nothing yet: vLLM {home}, {_WHY['home']}, will be fetched when it is first read\n")
        session.hint("Next: `reader fetch` gets it now, `reader use PATH` chooses a checkout of your own.")
        return
    session.write(f"{_described(checkout)}\n{why}\n")
    _say_hints(session, checkout)
    session.hint("Next: `reader use PATH` chooses another one, `reader tour week3` opens a tour.")


def _overruled(session: Session, option: str | None) -> None:
    """A choice that has no effect at this place is worth a word. `--any` was said of the choice, not of this place."""
    allowed = Allowed(told=lambda: session.told)
    why = origin(option, os.environ, session.here(), session.store().setting(SETTING), allowed)
    if why in ("option", "environment", "here"):
        session.say(f"Note: here and now another checkout is read, {_WHY[why]}.")


def _described(checkout: Checkout) -> str:
    return f"{checkout.project} {checkout.release} ({checkout.kind}) in {checkout.root}"


def _say_hints(session: Session, checkout: Checkout) -> None:
    for hint in checkout.hints:
        session.say(f"Note: {hint}.")
