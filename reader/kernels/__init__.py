"""The path of an operation, from the Python that calls it to the `__global__` function that runs.

Owns what an operation is and how its hops hang together. Reads text only: nothing is built, preprocessed by a
compiler or imported. What cannot be told is listed with its condition, or named as the end that it is; never guessed.
"""

from __future__ import annotations

from typing import Literal

from reader.value import frozen

Mechanism = Literal["c++", "python", "triton", "external"]
UNREAD = "cannot be read: "  # how the end begins of what the checkout holds in a form that is no C++
HopKind = Literal["wrapper", "call", "schema", "impl", "function", "macro", "launch", "kernel", "end"]


@frozen
class Place:
    """`line` is that of the name. `condition` is the `#if` or `if` it stands under, in the source's words."""

    path: str
    line: int
    name: str
    condition: str | None = None


@frozen
class Implementation:
    """One `impl`. `dispatch` is its key (`CUDA`, `CPU`), from the call or its block; None where there is none.
    `function` is what is registered, as written without `&` and box (`ns::fn`); `functions` are its definitions, the
    registering target's first. Not `sure`: nothing tells which of them is meant."""

    registered: Place
    dispatch: str | None
    function: str
    functions: tuple[Place, ...] = ()
    sure: bool = True
    builds: tuple[str, ...] = ()  # the devices whose build compiles the registering file: `CUDA`, `ROCm`, `CPU`
    note: str | None = None  # why there are no functions, or that nothing builds the file
    lost: bool = False  # its function should be in this checkout and is not


@frozen
class Operation:
    """`torch.ops.<namespace>.<name>`; `overload` of `name.out`. A namespace that the build gives is that of its
    target. `targets` are the CMake targets that its files are built into, where they tell."""

    namespace: str
    name: str
    mechanism: Mechanism
    overload: str | None = None
    schema: Place | None = None
    implementations: tuple[Implementation, ...] = ()
    targets: tuple[str, ...] = ()
    how: str | None = None  # what registered it: `TORCH_LIBRARY_EXPAND`, `direct_register_custom_op`, `register_op`
    schemas: tuple[Place, ...] = ()  # all of them, `schema` the first: the CPU's build has its own


@frozen
class Hop:
    """One step of a path; `parent` is the number of the hop that leads here (None at the start), `via` says how, in the
    source's own names. kind "end" says why a path stops short of a kernel: an external library, generated code, ...
    A macro is two hops: where it is used (`via` is "use", further uses stand in `note`), then its `#define`. A C++
    helper is reached `via` the place of its call; one that is shown in full elsewhere says so in `note`."""

    number: int
    kind: HopKind
    place: Place
    parent: int | None = None
    dispatch: str | None = None
    via: str | None = None
    sure: bool = True
    note: str | None = None
    leads: int | None = None  # the hop that this one leads to, where several lead to one: calls to their wrapper
    within: str | None = None  # the Python function that a call stands in


@frozen
class Path:
    """All that is known of one operation, hops in reading order; a tree by `Hop.parent`."""

    operation: Operation
    hops: tuple[Hop, ...] = ()
    notes: tuple[str, ...] = ()
