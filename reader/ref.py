"""Where to look: `path`, `dir/`, or `path::Qualified.name`.

Owns how a ref is written, and refuses every path that could leave a checkout. Knows nothing of files.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from reader.errors import BadRef
from reader.value import frozen

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@frozen
class Ref:
    """`symbol` is dotted in Python, `::`-joined in C++ (namespaces may be left out), a heading's text in Markdown."""

    path: str
    symbol: str | None = None

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Raises BadRef with the reason; a trailing slash marks a directory and is kept."""
        if _CONTROL.search(text):
            raise BadRef(text, "it has a control character in it")
        path, separator, symbol = text.strip().partition("::")
        if not path:
            raise BadRef(text, "it names no path; write path, dir/ or path::Qualified.name")
        if separator and not symbol.strip():
            raise BadRef(text, "it ends where the symbol should stand")
        if path.startswith(("/", "~")) or "\\" in path or re.match(r"[A-Za-z]:", path):
            raise BadRef(text, "the path must be relative to the checkout's root, with forward slashes")
        if ".." in PurePosixPath(path).parts:
            raise BadRef(text, "'..' would lead out of the checkout")
        clean = str(PurePosixPath(path))
        is_directory = path.endswith("/") or clean == "."
        if is_directory and separator:
            raise BadRef(text, "a directory has no symbols")
        return cls("./" if clean == "." else clean + "/" if is_directory else clean, symbol.strip() or None)

    @property
    def is_directory(self) -> bool:
        return self.path.endswith("/")

    def __str__(self) -> str:
        return self.path if self.symbol is None else f"{self.path}::{self.symbol}"
