"""Bases, subclasses and overrides, of a small tree with every way to write a base, and of whole releases."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader.checkout import Checkout
from reader.hierarchy import Families, Kin
from reader.resolve.sources import Sources
from reader.syntax.classes import Class, classes
from reader.syntax.source import unify

TREE = Path(__file__).parent / "fixtures" / "relations"
BASE = "vllm/worker/base.py"
DEEP = "vllm/worker/deep.py"


@pytest.fixture
def families() -> Families:
    return Families(Sources(Checkout(TREE, "0.13.0", "archive")))


def marked() -> Iterator[tuple[str, str, list[str]]]:
    """Path, class and what is above it, by the comments of the fixture."""
    for path in (BASE, DEEP, "vllm/worker/again.py"):
        text = (TREE / path).read_text()
        known = {one.line: one.symbol for one in classes(text)}
        for number, line in enumerate(text.split("\n"), 1):
            if said := re.search(r"# above:(.*)", line):
                yield path, known[number], said[1].split()


def signs(kin: tuple[Kin, ...]) -> list[str]:
    return [f"!{one.symbol}" if one.outside else one.symbol for one in kin]


@pytest.mark.parametrize(("path", "symbol", "above"), list(marked()), ids=lambda value: str(value)[-30:])
def test_the_bases_are_those_that_python_asks_in_its_order(
    path: str, symbol: str, above: list[str], families: Families
) -> None:
    """Aliases, re-exports, generics, modules, scopes and conditions are followed; what is outside is named."""
    assert signs(families.bases(path, symbol)) == above


def test_the_subclasses_are_the_other_side_of_the_bases(families: Families) -> None:
    """Whoever has a class above it stands below that class, and nobody else does."""
    wanted = {(path, symbol) for path, symbol, above in marked() if "Base" in above}
    found = families.subclasses(BASE, "Base")
    assert {(one.path, one.symbol) for one in found} == wanted
    assert all(one.sure for one in found)


def test_what_is_no_class_of_the_checkout_is_named_with_the_reason(families: Families) -> None:
    """A parameter and an expression are no library: the reader is told that nobody can say."""
    notes = {one.symbol: one.note for one in families.bases(DEEP, "made.Made") if one.outside}
    assert notes == {"parent": "a parameter of made"}
    assert [one.note for one in families.bases(DEEP, "Computed")] == ["made by an expression"]
    assert [one.note for one in families.bases(DEEP, "Out") if one.symbol == "Engine"] == [None]


def test_a_class_with_several_parents_stands_once(families: Families) -> None:
    """The others are told beside it."""
    below = {one.symbol: one for one in families.subclasses(BASE, "Base")}
    assert below["Several"].parents == ((DEEP, "Plain"),) and below["Several"].depth == 2
    assert [one.symbol for one in families.subclasses(BASE, "Mixin")].count("Several") == 1


def test_what_stands_in_for_a_method_is_told_with_what_it_is(families: Families) -> None:
    """A method, a field, a property, and what a method puts on self all hide the method of the base."""
    roles = {
        name: [(one.symbol, one.role) for one in families.overriding(BASE, f"Base.{name}")]
        for name in ("name", "stop", "ready")
    }
    assert roles["name"] == [("Plain.name", "field")]
    assert roles["stop"] == [("Plain.stop", "method"), ("Typed.stop", "attribute")]
    assert roles["ready"] == [("Several.ready", "property")]
    assert [one.symbol for one in families.overridden(DEEP, "Several.ready")] == ["Base.ready"]
    assert [one.symbol for one in families.overridden(DEEP, "made.Made.name")] == ["Mixin.name"]


def test_abstract_is_told_by_what(families: Families) -> None:
    """A decorator, a protocol without a body, and a body that only raises are three different promises."""
    family = families.family(BASE, "Base")
    assert {one.own.symbol: one.own.abstract for one in family.members} == {
        "Base.limit": None, "Base.run": "abstractmethod", "Base.stop": "by convention", "Base.name": None,
        "Base.ready": None, "Base.size": None,
    }  # fmt: skip
    assert family.me.abstract == "abstract methods"
    runs = families.family(BASE, "Runs")
    assert [(one.own.symbol, one.own.abstract) for one in runs.members] == [
        ("Runs.run", "protocol"),
        ("Runs.pause", None),
    ]
    assert families.family(BASE, "Meta").me.abstract == "ABC"
    assert [one.symbol for one in families.family(DEEP, "ByPackage").left_open] == ["Base.run", "Base.stop"]


def test_c_plus_plus_tells_by_its_heads(families: Families) -> None:
    """Bases are looked for in the file and in what it includes; a library's are named; pure functions are abstract."""
    assert signs(families.bases("csrc/round.cu", "Ball")) == ["shop::Round", "shop::Shape", "shop::Sized"]
    assert signs(families.bases("csrc/round.cu", "shop::Tensor")) == ["!torch::Holder"]
    assert signs(families.subclasses("csrc/shapes.h", "Shape")) == ["shop::Round", "shop::Ball"]
    family = families.family("csrc/shapes.h", "Shape")
    assert family.me.abstract == "pure virtual functions"
    assert [(one.own.symbol, one.own.abstract, [each.symbol for each in one.below]) for one in family.members] == [
        ("shop::Shape::area", "pure virtual", ["shop::Round::area"]),
        ("shop::Shape::edge", None, []),
    ]


