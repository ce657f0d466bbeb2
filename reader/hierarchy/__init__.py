"""Who inherits from whom, and which method stands in for which.

Owns the classes of a checkout as one web: bases in method resolution order, subclasses over the whole tree, what
overrides what. Text first: heads of classes are read off the bytes, names are followed by `resolve`, nothing is
imported and nothing kept. What leaves the checkout is named; what cannot be told is `sure=False`, with the reason.
"""

from reader.hierarchy.families import Families, bases, overridden, overriding, subclasses
from reader.hierarchy.values import Family, Kin, Method, Standing

__all__ = ["Families", "Family", "Kin", "Method", "Standing", "bases", "overridden", "overriding", "subclasses"]
