"""The ladder, on a small tree with the awkward shapes of vLLM, and the hand-checked table on vLLM itself."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.checkout import Checkout, open_checkout
from reader.errors import BadRef
from reader.ref import Ref
from reader.resolve import Site, resolve, resolve_all, resolve_stop
from reader.resolve.sources import Sources

HERE = Path(__file__).parent
TANGLE = HERE / "fixtures" / "tangle"
TABLE = tomllib.loads((HERE / "refs.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def tangle() -> Checkout:
    return open_checkout(TANGLE)


def marked(path: str, marker: str) -> int:
    """The number of the line that bears the marker."""
    lines = (TANGLE / path).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.endswith((f"# {marker}", f"// {marker}")))


def leads(site: Site) -> tuple[str, str | None, str | None]:
    return site.verdict, site.path, site.symbol


@pytest.mark.parametrize(
    ("ref", "path", "marker", "kind"),
    [
        ("vllm/v1/engine/front.py::Front", "vllm/v1/engine/front.py", "Front", "class"),
        ("vllm/v1/engine/front.py::Front.step", "vllm/v1/engine/front.py", "Front.step", "method"),
        ("vllm/v1/engine/front.py::Front::step", "vllm/v1/engine/front.py", "Front.step", "method"),
        ("vllm/v1/engine/front.py::Front.Inner.deep", "vllm/v1/engine/front.py", "Front.Inner.deep", "method"),
        ("vllm/v1/engine/front.py::Front.limit", "vllm/v1/engine/front.py", "Front.limit", "variable"),
        ("vllm/shapes.py::LIMIT", "vllm/shapes.py", "LIMIT", "variable"),
        ("vllm/engine/outside.py::KIND", "vllm/engine/outside.py", "KIND", "variable"),
        ("vllm/shapes.py::Box.open", "vllm/shapes.py", "Box.open", "method"),
        ("vllm/shapes.py::Box.size", "vllm/shapes.py", "Box.size", "method"),
        ("vllm/shapes.py::route", "vllm/shapes.py", "route", "function"),
        ("vllm/shapes.py::again", "vllm/shapes.py", "again", "function"),
        ("vllm/engine/older.py::Front.step", "vllm/engine/older.py", "old Front.step", "method"),
        ("csrc/launch.cu::launch_kernel", "csrc/launch.cu", "launch_kernel", "kernel"),
        ("csrc/launch.cu::vllm::launch_kernel", "csrc/launch.cu", "launch_kernel", "kernel"),
        ("csrc/launch.cu::LAUNCH_IT", "csrc/launch.cu", "LAUNCH_IT", "macro"),
        ("csrc/launch.cu::warp_size", "csrc/launch.cu", "warp_size", "function"),
        ("csrc/launch.h::launch_all", "csrc/launch.h", "declared", "declaration"),
    ],
)
def test_a_definition_at_its_place_is_exact(tangle: Checkout, ref: str, path: str, marker: str, kind: str) -> None:
    """Nested, overloaded, conditional and decorated definitions are found in place, the implementation first."""
    site = resolve(tangle, Ref.parse(ref))
    assert (site.verdict, site.path, site.line, site.kind) == ("exact", path, marked(path, f"here: {marker}"), kind)


def test_the_twin_of_a_definition_is_named(tangle: Checkout) -> None:
    """Of an `#ifdef` pair and of an if/else pair the other one is listed and said."""
    for ref in ("csrc/launch.cu::warp_size", "vllm/shapes.py::route"):
        site = resolve(tangle, Ref.parse(ref))
        assert [one.path for one in site.candidates] == [site.path]
        assert site.message is not None and str(site.candidates[0].line) in site.message


def test_a_declaration_offers_the_place_of_its_body(tangle: Checkout) -> None:
    """Who asks a header for a function is told which file defines it."""
    site = resolve(tangle, Ref.parse("csrc/launch.h::launch_all"))
    assert [(one.path, one.line) for one in site.candidates] == [
        ("csrc/launch.cu", marked("csrc/launch.cu", "here: launch_all"))
    ]


def test_a_rebinding_after_a_class_is_mentioned(tangle: Checkout) -> None:
    """The class in the file stays the answer; that a condition may replace it is said, with the place it leads to."""
    site = resolve(tangle, Ref.parse("vllm/engine/older.py::Front"))
    assert site.line == marked("vllm/engine/older.py", "here: old Front")
    assert site.message is not None and "flags.NEW" in site.message
    assert [one.path for one in site.candidates] == ["vllm/v1/engine/front.py"]


def test_an_alias_is_followed_hop_by_hop(tangle: Checkout) -> None:
    """The assignment and the import it rests on are both shown, and a member goes along."""
    site = resolve(tangle, Ref.parse("vllm/engine/front.py::Front.step"))
    assert leads(site) == ("alias", "vllm/v1/engine/front.py", "Front.step")
    at = "vllm/engine/front.py"
    assert [(hop.path, hop.line) for hop in site.hops] == [
        (at, marked(at, "hop: front assign")),
        (at, marked(at, "hop: front import")),
    ]


@pytest.mark.parametrize(
    ("ref", "path", "symbol"),
    [
        ("vllm/__init__.py::Front", "vllm/v1/engine/front.py", "Front"),
        ("vllm/v1/engine/__init__.py::Front", "vllm/v1/engine/front.py", "Front"),
        ("vllm/config/__init__.py::CacheConfig", "vllm/config/cache.py", "CacheConfig"),
        ("vllm/config/__init__.py::cache", "vllm/config/cache.py", None),
        ("vllm/config/__init__.py::cache.CacheConfig.block_size", "vllm/config/cache.py", "CacheConfig.block_size"),
        ("vllm/v1/engine/front.py::Front.step_once", "vllm/v1/engine/front.py", "Front.step"),
        ("vllm/engine/front.py::Front.start_up", "vllm/v1/engine/base.py", "EngineBase.start_up"),
    ],
)
def test_names_are_followed_through_packages(tangle: Checkout, ref: str, path: str, symbol: str | None) -> None:
    """Lazy tables, star imports, re-exports, submodules and fields that name a method all lead to the definition."""
    assert leads(resolve(tangle, Ref.parse(ref))) == ("alias", path, symbol)


@pytest.mark.parametrize(
    ("member", "base"),
    [("shut_down", "Talks"), ("start_up", "EngineBase"), ("depth", "EngineBase")],
)
def test_a_member_of_a_base_is_inherited_in_resolution_order(tangle: Checkout, member: str, base: str) -> None:
    """The first base that has it answers, and the hop names that class; fields count."""
    site = resolve(tangle, Ref.parse(f"vllm/v1/engine/front.py::Front.{member}"))
    assert leads(site) == ("inherited", "vllm/v1/engine/base.py", f"{base}.{member}")
    assert site.hops[-1].line == marked("vllm/v1/engine/base.py", f"here: {base}") and base in site.hops[-1].how


def test_a_circle_of_imports_ends_with_its_chain(tangle: Checkout) -> None:
    """Two files that import a name from each other give `gone` and the whole circle."""
    site = resolve(tangle, Ref.parse("vllm/engine/circle.py::Round"))
    assert site.verdict == "gone" and site.message is not None
    assert "vllm/engine/circle.py::Round -> vllm/engine/square.py::Round" in site.message


@pytest.mark.parametrize(("ref", "words"), [
    ("vllm/engine/outside.py::Module", "torch.nn"),
    ("vllm/engine/outside.py::Handed", "torch.nn"),
    ("vllm/engine/outside.py::Layer.forward", "Module, outside of this checkout"),
    ("vllm/__init__.py::Ghost", "neither defines nor imports Ghost"),
    ("vllm/shapes.py::Cloud", "neither defines nor imports Cloud"),
    ("vllm/v1/engine/front.py::Front.stepp", "near it are step"),
    ("vllm/core/nowhere.py::NothingOfThisName", "there is no vllm/core/nowhere.py"),
])  # fmt: skip
def test_what_is_gone_says_why(tangle: Checkout, ref: str, words: str) -> None:
    """An outside library, a name only type checkers see, a near miss, a lost file: each has its own words."""
    site = resolve(tangle, Ref.parse(ref))
    assert site.verdict == "gone" and site.message is not None and words in site.message


def test_conditional_imports_to_two_places_are_ambiguous(tangle: Checkout) -> None:
    """What only running decides is not decided here."""
    site = resolve(tangle, Ref.parse("vllm/engine/choice.py::run_the_tool"))
    assert site.verdict == "ambiguous"
    assert {one.path for one in site.candidates} == {"vllm/tools_a/work.py", "vllm/tools_b/work.py"}


@pytest.mark.parametrize(
    ("ref", "path", "symbol"),
    [
        ("vllm/config.py::CacheConfig", "vllm/config/cache.py", "CacheConfig"),
        ("vllm/config.py::CacheConfig.block_size", "vllm/config/cache.py", "CacheConfig.block_size"),
        ("vllm/config.py", "vllm/config/", None),
        ("vllm/shapes/", "vllm/shapes.py", None),
        ("vllm/v1/core/scheduler.py::Scheduler", "vllm/v1/core/sched/scheduler.py", "Scheduler"),
        ("vllm/v1/core/scheduler.py", "vllm/v1/core/sched/scheduler.py", None),
        ("csrc/gather_rows.cu::gather_rows_kernel", "csrc/libtorch_stable/gather_rows.cu", "gather_rows_kernel"),
        ("csrc/gather_rows.cu", "csrc/libtorch_stable/gather_rows.cu", None),
        ("docs/source/design/paged.md", "docs/design/paged.md", None),
        ("docs/source/design/paged.md::The block table", "docs/design/paged.md", "The block table"),
    ],
)
def test_what_moved_is_found(tangle: Checkout, ref: str, path: str, symbol: str | None) -> None:
    """A module that became a package, a file one folder down, a build's own folder, documents out of `source/`."""
    assert leads(resolve(tangle, Ref.parse(ref))) == ("moved", path, symbol)


