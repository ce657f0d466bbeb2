"""Pictures: nothing overlaps, every line ends where it should, every text fits and is harmless, the counts add up.

`python tests/test_diagrams.py` writes the golden pictures anew; look at them in a browser before you keep them.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.diagrams.files import save
from reader.diagrams.geometry import Box, Drawing, Line, Point
from reader.diagrams.graph import Edge, EdgeKind, Flow, Graph, Group, Node, NodeKind, consistent, rows
from reader.diagrams.layout import drawn
from reader.diagrams.lettering import PAD_X, card, fitted, shown, width, wrapped
from reader.diagrams.ordering import crossings, ordered
from reader.diagrams.ranks import acyclic, ranked
from reader.diagrams.writing import written
from reader.folder import NotWritten

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
FLOWS: tuple[Flow, ...] = ("right", "down", "lanes")
FORMS = {"svg": "svg", "dot": "dot", "mermaid": "mmd"}
NODES: tuple[NodeKind, ...] = (
    "class", "function", "operation", "macro", "launch", "kernel", "stop", "fold", "end",
)  # fmt: skip
EDGES: tuple[EdgeKind, ...] = ("call", "inherits", "launch", "message", "return", "dispatch")
GROUPS = (Group("one", "The one"), Group("two", "The other"), Group("three", "The third"))

EVIL = (
    "<script>alert(1)</script>", "quo\"te's `tick` **bold** __init__", "1. a list", "# head", "end", "x]] --> y",
    "right\u202eto\u2066left", "nul\x00 escape\x1b[31m", "%% comment", "&amp; &lt; #35; #quot;", "back\\slash \\N \\l",
    "漢字 🙂 ﷽", "{{a}} {b} ((c)) [/d/]", "two\nlines\tand a tab", "", " ", "|pipe|", "click n0 call alert()",
    "fa:fa-car", ":::class", "list[int] & dict[str, 'X']", "\ud800 lone", "\ufffe", "]]>", "<!--", "-->", "x" * 900,
)  # fmt: skip

TEXTS = st.one_of(st.sampled_from(EVIL), st.text(max_size=50), st.from_regex(r"[A-Z][a-z]{2,12}\.[a-z_]{3,40}"))


@st.composite
def graphs(draw: st.DrawFn, most: int = 12) -> Graph:
    count = draw(st.integers(1, most))
    nodes = tuple(
        Node(
            f"node {index}",
            tuple(draw(st.lists(TEXTS, min_size=1, max_size=3))),
            draw(st.sampled_from(NODES)),
            group=draw(st.sampled_from([None, "one", "two", "three"])),
            place=draw(st.none() | TEXTS),
            number=draw(st.none() | st.integers(1, 300)),
        )
        for index in range(count)
    )
    ends = st.integers(0, count - 1).map(lambda index: f"node {index}")
    edge = st.builds(Edge, ends, ends, st.sampled_from(EDGES), st.none() | TEXTS, st.booleans(), st.none() | TEXTS)
    edges = tuple(draw(st.lists(edge, max_size=2 * most)))
    return Graph(draw(TEXTS), nodes, edges, GROUPS, draw(st.sampled_from(FLOWS)), draw(TEXTS), (draw(TEXTS),))


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Of two rectangles, each its left, top, right and bottom."""
    return (
        one[0] < other[2] - 0.01 and other[0] < one[2] - 0.01 and one[1] < other[3] - 0.01 and other[1] < one[3] - 0.01
    )


def area(box: Box) -> tuple[float, float, float, float]:
    return box.x, box.y, box.x + box.width, box.y + box.height


def points(line: Line) -> Iterator[Point]:
    """Along the whole line, a score of them for each stroke."""
    here = line.start
    for stroke in line.strokes:
        control = (here, *stroke) if len(stroke) == 3 else (here, here, stroke[0], stroke[0])
        for step in range(21):
            part = step / 20
            weights = ((1 - part) ** 3, 3 * part * (1 - part) ** 2, 3 * part**2 * (1 - part), part**3)
            yield (
                sum(weight * point[0] for weight, point in zip(weights, control, strict=True)),
                sum(weight * point[1] for weight, point in zip(weights, control, strict=True)),
            )
        here = stroke[-1]


