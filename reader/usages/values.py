"""What a use is, and how sure one may be of it."""

from __future__ import annotations

from typing import Literal

from reader.value import frozen

Kind = Literal["call", "import", "override", "reference"]


@frozen
class Use:
    """`line` and `column` are those of the name, 1-based, the column in characters. `within` is the qualified name of
    the definition it stands in, None at the module's own level. `why` says why it is not sure, or, of a sure one, what
    else it goes by (`as V1LLMEngine`). `text` is the line it stands on, without its indentation."""

    path: str
    line: int
    column: int
    kind: Kind
    within: str | None
    sure: bool
    why: str | None = None
    text: str = ""


@frozen
class Usages:
    """In order of path and line, the sure ones and the others together. `notes` say what was not looked into, and why
    (`dispatched by name, of which text tells nothing`)."""

    found: tuple[Use, ...]
    notes: tuple[str, ...] = ()

    @property
    def sure(self) -> tuple[Use, ...]:
        return tuple(one for one in self.found if one.sure)

    @property
    def perhaps(self) -> tuple[Use, ...]:
        return tuple(one for one in self.found if not one.sure)
