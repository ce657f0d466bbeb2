"""What every command works with: the checkout, the progress, and how output is written.

Owns the decisions that depend on the process (is stdout a terminal, which pager, colour or not) and the writing itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reader.surroundings import surroundings
from reader.value import frozen

if TYPE_CHECKING:
    from reader.checkout import Allowed, Checkout, Origin
    from reader.progress import Store
    from reader.terminal import Screen

TOLD = "trees"  # the setting that holds what `use --any` was told: real paths, one a line
PIPED = (100, 40)  # columns and rows, where no terminal says


@frozen
class Output:
    """How to draw on stdout. `links`: whether OSC 8 links may be written; `pager`: the command of one, or None."""

    color: bool
    width: int
    height: int
    tty: bool
    links: bool
    pager: str | None

    @classmethod
    def of_process(cls, color: bool | None = None, width: int | None = None, no_pager: bool = False) -> Output:
        tty = sys.stdout is not None and sys.stdout.isatty()
        columns, lines = _size()
        return cls(
            color=_color(tty) if color is None else color,
            width=width or columns,
            height=lines,
            tty=tty,
            links=tty and os.environ.get("TERM") not in ("dumb", "linux"),
            pager=_pager() if tty and not no_pager else None,
        )


def _size() -> tuple[int, int]:
    """COLUMNS and LINES first, then the terminal: as shutil has it, whose import costs 7 ms."""
    try:
        size = tuple(os.get_terminal_size(sys.__stdout__.fileno())) if sys.__stdout__ else PIPED
    except (OSError, ValueError):
        size = PIPED
    given = (os.environ.get("COLUMNS", ""), os.environ.get("LINES", ""))
    columns, lines = (
        int(text) if text.isdecimal() and int(text) else own for text, own in zip(given, size, strict=True)
    )
    return columns or PIPED[0], lines or PIPED[1]


def _color(tty: bool) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return tty and os.environ.get("TERM") != "dumb"


def _pager() -> str | None:
    """$PAGER, where an empty one and `cat` mean none; without it, less."""
    chosen = os.environ.get("PAGER")
    if chosen is not None:
        return None if chosen.strip() in ("", "cat") else chosen
    from shutil import which  # 7 ms, and only in a terminal

    return "less" if which("less") else None


class Session:
    """One command's run. Checkout and store are made when first asked for and kept until `close`."""

    def __init__(self, checkout: str | None = None, any_tree: bool = False, **drawing: Any) -> None:
        """`any_tree`: also one of another project than vLLM. `drawing`: what `Output.of_process` takes."""
        self._wanted = checkout
        self._any = any_tree
        self._drawing = drawing
        self.out = Output.of_process(**drawing)
        surroundings.set(self._roots, lambda said: self.say(f"reader: {said}"))

    def say_again(self, **options: Any) -> None:
        """Options given after the command, which count more than those before it. Only before the first use."""
        self._wanted = options.pop("checkout", self._wanted)
        self._any = options.pop("any_tree", self._any)
        self._drawing |= options
        self.out = Output.of_process(**self._drawing)

    @cached_property
    def _store(self) -> Store:
        from reader.progress import open_store

        return open_store()

    @cached_property
    def _checkout(self) -> Checkout:
        return self._choose(self._wanted, self._chosen())

    def store(self) -> Store:
        return self._store

    @property
    def wanted(self) -> str | None:
        """The checkout that an option named."""
        return self._wanted

    @property
    def any_tree(self) -> bool:
        """Whether `--any` was said."""
        return self._any

    @cached_property
    def allowed(self) -> Allowed:
        """Which trees of other projects may be opened here."""
        from reader.checkout import Allowed

        return Allowed(self._any, lambda: self.told)

    @cached_property
    def told(self) -> tuple[str, ...]:
        """A damaged progress file is no hindrance to a checkout of vLLM: what was told is then not known."""
        from reader.errors import ReaderError

        try:
            return tuple(filter(None, (self.store().setting(TOLD) or "").split("\n")))
        except ReaderError:
            return ()

    def tell(self, root: Path) -> None:
        """From now on this tree is opened without a word."""
        told = dict.fromkeys((*self.told, str(root)))
        self.store().set_setting(TOLD, "\n".join(told))
        self.__dict__.pop("told", None)

    def here(self) -> Path:
        return _here()

    def _roots(self) -> Iterator[Path]:
        """The working directory and those above it, then the checkout that somebody named: without opening it, which
        takes git 10 ms, and fetching nothing."""
        from reader.checkout import VARIABLE

        here = _here()
        yield from (here, *here.parents)
        named = os.environ.get(VARIABLE) or self._chosen() if self._wanted is None else self._wanted
        if named:
            with suppress(RuntimeError):  # ~somebody, and there is no such user
                place = Path(os.path.realpath(here / Path(named).expanduser()))
                yield place.parent if (place / "__init__.py").exists() else place

    def screen(self, checkout: Checkout | None = None) -> Screen:
        from reader.terminal import Screen  # 30 ms of rich, which no JSON needs

        linked = self.out.links and checkout is not None and checkout.on_disk
        return Screen(self.out.width, self.out.color, checkout.root if linked and checkout else None)

    def checkout(self) -> Checkout:
        """The one to read; fetches the home release when there is no other. Raises NoCheckout with the ways out."""
        return self._checkout

    def checkout_at_hand(self) -> Checkout | None:
        """The same, but None where one would have to be fetched: looking at progress should not wait for that."""
        if self._origin(self._wanted, self._chosen()) == "home" and _at_hand(_home_release()) is None:
            return None
        return self.checkout()

    def plans_release(self) -> str | None:
        """The release by which the tours of vLLM count their stops: None where no checkout of vLLM is at hand, and each
        then counts as in its home release."""
        checkout = self.checkout_at_hand()
        return None if checkout is None or checkout.foreign else checkout.release

    def checkout_of(self, wanted: str) -> Checkout:
        """Another one than that of this session, by its path or release. Raises NoCheckout."""
        from reader.checkout import named

        return named(wanted, _here(), _at_hand, "--release", "give another one, or leave it out", self.allowed)

    def close(self) -> None:
        if "_store" in vars(self):
            self._store.close()

    def _choose(self, wanted: str | None, chosen: str | None) -> Checkout:
        from reader.checkout import choose

        home = "" if chosen or self._origin(wanted) != "home" else _home_release()
        return choose(wanted, os.environ, _here(), chosen, home, self._fetch, _at_hand, self.allowed)

    def _origin(self, wanted: str | None, chosen: str | None = None) -> Origin:
        from reader.checkout import origin

        return origin(wanted, os.environ, _here(), chosen, self.allowed)

    def _chosen(self) -> str | None:
        """Asked for only where it counts: a damaged progress file is no hindrance to `--checkout`."""
        return self.store().setting("checkout") if self._origin(self._wanted) == "home" else None

    def _fetch(self, release: str) -> Path:
        from reader.cli.sources import fetch_release  # the network client, 200 ms

        return fetch_release(self, release)

    def write(self, *pieces: str) -> None:
        """The reading, to stdout: through the pager when it is taller than the terminal."""
        self.write_all(pieces)

    def write_all(self, pieces: Iterable[str]) -> None:
        """The same, piece by piece as they come, unless a pager has to know how tall they are together."""
        if self.out.pager:
            text = "".join(pieces)
            if text.count("\n") >= self.out.height and _paged(self.out.pager, text):
                return
            pieces = (text,)
        if sys.stdout is not None:  # None when the descriptor is closed
            for piece in pieces:
                sys.stdout.write(piece)

    def put(self, *pieces: str) -> None:
        """The same, never through the pager and seen at once: somebody is asked something."""
        if sys.stdout is not None:
            sys.stdout.write("".join(pieces))
            sys.stdout.flush()

    def write_json(self, rows: Iterable[Mapping[str, object]]) -> None:
        """One object a line; in ASCII, because not every control character would be escaped otherwise."""
        import json  # 3 ms

        self.write_all(f"{json.dumps(row)}\n" for row in rows)

    def say(self, text: str) -> None:
        """Anything that is not the reading, to stderr. It may name files and stops of strangers."""
        print(shown(text), file=sys.stderr)

    def progress(self, text: str) -> None:
        """What is being done, on one line of stderr that the next call replaces; only where somebody looks at it."""
        if sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            sys.stderr.write(f"\r{text}\x1b[K")
            sys.stderr.flush()

    def hint(self, text: str) -> None:
        """For a human at a terminal, dim: what they would do next. On one line where there is room."""
        if self.out.tty and sys.stdout is not None:
            text = in_lines(text, self.out.width)
            sys.stdout.write(f"\n\x1b[2m{text}\x1b[0m\n" if self.out.color else f"\n{text}\n")


