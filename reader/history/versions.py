"""Which other releases are at hand: the tags and commits of the clone that is read, and what was fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from reader import releases
from reader.checkout import Allowed, Checkout, named
from reader.checkout.objects import NoHistory, Objects, objects_of
from reader.checkout.recorded import Recorded
from reader.errors import NoCheckout, UnknownName
from reader.value import frozen

# vLLM also tags its Rust crates and its release candidates; a tag that is no version is a commit by another name.
_VERSION_TAG = re.compile(r"v?(\d+(?:\.\d+)+(?:\.?post\d+)?)")
_RELEASE = re.compile(r"v?(\d+(?:\.\d+)+[0-9A-Za-z.+]*)")


@frozen
class Version:
    """A release at hand. `source`: "tag", or "fetched" for one that was."""

    release: str
    source: str
    name: str


class Versions:
    """Those that stand beside one checkout. What was opened stays open."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self._open: dict[str, Checkout] = {}

    @cached_property
    def _objects(self) -> Objects | None:
        return objects_of(self.checkout.root) if self.checkout.kind == "clone" else None

    @cached_property
    def _tags(self) -> dict[str, str]:
        """Release by tag. Raises NoHistory where the clone cannot be read."""
        form, found = _VERSION_TAG, dict[str, str]()
        if self.checkout.foreign:  # also `release-1.2` and `boost-1.2`
            own = re.escape(self.checkout.project)
            form = re.compile(rf"(?:(?:release|rel|version|{own})[-_/])?{form.pattern}", re.IGNORECASE)
        for tag in self._objects.tags() if self._objects else ():
            if match := form.fullmatch(tag):
                found[tag] = match[1]
        return found

    def releases(self) -> tuple[Version, ...]:
        """Oldest first, each once; the clone's own before what was fetched."""
        fetched = () if self.checkout.foreign else releases.at_hand()
        known = {version: Version(version, "fetched", version) for version in fetched}
        known |= {version: Version(version, "tag", tag) for tag, version in self._tags.items()}
        return tuple(known[version] for version in releases.in_order(known))

    def doubts(self) -> Iterator[str]:
        """What is to be said of a history that is not whole."""
        if self.checkout.kind != "clone":
            return
        try:
            if not self._tags:
                yield f"the clone has no version tags; `git -C {self.checkout.root} fetch --tags` gets them"
        except NoHistory as error:
            yield str(error)
        if (self.checkout.root / ".git" / "shallow").exists():
            yield f"the clone is shallow; `git -C {self.checkout.root} fetch --unshallow --tags` gets its history"

    def open(self, name: str) -> Checkout:
        """A release, tag, commit or directory. Raises UnknownName with what there is, and NoHistory."""
        if name not in self._open:
            self._open[name] = self._opened(name)
        return self._open[name]

    def _opened(self, name: str) -> Checkout:
        found = self._recorded(name) or self._fetched(name)
        if found is not None:
            return found
        try:
            # Whoever reads another project compares it with a tree of the same.
            allowed = Allowed(every=self.checkout.foreign)
            remedy = "name a release, a tag or a commit"
            return named(name, Path.cwd(), lambda release: None, "the comparison", remedy, allowed)
        except NoCheckout:
            pass
        near = [one.release for one in self.releases()]
        hint = f"At hand are: {', '.join(near) or 'none'}."
        if (match := _RELEASE.fullmatch(name)) and not self.checkout.foreign:
            hint += f" `reader fetch {match[1]}` gets it."
        if self.checkout.kind == "clone":
            hint += "".join(f"\nNote: {doubt}." for doubt in self.doubts())
        raise UnknownName("release, tag, commit or checkout", name, hint=hint)

    def _fetched(self, name: str) -> Checkout | None:
        from reader.checkout import open_checkout

        match = None if self.checkout.foreign else _RELEASE.fullmatch(name)
        root = releases.path_of(match[1]) if match else None
        return open_checkout(root) if root else None

    def _recorded(self, name: str) -> Checkout | None:
        if self._objects is None:
            return None
        tag = next((one for one, release in self._tags.items() if name in (one, release)), None)
        commit = self._objects.commit(f"refs/tags/{tag}" if tag else name)
        if commit is None:
            return None
        release = self._tags[tag] if tag else self._release_at(commit)
        mine = self.checkout
        return Recorded(
            mine.root, release, "archive", (), mine.project, mine.foreign, commit=commit, _objects=self._objects
        )

    def _release_at(self, commit: str) -> str:
        from reader.checkout.identity import described

        tags = self._objects.tags() if self._objects else {}
        tagged = next((self._tags[tag] for tag, at in tags.items() if at == commit and tag in self._tags), None)
        return tagged or described(self.checkout.root, commit, foreign=self.checkout.foreign) or "unknown"
