"""Tours: what a release gets of one, and what is said of a bad file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from reader import library
from reader.errors import BadTour, ReaderError, UnknownName
from reader.ref import Ref
from reader.tour import Note, Stop, Tour, _plainly, matches
from reader.tourfile import parse

HEAD = 'format = 1\ntitle = "A week"\nweek = 3\nhome = "0.13.0"\nintro = "What it is about."\n'
STOP = '[[stop]]\nid = "one"\ntitle = "A claim"\nref = "vllm/a.py::A.f"\nwhy = "It matters."\nminutes = 5\n'


def tour(text: str) -> Tour:
    return parse(Path("week03.toml"), text.encode())


def complaints(text: str) -> tuple[str, ...]:
    with pytest.raises(BadTour) as caught:
        tour(text)
    return caught.value.complaints


def test_every_key_of_the_format_is_read() -> None:
    """A tour with all of its keys gives them all back."""
    whole = tour(
        HEAD
        + STOP
        + 'covers = ["w3.1.1", "p2.1"]\nstars = 3\nlane = "engine-core"\nstate = "optional"\nreason = "needs a flag"\n'
        + 'when = ">=0.9"\n[[stop.note]]\nat = "x = 1"\nsay = "Why."\nwhen = ">=0.11"\n'
        + '[[stop.question]]\nask = "?"\nanswer = "!"\nref = "vllm/b.py"\n'
        + '[[stop.variant]]\nwhen = "<0.11"\ntitle = "Other"\nref = "vllm/c.py::C"\nstate = "live"\n'
        + STOP.replace('"one"', '"two"')
        + 'after = "one"\n'
    )
    one, two = whole.stops
    assert (whole.name, whole.title, whole.week, whole.home) == ("week03", "A week", 3, "0.13.0")
    assert one.ref == Ref("vllm/a.py", "A.f")
    assert (one.covers, one.stars, one.lane, one.reason) == (("w3.1.1", "p2.1"), 3, "engine-core", "needs a flag")
    assert one.notes == (Note("x = 1", "Why.", ">=0.11"),)
    assert one.questions[0].ref == Ref("vllm/b.py")
    assert two.after == "one"


def test_a_variant_replaces_only_what_it_names() -> None:
    """The first variant that matches wins, and what it does not name stays the stop's own."""
    stop = tour(
        HEAD
        + STOP
        + 'state = "legacy"\nreason = "kept for callers"\n'
        + '[[stop.variant]]\nwhen = "<0.11"\nref = "vllm/c.py::C"\nstate = "live"\n'
        + '[[stop.variant]]\nwhen = "<0.12"\ntitle = "Later"\n'
    ).stops[0]
    old, instead_of = stop.at_release("0.9.2")
    assert (old.ref, old.state, old.reason, old.title) == (Ref("vllm/c.py", "C"), "live", None, "A claim")
    assert instead_of == stop.ref
    middle, instead_of = stop.at_release("0.11.0")
    assert (middle.title, middle.reason, instead_of) == ("Later", "kept for callers", None)
    assert stop.at_release("0.13.0") == (stop, None)
    assert stop.at_release("unknown") == (stop, None)


def test_a_question_is_asked_only_where_its_when_matches() -> None:
    """A variant shows other code, so an old question would have no answer there."""
    stop = tour(
        HEAD
        + STOP
        + '[[stop.question]]\nask = "Old?"\nanswer = "!"\nwhen = "<0.11"\n'
        + '[[stop.question]]\nask = "Always?"\nanswer = "!"\n'
    ).stops[0]
    assert [question.ask for question in stop.at_release("0.9.2")[0].questions] == ["Old?", "Always?"]
    assert [question.ask for question in stop.at_release("0.13.0")[0].questions] == ["Always?"]


def test_a_variant_may_change_or_take_away_the_caller() -> None:
    """A variant's own `after` replaces the stop's, and an empty one says that nothing in the tour calls it there."""
    stops = tour(
        HEAD
        + STOP
        + STOP.replace('"one"', '"two"')
        + STOP.replace('"one"', '"three"')
        + 'after = "one"\n'
        + '[[stop.variant]]\nwhen = "<0.11"\nafter = "two"\n'
        + '[[stop.variant]]\nwhen = "<0.13"\nafter = ""\n'
    ).stops
    assert [stops[2].at_release(release)[0].after for release in ("0.9.2", "0.12.0", "0.13.0")] == ["two", None, "one"]


