"""What somebody may ask for: an operation's name, or a ref of anything on its way. Says what was not found, and what
comes near."""

from __future__ import annotations

from reader.checkout import Checkout
from reader.errors import near
from reader.kernels import Path
from reader.kernels.paths import Finder
from reader.value import frozen


@frozen
class Answer:
    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def ask(checkout: Checkout, what: str, *, everywhere: bool = False) -> Answer:
    finder = Finder(checkout, everywhere=everywhere)
    paths = finder.paths(what)
    if paths:
        return Answer(paths)
    from reader.kernels.listing import names, operations

    nearest = near(what.rpartition("::")[2].rpartition(".")[2], names(operations(checkout)))
    told = f"; near names: {', '.join(nearest)}" if nearest else ""
    return Answer((), (f"there is no operation {what!r} in this checkout{told}",))