def on_border(point: Point, box: Box) -> bool:
    left, top, right, bottom = area(box)
    inside = left - 0.1 <= point[0] <= right + 0.1 and top - 0.1 <= point[1] <= bottom + 0.1
    return (
        inside and min(abs(point[0] - left), abs(point[0] - right), abs(point[1] - top), abs(point[1] - bottom)) < 0.1
    )


def drawing_problems(drawing: Drawing) -> Iterator[str]:
    boxes = {box.node.id: box for box in drawing.boxes}
    for one, other in combinations(drawing.boxes, 2):
        if overlap(area(one), area(other)):
            yield f"{one.node.id} overlaps {other.node.id}"
    for line in drawing.lines:
        way = f"{line.edge.source} -> {line.edge.target}"
        for point, name in ((line.start, line.edge.source), (line.strokes[-1][-1], line.edge.target)):
            if not on_border(point, boxes[name]):
                yield f"{way} does not end at {name}"
        for box in drawing.boxes:
            left, top, right, bottom = area(box)
            if any(left + 1 < x < right - 1 and top + 1 < y < bottom - 1 for x, y in points(line)):
                yield f"{way} runs through {box.node.id}"
            label = line.label
            if label:
                half = (label.width / 2, label.height / 2)
                spot = (label.x - half[0], label.y - half[1], label.x + half[0], label.y + half[1])
                if overlap(spot, area(box)):
                    yield f"the label of {way} is on {box.node.id}"
    for box in drawing.boxes:
        if not (box.x >= -0.1 and box.x + box.width <= drawing.width + 0.1):
            yield f"{box.node.id} is off the picture"
        if not (box.y >= -0.1 and box.y + box.height <= drawing.height + 0.1):
            yield f"{box.node.id} is off the picture"


def tangled(seed: int, flow: Flow) -> Graph:
    """Of one to fifteen boxes, with as many edges as twice that: hypothesis alone makes mostly the same few."""
    random = Random(seed)
    count = random.randint(1, 15)
    nodes = tuple(
        Node(
            f"node {index}",
            tuple(random.choice(EVIL) for _ in range(random.randint(1, 3))),
            random.choice(NODES),
            group=random.choice([None, "one", "two", "three"]),
            number=index if flow == "lanes" else None,
        )
        for index in range(count)
    )
    edges = tuple(
        Edge(
            random.choice(nodes).id,
            random.choice(nodes).id,
            random.choice(EDGES),
            random.choice(["ZMQ", "<<<grid, block>>>", None, None]),
            random.random() < 0.8,
        )
        for _ in range(random.randint(0, 2 * count))
    )
    return Graph("Tangled", nodes, edges, GROUPS, flow)


@pytest.mark.parametrize("flow", FLOWS)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_nothing_overlaps_and_every_line_ends_at_its_boxes(flow: Flow, seed: int) -> None:
    """Of any graph: cycles, loops, parts that do not hang together, one box."""
    assert list(drawing_problems(drawn(tangled(seed, flow)))) == []


@settings(max_examples=60, deadline=None)
@given(graphs(2))
def test_every_text_fits_its_box(graph: Graph) -> None:
    """By the widths of the widest common faces."""
    for box in drawn(graph).boxes:
        for row in box.card.rows:
            assert row.width <= box.width - 2 * PAD_X + 0.01
            assert row.width == width(row.text, row.face)


@settings(max_examples=40, deadline=None)
@given(graphs(3))
def test_an_svg_is_sound_and_holds_nothing_but_a_picture(graph: Graph) -> None:
    """Well-formed, of shapes and texts only, without a control or direction character, whatever the source says."""
    text = written(graph, "svg")
    root = ElementTree.fromstring(text)
    tags = {one.tag.rpartition("}")[2] for one in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "rect", "g", "path", "text"}
    names = {name for one in root.iter() for name in one.attrib}
    assert not {name for name in names if name.lower().startswith("on") or "href" in name}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]", text)
    assert root.attrib["role"] == "img" and len(root.attrib["aria-labelledby"].split()) == 2