@pytest.mark.parametrize(
    ("ref", "verdict", "listed"),
    [
        # The first engine's scheduler is another class than the second's.
        ("vllm/core/scheduler.py::Scheduler", "ambiguous", "vllm/v1/core/sched/scheduler.py"),
        # A name that two files have alike.
        ("vllm/tools_c/work.py::everybody_has_one", "ambiguous", "vllm/tools_a/work.py"),
        # A layer's name, written again in a model.
        ("vllm/model_executor/layers/cross.py::CrossAttention", "ambiguous", "vllm/model_executor/models/aria.py"),
        ("vllm/layers/cross.py::CrossAttention.forward", "ambiguous", "vllm/model_executor/models/aria.py"),
        # A host function is not the kernel that a namespace once held under its name.
        ("csrc/launch.cu::vllm::launch_all", "ambiguous", "csrc/launch.cu"),
        # Nor is it, where the file is gone too.
        ("csrc/gone.cu::vllm::launch_all", "ambiguous", "csrc/launch.cu"),
        # Two structs of one file have it.
        ("csrc/launch.cu::apply", "ambiguous", "csrc/launch.cu"),
        # Tests are another tree.
        ("vllm/namesakes.py::OnlyTestsHaveThisOne", "gone", None),
        # The class is there, without that method.
        ("vllm/v1/core/scheduler.py::Scheduler.no_such", "gone", "vllm/v1/core/sched/scheduler.py"),
        # A bare method name is nobody's.
        ("vllm/v1/core/scheduler.py::schedule", "gone", None),
    ],
)  # fmt: skip
def test_a_namesake_is_never_called_the_answer(tangle: Checkout, ref: str, verdict: str, listed: str | None) -> None:
    """Another engine's class, a model's, a test's, a class without the method: none is given as where the ref leads."""
    site = resolve(tangle, Ref.parse(ref))
    assert site.verdict == verdict and not site.found
    assert [one.path for one in site.candidates][:1] == ([listed] if listed else [])


