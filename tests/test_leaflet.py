"""Tours as Markdown: what a renderer makes of it is what was written, and nothing of a tour or a source is syntax."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reader import leaflet
from reader.checkout import open_checkout
from reader.excerpt import visible_line
from reader.guide import views
from reader.leaflet.markdown import code, escaped, fenced, line, prose, sentence, table
from reader.progress import open_store
from reader.tour import Tour
from reader.tourfile import parse

GOLDEN = Path(__file__).parent / "golden"
OWN_HTML = re.compile(r'(?:<a id="[a-z0-9-]+">|</a>|<details><summary>[A-Z][a-z ]+</summary>|</details>)\s*')
SAFE = re.compile(r"https?://|mailto:|#|[A-Za-z0-9_-]+\.md(?:#[a-z0-9-]+)?$")

Run = Callable[..., Result]


def tokens(text: str) -> Iterator[Token]:
    """With raw HTML let through, so that any of a stranger's is seen."""
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        yield token
        yield from token.children or ()


def shown(text: str) -> str:
    """The words that a renderer leaves."""
    return "".join(one.content for one in tokens(text) if one.type in ("text", "code_inline", "html_inline"))


def smuggled(text: str) -> list[str]:
    """Elements and addresses that are none of ours."""
    found = []
    for token in tokens(text):
        if token.type in ("html_block", "html_inline") and not OWN_HTML.fullmatch(token.content):
            found.append(token.content)
        if token.type == "image" or (token.type == "link_open" and not SAFE.match(str(token.attrs["href"]))):
            found.append(str(token.attrs))
    return found


HOSTILE = st.text(
    st.sampled_from(list("`*_[]()<>&|~$!#+-=.:\\/\"' ab1\n\t\x1b\u202e")) | st.characters(codec="utf-8"), max_size=30
) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</details><img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "![x][y]\n\n[y]: https://example.org",
        "<javascript:alert(1)>",
        "```\n<script>\n```",
        "a\n===\n- b\n# c",
        "| a |\n| - |\n| b |",
        "[`x`](https://example.org/(a)<b>\\)",
        "&lt;script&gt; &amp; \\<b>",
    ]
)


@given(HOSTILE)
def test_a_line_of_text_is_rendered_as_it_is(text: str) -> None:
    """Whatever signs are in it."""
    text = visible_line(text).replace("\t", " ").strip()
    for made in (line(text), f"**x** {escaped(text)}", f"# 1. {escaped(text)}"):
        assert not smuggled(made)
        kinds = {token.type for token in tokens(made)}
        assert kinds <= {"paragraph_open", "paragraph_close", "heading_open", "heading_close", "inline", "text"} | {
            "strong_open", "strong_close", "text_special",
        }  # fmt: skip
    assert shown(line(text)).split() == text.split()


@given(HOSTILE)
def test_code_is_rendered_as_it_is(text: str) -> None:
    """In a span, with whatever ticks; in a fence, with whatever fence in it."""
    text = visible_line(text).replace("\t", " ")
    if text.strip():
        (span,) = (token for token in tokens(f"a {code(text)} b") if token.type == "code_inline")
        assert span.content == text
    (fence,) = tokens("\n".join(fenced(text.split("\n"), "python")))
    assert (fence.type, fence.content, fence.info) == ("fence", f"{text}\n", "python")


@given(HOSTILE)
def test_prose_keeps_its_code_and_links_and_nothing_else(text: str) -> None:
    """No HTML, no picture, no link that would run."""
    for made in ("\n".join(prose(text)), sentence(text), "\n".join(table(["x"], [[sentence(text)]]))):
        assert not smuggled(made)
        kinds = {token.type for token in tokens(made)}
        assert not kinds & {"image", "html_block", "html_inline", "heading_open", "hr", "s_open", "em_open"} - (
            {"table_open"} if made.startswith("|") else set()
        )


def test_prose_is_markdown_where_it_was_meant_as_such() -> None:
    """Paragraphs on one line, lists with their nesting and numbers, code, bold and links."""
    text = dedent(
        """\
        One paragraph
        on two lines, with `a|b`, **bold** and [a link](https://example.org/a_(b)).

        1. one
          - nested
        2. two

            def f():

                return "```"

        This is no list - nor this, and _x_ is as written; snake_case too.
        """
    )
    rendered = MarkdownIt("commonmark").render("\n".join(prose(text)))
    assert rendered.startswith(
        "<p>One paragraph on two lines, with <code>a|b</code>, <strong>bold</strong> and"
        ' <a href="https://example.org/a_%28b">a link</a>).</p>'
    )
    assert "<ol>\n<li>one\n<ul>\n<li>nested</li>\n</ul>\n</li>\n<li>two</li>\n</ol>" in rendered
    assert "<pre><code>def f():\n\n    return &quot;```&quot;\n</code></pre>" in rendered
    assert "<p>This is no list - nor this, and _x_ is as written; snake_case too.</p>" in rendered


