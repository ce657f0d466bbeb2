"""What a page holds, before it is HTML: plain values that the templates lay out and nothing else."""

from __future__ import annotations

from typing import Literal

from reader.highlight import Piece
from reader.value import frozen

PieceKind = Literal["text", "code", "bold", "link", "dead"]
Trust = Literal["sure", "plain", "doubt"]


@frozen
class Bit:
    """A stretch of a paragraph. Only a link has `bits`, its own, and an `href`, or None where it may not be followed:
    then `target` is written out."""

    kind: PieceKind
    text: str
    href: str | None = None
    target: str = ""
    bits: tuple[Bit, ...] = ()


@frozen
class Item:
    bits: tuple[Bit, ...]
    depth: int = 0


@frozen
class Part:
    """A paragraph (one item), a list, or code, whose `text` is as it stands. `start` is a list's first number."""

    kind: Literal["p", "ul", "ol", "pre"]
    items: tuple[Item, ...] = ()
    start: int = 1
    text: str = ""


Prose = tuple[Part, ...]


@frozen
class Spot:
    """A place in the checkout, and where this book shows it, if it does. `said` stands behind it."""

    text: str
    href: str | None = None
    said: str = ""


@frozen
class Note:
    """`lost` says why it has no line, and `at` which it was to have."""

    number: int
    mark: str
    anchor: str
    say: Prose
    at: str = ""
    lost: str | None = None


@frozen
class Row:
    """A line of code. `indent` counts its leading columns, for the lines it goes on in."""

    number: int
    anchor: str
    indent: int
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...] = ()


@frozen
class Folded:
    """Lines left out: those are in `rows`, or where they were too many for the page, nowhere, and `href` leads to the
    page that has them."""

    first: int
    last: int
    count: int
    label: str
    indent: int
    rows: tuple[Row | Group, ...] = ()
    href: str | None = None


@frozen
class Cell:
    bits: tuple[Bit, ...]


@frozen
class Group:
    """A part of a document at its line. `others` are the anchors of the further lines that it is made of."""

    kind: Literal["prose", "heading", "table", "code", "gap"]
    number: int
    anchor: str
    others: tuple[str, ...] = ()
    prose: Prose = ()
    level: int = 0
    head: bool = False
    cells: tuple[tuple[str, tuple[Cell, ...]], ...] = ()
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()


@frozen
class Block:
    """A line of the outline of a long function."""

    span: str
    label: str
    shown: bool
    depth: int
    href: str | None


@frozen
class Way:
    """How one comes here: from the stop `title`, at a line there, over something, to a line here."""

    label: str
    title: str
    href: str | None
    over: str | None
    ends: tuple[tuple[str, Spot], ...]
    code: str | None


@frozen
class Question:
    ask: Prose
    answer: Prose
    see: Spot | None


@frozen
class Own:
    """A note of the reader's own."""

    when: str
    say: Prose


@frozen
class Entry:
    path: str
    size: str
    about: str


@frozen
class Mark:
    """What a mark made in the browser must carry, so that the command line can tell later what has changed."""

    tour: str
    stop: str
    release: str
    ref: str
    path: str | None
    digest: str | None
    symbol: str | None
    first: int | None


@frozen
class Stop:
    """One stop of a page; see `chapter` for how each is made."""

    id: str
    number: int
    title: str
    crossing: str | None
    lane: str | None
    lane_said: str | None
    state: str
    reason: str
    stars: int
    minutes: int
    read: str
    read_said: str
    spot: Spot
    symbol: str | None
    release: str
    historic: str | None
    verdict: str
    means: str
    trust: Trust
    trail: tuple[Spot, ...]
    message: tuple[str, ...]
    candidates_said: str
    candidates: tuple[Spot, ...]
    way: Way | None
    warnings: tuple[str, ...]
    why: Prose
    loose: tuple[Note, ...]
    outline: tuple[Block, ...]
    form: str
    language: str
    digits: int
    beside: bool
    rows: tuple[Row | Folded | Group, ...]
    entries: tuple[Entry, ...]
    dead_said: str | None
    dead: tuple[str, ...]
    questions: tuple[Question, ...]
    own: tuple[Own, ...]
    mark: Mark
    owner: Spot | None
    figure: str | None = None


@frozen
class Chapter:
    """A page: a tour. `code` is what its excerpts are of, `figure` its processes as SVG."""

    name: str
    file: str
    title: str
    label: str
    intro: Prose
    code: str
    home: str
    minutes: int
    read: int
    stops: tuple[Stop, ...]
    figure: str | None
    before: Spot | None
    after: Spot | None
    is_route: bool


@frozen
class Listed:
    """A tour in the contents. `keys` are the marks that count as progress in it."""

    name: str
    href: str
    label: str
    title: str
    about: Prose
    stops: int
    minutes: int
    read: int
    keys: str


@frozen
class Phase:
    title: str
    about: str
    tours: tuple[Listed, ...]


@frozen
class Contents:
    title: str
    code: str
    home: str
    phases: tuple[Phase, ...]
    routes: tuple[Listed, ...]
    stops: int
    minutes: int
    read: int
    progress: bool
