"""How one comes from another stop to this one: the call, or both ends of a message, found anew in this checkout."""

from __future__ import annotations

from collections.abc import Sequence

from reader import syntax
from reader.checkout import Checkout
from reader.errors import ReaderError
from reader.excerpt.parts import CallSite, Ends
from reader.excerpt.placing import line_of
from reader.excerpt.visible import source_lines, visible
from reader.resolve import Site
from reader.tour import Message
from reader.value import frozen


@frozen
class Way:
    """From which stop one comes, and where that is: it calls this one, or sends `message`, or with `back` is called
    by this one. `call` is a fragment of the line with the call, where the callee's own name does not stand there."""

    stop: str
    site: Site
    back: bool = False
    call: str | None = None
    message: Message | None = None


class _Lost(Exception):
    """There is nothing to show, and why."""


def way_here(checkout: Checkout, way: Way, site: Site) -> tuple[CallSite | Ends | None, str | None]:
    """The call or the message and None, or None and why there is none to show."""
    if site.symbol is None or not site.found:
        return None, None
    try:
        if way.message:
            return _ends(checkout, way, way.message, site), None
        return _call(checkout, way, site), None
    except _Lost as lost:
        return None, str(lost)


def _call(checkout: Checkout, way: Way, site: Site) -> CallSite:
    caller, callee = (site, way.site) if way.back else (way.site, site)
    path, text, lines, first = _body(checkout, way, caller)
    if way.call is not None:
        line = _line(way.call, path, lines, first)
    else:
        line = _named(called_name(callee), way, path, text, (first, first + len(lines) - 1))
    return CallSite(way.stop, path, line, lines[line - first], way.back)


def _named(name: str, way: Way, path: str, text: str, span: tuple[int, int]) -> int:
    for call in syntax.calls(text, syntax.language_of(path), *span):
        if call.name == name:
            return call.line
    place = f"{path}:{span[0]}-{span[1]}"
    raise _Lost(f"no call of {name} in {place}, where " + ("this stop is" if way.back else f"stop {way.stop!r} is"))


def _ends(checkout: Checkout, way: Way, message: Message, site: Site) -> Ends:
    path, _, lines, first = _body(checkout, way, way.site)
    here, _, own, own_first = _body(checkout, way, site)
    return Ends(
        way.stop,
        visible(message.over),
        path,
        _line(message.sent, path, lines, first),
        _line(message.received, here, own, own_first),
    )


def _body(checkout: Checkout, way: Way, at: Site) -> tuple[str, str, Sequence[str], int]:
    """Path, text of the file, and the lines of the definition with the number of the first."""
    if at.path is None or at.start is None or at.end is None:
        raise _Lost(f"stop {way.stop!r}, from which one comes here, is {at.verdict} here")
    try:
        text = checkout.read(at.path).text
    except ReaderError as error:
        raise _Lost(f"stop {way.stop!r}, from which one comes here, cannot be read: {error}") from error
    lines = source_lines(text)[at.start - 1 : at.end]
    return at.path, text, visible("\n".join(lines)).split("\n"), at.start


def _line(fragment: str, path: str, lines: Sequence[str], first: int) -> int:
    line, why = line_of(fragment, lines, first)
    if line is None:
        raise _Lost(f"{fragment!r} in {path}:{first}-{first + len(lines) - 1}: {why}")
    return line


def called_name(site: Site) -> str:
    """A class is called by its own name, and so are `__init__` and `__call__` by that of their class."""
    parts = (site.symbol or "").replace("::", ".").split(".")
    if len(parts) > 1 and parts[-1] in ("__init__", "__new__", "__post_init__"):
        return parts[-2]
    return parts[-1]
