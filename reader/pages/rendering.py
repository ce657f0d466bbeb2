"""Values to HTML: the templates and the files that every book has. The only jinja2.

Escapes everything, and makes characters visible that would steer or reorder what is read, whatever a template forgets.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reader import __version__
from reader.diagrams.palette import DAY, NIGHT, colours, shapes
from reader.excerpt import visible
from reader.highlight import Kind

# `file:` says the same as 'self' to a browser that takes each file for a site of its own; a page from the network can
# load neither. No script, style, picture or request of any other origin, and nothing within the page itself.
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src data:; base-uri 'none';"
    " form-action 'none'"
)
SCRIPTS = ("theme.js", "marks.js", "search.js", "book.js")
_HERE = Path(__file__).parent
_KINDS: dict[Kind, str] = {
    "comment": "c", "directive": "p", "include": "s", "keyword": "k", "constant": "m", "type": "t", "word": "k",
    "function": "f", "class": "f", "decorator": "d", "string": "s", "number": "m",
}  # fmt: skip
_LONG = re.compile(r"\S{20}")
_JOINT = re.compile(r"(?<=[.,(\[{=:])(?=[\w\"'(])")
_FARTHEST = 24  # steps of two columns


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= {"svg": Markup, "broken": _broken}
    made.globals |= {"kinds": _KINDS, "steps": _steps, "policy": POLICY, "version": __version__}
    return made


def _visible(value: Any) -> Any:
    return visible(value) if type(value) is str else value


def _broken(text: str) -> str:
    """Source with places where a line may break that is too long for a phone: none in most lines."""
    if not _LONG.search(text):
        return text
    return Markup("<wbr>").join(visible(part) for part in _JOINT.split(text))


def _steps(indent: int) -> int:
    return min(indent // 2, _FARTHEST)


def rendered(template: str, **values: Any) -> bytes:
    return _environment().get_template(template).render(**values).encode("utf-8")


def assets() -> dict[str, bytes]:
    """By the names that the templates ask for."""
    found = {name: (_HERE / "assets" / name).read_bytes() for name in SCRIPTS}
    return {"book.css": (_HERE / "assets" / "book.css").read_bytes() + _diagrams().encode(), **found}


def _diagrams() -> str:
    """The colours of the pictures, for the theme that the system or the reader chose."""
    scope = ".figure svg"
    night = colours(scope, NIGHT)
    return "\n".join(
        [
            "",
            *shapes(scope),
            *colours(scope, DAY),
            "@media screen and (prefers-color-scheme:dark){",
            *(f":root:not([data-theme=light]) {rule}" for rule in _each(night)),
            "}",
            "@media screen{",
            *(f":root[data-theme=dark] {rule}" for rule in _each(night)),
            "}",
            "",
        ]
    )


def _each(rules: list[str]) -> list[str]:
    """With one selector a rule, so that something may stand before it."""
    found = []
    for rule in rules:
        selectors, _, body = rule.partition("{")
        found += [f"{one}{{{body}" for one in selectors.split(",")]
    return found