def test_headings_are_found_without_their_markup(tangle: Checkout) -> None:
    """Case, code marks and hash signs do not matter in a heading."""
    site = resolve(tangle, Ref.parse("docs/design/paged.md::paged attention"))
    assert (site.verdict, site.kind, site.line) == ("exact", "heading", 1)


def test_a_batch_answers_in_order_and_like_each_alone(tangle: Checkout) -> None:
    """One pass over the tree for many refs gives what many passes give, repeated refs included."""
    refs = [Ref.parse(text) for text in (
        "vllm/core/scheduler.py::Scheduler", "vllm/config.py", "vllm/engine/front.py::Front", "vllm/config.py",
        "csrc/gather_rows.cu::gather_rows_kernel", "docs/source/design/paged.md::The block table",
    )]  # fmt: skip
    assert resolve_all(tangle, refs) == tuple(resolve(tangle, ref) for ref in refs)


def test_a_stop_that_the_tour_moved_is_elsewhere(tangle: Checkout) -> None:
    """What a variant names and the tree has is `elsewhere`, and the hop says that the tour said so."""
    old, new = Ref.parse("vllm/core/scheduler.py::Scheduler"), Ref.parse("vllm/v1/core/sched/scheduler.py::Scheduler")
    site = resolve_stop(tangle, new, old)
    assert leads(site) == ("elsewhere", new.path, "Scheduler") and "the tour says" in site.hops[0].how
    assert resolve_stop(tangle, new, None).verdict == "exact"
    assert resolve_stop(tangle, old, new).verdict == "ambiguous"


