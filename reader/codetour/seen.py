"""The text whose lines a stranger's tour counts: what its author had before them, which is seldom what lies here.

In this order: the whole file that an exported tour carries; the tag or commit that the tour names; the commit that
wrote this step into the tour, where the tour lies in the clone; the checkout as it is. A branch that a tour names moves
on, so that it says nothing.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reader.checkout import LARGEST, Checkout
from reader.checkout.trail import commits_of, text_at
from reader.codetour.parsing import GivenStep, GivenTour, parse
from reader.errors import ReaderError
from reader.excerpt.visible import source_lines
from reader.value import frozen

if TYPE_CHECKING:
    from reader.history.versions import Versions

_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_VERSION = re.compile(r"v?\d+(?:\.\d+)+[0-9A-Za-z.+]*")


@frozen
class Seen:
    """`origin` says in words of when the lines are; `now`: they are those of the checkout."""

    lines: tuple[str, ...]
    origin: str
    now: bool = False


class Sight:
    """Of one tour in one checkout."""

    def __init__(self, checkout: Checkout, file: Path, tour: GivenTour) -> None:
        self._checkout = checkout
        self._file = file
        self._tour = tour
        self._texts: dict[tuple[str, str], tuple[str, ...] | None] = {}

    def of(self, step: GivenStep, path: str) -> Seen | None:
        """None where the file is nowhere."""
        if step.contents:
            return Seen(_lines(step.contents), "the file that the tour carries")
        if self._named is not None:
            lines = self._at(self._named, path)
            if lines is not None:
                return Seen(lines, f"as of {self._tour.ref}")
        commit = self._written.get(_key(step))
        if commit is not None:
            lines = self._at(commit, path)
            if lines is not None and (step.line or 0) <= len(lines):
                return Seen(lines, f"as of {commit[:9]}, which wrote the step")
        return self.now(path)

    def now(self, path: str) -> Seen | None:
        try:
            return Seen(tuple(source_lines(self._checkout.read(path).text)), "as of now", now=True)
        except ReaderError:
            return None

    def doubt(self) -> str | None:
        """What is to be said of the ref that the tour names."""
        ref = self._tour.ref
        if not ref or ref == "HEAD" or self._named is not None or self._is_branch:
            return None
        return f"the tour names {ref!r}, which is not at hand: its lines are taken as those of this checkout"

    def _at(self, commit: str, path: str) -> tuple[str, ...] | None:
        if (commit, path) not in self._texts:
            self._texts[commit, path] = self._read(commit, path)
        return self._texts[commit, path]

    def _read(self, commit: str, path: str) -> tuple[str, ...] | None:
        if self._checkout.kind != "clone":
            try:
                return tuple(source_lines(self._versions.open(commit).read(path).text))
            except ReaderError:
                return None
        data = text_at(self._checkout.root, commit, path)
        return None if data is None or len(data) > LARGEST else _lines(data.decode("utf-8-sig", "replace"))

    @cached_property
    def _versions(self) -> Versions:
        from reader.history.versions import Versions  # with the releases 8 ms

        return Versions(self._checkout)

    @cached_property
    def _named(self) -> str | None:
        """The full name of the commit that the tour names, if that is a thing that stays; or a release at hand."""
        ref = self._tour.ref or ""
        try:
            if self._checkout.kind == "clone":
                from reader.checkout.objects import objects_of

                objects = objects_of(self._checkout.root)
                return objects.commit(ref) if ref in objects.tags() or _COMMIT.fullmatch(ref) else None
            at_hand = {one.release for one in self._versions.releases()}
        except ReaderError:
            return None
        release = ref.removeprefix("v")
        return release if _VERSION.fullmatch(ref) and release in at_hand else None

    @cached_property
    def _is_branch(self) -> bool:
        if self._checkout.kind != "clone" or not self._tour.ref:
            return False
        from reader.checkout.objects import objects_of

        ref = self._tour.ref
        try:
            objects = objects_of(self._checkout.root)
            return any(objects.commit(f"{where}/{ref}") for where in ("refs/heads", "refs/remotes/origin"))
        except ReaderError:
            return False

    @cached_property
    def _written(self) -> dict[tuple[object, ...], str]:
        """The oldest commit since which each step stands in the tour as it does, where it is in the newest at all."""
        path = self._own_path
        if path is None:
            return {}
        found: dict[tuple[object, ...], str] = {}
        left = {_key(step) for step in self._tour.steps if step.line or step.selection}
        for commit in commits_of(self._checkout.root, path):
            data = text_at(self._checkout.root, commit, path)
            try:
                there = {_key(step) for step in parse(self._file, data or b"").steps}
            except ReaderError:
                break
            left &= there
            if not left:
                break
            found |= dict.fromkeys(left, commit)
        return found

    @property
    def _own_path(self) -> str | None:
        """Of the tour's file, in the clone."""
        if self._checkout.kind != "clone":
            return None
        try:
            return self._file.resolve().relative_to(self._checkout.root).as_posix()
        except (OSError, ValueError):
            return None


def _key(step: GivenStep) -> tuple[object, ...]:
    return step.file, step.line, step.selection


def _lines(text: str) -> tuple[str, ...]:
    return tuple(source_lines(text.replace("\r\n", "\n").replace("\r", "\n")))
