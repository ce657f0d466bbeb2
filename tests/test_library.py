"""The tours at hand: nearest first, said where they come from, and none that spoils the others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader import compiled, directories, library
from reader.errors import BadTour, ReaderError, UnknownName
from reader.surroundings import surroundings

HEAD = 'format = 1\ntitle = "{title}"\nhome = "0.13.0"\nintro = "What it is about."\n'
STOP = '[[stop]]\nid = "one"\ntitle = "A claim"\nref = "vllm/a.py::A.f"\nwhy = "It matters."\nminutes = 5\n'
ROUTE = '[[stop]]\nfrom = "{}"\n'


def put(folder: Path, name: str, title: str = "Mine", text: str = STOP) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(HEAD.format(title=title) + text, encoding="utf-8")
    return path


class Around:
    """Three places for tours, nearest first, and what was told."""

    def __init__(self, place: Path) -> None:
        self.near, self.far = place / "near", place / "far"
        self.beside, self.beyond = (root / library.FOLDER for root in (self.near, self.far))
        self.product = place / "product"
        self.told: list[str] = []
        surroundings.set(lambda: (self.near, self.far, self.near), self.told.append)


@pytest.fixture
def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Around]:
    found = Around(tmp_path)
    shutil.copytree(library.directory(), found.product)
    monkeypatch.setattr(library, "directory", lambda: found.product)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield found
    surroundings.set(tuple, lambda said: None)


def test_the_nearest_of_a_name_is_what_it_means(around: Around) -> None:
    """Before those further away, before the user's, before those that come with reader."""
    places = (around.beside, around.beyond, library.of_user(), around.product)
    for title, folder in zip(("near", "far", "user", "reader"), places, strict=True):
        put(folder, "mine", title)
    for title, folder in zip(("near", "far", "user", "reader"), places, strict=True):
        assert library.load("mine").title == title
        assert library.find("mine").path == folder / "mine.toml"
        (folder / "mine.toml").unlink()
    with pytest.raises(UnknownName):
        library.load("mine")


def test_every_tour_is_listed_once_with_what_it_hides(around: Around) -> None:
    """The weeks in their order, then the others by name, wherever they come from."""
    for folder in (around.beside, library.of_user()):
        put(folder, "week03")
    put(around.beside, "a-tour")
    names = library.names()
    assert names[:12] == tuple(f"week{number:02}" for number in range(1, 13))
    assert names[12:] == tuple(sorted(names[12:])) and "a-tour" in names
    held = library.shelf().held["week03"]
    assert (held.origin, [one.origin for one in held.hides]) == ("beside", ["user", "reader"])


def test_a_tour_that_stands_in_for_one_of_reader_is_told_once(around: Around) -> None:
    """Where it is named; not for those that hide no tour of reader's, and not for what merely lists."""
    path = put(around.beside, "week03")
    put(around.beside, "mine")
    put(library.of_user(), "mine")
    library.shelf()
    library.load("mine")
    assert not around.told
    for name in ("week3", "3", "week03"):
        assert library.load(name).title == "Mine"
    assert around.told == [f"week03 is {path}, which stands in for the one that comes with reader"]


def test_what_is_open_stays_what_was_opened(around: Around) -> None:
    """A stranger's checkout cannot slip another tour under the one that is read."""
    before = library.source_of("week03")
    path = put(around.beside, "week03")
    assert (before, library.reload(before).title) == ("week03", "LLM engine basics")
    assert (library.source_of("week03"), library.reload(str(path)).title) == (str(path), "Mine")
    put(around.beyond, "mine", "far")
    own = library.source_of("mine")
    put(around.beside, "mine", "near")
    assert (library.reload(own).title, library.load("mine").title) == ("far", "near")


def test_a_broken_tour_is_no_hindrance_to_the_others(around: Around) -> None:
    """It is on the shelf as broken, with every complaint, and it is told that it is left out."""
    bad = put(around.beside, "bad", text="")
    (around.product / "fast-path.toml").write_bytes(b"\xff")
    os.mkfifo(around.beside / "pipe.toml")
    shelf = library.shelf()
    assert len(shelf.tours) == 17
    said = {one.held.name: one.complaints[0] for one in shelf.broken}
    assert said.keys() == {"bad", "pipe", "fast-path"}
    assert said["bad"] == "tour: stop: is missing; a tour has at least one [[stop]]"
    assert said["pipe"] == "not a regular file (a device, pipe or socket)"
    assert f"{bad}: {said['bad']}; this tour is left out" in around.told
    with pytest.raises(BadTour):
        library.load("bad")


def test_quietly_nothing_is_told(around: Around) -> None:
    """For a list that shows what is broken itself."""
    put(around.beside, "bad", text="")
    assert library.shelf(quiet=True).broken
    assert not around.told


