"""Spans of releases, and what they say about where a name went."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.checkout import open_checkout
from reader.ref import Ref
from reader.resolve import lifetimes, moved, resolve
from reader.resolve.lifetimes import Lifetimes, Span, Traced
from reader.resolve.nearness import nearness
from reader.resolve.python import Found

sys.path.insert(0, str(Path(__file__).parent / "bench"))

from lifetimes import log_size, spans, standing

RELEASES = ("1.0", "1.1", "1.2", "1.10")
TANGLE = Path(__file__).parent / "fixtures" / "tangle"

Place = tuple[str, int, int] | tuple[str, int, int, int] | tuple[str, int, int, int, str]


def table(*places: Place, name: str = "Thing") -> Lifetimes:
    """Each place: path, first and last release, lines (10), kind (class)."""
    rows = []
    for path, first, last, *more in places:
        lines, kind = (*more, *(10, "class")[len(more) :])
        size = log_size(int(lines))
        rows.append(Span.of(name, path, first, last, str(kind), size, size))
    return Lifetimes.of(RELEASES, rows)


def test_what_came_when_it_left_is_its_home() -> None:
    """One left and one came in the next release: asked forward, back, and without knowing the release."""
    both = table(("old.py", 0, 1), ("new.py", 2, 3))
    assert both.trace("Thing", "old.py", {"new.py"}, "1.10").home == "new.py"
    assert both.trace("Thing", "new.py", {"old.py"}, "1.0").home == "old.py"
    assert both.trace("Thing", "old.py", {"new.py"}, "unknown").home == "new.py"
    assert both.trace("Thing", "old.py", {"new.py"}, "1.10").stood == ("1.0", "1.1")


def test_a_way_of_several_places_is_followed() -> None:
    """The places between are not in the checkout, and the way leads over them."""
    three = table(("a.py", 0, 0), ("b.py", 1, 2), ("c.py", 3, 3))
    assert three.trace("Thing", "a.py", {"c.py"}, "1.10").home == "c.py"
    assert three.trace("Thing", "c.py", {"a.py"}, "1.0").home == "a.py"
    assert three.trace("Thing", "a.py", {"b.py"}, "1.3").home == "b.py"  # between 1.2 and 1.10


def test_what_stood_beside_it_or_came_later_is_a_namesake() -> None:
    """It is no home, and nearness may not make it one."""
    for other in (("twin.py", 0, 3), ("twin.py", 3, 3)):
        traced = table(("old.py", 0, 1), other).trace("Thing", "old.py", {"twin.py"}, "1.10")
        assert traced.home is None and not traced.allows("twin.py")


def test_a_copy_kept_for_one_release_is_left_to_nearness() -> None:
    """What came one release before the other left may be its home; what stood beside it for two may not."""
    for last, possible in ((1, True), (2, False)):
        traced = table(("old.py", 0, last), ("new.py", 1, 3)).trace("Thing", "old.py", {"new.py"}, "1.10")
        assert traced.home is None and traced.allows("new.py") is possible


def test_several_that_left_or_came_are_left_to_nearness() -> None:
    """Of two copies that became one it is said that they did; of one that became two, both are possible, no other."""
    merged = table(("a.py", 0, 1), ("b.py", 0, 1), ("c.py", 2, 3)).trace("Thing", "a.py", {"c.py"}, "1.10")
    assert merged.home is None and merged.torn and merged.allows("c.py")
    split = table(("a.py", 0, 1), ("b.py", 2, 3), ("c.py", 2, 3), ("d.py", 0, 3))
    traced = split.trace("Thing", "a.py", {"b.py", "c.py", "d.py"}, "1.10")
    assert traced.home is None and [traced.allows(path) for path in ("b.py", "c.py", "d.py")] == [True, True, False]


@pytest.mark.parametrize(
    ("came", "possible"),
    [(("new.py", 2, 3, 40), True), (("new.py", 2, 3, 2), True), (("new.py", 2, 3, 10, "function"), False)],
)
def test_a_name_taken_over_by_another_thing_is_no_home(came: Place, possible: bool) -> None:
    """What is much larger or much smaller may be it, and nearness decides; what is of another kind is not."""
    traced = table(("old.py", 0, 1), came).trace("Thing", "old.py", {"new.py"}, "1.10")
    assert traced.home is None and traced.allows("new.py") is possible


def test_a_class_is_followed_from_before_it_became_an_alias() -> None:
    """Its place kept the name for what it went to, and the way begins where the class left."""
    alias = table(("old.py", 0, 1), ("old.py", 2, 2, 1, "variable"), ("new.py", 2, 3), ("twin.py", 0, 1, 1, "variable"))
    assert alias.trace("Thing", "old.py", {"new.py"}, "1.10").home == "new.py"


def test_what_the_table_does_not_know_is_left_to_nearness() -> None:
    """A ref that it does not hold, and a place that came after its last release."""
    known = table(("old.py", 0, 3))
    assert known.trace("Thing", "never.py", {"old.py"}, "1.10").allows("old.py")
    traced = known.trace("Thing", "old.py", {"newest.py"}, "2.0")
    assert traced.home is None and traced.allows("newest.py")


def test_a_name_that_left_and_came_back_has_two_spans() -> None:
    """Asked for a release in the gap, the way begins where it left."""
    back = table(("a.py", 0, 0), ("a.py", 3, 3), ("b.py", 1, 2))
    assert back.trace("Thing", "a.py", {"b.py"}, "1.2").home == "b.py"


def test_only_telling_names_are_kept() -> None:
    """Of three releases: what moved and what left; not what stayed, and not what stands everywhere."""
    everywhere = {("logger", f"{number}.py"): ("variable", 9) for number in range(20)}
    stays = {("Stays", "a.py"): ("class", 9)}
    table = spans([everywhere | stays | {("Moves", "a.py"): ("class", 9), ("Leaves", "a.py"): ("class", 9)},
                   everywhere | stays | {("Moves", "b.py"): ("class", 9)}])  # fmt: skip
    assert {(one.name, one.first, one.last) for one in table} == {
        (lifetimes.key("Moves"), 0, 0), (lifetimes.key("Moves"), 1, 1), (lifetimes.key("Leaves"), 0, 0),
    }  # fmt: skip


def test_a_table_is_read_as_it_was_written() -> None:
    """And one of another format is no table: everything is left to nearness."""
    one = Span.of("Thing", "a.py", 0, 2, "kernel", 30, 40)
    data = lifetimes.written(RELEASES, [one])
    again = lifetimes.read(data)
    assert again.releases == RELEASES and again.spans() == [one]
    assert lifetimes.read(data.replace(b"lifetimes 1", b"lifetimes 9")).releases == ()


def test_the_ladder_asks_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A place that path and name say nothing for is `moved` with a history, and a near one without it is not."""
    ref = Ref("vllm/core/plain.py", "Front")
    monkeypatch.setattr(lifetimes, "known", lambda: Lifetimes())
    assert resolve(open_checkout(TANGLE), ref).verdict == "ambiguous"
    history = table((ref.path, 0, 1), ("vllm/v1/engine/front.py", 2, 3), ("vllm/engine/older.py", 0, 3), name="Front")
    monkeypatch.setattr(lifetimes, "known", lambda: history)
    site = resolve(open_checkout(TANGLE), ref)
    assert (site.verdict, site.path) == ("moved", "vllm/v1/engine/front.py")


