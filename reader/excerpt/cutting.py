"""From a site and notes to the excerpt: the one function that opens the file and puts the parts together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import get_args

from reader import syntax
from reader.checkout import Checkout
from reader.excerpt import folding
from reader.excerpt.calling import Way, way_here
from reader.excerpt.folding import Span
from reader.excerpt.labels import label_of_rest
from reader.excerpt.parts import CallSite, Claims, Ends, Excerpt, Outlined, PlacedNote
from reader.excerpt.placing import placed
from reader.excerpt.visible import bounded, source_lines, visible
from reader.resolve import Site
from reader.syntax import Block, Definition, Language
from reader.tour import Note

LONG = 120  # lines from which a function has an outline before it
_OUTLINED = 36  # entries of an outline, at most
_LARGE = 100  # lines of a block whose own blocks stand in the outline too
_BODIES = frozenset({"function", "method", "kernel", "macro"})
_HOLDERS = frozenset({"class", "struct", "union", "namespace"})


def excerpt_of(
    checkout: Checkout,
    site: Site,
    notes: Sequence[Note],
    *,
    way: Way | None = None,
    full: bool = False,
) -> Excerpt:
    """`way` is how one comes here from another stop. Raises Unreadable where the file cannot be."""
    come, problem = way_here(checkout, way, site) if way else (None, None)
    if site.path is None:
        excerpt = Excerpt(site, "nothing", "text", notes=placed(notes, (), 1))
    elif site.kind == "directory":
        from reader.excerpt.listing import entries  # 3 ms of regular expressions

        listed = entries(checkout, site.path)
        excerpt = Excerpt(site, "directory", "text", notes=placed(notes, (), 1), entries=listed)
    else:
        excerpt = _of_text(checkout, site, site.path, notes, _arrival(come), full)
    call, ends = (None, come) if isinstance(come, Ends) else (come, None)
    return replace(excerpt, call_site=call, ends=ends, call_problem=problem)


def _arrival(come: CallSite | Ends | None) -> tuple[int, ...]:
    """The line of this stop where one comes in, which is shown as a line with a note is."""
    if isinstance(come, Ends):
        return (come.received,)
    return (come.line,) if come is not None and come.back else ()


def _of_text(
    checkout: Checkout, site: Site, path: str, notes: Sequence[Note], shown: tuple[int, ...], full: bool
) -> Excerpt:
    source = checkout.read(path)
    language = syntax.language_of(path)
    every = source_lines(source.text)
    first = max(site.start or 1, 1)
    last = min(site.end or len(every), len(every))
    if first > last:
        return Excerpt(site, "nothing", language, notes=placed(notes, (), 1), warnings=source.warnings)
    text = "\n".join(every[first - 1 : last])
    lines = tuple(visible(text).split("\n"))
    put = placed(notes, lines, first)
    lines = tuple(map(bounded, lines))
    span = _span(site, source.text, language, first, lines, all(note.line is None for note in put))
    keep = folding.kept(span, (*(note.line for note in put if note.line is not None), *shown), full)
    return Excerpt(
        site=site,
        form="document" if language == "markdown" else "code",
        language=language,
        rows=folding.rows(span, keep, _by_line(put)),
        notes=put,
        outline=tuple(_outline(span, keep)) if site.kind in _BODIES and len(lines) > LONG else (),
        text=text,
        lines=lines,
        warnings=(*source.warnings, *_doubts(source.text, language)),
        claims=_claims(checkout, path, lines, first) if language == "markdown" else None,
    )


def _claims(checkout: Checkout, path: str, lines: Sequence[str], first: int) -> Claims | None:
    from reader.excerpt.claims import claims_of  # 5 ms, for documents only

    return claims_of(checkout, path, lines, first)


def _doubts(text: str, language: Language) -> tuple[str, ...]:
    whole = syntax.parses(text, language)
    return () if whole else ("it does not parse: where a definition ends is told by its indentation",)


def _by_line(notes: Iterable[PlacedNote]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for note in notes:
        if note.line is not None:
            found[note.line] = (*found.get(note.line, ()), note.number)
    return found


def _span(site: Site, text: str, language: Language, first: int, lines: Sequence[str], bare: bool) -> Span:
    """`bare`: no note is placed in it."""
    last = first + len(lines) - 1
    blocks = _sane(syntax.blocks(text, language, first, last), first, last)
    if site.symbol and len(blocks) == 1 and (blocks[0].first, blocks[0].last) == (first, last):
        blocks = blocks[0].children  # the definition is the whole file, and so its own only block
    holds, is_file = site.kind in _HOLDERS, site.kind == "file"
    return Span(
        first=first,
        lines=lines,
        head=_head(site, text, language, first, last),
        blocks=blocks or tuple(_paragraphs(lines, first)),
        members=folding.MEMBERS if holds or (is_file and bare) else folding.BUDGET if is_file else 0,
        deeper=0 if holds else 1 if is_file else folding.DEEPEST,
        prose=language == "markdown",
    )


def _head(site: Site, text: str, language: Language, first: int, last: int) -> int:
    """The last line of the signature; the line before the first where the site is no definition."""
    kind = next((known for known in get_args(syntax.Kind) if known == site.kind), None)
    if kind is None or site.symbol is None:
        return first - 1
    definition = Definition(site.symbol, kind, site.line or first, first, last)
    return min(max(syntax.signature_end(text, language, definition), site.line or first), last)


def _sane(blocks: Iterable[Block], first: int, last: int) -> tuple[Block, ...]:
    """Only what lies in the span, in order and apart: folding builds on that."""
    kept: list[Block] = []
    for block in blocks:
        if first <= block.first <= block.last <= last:
            children = _sane(block.children, block.first, block.last)
            kept.append(block if children == block.children else replace(block, children=children))
            first = block.last + 1
    return tuple(kept)


def _paragraphs(lines: Sequence[str], first: int) -> Iterator[Block]:
    """Of a text without known syntax: what stands between blank lines."""
    start: int | None = None
    for number, line in enumerate([*lines, ""], first):
        if line.strip():
            start = number if start is None else start
        elif start is not None:
            yield Block(start, number - 1, label_of_rest(lines[start - first : number - first]), 0)
            start = None


def _outline(span: Span, keep: frozenset[int]) -> Iterator[Outlined]:
    shallow = [(block, 0) for block in span.blocks if not block.docstring]
    deep = [each for block, _ in shallow for each in ((block, 0), *((child, 1) for child in _parts(block)))]
    large = [each for each in deep if each[0].last - each[0].first >= folding.FEWEST]
    chosen = next((each for each in (deep, large, shallow) if len(each) <= _OUTLINED), shallow)
    for block, depth in chosen[:_OUTLINED]:
        shown = any(number in keep for number in range(block.first, block.last + 1))
        yield Outlined(block.first, block.last, block.label, shown, depth)


def _parts(block: Block) -> tuple[Block, ...]:
    """The blocks in a large one; a block in it that is nearly all of it stands for its own."""
    if block.last - block.first < _LARGE:
        return ()
    for child in block.children:
        if (child.last - child.first) * 5 > (block.last - block.first) * 4:
            return _parts(child) or block.children
    return block.children
