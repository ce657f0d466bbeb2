"""Who inherits from whom, and which method stands in for which.

Owns the classes of a checkout as one web: bases in method resolution order, subclasses over the whole tree, what
overrides what. Text first: heads of classes are read off the bytes, names are followed by `resolve`, nothing is
imported and nothing kept. What leaves the checkout is named; what cannot be told is `sure=False`, with the reason.
"""

from reader.hierarchy.ascent import bases
from reader.hierarchy.descent import subclasses
from reader.hierarchy.members import overridden, overriding
from reader.hierarchy.values import Kin, Method

__all__ = ["Kin", "Method", "bases", "overridden", "overriding", "subclasses"]