@pytest.mark.parametrize(
    "line",
    [
        "import Thing",
        "import Thing.part",
        "import a, Thing",
        "import a.b as Thing",
        "from a import Thing",
        "from a import (Thing, b)",
        "from a import (\n    b,\n    Thing,\n)",
        "from a import b, \\\n    Thing",
        "Thing = other.Thing",
        "Thing: type = other.Thing",
        "a = Thing = other",
        "a, Thing = b, c",
        "(Thing, a) = b, c",
        "a, (*Thing, b) = c",
        "[a, Thing] = b, c",
        "a = 1; Thing = other",
        "type Thing = Other",
        "try:\n    Thing = a\nexcept E:\n    pass",
        'def __getattr__(name):\n    if name == "Thing":\n        from a import Thing\n        return Thing',
    ],
)
def test_a_name_that_is_bound_again_is_noticed_in_the_text(tmp_path: Path, line: str) -> None:
    """Every form that syntax calls an import or an assignment passes the look at the text that comes before it."""
    (tmp_path / "vllm").mkdir()
    (tmp_path / "vllm" / "__init__.py").write_text(f"class Thing:\n    x = Thing(1)\n{line}\n", encoding="utf-8")
    sources = Sources(open_checkout(tmp_path))
    assert sources.may_bind("vllm/__init__.py", "Thing", 2)
    if "__getattr__" not in line:
        assert any(one.name == "Thing" and one.line > 2 for one in sources.bindings("vllm/__init__.py"))


def test_a_name_that_is_only_used_is_not_looked_up(tmp_path: Path) -> None:
    """Calls, subscripts, attributes and annotations bind nothing."""
    text = "class Thing: ...\nx: Thing = f(Thing(1), a.Thing)\ndef g(a: Thing) -> Thing: return Things\nThing[0]\n"
    (tmp_path / "vllm").mkdir()
    (tmp_path / "vllm" / "__init__.py").write_text(text, encoding="utf-8")
    assert not Sources(open_checkout(tmp_path)).may_bind("vllm/__init__.py", "Thing", 1)


