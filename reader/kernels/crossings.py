"""Where a call goes through `torch.ops` and stays in Python: from an operation to the function registered for it, and
from such a function to those that call the operation."""

from __future__ import annotations

from collections.abc import Iterator

from reader import search
from reader.kernels import Place
from reader.kernels.python.callers import op_uses
from reader.kernels.python.leads import Leads
from reader.kernels.python.registrations import registrations_in, registrations_of_function
from reader.resolve.sources import Sources
from reader.value import frozen


@frozen
class Crossing:
    """A call of the operation: `within` is the function around it, None at the module's own level."""

    operation: str
    path: str
    line: int
    within: str | None


class Crossings:
    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._leads = Leads(sources)

    def behind(self, space: str, name: str) -> tuple[Place, ...]:
        """The Python functions that are registered for `torch.ops.<space>.<name>`."""
        files = self._leads.mentioning((name,), self._sources.checkout.package)[name]
        found = [one for path in files for one in registrations_in(self._leads, path, (name,))]
        return tuple(dict.fromkeys(one.place for one in found if one.place and (one.space, one.name) == (space, name)))

    def over(self, path: str, symbol: str, under: str | None = None) -> Iterator[Crossing]:
        """Calls of the operations that this function is registered for in its own file; below the package unless a
        folder is named."""
        known = registrations_of_function(self._leads, path, (symbol.rpartition(".")[2],))
        spaces = {
            (one.space, one.name) for one in known if one.place and (one.place.path, one.place.name) == (path, symbol)
        }
        for space, name in sorted(spaces):
            checkout = self._sources.checkout
            texts = search.texts_mentioning(checkout, name, checkout.package if under is None else under, search.PYTHON)
            for one in op_uses(self._leads, name, texts):
                if one.form == "call" and one.space in (space, None):
                    within = one.within.symbol if one.within is not None else None
                    yield Crossing(f"torch.ops.{space}.{name}", one.path, one.line, within)