def in_lines(hints: str, width: int) -> str:
    """Broken between two hints, never within one."""
    lines = [""]
    for hint in hints.split(" · "):
        longer = f"{lines[-1]} · {hint}" if lines[-1] else hint
        if len(longer) > width and lines[-1]:
            lines.append(hint)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:  # the working directory was deleted under us
        return Path("/")


def shown(text: str) -> str:
    """With whatever would steer a terminal made visible."""
    if text.replace("\n", "").isprintable():
        return text
    from reader.excerpt.visible import visible  # 45 ms with what it belongs to, and only for names of strangers

    return visible(text)


def _home_release() -> str:
    from reader.releases import HOME_RELEASE  # 4 ms, when nobody named a checkout only

    return HOME_RELEASE


def _at_hand(release: str) -> Path | None:
    from reader.releases import path_of

    return path_of(release)


def _paged(pager: str, text: str) -> bool:
    """False if the pager could not be started. $PAGER is a shell command line, as git and man take it."""
    import subprocess  # 12 ms, for long output in a terminal only

    sys.stdout.flush()
    environ = {"LESS": "FRX", **os.environ}
    process = subprocess.Popen(pager, shell=True, stdin=subprocess.PIPE, env=environ)
    assert process.stdin is not None
    try:
        with process.stdin as pipe:
            pipe.write(text.encode(sys.stdout.encoding, sys.stdout.errors or "strict"))
    except (BrokenPipeError, KeyboardInterrupt):  # left before the end, by `q` or by Ctrl-C
        pass
    while True:
        try:
            return process.wait() not in (126, 127)  # not executable, not found
        except KeyboardInterrupt:  # Ctrl-C is the pager's to answer as long as it runs
            continue
