"""What one file says: definitions, bindings, calls, blocks.

The only module that knows tree-sitter. It takes text and gives frozen values whose lines are 1-based and inclusive and
whose columns count characters; no byte offset leaves it. It opens no files and knows no checkout. Any text gives an
answer: a file cut in the middle of a function gives the definitions that can be told.
"""

from __future__ import annotations

from typing import Literal

from reader.value import frozen

Language = Literal["python", "cpp", "cuda", "markdown", "text"]
Kind = Literal[
    "function",
    "method",
    "class",
    "struct",
    "union",
    "enum",
    "namespace",
    "kernel",
    "macro",
    "type",
    "heading",
    "variable",
    "declaration",
]


@frozen
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
        return self.symbol if self.kind == "heading" else self.symbol.replace("::", ".").rpartition(".")[2]


@frozen
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


@frozen
class Call:
    """`name` is the last part of what is called (`step` of `self.engine_core.step(...)`), `full` all of it as written.
    A kernel launch `k<<<...>>>(...)` and a macro use `M(...)` are calls too. `column` is 1-based, of `name`."""

    name: str
    full: str
    line: int
    column: int


@frozen
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


_LANGUAGES: dict[str, Language] = {
    ".py": "python", ".pyi": "python",
    ".cu": "cuda", ".cuh": "cuda", ".inl": "cuda",
    ".c": "cpp", ".h": "cpp", ".hpp": "cpp", ".cpp": "cpp", ".cc": "cpp", ".hip": "cpp",
    ".md": "markdown",
}  # fmt: skip


def language_of(path: str) -> Language:
    name = path.rpartition("/")[2]
    return _LANGUAGES.get(name[name.rfind(".") :].lower(), "text") if "." in name else "text"


# The languages are imported where they are asked for, and most commands need one. With click and rich loaded, in ms of
# processor time: python 14 (its grammar 8), names 8, paragraphs 4, cpp 41, markdown 5.


def definitions(text: str, language: Language) -> tuple[Definition, ...]:
    """In order of appearance; overloads and conditional twins each for themselves."""
    if language == "python":
        from reader.syntax import python

        return python.definitions(text)
    if language == "markdown":
        from reader.syntax import markdown

        return markdown.definitions(text)
    if language in ("cpp", "cuda"):
        from reader.syntax import cpp

        return cpp.definitions(text, language)
    return ()


def declarations(text: str, language: Language) -> tuple[Definition, ...]:
    """Prototypes without a body: C++ and CUDA only."""
    if language not in ("cpp", "cuda"):
        return ()
    from reader.syntax import cpp

    return cpp.declarations(text, language)


def bindings(text: str) -> tuple[Binding, ...]:
    """Of a Python file: what its module and its classes bind, in order of appearance."""
    from reader.syntax import names  # no submodule may bear a function's name: importing it would replace the function

    return names.bindings(text)


def bases(text: str, symbol: str) -> tuple[str, ...]:
    """Dotted names of a Python class's bases, in order: `Generic` for `Generic[T]`, no keywords."""
    from reader.syntax import python

    return python.bases(text, symbol)


def calls(text: str, language: Language, first: int, last: int) -> tuple[Call, ...]:
    """The calls whose callee's name lies within these lines, in order."""
    if language == "python":
        from reader.syntax import python

        return python.calls(text, first, last)
    if language in ("cpp", "cuda"):
        from reader.syntax import cpp

        return cpp.calls(text, first, last, language)
    return ()


def blocks(text: str, language: Language, first: int, last: int) -> tuple[Block, ...]:
    """The foldable blocks of the definition that spans these lines, or of the whole file."""
    if language == "python":
        from reader.syntax import paragraphs

        return paragraphs.blocks(text, first, last)
    if language == "markdown":
        from reader.syntax import markdown

        return markdown.blocks(text, first, last)
    if language in ("cpp", "cuda"):
        from reader.syntax import cpp

        return cpp.blocks(text, first, last, language)
    return ()


def signature_end(text: str, language: Language, definition: Definition) -> int:
    """The last line of a definition's head: decorators and signature up to the colon or the opening brace."""
    if language == "python":
        from reader.syntax import python

        return python.signature_end(text, definition)
    if language == "markdown":
        from reader.syntax import markdown

        return markdown.signature_end(text, definition)
    if language in ("cpp", "cuda"):
        from reader.syntax import cpp

        return cpp.signature_end(text, definition, language)
    return definition.line


def parses(text: str, language: Language) -> bool:
    """Whether the text is whole. Only of Python is that known: C++ is read before its macros are expanded."""
    if language != "python":
        return True
    from reader.syntax import python

    return not python.parse(text)[0].has_error


def normalised(text: str, language: Language) -> str:
    """What a digest is taken of: indented as if its first line stood at the margin, no trailing blanks, no blank
    lines; comments and docstrings stay. The same for every language, so that an unknown one has a digest too."""
    from reader.syntax.source import lines

    kept = [line.rstrip() for line in lines(text) if line.strip()]
    if not kept:
        return ""
    margin = kept[0][: len(kept[0]) - len(kept[0].lstrip())]
    return "".join(f"{line.removeprefix(margin)}\n" for line in kept)
