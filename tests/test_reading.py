"""Stops in a checkout: how one comes from one stop to the next, in our own route and in a small one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from reader import library
from reader.checkout import open_checkout
from reader.excerpt import Excerpt, excerpt_of
from reader.reading import Reading, Readings
from reader.ref import Ref
from reader.tour import Tour
from reader.tourfile import parse

TOUR = """\
format = 1
title = "A queue"
home = "0.13.0"
intro = "There and back."
[[stop]]
id = "put"
title = "It is put in"
ref = "vllm/a.py::put"
why = "."
minutes = 1
[[stop]]
id = "get"
title = "It is taken out"
ref = "vllm/a.py::get"
why = "."
minutes = 1
after = "put"
[stop.message]
sent = "queue.append("
received = "queue.pop("
over = "a list"
[[stop]]
id = "work"
title = "Something is done"
ref = "vllm/a.py::work"
why = "."
minutes = 1
after = "get"
call = "= do("
[[stop]]
id = "result"
title = "And comes back"
ref = "vllm/a.py::get"
why = "."
minutes = 1
back_from = "work"
call = "= do("
"""
CODE = """\
queue = []


def put(item):
    queue.append(item)


def get():
    item = queue.pop()
    do = work
    result = do(item)
    return result


def work(item):
    return item
"""


def readings(tmp_path: Path, tour: str = TOUR) -> list[Reading]:
    at, known = opened(tmp_path, tour)
    return [at.stop(known, stop) for stop in known.stops]


def opened(tmp_path: Path, tour: str = TOUR) -> tuple[Readings, Tour]:
    root = tmp_path / "vllm-0.13.0"
    (root / "vllm").mkdir(parents=True)
    (root / "vllm" / "__init__.py").touch()
    (root / "vllm" / "a.py").write_text(CODE)
    (root / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: vllm\nVersion: 0.13.0\n")
    return Readings(open_checkout(root)), parse(tmp_path / "queue.toml", tour.encode())


def test_lines_are_those_of_the_file_as_it_is_now(tmp_path: Path) -> None:
    """What was parsed before the file was edited is not taken for what stands there after it, and a stop that was read
    before is known to be no longer current; one of another file is."""
    at, tour = opened(tmp_path)
    put, get, *_ = tour.stops
    (at.checkout.root / "vllm" / "b.py").write_text("def put(item):\n    pass\n")
    other = at.stop(tour, replace(put, ref=Ref("vllm/b.py", "put")))
    before = at.stop(tour, put)
    assert (before.site.start, before.site.end) == (4, 5) and at.unchanged(before.files)
    (at.checkout.root / "vllm" / "a.py").write_text("# one more line\n" + CODE)
    assert at.unchanged(other.files) and not at.unchanged(before.files)
    there = at.stop(tour, get)
    assert there.excerpt is not None and there.excerpt.ends is not None
    assert (there.site.start, there.site.end, there.excerpt.ends.sent) == (9, 13, 6)
    assert there.excerpt.text is not None and there.excerpt.text.startswith("def get():")
    again = at.stop(tour, put)
    assert (again.site.start, again.site.end) == (5, 6) and at.unchanged(again.files)


def test_a_file_that_changes_while_it_is_read_is_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An edit between the look for the definition and the look at its lines does not cut others."""
    at, tour = opened(tmp_path)
    file = at.checkout.root / "vllm" / "a.py"
    edits = iter([f"# once\n{CODE}", f"# twice\n# and again\n{CODE}"])

    def edited(*args: Any, **more: Any) -> Excerpt:
        if (text := next(edits, None)) is not None:
            file.write_text(text)
        return excerpt_of(*args, **more)

    monkeypatch.setattr("reader.reading.excerpt_of", edited)
    found = at.stop(tour, tour.stops[1])
    assert found.excerpt is not None and found.excerpt.text is not None
    assert found.excerpt.text.startswith("def get():") and (found.site.start, found.site.end) == (10, 14)


def test_a_message_shows_both_ends(tmp_path: Path) -> None:
    """The line that sends it in the other stop, and the line that receives it in this one."""
    excerpt = readings(tmp_path)[1].excerpt
    assert excerpt is not None and excerpt.ends is not None and excerpt.call_site is None
    ends = excerpt.ends
    assert (ends.stop, ends.over, ends.path, ends.sent, ends.received) == ("put", "a list", "vllm/a.py", 5, 9)


def test_a_call_by_another_name_is_found_by_its_fragment(tmp_path: Path) -> None:
    """In the caller on the way down, in the stop itself on the way back."""
    _, _, work, result = (reading.excerpt for reading in readings(tmp_path))
    assert work is not None and work.call_site is not None and result is not None and result.call_site is not None
    assert (work.call_site.stop, work.call_site.line, work.call_site.back) == ("get", 11, False)
    assert (result.call_site.stop, result.call_site.line, result.call_site.back) == ("work", 11, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("queue.append(", "queue.insert(", "'queue.insert(' in vllm/a.py:4-5: not found"),
        ("queue.pop(", "item", "'item' in vllm/a.py:8-12: matches 2 lines"),
        ('call = "= do("\n[[stop]]', "[[stop]]", "no call of work in vllm/a.py:8-12, where stop 'get' is"),
        ('\ncall = "= do("\n', "\n", "no call of work in vllm/a.py:8-12, where"),
        ('vllm/a.py::put"', 'vllm/a.py::gone"', "stop 'put', from which one comes here, is gone here"),
    ],
)
def test_a_link_that_does_not_hold_says_where(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A fragment that is not on exactly one line, a call that is not there, and another stop that is gone."""
    assert old in TOUR
    problems = [one.excerpt.call_problem for one in readings(tmp_path, TOUR.replace(old, new)) if one.excerpt]
    assert any(said in problem for problem in problems if problem), problems


@pytest.mark.parametrize("version", ["0.13.0", "0.33.0"])
def test_the_life_of_a_request_has_no_gap(release: Callable[[str], Path], version: str) -> None:
    """Every stop after the first is called by the one before it, gets its message, or is where a call that is still
    open comes back to; what comes back, comes back to the definition that called."""
    tour = library.load("life-of-a-request")
    found = _read(tour, release(version))
    assert len(found) >= 25
    open_calls: list[tuple[Reading, bool]] = [(found[0], False)]  # with whether it was come to by a message
    for before, here in pairwise(found):
        excerpt, name = here.excerpt, here.stop.id
        assert excerpt is not None and excerpt.call_problem is None, name
        assert (excerpt.call_site is None) is not (excerpt.ends is None), name
        if here.stop.back_from is None:
            assert here.stop.after == before.stop.id, name
        else:
            ids = [one.stop.id for one, _ in open_calls]
            assert here.stop.back_from in ids, name
            _, by_message = open_calls[ids.index(here.stop.back_from)]
            del open_calls[ids.index(here.stop.back_from) :]
            if not by_message and open_calls:
                caller, was = open_calls.pop()
                assert (caller.site.path, caller.site.symbol) == (here.site.path, here.site.symbol), name
                by_message = was
            open_calls.append((here, by_message))
            continue
        open_calls.append((here, excerpt.ends is not None))


def _read(tour: Tour, root: Path) -> list[Reading]:
    at = Readings(open_checkout(root))
    return [at.stop(tour, stop) for stop in tour.stops_at(at.checkout.release)]
