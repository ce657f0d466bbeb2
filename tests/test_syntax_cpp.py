"""The C++ and CUDA scanner, against marked fixtures, and every kernel of three releases against a plain text search."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.syntax import Block, Definition, cpp

FIXTURES = Path(__file__).parent / "fixtures" / "csrc"
SUFFIXES = {".cu", ".cuh", ".cpp", ".h", ".hpp", ".inl"}
MARK = re.compile(r"/\*(.*?)\*/")
FACT = re.compile(r"= (\w+) (\S+(?: bool)?)(?: #(\w+))?")

# (symbol, kind, line, start, end, line of the opening brace, condition)
Row = tuple[str, str, int, int, int, int, str | None]


def expected(text: str) -> list[Row]:
    """What the markers of a fixture say, in order of appearance."""
    places: dict[str, int] = {}
    facts: list[tuple[str, str, str | None, int, str | None]] = []
    for number, content in enumerate(text.split("\n"), 1):
        for mark in MARK.findall(content):
            words, _, condition = mark.partition(" | ")
            fact = FACT.match(words)
            if fact:
                facts.append((fact[2], fact[1], fact[3], number, condition.strip() or None))
            for place in words.split():
                if re.fullmatch(r"[<{]\w+|\w+>", place):
                    places[place] = number
    rows: list[Row] = []
    for symbol, kind, key, line, condition in facts:
        first, last, brace = (places.get(place, line) for place in (f"<{key}", f"{key}>", f"{{{key}"))
        rows.append((symbol, kind, line, first, last, brace, condition))
    return sorted(rows, key=lambda row: (row[3], row[2]))


def found(text: str) -> list[Row]:
    rows: list[Row] = []
    for each in cpp.definitions(text, "cuda"):
        brace = cpp.signature_end(text, each, "cuda")
        rows.append((each.symbol, each.kind, each.line, each.start, each.end, brace, each.condition))
    return rows


@pytest.mark.parametrize("name", ["kernels.cu", "host.hpp"])
def test_definitions_are_those_that_the_markers_name(name: str) -> None:
    """Each definition has the symbol, kind, lines, brace and condition that stand beside it; there are no others."""
    text = (FIXTURES / name).read_text("utf-8")
    assert sorted(found(text), key=lambda row: (row[3], row[2])) == expected(text)


def test_definitions_come_in_order_of_appearance() -> None:
    """A definition that starts earlier is listed earlier."""
    starts = [each.start for each in cpp.definitions((FIXTURES / "host.hpp").read_text("utf-8"), "cpp")]
    assert starts == sorted(starts)


OPAQUE = re.compile(
    r'//(?:\\\n|[^\n])*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'', re.DOTALL
)
DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(\w+)(?:\\\n|[^\n])*", re.MULTILINE)
BOUNDS = re.compile(r"__(?:launch_bounds|cluster_dims|attribute)__\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")
NAME = re.compile(r"(\w+)\s*(?:<[\w:, ]*>)?\s*\(")


def blanked(match: re.Match[str]) -> str:
    """Line ends stay, and the backslashes before them: a comment may go on over the lines of a macro."""
    return re.sub(r"(?!\\\n)[^\n]", " ", match[0])


def steps(text: str) -> tuple[str, str]:
    """The text without comments and strings, and the same with each directive one mark: \\1 opens, \\2 is the other
    side, \\3 closes, \\4 is any other."""
    bare = OPAQUE.sub(blanked, text)

    def mark(match: re.Match[str]) -> str:
        sign = {"if": "\1", "ifdef": "\1", "ifndef": "\1", "else": "\2", "elif": "\2", "endif": "\3"}.get(
            match[1], "\4"
        )
        return sign + blanked(match)[1:]

    return bare, DIRECTIVE.sub(mark, bare)


def closing(code: str, brace: int) -> int:
    """The offset of the brace's partner; where two sides of an `#if` open one each, both have the same."""
    depth, saved = 0, [0]
    for each in re.compile("[{}\1\2\3]").finditer(code, brace):
        sign = each[0]
        if sign == "\1":
            saved.append(depth)
        elif sign == "\2":
            depth = saved[-1]
        elif sign == "\3" and len(saved) > 1:
            saved.pop()
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
            if depth == 0:
                return each.start()
    return len(code) - 1


