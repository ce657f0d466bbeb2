"""What one file says, against markers in the fixtures and against the standard library's `ast` over whole releases."""

from __future__ import annotations

import ast
import multiprocessing
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_python
from hypothesis import given, settings
from hypothesis import strategies as st

from reader import syntax
from reader.syntax import Block, Definition, Language, python

FIXTURES = Path(__file__).parent / "fixtures" / "syntax"
HOW = r"(?:import|star|assign|lazy|value)"


def fixture(name: str) -> str:
    return (FIXTURES / name).read_text(encoding="utf-8")


def numbered(text: str) -> Iterator[tuple[int, str]]:
    yield from enumerate(text.split("\n"), 1)


def marked_definitions(text: str) -> list[Definition]:
    """`#> kind symbol [stub] [| condition]` marks the line of a def or class, `#^ symbol` its first line where that is
    another one, `#< symbol ...` the last line of each; what is never closed ends with the text."""
    starts: dict[str, int] = {}
    opened: list[tuple[str, str, int, int, bool, str | None]] = []
    found = []
    for number, line in numbered(text):
        for match in re.finditer(r"#\^ (\S+)", line):
            starts[match[1]] = number
        for match in re.finditer(r"#> (\w+) (\S+)( stub)?(?: \| (.*?))?(?= #<|$)", line):
            start = starts.pop(match[2], number)
            opened.append((match[2], match[1], number, start, bool(match[3]), match[4]))
        for match in re.finditer(r"#< (.*?)$", line):
            for symbol in match[1].split():
                index = max(index for index, one in enumerate(opened) if one[0] == symbol)
                name, kind, at, start, stub, condition = opened.pop(index)
                found.append(Definition(name, kind, at, start, number, stub, condition))  # type: ignore[arg-type] # text
    last = max((number for number, line in numbered(text) if line.strip()), default=0)
    found += [Definition(name, kind, at, start, last, stub, on) for name, kind, at, start, stub, on in opened]  # type: ignore[arg-type] # text
    return sorted(found, key=lambda one: (one.start, one.line))


@pytest.mark.parametrize("name", ["shapes.py", "modern.py", "broken.py"])
def test_python_definitions_are_where_the_markers_say(name: str) -> None:
    """Names, kinds, lines, stubs and conditions are those that stand beside the code."""
    text = fixture(name)
    expected = marked_definitions(text)
    assert len(expected) > 4
    assert list(syntax.definitions(text, "python")) == expected


def test_the_broken_fixture_is_broken() -> None:
    """The file that stands for a mid-edit one is refused by Python itself."""
    with pytest.raises(SyntaxError):
        ast.parse(fixture("broken.py"))


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("name", ["shapes.py", "broken.py"])
def test_line_ends_and_a_bom_change_nothing(name: str, end: str) -> None:
    """CRLF and lone CR end lines as LF does, and a BOM is no character of the first line."""
    text = fixture(name)
    foreign = "\ufeff" + text.replace("\n", end)
    assert syntax.definitions(foreign, "python") == syntax.definitions(text, "python")
    assert syntax.bindings(foreign) == syntax.bindings(text)
    assert syntax.normalised(foreign.removeprefix("\ufeff"), "python") == syntax.normalised(text, "python")


def test_only_cr_and_lf_end_lines() -> None:
    """A form feed, a U+2028 or a U+0085 does not end a line, in front of a definition or inside a string."""
    text = '\x0cdef f():\n    return "\u2028\x85\x1c\x0b"\n\x0c\nclass C:\n    pass\n'
    assert [(one.symbol, one.line, one.end) for one in syntax.definitions(text, "python")] == [("f", 1, 2), ("C", 4, 5)]
    broken = text + "(\n"
    assert [one.end for one in syntax.definitions(broken, "python")] == [2, 5]


def test_columns_count_characters() -> None:
    """The column of a call after wide characters is the one that an editor shows."""
    text = 'x = "日本語"; self.engine\\\n  .step(é(1))\nkernel[grid](a)(b)\n(a or b)(c)\n'
    found = [(one.name, one.full, one.line, one.column) for one in syntax.calls(text, "python", 1, 4)]
    assert found == [("step", "self.engine .step", 2, 4), ("é", "é", 2, 9), ("kernel", "kernel[grid]", 3, 1)]
    line = 'x = "日本語"; f()'
    assert [one.column for one in syntax.calls(line, "python", 1, 1)] == [line.index("f()") + 1]


def test_calls_are_those_whose_name_stands_within_the_lines() -> None:
    """A call that merely reaches into the lines is another line's."""
    text = "outer(\n    inner(\n        1,\n    ),\n    last(2),\n)\n"
    assert [one.name for one in syntax.calls(text, "python", 2, 4)] == ["inner"]
    assert [one.name for one in syntax.calls(text, "python", 1, 6)] == ["outer", "inner", "last"]
    assert syntax.calls(text, "text", 1, 6) == ()


