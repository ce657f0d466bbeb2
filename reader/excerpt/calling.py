"""Where one stop's code calls the next one's: the call itself, found anew in this checkout."""

from __future__ import annotations

from reader import syntax
from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.excerpt.parts import CallSite
from reader.excerpt.visible import source_lines, visible
from reader.resolve import Site


def call_site(checkout: Checkout, caller: tuple[str, Site], site: Site) -> tuple[CallSite | None, str | None]:
    """The call and None, or None and why there is none to show. `caller` is the stop's id and where it is."""
    stop, at = caller
    if site.symbol is None or not site.found:
        return None, None
    if at.path is None or at.start is None or at.end is None:
        return None, f"stop {stop!r}, which calls this one, is {at.verdict} here"
    try:
        text = checkout.read(at.path).text
    except ReaderError as error:
        return None, f"stop {stop!r}, which calls this one, cannot be read: {error}"
    name = called_name(site)
    for call in syntax.calls(text, syntax.language_of(at.path), at.start, at.end):
        if call.name == name:
            return CallSite(stop, at.path, call.line, visible(source_lines(text)[call.line - 1])), None
    return None, f"no call of {name} in {at.path}:{at.start}-{at.end}, where stop {stop!r} is"


def called_name(site: Site) -> str:
    """A class is called by its own name, and so are `__init__` and `__call__` by that of their class."""
    parts = (site.symbol or "").replace("::", ".").split(".")
    if len(parts) > 1 and parts[-1] in ("__init__", "__new__", "__post_init__"):
        return parts[-2]
    return parts[-1]
