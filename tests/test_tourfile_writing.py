"""Tours as TOML text: read again they are the same, whatever their strings hold."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader import library
from reader.errors import BadRef, ReaderError
from reader.ref import Ref
from reader.tour import Message, Note, Question, Stop, Tour, Variant
from reader.tourfile import parse
from reader.tourfile.writing import stop_toml, toml_of, with_stop

HOSTILE = [
    "\\",
    '"',
    '"""',
    "'",
    "'''",
    "\r",
    "\r\n",
    "\n",
    "\t",
    "\x00",
    "\x1b[31m",
    "\x7f",
    "\u202e",
    "\u2028",
    "\x85",
]
HOSTILE += ["[[stop]]", "# no comment", "= ", "\ufeff", "é", "日本", "\U0001f600", "\\u0041", "]", "{", " ", "a"]

# Half characters cannot stand in a file, so none can come out of one.
text = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=120),
    st.lists(st.sampled_from(HOSTILE), max_size=40).map("".join),
)
some = text.map(lambda value: value or "some")
prose = text.map(lambda value: value.strip() or "prose")
ids = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)
when = st.sampled_from([None, ">=0.11", ">=0.9,<0.12", "==0.13.*"])


def _ref(path: str, symbol: str | None) -> Ref:
    """One that is written as it is read; in place of what can be no ref, one that can."""
    try:
        ref = Ref.parse(path if symbol is None else f"{path}::{symbol}")
        return ref if Ref.parse(str(ref)) == ref else Ref("vllm/a.py", "A.f")
    except BadRef:
        return Ref("vllm/a b.py", 'operator "" _x')


refs = st.builds(_ref, text, st.none() | text)
messages = st.builds(Message, *[some] * 3)
notes = st.builds(Note, prose, prose, when)
questions = st.builds(Question, prose, prose, st.none() | refs, when)
lanes = st.sampled_from([None, "frontend", "engine-core", "worker", "gpu", "build"])
states = st.sampled_from(["live", "alias", "legacy", "optional", "historical"])
variants = st.builds(
    Variant,
    when=when.map(lambda value: value or ">=0.9"),
    title=st.none() | prose,
    ref=st.none() | refs,
    why=st.none() | prose,
    lane=lanes,
    state=st.none() | states,
    reason=st.none() | prose,
)
linked_variants = st.builds(replace, variants, after=st.just("first"), message=st.none() | messages) | st.builds(
    replace, variants, after=st.just(""), back_from=st.just("first"), call=st.none() | prose
)


def _stop(way: st.SearchStrategy[dict[str, object]], variants: st.SearchStrategy[Variant]) -> st.SearchStrategy[Stop]:
    plain = st.builds(
        Stop,
        id=ids,
        title=prose,
        ref=refs,
        why=prose,
        minutes=st.integers(1, 480),
        lane=lanes,
        state=states,
        reason=st.none() | prose,
        stars=st.integers(0, 3),
        covers=st.lists(st.sampled_from(["w3.1.1", "p2.1"]), max_size=3).map(tuple),
        when=when,
        notes=st.lists(notes, max_size=2).map(tuple),
        questions=st.lists(questions, max_size=2).map(tuple),
        variants=st.lists(variants, max_size=2).map(tuple),
    )
    return st.builds(lambda stop, given: replace(stop, **given), plain, way)


ways = st.one_of(
    st.just({}),
    st.builds(lambda message: {"after": "first", "message": message}, st.none() | messages),
    st.builds(lambda call: {"back_from": "first", "call": call}, st.none() | prose),
)


def _tour(stops: list[Stop], title: str, intro: str, week: int | None) -> Tour:
    first, *others = stops
    named = (replace(stop, id=f"{stop.id}-{number}") for number, stop in enumerate(others))
    return Tour("hostile", title, "0.13.0", intro, (replace(first, id="first"), *named), week)


tours = st.builds(
    _tour,
    st.builds(
        lambda first, others: [first, *others],
        _stop(st.just({}), variants),
        st.lists(_stop(ways, variants | linked_variants), max_size=2),
    ),
    prose,
    prose,
    st.none() | st.integers(1, 99),
)

STOP = Stop("one", "A claim", Ref("vllm/a.py", "A.f"), "It matters.", 5, lane="worker")


@given(tours)
def test_a_written_tour_is_read_as_the_same(tour: Tour) -> None:
    """Whatever stands in its strings."""
    written = toml_of(tour).encode()
    assert parse(Path("hostile.toml"), written) == tour