def marked_bindings(text: str) -> list[tuple[object, ...]]:
    """`#= how name target, ...` says what its line binds, in order. A target is `level.module:name`, a name in a class
    `Class/name`; `stub` and `| condition` follow."""
    found: list[tuple[object, ...]] = []
    for number, line in numbered(text):
        for one in re.split(rf", (?={HOW} )", line.partition(" #= ")[2]):
            match = re.fullmatch(rf"({HOW}) (?:(\S+)/)?(\S+)(?: (\.*)([\w.]*):([\w.]*))?( stub)?(?: \| (.*))?", one)
            if not match:
                assert not one, f"line {number} has a marker that says nothing: {one}"
                continue
            how, scope, name, dots, module, target, stub, condition = match.groups()
            module = module if how in ("import", "star", "lazy") else None
            found.append(
                (number, name, how, module, len(dots or ""), target or None, bool(stub), condition, scope or "")
            )
    return found


@pytest.mark.parametrize(
    "name",
    ["names.py", *(f"lazy/{kind}.py" for kind in ("table", "submodules", "lookups", "modules", "branches"))],
)
def test_bindings_are_what_the_markers_say(name: str) -> None:
    """Imports, aliases, values and lazy tables bind what stands beside them, and nothing else does."""
    text = fixture(name)
    expected = marked_bindings(text)
    found = [
        (one.line, one.name, one.how, one.module, one.level, one.target, one.stub, one.condition, one.scope)
        for one in syntax.bindings(text)
    ]
    assert expected
    assert found == expected


def test_a_binding_spans_its_statement() -> None:
    """A table is shown from its name to its closing bracket, an imported name on its own line."""
    text = "from a import (\n    b,\n)\nTABLE = {\n    1: 2,\n}  # end\n# after\n"
    assert [(one.name, one.line, one.end) for one in syntax.bindings(text)] == [("b", 2, 2), ("TABLE", 4, 6)]


def test_a_file_cut_off_binds_only_what_is_certain() -> None:
    """A local variable of a class that is cut off in the middle is not taken for the module's."""
    text = "import os\nclass A:\n    x = 1\n    def f(self):\n        from b import c\n        y = (1,\n"
    assert {(one.name, one.scope) for one in syntax.bindings(text)} <= {("os", ""), ("x", "A")}
    assert "os" in {one.name for one in syntax.bindings(text)}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("class A", ()),
        ("class A()", ()),
        ("class A(B, c.D[int], Generic[T], metaclass=M, **kw)", ("B", "c.D", "Generic")),
        ("class A[T](\n    B,  # why\n    c\n    .D,\n)", ("B", "c.D")),
        ("class A(mixin(B), *others, C)", ("C",)),
    ],
)
def test_bases_are_dotted_names(head: str, expected: tuple[str, ...]) -> None:
    """Subscripts are stripped, keywords and computed bases left out."""
    assert syntax.bases(f"class Outer:\n{textwrap.indent(head, '  ')}: pass\n", "Outer.A") == expected


def test_bases_are_those_of_the_implementation() -> None:
    """Of a stub under TYPE_CHECKING and the real class, the real one is asked; an unknown class has none."""
    text = "if TYPE_CHECKING:\n    class A(Stub): ...\nelse:\n    class A(Real): ...\n"
    assert syntax.bases(text, "A") == ("Real",)
    assert syntax.bases(text, "B") == ()


def test_a_signature_ends_at_its_colon() -> None:
    """Decorators and a head over several lines are kept to the colon, whatever the head contains."""
    text = fixture("paragraphs.py")
    lines = text.split("\n")
    ends = {
        one.name: lines[syntax.signature_end(text, "python", one) - 1].strip()
        for one in syntax.definitions(text, "python")
    }
    assert ends == {
        "Engine": "class Engine:",
        "step": "limit: int = LIMIT) -> int:",
        "main": "def main(): return Engine().step([",
    }
    colons = "def f(a: int = {1: 2},\n      b=lambda: 3\n) -> dict[1:2]: # c\n    x: int\n"
    assert syntax.signature_end(colons, "python", syntax.definitions(colons, "python")[0]) == 3


def rendered(blocks: tuple[Block, ...], lines: list[str]) -> Iterator[str]:
    for one in blocks:
        kind = '"""' if one.docstring else "-"
        first, last = lines[one.first - 1].strip(), lines[one.last - 1].strip()
        yield f"{'    ' * one.depth}{kind} {one.label} <{first} .. {last}>"
        yield from rendered(one.children, lines)


