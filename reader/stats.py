"""The plan's size table counted again in the checkout at hand.

A figure is counted as the plan says it was (files or lines of which suffixes, below which path); hidden folders and the
generated `vllm/_version.py` are left out, which is what makes a clean 0.13.0 come out exact. Lines are line ends, as
`wc -l` counts them.
"""

from __future__ import annotations

from collections.abc import Iterable

from reader.checkout import Checkout
from reader.plan import Plan, Size
from reader.value import frozen

_GENERATED = "vllm/_version.py"


@frozen
class Recount:
    """`count` is None where nobody knows what the plan counted, or where the path is not there in this checkout."""

    size: Size
    count: int | None
    missing: bool = False

    @property
    def difference(self) -> int | None:
        return None if self.count is None else self.count - self.size.figure

    def reason(self, release: str, home: str) -> str | None:
        """Why the figure is not the plan's, as far as anybody knows. That was found out at `home`, the release that the
        plan counted; in another one it is reason enough to be another one."""
        if self.missing:
            return f"there is no {self.size.path} in this checkout"
        if self.count is None or release == home:
            return self.size.why
        return f"the plan counted {home}" if self.difference else None


def recount(checkout: Checkout, plan: Plan) -> tuple[Recount, ...]:
    suffixes = tuple(sorted({suffix for size in plan.sizes for suffix in _measured(size)[1]}))
    files = [(path, checkout.raw(path).count(b"\n")) for path in checkout.files("", suffixes) if path != _GENERATED]
    return tuple(_recount(size, files) for size in plan.sizes)


def _recount(size: Size, files: Iterable[tuple[str, int]]) -> Recount:
    unit, suffixes = _measured(size)
    if not unit:
        return Recount(size, None)
    path = size.path or ""
    lines = [
        lines
        for name, lines in files
        if name.endswith(suffixes) and (name == path or not path or (path.endswith("/") and name.startswith(path)))
    ]
    if not lines:
        return Recount(size, None, missing=True)
    return Recount(size, len(lines) if unit == "files" else sum(lines))


def _measured(size: Size) -> tuple[str, tuple[str, ...]]:
    """The unit and the suffixes of `measure`."""
    unit, *suffixes = (size.measure or "").split() or [""]
    return unit, tuple(suffixes)