@given(tours)
def test_nothing_that_is_written_can_move_a_terminal(tour: Tour) -> None:
    """Every character is printable, or the end of a line or a tab between words."""
    assert all(char.isprintable() or char in "\n\t" for char in toml_of(tour))


@pytest.mark.parametrize("name", [name for name in library.names() if not library.load(name).is_route])
def test_the_tours_that_come_with_reader_are_written_as_they_are(name: str) -> None:
    """Reading what was written gives the tour back, note for note."""
    tour = library.load(name)
    assert parse(Path(f"{name}.toml"), toml_of(tour).encode()) == tour


def test_a_route_is_written_with_stops_of_its_own() -> None:
    """What it borrows is written out, because nothing in a stop says what of it the route itself gave."""
    route = library.load("fast-path")
    again = parse(Path("fast-path.toml"), toml_of(route).encode())
    assert again.stops == tuple(replace(stop, owner=None) for stop in route.stops)


def test_half_a_character_is_written_as_one_that_is_lost() -> None:
    """JSON can hold half of a surrogate pair, a file cannot."""
    tour = Tour("t", "a \ud800 b", "0.13.0", "Intro.", (STOP,))
    assert parse(Path("t.toml"), toml_of(tour).encode()).title == "a � b"


def test_the_keys_stand_in_the_order_of_the_readme() -> None:
    """And what the format takes for granted is left out."""
    note, question = Note('if envs.is_set("A"):', "Why."), Question("What?", "That.")
    long = 'Why it matters, at some length.\n\nAnd a second paragraph with a "quoted" word.'
    stop = replace(STOP, why=long, covers=("w3.1.1",), notes=(note,), questions=(question,))
    assert toml_of(Tour("t", "One turn", "0.13.0", "What it is about.", (stop,))) == (
        'format = 1\ntitle = "One turn"\nhome = "0.13.0"\nintro = "What it is about."\n\n'
        '[[stop]]\nid = "one"\ntitle = "A claim"\nref = "vllm/a.py::A.f"\nminutes = 5\nlane = "worker"\n'
        f'covers = ["w3.1.1"]\nwhy = """\n{long}\n"""\n'
        '[[stop.note]]\nat = \'if envs.is_set("A"):\'\nsay = "Why."\n'
        '[[stop.question]]\nask = "What?"\nanswer = "That."\n'
    )


HEAD = 'format = 1\ntitle = "t"\nhome = "0.13.0"\nintro = "i"\n'


@given(st.lists(st.sampled_from(["# é \u202e", "", "\t", '# """', "# [[stop]]", " # x"]), max_size=6), tours)
def test_appending_keeps_every_character_that_was_there(comments: list[str], tour: Tour) -> None:
    """The old text is the beginning of the new one, and the stop is the last one of it."""
    for end in ("\n", "\r\n"):
        before = "\n".join([toml_of(tour), *comments]).replace("\n", end)
        after = with_stop(before, replace(STOP, id="one-more"), [Note("x = 1", "TODO")])
        assert after.startswith(before)
        assert ("\r\n" in after) == (end == "\r\n")
        assert parse(Path("hostile.toml"), after.encode()).stops == (*tour.stops, replace(STOP, id="one-more"))


def test_a_proposed_note_is_a_comment_that_can_be_taken_up() -> None:
    """Without its marks it is a note of the stop, whatever its fragment holds."""
    written = stop_toml(STOP, [Note('log("a\\b")', "TODO\nand more of it")])
    assert tomllib.loads(written)["stop"][0].keys() == {"id", "title", "ref", "minutes", "lane", "why"}
    taken_up = "\n".join(line.removeprefix("# ") for line in written.split("\n"))
    assert tomllib.loads(taken_up)["stop"][0]["note"] == [{"at": 'log("a\\b")', "say": "TODO\nand more of it\n"}]


def test_nothing_is_appended_to_a_broken_file() -> None:
    """It is said where it is broken."""
    with pytest.raises(ReaderError, match=r"not TOML: .*line 5"):
        with_stop(HEAD + '[[stop]\nid = "x"\n', STOP)


@pytest.mark.parametrize("end", ['stop = [{id = "one"}]\n', "stop = []\n", '[stop]\nid = "x"\n', "stop = 3\n"])
def test_nothing_is_appended_where_stops_are_written_in_another_way(end: str) -> None:
    """A table cannot follow a list that is closed."""
    with pytest.raises(ReaderError):
        with_stop(HEAD + end, STOP)


def test_the_first_stop_can_be_appended_to_a_head() -> None:
    """Also where the last line has no end."""
    assert with_stop(HEAD.rstrip("\n"), STOP) == HEAD + "\n" + stop_toml(STOP)