@pytest.mark.parametrize("name", ["plan", "a.b", "a b", "-x", "a:b", "a\x1b[31m"])
def test_what_cannot_be_named_is_told_and_stands_in_for_nothing(around: Around, name: str) -> None:
    """A name is typed, completed, and followed by a colon."""
    put(around.beside, name)
    (broken,) = library.shelf().broken
    assert broken.held.name == name and "rename the file" in broken.complaints[0]
    assert name not in library.names()


def test_hidden_files_are_no_tours(around: Around) -> None:
    """Editors leave some behind."""
    put(around.beside, ".mine")
    (around.beside / ".#other.toml").symlink_to("nobody@nowhere")
    put(around.beside, "mine~").rename(around.beside / "mine.toml~")
    assert not library.shelf().broken and len(library.names()) == 18


def test_a_link_out_of_the_folder_of_a_stranger_is_not_followed(around: Around, tmp_path: Path) -> None:
    """Neither of a file nor of a folder on the way; one that stays inside is."""
    secret = put(tmp_path / "elsewhere", "mine")
    around.beside.mkdir(parents=True)
    (around.beside / "mine.toml").symlink_to(secret)
    (around.beside / "week03.toml").symlink_to(secret)
    put(around.near / "docs", "inside")
    (around.beside / "inside.toml").symlink_to("../../docs/inside.toml")
    around.beyond.parent.mkdir(parents=True)
    around.beyond.symlink_to(secret.parent)
    assert library.load("inside").title == "Mine"
    assert library.load("week03").title == "LLM engine basics"
    assert {one.held.name for one in library.shelf().broken} == {"mine", "week03"}
    for path in (around.beside / "mine.toml", around.beyond / "mine.toml"):
        with pytest.raises(ReaderError, match="symbolic link"):
            library.load(str(path))


def test_the_users_own_links_are_followed(around: Around, tmp_path: Path) -> None:
    """Many keep their configuration elsewhere."""
    put(tmp_path / "dotfiles", "mine")
    library.of_user().parent.mkdir(parents=True)
    library.of_user().symlink_to(tmp_path / "dotfiles")
    assert library.load("mine").title == "Mine"


def test_a_folder_with_too_many_tours_is_taken_in_part(around: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so."""
    monkeypatch.setattr(library, "MOST", 3)
    for number in range(5):
        put(around.beside, f"t{number}")
    shelf = library.shelf()
    assert {"t0", "t1", "t2"} < set(shelf.held) and "t3" not in shelf.held
    assert "of 5 tours in one folder the first 3 are taken" in shelf.broken[0].complaints


def test_a_tour_borrows_from_its_own_folder_and_from_reader(around: Around) -> None:
    """And from no other place: it says the same wherever it is read."""
    put(around.beside, "mine")
    put(around.beyond, "other")
    put(around.beside, "route", text=ROUTE.format("mine:one") + ROUTE.format("week3:core-step"))
    put(around.beside, "lost", text=ROUTE.format("other:one"))
    assert [stop.owner for stop in library.load("route").stops] == [("mine", "one"), ("week03", "core-step")]
    with pytest.raises(BadTour, match="no tour called 'other'"):
        library.load("lost")


def test_a_tour_of_reader_borrows_from_no_other(around: Around) -> None:
    """Whatever stands in for the tour that it names, and whoever asks."""
    put(around.beside, "week03", text=STOP.replace('"one"', '"core-step"'))
    put(around.beside, "mine", text=ROUTE.format("week03:core-step"))
    lent = {stop.id: stop for stop in library.load("fast-path").stops}
    assert lent["core-step"].title == "Schedule, execute, update: the whole engine in one method"
    assert library.load("mine").stops[0].title == "A claim"
    put(around.beside, "again", text=ROUTE.format("fast-path:core-step"))
    with pytest.raises(BadTour, match="is borrowed there too; write 'week03:core-step'"):
        library.load("again")


def test_a_lender_that_appears_nearer_is_borrowed_from(around: Around) -> None:
    """Also where the route was read before and is in the cache."""
    route = put(around.beside, "route", text=ROUTE.format("week03:core-step"))
    for path in (route, *around.product.iterdir()):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    assert library.load("route").stops[0].title.startswith("Schedule")
    assert (directories.cache() / "tours").is_dir()
    own = put(around.beside, "week03", text=STOP.replace('"one"', '"core-step"'))
    for _ in range(2):
        compiled._SEEN.clear()
        assert library.load("route").stops[0].title == "A claim"
    own.unlink()
    assert library.load("route").stops[0].title.startswith("Schedule")


def test_without_a_home_there_are_those_beside_and_those_of_reader(
    around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process may have no home directory."""

    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.setattr(library, "of_user", nowhere)
    put(around.beside, "mine")
    assert len(library.names()) == 19
