"""From ref to site, by a ladder of rungs; the first that holds gives the verdict, and every hop is kept.

Never a confident wrong answer: where several candidates are as good, the verdict is `ambiguous` and none of them is
called the answer. Static rules all the way: no index, nothing imported, nothing run.
"""

from reader.resolve.resolver import Resolver, resolve, resolve_all, resolve_stop
from reader.resolve.site import Candidate, Hop, Site, Verdict

__all__ = ["Candidate", "Hop", "Resolver", "Site", "Verdict", "resolve", "resolve_all", "resolve_stop"]
