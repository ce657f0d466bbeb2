"""Forty boxes at most, and nothing dropped: what a folded picture keeps, and what its folds say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from test_diagrams import FLOWS, GROUPS, drawing_problems

from reader.diagrams.folding import LIMIT, folded
from reader.diagrams.folds import held_by
from reader.diagrams.graph import Edge, Flow, Graph, Node
from reader.diagrams.layout import drawn


def tree(count: int, flow: Flow = "right") -> Graph:
    """A base with many below it, in a few directories."""
    nodes = [Node("0", ("Base",), "class", place="vllm/base.py:1", states=("root",))]
    edges = []
    for index in range(1, count):
        folder = ("vllm/models", "vllm/models/big", "vllm/attention", "tests")[index % 4]
        nodes.append(Node(str(index), (f"Sub{index}",), "class", place=f"{folder}/m{index}.py:1"))
        edges.append(Edge(str(index), str(index // 9), "inherits"))
    return Graph("Base", tuple(nodes), tuple(edges), flow=flow)


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("count", [1, 40, 41, 75, 400, 3000])
def test_the_counts_of_a_folded_picture_add_up(count: int, flow: Flow) -> None:
    """Forty boxes at most, the root among them, and what is folded is counted."""
    small = folded(tree(count, flow))
    assert len(small.nodes) <= LIMIT
    assert held_by(small.nodes) == count
    assert (small == tree(count, flow)) == (count <= 40) or flow == "down"
    assert any(node.id == "0" for node in small.nodes)
    assert all(f"+{node.count} more" in node.lines[0] for node in small.nodes if node.kind == "fold")
    assert list(drawing_problems(drawn(small))) == []


def test_siblings_are_folded_by_directory_tests_first() -> None:
    """A fold says where what it holds lies."""
    said = [node.lines for node in folded(tree(41)).nodes if node.kind == "fold"]
    assert said and all(lines[0].endswith("more subclasses") and lines[1].startswith("in ") for lines in said)
    kept = [node.place or "" for node in folded(tree(75)).nodes if node.kind == "class"]
    assert sum(place.startswith("tests/") for place in kept) < sum(place.startswith("vllm/a") for place in kept)


def test_a_fold_of_one_is_what_it_holds() -> None:
    """It would take as much room as its fold."""
    assert all(node.count > 1 for count in range(41, 90) for node in folded(tree(count)).nodes if node.kind == "fold")


def chain(count: int) -> Graph:
    """A tour through two lanes that comes back once, with a few stops that hang on nothing."""
    nodes = [
        Node(
            f"s{index}",
            (f"Stop.call{index}",),
            "stop",
            group="one" if index < 5 or index > count - 3 else "two",
            number=index + 1,
        )
        for index in range(count)
    ]
    edges = [
        Edge(one.id, other.id, "message" if one.group != other.group else "call") for one, other in pairwise(nodes)
    ]
    return Graph("A tour", tuple(nodes), tuple(edges), GROUPS, "lanes")


@pytest.mark.parametrize("count", [20, 41, 60, 120])
def test_lanes_keep_every_crossing(count: int) -> None:
    """Only plain calls within a lane are folded."""
    small = folded(chain(count))
    assert len(small.nodes) <= LIMIT and held_by(small.nodes) == count
    messages = [(edge.source, edge.target) for edge in small.edges if edge.kind == "message"]
    assert messages == [("s4", "s5"), (f"s{count - 3}", f"s{count - 2}")]
    numbers = [node.number for node in small.nodes if node.number]
    assert numbers == sorted(numbers)


def test_lanes_without_links_are_counted_by_lane() -> None:
    """A route that only lists its stops has no flow; its picture says so in a few boxes."""
    many = tuple(Node(f"s{index}", (f"stop {index}",), "stop", group=GROUPS[index % 2].id) for index in range(250))
    small = folded(Graph("A route", many, groups=GROUPS, flow="lanes"))
    assert [node.lines[0] for node in small.nodes] == ["+125 more stops", "+125 more stops"]
