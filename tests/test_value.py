"""Values: what `dataclass(frozen=True, slots=True)` gives, member for member."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.value import frozen


@frozen
class Ours:
    """A value."""

    name: str
    line: int = 1
    parts: tuple[int, ...] = ()

    @property
    def last(self) -> int:
        return self.line + len(self.parts)

    @classmethod
    def of(cls, name: str) -> Ours:
        return cls(name)


@dataclass(frozen=True, slots=True)
class Theirs:
    name: str
    line: int = 1
    parts: tuple[int, ...] = ()


@frozen
class Lone:
    name: str


_fields = st.tuples(st.sampled_from("ab"), st.integers(0, 1), st.sampled_from([(), (1,)]))


@given(one=_fields, other=_fields)
def test_equality_hash_and_repr_are_those_of_a_dataclass(one: Any, other: Any) -> None:
    """Two values are equal when all of their fields are, and then their hashes are; both show the same."""
    assert (Ours(*one) == Ours(*other)) is (Theirs(*one) == Theirs(*other))
    assert (hash(Ours(*one)) == hash(Ours(*other))) is (hash(Theirs(*one)) == hash(Theirs(*other)))
    assert repr(Ours(*one)) == repr(Theirs(*one)).replace("Theirs", "Ours")


def test_values_of_two_classes_differ() -> None:
    """Equal fields do not make a value of another class, nor a bare tuple, an equal one."""
    one: object = Ours("a")
    for other in (Theirs("a"), Lone("a"), ("a", 1, ())):
        assert one != other


@pytest.mark.parametrize("arguments", [(), ("a", 1, (), 2)])
def test_wrong_arguments_are_refused_as_by_a_function(arguments: tuple[Any, ...]) -> None:
    """Too few and too many raise TypeError, also for the first value of a class and those after it."""

    @frozen
    class Fresh:
        name: str
        line: int = 1
        parts: tuple[int, ...] = ()

    for _ in range(2):
        with pytest.raises(TypeError, match="__init__"):
            Fresh(*arguments)
    with pytest.raises(TypeError, match="unknown"):
        Fresh("a", unknown=1)  # type: ignore[call-arg] # what the test is about


def test_a_value_cannot_be_changed() -> None:
    """No field can be set or deleted, and there is no room for another."""
    one = Ours("a")
    for name in ("name", "other"):
        with pytest.raises(FrozenInstanceError):
            setattr(one, name, "b")
    with pytest.raises(FrozenInstanceError):
        del one.name
    assert not hasattr(one, "__dict__")


def test_replace_and_match_work_as_on_dataclasses() -> None:
    """`replace` gives a new value and leaves the old; `match` takes the fields by place."""
    one = Ours("a", 2)
    assert replace(one, line=3) == Ours("a", 3)
    assert one == Ours("a", 2)
    match one:
        case Ours(name, line):
            assert (name, line) == ("a", 2)
        case _:
            pytest.fail("no match")
    assert is_dataclass(one)


def test_members_of_the_class_stay() -> None:
    """Its name, docstring, properties and class methods are those that were written."""
    assert (Ours.__name__, Ours.__doc__, Ours.__module__) == ("Ours", "A value.", __name__)
    assert Ours.of("a").last == 1


def test_a_value_can_be_copied_and_pickled() -> None:
    """Both give an equal value."""
    one = Ours("a", 2, (3,))
    assert copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one
