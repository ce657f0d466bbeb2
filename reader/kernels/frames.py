"""One function being read: its expanded body, its parameters, and what its caller gives for them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from reader.kernels.bodies import Body, Span, is_name
from reader.syntax import Definition


class Frame:
    """`given` holds, for parameters, where the caller wrote what it gives for them, and `asked` those of them that it
    mattered for so far; `conditions` are the `#if`s on the way from the function asked about. Not `whole`: the macros
    expand to more than is read."""

    def __init__(self, path: str, definition: Definition, body: Body, whole: bool, asked: set[str]) -> None:
        self.path = path
        self.definition = definition
        self.body = body
        self.whole = whole
        self.given: dict[str, tuple[Frame, Span]] = {}
        self.asked = asked
        self.conditions: tuple[str, ...] = ()
        self.scope: tuple[str, ...] | None = None  # namespaces and classes around it; a macro has those of its uses
        self.start = _start(body)

    def ask(self, name: str) -> tuple[Frame, Span] | None:
        found = self.given.get(name)
        if found is not None:
            self.asked.add(name)
        return found

    def answers(self) -> str:
        """What is given for the parameters that matter, as written."""
        return "|".join(
            f"{name}={outer.body.words(span)}" for name, (outer, span) in self.given.items() if name in self.asked
        )

    @cached_property
    def _parameters(self) -> tuple[Span, ...]:
        texts = self.body.texts
        name = self.definition.name
        for at in range(min(self.start, len(texts) - 1)):
            if texts[at] == name and texts[at + 1] == "(" and at + 1 in self.body.partner:
                return self.body.arguments((at + 1, self.body.partner[at + 1] + 1))
        return ()

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters; "" for one without."""
        return tuple(self._name(span) for span in self._parameters)

    @cached_property
    def templates(self) -> tuple[str, ...]:
        texts = self.body.texts
        if texts[:2] == ["template", "<"]:
            close = self.body.angle_end(1)
            if close is not None:
                return tuple(self._name(span) for span in self.body.split(2, close - 1))
        return ()

    def parameter_span(self, name: str) -> Span | None:
        return next((span for span, own in zip(self._parameters, self.parameters, strict=True) if own == name), None)

    def takes(self, count: int, packed: bool) -> bool:
        """Whether it may be called with so many arguments, `packed` ones being any number more."""
        texts = self.body.texts
        pack = any("..." in texts[begin:end] for begin, end in self._parameters)
        needed = sum("=" not in texts[begin:end] for begin, end in self._parameters) - pack
        return pack if packed else needed <= count and (pack or count <= len(self._parameters))

    def returns(self) -> Iterator[Span]:
        """What its `return` statements give back."""
        for at in self.body.places("return"):
            if at >= self.start:
                yield at + 1, self.body.value_end(at + 1)

    def _name(self, span: Span) -> str:
        texts = self.body.texts
        found = ""
        for at in range(*span):
            if texts[at] == "=":
                break
            if texts[at : at + 2] == ["(", "*"] and is_name(texts[at + 2]):
                return texts[at + 2]
            if is_name(texts[at]):
                found = texts[at]
        return found


def _start(body: Body) -> int:
    """The position behind the `{` that opens the function; 0 for a macro's body, which has no head."""
    at, seen = 0, False
    while at < len(body.texts):
        text = body.texts[at]
        if text == "{" and seen:
            return at + 1
        if text in ("(", "["):
            seen = seen or text == "("
            at = body.partner.get(at, at)
        elif text == ";":
            return 0
        at += 1
    return 0
