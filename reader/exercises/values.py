"""What tests are told in."""

from __future__ import annotations

from reader.value import frozen


@frozen
class Test:
    """`test` is the qualified name of the test function, `line` that of its `def`; `uses` are the lines on which it
    uses what leads on. `distance` is the number of calls to the definition, 1 for a direct use; `via` names what lies
    between, from the test on. Not `sure`: a link of the chain is only possible, and `why` says which."""

    path: str
    line: int
    test: str
    distance: int
    via: tuple[str, ...] = ()
    uses: tuple[int, ...] = ()
    sure: bool = True
    why: str | None = None


@frozen
class Exercises:
    """`looked` says in words how it was searched; `unlike` counts tests that only use something of the same name in a
    file which knows nothing of the definition's class or module: they are not listed."""

    found: tuple[Test, ...] = ()
    looked: tuple[str, ...] = ()
    unlike: int = 0
