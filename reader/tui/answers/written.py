"""What a name may mean that stands in no code: in a comment, a string, a document. Looked up, and never sure."""

from __future__ import annotations

from reader.errors import ReaderError
from reader.ref import Ref
from reader.tui.answers import naming
from reader.tui.answers.meaning import Meaning
from reader.tui.answers.naming import Name
from reader.tui.answers.values import Entry, Place, count
from reader.tui.answers.workshop import Workshop

_MOST = 20  # definitions of one name
_SUFFIXES = (".py", ".md", ".cu", ".cuh", ".cpp", ".h", ".hpp")


def meaning(workshop: Workshop, path: str, line: int, name: Name) -> Meaning:
    """A path or ref that is written out, else the definitions of a dotted name, else those of the name itself."""
    text = naming.written_at(workshop.line(path, line), name.column)
    return named(workshop, text if "." in text or "/" in text or "::" in text else name.text)


def named(workshop: Workshop, text: str) -> Meaning:
    plain = text.strip("`'\"").removesuffix("()")
    at = _place(workshop, plain) or module(workshop, plain)
    if at is not None:
        return Meaning(plain, (Entry(str(at.ref), at, note="as it is written here"),))
    return looked_up(workshop, plain, "by its name alone")


def _place(workshop: Workshop, written: str) -> Place | None:
    """Of a path in the checkout, with or without what it names there."""
    if "/" not in written and "::" not in written and not written.endswith(_SUFFIXES):
        return None
    try:
        ref = Ref.parse(written)
    except ReaderError:
        return None
    if not (workshop.checkout.has(ref.path) or workshop.checkout.is_directory(ref.path)):
        return None
    match = workshop.tools.sources.match(ref.path, ref.symbol) if ref.symbol else None
    if match is not None:
        return Place(ref.path, match.definition.line, match.definition.symbol)
    return Place(ref.path)


def module(workshop: Workshop, written: str) -> Place | None:
    """Of a dotted name from the root of the checkout: a module, or what one defines."""
    parts = written.split(".")
    if len(parts) < 2 or not all(map(str.isidentifier, parts)) or not workshop.checkout.is_directory(parts[0]):
        return None
    stem = "/".join(parts)
    whole = next((one for one in (f"{stem}.py", f"{stem}/__init__.py") if workshop.checkout.has(one)), None)
    if whole is not None:
        return Place(whole)
    found = workshop.tools.named.at(parts)
    return Place(found.path, found.line, found.symbol) if found is not None else None


def looked_up(workshop: Workshop, name: str, why: str) -> Meaning:
    """Every definition of the name, as `reader find` lists them."""
    from reader.lookup import find  # 20 ms with the scanner

    try:
        known = find(workshop.checkout, name, nearest=False)
    except ReaderError as error:
        return Meaning(name, notes=(str(error),))
    whole = [one for one in known.found if one.exact]
    if not whole and "." in name:
        return looked_up(workshop, name.rpartition(".")[2], why)
    entries = tuple(
        Entry(one.symbol, Place(one.path, one.line, one.symbol), one.kind, why, sure=False) for one in whole[:_MOST]
    )
    left = len(whole) - len(entries)
    notes = (
        (f"and {count(left, 'more definition')} of {name}, which the search over the checkout lists",) if left else ()
    )
    return Meaning(name, entries, notes=notes if whole else (f"nothing in this checkout defines {name}",))