def test_an_unreadable_file_is_no_crash(tmp_path: Path) -> None:
    """A binary file asked for a symbol is gone, with the reason."""
    (tmp_path / "vllm").mkdir()
    (tmp_path / "vllm" / "__init__.py").write_text("")
    (tmp_path / "vllm" / "blob.py").write_bytes(b"\0\1\2")
    site = resolve(open_checkout(tmp_path), Ref.parse("vllm/blob.py::Thing"))
    assert site.verdict == "gone" and site.message is not None and "binary" in site.message


@given(
    path=st.sampled_from(["vllm/shapes.py", "csrc/launch.cu", "docs/design/paged.md", "vllm/gone.py", "csrc/gone.cu"]),
    symbol=st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.from_regex(r"[A-Za-z_.:<>~ ]{1,20}"),
)
@settings(max_examples=60, deadline=None)
def test_any_ref_has_a_verdict(path: str, symbol: str) -> None:
    """Whatever stands after the colons, it is refused as no ref or answered; nothing else happens."""
    try:
        ref = Ref.parse(f"{path}::{symbol}")
    except BadRef:
        return
    assert resolve(open_checkout(TANGLE), ref).verdict in ("exact", "alias", "inherited", "moved", "ambiguous", "gone")


def complaints(checkout: Checkout, release: str) -> list[str]:
    rows = TABLE[release]
    sites = resolve_all(checkout, [Ref.parse(ref) for ref in rows])
    return [f"{release} {ref}: {wrong}" for (ref, told), site in zip(rows.items(), sites, strict=True)
            if (wrong := differs(site, told))]  # fmt: skip


def differs(site: Site, told: str) -> str | None:
    verdict, _, place = told.partition(" ")
    spots = (
        [(one.path, one.symbol) for one in site.candidates] if verdict == "ambiguous" else [(site.path, site.symbol)]
    )
    shown = [f"{path}::{symbol}" if symbol else path for path, symbol in spots if path]
    if site.verdict != verdict or (place and place not in shown):
        return f"expected {told}, is {site.verdict} {' '.join(shown)}"
    return None


@pytest.mark.parametrize("version", ["0.9.2", "0.13.0", "0.33.0"])
def test_the_hand_checked_refs_of_vllm_hold(release: Callable[[str], Path], version: str) -> None:
    """Every row of refs.toml for this release gives the verdict and the place that were read off the source."""
    assert complaints(open_checkout(release(version)), version) == []


def test_the_table_has_rows_enough_to_mean_something() -> None:
    """At least 150 rows a tested release, and every verdict of the ladder among them."""
    for version in ("0.9.2", "0.13.0", "0.33.0"):
        assert len(TABLE[version]) >= 150
    said = {told.partition(" ")[0] for rows in TABLE.values() for told in rows.values()}
    assert said == {"exact", "alias", "inherited", "moved", "ambiguous", "gone"}


@pytest.mark.parametrize("value", ["CALLED", "MADE"])
def test_a_member_of_a_value_is_its_classs(tangle: Checkout, value: str) -> None:
    """`CALLED = Registry()` can be read off; what `make()` returns, jedi says."""
    site = resolve(tangle, Ref.parse(f"vllm/engine/registry.py::{value}.create"))
    assert leads(site) == ("alias", "vllm/engine/registry.py", "Registry.create")
    assert site.line == marked("vllm/engine/registry.py", "here: Registry.create")
    assert site.hops[0].how == f"{value} is of the class Registry"


@pytest.mark.parametrize("ref", ["NUMBERS.append", "PARSED.keys", "CALLED.destroy"])
def test_a_member_that_nobody_knows_is_gone(tangle: Checkout, ref: str) -> None:
    """A type outside of the checkout, or none that can be told, is no answer."""
    site = resolve(tangle, Ref.parse(f"vllm/engine/registry.py::{ref}"))
    assert (site.verdict, site.path) == ("gone", None)
    assert "neither defines nor imports" not in str(site.message)


def test_inferring_leaves_nothing_in_the_home_directory(tangle: Checkout, no_home: Path) -> None:
    """jedi's cache is a temporary one."""
    resolve(tangle, Ref.parse("vllm/engine/registry.py::MADE.create"))
    assert not list(no_home.rglob("*jedi*"))
