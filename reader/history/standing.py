"""What stands at a ref now: its place, and what its text amounts to."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from reader import syntax
from reader.syntax import Language
from reader.syntax.fingerprint import fingerprint
from reader.value import frozen

if TYPE_CHECKING:
    from reader.checkout import Checkout
    from reader.resolve import Site


@frozen
class Standing:
    """`digest` is the `Fingerprint` of the text, as text, and `legacy` what older readers recorded; both None where
    there is no text: nothing was found, or a directory. `problem` says why a site could not be read."""

    verdict: str
    path: str | None = None
    symbol: str | None = None
    line: int | None = None
    digest: str | None = None
    legacy: str | None = None
    problem: str | None = None


def standing(site: Site, text: str | None, problem: str | None = None) -> Standing:
    """Of what was resolved and read."""
    if text is None or site.path is None:
        return Standing(site.verdict, site.path, site.symbol, site.line, problem=problem)
    language = syntax.language_of(site.path)
    digest = str(fingerprint(text, language))
    return Standing(site.verdict, site.path, site.symbol, site.line, digest, _legacy(text, language), problem)


def _legacy(text: str, language: Language) -> str:
    """As progress before its third format has it: comments, docstrings and all."""
    normal = syntax.normalised(text, language)
    return sha256(normal.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def text_of(checkout: Checkout, site: Site) -> str | None:
    """What of the file the site spans; None for a directory. Raises Unreadable."""
    if site.path is None or site.kind == "directory":
        return None
    lines = checkout.read(site.path).text.split("\n")
    return "\n".join(lines[max(site.start or 1, 1) - 1 : site.end or len(lines)])