def spelled(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else "?"


def bound(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    for one in body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield one.name, one.lineno
            continue
        targets = one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
        for target in targets:
            for each in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(each, ast.Name):
                    yield each.id, one.lineno
        for inner in ("body", "orelse", "finalbody"):
            yield from bound(getattr(one, inner, None) or [])
        for handler in getattr(one, "handlers", []):
            yield from bound(handler.body)


def by_ast(node: ast.AST, scope: tuple[str, ...] = ()) -> Iterator[tuple[object, ...]]:
    for child in ast.iter_child_nodes(node):
        own = scope
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own = (*scope, child.name)
        if isinstance(child, ast.ClassDef):
            bases = tuple(spelled(one) for one in child.bases if not isinstance(one, ast.Starred))
            yield ".".join(own), child.lineno, bases, tuple(sorted(bound(child.body), key=lambda one: one[1]))
        yield from by_ast(child, own)


def by_lines(one: Class) -> tuple[object, ...]:
    bases = tuple(base if re.fullmatch(r"[\w.]+", base) else "?" for base in one.bases)
    members = tuple(sorted(((each.name, each.line) for each in one.members), key=lambda each: each[1]))
    return one.symbol, one.line, bases, members


def test_classes_by_lines_are_those_of_ast(release: Callable[[str], Path]) -> None:
    """Every class of the package and a fifth of the tests: name, line, bases, members."""
    root = release("0.13.0")
    files = sorted((root / "vllm").rglob("*.py"))
    files += random.Random(4).sample(sorted((root / "tests").rglob("*.py")), 150)
    count = 0
    for file in files:
        text = unify(file.read_text(encoding="utf-8"))
        wanted = sorted(by_ast(ast.parse(text)), key=lambda one: str(one[1]).zfill(9))
        assert [by_lines(one) for one in classes(text)] == wanted, file
        count += len(wanted)
    assert count > 2500


def test_a_real_worker_has_its_kin(release: Callable[[str], Path]) -> None:
    """The workers of 0.13.0 and the chain of execute_model."""
    families = Families(Sources(Checkout(release("0.13.0"), "0.13.0", "archive")))
    below = families.subclasses("vllm/v1/worker/worker_base.py", "WorkerBase")
    assert [(one.symbol, one.depth) for one in below] == [("Worker", 1), ("CPUWorker", 2), ("XPUWorker", 2)]
    standing = families.standing("vllm/v1/worker/gpu_worker.py", "Worker.execute_model")
    assert standing is not None
    assert [(one.symbol, one.abstract) for one in standing.above] == [("WorkerBase.execute_model", "by convention")]
    assert standing.below == ()
