"""What a resolution gives: the site, the hops to it, the candidates that were not chosen."""

from __future__ import annotations

from typing import Literal

from reader.checkout.tree import VLLM
from reader.ref import Ref
from reader.value import frozen

Verdict = Literal["exact", "alias", "inherited", "elsewhere", "moved", "ambiguous", "historic", "gone"]


@frozen
class Hop:
    """One step on the way: `how` says in words what leads on from this line (`imports LLMEngine as V1LLMEngine`)."""

    path: str
    line: int
    how: str


@frozen
class Candidate:
    path: str
    symbol: str | None
    line: int


@frozen
class Site:
    """Where a ref leads in one checkout. `path` to `end` are None when the verdict is `ambiguous` or `gone`; a file has
    no symbol, kind "file", and spans the whole of it; a directory has kind "directory" and no lines."""

    ref: Ref
    verdict: Verdict
    release: str
    path: str | None = None
    symbol: str | None = None
    kind: str | None = None
    line: int | None = None
    start: int | None = None
    end: int | None = None
    hops: tuple[Hop, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    message: str | None = None
    project: str = VLLM
    missing_in: str | None = None  # of verdict `historic`: the release that was asked, where `release` is that shown

    @property
    def found(self) -> bool:
        return self.path is not None
