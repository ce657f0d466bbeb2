"""Names in strings: which may name a definition, by what they are given to."""

from __future__ import annotations

import re

from reader.syntax.occurrences import Occurrence
from reader.usages.target import Target

# The argument before the name is what it is looked up in.
_LOOKS_UP = frozenset({"getattr", "hasattr", "setattr", "delattr", "object", "setattr_static", "getattr_static"})
_TAKES_NAMES = _LOOKS_UP | frozenset(
    {"attrgetter", "methodcaller", "patch", "import_module", "resolve_obj_by_qualname"}
)
_CALLS_BY_NAME = re.compile(r"rpc|call_utility|run_method|execute_method|call_method|invoke|remote_call|dispatch", re.I)
# Any of them, in the bytes before a string.
TAKERS = re.compile(
    rb"attr|patch|object|methodcaller|import_module|qualname|rpc|call_utility|run_method|execute_method|call_method"
    rb"|invoke|remote_call|dispatch",
    re.I,
)
_TELLING = re.compile(r"\w*[a-z]\w*[A-Z_]\w*|\w*[A-Z]\w*[a-z_]\w*")


def takes_receiver(one: Occurrence) -> bool:
    return one.callee is not None and one.callee.name in _LOOKS_UP


def may_name(one: Occurrence, target: Target) -> bool:
    """A dotted path that ends in the symbol, the name given to what calls or looks up by name, or, of a name of a
    module, one that is no plain word."""
    if one.text != one.name:
        return _dotted(one.text, target)
    callee = one.callee.name if one.callee is not None else ""
    if callee in _TAKES_NAMES or (target.owner and _CALLS_BY_NAME.search(callee)):
        return True
    return not target.owner and target.kind in ("class", "function") and bool(_TELLING.fullmatch(one.name))


def _dotted(text: str, target: Target) -> bool:
    whole = text.replace(":", ".").strip(".")
    return (
        whole.endswith(f".{target.symbol}")
        and (target.owner != "" or whole.startswith(target.dotted.partition(".")[0]))
    ) or whole == target.symbol
