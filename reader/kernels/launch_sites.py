"""Where a function launches a kernel: the `<<<...>>>` and the launch functions of CUDA and HIP."""

from __future__ import annotations

from collections.abc import Iterator

from reader.kernels.bodies import Body, Span
from reader.value import frozen

# Which of its arguments is the kernel.
_LAUNCHERS = {
    "cudaLaunchKernelEx": 1, "cudaLaunchKernelExC": 1, "cudaLaunchKernel": 0, "cudaLaunchCooperativeKernel": 0,
    "hipLaunchKernelGGL": 0, "hipLaunchKernel": 0, "hipLaunchCooperativeKernel": 0, "hipExtLaunchKernelGGL": 0,
    "hipLaunchKernelExC": 1, "hipLaunchKernelEx": 1, "cuLaunchKernel": 0, "cuLaunchKernelEx": 1,
    "hipModuleLaunchKernel": 0, "launch_kernel_on_cluster": 1,
}  # fmt: skip
_CLUSTER = "ClusterLauncher"
_CLUSTER_KERNEL = 5


@frozen
class Site:
    """`at` is the position of what tells the launch, `kernel` the expression that names its kernel, `how` the function
    that launches it; `given` is how many arguments the kernel gets, None where that cannot be counted."""

    at: int
    name: str
    kernel: Span
    how: str = "<<<"
    given: int | None = None


def sites(body: Body, begin: int) -> Iterator[Site]:
    """In order of position."""
    for at in range(begin, len(body.texts)):
        text = body.texts[at]
        if text == "<<<":
            span = body.operand(at)
            yield Site(at, _named(body, span), span, given=_given(body, at))
        elif text in _LAUNCHERS and body.texts[at + 1 : at + 2] == ["("]:
            yield from _launched(body, at, _LAUNCHERS[text], text)
        elif text == _CLUSTER and "launch" in body.texts[at + 1 : at + 4]:
            yield from _launched(body, body.texts.index("launch", at), _CLUSTER_KERNEL, f"{_CLUSTER}::launch")


def _launched(body: Body, at: int, number: int, how: str) -> Iterator[Site]:
    callee = body.name_at(at)
    given = body.arguments(callee.arguments) if callee is not None else ()
    if number < len(given):
        passed = _count(body, given[number + 1 :]) if how.startswith("cudaLaunchKernelEx") and how[-1] == "x" else None
        yield Site(at, _named(body, given[number]), given[number], how, passed)


def _given(body: Body, at: int) -> int | None:
    """How many arguments stand behind the `>>>` of the `<<<` at `at`."""
    close = at
    while close < len(body.texts) and body.texts[close : close + 3] != [">", ">", ">"]:
        if body.texts[close] in ("(", "[", "{"):
            close = body.partner.get(close, close)
        elif body.texts[close] in (";", "}"):
            return None
        close += 1
    opened = close + 3
    if body.texts[opened : opened + 1] != ["("] or opened not in body.partner:
        return None
    return _count(body, body.arguments((opened, body.partner[opened] + 1)))


def _count(body: Body, spans: tuple[Span, ...]) -> int | None:
    return None if any("..." in body.texts[begin:end] for begin, end in spans) else len(spans)


def _named(body: Body, span: Span) -> str:
    """The expression as written, without template arguments, casts, `&` and brackets."""
    at, end = span
    made = []
    while at < end:
        text = body.texts[at]
        if text == "<":
            at = (body.angle_end(at) or at + 1) - 1
        elif text not in ("(", ")", "&", "*", "void", "const", "reinterpret_cast"):
            made.append(text)
        at += 1
    return "".join(made) if len(made) < 12 else "".join(made[:11]) + "..."