@pytest.mark.parametrize(
    ("when", "release", "expected"),
    [
        ("<0.14", "0.13.0", True),
        (">=0.14", "0.14.0.dev5+gabc", True),
        ("<0.14", "0.14.0.dev5+gabc", False),
        (">=0.11,<0.14", "0.14.0rc1", False),
        ("==0.13.*", "0.13.1.dev3", True),
    ],
)
def test_a_development_version_counts_as_the_release_it_leads_to(when: str, release: str, expected: bool) -> None:
    """Either side of a boundary takes in a development version, never neither."""
    assert matches(when, release, unknown=False) is expected


_numbers = st.lists(st.integers(0, 12), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
_releases = st.builds(
    "".join,
    st.tuples(_numbers, st.sampled_from(["", "", "", ".dev3", "rc1", ".post1", "rc2.dev1", ".dev3+g12ab", "a1"])),
)
_clauses = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["<", "<=", ">", ">=", "==", "!=", " < ", "== ", ">= "]),
        _numbers,
        st.sampled_from(["", "", "", "", "rc1", ".dev1", ".post2", " "]),
    ),
)


@given(when=st.lists(_clauses, max_size=3).map(",".join), release=_releases)
def test_plain_clauses_are_judged_as_packaging_does(when: str, release: str) -> None:
    """The short cut for numbers agrees with PEP 440 as packaging has it, on whatever it answers."""
    expected = SpecifierSet(when).contains(Version(Version(release).base_version), prereleases=True)
    assert matches(when, release, unknown=not expected) is expected


@pytest.mark.parametrize("name", library.names())
def test_no_tour_of_ours_needs_packaging(name: str) -> None:
    """Every `when` of the project's tours is judged by the short cut: packaging would take 15 ms to import."""
    ours = library.load(name)
    whens = [
        *(stop.when for stop in ours.stops),
        *(note.when for stop in ours.stops for note in stop.notes),
        *(question.when for stop in ours.stops for question in stop.questions),
        *(variant.when for stop in ours.stops for variant in stop.variants),
    ]
    assert all(_plainly(when, "0.13.1.dev5+gabc") is not None for when in whens if when)


def test_an_unknown_release_gets_every_note_and_no_variant() -> None:
    """Where nothing says which release it is, nothing is left out on a guess."""
    stop = Stop("a", "t", Ref("p.py"), "w", 1, notes=(Note("x", "y", "<0.1"), Note("z", "y")))
    assert len(stop.notes_at("unknown")) == 2
    assert len(stop.notes_at("0.13.0")) == 1


def test_all_complaints_come_at_once_with_stop_and_key() -> None:
    """Eight different mistakes in one file give eight complaints, each with its place."""
    said = complaints(
        HEAD.replace("format = 1", "format = 2")
        + STOP.replace('ref = "vllm/a.py::A.f"', 'ref = "../etc/passwd"').replace("minutes = 5", 'minutes = "5"')
        + 'lane = "moon"\nstar = 3\n[[stop.note]]\nat = "x"\n[[stop.variant]]\nwhen = "newer"\n'
        + STOP.replace('why = "It matters."', "")
        + STOP.replace('"one"', '"three"')
        + 'after = "thre"\n'
    )
    joined = "\n".join(said)
    for expected in (
        "tour: format: is 2",
        "stop 'one': ref: '../etc/passwd' is no ref: '..' would lead out of the checkout",
        "stop 'one': minutes: Expected `int`, got `str`",
        "stop 'one': lane:",
        "stop 'one': star: is no key; did you mean stars?",
        "stop 'one', note 1: say: is missing",
        "stop 'one', variant 1: when: 'newer' is no version specifier",
        "stop 'one': why: is missing",
        "stop 'three': after: names no stop of this tour: 'thre'; did you mean three?",
    ):
        assert expected in joined


def test_an_id_used_twice_is_a_complaint() -> None:
    """Progress hangs on the id, so two stops cannot share one."""
    twice = "stop 'one': id: is used by an earlier stop too; progress hangs on it"
    assert complaints(HEAD + STOP + STOP) == (twice,)
    assert complaints(HEAD + STOP + STOP.replace("minutes = 5", "")) == ("stop 'one': minutes: is missing", twice)


def test_a_stop_with_a_mistake_is_there_for_those_that_name_it() -> None:
    """One mistake is one complaint: what comes after a stop that is wrong is not wrong for that."""
    broken, after = STOP.replace("minutes = 5", "minutes = 0"), STOP.replace('"one"', '"two"') + 'after = "one"\n'
    assert [said.partition(":")[0] for said in complaints(HEAD + broken + after)] == ["stop 'one'"]