def test_a_name_goes_with_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where several of a name left at once, the one whose file is known to have gone there is `moved`; else none is."""
    ref = Ref("vllm/core/front.py", "Front")
    place, other = "vllm/v1/engine/front.py", "vllm/core/back.py"
    names = table((ref.path, 0, 1), (other, 0, 1), (place, 2, 3), ("vllm/engine/older.py", 0, 3), name="Front")
    files = table((ref.path, 0, 1, 10, "place"), (place, 2, 3, 10, "place"), name=lifetimes.place_name(place))
    monkeypatch.setattr(lifetimes, "known", lambda: names)
    assert resolve(open_checkout(TANGLE), ref).verdict == "ambiguous"
    monkeypatch.setattr(lifetimes, "known", lambda: Lifetimes.of(RELEASES, [*names.spans(), *files.spans()]))
    site = resolve(open_checkout(TANGLE), ref)
    assert (site.verdict, site.path) == ("moved", place)


def test_the_shipped_table_agrees_with_a_release(release: Callable[[str], Path]) -> None:
    """Every span that covers 0.13.0 names something that stands there, and every known place has its span."""
    shipped = lifetimes.known()
    at = shipped.releases.index("0.13.0")
    stood = {(lifetimes.key(name), lifetimes.key(path)) for name, path in standing(str(release("0.13.0")))}
    spans_ = shipped.spans()
    told = {(one.name, one.path) for one in spans_ if one.first <= at <= one.last}
    known = {(one.name, one.path) for one in spans_}
    assert told <= stood
    assert stood & known == told


def test_of_several_that_history_allows_none_is_chosen() -> None:
    """Two copies that came when the old one left are as good, however much nearer one of them lies."""
    near_by, far_off = (
        moved.Scored(
            Found(path, "is_cached_block_table", "function", 1, 1, 2), nearness("vllm/cache/abstract.py", path)
        )
        for path in ("vllm/cache/core/abstract.py", "vllm/v1/interface.py")
    )
    result = moved.Search([near_by, far_off], traced=Traced(others=frozenset({"vllm/cache/core/abstract.py"})))
    ref = Ref.parse("vllm/cache/abstract.py::is_cached_block_table")
    assert moved.decide(ref, result, True) is not None
    result.traced = Traced(others=frozenset({"vllm/cache/core/abstract.py", "vllm/v1/interface.py"}))
    assert moved.decide(ref, result, True) is None