@settings(max_examples=40, deadline=None)
@given(graphs(3))
def test_no_text_is_syntax_in_mermaid(graph: Graph) -> None:
    """What stands outside of quotes is ours, and within them are only characters that Mermaid has no use for."""
    lines = written(graph, "mermaid").splitlines()
    assert lines[0] == lines[2] == "---" and re.fullmatch(r"title: '([^'<>]|'')*'", lines[1])
    for line in lines[3:]:
        if line.startswith("%%"):
            assert "{" not in line
            continue
        for inside in re.findall(r'"([^"]*)"', line):
            assert re.fullmatch(r"(?:[\w .,:/()=+…→·⟨⟩-]|#\d+;|<br/>)*", inside, re.ASCII | re.S), inside
        bare = re.sub(r'"[^"]*"', '""', line)
        assert re.fullmatch(r'[\w \[\]()/|"<>=.,:#-]*', bare, re.ASCII), line


@settings(max_examples=40, deadline=None)
@given(graphs(3))
def test_no_text_is_syntax_in_dot(graph: Graph) -> None:
    """Every text is one quoted string, in which only line breaks of ours are escapes."""
    for line in written(graph, "dot").splitlines():
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
        assert re.fullmatch(r'[\w \[\]{}=,;"<>-]*', bare, re.ASCII), line


def test_a_picture_is_the_same_every_time() -> None:
    """In another process with other hashes too: a diff of a picture is a change of what it shows."""
    script = "import sys; sys.path.insert(0, 'tests'); from test_diagrams import golden; print(list(golden()))"
    made = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=HERE.parent,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1 and made.pop()


@pytest.mark.parametrize("text", EVIL)
def test_what_is_shown_is_one_line_that_can_be_seen(text: str) -> None:
    """Control and direction characters have signs, and nobody needs more than a few hundred letters."""
    line = shown(text)
    assert "\n" not in line and "\t" not in line and "\u202e" not in line and len(line) <= 401
    assert shown(line) == line or len(text) > 400


@pytest.mark.parametrize("room", [30.0, 90.0, 200.0])
@given(TEXTS)
def test_shortened_text_fits(room: float, text: str) -> None:
    """Whatever it is, and says by an ellipsis that it was shortened."""
    line = shown(text)
    short = fitted(line, "name", room)
    assert width(short, "name") <= room and (short == line or "…" in short)
    lines = wrapped(line, "small", room, 2)
    assert len(lines) <= 2 and all(width(one, "small") <= room for one in lines)
    assert "".join(lines).replace(" ", "") == line.replace(" ", "") or any("…" in one for one in lines)


def test_a_long_path_loses_directories_and_keeps_its_file() -> None:
    """The end of it says which file it is."""
    assert fitted("vllm/v1/core/sched/async_scheduler.py:12", "small", 190.0) == "vllm/…/async_scheduler.py:12"


def test_crossings_that_can_be_avoided_are() -> None:
    """Two layers in the wrong order are put in the right one."""
    arcs = [(0, 5), (1, 4), (2, 3)]
    layers = ordered([[0, 1, 2], [3, 4, 5]], arcs)
    assert crossings(layers, {0: [5], 1: [4], 2: [3]}) == 0


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25),
    st.lists(st.integers(0, 2), min_size=10, max_size=10),
)
def test_every_arc_leads_to_a_later_layer(arcs: list[tuple[int, int]], bands: list[int]) -> None:
    """Once those that close a cycle are turned round; and bands follow one another."""
    kept = acyclic(10, arcs, bands)
    assert len(kept) == sum(tail != head for tail, head in arcs)
    rank = ranked(10, kept, bands)
    assert all(rank[tail] < rank[head] for tail, head in kept)
    assert all(rank[one] < rank[other] for one in range(10) for other in range(10) if bands[one] < bands[other])


def test_an_edge_without_its_box_is_left_out() -> None:
    """And so is the same edge a second time; the sure one of two counts."""
    nodes = (Node("a", ("a",), "class"), Node("b", ("b",), "class"), Node("a", ("again",), "class"))
    edges = (Edge("a", "b", "call", sure=False), Edge("a", "b", "call"), Edge("a", "nowhere", "call"))
    found = consistent(Graph("", nodes, edges))
    assert [node.lines for node in found.nodes] == [("a",), ("b",)] and found.edges == (Edge("a", "b", "call"),)


def test_nothing_at_all_is_a_picture_too() -> None:
    """Of a tour whose stops all are documents."""
    for flow in FLOWS:
        for form in FORMS:
            assert written(Graph("Nothing", (), flow=flow), form)