def test_a_word_that_is_none_of_a_few_is_answered_with_the_few() -> None:
    """A lane that does not exist names those that do."""
    assert complaints(HEAD + STOP + 'lane = "gpuu"\n') == (
        "stop 'one': lane: 'gpuu' is none of frontend, engine-core, worker, gpu, build",
    )


@pytest.mark.parametrize("ref", ["/etc/passwd", "a/../../b", "C:\\x", "", "a.py::", "~/x", "dir/::x", "a\\b"])
def test_a_ref_that_could_leave_the_checkout_is_refused(ref: str) -> None:
    """Absolute, climbing, empty and foreign paths are complaints."""
    assert len(complaints(HEAD + STOP.replace("vllm/a.py::A.f", ref.replace("\\", "\\\\")))) == 1


def test_bad_toml_names_the_line() -> None:
    """A file that is no TOML is one complaint with the line."""
    (said,) = complaints(HEAD + "[[stop]\n")
    assert "line 6" in said


def test_a_file_that_is_not_text_is_a_complaint() -> None:
    """Bytes that are no UTF-8 are told, with their place."""
    with pytest.raises(BadTour, match="byte 0 is not UTF-8"):
        parse(Path("x.toml"), b"\xff\xfe\x00")


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: (HEAD + STOP + text).encode()))
def test_any_bytes_give_a_tour_or_complaints(raw: bytes) -> None:
    """No input ends in anything but a tour or a ReaderError."""
    try:
        assert isinstance(parse(Path("x.toml"), raw), Tour)
    except ReaderError as error:
        assert str(error)


@given(st.text(max_size=80))
def test_any_text_is_a_ref_or_refused(text: str) -> None:
    """A ref that is accepted stays inside and is written back the same."""
    try:
        ref = Ref.parse(text)
    except ReaderError:
        return
    assert Ref.parse(str(ref)) == ref
    assert not ref.path.startswith("/")
    assert ".." not in ref.path.split("/")


def test_a_week_has_three_names() -> None:
    """`week3`, `week03` and `3` are one tour."""
    assert {library.canonical(name) for name in ("week3", "week03", "3", "Week 3")} == {"week03"}


def test_a_wrong_name_is_answered_with_near_ones() -> None:
    """A tour that does not exist raises UnknownName with what comes near."""
    with pytest.raises(UnknownName) as caught:
        library.load("weak03")
    assert "week03" in caught.value.near


@pytest.mark.parametrize("name", library.names())
def test_the_projects_own_tours_are_well_formed(name: str) -> None:
    """Every tour that ships loads without a complaint."""
    assert library.load(name).stops


LENT = (
    HEAD
    + STOP
    + STOP.replace('"one"', '"two"')
    + 'after = "one"\n[[stop.variant]]\nwhen = "<0.11"\ntitle = "Old"\nafter = ""\n'
    + '[[stop.variant]]\nwhen = ">=0.20"\nstate = "legacy"\nreason = "kept"\n'
    + STOP.replace('"one"', '"three"')
    + 'after = "two"\n'
)
ROUTE = 'format = 1\ntitle = "Another order"\nhome = "0.13.0"\nintro = "The same."\n'


def route(text: str) -> Tour:
    def lend(name: str) -> Tour:
        if name != "week03":
            raise UnknownName("tour", name, ["week03"])
        return tour(LENT)

    return parse(Path("route.toml"), (ROUTE + text).encode(), lend)


def route_complaints(text: str) -> tuple[str, ...]:
    with pytest.raises(BadTour) as caught:
        route(text)
    return caught.value.complaints


def test_a_route_borrows_whole_stops() -> None:
    """A borrowed stop is its owner's in all but what the route says, and knows whose it is."""
    got = route('[[stop]]\nfrom = "week03:three"\n[[stop]]\nfrom = "week03:two"\nid = "second"\nwhy = "In passing."\n')
    assert got.is_route and not tour(LENT).is_route
    three, second = got.stops
    assert (three.id, three.owner, three.why) == ("three", ("week03", "three"), "It matters.")
    assert (second.id, second.owner, second.why) == ("second", ("week03", "two"), "In passing.")
    assert [got.key(stop) for stop in got.stops] == [("week03", "three"), ("week03", "two")]


