"""What one file says: definitions, bindings, calls, blocks.

The only module that knows tree-sitter. It takes text and gives frozen values whose lines are 1-based and inclusive and
whose columns count characters; no byte offset leaves it. It opens no files and knows no checkout. Any text gives an
answer: a file cut in the middle of a function gives the definitions that can be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["python", "cpp", "cuda", "markdown", "text"]
Kind = Literal[
    "function", "method", "class", "struct", "union", "enum", "namespace", "kernel", "macro", "type",
    "heading", "variable", "declaration",
]


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition. `line` is the line of the def, class, kernel or macro name; `start` to `end` is the whole of it,
    decorators, template head and leading attributes included.

    `symbol` is the qualified name in the file: `Outer.method`, `vllm::paged_attention_kernel`; a function within a
    function is `outer.inner`. Anonymous namespaces have no name and add none.
    """

    symbol: str
    kind: Kind
    line: int
    start: int
    end: int
    stub: bool = False  # an @overload, or stands under TYPE_CHECKING: not the implementation
    condition: str | None = None  # the `#if`/`if` it stands under, in the source's words, where there is one

    @property
    def name(self) -> str:
        return self.symbol.replace("::", ".").rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Binding:
    """A name that a Python file binds without defining it.

    how "import": `from module import target as name` (level counts the leading dots; target None for `import a.b as n`)
    how "star": `from module import *` (name "*")
    how "assign": `name = target`, target a dotted name (`LLMEngine = V1LLMEngine`)
    how "lazy": an entry of the table that a module `__getattr__` looks into; module and target as for an import
    how "value": `name = <anything else>`: a constant, a table, a field; kept so that it can be shown
    `stub` marks bindings under TYPE_CHECKING. `scope` is "" at module level, else the class's qualified name.
    """

    name: str
    how: Literal["import", "star", "assign", "lazy", "value"]
    line: int
    end: int
    module: str | None = None
    level: int = 0
    target: str | None = None
    stub: bool = False
    condition: str | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """`name` is the last part of what is called (`step` of `self.engine_core.step(...)`), `full` all of it as written.
    A kernel launch `k<<<...>>>(...)` and a macro use `M(...)` are calls too. `column` is 1-based, of `name`."""

    name: str
    full: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of whole statements that may be folded together. `label` says what it does in the source's own words:
    its leading comment, else its header line or first call. `depth` 0 is the body of the definition itself;
    children nest in their parent's lines. `docstring` marks one."""

    first: int
    last: int
    label: str
    depth: int
    docstring: bool = False
    children: tuple[Block, ...] = ()