def test_blocks_are_what_a_reader_would_fold() -> None:
    """Paragraphs, compound statements and long tables fold under the source's own words."""
    text = fixture("paragraphs.py")
    lines = text.split("\n")
    found = "\n".join(rendered(syntax.blocks(text, "python", 1, len(lines) - 1), lines)) + "\n"
    assert found == (FIXTURES / "paragraphs.txt").read_text(encoding="utf-8")


def test_blocks_of_a_definition_are_those_of_its_body() -> None:
    """Asked for a method's lines, decorators included, depth 0 is the method's body."""
    text = fixture("paragraphs.py")
    step = next(one for one in syntax.definitions(text, "python") if one.name == "step")
    found = syntax.blocks(text, "python", step.start, step.end)
    assert [one.label for one in found if one.docstring] == ["Do one turn."]
    assert {one.depth for one in found} == {0}
    whole = syntax.blocks(text, "python", 1, len(text.split("\n")))
    method = next(one for block in whole for one in block.children if one.first == step.start)
    assert [(one.first, one.last, one.label) for one in method.children] == [
        (one.first, one.last, one.label) for one in found
    ]


def test_blocks_of_a_table_are_its_paragraphs() -> None:
    """Asked for a long table's lines, its entries fold by their comments and blank lines."""
    text = fixture("paragraphs.py")
    table = next(one for one in syntax.bindings(text) if one.name == "TABLE")
    labels = [one.label for one in syntax.blocks(text, "python", table.line, table.end)]
    assert labels == ['"one": 1', "From here on they are large.", '"five": 5']


def test_markdown_headings_are_sections() -> None:
    """ATX and setext headings reach to the next of their level; code, comments, tables and lists hold none."""
    text = fixture("headings.md")
    lines = text.split("\n")
    found = [(one.symbol, lines[one.line - 1], lines[one.end]) for one in syntax.definitions(text, "markdown")]
    assert found == [
        ("A document `with code`", "# A document `with code` ##", "Another"),
        ("Twice", "## Twice", "Title over"),
        ("Title over two lines", "Title over", "## Twice"),
        ("Deeper #1", "### Deeper #1", "## Twice"),
        ("Twice", "## Twice", "Another"),
        ("Another", "Another", "#"),
    ]
    assert {one.kind for one in syntax.definitions(text, "markdown")} == {"heading"}
    assert syntax.definitions("# Since 0.11\n", "markdown")[0].name == "Since 0.11"


def test_markdown_sections_fold() -> None:
    """A file folds into its sections, a section into those below it, and an underline belongs to the head."""
    text = fixture("headings.md")
    whole = syntax.blocks(text, "markdown", 1, len(text.split("\n")) - 1)
    assert [one.label for one in whole][:2] == ["A document `with code`", "Another"]
    assert [one.label for one in whole[0].children] == ["Twice", "Title over two lines", "Twice"]
    document = syntax.definitions(text, "markdown")[0]
    below = syntax.blocks(text, "markdown", document.start, document.end)
    assert [(one.label, one.depth) for one in below] == [("Twice", 0), ("Title over two lines", 0), ("Twice", 0)]
    another = syntax.definitions(text, "markdown")[-1]
    assert syntax.signature_end(text, "markdown", another) == another.line + 1


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("vllm/a.py", "python"),
        ("a.pyi", "python"),
        ("csrc/k.cu", "cuda"),
        ("csrc/k.CUH", "cuda"),
        ("a.h", "cpp"),
        ("a.hip", "cpp"),
        ("README.md", "markdown"),
        ("a.b/CMakeLists", "text"),
        ("a.toml", "text"),
    ],
)
def test_the_language_is_told_by_the_name(path: str, language: str) -> None:
    """The last suffix decides; what has none, or an unknown one, is text, and text defines nothing."""
    assert syntax.language_of(path) == language
    if language == "text":
        assert syntax.definitions("def f(): pass\n", "text") == syntax.declarations("int f();", "text") == ()


def test_a_digest_is_taken_of_what_matters() -> None:
    """Indentation of the whole, trailing blanks, blank lines and line ends do not count; comments do."""
    text = "def f():\n    # why\n    return 1\n"
    moved = textwrap.indent("def f():\n    # why\n\n    return 1   ", "    ").replace("\n", "\r\n")
    assert syntax.normalised(moved, "python") == syntax.normalised(text, "python") == text
    assert syntax.normalised(text.replace("why", "how"), "python") != text
    assert syntax.normalised(" \n", "text") == ""


def valid(blocks: tuple[Block, ...], first: int, last: int, depth: int) -> bool:
    """In order, apart, within their parent, one line of label each."""
    below = first - 1
    for one in blocks:
        if not below < one.first <= one.last <= last or one.depth != depth or not one.label or "\n" in one.label:
            return False
        if len(one.label) > 90 or not valid(one.children, one.first, one.last, depth + 1):
            return False
        below = one.last
    return True