def test_a_borrowed_stop_keeps_the_links_whose_other_end_is_borrowed_too() -> None:
    """Under the id that the other stop has here, and not at all where it is left out."""
    got = route('[[stop]]\nfrom = "week03:two"\nid = "second"\n[[stop]]\nfrom = "week03:three"\n')
    assert [stop.after for stop in got.stops] == [None, "second"]
    whole = route('[[stop]]\nfrom = "week03:one"\n[[stop]]\nfrom = "week03:two"\n')
    assert [whole.stops[1].at_release(release)[0].after for release in ("0.10.2", "0.13.0")] == [None, "one"]


def test_a_route_gives_a_borrowed_stop_another_link() -> None:
    """What the route says of the way there holds in all releases but those for which it says otherwise, and what the
    owner says of the stop itself holds too."""
    got = route(
        '[[stop]]\nfrom = "week03:one"\n[[stop]]\nfrom = "week03:two"\nafter = "one"\n'
        '[stop.message]\nsent = "put("\nreceived = "get("\nover = "a queue"\n'
        '[[stop.variant]]\nwhen = "<0.12"\nafter = ""\n[[stop.variant]]\nwhen = ">=0.16"\nback_from = "one"\n'
    )
    two = got.stops[1]
    ways = [two.at_release(release)[0] for release in ("0.10.2", "0.11.0", "0.13.0", "0.16.0", "0.20.0")]
    assert [(way.after, way.back_from, way.message is not None) for way in ways] == [
        (None, None, False),
        (None, None, False),
        ("one", None, True),
        (None, "one", False),
        (None, "one", False),
    ]
    assert [(way.title, way.state, way.reason) for way in ways] == [
        ("Old", "live", None),
        *[("A claim", "live", None)] * 3,
        ("A claim", "legacy", "kept"),
    ]


def test_every_complaint_of_a_route_comes_at_once() -> None:
    """Unknown tours and stops with near names, doubles, and links that lead nowhere or two ways."""
    said = "\n".join(
        route_complaints(
            '[[stop]]\nfrom = "week3:one"\n[[stop]]\nfrom = "week03:tow"\n[[stop]]\nfrom = "one"\n'
            '[[stop]]\nfrom = "week03:one"\ntitle = "Mine"\n[[stop]]\nfrom = "week03:two"\nafter = "thre"\n'
            '[[stop]]\nfrom = "week03:two"\nid = "again"\n[[stop]]\nfrom = "week03:three"\nid = "two"\n'
        )
    )
    for part in (
        "'week3:one': from: there is no tour called 'week3'; did you mean week03?",
        "there is no stop in week03 called 'tow'; did you mean two?",
        "'one' names no stop of another tour; write e.g. 'week03:engine-step'",
        "stop 'week03:one': title: is no key",
        "stop 'again': from: week03:two is borrowed by an earlier stop too",
        "stop 'two': id: is used by an earlier stop too",
        "stop 'two': after: names no stop of this tour: 'thre'",
    ):
        assert part in said, said


def test_a_stop_is_come_to_in_one_way() -> None:
    """A message needs a sender, and a stop that is called is not come back to."""
    message = '[stop.message]\nsent = "put("\nreceived = "get("\nover = "a queue"\n'
    assert any("message: needs an after" in one for one in complaints(HEAD + STOP + message))
    two = STOP.replace('"one"', '"two"')
    assert any("one way" in one for one in complaints(HEAD + STOP + two + 'after = "one"\nback_from = "one"\n'))
    bad = complaints(HEAD + STOP + two + 'after = "one"\n[stop.message]\nsent = "put("\n')
    assert any("all three" in one for one in bad)


def test_what_is_borrowed_is_not_lent_again() -> None:
    """Progress hangs on one owner: the complaint names it."""
    borrower = route('[[stop]]\nfrom = "week03:one"\n')
    with pytest.raises(BadTour, match="is borrowed there too; write 'week03:one'"):
        parse(Path("second.toml"), (ROUTE + '[[stop]]\nfrom = "route:one"\n').encode(), lambda _: borrower)


def test_every_route_of_our_own_says_how_long_it_takes() -> None:
    """The hours that an intro names are those of its stops in the release that it was written against."""
    for name in library.names():
        known = library.load(name)
        minutes = sum(stop.minutes for stop in known.stops_at(known.home))
        hours = f"{minutes / 60:.1f}".removesuffix(".0")
        if known.is_route and minutes >= 90:
            assert f"{hours} hours" in known.intro, (name, hours)
