"""Every place that uses a definition: text first, then syntax, then scope.

Owns what a use is and how sure one may be of it. A place that only running decides is kept apart as not `sure`, with
the reason; one that is known to mean something else is no use. Nothing is stored between two questions.
"""

from __future__ import annotations

from reader.checkout import Checkout
from reader.resolve import Site
from reader.syntax import language_of
from reader.usages.values import Kind, Usages, Use

__all__ = ["Kind", "Usages", "Use", "uses"]


def uses(checkout: Checkout, site: Site) -> Usages:
    """Of the definition that a ref leads to, in its own language; of a Python file, where it is imported. Nothing of a
    directory."""
    if site.path is not None and language_of(site.path) in ("cpp", "cuda"):
        from reader.usages import native  # 25 ms of scanner, and Python has another

        return native.uses(checkout, site)
    if site.path is None or language_of(site.path) != "python":
        return Usages(())
    from reader.inference import Inference  # 15 ms with the grammar, and C++ has another
    from reader.resolve.sources import Sources
    from reader.usages import python

    return python.uses(Inference(Sources(checkout)), site.path, site.symbol, site.kind or "", line=site.line or 0)
