"""Questions about the code on the page: what uses it, what it calls, which tests exercise it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reader.errors import ReaderError

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.cli.session import Session
    from reader.resolve import Site

_CALLABLE = frozenset({"function", "method", "class", "struct", "kernel", "macro"})


def answers(session: Session, checkout: Checkout, site: Site, asked: dict[str, bool]) -> Iterator[str]:
    """To each question that is asked, drawn as the command of its name draws it. Nothing for code that is not in the
    checkout: its uses are gone with it."""
    if not any(asked.values()):
        return
    if not checkout.on_disk:
        session.say("reader: uses, calls and tests are looked for in a checkout on disk, not in a commit")
        return
    if site.path is None or site.kind == "directory" or site.verdict == "historic":
        session.say("reader: there is no definition here whose uses, calls or tests could be told")
        return
    for name, ask in {"uses": _uses, "calls": _calls, "tests": _tests}.items():
        if asked[name]:
            session.progress(f"looking for {name}")
            try:
                drawn = ask(session, checkout, site)
            except ReaderError as error:
                drawn = f"{error}\n"
            session.progress("")
            yield f"\n──── {name}\n{drawn}"


def _uses(session: Session, checkout: Checkout, site: Site) -> str:
    from reader import usages  # 20 ms with the grammar

    return session.screen(checkout).usages(usages.uses(checkout, site), site, whole=False)


def _calls(session: Session, checkout: Checkout, site: Site) -> str:
    if site.kind not in _CALLABLE or site.symbol is None:
        return f"{site.ref} is a {site.kind}, which nobody calls.\n"
    from reader.calls import calls  # 50 ms with inference

    known = calls(checkout, str(site.path), site.symbol, depth=1, up=True, down=True)
    return session.screen(checkout).calls(known, site, up=True, down=True, whole=False)


def _tests(session: Session, checkout: Checkout, site: Site) -> str:
    if site.symbol is None:
        return f"{site.ref} is a {site.kind}: tests are found for what it defines, see `reader outline {site.path}`.\n"
    from reader.exercises import tests  # 50 ms with inference

    known = tests(checkout, str(site.path), site.symbol, site.kind or "")
    return session.screen(checkout).tests(known, site, whole=False)