def kernels_by_text(text: str) -> Iterator[tuple[str, int, int, int]]:
    """(name, line, start, end) of whatever follows a `__global__` and reaches a `{` before a `;`."""
    _, code = steps(text)
    plain = BOUNDS.sub(blanked, code)
    for found in re.finditer(r"\b__global__\b", code):
        name = NAME.search(plain, found.end())
        stop = re.compile(r"[;{]").search(plain, found.end())
        if name is None or stop is None or stop[0] == ";":
            continue
        head = max(plain.rfind(mark, 0, found.start()) for mark in ";{}\1\2\3\4")
        past = head + 1 if head < 0 or plain[head] in ";{}" else code.find("\n", head)
        start = re.compile(r"\S").search(code, past)
        at = (name.start(1), start.start() if start else found.start(), closing(code, stop.start()))
        line, first, last = (code.count("\n", 0, offset) + 1 for offset in at)
        yield name[1], line, first, last


def sources(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((root / "csrc").rglob("*")):
        if path.suffix in SUFFIXES:
            yield str(path.relative_to(root)), path.read_text("utf-8", "replace")


@pytest.mark.parametrize(("version", "count"), [("0.9.2", 186), ("0.13.0", 196), ("0.33.0", 259)])
def test_every_kernel_of_a_release_is_found(version: str, count: int, release: Callable[[str], Path]) -> None:
    """Each `__global__` that reaches a body is one kernel with the name and lines that a plain text search gives it."""
    total = 0
    for path, text in sources(release(version)):
        kernels = [each for each in cpp.definitions(text, "cuda") if each.kind == "kernel"]
        got = [(path, each.name, each.line, each.start, each.end) for each in kernels]
        assert got == [(path, *each) for each in kernels_by_text(text)]
        total += len(got)
    assert total == count


def test_every_body_ends_at_the_partner_of_its_brace(release: Callable[[str], Path]) -> None:
    """Each function, class and namespace of a release ends on the line where a count of braces says so."""
    checked = 0
    for path, text in sources(release("0.33.0")):
        code = steps(text)[1]
        lines = code.split("\n")
        for each in cpp.definitions(text, "cuda"):
            brace = cpp.signature_end(text, each, "cuda")
            if each.kind in ("macro", "type") or lines[brace - 1].count("{") != 1:
                continue
            offset = sum(len(line) + 1 for line in lines[: brace - 1]) + lines[brace - 1].index("{")
            assert (path, each.symbol, each.end) == (path, each.symbol, code.count("\n", 0, closing(code, offset)) + 1)
            checked += 1
    assert checked > 4000


def test_declarations_are_functions_without_a_body() -> None:
    """Prototypes, pure virtual and defaulted members are declarations; calls, variables and instantiations are none."""
    both = [cpp.declarations((FIXTURES / name).read_text("utf-8"), "cuda") for name in ("kernels.cu", "host.hpp")]
    assert [(each.symbol, each.kind) for file in both for each in file] == [
        ("shapes::declared_only", "declaration"),
        ("c_entry", "declaration"),
        ("outer::inner::Table::Table", "declaration"),
        ("outer::inner::Table::clear", "declaration"),
    ]


def of(symbol: str) -> tuple[str, Definition]:
    text = (FIXTURES / "kernels.cu").read_text("utf-8")
    return text, next(each for each in cpp.definitions(text, "cuda") if each.symbol == symbol)


def test_calls_are_functions_macros_and_launches() -> None:
    """Launches and templated calls are named by their last part; declared variables, casts and keywords are none."""
    text, launch = of("shapes::launch")
    calls = cpp.calls(text, launch.start, launch.end, "cuda")
    assert [(call.name, call.full) for call in calls] == [
        ("count", "count"),
        ("plain", "shapes::plain"),
        ("bounded", "bounded<float, (2 > 1 ? 2 : 1)>"),
        ("smem_size", "smem_size"),
        ("hip_only", "hip_only"),
        ("run", "this->cuda_only[n].run"),
        ("device_of", "device_of"),
        ("MAKE_CALL", "MAKE_CALL"),
        ("templated", "ns::detail::templated<int, 3>"),
    ]
    for call in calls:
        assert text.split("\n")[call.line - 1][call.column - 1 :].startswith(call.name)


def test_columns_count_characters() -> None:
    """What stands before a name in a wider encoding does not move its column."""
    text = 'void f() { auto s = "日本語é"; go(); }'
    (call,) = cpp.calls(text, 1, 1, "cpp")
    assert (call.name, call.column) == ("go", text.index("go") + 1)


def test_calls_within_a_macro_are_found() -> None:
    """The body of a macro is code: its launches are calls, its comments are not."""
    text = "#define RUN(T) \\\n  /* not(this) */ \\\n  ns::k<T><<<grid, n>>>(x##y, f(1));\n"
    assert [(call.full, call.line) for call in cpp.calls(text, 1, 3, "cuda")] == [("ns::k<T>", 3), ("f", 3)]


def flat(blocks: tuple[Block, ...]) -> list[tuple[int, str]]:
    return [row for block in blocks for row in ((block.depth, block.label), *flat(block.children))]


def test_blocks_follow_comments_branches_and_conditionals() -> None:
    """A comment starts a group; the sides of an `if` and of an `#if` are blocks under their own headers."""
    text, launch = of("shapes::launch")
    assert flat(cpp.blocks(text, launch.start, launch.end, "cuda")) == [
        (0, "Small inputs first."),
        (0, "if (n < 4)"),
        (1, "if (n < 4)"),
        (2, "shapes::plain<<<grid, 128>>>(out);"),
        (1, "else"),
        (2, "bounded<float, (2 > 1 ? 2 : 1)><<<grid, 128, smem_size(n), stream>>>(in, params);"),
        (0, "#ifdef USE_ROCM"),
        (1, "#ifdef USE_ROCM"),
        (2, "hip_only(n);"),
        (1, "#else"),
        (2, "this->cuda_only[n].run(n);"),
        (0, "Guard guard(device_of(n));"),
        (0, "for (int i = 0; i < n && n > (i); ++i)"),
        (1, "MAKE_CALL(i);"),
    ]


def test_blocks_of_a_macro_are_its_statements() -> None:
    """A macro's body folds like a function's."""
    text = "#define M(x) \\\n  /* Say so. */ \\\n  if (x) { \\\n    a(); \\\n    b(); \\\n  }\n"
    (block,) = cpp.blocks(text, 1, 6, "cuda")
    assert (block.first, block.last, block.label) == (2, 6, "Say so.")
    assert [(child.first, child.last, child.label) for child in block.children] == [(4, 5, "a();")]


def test_blocks_of_a_file_are_what_stands_at_its_top() -> None:
    """An include guard is no block, and a namespace holds the blocks of what is in it."""
    text = (FIXTURES / "host.hpp").read_text("utf-8")
    top = [block for block in cpp.blocks(text, 1, text.count("\n"), "cpp") if block.depth == 0]
    assert [block.label for block in top][-2:] == ["namespace outer::inner", "TORCH_LIBRARY(ours, ops)"]
    assert any(child.label.startswith("class alignas(16) Table") for child in top[-2].children)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    """CRLF and lone CR give the same definitions, calls and blocks as LF, and so does a byte order mark."""
    text = (FIXTURES / "kernels.cu").read_text("utf-8")
    other = "\ufeff" + text.replace("\n", end)
    last = text.count("\n") + 1
    assert cpp.definitions(other, "cuda") == cpp.definitions(text, "cuda")
    assert cpp.calls(other, 1, last, "cuda") == cpp.calls(text, 1, last, "cuda")
    assert cpp.blocks(other, 1, last, "cuda") == cpp.blocks(text, 1, last, "cuda")


def test_a_function_cut_short_does_not_swallow_its_followers() -> None:
    """With a brace missing, a function ends at the first brace that stands under its first line."""
    text = "namespace n {\nvoid f() {\n  if (x) {\n}\n\nvoid g() {\n}\n}\n"
    rows = [(each.symbol, each.start, each.end) for each in cpp.definitions(text, "cpp")]
    assert ("n::f", 2, 4) in rows
    assert ("n::g", 6, 7) in rows


def test_a_file_cut_within_a_kernel_has_it_to_the_last_line() -> None:
    """What was cut off is not missed: the kernel ends where the text does."""
    text, bounded = of("shapes::bounded")
    cut = "\n".join(text.split("\n")[: bounded.end - 2])
    kernel = [each for each in cpp.definitions(cut, "cuda") if each.kind == "kernel"][-1]
    assert (kernel.symbol, kernel.start, kernel.end) == (bounded.symbol, bounded.start, bounded.end - 2)


SNIPPETS = st.sampled_from(
    [
        *"(){}[]<>;:#\\\"'\n\r\t=,*&~. é\x00\u2028\ufeff",
        *("\\\n", "::", "<<<", ">>>", "/*", "*/", "//", 'R"x(', ')x"', "##", "public:", "case 1:", "void f", "name "),
        *("#if A\n", "#else\n", "#elif B\n", "#endif\n", "#define M(x) ", "#ifndef G\n#define G\n", "__global__ "),
        *("namespace ", "struct ", "class ", "enum ", "template <", "operator", "using ", "typedef ", "requires "),
        *("else ", "for (", "do ", "while", 'extern "C" '),
    ]
)


def mangled() -> st.SearchStrategy[str]:
    """Real shapes cut, turned and spliced, and soups of the pieces that steer the scanner."""
    texts = [(FIXTURES / name).read_text("utf-8") for name in ("kernels.cu", "host.hpp")]
    soup = st.lists(SNIPPETS, max_size=60).map("".join)
    cuts = st.tuples(st.sampled_from(texts), st.integers(0, 5000), st.integers(0, 5000), soup)
    return soup | cuts.map(lambda cut: cut[0][: cut[1]] + cut[3] + cut[0][cut[2] :])


def nested(blocks: tuple[Block, ...], first: int, last: int) -> None:
    before = first - 1
    for block in blocks:
        assert before < block.first <= block.last <= last
        assert block.label and len(block.label) <= 90 and "\n" not in block.label
        nested(block.children, block.first, block.last)
        before = block.last


@settings(max_examples=300, deadline=None)
@given(mangled())
def test_any_text_gives_an_answer_within_its_lines(text: str) -> None:
    """Whatever is done to a file, definitions, calls and blocks lie within it and nothing is raised."""
    lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for each in (*cpp.definitions(text, "cuda"), *cpp.declarations(text, "cuda")):
        assert 1 <= each.start <= each.line <= each.end <= lines
        assert each.start <= cpp.signature_end(text, each, "cuda") <= each.end
        assert each.name
        nested(cpp.blocks(text, each.start, each.end, "cuda"), each.start, each.end)
    assert all(1 <= call.line <= lines and call.column >= 1 for call in cpp.calls(text, 1, lines, "cuda"))
    nested(cpp.blocks(text, 1, lines, "cuda"), 1, lines)


@pytest.mark.parametrize(
    "piece", ["(", "[", "{", "a{}", "#if A\n", "#elif A\n", "template <", "struct ", "namespace a {", "f(", "<", "a<b,"]
)
def test_deep_nests_and_long_runs_end(piece: str) -> None:
    """Three thousand of anything, nested or in a row, end within the one or many lines that they have."""
    text = "#if Z\n" + piece * 3000
    lines = text.count("\n") + 1
    assert all(1 <= each.start <= each.end <= lines for each in cpp.definitions(text, "cuda"))
    nested(cpp.blocks(text, 1, lines, "cuda"), 1, lines)
