"""What is a paragraph, an item, code, a link: one rule for all that show prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.excerpt import Claims, DeadClaim, Excerpt, Fold, Line
from reader.prose import Block, Piece, blocks, inline, is_safe
from reader.prose.documents import DEAD, Group, dead_claims, groups, heading, table
from reader.ref import Ref
from reader.resolve import Site


def said(text: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.lead, one.text) for one in blocks(text) if one.kind != "gap"]


def test_a_paragraph_ends_with_a_blank_line() -> None:
    """Line ends within it are spaces."""
    assert said("one\ntwo\n\nthree") == [("paragraph", "", "one two"), ("paragraph", "", "three")]


def test_items_keep_their_signs_and_take_up_the_lines_after_them() -> None:
    """Bullets, numbers, and items within items."""
    assert said("- one\n  more\n* two\n  - deep\n1. first") == [
        ("item", "- ", "one more"),
        ("item", "* ", "two"),
        ("item", "  - ", "deep"),
        ("item", "1. ", "first"),
    ]
    deep = Block("item", "  - ", "deep")
    assert (deep.depth, deep.ordered, Block("item", "1. ").ordered) == (2, False, True)


def test_a_number_within_a_paragraph_starts_no_list() -> None:
    """Unless it is 1: a line may begin with the number that ends a sentence."""
    assert said("both load head\n0. Queries are not") == [("paragraph", "", "both load head 0. Queries are not")]
    assert said("text\n1. first\n2. second") == [
        ("paragraph", "", "text"), ("item", "1. ", "first"), ("item", "2. ", "second"),
    ]  # fmt: skip


def test_code_is_fenced_or_indented() -> None:
    """Each of its lines stands as it is; a list sign in it is none."""
    assert said("```py\n- x = 1\n```\n\n    y = 2") == [("code", "    ", "- x = 1"), ("code", "    ", "y = 2")]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a `b` c", [Piece("text", "a "), Piece("code", "b"), Piece("text", " c")]),
        ("**b**", [Piece("bold", "b")]),
        ("[x](https://a.b)", [Piece("link", "x", "https://a.b")]),
        ("list[int](x y)", [Piece("text", "list[int](x y)")]),
        ("`[x](y)` **", [Piece("code", "[x](y)"), Piece("text", " **")]),
        ("", []),
    ],
)
def test_pieces_of_a_line(text: str, pieces: list[Piece]) -> None:
    """Code, bold and links, and what stands between them as it is."""
    assert list(inline(text)) == pieces


@given(st.text("ab`*[]()#: /\n"))
def test_no_letter_is_lost(text: str) -> None:
    """Whatever the signs, what is between them stays."""
    kept = "".join(piece.text + piece.target for piece in inline(text))
    assert [sign for sign in kept if sign in "ab"] == [sign for sign in text if sign in "ab"]


@pytest.mark.parametrize("target", ["https://a.b/c?d=e#f", "http://a", "mailto:a@b", "#stop", "HTTPS://A"])
def test_links_that_may_be_followed(target: str) -> None:
    """The web, letters, and places in the same page."""
    assert is_safe(target)
    assert Piece("link", "x", target).href == target


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil",
     "menu.md", "../x", "/etc", "command:x", "java\tscript:x", "https:", " https://a", "https://a\n"],
)  # fmt: skip
def test_links_that_may_not(target: str) -> None:
    """Nothing that runs, and no file of the reader's: their target is text."""
    assert not is_safe(target)
    assert Piece("link", "x", target).href is None


def document(text: str, claims: Claims | None = None, fold: Fold | None = None) -> list[Group | Fold]:
    lines = tuple(text.split("\n"))
    rows: list[Line | Fold] = [Line(number, line) for number, line in enumerate(lines, 1)]
    if fold:
        rows[fold.first - 1 : fold.last] = [fold]
    site = Site(Ref("a.md"), "exact", "1.0", "a.md", None, "file", 1, 1, len(lines))
    return list(groups(Excerpt(site, "document", "markdown", tuple(rows), lines=lines, claims=claims)))


def kinds(found: list[Group | Fold]) -> list[str]:
    return [one.kind if isinstance(one, Group) else "fold" for one in found]


def test_a_document_comes_in_groups_at_their_lines() -> None:
    """Headings, paragraphs, items, tables, fences and what is shown as it stands."""
    found = document("# A\ntext\nmore\n- b\n- c\n\n| d | e |\n|---|---|\n```python\n# no heading\n```\n<b>x</b>")
    assert kinds(found) == ["heading", "prose", "prose", "prose", "gap", "table", "fence", "verbatim"]
    assert [one.rows[0].number for one in found if isinstance(one, Group)] == [1, 2, 4, 5, 6, 7, 9, 12]
    fence = found[6]
    assert isinstance(fence, Group) and fence.language == "python"
    assert heading("## B c ##") == (2, "B c")


def test_a_fence_that_opens_in_a_fold_is_one_behind_it() -> None:
    """What is left out counts for what follows."""
    found = document("```cpp\nint a;\nint b;\n```\n# A", fold=Fold(1, 2, "", 0))
    assert kinds(found) == ["fold", "fence", "heading"]
    assert isinstance(found[1], Group) and found[1].language == "cpp"


def test_a_table_has_cells_and_perhaps_a_head() -> None:
    """The ruler is no row, and a bar that is escaped parts nothing."""
    lines = [Line(1, "| a | b |"), Line(2, "|--|:-:|"), Line(3, r"| c\|d | e |")]
    assert table(lines) == (True, ((lines[0], ("a", "b")), (lines[2], ("c|d", "e"))))
    assert table(lines[2:])[0] is False


def test_dead_claims_are_marked_where_they_stand_and_told_once() -> None:
    """With where the thing is now, if that is known."""
    claims = Claims(3, (DeadClaim("a/b.py", 1, "c/b.py"), DeadClaim("a/b.py", 2, "c/b.py"), DeadClaim("x/y.py", 1)))
    found = document("`a/b.py` and `x/y.py`\n\n`a/b.py` again", claims)
    first = found[0]
    assert isinstance(first, Group) and first.text == f"`a/b.py`{DEAD} and `x/y.py`{DEAD}"
    assert dead_claims(claims, "1.0") == (
        "2 of the 3 paths and names of vLLM here are dead in 1.0:", ("a/b.py → c/b.py", "x/y.py"),
    )  # fmt: skip