SMALL = Graph(
    "reshape <b>: a small picture",
    (
        Node("w", ("write_to_cache", "vllm/ops.py:12"), "function", "one", place="vllm/ops.py:12"),
        Node("o", ("torch.ops._C.write", "csrc/bindings.cpp:7"), "operation", "two", states=("root",)),
        Node("f", ("write", "csrc/cache.cu:90"), "function", "two", place="csrc/cache.cu:90", number=3),
        Node("k", ("vllm::write_kernel", "csrc/cache.cu:12"), "kernel", "three", place="csrc/cache.cu:12"),
        Node("p", ("write", "csrc/cpu/cache.cpp:9"), "function", "two", states=("perhaps",)),
        Node("x", ("+7 more callers", "in vllm/models"), "fold", "one", count=7),
    ),
    (
        Edge("w", "o", "call", place="vllm/ops.py:14"),
        Edge("x", "w", "call"),
        Edge("o", "f", "dispatch", "CUDA"),
        Edge("o", "p", "dispatch", "CPU", sure=False),
        Edge("f", "k", "launch", "<<< >>>"),
        Edge("k", "w", "return"),
        Edge("p", "p", "call"),
    ),
    GROUPS,
    "down",
    "vLLM 0.13.0 & others",
    ("A note.",),
)  # fmt: skip


def golden() -> Iterator[tuple[Path, str]]:
    for flow in FLOWS:
        for form, suffix in FORMS.items():
            yield GOLDEN / f"diagram-{flow}.{suffix}", written(replace(SMALL, flow=flow), form)


@pytest.mark.parametrize(("path", "text"), list(golden()), ids=lambda one: getattr(one, "name", ""))
def test_a_small_picture_is_as_it_was(path: Path, text: str) -> None:
    """To be looked at when it changes."""
    assert path.read_text(encoding="utf-8") == text


def test_json_has_every_node_and_edge() -> None:
    """With fixed keys, nodes first."""
    found = list(rows(SMALL))
    nodes = [row for row in found if row["item"] == "node"]
    assert [set(row) for row in nodes] == [
        {"item", "id", "lines", "kind", "group", "ref", "place", "states", "count"}
    ] * 6
    edges = [row for row in found if row["item"] == "edge"]
    assert found == nodes + edges and edges[2] == {
        "item": "edge", "source": "o", "target": "f", "kind": "dispatch", "label": "CUDA", "sure": True, "place": None,
    }  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_another_origin_is_not_replaced(form: str, tmp_path: Path) -> None:
    """Nor one that was changed since; what reader wrote is, and so is any with force."""
    path = tmp_path / "picture"
    save(path, written(SMALL, form), form)
    first = path.read_bytes()
    save(path, written(SMALL, form), form)
    assert path.read_bytes() == first
    path.write_bytes(first.replace(b"write_kernel", b"write_colonel"))
    with pytest.raises(NotWritten, match="was changed since"):
        save(path, "new", form)
    path.write_text("my own notes\n")
    with pytest.raises(NotWritten, match="was not written by reader"):
        save(path, "new", form)
    assert path.read_text() == "my own notes\n"
    save(path, "new\n", form, force=True)
    assert path.read_text().startswith("new\n")
    assert [one.name for one in tmp_path.iterdir()] == ["picture"]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """No directory there, or a directory in its place."""
    with pytest.raises(NotWritten, match=r"nowhere/a\.svg: cannot be written: No such file"):
        save(tmp_path / "nowhere" / "a.svg", "", "svg")
    with pytest.raises(NotWritten, match="is no file"):
        save(tmp_path, "", "svg")


def test_a_link_to_a_picture_stays_a_link(tmp_path: Path) -> None:
    """What it leads to is replaced."""
    save(tmp_path / "real.svg", "one\n", "svg")
    (tmp_path / "link.svg").symlink_to("real.svg")
    save(tmp_path / "link.svg", "two\n", "svg")
    assert (tmp_path / "link.svg").is_symlink() and (tmp_path / "real.svg").read_text().startswith("two\n")


def test_a_card_has_its_number_beside_the_name() -> None:
    """However long the name is, neither stands on the other."""
    one = card(Node("a", ("x" * 80,), "stop", number=123))
    assert one.rows[0].width + width("123", "count") + 8 <= one.width - 2 * PAD_X + 0.01


if __name__ == "__main__":
    for at, content in golden():
        at.write_text(content, encoding="utf-8")
