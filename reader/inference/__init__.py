"""What a name or a callee in a Python file means, as far as its source tells.

Owns types as they are declared or assigned: annotations, `x = Foo(...)`, `self.x = ...`, what a called function says it
returns. Refuses to guess: what is not told is unknown, and said to be. Static: nothing is imported, nothing run.
"""

from reader.inference.core import Inference
from reader.inference.targets import Targets

__all__ = ["Inference", "Targets"]