def holds(text: str) -> None:
    """What is true of any text at all."""
    lines = max(len(re.split(r"\r\n|\r|\n", text)), 1)
    languages: tuple[Language, ...] = ("python", "markdown", "text")
    for language in languages:
        found = syntax.definitions(text, language)
        assert all(1 <= one.start <= one.line <= one.end <= lines for one in found)
        assert [one.start for one in found] == sorted(one.start for one in found)
        assert all(one.line <= syntax.signature_end(text, language, one) <= lines for one in found)
        assert valid(syntax.blocks(text, language, 1, lines), 1, lines, 0)
        assert all(valid(syntax.blocks(text, language, one.start, one.end), one.start, one.end, 0) for one in found)
        assert all(one.name and one.column > 0 for one in syntax.calls(text, language, 1, lines))
        syntax.normalised(text, language)
    assert all(1 <= one.line <= one.end <= lines and one.name for one in syntax.bindings(text))
    assert all(isinstance(syntax.bases(text, one.symbol), tuple) for one in syntax.definitions(text, "python"))


PIECES = st.sampled_from(
    [*"()[]{}:,=@#\\\"'\n\r\t \x0c\x00\ud800é日", "    ", '"""', "def ",
     "class ", "async ", "if ", "else:", "try:", "f(",
     "__getattr__", "name", "import ", "from ", "a", "1", "```", "---\n", "===\n", "<!--", "match ", "case ", "lambda "]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    """No text raises, and every answer lies within its lines."""
    holds(text)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*.*"))), st.data())
def test_a_file_cut_anywhere_has_an_answer(name: str, data: st.DataObject) -> None:
    """A file cut at any character still gives definitions, with the names that it had when it was whole."""
    text = fixture(name)
    cut = text[: data.draw(st.integers(0, len(text)))]
    holds(cut)
    if name == "shapes.py":
        before = cut.count("\n")
        whole = [(one.symbol, one.kind, one.line) for one in syntax.definitions(text, "python") if one.line <= before]
        assert [
            (one.symbol, one.kind, one.line) for one in syntax.definitions(cut, "python") if one.line <= before
        ] == whole


def by_ast(text: str) -> list[tuple[object, ...]]:
    """Qualified name, kind, line, first line with decorators, last line of every definition, by start."""
    found: list[tuple[int, int, str, str, int | None]] = []
    pending: list[tuple[ast.AST, str, bool]] = [(ast.parse(text), "", False)]
    while pending:
        node, scope, in_class = pending.pop()
        inside = (getattr(node, field, ()) for field in ("body", "orelse", "handlers", "finalbody", "cases"))
        for child in (one for several in inside for one in several):
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                pending.append((child, scope, in_class))
                continue
            is_class = isinstance(child, ast.ClassDef)
            kind = "class" if is_class else "method" if in_class else "function"
            start = min([child.lineno, *(one.lineno for one in child.decorator_list)])
            found.append((start, child.lineno, scope + child.name, kind, child.end_lineno))
            pending.append((child, f"{scope}{child.name}.", is_class))
    return [
        (symbol, kind, line, start, end) for start, line, symbol, kind, end in sorted(found, key=lambda one: one[:2])
    ]


def difference(path: Path) -> tuple[int, str]:
    """How many definitions ast finds, and the first that differs; runs in a worker process."""
    text = path.read_text(encoding="utf-8-sig")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # escapes and comparisons that Python frowns upon are not ours to judge
        expected = by_ast(text)
    found = [(one.symbol, one.kind, one.line, one.start, one.end) for one in syntax.definitions(text, "python")]
    wrong = sorted(set(found) ^ set(expected), key=str) if found != expected else []
    return len(expected), f"{path}: {wrong or 'another order'}" if found != expected else ""


@pytest.mark.parametrize(("version", "files", "names"), [("0.13.0", 2196, 25994), ("0.33.0", 5601, 82945)])
def test_every_definition_of_a_release_is_as_ast_has_it(
    release: Callable[[str], Path], version: str, files: int, names: int
) -> None:
    """Names, kinds, first and last lines equal those of `ast` in every Python file of the release."""
    paths = sorted(release(version).rglob("*.py"))
    assert len(paths) >= files
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(difference, paths, chunksize=50))
    assert [complaint for _, complaint in results if complaint] == []
    assert sum(count for count, _ in results) >= names


@pytest.mark.parametrize("found", [True, False])
def test_the_grammar_is_that_of_its_package(monkeypatch: pytest.MonkeyPatch, found: bool) -> None:
    """Loaded past the package or, where it does not lie as we know it, through the package: the same language."""
    if not found:
        monkeypatch.setattr("reader.syntax.python.PathFinder.find_spec", lambda *_: None)
    language = tree_sitter.Language(python._grammar())
    assert language == tree_sitter.Language(tree_sitter_python.language())
    assert not tree_sitter.Parser(language).parse(b"def f(): ...").root_node.has_error