TOUR = '''
format = 1
title = "<script>title</script> [x](javascript:1)"
home = "0.13.0"
intro = """</details><script>intro</script>
![x](https://example.org/track.png)"""

[[stop]]
id = "one"
title = "# - <img src=x> `tick"
ref = "vllm/bad.py::bad"
minutes = 1
lane = "frontend"
state = "legacy"
reason = "<b>reason</b>"
why = """<script>why</script>
[a](javascript:alert(1)) [b](https://example.org)

    ```
    </code></pre><script>
"""
[[stop.note]]
at = "```"
say = "</details> <script>note</script> | & ~~x~~ $x$"
[[stop.note]]
at = "nowhere <b>`"
say = "lost"
[[stop.question]]
ask = "<summary>ask</summary>"
answer = "</details><script>answer</script>"

[[stop]]
id = "two"
title = "two"
ref = "vllm/bad.md"
minutes = 1
why = "why"

[[stop]]
id = "three"
title = "three"
ref = "vllm/<b>|`x"
minutes = 1
why = "why"

[[stop]]
id = "four"
title = "four"
ref = "vllm/"
minutes = 1
why = "why"
'''
BAD_CODE = '''def bad():
    """
    ```
    </pre><script>source</script>
    ~~~~~~~~~~~~
    \u202e\x1b[31m
    """
    return "````<b>"
'''
BAD_DOCUMENT = """# <script>heading</script>

<script>block</script>

[x](javascript:alert(1)) ![x](https://example.org/x.png) <b>

- <img src=x onerror=alert(1)>
- [x]: https://example.org

| <b> | `a|b` |
|---|---|
| </table> | x |

```html
<script>fence</script>
````
~~~
"""


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[Tour, Path]:
    """A tour and a checkout that try every way out of the text."""
    root = tmp_path / "vllm-0.13.0"
    (root / "vllm").mkdir(parents=True)
    (root / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: vllm\nVersion: 0.13.0\n")
    (root / "vllm" / "__init__.py").write_text('"""<script>about</script> | x"""\n')
    (root / "vllm" / "bad.py").write_text(BAD_CODE)
    (root / "vllm" / "bad.md").write_text(BAD_DOCUMENT)
    return parse(Path("hostile.toml"), TOUR.encode()), root


def test_nothing_of_a_hostile_tour_or_source_is_syntax(hostile: tuple[Tour, Path], tmp_path: Path) -> None:
    """The only elements are those that the page is made of, and every address is safe."""
    tour, root = hostile
    found = tuple(views(tour, open_checkout(root), open_store(tmp_path / "none.db")))
    names = leaflet.files([tour])
    text = leaflet.page(tour, found, names, "flowchart LR\n```\n<script>", on_the_web=True)
    assert not smuggled(text)
    assert text.isprintable() or not set(text) & {"\x1b", "\u202e"}
    headings = [token for token in tokens(text) if token.type == "heading_open"]
    assert [token.tag for token in headings] == ["h1", "h2", "h2", "h2", "h2"]
    for said in ("source", "heading", "block", "fence", "title", "intro", "why", "note", "answer"):
        assert f"<script>{said}</script>" in text.replace("\\", ""), said
    assert [token.content for token in tokens(text) if token.type == "html_block"].count("</details>\n") == (
        text.count("\n</details>\n")
    )
    entry = leaflet.Leaflet(tour, names[tour.name], 4, 61)
    assert not smuggled(leaflet.index([entry], "vLLM <b>"))


def test_every_link_of_the_pages_leads_somewhere(guided: Run, tmp_path: Path) -> None:
    """To a stop, to another page, or to the web."""
    guided("export", "markdown", str(tmp_path))
    pages = {path.name: path.read_text() for path in tmp_path.glob("*.md")}
    count = 0
    for name, text in pages.items():
        for token in tokens(text):
            target = str(token.attrs.get("href", "https://"))
            page, _, anchor = target.partition("#")
            if not target.startswith("https://"):
                assert not anchor or f'<a id="{anchor}"></a>' in pages[page or name]
                assert (page or name) in pages
                count += 1
    assert count > 10


def test_names_of_files_stay_within_the_folder_and_apart() -> None:
    """Also on a disk that does not tell capitals, and for a tour that is called like the index."""
    tours = [
        Tour(name, "t", "0.13.0", "", ()) for name in ("week03", "Week03", "../../etc/passwd", "readme", "…", "a b")
    ]
    assert list(leaflet.files(tours).values()) == [
        "week03.md", "Week03-2.md", "etc-passwd.md", "readme-2.md", "tour.md", "a-b.md",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["week01", "index"])
def test_the_pages_look_as_they_did(guided: Run, tmp_path: Path, name: str) -> None:
    """The tour of the fixture, and the list; twice the same, byte for byte."""
    pages = {}
    for folder in (tmp_path / "a", tmp_path / "b"):
        guided("export", "markdown", str(folder))
        pages[folder.name] = {path.name: path.read_text() for path in folder.glob("*.md")}
    assert pages["a"] == pages["b"]
    golden = GOLDEN / f"leaflet-{name}.md"
    found = pages["a"]["README.md" if name == "index" else f"{name}.md"]
    assert found == golden.read_text()
