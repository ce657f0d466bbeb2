"""A drawing -> SVG, without any program outside Python.

One file that needs nothing else: its own ground and colours for day and night, titles for who points or listens. Every
text is made visible and escaped; it holds no script, no link and no reference to the outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from zlib import crc32

from reader.diagrams import legend
from reader.diagrams.geometry import Band, Box, Drawing, Line, Point
from reader.diagrams.graph import Edge, Graph, Node
from reader.diagrams.layout import drawn
from reader.diagrams.lettering import LEADING, PAD_X, PAD_Y, shown, width, wrapped
from reader.diagrams.palette import hue, style

MARGIN = 24.0
_TIP = 9.0
_LEAST = 420.0  # so wide that a title has room


def svg(graph: Graph) -> str:
    body, wide, tall = _body(graph, {})
    scope = f"d{crc32(''.join(body[1:]).encode('utf-8', 'replace')):08x}"  # several may stand in one page
    return _document(graph, scope, [f"<style>\n{style(scope)}\n</style>", *body], wide, tall)


def inline(graph: Graph, scope: str, links: Mapping[str, str]) -> str:
    """For a page that holds `palette.shapes` and `palette.colours` for it: no colours of its own. `links` lead from
    boxes, by the id of the node, to places of the page or beside it."""
    return _document(graph, scope, *_body(graph, links), role="group" if links else "img")


def _body(graph: Graph, links: Mapping[str, str]) -> tuple[list[str], float, float]:
    """With the width and the height of all of it."""
    drawing = drawn(graph)
    room = max(drawing.width, _LEAST)
    head, top = _head(graph, room)
    entries = legend.legend(graph, room)
    foot = top + drawing.height + 14
    notes, bottom = _notes(graph, room, foot + legend.height(entries))
    wide, tall = room + 2 * MARGIN, bottom + MARGIN
    body = [
        f'<rect class="paper" width="{_n(wide)}" height="{_n(tall)}" rx="10"/>',
        *head,
        f'<g transform="translate({_n(MARGIN)} {_n(top)})">',
        *_content(drawing, links),
        "</g>",
        f'<g transform="translate({_n(MARGIN)} {_n(foot)})">',
        *(_entry(entry) for entry in entries),
        "</g>",
        *notes,
    ]
    return body, wide, tall


def _document(graph: Graph, scope: str, body: Sequence[str], wide: float, tall: float, role: str = "img") -> str:
    size = f'width="{_n(wide)}" height="{_n(tall)}" viewBox="0 0 {_n(wide)} {_n(tall)}"'
    said = f'role="{role}" aria-labelledby="{scope}t {scope}s"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{scope}" {size} {said}>',
        f'<title id="{scope}t">{_x(graph.title)}</title>',
        f'<desc id="{scope}s">{_x(_description(graph))}</desc>',
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _description(graph: Graph) -> str:
    """For who cannot see it: how much there is, then each edge in words."""
    names = {node.id: node.lines[0] for node in graph.nodes}
    said = {"inherits": "inherits from", "return": "returns to", "message": "sends to", "call": "calls"}
    told = [
        f"{names[edge.source]} {'' if edge.sure else 'perhaps '}{said.get(edge.kind, 'leads to')} {names[edge.target]}"
        for edge in graph.edges
    ]
    return ". ".join([f"{len(graph.nodes)} boxes, {len(graph.edges)} lines", *(shown(one) for one in told)]) + "."


def _head(graph: Graph, room: float) -> tuple[list[str], float]:
    """Title and subtitle, and where the drawing begins."""
    y = MARGIN + 14
    lines = []
    for text in wrapped(shown(graph.title), "title", room * 13 / 17, 3):
        lines.append(_text(MARGIN, y, "head", text))
        y += 22
    for text in wrapped(shown(graph.subtitle), "small", room, 3) if graph.subtitle else ():
        lines.append(_text(MARGIN, y - 4, "small", text))
        y += 15
    return lines, y


def _notes(graph: Graph, room: float, y: float) -> tuple[list[str], float]:
    lines = []
    for note in graph.notes:
        for text in wrapped(shown(note), "small", room, 4):
            y += LEADING["small"]
            lines.append(_text(MARGIN, y, "small", text))
    return lines, y


def _content(drawing: Drawing, links: Mapping[str, str]) -> Iterator[str]:
    lanes = drawing.graph.flow == "lanes"
    names = {node.id: node.lines[0] for node in drawing.graph.nodes}
    for index, band in enumerate(drawing.bands):
        yield from _band(band, hue(band.group.id, index), middle=lanes)
    for line in drawing.lines:
        yield from _line(line, names)
    for box in drawing.boxes:
        href = links.get(box.node.id)
        yield from _box(box) if href is None else (f'<a href="{_x(href)}">', *_box(box), "</a>")
    for line in drawing.lines:
        yield from _label(line)


def _band(band: Band, name: str, *, middle: bool) -> Iterator[str]:
    size = f'x="{_n(band.x)}" y="{_n(band.y)}" width="{_n(band.width)}" height="{_n(band.height)}"'
    yield f'<rect class="ground {name}" {size} rx="10"/>'
    x = band.x + band.width / 2 if middle else band.x + 12
    yield _text(x, band.y + 21, f"band {name}", shown(band.group.title), "middle" if middle else "start")


def _box(box: Box) -> Iterator[str]:
    node = box.node
    yield f'<g class="{" ".join(("node", node.kind, *node.states))}">'
    yield f"<title>{_x(_told(node))}</title>"
    if "cut" in node.states or node.kind == "fold":
        yield _rect(box, 4.0)
    yield _rect(box, 0.0)
    y = box.y + (box.height - box.card.height) / 2 + PAD_Y
    for row in box.card.rows:
        y += LEADING[row.face]
        yield _text(box.x + PAD_X, y - 4.5, row.face, row.text, length=row.width)
    if node.number is not None:
        yield _text(box.x + box.width - 6, box.y + 12, "count", str(node.number), "end")
    yield "</g>"


def _rect(box: Box, shift: float) -> str:
    place = f'x="{_n(box.x + shift)}" y="{_n(box.y + shift)}"'
    return f'<rect class="box" {place} width="{_n(box.width)}" height="{_n(box.height)}" rx="6"/>'


def _told(node: Node) -> str:
    parts = [node.lines[0], node.place or "", *node.lines[1:], node.about or "", ", ".join(node.states)]
    return "\n".join(shown(part) for part in dict.fromkeys(parts) if part)


def _line(line: Line, names: dict[str, str]) -> Iterator[str]:
    edge = line.edge
    classes = edge.kind if edge.sure else f"{edge.kind} perhaps"
    path, tip = _path(line)
    yield f"<g><title>{_x(_edge_told(edge, names))}</title>"
    yield f'<path class="line {classes}" d="{path}"/>'
    yield f'<path class="tip {edge.kind}" d="{tip}"/></g>'


def _edge_told(edge: Edge, names: dict[str, str]) -> str:
    ends = f"{shown(names[edge.source])} → {shown(names[edge.target])}"
    return "\n".join(part for part in (ends, shown(edge.label or ""), shown(edge.place or "")) if part)


def _path(line: Line) -> tuple[str, str]:
    """The line up to its tip, and the tip, along the way that the line comes in."""
    before = (line.start, *(stroke[-1] for stroke in line.strokes))[-2]
    last = line.strokes[-1]
    end, back = last[-1], last[-2] if len(last) > 1 else before
    far = ((end[0] - back[0]) ** 2 + (end[1] - back[1]) ** 2) ** 0.5 or 1.0
    along = ((end[0] - back[0]) / far, (end[1] - back[1]) / far)
    neck = (end[0] - along[0] * _TIP, end[1] - along[1] * _TIP)
    strokes = [*line.strokes[:-1], (*last[:-1], neck)]
    path = f"M{_p(line.start)}" + "".join(
        ("L" if len(stroke) == 1 else "C") + " ".join(map(_p, stroke)) for stroke in strokes
    )
    half = _TIP * 0.42
    left = (neck[0] - along[1] * half, neck[1] + along[0] * half)
    right = (neck[0] + along[1] * half, neck[1] - along[0] * half)
    return path, f"M{_p(end)}L{_p(left)}L{_p(right)}Z"


def _label(line: Line) -> Iterator[str]:
    label = line.label
    if label is None:
        return
    place = f'x="{_n(label.x - label.width / 2)}" y="{_n(label.y - label.height / 2)}"'
    yield f'<rect class="pill" {place} width="{_n(label.width)}" height="{_n(label.height)}" rx="4"/>'
    yield _text(
        label.x, label.y + 3.6, f"label {line.edge.kind}", label.text, "middle", length=width(label.text, "label")
    )


def _entry(entry: legend.Entry) -> str:
    words = _text(entry.x + legend.SAMPLE + 8, entry.y + 3.6, "small", entry.text)
    if entry.form == "line":
        kind = entry.classes.split()[0]
        line = f'<path class="line {entry.classes}" d="M{_p((entry.x, entry.y))}h{_n(legend.SAMPLE - _TIP)}"/>'
        tip = (entry.x + legend.SAMPLE, entry.y)
        return f'{line}<path class="tip {kind}" d="M{_p(tip)}l{_n(-_TIP)} -3.8v7.6Z"/>{words}'
    shifts = (3, 0) if entry.classes.endswith("cut") else (0,)
    box = "".join(
        f'<rect class="box" x="{_n(entry.x + 2 + shift)}" y="{_n(entry.y - 6 + shift)}" width="24" height="12" rx="4"/>'
        for shift in shifts
    )
    return f'<g class="{entry.classes}">{box}</g>{words}'


def _text(x: float, y: float, name: str, text: str, anchor: str = "start", length: float | None = None) -> str:
    end = f' text-anchor="{anchor}"' if anchor != "start" else ""
    told = "" if length is None or text.isascii() else f' textLength="{_n(length)}" lengthAdjust="spacingAndGlyphs"'
    return f'<text class="{name}" x="{_n(x)}" y="{_n(y)}"{end}{told}>{_x(text)}</text>'


def _x(text: str) -> str:
    """Escaped; a title of several lines keeps them."""
    return "\n".join(escape(shown(line)) for line in text.split("\n"))


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    return "0" if abs(number) < 0.05 else f"{number:.1f}".removesuffix(".0")
