"""What questions are answered with: a checkout of their own and what was parsed of it, for one thread at a time.

Owns that a question can be given up: whatever it does next with a file ends it. What it had half found out is thrown
away with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from threading import Event, Lock
from typing import TYPE_CHECKING, TypeVar

from reader.checkout import Checkout

if TYPE_CHECKING:
    from reader.calls.callees import Callees
    from reader.calls.named import Named
    from reader.calls.native import Native
    from reader.hierarchy import Families
    from reader.inference import Inference
    from reader.resolve.sources import Sources
    from reader.tui.answers.values import Question

_T = TypeVar("_T")


class Abandoned(Exception):
    """Nobody waits for the answer any more."""


class Watch:
    """Over whoever waits at the moment."""

    def __init__(self) -> None:
        self.over = Event()

    def go_on(self) -> None:
        if self.over.is_set():
            raise Abandoned


@dataclass(frozen=True, slots=True)
class Watched(Checkout):
    """A checkout that gives nothing away any more once nobody waits for it."""

    watch: Watch = field(default_factory=Watch, repr=False, compare=False, kw_only=True)

    def raw(self, path: str) -> bytes:
        self.watch.go_on()
        return Checkout.raw(self, path)

    def bulk(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for one in Checkout.bulk(self, paths):
            self.watch.go_on()
            yield one

    def texts(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for one in Checkout.texts(self, paths):
            self.watch.go_on()
            yield one


def watched(checkout: Checkout, watch: Watch) -> Checkout:
    """One that is no directory on disk is asked as it is."""
    if type(checkout) is not Checkout:
        return checkout
    given = {one.name: getattr(checkout, one.name) for one in fields(checkout) if one.init and one.name != "_memory"}
    return Watched(**given, watch=watch)


class Tools:
    """What is parsed for one question is there for the next."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout

    @property
    def outdated(self) -> bool:
        """Whether a file was edited since it was parsed for a question. 2 ms where a thousand were."""
        return "sources" in self.__dict__ and self.sources.any_outdated

    @cached_property
    def sources(self) -> Sources:
        from reader.resolve.sources import Sources

        return Sources(self.checkout)

    @cached_property
    def inference(self) -> Inference:
        from reader.inference import Inference  # 30 ms with the grammar

        return Inference(self.sources)

    @cached_property
    def families(self) -> Families:
        from reader.hierarchy import Families

        return Families(self.sources)

    @cached_property
    def callees(self) -> Callees:
        from reader.calls.callees import Callees

        return Callees(self.sources, self.families, self.inference)

    @cached_property
    def named(self) -> Named:
        from reader.calls.named import Named

        return Named(self.sources, self.families)

    @cached_property
    def native(self) -> Native:
        from reader.calls.native import Native

        return Native(self.sources)


class Workshop:
    """Answers one question at a time, in whatever thread. Its checkout is never the one that is asked of elsewhere."""

    def __init__(self, checkout: Checkout) -> None:
        self._plain = checkout
        self._one_at_a_time = Lock()
        self._watch = Watch()
        self._outdated = False
        self.tools = Tools(watched(checkout, self._watch))

    @property
    def checkout(self) -> Checkout:
        return self.tools.checkout

    def line(self, path: str, number: int) -> str:
        """The text of one line of a file; "" where there is none."""
        lines = self.tools.sources.text(path).split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def ask(self, question: Question[_T], over: Event) -> _T | None:
        """None where it was given up: by whoever asked, who sets `over`, or by a question that was asked since."""
        self._watch.over.set()
        with self._one_at_a_time:
            self._watch.over = over
            if self._outdated or self.tools.outdated:
                self._renew()
            try:
                self._watch.go_on()
                return question.answer(self)
            except Abandoned:
                self._renew()  # what was half found out is not to be built upon
                return None
            finally:
                self._watch.over = Event()

    def forget(self) -> None:
        """Files of the checkout may have changed: the next question reads them again."""
        self._outdated = True

    def leave_for(self, checkout: Checkout) -> None:
        """Another release of it, from the next question on."""
        self._plain = checkout
        self._outdated = True

    def _renew(self) -> None:
        self._outdated = False
        self.tools = Tools(watched(self._plain, self._watch))
